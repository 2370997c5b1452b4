"""IMS QTI 2.1: packages of one assessmentItem a file, or a single such file.

QTI has no true-or-false question; as in the examples of its specification, ours is a single
choice whose options are identified as "true" and "false". An item needs an identifier: the one
of a question without a code is "no-code-" and its number. Points are the default of the outcome
MAXSCORE, a number's tolerance that of <equal>.

This is how packages are read; an item is read in `qti_items`, all is written in `qti_writing`.
"""

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.formats.safe_zip import SafeZip
from questionbank.enums import QuestionKind
from questionbank.formats.base import PARAGRAPHS, PINS, Format, Item
from questionbank.formats.markup import elements_at, local_name, root_name
from questionbank.formats.parsed import Problem
from questionbank.formats.picture_markup import not_in_file
from questionbank.formats.qti_items import ReadFile, item_of
from questionbank.formats.qti_writing import MANIFEST, write

_ITEM_TYPE = re.compile(r"imsqti_item_xmlv2p\d")
_ITEM = "assessmentItem"
_OTHER_VERSIONS = {
    "questestinterop": "1.2",  # what Canvas, Blackboard and ExamView export
    "qti-assessment-item": "3.0",
    "qti-assessment-test": "3.0",
}


def _read(data: bytes) -> Iterator[Item]:
    if not data.startswith(b"PK"):
        yield item_of(_root(data), _no_file, where=_where(1))
        return
    package = SafeZip(data)
    listed = _listed(package)
    if listed:
        for number, name in enumerate(listed, start=1):
            yield _member(package, name, where=_where(number))
        return
    yield from _unlisted(package)


def _where(number: int) -> str:
    return _("câu %(number)d") % {"number": number}


def _root(data: bytes) -> Element:
    """The assessmentItem. Raises BadFile."""
    try:
        (root,) = elements_at(data, depth=0, roots=frozenset({_ITEM}))
    except BadFile as error:
        if (name := root_name(data)) in _OTHER_VERSIONS:
            raise BadFile(_other_version(name)) from error
        raise
    return root


def _other_version(root: str) -> str:
    return _(
        "tệp theo QTI %(version)s chưa được hỗ trợ; xin xuất theo QTI 2.1 hoặc 2.2, Moodle XML,"
        " GIFT hay Aiken."
    ) % {"version": _OTHER_VERSIONS[root]}


def _member(package: SafeZip, name: str, *, where: str) -> Item:
    if name not in package:
        return Problem(
            where, _("gói không có tệp “%(name)s” đã nêu trong danh mục.") % {"name": name[:80]}
        )
    data = package.read(name)  # a broken archive is no matter of one question
    try:
        root = _root(data)
    except BadFile as error:
        return Problem(where, str(error))
    return item_of(root, _files_beside(package, name), where=where)


def _listed(package: SafeZip) -> list[str]:
    """The items' files in the order of the manifest. Raises BadFile when it is broken."""
    manifests = [name for name in package.names if posixpath.basename(name) == MANIFEST]
    if not manifests:
        return []
    manifest = min(manifests, key=lambda name: (name.count("/"), name))
    folder = posixpath.dirname(manifest)
    names: dict[str, None] = {}
    for element in elements_at(package.read(manifest), depth=2, roots=frozenset({"manifest"})):
        href = _item_href(element)
        if href:
            names.setdefault(posixpath.normpath(posixpath.join(folder, href)))
    return list(names)


def _item_href(element: Element) -> str:
    if local_name(element) != "resource" or not _ITEM_TYPE.match(element.get("type", "")):
        return ""
    files = (each.get("href", "") for each in element if local_name(each) == "file")
    return unquote(element.get("href") or next(files, ""))


def _unlisted(package: SafeZip) -> Iterator[Item]:
    """The items of a package whose manifest names none: every XML file that is one."""
    number, reason = 0, _("gói QTI không có câu hỏi nào (tệp assessmentItem).")
    for name in package.names:
        if not name.lower().endswith((".xml", ".qti")):
            continue
        data = package.read(name)
        root = root_name(data)
        if root in _OTHER_VERSIONS:
            reason = _other_version(root)
        if root != _ITEM:
            continue
        number += 1
        yield _member(package, name, where=_where(number))
    if number == 0:
        raise BadFile(reason)


def _files_beside(package: SafeZip, item: str) -> ReadFile:
    """The package's files by their addresses in the item of that name."""

    def read_file(address: str) -> bytes:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(item), unquote(address)))
        return package.read(name) if name in package else _no_file(address)

    return read_file


def _no_file(address: str) -> bytes:
    raise not_in_file(address)


FORMAT = Format(
    name="qti",
    label="IMS QTI 2.1",
    extension=".zip",
    media_type="application/zip",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("code", "stem", "kind", "choices", "accepted", "number", "tolerance"),
            *("scoring", "points", "explanation", "picture", PINS, PARAGRAPHS),
        }
    ),
    read=_read,
    write=write,
    names_options=True,
)
