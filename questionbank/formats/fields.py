"""Reading one field of a question file: tidied text, or a reason that an organiser understands."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules.folding import fold, tidy

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SLUG = re.compile(r"[-a-zA-Z0-9_]+")
_LOST = re.compile("[\ufffc\ufffd]")  # what stands where something could not be read
_LIST_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)]) ")


class BadField(ValueError):
    """Carries the Vietnamese reason."""


def known_fields(entry: Any, *, allowed: set[str]) -> dict[str, Any]:
    """The entry as a mapping, with no field that we would silently ignore. Raises BadField."""
    if not isinstance(entry, Mapping):
        raise BadField(_("phải là một nhóm trường “tên: giá trị”."))
    unknown = sorted(str(name)[:40] for name in entry if name not in allowed)
    if unknown:
        raise BadField(_("có trường không rõ: %(names)s.") % {"names": ", ".join(unknown[:5])})
    return dict(entry)


def text(entry: Mapping[str, Any], name: str, *, longest: int, required: bool = True) -> str:
    """The tidied text of a field, "" when absent and not required. Raises BadField."""
    value = entry.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadField(_("trường “%(name)s” phải là chữ.") % {"name": name})
    return checked_text(value, name=name, longest=longest, required=required)


def checked_text(
    value: str, *, name: str, longest: int, required: bool = True, paragraphs: bool = False
) -> str:
    """The tidied value, its paragraphs kept on demand.

    Raises BadField when it is empty, too long, holds control characters or has lost some.
    """
    tidied = tidy_paragraphs(value) if paragraphs else tidy(value)
    if required and not tidied:
        raise BadField(_("thiếu trường “%(name)s”.") % {"name": name})
    if len(tidied) > longest:
        raise BadField(
            _("trường “%(name)s” dài quá %(longest)d ký tự.") % {"name": name, "longest": longest}
        )
    if _LOST.search(tidied):
        raise BadField(
            _("trường “%(name)s” có công thức, hình vẽ hoặc ký hiệu không đọc được thành chữ.")
            % {"name": name}
        )
    if _CONTROL.search(tidied):
        raise BadField(_("trường “%(name)s” có ký tự điều khiển.") % {"name": name})
    return tidied


def unless_seen(name: str, seen: set[str]) -> str:
    """The name, or "" if it was seen before: names may be repeated where codes may not."""
    key = fold(name)
    if key in seen:
        return ""
    seen.add(key)
    return name


def legible(text: str) -> str:
    """The text without control characters and halves of characters."""
    return _CONTROL.sub("", text)


def tidy_paragraphs(text: str) -> str:
    """Tidied paragraphs with an empty line between, the lines of a list each on its own."""
    lines: list[str] = []
    for line in text.splitlines():
        tidied = tidy(line)
        if tidied and lines and lines[-1] and not _LIST_ITEM.match(tidied):
            lines[-1] += " " + tidied
        elif tidied or (lines and lines[-1]):
            lines.append(tidied)
    return "\n".join(lines).strip("\n")


def checked_slug(value: str, *, name: str, longest: int) -> str:
    """A code of unaccented letters, digits, "-" and "_", or nothing. Raises BadField."""
    code = checked_text(value, name=name, longest=longest, required=False)
    if code and not _SLUG.fullmatch(code):
        raise BadField(
            _("trường “%(name)s” chỉ gồm chữ cái không dấu, chữ số, “-” và “_”.") % {"name": name}
        )
    return code


def slug(entry: Mapping[str, Any], name: str, *, longest: int) -> str:
    """A required code. Raises BadField."""
    return checked_slug(text(entry, name, longest=longest), name=name, longest=longest)


def day(entry: Mapping[str, Any], name: str) -> date | None:
    """A date written 2022-02-18, None when absent. Raises BadField."""
    value = text(entry, name, longest=10, required=False)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadField(
            _("trường “%(name)s” phải là ngày có thật, viết theo dạng 2022-02-18.") % {"name": name}
        ) from error


def entries(value: Any, name: str) -> list[Any]:
    """The value as a list, empty when absent. Raises BadField."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadField(_("trường “%(name)s” phải là một danh sách.") % {"name": name})
    return value


def label(entry: Any, *, number: int, kind: str) -> str:
    """How to call an entry in a report: its code, or its number in the list when it has none."""
    code = entry.get("code") if isinstance(entry, Mapping) else None
    if isinstance(code, str) and tidy(code):
        return tidy(code)[:60]
    return f"{kind} {number}"
