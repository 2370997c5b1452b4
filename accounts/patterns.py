"""Parts of pages that everybody sees alike but for a few words: rendered once, then filled in.

Filling in costs a hundredth of rendering. A pattern is one template in one language, for one set
of circumstances; everything else that differs from time to time must be a blank.
"""

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

MOST_KEPT = 300
_MARK = "\ue000{}\ue000"  # around the name of a blank; no template holds the character


def pattern(template: str, *blanks: str, **circumstances: Hashable) -> str:
    """The template for `str.format`, which is given a value for each of the blanks.

    The values must be escaped already.
    """
    return _rendered(template, get_language(), blanks, tuple(circumstances.items()))


@lru_cache(MOST_KEPT)
def _rendered(
    template: str,
    _language: str | None,
    blanks: tuple[str, ...],
    circumstances: tuple[tuple[str, Hashable], ...],
) -> str:
    marks = {blank: _MARK.format(blank) for blank in blanks}
    html: str = render_to_string(template, {**dict(circumstances), **marks})
    html = html.replace("{", "{{").replace("}", "}}")
    for blank, mark in marks.items():
        html = html.replace(mark, f"{{{blank}}}")
    return html
