"""Pictures of strangers: decoded within bounds, and encoded anew with nothing but the picture."""

import re
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageOps

from questionbank.enums import PictureType
from questionbank.formats.fields import BadField, checked_text
from questionbank.formats.parsed import ParsedPicture

LARGEST_SENT = 8 * 1024 * 1024  # bytes
MOST_PIXELS = 24_000_000  # that a picture may claim; four bytes of memory each
LONGEST_SIDE = 1600  # pixels of a picture as it is kept
LARGEST_KEPT = 400 * 1024  # bytes: eight seconds on a slow phone
LONGEST_DESCRIPTION = 300
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_STEPS = ((LONGEST_SIDE, 80), (1200, 70), (800, 60), (480, 50))  # longer side, quality of a JPEG
_FEW_COLOURS = 256
# After 0xFF: what a bare JPEG is made of. Within its data an 0xFF is always followed by 0x00.
_FOREIGN_PART = re.compile(rb"\xff(?![\x00\xc0-\xc2\xc4\xd0-\xdb\xdd\xe0])")
_JFIF = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"  # without a thumbnail: that part is 16 bytes long


def read_picture(data: bytes) -> ParsedPicture:
    """The picture, upright, no larger than LONGEST_SIDE and LARGEST_KEPT, without metadata.

    Of several frames it is the first; what was transparent is white. What this gives is read
    again as the same bytes. Raises BadField.
    """
    with _opened(data) as sent:
        claimed = sent.size
        if sent.width * sent.height > MOST_PIXELS:
            raise BadField(
                _("hình lớn quá %(most)d triệu điểm ảnh.") % {"most": MOST_PIXELS // 1_000_000}
            )
        try:
            picture = _decoded(sent)
        except Exception as error:  # Pillow raises whatever a broken file leads it to
            raise _not_a_picture() from error
    if picture.size == claimed and len(data) <= LARGEST_KEPT and _is_bare_jpeg(data):
        return _parsed(data, PictureType.JPEG, picture)  # another encoding would only cost detail
    return _encoded(picture)


def checked_description(text: str) -> str:
    """What is read out to those who cannot see the picture. Raises BadField without it."""
    if not text.strip():
        raise BadField(_("hình chưa có mô tả (Alt Text) cho người không nhìn thấy."))
    return checked_text(text, name=_("mô tả hình"), longest=LONGEST_DESCRIPTION)


def claimed_pixels(data: bytes) -> int:
    """As many as reading the picture may have to decode, at most MOST_PIXELS. Raises BadField."""
    with _opened(data) as sent:
        return min(sent.width * sent.height, MOST_PIXELS)


def _opened(data: bytes) -> Image.Image:
    """Only the head of it has been read. Raises BadField."""
    if len(data) > LARGEST_SENT:
        raise BadField(_("hình lớn quá %(size)d MB.") % {"size": LARGEST_SENT // 1024**2})
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except Exception as error:
        raise _not_a_picture() from error


def _not_a_picture() -> BadField:
    return BadField(_("tệp không phải là hình PNG, JPEG, WebP hoặc GIF, hoặc đã hỏng."))


def _decoded(sent: Image.Image) -> Image.Image:
    """Upright, opaque, bounded, in grey or in full colour."""
    sent.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at a half or less
    sent.load()
    ImageOps.exif_transpose(sent, in_place=True)
    picture: Image.Image = sent
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        picture = _on_white(picture if picture.mode == "RGBA" else picture.convert("RGBA"))
    elif picture.mode not in ("L", "RGB"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture.copy()  # what was sent is closed


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _is_bare_jpeg(data: bytes) -> bool:
    """Whether the file is a JPEG that holds no metadata and nothing behind its end."""
    return (
        data.startswith(_JFIF)
        and data.count(b"\xff\xe0") == 1
        and data.find(b"\xff\xd9") == len(data) - 2
        and not _FOREIGN_PART.search(data)
    )


def _encoded(picture: Image.Image) -> ParsedPicture:
    """The first of the steps that is small enough. Raises BadField for none: that is noise."""
    for longest_side, quality in _STEPS:
        picture.thumbnail((longest_side, longest_side))
        content, media_type = min(_encodings(picture, quality), key=lambda each: len(each[0]))
        if len(content) <= LARGEST_KEPT:
            return _parsed(content, media_type, picture)
    raise BadField(_("hình quá nhiều chi tiết, không nén lại được; xin chọn hình khác."))


def _encodings(picture: Image.Image, quality: int) -> Iterator[tuple[bytes, PictureType]]:
    yield _saved(_with_palette(picture), "PNG"), PictureType.PNG
    yield _saved(picture, "JPEG", quality=quality, progressive=True), PictureType.JPEG


def _saved(picture: Image.Image, name: str, **options: object) -> bytes:
    target = BytesIO()
    picture.info.clear()  # or the colour profile of what was sent would go along
    picture.save(target, name, **options)
    return target.getvalue()


def _with_palette(picture: Image.Image) -> Image.Image:
    """The same picture, at one byte a pixel where that loses nothing."""
    if picture.mode != "RGB" or picture.getcolors(_FEW_COLOURS) is None:
        return picture
    small = picture.quantize(_FEW_COLOURS, dither=Image.Dither.NONE)
    is_exact = ImageChops.difference(small.convert("RGB"), picture).getbbox() is None
    return small if is_exact else picture


def _parsed(content: bytes, media_type: PictureType, picture: Image.Image) -> ParsedPicture:
    return ParsedPicture(
        digest=sha256(content).hexdigest(),
        media_type=media_type,
        width=picture.width,
        height=picture.height,
        content=content,
    )
