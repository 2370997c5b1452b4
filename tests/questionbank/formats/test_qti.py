import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings, strategies as st

from accounts.formats.bad_file import BadFile
from questionbank.formats.base import Bank, RawQuestion
from questionbank.formats.parsed import Problem
from questionbank.formats.qti import FORMAT
from questionbank.formats.reading import read_file
from tests.questionbank.formats.test_moodle_xml import (
    BOMB,
    assert_read_or_refused,
    assert_same,
    choice_question,
    mutated,
    questions,
)

SAMPLES = Path(__file__).parent / "samples/qti"
ONE_ITEM = (SAMPLES / "one_item.xml").read_bytes()
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"


def read(data):
    return list(FORMAT.read(data))


def package(members):
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def canvas(folder="", without=()):
    root = SAMPLES / "canvas"
    files = sorted(path for path in root.rglob("*") if path.is_file())
    members = {str(path.relative_to(root)): path.read_bytes() for path in files}
    return package({folder + name: members[name] for name in members if name not in without})


CANVAS_ITEMS = [
    RawQuestion(
        where="câu 1",
        stem="Phí & lệ phí được công khai.",
        choices=("Đúng", "Sai"),
        key=("A",),
        kind="single_choice",
        code="i01",
        points="2.5",
        explanation="Mức thu phải niêm yết.",
    ),
    RawQuestion(
        where="câu 2",
        stem="Cơ quan nào trả kết quả?",
        choices=("Ủy ban nhân dân", "Công ty", "Sở Nội vụ"),
        key=("A", "C"),
        kind="multiple_choice",
        code="i02",
        points="3",
    ),
    RawQuestion(
        where="câu 3",
        stem="Thẻ căn cước do Bộ nào cấp?",
        key=("Bộ Công an", "Công an"),
        kind="short_text",
    ),
    RawQuestion(
        where="câu 4",
        stem="Thời hạn là _____ ngày.",
        key=("5",),
        kind="number",
        code="i04",
        tolerance="0.5",
    ),
    Problem("câu 5", "dạng câu hỏi “matchInteraction” của QTI chưa được hỗ trợ."),
    Problem("câu 6", "gói không có tệp “items/thieu.xml” đã nêu trong danh mục."),
]


# What others write ------------------------------------------------------------------------------


def test_a_package_as_canvas_makes_them_is_read_whole():
    assert read(canvas()) == CANVAS_ITEMS


def test_a_package_may_lie_in_a_folder():
    missing = Problem("câu 6", "gói không có tệp “goi/items/thieu.xml” đã nêu trong danh mục.")

    assert read(canvas(folder="goi/")) == [*CANVAS_ITEMS[:5], missing]


def test_a_package_without_a_manifest_is_read_by_its_files():
    items = read(canvas(without=["imsmanifest.xml"]))

    assert {item.where for item in items} == {"câu 1", "câu 2", "câu 3", "câu 4", "câu 5"}
    assert {item.code for item in items if isinstance(item, RawQuestion)} == {
        "",
        "i01",
        "i02",
        "i04",
    }


def test_what_canvas_made_passes_the_checks():
    parsed = read_file(FORMAT, canvas())

    assert len(parsed.questions) == 4
    assert len(parsed.problems) == 2


def test_a_single_item_is_read_with_its_pins():
    assert read(ONE_ITEM) == [
        RawQuestion(
            where="câu 1",
            stem="Đọc kỹ đoạn sau.\n\nÝ nào đúng?",
            choices=("Một", "Hai", "Ý khác"),
            key=("A", "C"),
            kind="multiple_choice",
            code="CCHC 03/2024",
            scoring="partial",
            points="2.00",
            explanation="Theo quy chế.",
            pinned=frozenset({2}),
        )
    ]


@pytest.mark.parametrize("version", ["v2p0", "v2p1", "v2p2"])
def test_all_versions_of_qti_2_are_read(version):
    assert read(ONE_ITEM.replace(b"v2p2", version.encode())) == read(ONE_ITEM)


def test_no_namespace_is_needed():
    bare = ONE_ITEM.replace(b'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"', b"")

    assert read(bare) == read(ONE_ITEM)


def test_a_mapping_that_is_not_used_gives_no_partial_scores():
    (raw,) = read(ONE_ITEM.replace(b"map_response", b"match_correct"))

    assert raw.scoring == ""


def text_entry(base_type, declared, processing=""):
    return f"""<assessmentItem xmlns="{QTI}" identifier="x" title="x">
    <responseDeclaration identifier="R" cardinality="single" baseType="{base_type}">{declared}
    </responseDeclaration><itemBody><p>Câu?</p>
    <p><textEntryInteraction responseIdentifier="R"/></p></itemBody>
    <responseProcessing>{processing}</responseProcessing></assessmentItem>""".encode()


def test_best_keys_of_a_mapping_are_accepted():
    (raw,) = read(
        text_entry(
            "string",
            '<mapping><mapEntry mapKey="một cửa" mappedValue="1"/>'
            '<mapEntry mapKey="1 cửa" mappedValue="1.0"/>'
            '<mapEntry mapKey="Một cửa" mappedValue="0.5"/></mapping>',
        )
    )

    assert (raw.kind, raw.key, raw.stem) == ("short_text", ("một cửa", "1 cửa"), "Câu?")


def test_integers_are_numbers():
    (raw,) = read(text_entry("integer", "<correctResponse><value>15</value></correctResponse>"))

    assert (raw.kind, raw.key, raw.tolerance) == ("number", ("15",), "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (text_entry("string", ""), "không cho biết đáp án; câu tự luận chưa được hỗ trợ."),
        (
            text_entry(
                "float",
                "<correctResponse><value>15</value></correctResponse>",
                '<equal toleranceMode="relative" tolerance="5 5"/>',
            ),
            "sai số theo tỉ lệ phần trăm chưa được hỗ trợ.",
        ),
        (b"<assessmentItem/>", "không có phần để trả lời."),
        (
            b"<assessmentItem><choiceInteraction/><choiceInteraction/></assessmentItem>",
            "có nhiều phần để trả lời trong cùng một câu, chưa được hỗ trợ.",
        ),
    ],
)
def test_an_item_that_cannot_be_taken_is_a_problem(data, reason):
    assert read(data) == [Problem("câu 1", reason)]


def test_a_broken_item_is_a_problem_and_reading_goes_on():
    manifest = (
        '<manifest><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/>'
        '<resource type="imsqti_item_xmlv2p1" href="b.xml"/></resources></manifest>'
    )
    data = package({"imsmanifest.xml": manifest, "a.xml": "<assessmentItem>", "b.xml": ONE_ITEM})

    problem, raw = read(data)

    assert problem.where == "câu 1"
    assert problem.reason.startswith("sai cú pháp XML")
    assert (raw.where, raw.code) == ("câu 2", "CCHC 03/2024")


OLD = b"<questestinterop/>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "sai cú pháp XML"),
        (b"PK", "tệp nén bị hỏng"),
        (BOMB.replace("quiz", "assessmentItem").encode(), "DTD"),
        (b"<quiz/>", "bắt đầu bằng <quiz>"),
        (OLD, "QTI 1.2 chưa được hỗ trợ"),
        (package({"a.xml": OLD}), "QTI 1.2 chưa được hỗ trợ"),
        (package({"a.xml": "<a/>", "b.txt": "b"}), "không có câu hỏi nào"),
        (package({}), "không có câu hỏi nào"),
        (package({"imsmanifest.xml": "<manifest>"}), "sai cú pháp XML"),
        (package({"../a.xml": ONE_ITEM}), "đường dẫn không an toàn"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data, reason):
    with pytest.raises(BadFile, match=reason):
        read(data)


def test_a_manifest_cannot_reach_outside_of_the_package():
    manifest = (
        '<manifest><resources><resource type="imsqti_item_xmlv2p1" href="../../etc/passwd"/>'
        "</resources></manifest>"
    )

    (problem,) = read(package({"imsmanifest.xml": manifest}))

    assert problem.reason.startswith("gói không có tệp")


# There and back ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(questions(), min_size=1, max_size=4))
def test_what_is_written_is_read_again(bank):
    raws = read(FORMAT.write(Bank(bank)))

    assert len(raws) == len(bank)
    for raw, each in zip(raws, bank, strict=True):
        assert_same(raw, each, FORMAT.fields)


def test_the_same_questions_give_the_same_bytes():
    bank = Bank([choice_question(), choice_question(code="b")])
    data = FORMAT.write(bank)

    assert FORMAT.write(bank) == data
    with ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_lists_every_item():
    data = FORMAT.write(Bank([choice_question(), choice_question(code="b")]))

    with ZipFile(io.BytesIO(data)) as archive:
        manifest = fromstring(archive.read("imsmanifest.xml"))
        names = set(archive.namelist()) - {"imsmanifest.xml"}
    space = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
    resources = list(manifest.iter(f"{space}resource"))
    assert manifest.tag == f"{space}manifest"
    assert {resource.get("type") for resource in resources} == {"imsqti_item_xmlv2p1"}
    assert {resource.get("href") for resource in resources} == names
    assert {file.get("href") for file in manifest.iter(f"{space}file")} == names


def test_the_parts_of_an_item_stand_in_the_order_of_the_schema():
    data = FORMAT.write(Bank([choice_question(explanation="Vì thế.")]))

    with ZipFile(io.BytesIO(data)) as archive:
        item = fromstring(archive.read("items/00001.xml"))
    assert item.tag == f"{{{QTI}}}assessmentItem"
    assert [part.tag.rpartition("}")[2] for part in item] == [
        "responseDeclaration",
        "outcomeDeclaration",
        "outcomeDeclaration",
        "outcomeDeclaration",
        "itemBody",
        "responseProcessing",
        "modalFeedback",
    ]


def test_an_empty_bank_is_written_as_an_empty_package():
    with ZipFile(io.BytesIO(FORMAT.write(Bank([])))) as archive:
        assert archive.namelist() == ["imsmanifest.xml"]


# Noise ------------------------------------------------------------------------------------------

MEMBERS = sorted((SAMPLES / "canvas/items").iterdir())


@given(st.binary())
def test_anything_is_read_or_refused(noise):
    for data in (noise, b"PK\x03\x04" + noise, b"<assessmentItem>" + noise):
        assert_read_or_refused(FORMAT.read, data)
    assert_read_or_refused(FORMAT.read, package({"imsmanifest.xml": noise, "a.xml": noise}))


@settings(deadline=None)
@given(mutated(canvas()))
def test_a_changed_package_is_read_or_refused(data):
    assert_read_or_refused(FORMAT.read, data)


@settings(deadline=None)
@given(st.sampled_from([ONE_ITEM, *(path.read_bytes() for path in MEMBERS)]).flatmap(mutated))
def test_a_changed_item_is_read_or_refused(data):
    assert_read_or_refused(FORMAT.read, data)
    assert_read_or_refused(FORMAT.read, package({"a.xml": data}))


@settings(deadline=None)
@given(mutated((SAMPLES / "canvas/imsmanifest.xml").read_bytes()))
def test_a_changed_manifest_is_read_or_refused(data):
    assert_read_or_refused(FORMAT.read, package({"imsmanifest.xml": data, "items/so.xml": b"x"}))
