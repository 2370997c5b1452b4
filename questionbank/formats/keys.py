"""Which options a key means, however people write it: letters, numbers, or an option's text."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.rules.folding import fold, tidy
from questionbank.formats.base import LONGEST_TEXT
from questionbank.formats.fields import BadField

_SEPARATORS = re.compile(r"[\s,;/+&|]+|\bvà\b|\band\b", re.IGNORECASE)
_NOUN = (
    r"(?:câu trả lời|trả lời|phương án|đáp án|lựa chọn|câu|ý|đ\.?\s?/?a|đ/án|tl|option|answer|key)"
)
ARROW = r"(?:[=-]?>|[→⇒])"
LEAD = (  # "Đáp án đúng là", "=> Chọn ý"
    rf"{ARROW}?\s*(?:chọn\s+)?"
    rf"(?:{_NOUN}(?:\s+(?:trả lời\s+)?(?:đúng|chính xác))?(?:\s+là)?|chọn)"
)
_LEADS = re.compile(
    rf"^(?:(?:{LEAD}\s*[:.]?|{ARROW})\s*){{1,2}}(?=[\W_]*[A-Ha-h1-8]\b)", re.IGNORECASE
)
_MOST_PLACES = 8
_AROUND = " .,;()[]{}:\"'“”"
_LETTER_AND_MORE = re.compile(r"([A-Ha-h])\s*(?:[.):;,/]|\s[-–]|(?=\s\())\s*(\S.*)", re.DOTALL)
_REMARK = re.compile(
    r"\(.*\)\W*|(?:vì|do|bởi|theo|căn cứ|giải thích|điều|khoản|điểm)\b.*", re.IGNORECASE | re.DOTALL
)


def letter_of(place: int) -> str:
    """What an option is called, by its place from 0; beyond Z its number."""
    return ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1)


def places_by_name(choices: Sequence[str], key: Sequence[str]) -> frozenset[int]:
    """As `right_places`, of a key that is made of names: an option's text means nothing in it."""
    given = [tidy(part) for part in key if tidy(part)]
    if not given:
        raise BadField(_("thiếu đáp án."))
    places: set[int] = set()
    for part in given:
        named = _named(part)
        if not named or max(named) >= len(choices):
            raise BadField(_("đáp án “%(key)s” không có trong các phương án.") % {"key": part[:60]})
        places.update(named)
    return frozenset(places)


def written_key(choices: Sequence[str], right: Collection[int], *, between: str = "") -> list[str]:
    """The names of the right options, such that `right_places` finds them again.

    Letters as a rule; where an option is itself "B", the next way of writing that is clear. With
    `between` it must be clear when the names are joined by it.
    """
    ways = ("{letter}", "{number}", "({letter})", "phương án {letter}")
    for way in ways:
        names = [way.format(letter=letter_of(place), number=place + 1) for place in sorted(right)]
        if _is_clear(choices, [between.join(names)] if between else names, frozenset(right)):
            return names
    return [letter_of(place) for place in sorted(right)]


def _is_clear(choices: Sequence[str], names: list[str], right: frozenset[int]) -> bool:
    try:
        return right_places(choices, names) == right
    except BadField:
        return False


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
    if len(part) > LONGEST_TEXT:
        raise _unknown(part)
    by_text = [place for place, text in enumerate(choices) if tidy(text) == part]
    by_text = by_text or [
        place for place, text in enumerate(choices) if _plain(text) == _plain(part)
    ]
    named = _named(part)
    by_name = named if all(place < len(choices) for place in named) else []
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
    if place := _lettered(choices, part):
        return place
    if named and max(named) < _MOST_PLACES:
        raise BadField(_("đáp án “%(key)s” không có trong các phương án.") % {"key": part})
    raise _unknown(part)


def _unknown(part: str) -> BadField:
    return BadField(
        _("đáp án “%(key)s” không phải là chữ cái, số thứ tự hay nội dung của phương án nào.")
        % {"key": part[:60]}
    )


def _named(part: str) -> list[int]:
    """The places that letters or numbers name; empty if anything else is among them."""
    bare = unicodedata.normalize("NFKC", _LEADS.sub("", part)).strip(_AROUND)
    words = [word.strip(_AROUND) for word in _SEPARATORS.split(bare)]
    words = [word for word in words if word]
    if len(words) == 1 and len(words[0]) > 1 and words[0].isalpha() and words[0].isupper():
        words = list(words[0])
    places = [place for place in map(_place, words) if place is not None]
    return places if len(places) == len(words) else []


def _lettered(choices: Sequence[str], part: str) -> list[int]:
    """The place of a letter with its option's text, or with a remark, behind it: "B. Huế"."""
    found = _LETTER_AND_MORE.fullmatch(_LEADS.sub("", part))
    place = _place(found[1]) if found else None
    if found is None or place is None:
        return []
    same = [at for at, text in enumerate(choices) if fold(text) == fold(found[2]) != ""]
    is_remark = not same and place < len(choices) and _REMARK.fullmatch(found[2])
    return [place] if same == [place] or is_remark else []


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
