"""What only looks like an Office file, or carries more than text, is refused before any library."""

from django.utils.translation import gettext as _

from questionbank.formats.base import BadFile
from questionbank.formats.safe_zip import SafeZip

_OLE = b"\xd0\xcf\x11\xe0"  # Office before 2007, and Office files with a password
_MARKUP_BOMB = (b"<!DOCTYPE", b"<!ENTITY")
_DECLARATIONS_WITHIN = 64 * 1024  # bytes; behind the root element there can be none


def check_office_file(data: bytes, *, part: str, extension: str) -> None:
    """Raises BadFile unless this is a sound archive with the main part of such a document."""
    if data.startswith(_OLE):
        raise BadFile(
            _("đây là tệp Office đời cũ hoặc có mật khẩu; xin mở ra và lưu lại dạng %(extension)s.")
            % {"extension": extension}
        )
    if not data.startswith(b"PK"):
        raise BadFile(_("không phải là tệp %(extension)s.") % {"extension": extension})
    archive = SafeZip(data)
    if part not in archive:
        raise BadFile(_("không phải là tệp %(extension)s.") % {"extension": extension})
    archive.check()
    for name in archive.names:
        lower = name.lower()
        if lower.endswith("vbaproject.bin"):
            raise BadFile(
                _("tệp có chứa macro; xin lưu lại dạng %(extension)s không có macro.")
                % {"extension": extension}
            )
        if lower.endswith((".xml", ".rels")):
            _refuse_entities(archive.read(name)[:_DECLARATIONS_WITHIN])


def _refuse_entities(start: bytes) -> None:
    plain = start.replace(b"\x00", b"").upper()
    if any(mark in plain for mark in _MARKUP_BOMB):
        raise BadFile(_("tệp có khai báo thực thể XML, không được phép."))
