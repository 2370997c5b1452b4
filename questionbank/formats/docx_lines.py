"""Word documents as lines of text with the marks that stand on each letter."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from questionbank.formats.base import BadFile, RawPicture
from questionbank.formats.office_files import check_office_file

BOLD, UNDERLINE, COLOUR = 1, 2, 4
MARKS = (BOLD, UNDERLINE, COLOUR)
DEEPEST = 200
Element = Any  # of lxml, which has no types
_PLAIN_COLOURS = {"auto", "000000"}
_LETTERED = {"upperLetter", "lowerLetter"}


@dataclass(frozen=True)
class Line:
    """`marks` has a byte for each character of `text`.

    `list_kind` is "number" or "letter" where Word itself counts; then the count is not in the
    text.
    """

    text: str
    marks: bytes
    list_kind: str = ""
    is_heading: bool = False
    pictures: tuple[RawPicture, ...] = ()  # of the whole paragraph, with its first line


@dataclass(frozen=True)
class TableCells:
    """A table that holds no more than a line in each cell, as a key table does."""

    rows: list[list[str]]


@dataclass(frozen=True)
class _Known:
    """What the paragraphs refer to."""

    list_kinds: dict[tuple[str, str], str]
    part: Any  # of python-docx: the document's, with what is related to it


@dataclass
class _Writer:
    text: list[str] = field(default_factory=list)
    marks: bytearray = field(default_factory=bytearray)

    def add(self, text: str, mark: int) -> None:
        self.text.append(text)
        self.marks.extend(bytes([mark]) * len(text))


def read_lines(data: bytes) -> Iterator[Line | TableCells]:
    """Everything in the body in order. Raises BadFile."""
    check_office_file(data, part="word/document.xml", extension=".docx")
    try:
        document = Document(io.BytesIO(data))
        known = _Known(_list_kinds(document), document.part)
        yield from _lines(document.element.body, known, depth=0)
    except BadFile:
        raise
    except (XMLSyntaxError, KeyError, ValueError, AttributeError, TypeError, OSError) as error:
        raise _broken() from error
    except (zipfile.BadZipFile, RecursionError, IndexError, AssertionError) as error:
        raise _broken() from error
    except Exception as error:  # python-docx has errors of its own for parts that are missing
        if type(error).__module__.startswith("docx"):
            raise _broken() from error
        raise


def _broken() -> BadFile:
    return BadFile(_("tệp Word bị hỏng hoặc không đúng định dạng."))


def _lines(parent: Element, known: _Known, depth: int) -> Iterator[Line | TableCells]:
    if depth > DEEPEST:
        raise _broken()
    for element in parent:
        if element.tag == qn("w:p"):
            yield from _paragraph(element, known)
        elif element.tag == qn("w:tbl"):
            yield _cells(element)
            for cell in element.iter(qn("w:tc")):
                yield from _lines(cell, known, depth + 1)
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")):
            yield from _lines(element, known, depth + 1)


def _cells(table: Element) -> TableCells:
    return TableCells(
        [
            ["".join(cell.itertext(qn("w:t"))).strip() for cell in row.iter(qn("w:tc"))]
            for row in table.iter(qn("w:tr"))
        ]
    )


def _paragraph(element: Element, known: _Known) -> Iterator[Line]:
    writer = _Writer()
    for run in element.iter(qn("w:r")):
        if any(parent.tag == qn("w:del") for parent in run.iterancestors(qn("w:del"))):
            continue
        _write_run(run, writer)
    list_kind, is_heading = _list_kind(element, known.list_kinds), _is_heading(element)
    pictures = tuple(_pictures(element, known))
    text, start = "".join(writer.text), 0
    for part in text.split("\n"):
        end = start + len(part)
        yield Line(part, bytes(writer.marks[start:end]), list_kind, is_heading, pictures)
        start, list_kind, pictures = end + 1, "", ()


def _pictures(paragraph: Element, known: _Known) -> Iterator[RawPicture]:
    """Of every drawing that shows a picture; one that is linked, not embedded, has no content."""
    for drawing in paragraph.iter(qn("w:drawing")):
        named = drawing.find(f".//{qn('wp:docPr')}")
        description = named.get("descr") or named.get("title") or "" if named is not None else ""
        for blip in drawing.iter(qn("a:blip")):
            part = known.part.related_parts.get(blip.get(qn("r:embed"), ""))
            yield RawPicture(part.blob if part is not None else b"", description)


def _write_run(run: Element, writer: _Writer) -> None:
    mark = _mark(run.find(qn("w:rPr")))
    for child in run:
        if child.tag == qn("w:t"):
            writer.add((child.text or "").replace("\n", " "), mark)
        elif child.tag == qn("w:tab"):
            writer.add("\t", mark)
        elif child.tag in (qn("w:br"), qn("w:cr")):
            writer.add("\n", mark)
        elif child.tag == qn("w:noBreakHyphen"):
            writer.add("-", mark)


def _mark(properties: Element | None) -> int:
    if properties is None:
        return 0
    mark = 0
    if _is_on(properties.find(qn("w:b"))):
        mark |= BOLD
    if _is_on(properties.find(qn("w:u")), off="none"):
        mark |= UNDERLINE
    if _is_coloured(properties):
        mark |= COLOUR
    return mark


def _is_on(element: Element | None, off: str = "") -> bool:
    if element is None:
        return False
    return element.get(qn("w:val"), "true") not in ("0", "false", "off", off)


def _is_coloured(properties: Element) -> bool:
    colour = properties.find(qn("w:color"))
    if colour is not None and (colour.get(qn("w:val")) or "auto").lower() not in _PLAIN_COLOURS:
        return True
    highlight = properties.find(qn("w:highlight"))
    if highlight is not None and highlight.get(qn("w:val"), "none") not in ("none", "white"):
        return True
    shade = properties.find(qn("w:shd"))
    return shade is not None and (shade.get(qn("w:fill")) or "auto").lower() not in (
        "auto",
        "ffffff",
    )


def _is_heading(paragraph: Element) -> bool:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = style.get(qn("w:val"), "") if style is not None else ""
    return name.lower().startswith(("heading", "title"))


def _list_kind(paragraph: Element, kinds: dict[tuple[str, str], str]) -> str:
    numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbered is None:
        return ""
    number, level = numbered.find(qn("w:numId")), numbered.find(qn("w:ilvl"))
    key = (
        number.get(qn("w:val"), "") if number is not None else "",
        level.get(qn("w:val"), "0") if level is not None else "0",
    )
    return kinds.get(key, "")


def _list_kinds(document: object) -> dict[tuple[str, str], str]:
    """By list and level: "number" or "letter"."""
    part = next(
        (
            relation.target_part
            for relation in document.part.rels.values()  # type: ignore[attr-defined]
            if relation.reltype.endswith("/numbering") and not relation.is_external
        ),
        None,
    )
    if part is None:
        return {}
    root = part.element
    formats: dict[str, list[tuple[str, str]]] = {}
    for abstract in root.iter(qn("w:abstractNum")):
        formats[abstract.get(qn("w:abstractNumId"), "")] = [
            (level.get(qn("w:ilvl"), "0"), _number_format(level))
            for level in abstract.iter(qn("w:lvl"))
        ]
    kinds = {}
    for number in root.iter(qn("w:num")):
        link = number.find(qn("w:abstractNumId"))
        for level, kind in formats.get(link.get(qn("w:val"), "") if link is not None else "", []):
            kinds[number.get(qn("w:numId"), ""), level] = kind
    return kinds


def _number_format(level: Element) -> str:
    found = level.find(qn("w:numFmt"))
    name = found.get(qn("w:val"), "") if found is not None else ""
    return "letter" if name in _LETTERED else "number" if name == "decimal" else ""


def share_of(marks: bytes, text: str, mark: int) -> float:
    """How much of the visible text carries the mark, of 1."""
    visible = [bits for bits, char in zip(marks, text, strict=True) if not char.isspace()]
    return sum(bool(bits & mark) for bits in visible) / len(visible) if visible else 0.0
