"""What pages of the bank show of questions."""

from django import template
from django.utils.safestring import SafeString

from questionbank.rich_text import question_html

register = template.Library()


@register.filter
def rich_text(text: str) -> SafeString:
    """An author's words as safe HTML."""
    return question_html(text)
