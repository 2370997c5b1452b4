"""The official papers, opened again: the layout of the decree and what they say."""

import shutil
import subprocess
from io import BytesIO

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from pypdf import PdfReader

from contest.enums import DocumentKind
from contest.errors import ContestError
from contest.exports.documents import pdf as pdf_module
from contest.exports.making import Product, write_product
from questionbank.formats.fields import BadField
from questionbank.pictures import read_picture
from tests.contest.exports.material import filled_round, give_awards, material
from tests.questionbank.pictures import JPEG

pytestmark = pytest.mark.django_db
POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def stuff():
    contest_round = filled_round()
    give_awards(contest_round)
    return material(contest_round)


def made(product, stuff):
    file = BytesIO()
    write_product(product, stuff, file)
    return file


def word(product, stuff):
    return Document(made(product, stuff))


def pdf_text(product, stuff):
    """All words of the pages, with single spaces."""
    pages = PdfReader(made(product, stuff)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def paragraphs(place):
    return [it for it in place.paragraphs if it.text.strip()]


def style_of(paragraph):
    run = paragraph.runs[0]
    return (run.font.size, bool(run.bold), bool(run.italic))


WORD = [Product.WINNERS_DOCX, Product.MINUTES_DOCX, Product.REPORT_DOCX]
PDF = [Product.WINNERS_PDF, Product.MINUTES_PDF, Product.REPORT_PDF]


@pytest.mark.parametrize("product", WORD)
def test_word_page_is_that_of_the_decree(product, stuff):
    document = word(product, stuff)

    (section,) = document.sections
    size = (section.page_width, section.page_height)
    assert [round(it.mm, 1) for it in size] == [210, 297]  # kept in twentieths of a point
    assert section.orientation == WD_ORIENT.PORTRAIT
    margins = [round(it.mm) for it in (section.top_margin, section.bottom_margin)]
    assert margins == [20, 20]
    assert [round(it.mm) for it in (section.left_margin, section.right_margin)] == [30, 15]
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "cs", "eastAsia")} == {
        "Times New Roman"
    }
    assert section.different_first_page_header_footer
    number = section.header.paragraphs[0]
    assert number.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert "PAGE" in number._p.xml
    assert number.runs[0].font.size == Pt(13)
    assert not paragraphs(section.first_page_header)


def test_word_head_has_country_motto_agency_number_and_day(stuff):
    head = word(Product.REPORT_DOCX, stuff).tables[0]
    left, right = (paragraphs(cell) for cell in head.rows[0].cells)

    assert [it.text for it in left] == [
        "UBND THÀNH PHỐ CẦN THƠ",
        "SỞ NỘI VỤ",
        "Số: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-BTC",
    ]
    assert [style_of(it) for it in left] == [
        (Pt(12), False, False),
        (Pt(12), True, False),
        (Pt(13), False, False),
    ]
    assert [it.text for it in right][:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert right[2].text.startswith("Cần Thơ, ngày")
    assert [style_of(it) for it in right] == [
        (Pt(12), True, False),
        (Pt(13), True, False),
        (Pt(13), False, True),
    ]
    rules = head._tbl.findall(f".//{qn('w:pBdr')}")
    assert len(rules) == 2


def test_word_body_is_justified_with_a_first_line_indent(stuff):
    body = next(
        it for it in word(Product.REPORT_DOCX, stuff).paragraphs if it.text.startswith("Sở Nội vụ")
    )

    assert body.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(body.paragraph_format.first_line_indent.cm, 2) == 1.27
    assert body.paragraph_format.space_after == Pt(6)
    assert body.paragraph_format.line_spacing == 1.1
    assert body.runs[0].font.size == Pt(14)


def test_word_foot_has_recipients_and_signature(stuff):
    foot = word(Product.REPORT_DOCX, stuff).tables[-1]
    left, right = (paragraphs(cell) for cell in foot.rows[0].cells)

    assert [it.text for it in left] == ["Nơi nhận:", "- Như Điều 3;", "- Lưu: VT, CCHC."]
    assert [style_of(it) for it in left[:2]] == [(Pt(12), True, True), (Pt(11), False, False)]
    assert [it.text for it in right] == ["TM. BAN TỔ CHỨC", "TRƯỞNG BAN", "Nguyễn Văn Ký"]
    assert {style_of(it) for it in right} == {(Pt(14), True, False)}


def test_list_of_winners_is_an_annex_of_the_decision(stuff):
    document = word(Product.WINNERS_DOCX, stuff)

    assert [it.text for it in paragraphs(document)][:5] == [
        "Phụ lục",
        "DANH SÁCH TẬP THỂ, CÁ NHÂN ĐOẠT GIẢI",
        "HỘI THI CẢI CÁCH HÀNH CHÍNH",
        "(Kèm theo Quyết định số 05/QĐ-SNV ngày 01 tháng 3 năm 2026 của Sở Nội vụ)",
        "Giải Nhất – Cá nhân",
    ]
    assert [style_of(it)[1:] for it in paragraphs(document)[:4]] == [
        *((True, False), (True, False), (True, False), (False, True))
    ]
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1][3:] == ["19,5", "01:40,001", "6.000.000"]
    assert document.tables[0].rows[0]._tr.findall(f".//{qn('w:tblHeader')}")


def test_report_has_the_figures_worked_out_by_hand(stuff):
    """31 people, 31 attempts that count: scores 20, 19.5, ... 5 of 20."""
    tables = word(Product.REPORT_DOCX, stuff).tables
    divisions, lowest, doubtful, bands = (
        [[cell.text for cell in row.cells] for row in table.rows[1:]] for table in tables[1:5]
    )

    assert divisions == [
        ["Cán bộ: công chức/viên chức", "16", "16", "1", "10", "5", "0", "0"],
        ["Người dân", "15", "15", "0", "0", "15", "0", "0"],
        ["Tổng cộng", "31", "31", "1", "10", "20", "0", "0"],
    ]
    assert lowest == [
        ["1", "Sở Tài chính", "47", "0", "0,00%"],
        ["2", "Sở Y tế", "30", "15", "50,00%"],
    ]
    assert doubtful == [["1", "Sở Xây dựng", "0", "0", ""]]
    assert bands == [
        ["Đạt 100%", "1", "3,23%"],
        ["Từ 75% đến dưới 100%", "10", "32,26%"],
        ["Từ 25% đến dưới 75%", "20", "64,52%"],
        ["Dưới 25%", "0", "0,00%"],
        ["Trong đó: 0 điểm", "0", "0,00%"],
    ]


def test_minutes_name_grounds_decisions_and_prizes(stuff):
    document = word(Product.MINUTES_DOCX, stuff)
    texts = [it.text for it in paragraphs(document)]

    assert texts[2:4] == ["Căn cứ Kế hoạch số 21/KH-UBND;", "Căn cứ Thể lệ Hội thi."]
    assert "=HYPERLINK(1)" in [cell.text for cell in document.tables[2].rows[1].cells]
    assert "Giải Nhất (Cá nhân):" in texts


@pytest.mark.parametrize("product", PDF)
def test_pdf_page_is_a4_in_the_decrees_letters(product, stuff):
    pages = PdfReader(made(product, stuff)).pages

    assert [round(float(it) / POINTS_PER_MM) for it in pages[0].mediabox[2:]] == [210, 297]
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(name.startswith("Liberation-Serif") for name in fonts), fonts


@pytest.mark.parametrize(("docx", "pdf"), list(zip(WORD, PDF, strict=True)))
def test_pdf_says_what_the_word_file_says(docx, pdf, stuff):
    text = pdf_text(pdf, stuff).replace(" ", "").replace("\u00a0", "")
    document = word(docx, stuff)
    said = [it.text for it in paragraphs(document)] + [
        paragraph.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in paragraphs(cell)
    ]

    missing = [it for it in said if it.replace(" ", "").replace("\u00a0", "") not in text]
    assert missing == []


def test_after_a_pdf_a_cut_picture_is_still_none(stuff):
    made(Product.REPORT_PDF, stuff)

    with pytest.raises(BadField):
        read_picture(JPEG[: len(JPEG) // 2])


def test_pdf_pages_are_numbered_from_the_second(stuff):
    pages = PdfReader(made(Product.MINUTES_PDF, stuff)).pages

    def words_in_the_top_margin(page):
        found = []

        def note(text, outer, inner, *_font):
            height = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            if text.strip() and height > (297 - 19) * POINTS_PER_MM:
                found.append(text.strip())

        page.extract_text(visitor_text=note)
        return found

    numbers = [words_in_the_top_margin(page) for page in pages]
    assert numbers == [[], *([str(number)] for number in range(2, len(pages) + 1))]
    assert len(pages) >= 2


@pytest.mark.parametrize("product", WORD)
def test_word_file_is_whole_and_every_field_is_filled_in(product, stuff):
    document = word(product, stuff)

    assert [part.partname for part in document.part.package.iter_parts() if not part.blob] == []
    text = document.element.xml
    assert "{{" not in text
    assert "{%" not in text
    assert "Sở Nội vụ" in text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
@pytest.mark.parametrize("product", WORD)
def test_word_file_opens_in_libreoffice(product, stuff, tmp_path):
    file = tmp_path / "van-ban.docx"
    file.write_bytes(made(product, stuff).getvalue())
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, file]

    subprocess.run(command, check=True, capture_output=True, timeout=240)

    pages = [page.extract_text() for page in PdfReader(tmp_path / "van-ban.pdf").pages]
    assert "{" not in "".join(pages)
    assert "Sở Nội vụ" in " ".join(" ".join(pages).split())


def test_list_of_winners_without_prizes_is_refused():
    with pytest.raises(ContestError) as refusal:
        made(Product.WINNERS_DOCX, material(filled_round()))

    assert refusal.value.code == "no_awards"


def test_machine_without_pango_says_so(stuff, monkeypatch):
    """An import that fails as WeasyPrint's does where the library is missing."""

    class Missing:
        def find_spec(self, name, *_rest):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    import sys  # noqa: PLC0415 (what this test is about)

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])

    with pytest.raises(ContestError) as refusal:
        pdf_module.pdf_document(DocumentKind.REPORT, {})

    assert refusal.value.code == "pdf_unavailable"
    assert "Pango" in refusal.value.message
