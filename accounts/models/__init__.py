from accounts.models.audit import AuditEntry
from accounts.models.identity import NationalId
from accounts.models.unit import Unit
from accounts.models.unit_history import UnitFile, UnitMove, UnitSuccession
from accounts.models.user import RoleGrant, User

__all__ = [
    "AuditEntry",
    "NationalId",
    "RoleGrant",
    "Unit",
    "UnitFile",
    "UnitMove",
    "UnitSuccession",
    "User",
]
