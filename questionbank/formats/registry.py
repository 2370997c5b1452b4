"""The formats there are, and which one a file is in."""

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.formats import (
    aiken,
    csv_format,
    docx,
    gift,
    json_format,
    moodle_xml,
    qti,
    xlsx,
    yaml_format,
)
from questionbank.formats.base import Format
from questionbank.formats.markup import root_name

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        xlsx,
        docx,
        csv_format,
        gift,
        aiken,
        moodle_xml,
        qti,
        json_format,
        yaml_format,
    )
}
_BY_PART = {b"xl/workbook.xml": "xlsx", b"word/document.xml": "docx"}
_BY_EXTENSION = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".docx": "docx",
    ".docm": "docx",
    ".doc": "docx",
    ".csv": "csv",
    ".tsv": "csv",
    ".gift": "gift",
    ".aiken": "aiken",
    ".zip": "qti",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
}


def format_of(name: str, data: bytes) -> Format:
    """The format of a file by its name, and by its content where the name leaves it open.

    Raises BadFile for a name that no format has.
    """
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if data.startswith(b"PK") and extension != ".zip":  # Office files tell what they are
        for part, found in _BY_PART.items():
            if part in data:
                return FORMATS[found]
    if extension == ".xml":
        return FORMATS["moodle" if root_name(data) == "quiz" else "qti"]
    if extension == ".txt":
        if csv_format.is_table(data):  # what Excel calls "Unicode text"
            return FORMATS["csv"]
        return FORMATS["aiken" if b"{" not in data or aiken.has_answer(data) else "gift"]
    if extension not in _BY_EXTENSION:
        known = ", ".join(sorted({it.extension for it in FORMATS.values()}))
        raise BadFile(
            _("không rõ định dạng tệp; các đuôi tệp nhận được: %(known)s.") % {"known": known}
        )
    return FORMATS[_BY_EXTENSION[extension]]
