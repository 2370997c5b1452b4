"""QR codes of addresses, for screens (SVG) and print (PNG)."""

from io import BytesIO
from typing import Any

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.base import BaseImage
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage
from qrcode.main import QRCode

_BORDER = 4  # modules: the quiet zone that the standard wants


def qr_svg(text: str) -> bytes:
    """Black on white, of any size."""
    image: Any = _code(text, SvgPathFillImage, box_size=10).make_image()
    return bytes(image.to_string())


def qr_png(text: str, *, size: int) -> bytes:
    """A square of `size` pixels: whole pixels for every module, the rest is quiet zone."""
    probe = _code(text, PilImage, box_size=1)
    modules = probe.modules_count + 2 * _BORDER
    if size < modules:
        raise ValueError(f"{modules} pixels are needed")
    made: Any = _code(text, PilImage, box_size=size // modules).make_image()
    image = made.get_image().convert("L")
    canvas = Image.new("L", (size, size), color=255)
    canvas.paste(image, ((size - image.width) // 2, (size - image.height) // 2))
    buffer = BytesIO()
    canvas.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _code(text: str, image_factory: type[BaseImage], *, box_size: int) -> QRCode[Any]:
    code = QRCode(
        error_correction=ERROR_CORRECT_M,
        box_size=box_size,
        border=_BORDER,
        image_factory=image_factory,
    )
    code.add_data(text.encode())
    code.make(fit=True)
    return code
