"""Official papers as Word files, from the platform's own templates or the office's."""

import re
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError

from accounts.formats.bad_file import BadFile
from accounts.formats.office_files import check_office_file
from accounts.formats.safe_zip import SafeZip
from contest.enums import DocumentKind
from contest.exports.documents.builtin import builtin_template
from contest.exports.documents.example import example_fields
from contest.exports.documents.fencing import BadTemplate, Fence
from contest.exports.documents.fields import Fields
from contest.exports.documents.layout import add_foot

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_TEMPLATE = 5 * 1024 * 1024  # bytes
LARGEST_PART = 1024 * 1024  # bytes of XML in which fields are looked for
MOST_FIELDS = 2000
LONGEST_FIELD = 300  # characters between the braces
_MAIN = "word/document.xml"
_WITH_FIELDS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml|docProps/core\.xml")
_TAG = re.compile(r"<[^>]*>")
_BRACES = re.compile(r"\{\{|\{%|\{#")
_FIELD = re.compile(
    rf"\{{\{{.{{0,{LONGEST_FIELD}}}?\}}\}}|\{{%.{{0,{LONGEST_FIELD}}}?%\}}", re.DOTALL
)
_ACTIVE = ("/embeddings/", "/activex/", "word/afchunk")
_EXTERNAL = re.compile(
    rb"<Relationship\s[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE
)
_HYPERLINK = re.compile(rb"relationships/hyperlink[\"']")
# letters that XML has no way to write
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def word_document(kind: DocumentKind, fields: Fields, *, template: bytes | None = None) -> bytes:
    """The paper as .docx; whatever its template, the foot of every page says what was sealed.

    Raises BadTemplate when the office's template is not to be used.
    """
    if template is not None:
        _check_file(template)
    return _rendered(template or builtin_template(kind), _plain(fields), example_fields(kind))


def check_template(kind: DocumentKind, data: bytes) -> None:
    """Raises BadTemplate unless the file can be filled in with the fields of that paper."""
    example = example_fields(kind)
    _check_file(data)
    _rendered(data, example, example)


def _rendered(template: bytes, fields: Fields, known: Fields) -> bytes:
    document = DocxTemplate(BytesIO(template))
    try:
        document.render(fields, Fence(known), autoescape=True)
        add_foot(document.docx, fields["chan_trang"])
        file = BytesIO()
        document.save(file)
    except BadTemplate:
        raise
    except TemplateError as error:
        raise BadTemplate(_("mẫu không điền được (%(detail)s).") % {"detail": error}) from error
    except Exception as error:  # python-docx and lxml raise whatever a broken part leads them to
        raise BadTemplate(_("mẫu có phần không đọc được hoặc không điền được.")) from error
    return file.getvalue()


def _check_file(data: bytes) -> None:
    if len(data) > LARGEST_TEMPLATE:
        raise BadTemplate(_("mẫu lớn quá %(size)d MB.") % {"size": LARGEST_TEMPLATE // 1024**2})
    try:
        archive = check_office_file(data, part=_MAIN, extension=".docx", texts=("word/",))
        for name in archive.names:
            _check_part(archive, name)
    except BadFile as error:
        raise BadTemplate(str(error)) from error


def _check_part(archive: SafeZip, name: str) -> None:
    lower = name.lower()
    if any(mark in f"/{lower}" if mark[0] == "/" else mark in lower for mark in _ACTIVE):
        raise BadTemplate(_("mẫu có nhúng tệp hoặc điều khiển khác; xin bỏ đi rồi lưu lại."))
    if lower.endswith(".rels"):
        links = _EXTERNAL.findall(archive.read(name))
        if any(not _HYPERLINK.search(link) for link in links):
            raise BadTemplate(_("mẫu lấy nội dung từ nơi khác; xin bỏ liên kết rồi lưu lại."))
    if _WITH_FIELDS.fullmatch(name):
        _check_fields(archive.read(name))


def _check_fields(part: bytes) -> None:
    """Every brace closes soon: what looks for them would else search the whole part for each."""
    if len(part) > LARGEST_PART:
        raise BadTemplate(_("mẫu quá dài: một phần của tệp lớn hơn 1 MB."))
    xml = part.decode("utf-8", errors="replace")
    if any(_BRACES.search(tag) for tag in _TAG.findall(xml)):
        raise BadTemplate(_("mẫu có trường nằm ngoài phần chữ."))
    text = _TAG.sub("", xml)
    if len(_BRACES.findall(text)) > MOST_FIELDS:
        raise BadTemplate(_("mẫu có quá %(most)d trường.") % {"most": MOST_FIELDS})
    if left := _BRACES.search(_FIELD.sub("", text)):
        raise BadTemplate(_("dấu “%(brace)s” trong mẫu chưa được đóng.") % {"brace": left[0]})


def _plain(value: Any) -> Any:
    """The same without the letters that would make the file unreadable."""
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
