"""Pictures in question files: out and back, and hostile ones."""

import io
import json
import zipfile
from base64 import b64encode
from dataclasses import replace

import pytest
from docx import Document
from docx.shared import Cm

from questionbank.formats import reading
from questionbank.formats.base import Bank
from questionbank.formats.losses import losses
from questionbank.formats.parsed import ParsedTopic, Problem
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from questionbank.pictures import read_picture
from questionbank.services.exporting import export
from tests.questionbank.files import question
from tests.questionbank.formats.test_round_trip import as_held, by_code
from tests.questionbank.pictures import JPEG, NASTY, OTHER_PNG, PNG, claiming

HOLDING = ["docx", "json", "moodle", "qti", "yaml"]
NOT_HOLDING = ["aiken", "csv", "gift", "xlsx"]
TOPICS = [ParsedTopic("dich-vu-cong", "Dịch vụ công")]
DESCRIPTION = "Biểu đồ “hai cột”: <đỏ> & 'xanh'"


def pictured(place=1, data=PNG, **changes):
    picture = replace(read_picture(data), description=DESCRIPTION)
    return question(place, picture=picture, topic="dich-vu-cong", sources=(), **changes)


def written(name, *questions):
    return export(Bank(questions, TOPICS), FORMATS[name]).data


@pytest.mark.parametrize("name", HOLDING)
def test_pictures_go_out_and_come_back(name):
    questions = [pictured(1, PNG), pictured(2, JPEG), question(3, sources=()), pictured(4, PNG)]

    parsed = read_file(FORMATS[name], written(name, *questions))

    assert parsed.problems == ()
    assert [by_code(each) for each in parsed.questions] == [
        as_held(each, FORMATS[name]) for each in questions
    ]
    assert [each.picture and each.picture.content for each in parsed.questions] == [
        each.picture and each.picture.content for each in questions
    ]


@pytest.mark.parametrize("name", sorted(set(NOT_HOLDING) - {"aiken"}))
def test_formats_without_pictures_say_so(name):
    lost = losses(FORMATS[name], [pictured(1), pictured(2), question(3)])
    data = written(name, pictured(1))

    assert lost.fields["hình"] == 2
    assert [each.picture for each in read_file(FORMATS[name], data).questions] == [None]


@pytest.mark.parametrize("name", HOLDING)
def test_formats_with_pictures_lose_none(name):
    assert "hình" not in losses(FORMATS[name], [pictured()]).fields


# The same files with something else where the picture was ---------------------------------------


def spoilt(name, content, description=DESCRIPTION):
    """A file of two questions, the first with this content for a picture."""
    whole = [pictured(1), question(2, sources=(), topic="dich-vu-cong")]
    if name in ("json", "yaml", "moodle"):
        told = written(name, *whole).decode()
        kept = b64encode(whole[0].picture.content).decode()
        assert told.count(kept) == 1
        return told.replace(kept, b64encode(content).decode()).encode()
    place = {"docx": "word/media/image1.png", "qti": "images/"}[name]
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written(name, *whole))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, content if member.startswith(place) else old.read(member))
    return target.getvalue()


@pytest.mark.parametrize("kind", NASTY)
@pytest.mark.parametrize("name", HOLDING)
def test_what_is_no_picture_costs_its_row_and_no_other(name, kind):
    parsed = read_file(FORMATS[name], spoilt(name, NASTY[kind]))

    (problem,) = parsed.problems
    assert "hình" in problem.reason
    assert [each.stem for each in parsed.questions] == [question(2).stem]


@pytest.mark.parametrize("name", HOLDING)
def test_a_picture_without_a_description_costs_its_row(name):
    bare = replace(pictured(1), picture=read_picture(PNG))

    parsed = read_file(FORMATS[name], written(name, bare, question(2, sources=())))

    (problem,) = parsed.problems
    assert "mô tả (Alt Text)" in problem.reason
    assert len(parsed.questions) == 1


def test_a_file_of_many_bombs_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "MOST_PICTURE_PIXELS", 50_000_000)
    bomb = replace(read_picture(PNG), content=claiming(5000, 4000), description="Bom")
    bombs = [question(place, picture=bomb) for place in range(1, 7)]

    parsed = read_file(FORMATS["json"], written("json", *bombs))

    assert parsed.problems == (Problem("tệp", "các hình trong tệp lớn quá; xin chia tệp ra."),)
    assert parsed.questions == ()


def test_the_pictures_of_a_file_are_bounded_together(monkeypatch):
    size = len(read_picture(JPEG).content)
    monkeypatch.setattr(reading, "MOST_PICTURE_BYTES", 2 * size)
    questions = [pictured(place, JPEG) for place in (1, 2, 3)]

    parsed = read_file(FORMATS["json"], written("json", *questions))

    assert parsed.questions == ()
    assert parsed.problems == (Problem("tệp", "các hình trong tệp lớn quá; xin chia tệp ra."),)


@pytest.mark.parametrize(
    "picture",
    [
        "chuỗi",
        {"data": "không phải base64", "description": "a"},
        {"data": "ab=c", "description": "a"},
        {"data": ["x"], "description": "a"},
        {"description": "a"},
        {"data": b64encode(PNG).decode(), "description": ["a"]},
        {"data": b64encode(PNG).decode(), "description": "a", "url": "http://x"},
        [],
        "",
    ],
)
def test_a_broken_entry_costs_its_row(picture):
    content = json.loads(written("json", question(1), question(2)))
    content["questions"][0]["picture"] = picture

    parsed = read_file(FORMATS["json"], json.dumps(content).encode())

    assert len(parsed.problems) == 1
    assert len(parsed.questions) == 1


# Moodle -----------------------------------------------------------------------------------------


def moodle(stem, *files, answer="Một"):
    inside = "".join(
        f'<file name="{name}" path="{path}" encoding="base64">{b64encode(data).decode()}</file>'
        for name, path, data in files
    )
    return read_file(
        FORMATS["moodle"],
        f"""<quiz><question type="multichoice"><questiontext format="html">
        <text><![CDATA[{stem}]]></text>{inside}</questiontext><single>true</single>
        <answer fraction="100" format="html"><text><![CDATA[{answer}]]></text></answer>
        <answer fraction="0"><text>Hai</text></answer></question></quiz>""".encode(),
    )


def test_a_picture_of_moodle_is_found_by_its_folder_and_its_quoted_name():
    address = "@@PLUGINFILE@@/th%C6%B0%20m%E1%BB%A5c/a%20b.png"
    stem = f"""<p>Gì đây?<IMG class=x alt='a "b"' src="{address}"></p>"""

    parsed = moodle(stem, ("a b.png", "/", OTHER_PNG), ("a b.png", "/thư mục/", PNG))

    (read,) = parsed.questions
    assert read.stem == "Gì đây?"
    assert read.picture == replace(read_picture(PNG), description='a "b"')


@pytest.mark.parametrize(
    ("stem", "reason"),
    [
        ('Gì? <img alt="a" src="https://xau.example/x.png">', "không có trong tệp"),
        ('Gì? <img alt="a" src="file:///etc/passwd">', "không có trong tệp"),
        ('Gì? <img alt="a" src="@@PLUGINFILE@@/../b.png">', "không có trong tệp"),
        ('Gì? <img alt="a">', "không có trong tệp"),
        ('Gì? <img alt="a" src="@@PLUGINFILE@@/a.png"><img src="@@PLUGINFILE@@/a.png">', "hơn một"),
        ('Gì? <img alt="" src="@@PLUGINFILE@@/a.png">', "mô tả"),
    ],
)
def test_a_picture_that_moodle_does_not_bring_along_costs_its_row(stem, reason):
    parsed = moodle(stem, ("a.png", "/", PNG))

    (problem,) = parsed.problems
    assert reason in problem.reason
    assert parsed.questions == ()


def test_a_picture_in_an_option_of_moodle_costs_its_row():
    parsed = moodle("Gì?", answer='<img src="@@PLUGINFILE@@/a.png" alt="a">')

    assert "hình trong phương án" in parsed.problems[0].reason


# QTI --------------------------------------------------------------------------------------------

ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="A" title="A">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier">
<correctResponse><value>A</value></correctResponse></responseDeclaration>
<itemBody><p>Gì đây?{body}</p><choiceInteraction responseIdentifier="R" maxChoices="1">
<simpleChoice identifier="A">Một{option}</simpleChoice>
<simpleChoice identifier="B">Hai</simpleChoice></choiceInteraction></itemBody></assessmentItem>"""


def qti(body="", option="", **members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("items/a.xml", ITEM.format(body=body, option=option))
        package.writestr("items/hình một.png", PNG)
        package.writestr("b.png", PNG)
    return read_file(FORMATS["qti"], target.getvalue())


@pytest.mark.parametrize(
    "address", ["h%C3%ACnh%20m%E1%BB%99t.png", "../b.png", "./../items/../b.png"]
)
def test_a_picture_of_a_package_is_found_from_where_the_item_stands(address):
    parsed = qti(f'<img src="{address}" alt="Một hình"/>')

    assert parsed.problems == ()
    assert parsed.questions[0].picture == replace(read_picture(PNG), description="Một hình")


@pytest.mark.parametrize(
    ("body", "option", "reason"),
    [
        ('<img src="c.png" alt="a"/>', "", "không có trong tệp"),
        ('<img src="../../b.png" alt="a"/>', "", "không có trong tệp"),
        ('<img src="/etc/passwd" alt="a"/>', "", "không có trong tệp"),
        ('<img src="https://xau.example/b.png" alt="a"/>', "", "không có trong tệp"),
        ('<img src="../b.png" alt=""/>', "", "mô tả"),
        ('<img src="../b.png" alt="a"/><img src="../b.png" alt="b"/>', "", "hơn một"),
        ("", '<img src="../b.png" alt="a"/>', "trong phương án"),
    ],
)
def test_a_picture_that_is_not_in_the_package_costs_its_row(body, option, reason):
    parsed = qti(body, option)

    (problem,) = parsed.problems
    assert reason in problem.reason


def test_an_item_alone_has_no_pictures():
    body = '<img src="b.png" alt="a"/>'

    parsed = read_file(FORMATS["qti"], ITEM.format(body=body, option="").encode())

    assert "không có trong tệp" in parsed.problems[0].reason


def test_a_package_lists_each_picture_with_the_items_that_show_it():
    data = written("qti", pictured(1), pictured(2), question(3))

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("images/")]
        manifest = package.read("imsmanifest.xml").decode()
    assert len(names) == 1
    assert manifest.count(f'<file href="{names[0]}" />') == 2


# Word -------------------------------------------------------------------------------------------


class Paper:
    """A document as an office writes it."""

    def __init__(self):
        self.document = Document()

    def words(self, *lines):
        for line in lines:
            self.document.add_paragraph(line)
        return self

    def picture(self, data=PNG, description="Biểu đồ", after=""):
        run = self.document.add_paragraph(after).add_run()
        run.add_picture(io.BytesIO(data), width=Cm(4))
        for each in run.element.iter("{*}docPr"):
            each.set("descr", description)
        return self

    def read(self):
        target = io.BytesIO()
        self.document.save(target)
        return read_file(FORMATS["docx"], target.getvalue())


OPTIONS = ("*A. Một", "B. Hai")


@pytest.mark.parametrize("after", ["", "Câu 1. Gì đây? "])
def test_a_picture_of_word_stands_under_the_words_of_its_question(after):
    paper = Paper().picture(OTHER_PNG, "Quốc huy")  # the head of the page
    if not after:
        paper.words("Câu 1. Gì đây?")

    parsed = paper.picture(after=after).words(*OPTIONS, "Câu 2. Còn đây?", *OPTIONS).read()

    assert parsed.problems == ()
    assert [each.picture for each in parsed.questions] == [
        replace(read_picture(PNG), description="Biểu đồ"),
        None,
    ]


def test_pictures_of_word_that_nobody_can_place_cost_their_row():
    paper = Paper().words("Câu 1. Gì?").picture().picture().words(*OPTIONS)
    paper.words("Câu 2. Gì nữa?", OPTIONS[0]).picture(after="B. Hai ")
    paper.words("Câu 3. Và gì?", *OPTIONS).picture()
    paper.words("Câu 4. Không tả?").picture(description="").words(*OPTIONS)

    parsed = paper.words("Câu 5. Được?", *OPTIONS).read()

    assert [(it.where, it.reason.split(";")[0]) for it in parsed.problems] == [
        ("câu 1", "có hơn một hình dưới câu hỏi, chưa được hỗ trợ."),
        ("câu 2", "có hình đứng sau phương án"),
        ("câu 3", "có hình đứng sau phương án"),
        ("câu 4", "hình chưa có mô tả (Alt Text) cho người không nhìn thấy."),
    ]
    assert [each.stem for each in parsed.questions] == ["Được?"]


def test_a_picture_that_word_only_links_to_costs_its_row():
    paper = Paper().words("Câu 1. Gì?").picture()
    for blip in paper.document.element.body.iter("{*}blip"):
        for name in list(blip.attrib):
            del blip.attrib[name]

    parsed = paper.words(*OPTIONS).read()

    assert "không phải là hình" in parsed.problems[0].reason
