"""Pictures in question files: <img> in HTML, names and base64."""

import binascii
import html
import re
from base64 import b64decode
from dataclasses import dataclass

import nh3
from django.utils.translation import gettext as _

from questionbank.enums import PictureType
from questionbank.formats.fields import BadField
from questionbank.formats.parsed import ParsedPicture

_EMBEDDED = re.compile(r"<(?:audio|video|iframe|object|embed|applet|canvas|svg)\b", re.IGNORECASE)
_ATTACHED = re.compile(r"""href\s*=\s*["']?@@PLUGINFILE@@""", re.IGNORECASE)
_TAG = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')  # as nh3 writes it
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


@dataclass(frozen=True)
class Mention:
    """A picture that a text mentions; `source` is an address, relative within the file."""

    source: str
    description: str


def the_mention(markup: str) -> Mention | None:
    """The one picture of a text in HTML. Raises BadField for more of them, films and the like."""
    found = _mentions(markup)
    if len(found) > 1:
        raise BadField(_("có hơn một hình dưới câu hỏi, chưa được hỗ trợ."))
    return found[0] if found else None


def check_no_mention(markup: str) -> None:
    """Raises BadField when an option has a picture: what it says would be lost."""
    if _mentions(markup):
        raise BadField(_("có hình trong phương án, chưa được hỗ trợ."))


def not_in_file(source: str) -> BadField:
    return BadField(_("hình “%(name)s” không có trong tệp.") % {"name": source[:80]})


def file_name(picture: ParsedPicture) -> str:
    """What a picture is called within a file; it tells nothing of the question."""
    extension = {PictureType.PNG: "png", PictureType.JPEG: "jpg"}[picture.media_type]
    return f"{picture.digest[:16]}.{extension}"


def from_base64(text: str) -> bytes:
    """Raises BadField."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadField(_("hình không viết đúng dạng base64.")) from error


def _mentions(markup: str) -> list[Mention]:
    """Raises BadField for what a text cannot do without either, and we cannot show."""
    if _EMBEDDED.search(markup):
        raise BadField(_("có âm thanh, phim hoặc tệp nhúng, chưa được hỗ trợ."))
    if _ATTACHED.search(markup):
        raise BadField(_("có tệp đính kèm, chưa được hỗ trợ."))
    if "<img" not in markup.lower():
        return []
    clean = nh3.clean(markup, tags={"img"}, attributes={"img": {"src", "alt"}}, link_rel=None)
    tags = (dict(_ATTRIBUTE.findall(tag)) for tag in _TAG.findall(clean))
    return [
        Mention(html.unescape(tag.get("src", "")), html.unescape(tag.get("alt", "")))
        for tag in tags
    ]
