"""Filters for what is read back from a sealed result, where everything is text."""

from datetime import datetime
from decimal import Decimal

from django import template

from accounts.rules.figures import shown_number

register = template.Library()


@register.filter
def sealed_points(text: str) -> str:
    """ "18.50" as people read it: "18,5"."""
    return shown_number(Decimal(text))


@register.filter
def sealed_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
