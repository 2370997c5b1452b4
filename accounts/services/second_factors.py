from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from accounts.services.auditing import record_decision


@transaction.atomic
def reset_second_factors(*, user: User, actor: User, at: datetime, reason: str) -> list[str]:
    """Take away a person's second factors, whose devices are lost. Returns their kinds.

    Sessions that go on lose their desks at once, as there is no second factor to have shown.
    """
    factors = Authenticator.objects.select_for_update().filter(user=user)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    record_decision(
        actor=actor,
        at=at,
        action="second_factors.reset",
        target=f"user:{user.pk}",
        reason=reason,
        before={"kinds": kinds},
    )
    return kinds
