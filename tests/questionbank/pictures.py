"""Pictures as people and their enemies send them."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw

from questionbank.models import Image as StoredImage, RevisionImage
from questionbank.pictures import read_picture
from tests.factories import NOON


def encoded(picture: Image.Image, name="PNG", **options) -> bytes:
    target = BytesIO()
    picture.save(target, name, **options)
    return target.getvalue()


def drawing(width=320, height=200, colour="firebrick") -> Image.Image:
    """A few flat colours, as a chart has."""
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((width // 8, height // 4, width // 3, height - 4), fill=colour)
    pen.rectangle((width // 2, height // 2, width - 8, height - 4), fill="navy")
    return picture


def photo(width=640, height=480) -> Image.Image:
    """Many colours and a little noise, as a camera gives."""
    grey = Image.effect_noise((width, height), 30)
    slope = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (slope, grey, slope.rotate(180)))


PNG = encoded(drawing())
OTHER_PNG = encoded(drawing(colour="seagreen"))
JPEG = encoded(photo(), "JPEG", quality=90)


def _chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(3 * 100))
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NASTY = {
    "nothing": b"",
    "text": "Không phải hình".encode(),
    "svg": SVG,
    "svg-with-xml-head": b'<?xml version="1.0"?>' + SVG,
    "html": b"<!doctype html><img src=x onerror=alert(1)>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj",
    "zip": b"PK\x03\x04" + bytes(60),
    "bmp": encoded(drawing(), "BMP"),
    "tiff": encoded(drawing(), "TIFF"),
    "ico": encoded(drawing(64, 64), "ICO"),
    "eps": encoded(drawing(), "EPS"),
    "only-the-mark-of-a-png": b"\x89PNG\r\n\x1a\n",
    "cut-png": PNG[: len(PNG) // 2],
    "cut-jpeg": JPEG[: len(JPEG) // 2],
    "cut-webp": encoded(photo(), "WEBP")[:2000],
    "cut-gif": encoded(drawing().quantize(16), "GIF")[:200],
    "bomb-by-its-extent": claiming(60_000, 60_000),
    "bomb-beyond-any-integer": claiming(2**31 - 1, 2**31 - 1),
    "less-data-than-it-claims": claiming(4000, 4000),
    "no-extent": claiming(0, 10),
    "jpeg-head-on-a-png": JPEG[:20] + PNG,
    "text-chunk-bomb": PNG[:33]
    + _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(70 * 1024**2)))
    + PNG[33:],
}


def with_picture(revision, data=PNG, description="Biểu đồ có hai cột") -> str:
    """Puts the picture under the revision; its digest."""
    picture = read_picture(data)
    image, _made = StoredImage.objects.get_or_create(
        digest=picture.digest,
        defaults={
            "content": picture.content,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "kept_at": NOON,
        },
    )
    RevisionImage.objects.create(revision=revision, image=image, description=description)
    return picture.digest
