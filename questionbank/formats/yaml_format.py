"""Question files in YAML, as people write them by hand: see structured.py for the fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.formats import structured
from questionbank.formats.base import ALL_FIELDS, LARGEST_FILE, Bank, Format, Item

MOST_VALUES = 1_000_000  # names of fields among them; ten thousand questions have half as many
DEEPEST = 20
_NULL = {"", "~", "null", "Null", "NULL"}


@dataclass
class _Open:
    """A list or a group of fields whose end has not come yet; `name` waits for its value."""

    value: list[Any] | dict[str, Any]
    name: str | None = None

    def add(self, item: Any, *, line: int) -> None:
        if isinstance(self.value, list):
            self.value.append(item)
        elif self.name is not None:
            self.value[self.name] = item
            self.name = None
        elif not isinstance(item, str):
            raise _bad_syntax(line, _("tên trường phải là chữ"))
        elif item in self.value:
            raise _bad_syntax(line, _("trường “%(name)s” được ghi hai lần") % {"name": item[:40]})
        else:
            self.name = item


def _read(data: bytes) -> Iterator[Item]:
    return structured.items_of(_load(data))


def _load(data: bytes) -> Any:
    if len(data) > LARGEST_FILE:
        raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    try:
        return _content(yaml.parse(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader))
    except UnicodeDecodeError as error:
        raise BadFile(_("không phải là tệp chữ UTF-8.")) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _bad_syntax(line, str(error.problem)) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadFile(_("không đọc được tệp YAML.")) from error


def _content(events: Iterator[yaml.Event]) -> Any:
    """What the parser's events amount to, every scalar as the text that was written.

    So the option "1.10" does not become 1.1, nor "no" False; and a field written twice is an
    error, where YAML would silently take the second. References are refused: a few of them
    written one into another unfold into gigabytes. Raises BadFile.
    """
    content = _Open([])
    open_ones = [content]
    for count, event in enumerate(events):
        if len(open_ones) > DEEPEST or count > MOST_VALUES:
            raise BadFile(_("không đọc được tệp YAML."))
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.AliasEvent():
                raise BadFile(_("tệp YAML không được dùng tham chiếu (dấu *)."))
            case yaml.NodeEvent() if event.tag not in (None, "!"):  # type: ignore[attr-defined]
                raise _bad_syntax(line, _("không dùng được kiểu dữ liệu ghi bằng dấu !"))
            case yaml.ScalarEvent():
                is_null = event.implicit[0] and event.value in _NULL
                open_ones[-1].add(None if is_null else event.value, line=line)
            case yaml.SequenceStartEvent():
                open_ones.append(_Open([]))
            case yaml.MappingStartEvent():
                open_ones.append(_Open({}))
            case yaml.CollectionEndEvent():
                closed = open_ones.pop()
                open_ones[-1].add(closed.value, line=line)
    if len(content.value) > 1:
        raise BadFile(_("tệp YAML chỉ được có một phần, không có dòng “---” ở giữa."))
    return next(iter(content.value), None)


def _bad_syntax(line: int, problem: str) -> BadFile:
    return BadFile(
        _("sai cú pháp YAML ở dòng %(line)d: %(problem)s.") % {"line": line, "problem": problem}
    )


def _write(bank: Bank) -> bytes:
    content = structured.content_of(bank)
    text: str = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return text.encode()


FORMAT = Format(
    name="yaml",
    label="YAML",
    extension=".yaml",
    media_type="application/yaml",
    kinds=structured.KINDS,
    fields=ALL_FIELDS,
    read=_read,
    write=_write,
)
