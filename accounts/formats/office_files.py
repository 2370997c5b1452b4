"""What only looks like an Office file, or carries more than text, is refused before any library."""

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.formats.safe_zip import SafeZip

OLE = b"\xd0\xcf\x11\xe0"  # Office before 2007, and Office files with a password
_MARKUP_BOMB = (b"<!DOCTYPE", b"<!ENTITY")
_DECLARATIONS_WITHIN = 64 * 1024  # bytes; behind the root element there can be none
_MACROS = ("vbaproject.bin", "xl/macrosheets/")
_OPEN_DOCUMENT = "content.xml"
_STRICT = b"purl.oclc.org/ooxml"
_DECLARED_WITHIN = 4096  # bytes, where the main part names its dialect
_LONGEST_TEXT = 2**20  # bytes between two tags; a cell has 32,767 characters at most
MOST_TAGS = 3_000_000  # of all parts, closing ones too; each becomes an object in memory
MOST_TAGS_ASIDE = 400_000  # of what is not the text: the 64,000 styles that Excel allows


def check_office_file(data: bytes, *, part: str, extension: str, texts: tuple[str, ...]) -> SafeZip:
    """The archive of such a document. Raises BadFile unless it is sound and can be read at ease.

    `part` is the main one; parts whose names start as one of `texts` hold what people wrote.
    """
    if data.startswith(OLE):
        raise BadFile(
            _("đây là tệp Office đời cũ hoặc có mật khẩu; xin mở ra và lưu lại dạng %(extension)s.")
            % {"extension": extension}
        )
    if not data.startswith(b"PK"):
        raise _other_type(extension)
    archive = SafeZip(data)
    if part not in archive:
        raise _open_document(extension) if _OPEN_DOCUMENT in archive else _other_type(extension)
    _check_parts(archive, extension, texts)
    if _STRICT in archive.read(part)[:_DECLARED_WITHIN]:
        raise BadFile(
            _(
                "tệp được lưu theo kiểu “Strict Open XML”; xin lưu lại dạng %(extension)s"
                " thông thường."
            )
            % {"extension": extension}
        )
    return archive


def _check_parts(archive: SafeZip, extension: str, texts: tuple[str, ...]) -> None:
    tags = aside = 0
    for name in archive.names:
        lower = name.lower()
        if any(mark in lower for mark in _MACROS):
            raise BadFile(
                _("tệp có chứa macro; xin lưu lại dạng %(extension)s không có macro.")
                % {"extension": extension}
            )
        content = archive.read(name)
        if "/media/" not in lower and _has_long_text(content):
            raise BadFile(_("tệp có ô hoặc đoạn văn dài quá mức."))
        count = content.count(b"<")
        tags += count
        aside += 0 if name.startswith(texts) else count
        if lower.endswith((".xml", ".rels")):
            _refuse_entities(content[:_DECLARATIONS_WITHIN])
    if tags > MOST_TAGS or aside > MOST_TAGS_ASIDE:
        raise BadFile(
            _(
                "tệp quá phức tạp (quá nhiều ô, đoạn văn hoặc kiểu định dạng); xin chép nội dung"
                " sang một tệp mới."
            )
        )


def _has_long_text(content: bytes) -> bool:
    """Whether two megabytes follow each other without a tag, and perhaps if one does."""
    starts = range(0, len(content) - _LONGEST_TEXT, _LONGEST_TEXT)
    return any(content.find(b"<", start, start + _LONGEST_TEXT) < 0 for start in starts)


def _refuse_entities(start: bytes) -> None:
    plain = start.replace(b"\x00", b"").upper()
    if any(mark in plain for mark in _MARKUP_BOMB):
        raise BadFile(_("tệp có khai báo thực thể XML, không được phép."))


def _open_document(extension: str) -> BadFile:
    return BadFile(
        _("đây là tệp OpenDocument (.ods, .odt); xin mở ra và lưu lại dạng %(extension)s.")
        % {"extension": extension}
    )


def _other_type(extension: str) -> BadFile:
    return BadFile(
        _("không phải là tệp %(extension)s; xin mở ra và lưu lại dạng %(extension)s.")
        % {"extension": extension}
    )
