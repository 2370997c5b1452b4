"""Word files as offices type them: every way of each habit, for questions whose keys are known."""

import io
from dataclasses import dataclass
from itertools import product

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

QUESTIONS = [
    ("Đề án Văn hóa công vụ được phê duyệt ngày nào?", "C",
     ["14/6/2019", "15/7/2021", "27/12/2018", "10/10/2020"]),
    ("Hồ sơ nộp trực tiếp ở đâu?", "A",
     ["Bộ phận Một cửa", "Nhà riêng của công chức", "Chợ", "Cả B và C"]),
    ("Ngày chuyển đổi số quốc gia là ngày nào?", "B", ["20/11", "10/10", "02/9", "Cả 3 ý trên"]),
]  # fmt: skip
BEGINNINGS = ["Câu {}: ", "Câu {}. ", "Câu {} ", "{}. ", "{}) ", "Câu hỏi {}: ", "CÂU {}: ", "list"]
LETTERS = ["{}. ", "{}) ", "({}) ", "{}: ", "{}/ ", "{} - ", "small", "list"]
LAYOUTS = ["lines", "tabs", "spaces", "two in a line", "soft breaks", "cells"]
MARKS = [
    *("bold", "underline", "red", "highlight", "asterisk", "star before", "letter only"),
    *("style", "Đáp án: {}", "ĐA: {}", "Đáp án {}", "=> Đáp án: {}", "Chọn {}", "text"),
    *("table in rows", "table in columns", "list", "list of lines"),
]


@dataclass(frozen=True)
class Habit:
    beginning: str = "Câu {}: "
    letter: str = "{}. "
    layout: str = "lines"
    mark: str = "bold"

    @property
    def is_possible(self) -> bool:
        """Word counts paragraphs only, and a list has no letters to mark."""
        counts = self.letter == "list"
        return not (counts and (self.layout != "lines" or self.mark == "letter only"))


def habits():
    """Each beginning with each mark, and each way of letters with each layout and a few marks."""
    some = [Habit(beginning=it, mark=mark) for it, mark in product(BEGINNINGS, MARKS)]
    some += [
        Habit(letter=letter, layout=layout, mark=mark)
        for letter, layout, mark in product(LETTERS, LAYOUTS, ("bold", "asterisk", "Đáp án: {}"))
    ]
    return [habit for habit in dict.fromkeys(some) if habit.is_possible]


def written(habit, questions=QUESTIONS):
    document = Document()
    document.add_paragraph("ỦY BAN NHÂN DÂN TỈNH\nĐỀ THI TRẮC NGHIỆM")
    for number, (stem, key, options) in enumerate(questions, start=1):
        _write_stem(document, habit, number, stem)
        _write_options(document, habit, key, options)
        _write_key_line(document, habit, key, options)
    _write_keys(document, habit, [key for _stem, key, _options in questions])
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _write_stem(document, habit, number, stem):
    if habit.beginning == "list":
        numbered(document.add_paragraph(stem), 1, document)
    else:
        document.add_paragraph(habit.beginning.format(number) + stem)


def _write_options(document, habit, key, options):
    pairs = list(zip("ABCD", options, strict=True))
    if habit.layout == "cells":
        table = document.add_table(rows=2, cols=2)
        for place, (letter, text) in enumerate(pairs):
            paragraph = table.cell(place // 2, place % 2).paragraphs[0]
            _write_option(paragraph, habit, letter, text, letter == key)
        return
    after = {"tabs": "\t", "spaces": "    ", "two in a line": "\t", "soft breaks": "\n"}
    paragraph = None
    for place, (letter, text) in enumerate(pairs):
        starts = habit.layout == "lines" or place == 0
        starts = starts or (habit.layout == "two in a line" and place == 2)
        if starts:
            paragraph = document.add_paragraph()
        else:
            paragraph.add_run(after[habit.layout])
        if habit.letter == "list":
            numbered(paragraph, 2, document)
        _write_option(paragraph, habit, letter, text, letter == key)


def _write_option(paragraph, habit, letter, text, is_right):
    shown = {"small": f"{letter.lower()}) ", "list": ""}
    label = shown.get(habit.letter, habit.letter.format(letter))
    if is_right and habit.mark == "star before":
        label = "*" + label
    label = paragraph.add_run(label)
    run = paragraph.add_run(text)
    if not is_right:
        return
    match habit.mark:
        case "bold":
            run.bold = True
        case "underline":
            run.underline = True
        case "red":
            run.font.color.rgb = RGBColor(0xFF, 0, 0)
        case "highlight":
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        case "asterisk":
            paragraph.add_run(" *")
        case "letter only":
            label.underline = True
        case "style":
            run.style = "Strong"


def _write_key_line(document, habit, key, options):
    if habit.mark == "text":
        document.add_paragraph(f"Đáp án: {key}. {options['ABCD'.index(key)]}")
    elif "{}" in habit.mark:
        document.add_paragraph(habit.mark.format(key))


def _write_keys(document, habit, keys):
    match habit.mark:
        case "table in rows":
            rows = [["Câu", *map(str, range(1, len(keys) + 1))], ["Đáp án", *keys]]
            _write_table(document, rows)
        case "table in columns":
            rows = [[str(number), key] for number, key in enumerate(keys, start=1)]
            _write_table(document, [["Câu", "Đáp án"], *rows])
        case "list":
            document.add_paragraph("ĐÁP ÁN")
            document.add_paragraph("1-C 2-A 3B")
        case "list of lines":
            document.add_paragraph("BẢNG ĐÁP ÁN")
            for number, key in enumerate(keys, start=1):
                document.add_paragraph(f"Câu {number}: {key}")


def _write_table(document, rows):
    document.add_paragraph("BẢNG ĐÁP ÁN")
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def numbered(paragraph, number, document):
    """In a list that Word counts: 1 for "1.", 2 for "A."."""
    _define_lists(document)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = 900 + number
    properties.get_or_add_ilvl().val = 0


def _define_lists(document):
    root = document.part.numbering_part.element
    if root.xpath("w:num[@w:numId='901']"):
        return
    for number, name in ((1, "decimal"), (2, "upperLetter")):
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), str(900 + number))
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), "0")
        kind = OxmlElement("w:numFmt")
        kind.set(qn("w:val"), name)
        level.append(kind)
        abstract.append(level)
        root.insert(0, abstract)
    for number in (1, 2):
        instance = OxmlElement("w:num")
        instance.set(qn("w:numId"), str(900 + number))
        link = OxmlElement("w:abstractNumId")
        link.set(qn("w:val"), str(900 + number))
        instance.append(link)
        root.append(instance)
