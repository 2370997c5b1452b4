"""What parts two standings, as a sealed row holds it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from contest.enums import Criterion
from contest.rules.canonical import points_text
from contest.rules.ranking import Lead

_MICROSECOND = timedelta(microseconds=1)


def lead_content(lead: Lead | None) -> dict[str, Any] | None:
    """Points as text, stretches of time in microseconds, other amounts as they are."""
    if lead is None:
        return None
    amount: Any = lead.amount
    if isinstance(amount, Decimal):
        amount = points_text(amount)
    elif isinstance(amount, timedelta):
        amount = amount // _MICROSECOND
    return {"criterion": lead.criterion.value, "amount": amount}


def read_lead(content: dict[str, Any] | None) -> Lead | None:
    """What `lead_content` made it of."""
    if content is None:
        return None
    criterion, amount = Criterion(content["criterion"]), content["amount"]
    if amount is not None and criterion is Criterion.SCORE:
        amount = Decimal(amount)
    elif amount is not None and criterion is Criterion.EARLIER:
        amount = amount * _MICROSECOND
    return Lead(criterion, amount)
