"""Templates of the office: taken when they can be filled in, else refused with the reason."""

import zipfile
from io import BytesIO

import pytest
from docx import Document

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import DocumentKind
from contest.errors import ContestError
from contest.exports.document_templates import remove_template, replace_template
from contest.exports.documents.builtin import builtin_template
from contest.exports.documents.fencing import BadTemplate
from contest.exports.documents.word import check_template, word_document
from contest.exports.making import Product, write_product
from contest.models import DocumentTemplate
from tests.contest.exports.material import AT, filled_round, material
from tests.factories import ContestFactory, RoleGrantFactory, UserFactory

REPORT = DocumentKind.REPORT


def docx(*texts, header=""):
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(data, name, content):
    """The same archive with a part put in, or replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info.filename))
        new.writestr(name, content)
    return out.getvalue()


def reason(data):
    with pytest.raises(BadTemplate) as refusal:
        check_template(REPORT, data)
    return str(refusal.value)


@pytest.mark.parametrize("kind", DocumentKind)
def test_our_own_templates_pass_the_check(kind):
    check_template(kind, builtin_template(kind))


def test_template_may_use_fields_lists_and_conditions():
    check_template(
        REPORT,
        docx(
            "{{ hoi_thi|upper }}",
            "{%p for nhom in giai %}",
            "{{ loop.index }}. {{ nhom.ten }}",
            "{%p for nguoi in nhom.nguoi %}",
            "{{ nguoi.ho_ten }}{% if nguoi.don_vi and nguoi.stt > 0 %}; {% endif %}",
            "{%p endfor %}",
            "{%p endfor %}",
            header="{{ co_quan }}",
        ),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{ ho_va_ten }}", "ho_va_ten"),
        ("{{ tong.ho_ten }}", "tong.ho_ten"),
        ("{% if ma_kiem_chung %}{{ an_di }}{% endif %}", "an_di"),
        ("{% for it in don_vi_du %}{{ it.diem_so }}{% endfor %}", "it.diem_so"),
        ("{% for it in khong_co %}{% endfor %}", "khong_co"),
        ("{{ hoi_thi.__class__ }}", "hoi_thi.__class__"),
        ("{{ self }}", "self"),
        ("{{ range }}", "range"),
    ],
)
def test_unknown_field_is_named(text, name):
    assert reason(docx(text)) == f"mẫu có trường chưa biết “{name}”."


def test_unknown_field_in_a_header_is_named():
    assert reason(docx("", header="{{ la }}")) == "mẫu có trường chưa biết “la”."


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{{ hoi_thi", "dấu “{{” trong mẫu chưa được đóng."),
        ("{% if hoi_thi", "dấu “{%” trong mẫu chưa được đóng."),
        ("{# " + "x" * 400, "dấu “{#” trong mẫu chưa được đóng."),
        ("{{ " + "x" * 400 + " }}", "dấu “{{” trong mẫu chưa được đóng."),
        ("{% if hoi_thi %}", "cú pháp của một trường hoặc một danh sách trong mẫu không đúng"),
        ("{{ hoi_thi + }}", "cú pháp của một trường hoặc một danh sách trong mẫu không đúng"),
        ("{% nhảy %}", "cú pháp của một trường hoặc một danh sách trong mẫu không đúng"),
        ("{{ 'a' * 999999999 }}", "mẫu dùng lệnh “Mul”"),
        ("{{ 9 ** 9 ** 9 }}", "mẫu dùng lệnh “Pow”"),
        ("{{ hoi_thi() }}", "mẫu dùng lệnh “Call”"),
        ("{{ hoi_thi['x'] }}", "mẫu dùng lệnh “Getitem”"),
        ("{% set a = hoi_thi %}", "mẫu dùng lệnh “Assign”"),
        ("{% include 'a' %}", "mẫu dùng lệnh “Include”"),
        ("{% import 'a' as b %}", "mẫu dùng lệnh “Import”"),
        ("{% macro a() %}{% endmacro %}", "mẫu dùng lệnh “Macro”"),
        ("{{ hoi_thi|attr('x') }}", "cú pháp|mẫu dùng bộ lọc"),
        ("{{ hoi_thi is defined }}", "cú pháp|mẫu dùng lệnh “Test”"),
        ("{% for a in hoi_thi %}{% endfor %}", "“hoi_thi” không phải là danh sách."),
        ("{% for hoi_thi in bang %}{% endfor %}", "tên “hoi_thi” của một dòng không dùng được."),
        (
            "{% for a in bang %}{% for b in bang %}{% endfor %}{% endfor %}",
            "danh sách “bang” nằm trong một danh sách khác.",
        ),
    ],
)
def test_what_is_no_field_is_refused(text, part):
    said = reason(docx(text))

    assert any(said.startswith(each) for each in part.split("|")), said


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "chữ".encode()]
)
def test_what_is_no_word_file_is_refused(data):
    assert reason(data)


def test_macros_are_refused():
    assert "macro" in reason(with_part(docx(), "word/vbaProject.bin", b"x"))


def test_embedded_files_are_refused():
    assert "nhúng tệp" in reason(with_part(docx(), "word/embeddings/a.bin", b"x"))


def test_a_template_that_would_fetch_another_is_refused():
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/attachedTemplate" Target="http://la.example/a.dotm" '
        'TargetMode="External"/></Relationships>'
    )

    assert "từ nơi khác" in reason(with_part(docx(), "word/_rels/settings.xml.rels", link))


def test_entities_are_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    assert "thực thể" in reason(with_part(docx(), "word/document.xml", bomb))


def test_a_zip_bomb_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>" * 40_000_000)

    assert len(out.getvalue()) < 1024 * 1024
    assert reason(out.getvalue())


def test_very_long_part_and_very_many_fields_are_refused():
    assert "1 MB" in reason(docx("x" * 1_050_000))
    assert "2000" in reason(docx(*["{{ hoi_thi }}"] * 2001))


def test_a_file_above_the_limit_is_refused():
    assert reason(b"PK" + b"x" * (5 * 1024 * 1024)) == "mẫu lớn quá 5 MB."


def test_field_outside_the_text_is_refused():
    with zipfile.ZipFile(BytesIO(docx("x"))) as archive:
        xml = archive.read("word/document.xml").replace(b"<w:t>", b'<w:t a="{{ hoi_thi }}">')

    assert "ngoài phần chữ" in reason(with_part(docx(), "word/document.xml", xml))


def test_values_cannot_break_the_file_or_be_fields_themselves():
    fields = {"hoi_thi": "<w:p>&{{ x }}\x00\x0b{% if %}", "chan_trang": "{{ x }}"}

    made = word_document(REPORT, fields, template=docx("{{ hoi_thi }}"))

    document = Document(BytesIO(made))
    assert document.paragraphs[0].text == "<w:p>&{{ x }}{% if %}"
    assert document.sections[0].footer.paragraphs[0].text == "{{ x }}"


@pytest.mark.django_db
class TestReplacing:
    def test_the_offices_template_is_used_and_recorded(self):
        contest_round = filled_round()
        jury = RoleGrantFactory(role=Role.JURY).user

        replace_template(
            contest=contest_round.contest,
            kind=REPORT,
            name="bao-cao.docx",
            data=docx("Của cơ quan: {{ so_nguoi }}"),
            actor=jury,
            at=AT,
        )

        file = BytesIO()
        write_product(Product.REPORT_DOCX, material(contest_round), file)
        document = Document(file)
        assert document.paragraphs[0].text == "Của cơ quan: 31"
        foot = document.sections[0].footer.paragraphs[0].text
        assert foot.startswith("Bản xem trước, chưa niêm phong")
        assert AuditEntry.objects.get(action="document_template.replace").actor == jury

    def test_a_bad_one_leaves_the_good_one(self):
        contest = ContestFactory()
        jury = RoleGrantFactory(role=Role.JURY).user
        stored = {"contest": contest, "kind": REPORT, "actor": jury, "at": AT}
        replace_template(**stored, name="tot.docx", data=docx("{{ hoi_thi }}"))

        with pytest.raises(ContestError) as refusal:
            replace_template(**stored, name="xau.docx", data=docx("{{ la }}"))

        assert refusal.value.code == "bad_template"
        assert refusal.value.message == "Không nhận mẫu này: mẫu có trường chưa biết “la”."
        assert DocumentTemplate.objects.get().name == "tot.docx"

    def test_taken_away_ours_is_used_again(self):
        contest = ContestFactory()
        jury = RoleGrantFactory(role=Role.JURY).user
        replace_template(contest=contest, kind=REPORT, name="a", data=docx("a"), actor=jury, at=AT)

        for _time in range(2):
            remove_template(contest=contest, kind=REPORT, actor=jury, at=AT)

        assert not DocumentTemplate.objects.exists()
        assert AuditEntry.objects.filter(action="document_template.remove").count() == 1

    def test_others_may_not(self):
        with pytest.raises(ContestError) as refusal:
            replace_template(
                contest=ContestFactory(),
                kind=REPORT,
                name="a",
                data=docx("a"),
                actor=UserFactory(),
                at=AT,
            )

        assert refusal.value.code == "not_allowed"
