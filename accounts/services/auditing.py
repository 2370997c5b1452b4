from datetime import datetime
from typing import Any

from accounts.models import AuditEntry, User


def record_decision(
    *,
    actor: User,
    at: datetime,
    action: str,
    target: str,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one line of the decision log; call it in the transaction of what it records."""
    return AuditEntry.objects.create(
        actor=actor,
        at=at,
        action=action,
        target=target,
        reason=reason,
        before=before or {},
        after=after or {},
    )
