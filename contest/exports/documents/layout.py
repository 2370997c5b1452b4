"""Pieces of a Word file laid out by Phụ lục I of Nghị định 30/2020/NĐ-CP."""

# ruff: noqa: SLF001 (python-docx has no other way to its elements)

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TOP_MM = BOTTOM_MM = 20
LEFT_MM, RIGHT_MM = 30, 15
WIDTH_MM = 210 - LEFT_MM - RIGHT_MM
_AGENCY_MM = 65
_MOTTO_MM = 62  # the motto's length at 14 points
_NARROW_MM = 41
_CENTRE, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT


class Paper:
    """A page of the decree that is written from top to bottom."""

    def __init__(self, title: str) -> None:
        self.document = Document()
        self.document.core_properties.title = title
        self.document.core_properties.author = ""
        self.document.core_properties.comments = ""
        _set_font(self.document)
        _set_page(self.document)

    def head(self) -> None:
        """Agency and number on the left; country, motto, place and day on the right."""
        left, right = self._pair(_AGENCY_MM, WIDTH_MM - _AGENCY_MM)
        condition(left, "co_quan_chu_quan")
        centred(left, "{{ co_quan_chu_quan }}", 12)
        end_condition(left)
        centred(left, "{{ co_quan }}", 12, bold=True)
        rule(left, _AGENCY_MM, _AGENCY_MM * 0.4)
        centred(left, "{{ so_ky_hieu }}", 13)
        centred(right, COUNTRY, 12, bold=True)
        centred(right, MOTTO, 13, bold=True)
        rule(right, WIDTH_MM - _AGENCY_MM, _MOTTO_MM * 13 / 14)
        centred(right, "{{ dia_danh_ngay }}", 13, italic=True)
        _drop_first(left, right)

    def title(self, kind: str, *lines: str) -> None:
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)
        centred(self.document, kind, 14, bold=True)
        for line in lines:
            centred(self.document, line, 14, bold=True)
        rule(self.document, WIDTH_MM, WIDTH_MM * 0.38)

    def annex_title(self, *lines: str, reference: str) -> None:
        centred(self.document, "Phụ lục", 14, bold=True)
        for line in lines:
            centred(self.document, line, 14, bold=True)
        centred(self.document, reference, 14, italic=True)
        rule(self.document, WIDTH_MM, WIDTH_MM * 0.38)

    def body(
        self, text: str, *, italic: bool = False, bold: bool = False, leads: bool = False
    ) -> Paragraph:
        """Headings, and what leads to a table, stay with what follows."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        form = paragraph.paragraph_format
        form.first_line_indent = Cm(1.27)
        form.space_after = Pt(6)
        form.line_spacing = 1.1
        form.keep_with_next = bold or leads
        _run(paragraph, text, 14, bold=bold, italic=italic)
        return paragraph

    def tag(self, text: str) -> None:
        """A command of the template that takes a paragraph of its own."""
        self.document.add_paragraph(f"{{%p {text} %}}")

    def each(self, item: str, those: str, text: str, *, italic: bool = False) -> None:
        self.tag(f"for {item} in {those}")
        self.body(text, italic=italic)
        self.tag("endfor")

    def table(
        self,
        columns: Sequence[tuple[str, float, str]],
        *,
        rows: str = "",
        last: Sequence[str] = (),
    ) -> None:
        """Columns of title, width in mm and field; `rows` is "dòng in danh_sách"."""
        table = self.document.add_table(rows=0, cols=len(columns))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        head = _add_row(table, [title for title, _width, _field in columns], bold=True)
        _repeat(head)
        _add_row(table, [f"{{%tr for {rows} %}}"])
        _add_row(table, [field for _title, _width, field in columns])
        _add_row(table, ["{%tr endfor %}"])
        if last:
            _add_row(table, last, bold=True)
        _set_widths(table, [width for _title, width, _field in columns])
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def foot(self, *, second: str = "") -> None:
        """Recipients on the left, the signature on the right; or a second signature instead."""
        left, right = self._pair(WIDTH_MM * 0.46, WIDTH_MM * 0.54)
        if second:
            centred(left, second, 14, bold=True)
        else:
            condition(left, "noi_nhan")
            _line(left, "Nơi nhận:", 12, bold=True, italic=True)
            end_condition(left)
            _line(left, "{%p for noi in noi_nhan %}", 11)
            _line(left, "{{ noi }}", 11)
            _line(left, "{%p endfor %}", 11)
        condition(right, "ky_thay")
        centred(right, "{{ ky_thay }}", 14, bold=True)
        end_condition(right)
        centred(right, "{{ chuc_vu }}", 14, bold=True)
        for _line_of_signature in range(4):
            centred(right, "", 14)
        centred(right, "{{ nguoi_ky }}", 14, bold=True)
        _drop_first(left, right)

    def file(self) -> bytes:
        buffer = BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()

    def _pair(self, left: float, right: float) -> tuple[_Cell, _Cell]:
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        cells = table.rows[0].cells
        _set_widths(table, (left, right))
        for cell in cells:
            _no_margins(cell)
        _keep_whole(table.rows[0])
        return cells[0], cells[1]


def add_foot(document: Any, text: str) -> None:
    """A small line below whatever stands at the foot of the pages, the first ones too."""
    for number, section in enumerate(document.sections):
        feet = [section.footer]
        if section.different_first_page_header_footer:
            feet.append(section.first_page_footer)
        if document.settings.odd_and_even_pages_header_footer:
            feet.append(section.even_page_footer)
        for foot in feet:
            if number == 0 or not foot.is_linked_to_previous:
                is_empty = foot.is_linked_to_previous or not foot.paragraphs[0].text
                paragraph = foot.paragraphs[0] if is_empty else foot.add_paragraph()
                paragraph.alignment = _CENTRE
                _run(paragraph, text, 8)


def condition(place: Any, field: str) -> None:
    place.add_paragraph(f"{{%p if {field} %}}")


def end_condition(place: Any) -> None:
    place.add_paragraph("{%p endif %}")


def centred(
    place: Any, text: str, size: int, *, bold: bool = False, italic: bool = False
) -> Paragraph:
    return _line(place, text, size, bold=bold, italic=italic, alignment=_CENTRE)


def rule(place: Any, width: float, length: float) -> None:
    """A line of `length` mm in the middle of `width` mm."""
    paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((width - length) / 2)
    form.space_before, form.space_after = Pt(0), Pt(6)
    form.line_spacing = Pt(3)
    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    _run(paragraph, "", 2)


def _line(
    place: Any,
    text: str,
    size: int,
    *,
    bold: bool = False,
    italic: bool = False,
    alignment: WD_ALIGN_PARAGRAPH = _LEFT,
) -> Paragraph:
    paragraph: Paragraph = place.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, size, bold=bold, italic=italic)
    return paragraph


def _run(
    paragraph: Paragraph, text: str, size: int, *, bold: bool = False, italic: bool = False
) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold = bold
    run.italic = italic


def _set_font(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("eastAsia", "cs", "hAnsi", "ascii"):
        fonts.set(qn(f"w:{name}"), FONT)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    _page_number(number)


def _page_number(paragraph: Paragraph) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    """In mm; some programs heed the grid, others the cells. What is narrow is centred."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
            if width < _NARROW_MM:
                cell.paragraphs[0].alignment = _CENTRE


def _add_row(table: Any, texts: Sequence[str], *, bold: bool = False) -> Any:
    row = table.add_row()
    for cell, text in zip(row.cells, texts, strict=False):
        paragraph = cell.paragraphs[0]
        if bold:
            paragraph.alignment = _CENTRE
        _run(paragraph, text, 12, bold=bold)
    _keep_whole(row)
    return row


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _no_margins(cell: _Cell) -> None:
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    cell._tc.get_or_add_tcPr().append(margins)


def _drop_first(*cells: _Cell) -> None:
    """A new cell begins with an empty paragraph."""
    for cell in cells:
        first = cell.paragraphs[0]._p
        first.getparent().remove(first)
