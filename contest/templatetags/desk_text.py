"""Filters of the desks."""

from django import template

from contest.results.tables import minutes_text

register = template.Library()


@register.filter
def exact_time(milliseconds: int) -> str:
    """Time used to the millisecond, as the exports print it: "12:03,450"."""
    return minutes_text(milliseconds)
