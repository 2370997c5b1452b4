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
from questionbank.formats.docx_lists import LONGEST_CHAIN, Element, Lists
from questionbank.formats.signs import UNREADABLE, in_place, in_symbol_font
from questionbank.rules.legacy_encodings import from_old_font

BOLD, UNDERLINE, COLOUR = 1, 2, 4
MARKS = (BOLD, UNDERLINE, COLOUR)
DEEPEST = 200
_GREY = 0x18  # between the strongest and the weakest of red, green and blue
_DARK, _PALE = 0x40, 0xF0
_SPACES = re.compile(r"[^\S\n]{4,}")
_MOST_LINES = 20_000  # of one paragraph, each ended by a line break
_WIDEST = 64  # columns of a table, one more than Word makes
_MOST_BLANKS = 3  # pieces of nothing but space, one behind another
_WRAPPERS = {
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
}
_LINKS = {"hyperlink", "followedhyperlink"}
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWN = (f"{_MC}AlternateContent", qn("w:drawing"), qn("w:pict"), qn("w:object"))
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_LOST = {  # what is seen there, and no text
    *(_MATHS, qn("c:chart"), "{urn:schemas-microsoft-com:vml}imagedata"),
    "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds",
}
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")
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
        text = _SPACES.sub("   ", _UNSEEN.sub("", text))
        self.blanks = self.blanks + 1 if text.isspace() and text != "\n" else 0
        if self.blanks <= _MOST_BLANKS:
            self.text.append(text)
            self.marks.extend(bytes([mark]) * len(text))


@dataclass(frozen=True)
class _Look:
    """What stands in other parts: lists, marks of styles, the usual font, pictures."""

    lists: Lists
    marks: dict[str, int]
    font: str
    part: Any  # of python-docx: the document's, with what is related to it


def read_lines(data: bytes) -> Iterator[Line | TableCells]:
    """Everything in the body in order. Raises BadFile."""
    check_office_file(data, part="word/document.xml", extension=".docx", texts=("word/document",))
    try:
        document = Document(io.BytesIO(data))
        look = _Look(Lists(document), *_styles(document), document.part)
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
        texts: list[str] = []
        for cell in _within(row, qn("w:tc")):
            inner = list(_lines(cell, look, depth + 1))
            texts.append("\n".join(it.text for it in inner if isinstance(it, Line)).strip())
            texts += [""] * (_columns_of(cell) - 1)
            lines += inner
        rows.append(texts[:_WIDEST])
    return TableCells(rows, lines)


def _columns_of(cell: Element) -> int:
    """Over how many columns it goes."""
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    value = span.get(qn("w:val"), "") if span is not None else ""
    return min(int(value), _WIDEST) if re.fullmatch("[0-9]{1,4}", value) else 1


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
    list_kind, is_heading = look.lists.kind(element), _is_heading(element)
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
        elif element.tag in _LOST:
            writer.add(UNREADABLE, 0)
        elif element.tag not in _LEFT_OUT:
            waiting.append(iter(element))


def _write_run(run: Element, writer: _Writer, look: _Look, inherited: int) -> None:
    properties = run.find(qn("w:rPr"))
    style = look.marks.get(_style_of(run, "w:rPr", "w:rStyle"), 0)
    mark = _mark(properties, inherited | style)
    if run.getparent().tag == qn("w:hyperlink"):
        mark &= BOLD  # a link is blue and underlined of itself
    font = _font(properties) or look.font
    place = _place(properties)
    for child in run:
        if child.tag == qn("w:t"):
            text = _in_font((child.text or "").replace("\n", " "), font)
            writer.add(in_place(text, place), mark)
        elif child.tag == qn("w:sym"):
            code, name = child.get(qn("w:char"), ""), child.get(qn("w:font"), "")
            writer.add(in_symbol_font(code, name), mark)
        elif child.tag in (qn("w:tab"), qn("w:ptab")):
            writer.add("\t", mark)
        elif child.tag in (qn("w:br"), qn("w:cr")):
            writer.add("\n", mark)
        elif child.tag == qn("w:noBreakHyphen"):
            writer.add("-", mark)


def _place(properties: Element | None) -> str:
    """ "superscript", "subscript", or anything else for letters on the line."""
    found = properties.find(qn("w:vertAlign")) if properties is not None else None
    return found.get(qn("w:val"), "") if found is not None else ""


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
        while at in found and len(chain) < LONGEST_CHAIN:
            chain.append(found[at])
            base = found[at].find(qn("w:basedOn"))
            at = base.get(qn("w:val")) if base is not None else None
        mark = 0
        for style in reversed(chain):
            mark = _mark(style.find(qn("w:rPr")), mark)
        marks[name] = 0 if name.lower() in _LINKS else mark
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
    if colour is not None and not _is_ink(colour.get(qn("w:val")) or "auto"):
        return True
    if highlight is not None and highlight.get(qn("w:val"), "none") not in ("none", "white"):
        return True
    return shade is not None and not _is_paper(shade.get(qn("w:fill")) or "auto")


def _is_ink(colour: str) -> bool:
    """Black, or the greys and the near black of web pages, which mark nothing."""
    parts = _parts_of(colour)
    return not parts or max(parts) - min(parts) <= _GREY or max(parts) <= _DARK


def _is_paper(colour: str) -> bool:
    return min(_parts_of(colour), default=_PALE) >= _PALE


def _parts_of(colour: str) -> tuple[int, ...]:
    """Red, green and blue, each up to 255; nothing for "auto" and what is no colour."""
    return tuple(bytes.fromhex(colour)) if re.fullmatch("[0-9A-Fa-f]{6}", colour) else ()


def _is_heading(paragraph: Element) -> bool:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = style.get(qn("w:val"), "") if style is not None else ""
    return name.lower().startswith(("heading", "title"))


def share_of(marks: bytes, text: str, mark: int) -> float:
    """How much of the visible text carries the mark, of 1."""
    visible = [bits for bits, char in zip(marks, text, strict=True) if not char.isspace()]
    return sum(bool(bits & mark) for bits in visible) / len(visible) if visible else 0.0
