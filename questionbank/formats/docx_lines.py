"""Word documents as lines of text with the marks that stand on each letter."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from accounts.formats.bad_file import BadFile
from accounts.formats.office_files import check_office_file
from questionbank.formats.base import RawPicture
from questionbank.rules.legacy_encodings import from_old_font

BOLD, UNDERLINE, COLOUR = 1, 2, 4
MARKS = (BOLD, UNDERLINE, COLOUR)
DEEPEST = 200
Element = Any  # of lxml, which has no types
_PLAIN_COLOURS = {"auto", "000000"}
_LETTERED = {"upperLetter", "lowerLetter"}
_SPACES = re.compile(r"[^\S\n]{4,}")
_MOST_LINES = 20_000  # of one paragraph, each ended by a line break
_MOST_BLANKS = 3  # pieces of nothing but space, one behind another
_LONGEST_CHAIN = 10  # of styles, each based on the next
_WRAPPERS = {
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
}
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWN = (f"{_MC}AlternateContent", qn("w:drawing"), qn("w:pict"), qn("w:object"))
_LEFT_OUT = {qn("w:pPr"), qn("w:del"), qn("w:moveFrom"), f"{_MC}Fallback"}  # its Choice is read


@dataclass(frozen=True)
class Line:
    """`marks` has a byte for each character of `text`.

    `list_kind` is "question", "number" or "letter" where Word itself counts ("Câu 1", "1", "A");
    then the count is not in the text.
    """

    text: str
    marks: bytes
    list_kind: str = ""
    is_heading: bool = False
    pictures: tuple[RawPicture, ...] = ()  # of the whole paragraph, with its first line


@dataclass(frozen=True)
class TableCells:
    """A table: the text of each cell, and all its lines in order, those of tables within too."""

    rows: list[list[str]]
    lines: list["Line | TableCells"]


@dataclass
class _Writer:
    text: list[str] = field(default_factory=list)
    marks: bytearray = field(default_factory=bytearray)
    blanks: int = 0

    def add(self, text: str, mark: int) -> None:
        """Of much space in a row little is kept: it would cost those who search in the text."""
        text = _SPACES.sub("   ", text)
        self.blanks = self.blanks + 1 if text.isspace() and text != "\n" else 0
        if self.blanks <= _MOST_BLANKS:
            self.text.append(text)
            self.marks.extend(bytes([mark]) * len(text))


@dataclass(frozen=True)
class _Look:
    """What stands in other parts: kinds of lists, marks of styles, the usual font, pictures."""

    lists: dict[str, dict[str, str]]
    marks: dict[str, int]
    font: str
    part: Any  # of python-docx: the document's, with what is related to it


def read_lines(data: bytes) -> Iterator[Line | TableCells]:
    """Everything in the body in order. Raises BadFile."""
    check_office_file(data, part="word/document.xml", extension=".docx", texts=("word/document",))
    try:
        document = Document(io.BytesIO(data))
        look = _Look(_list_kinds(document), *_styles(document), document.part)
        yield from _lines(document.element.body, look, depth=0)
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


def _lines(parent: Element, look: _Look, depth: int) -> Iterator[Line | TableCells]:
    if depth > DEEPEST:
        raise _broken()
    for element in parent:
        if element.tag == qn("w:p"):
            yield from _paragraph(element, look, depth)
        elif element.tag == qn("w:tbl"):
            yield _table(element, look, depth)
        elif element.tag in _WRAPPERS:
            yield from _lines(element, look, depth + 1)


def _table(table: Element, look: _Look, depth: int) -> TableCells:
    rows: list[list[str]] = []
    lines: list[Line | TableCells] = []
    for row in _within(table, qn("w:tr")):
        cells = [list(_lines(cell, look, depth + 1)) for cell in _within(row, qn("w:tc"))]
        rows.append(
            ["\n".join(it.text for it in cell if isinstance(it, Line)).strip() for cell in cells]
        )
        lines += [line for cell in cells for line in cell]
    return TableCells(rows, lines)


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The children of this tag, in their wrappers too, but none of a table within a table."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _WRAPPERS:
            yield from _within(element, tag)


def _paragraph(element: Element, look: _Look, depth: int) -> Iterator[Line | TableCells]:
    writer = _Writer()
    inherited = look.marks.get(_style_of(element, "w:pPr", "w:pStyle"), 0)
    boxes: list[Element] = []
    _write_runs(element, writer, look, inherited, boxes)
    list_kind, is_heading = _list_kind(element, look.lists), _is_heading(element)
    pictures = tuple(_pictures(element, look))
    text, start = "".join(writer.text), 0
    if text.count("\n") > _MOST_LINES:
        raise _broken()
    for part in text.split("\n"):
        end = start + len(part)
        yield Line(part, bytes(writer.marks[start:end]), list_kind, is_heading, pictures)
        start, list_kind, pictures = end + 1, "", ()
    for box in boxes:
        yield from _lines(box, look, depth + 1)


def _pictures(paragraph: Element, look: _Look) -> Iterator[RawPicture]:
    """Of every drawing that shows a picture; one that is linked, not embedded, has no content.

    Those in text boxes belong to the paragraphs there.
    """
    for drawing in paragraph.iter(qn("w:drawing")):
        if next(drawing.iterancestors(qn("w:p"))) is not paragraph:
            continue
        if next(drawing.iterancestors(qn("w:del"), qn("w:moveFrom")), None) is not None:
            continue
        named = drawing.find(f".//{qn('wp:docPr')}")
        description = named.get("descr") or named.get("title") or "" if named is not None else ""
        for blip in drawing.iter(qn("a:blip")):
            if next(blip.iterancestors(qn("w:p"))) is paragraph:
                part = look.part.related_parts.get(blip.get(qn("r:embed"), ""))
                yield RawPicture(part.blob if part is not None else b"", description)


def _write_runs(
    parent: Element, writer: _Writer, look: _Look, inherited: int, boxes: list[Element]
) -> None:
    """All runs in order; text boxes are put aside, what was deleted or moved away is left out."""
    waiting = [iter(parent)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag == qn("w:txbxContent"):
            boxes.append(element)
        elif element.tag == qn("w:r"):
            _write_run(element, writer, look, inherited)
            waiting.append(element.iterchildren(*_DRAWN))
        elif element.tag not in _LEFT_OUT:
            waiting.append(iter(element))


def _write_run(run: Element, writer: _Writer, look: _Look, inherited: int) -> None:
    properties = run.find(qn("w:rPr"))
    style = look.marks.get(_style_of(run, "w:rPr", "w:rStyle"), 0)
    mark = _mark(properties, inherited | style)
    font = _font(properties) or look.font
    for child in run:
        if child.tag == qn("w:t"):
            writer.add(_in_font((child.text or "").replace("\n", " "), font), mark)
        elif child.tag in (qn("w:tab"), qn("w:ptab")):
            writer.add("\t", mark)
        elif child.tag in (qn("w:br"), qn("w:cr")):
            writer.add("\n", mark)
        elif child.tag == qn("w:noBreakHyphen"):
            writer.add("-", mark)


def _in_font(text: str, font: str) -> str:
    """As the font shows it: those of before Unicode have Vietnamese letters in Latin places."""
    if font.startswith(".vn"):
        shown = from_old_font(text, "tcvn3")
        return shown.upper() if font.endswith("h") else shown
    return from_old_font(text, "vni") if font.startswith("vni-") else text


def _font(properties: Element | None) -> str:
    fonts = properties.find(qn("w:rFonts")) if properties is not None else None
    if fonts is None:
        return ""
    return (fonts.get(qn("w:hAnsi")) or fonts.get(qn("w:ascii")) or "").lower()


def _style_of(element: Element, properties: str, name: str) -> str:
    style = element.find(f"{qn(properties)}/{qn(name)}")
    return style.get(qn("w:val"), "") if style is not None else ""


def _styles(document: Any) -> tuple[dict[str, int], str]:
    """The marks that each style puts on its letters, and the font of plain text."""
    root = document.styles.element
    found = {style.get(qn("w:styleId"), ""): style for style in root.iter(qn("w:style"))}
    marks: dict[str, int] = {}
    for name in found:
        chain: list[Element] = []
        at: str | None = name
        while at in found and len(chain) < _LONGEST_CHAIN:
            chain.append(found[at])
            base = found[at].find(qn("w:basedOn"))
            at = base.get(qn("w:val")) if base is not None else None
        mark = 0
        for style in reversed(chain):
            mark = _mark(style.find(qn("w:rPr")), mark)
        marks[name] = mark
    plain = [it for it in found.values() if it.get(qn("w:default")) in ("1", "true")]
    defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    fonts = [
        _font(style.find(qn("w:rPr")))
        for style in (*plain, *([] if defaults is None else [defaults]))
    ]
    return marks, next(filter(None, fonts), "")


def _mark(properties: Element | None, inherited: int = 0) -> int:
    """The marks of a run or a style; what it does not say is `inherited`."""
    if properties is None:
        return inherited
    bold, underline = properties.find(qn("w:b")), properties.find(qn("w:u"))
    said = {
        BOLD: None if bold is None else _is_on(bold),
        UNDERLINE: None if underline is None else _is_on(underline, off="none"),
        COLOUR: _is_coloured(properties),
    }
    for mark, is_on in said.items():
        if is_on is not None:
            inherited = inherited | mark if is_on else inherited & ~mark
    return inherited


def _is_on(element: Element, off: str = "") -> bool:
    return element.get(qn("w:val"), "true") not in ("0", "false", "off", off)


def _is_coloured(properties: Element) -> bool | None:
    """None where nothing is said."""
    colour, highlight, shade = (
        properties.find(qn(name)) for name in ("w:color", "w:highlight", "w:shd")
    )
    if colour is None and highlight is None and shade is None:
        return None
    if colour is not None and (colour.get(qn("w:val")) or "auto").lower() not in _PLAIN_COLOURS:
        return True
    if highlight is not None and highlight.get(qn("w:val"), "none") not in ("none", "white"):
        return True
    return shade is not None and (shade.get(qn("w:fill")) or "auto").lower() not in (
        "auto",
        "ffffff",
    )


def _is_heading(paragraph: Element) -> bool:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = style.get(qn("w:val"), "") if style is not None else ""
    return name.lower().startswith(("heading", "title"))


def _list_kind(paragraph: Element, kinds: dict[str, dict[str, str]]) -> str:
    numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbered is None:
        return ""
    number, level = numbered.find(qn("w:numId")), numbered.find(qn("w:ilvl"))
    levels = kinds.get(number.get(qn("w:val"), "") if number is not None else "", {})
    return levels.get(level.get(qn("w:val"), "0") if level is not None else "0", "")


def _list_kinds(document: object) -> dict[str, dict[str, str]]:
    """By list, then by level: "question", "number" or "letter"."""
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
    levels = {
        abstract.get(qn("w:abstractNumId"), ""): {
            level.get(qn("w:ilvl"), "0"): _number_format(level)
            for level in abstract.iter(qn("w:lvl"))
        }
        for abstract in root.iter(qn("w:abstractNum"))
    }
    kinds = {}
    for number in root.iter(qn("w:num")):
        link = number.find(qn("w:abstractNumId"))
        name = link.get(qn("w:val"), "") if link is not None else ""
        kinds[number.get(qn("w:numId"), "")] = levels.get(name, {})
    return kinds


def _number_format(level: Element) -> str:
    found, shown = level.find(qn("w:numFmt")), level.find(qn("w:lvlText"))
    if shown is not None and (shown.get(qn("w:val")) or "").lower().startswith("câu"):
        return "question"
    name = found.get(qn("w:val"), "") if found is not None else ""
    return "letter" if name in _LETTERED else "number" if name == "decimal" else ""


def share_of(marks: bytes, text: str, mark: int) -> float:
    """How much of the visible text carries the mark, of 1."""
    visible = [bits for bits, char in zip(marks, text, strict=True) if not char.isspace()]
    return sum(bool(bits & mark) for bits in visible) / len(visible) if visible else 0.0
