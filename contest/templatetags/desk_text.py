"""Filters of the desks."""

from collections.abc import Mapping
from typing import Any

from django import template

from contest.results.tables import minutes_text

register = template.Library()


@register.filter
def exact_time(milliseconds: int) -> str:
    """Time used to the millisecond, as the exports print it: "12:03,450"."""
    return minutes_text(milliseconds)


@register.filter
def of(values: Mapping[int, Any], key: int) -> Any:
    """What a page's mapping holds for a row."""
    return values[key]
