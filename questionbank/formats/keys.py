"""Which options a key means, however people write it: letters, numbers, or an option's text."""

import re
from collections.abc import Sequence
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.rules.folding import fold, tidy
from questionbank.formats.fields import BadField

_SEPARATORS = re.compile(r"[\s,;/+&|]+|\bvà\b|\band\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:đáp án|phương án|lựa chọn|câu|ý|option|answer)\s*:?\s*(?=[A-Ha-h1-8]\b)", re.IGNORECASE
)


def right_places(choices: Sequence[str], key: Sequence[str]) -> frozenset[int]:
    """The places, from 0, of the options that the key names. Raises BadField."""
    given = [tidy(part) for part in key if tidy(part)]
    if not given:
        raise BadField(_("thiếu đáp án."))
    places = [place for part in given for place in _places(choices, part)]
    if len(set(places)) != len(places):
        raise BadField(_("đáp án bị ghi lặp lại."))
    return frozenset(places)


def _places(choices: Sequence[str], part: str) -> list[int]:
    by_text = [place for place, text in enumerate(choices) if _plain(text) == _plain(part)]
    by_name = _named(part, count=len(choices))
    if by_text and by_name and by_text != by_name:
        raise BadField(
            _(
                "đáp án “%(key)s” vừa là nội dung phương án %(text)s vừa là tên phương án"
                " %(name)s; xin ghi bằng chữ cái."
            )
            % {"key": part, "text": _letters(by_text), "name": _letters(by_name)}
        )
    if by_text or by_name:
        return by_text or by_name
    alike = [place for place, text in enumerate(choices) if fold(text) == fold(part) != ""]
    if len(alike) == 1:
        return alike
    raise BadField(
        _("đáp án “%(key)s” không phải là chữ cái, số thứ tự hay nội dung của phương án nào.")
        % {"key": part[:60]}
    )


def _named(part: str, *, count: int) -> list[int]:
    """The places that letters or numbers name; empty if anything else is among them."""
    bare = _LEAD.sub("", part).strip(" .()[]:")
    words = [word.strip(".()[]:") for word in _SEPARATORS.split(bare)]
    words = [word for word in words if word]
    if len(words) == 1 and len(words[0]) > 1 and words[0].isalpha() and words[0].isupper():
        words = list(words[0])
    places = [_place(word) for word in words]
    if not places or any(place is None or place >= count for place in places):
        return []
    return [place for place in places if place is not None]


def _place(word: str) -> int | None:
    if len(word) == 1 and word.upper() in ascii_uppercase:
        return ascii_uppercase.index(word.upper())
    if re.fullmatch(r"[1-9](?:\.0)?", word):
        return int(word[0]) - 1
    return None


def _letters(places: Sequence[int]) -> str:
    return ", ".join(ascii_uppercase[place] for place in places)


def _plain(text: str) -> str:
    return tidy(text).casefold().rstrip(" .;")
