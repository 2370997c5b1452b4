"""Filters for what people registered."""

from django import template

from accounts.rules.masking import mask_phone
from accounts.rules.phones import phone_as_dialled

register = template.Library()


@register.filter
def dialled(e164: str) -> str:
    """ "0912 345 678" for "+84912345678"."""
    return phone_as_dialled(e164)


@register.filter
def masked_phone(e164: str) -> str:
    """ "0912***678" for "+84912345678"."""
    return mask_phone(e164)
