"""Question files in JSON: see structured.py for the fields. Nothing of the bank is lost."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.formats import structured
from questionbank.formats.base import ALL_FIELDS, LARGEST_FILE, Bank, Format, Item

MOST_GROUPS = 1_000_000  # lists and mappings; ten thousand questions have a tenth of it


def _read(data: bytes) -> Iterator[Item]:
    return structured.items_of(_load(data))


def _load(data: bytes) -> Any:
    if len(data) > LARGEST_FILE:
        raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    if data.count(b"[") + data.count(b"{") > MOST_GROUPS:
        raise BadFile(_("tệp JSON có quá nhiều danh sách và nhóm trường."))
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_without_repeats,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
        )
    except UnicodeDecodeError as error:
        raise BadFile(_("không phải là tệp chữ UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise BadFile(_("sai cú pháp JSON ở dòng %(line)d.") % {"line": error.lineno}) from error
    except RecursionError as error:
        raise BadFile(_("không đọc được tệp JSON.")) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for name, value in pairs:
        if name in entry:
            raise BadFile(_("trường “%(name)s” được ghi hai lần.") % {"name": name[:40]})
        entry[name] = "true" if value is True else "" if value is False else value
    return entry


def _write(bank: Bank) -> bytes:
    return json.dumps(structured.content_of(bank), ensure_ascii=False, indent=1).encode()


FORMAT = Format(
    name="json",
    label="JSON",
    extension=".json",
    media_type="application/json",
    kinds=structured.KINDS,
    fields=ALL_FIELDS,
    read=_read,
    write=_write,
)
