"""Question files in YAML, as people write them by hand: see structured.py for the fields."""

from collections.abc import Hashable, Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from questionbank.formats import structured
from questionbank.formats.base import BadFile, Bank, Format, Item

LARGEST_YAML = 2 * 1024 * 1024  # bytes; the parser takes seconds for a megabyte


class _TextLoader(yaml.SafeLoader):
    """The safe loader, but every scalar stays the text that was written.

    So the option "1.10" does not become 1.1, nor "no" False; and a field written twice is an
    error, where YAML would silently take the second. References are refused: a few of them
    written one into another unfold into gigabytes.
    """

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise BadFile(_("tệp YAML không được dùng tham chiếu (dấu *)."))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _value in node.value]
        if repeated := sorted({str(name) for name in names if names.count(name) > 1}):
            raise yaml.constructor.ConstructorError(
                None,
                None,
                _("trường “%(name)s” được ghi hai lần") % {"name": repeated[0]},
                node.start_mark,
            )
        return super().construct_mapping(node, deep=deep)


def _read(data: bytes) -> Iterator[Item]:
    return structured.items_of(_load(data))


def _load(data: bytes) -> Any:
    if len(data) > LARGEST_YAML:
        raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_YAML // 1024**2})
    try:
        return yaml.load(data.decode("utf-8-sig"), Loader=_TextLoader)  # noqa: S506 (a SafeLoader)
    except UnicodeDecodeError as error:
        raise BadFile(_("không phải là tệp chữ UTF-8.")) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadFile(
            _("sai cú pháp YAML ở dòng %(line)d: %(problem)s.")
            % {"line": line, "problem": error.problem}
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(_("không đọc được tệp YAML.")) from error


def _write(bank: Bank) -> bytes:
    text = yaml.safe_dump(structured.content_of(bank), allow_unicode=True, sort_keys=False)
    return text.encode()


FORMAT = Format(
    name="yaml",
    label="YAML",
    extension=".yaml",
    media_type="application/yaml",
    kinds=structured.KINDS,
    fields=structured.FIELDS,
    read=_read,
    write=_write,
)
