"""Icons of static/img/icons.svg, known to every template: {% icon "clock" %}."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # a page shows twenty of the same few
def icon(name: str, size: str = "") -> SafeString:
    """A decorative icon; `size` "l" is the large one. The words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon--{size}" if size else "",
        static("img/icons.svg"),
        name,
    )
