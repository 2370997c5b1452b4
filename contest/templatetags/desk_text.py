"""Filters of the desks."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from contest.results.wording import minutes_text

register = template.Library()


@register.filter
def exact_time(milliseconds: int) -> str:
    """Time used to the millisecond, as the exports print it: "12:03,450"."""
    return minutes_text(milliseconds)


@register.filter
def of(values: Mapping[int, Any], key: int) -> Any:
    """What a page's mapping holds for a row."""
    return values[key]


@register.filter
def dong(amount: int) -> str:
    """An amount of money: "3.000.000 đồng"."""
    return _("%(amount)s đồng") % {"amount": f"{amount:,}".replace(",", ".")}
