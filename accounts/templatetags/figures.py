"""Figures on pages."""

from decimal import Decimal

from django import template

from accounts.rules.figures import shown_number

register = template.Library()


@register.filter
def figure(value: Decimal) -> str:
    """With a decimal comma and no more decimals than it has: "18,5"."""
    return shown_number(value)
