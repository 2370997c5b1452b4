from accounts.models.audit import AuditEntry
from accounts.models.unit import Unit
from accounts.models.user import RoleGrant, User

__all__ = ["AuditEntry", "RoleGrant", "Unit", "User"]
