"""What is written, by the rules of the tools that will read it.

The rules stand here anew, without our readers: Moodle's GIFT and XML importers, and the schema
and the binding of IMS QTI 2.1.
"""

import io
import re
from decimal import Decimal
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings, strategies as st

from questionbank.enums import QuestionKind
from questionbank.formats.base import Bank
from questionbank.formats.parsed import ParsedTopic
from questionbank.formats.registry import FORMATS
from tests.questionbank.formats.drafts import drafts

FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
TOPICS = [ParsedTopic("dich-vu-cong", "Dịch vụ công: {1}"), ParsedTopic("van-hoa", "Văn hóa/số")]
BANKS = st.lists(drafts(), min_size=1, max_size=3, unique_by=lambda it: it.code)
# of Moodle's question bank, in per cent; anything else makes its import stop
GRADES = {
    *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30"),
    *("25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
}
PARTS_OF_ITEM = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing"]
NCNAME = re.compile(r"[A-Za-z_][-.\w]*")
ITEM = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
PACKAGE = "{http://www.imsglobal.org/xsd/imscp_v1p1}"


def written(name, questions):
    return FORMATS[name].write(Bank(questions, TOPICS))


# GIFT -------------------------------------------------------------------------------------------


def blocks_of_gift(data):
    """The questions as Moodle parts them: at empty lines, comments and categories aside."""
    for block in re.split(r"\n\s*\n", data.decode()):
        lines = [line for line in block.split("\n") if not line.lstrip().startswith("//")]
        text = "\n".join(lines).strip()
        if text and not text.startswith("$CATEGORY:"):
            yield re.sub(r"\\[~=#{}:\\n]", "·", text)


@FEW
@given(bank=BANKS)
def test_gift_has_one_pair_of_braces_and_shares_that_moodle_knows(bank):
    blocks = list(blocks_of_gift(written("gift", bank)))

    assert len(blocks) == len(bank)
    for block, question in zip(blocks, bank, strict=True):
        assert (block.count("{"), block.count("}")) == (1, 1)
        stem, answers = block.removesuffix("}").split("{")
        assert stem.startswith("[plain]")
        assert not set("~=#") & set(stem)
        answers = answers.partition("####")[0]
        weights = re.findall(r"~%([-\d.]+)%", answers)
        assert {weight.removeprefix("-") for weight in weights} <= GRADES
        earned = sum(Decimal(weight) for weight in weights if not weight.startswith("-"))
        assert not weights or abs(earned - 100) < Decimal("0.001")
        if question.kind.has_choices and answers not in ("TRUE", "FALSE"):
            assert len(re.findall("[~=]", answers)) == len(question.choices)


# Moodle XML -------------------------------------------------------------------------------------


@FEW
@given(bank=BANKS)
def test_moodle_is_given_fractions_of_its_list_that_make_up_the_whole(bank):
    quiz = fromstring(written("moodle", bank))

    for question in quiz.iterfind("question"):
        if question.get("type") == "category":
            assert question.findtext("category/text").startswith("$course$/top")
            continue
        fractions = [answer.get("fraction") for answer in question.iterfind("answer")]
        assert {fraction.removeprefix("-") for fraction in fractions} <= GRADES
        earned = [Decimal(fraction) for fraction in fractions if not fraction.startswith("-")]
        if question.findtext("single") == "false":
            assert abs(sum(earned) - 100) < Decimal("0.001")
        else:
            assert max(earned) == 100
        assert question.find("questiontext").get("format") == "html"
        assert question.findtext("name/text")


# QTI --------------------------------------------------------------------------------------------


def package_of(bank):
    with ZipFile(io.BytesIO(written("qti", bank))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@FEW
@given(bank=BANKS)
def test_the_manifest_names_every_file_once_by_valid_names(bank):
    files = package_of(bank)
    manifest = fromstring(files.pop("imsmanifest.xml"))

    resources = list(manifest.iter(f"{PACKAGE}resource"))
    names = [it.get("identifier") for it in (manifest, *resources)]
    assert [part.tag.removeprefix(PACKAGE) for part in manifest] == [
        *("metadata", "organizations", "resources")
    ]
    assert all(map(NCNAME.fullmatch, names))
    assert len(set(names)) == len(names)
    assert {it.get("type") for it in resources} == {"imsqti_item_xmlv2p1"}
    assert all(it.get("href") in {file.get("href") for file in it} for it in resources)
    assert {file.get("href") for it in resources for file in it} == files.keys()


@FEW
@given(bank=BANKS)
def test_an_item_follows_the_schema(bank):
    files = package_of(bank)

    names = sorted(name for name in files if name.startswith("items/"))
    for question, name in zip(bank, names, strict=True):
        item = fromstring(files[name])
        assert item.tag == f"{ITEM}assessmentItem"
        assert {"identifier", "title", "adaptive", "timeDependent"} == set(item.keys())
        parts = list(dict.fromkeys(part.tag.removeprefix(ITEM) for part in item))
        assert parts == PARTS_OF_ITEM + ["modalFeedback"] * bool(question.explanation)
        check_response(item, question)


def check_response(item, question):
    response = item.find(f"{ITEM}responseDeclaration")
    several = question.kind is QuestionKind.MULTIPLE_CHOICE
    assert response.get("cardinality") == ("multiple" if several else "single")
    values = [it.text for it in response.iter(f"{ITEM}value")]
    (interaction,) = [it for it in item.iter() if it.tag.endswith("Interaction")]
    assert interaction.get("responseIdentifier") == response.get("identifier")
    outcomes = {it.get("identifier") for it in item.iter(f"{ITEM}outcomeDeclaration")}
    assert {it.get("identifier") for it in item.iter(f"{ITEM}setOutcomeValue")} <= outcomes
    if question.kind.has_choices:
        names = [it.get("identifier") for it in interaction.iter(f"{ITEM}simpleChoice")]
        assert all(map(NCNAME.fullmatch, names))
        assert len(set(names)) == len(names)
        assert set(values) <= set(names)
        assert response.get("baseType") == "identifier"
    if (mapping := response.find(f"{ITEM}mapping")) is not None:
        earned = [Decimal(it.get("mappedValue")) for it in mapping]
        most = max(earned) if not several else sum(it for it in earned if it > 0)
        assert abs(most - question.points) < Decimal("0.001")


@FEW
@given(number=drafts(kinds=[QuestionKind.NUMBER]))
def test_a_number_is_compared_within_its_tolerance_on_both_sides(number):
    item = fromstring(package_of([number])["items/00001.xml"])

    (equal,) = item.iter(f"{ITEM}equal")
    assert equal.get("toleranceMode") == "absolute"
    assert equal.get("tolerance") == f"{number.tolerance:f} {number.tolerance:f}"
