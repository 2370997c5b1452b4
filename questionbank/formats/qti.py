"""Questions in QTI 2.1: a package (zip) of items with a manifest, or one item alone.

IMS Question and Test Interoperability 2.1, assessment items with a choice or text entry.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from string import ascii_uppercase
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import BadFile, Bank, Format, Item, RawQuestion
from questionbank.formats.fields import BadField
from questionbank.formats.parsed import ParsedQuestion, Problem
from questionbank.formats.safe_zip import SafeZip
from questionbank.formats.xml_files import local_name, parsed_xml

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_ITEM_TYPE = "imsqti_item_xmlv2p1"
_EPOCH = (2022, 2, 18, 0, 0, 0)  # the same bytes for the same questions
_CODE = re.compile(r"\S{1,40}")
_BLOCKS = {"p", "div", "li", "br", "h1", "h2", "h3", "h4", "tr"}
_INTERACTIONS = {"choiceInteraction", "textEntryInteraction", "extendedTextInteraction"}
_ANSWERED_BY_TEXT = {"float": QuestionKind.NUMBER, "integer": QuestionKind.NUMBER}


def _read(data: bytes) -> Iterator[Item]:
    if not data.startswith(b"PK"):
        yield _item(parsed_xml(data), where=_("câu %(number)d") % {"number": 1})
        return
    count = 0
    archive = SafeZip(data)
    for name in archive.names:
        if not name.lower().endswith(".xml") or name.lower().endswith("imsmanifest.xml"):
            continue
        try:
            root = parsed_xml(archive.read(name))
            if local_name(root) == "assessmentItem":
                count += 1
                yield _item(root, where=name)
        except BadFile as error:
            yield Problem(name[:100], str(error))
            count += 1
    if not count:
        raise BadFile(_("gói QTI không có câu hỏi nào (thẻ <assessmentItem>)."))


def _item(root: Element, *, where: str) -> Item:
    try:
        if local_name(root) != "assessmentItem":
            raise BadFile(_("không phải là tệp QTI 2.1 (thiếu thẻ <assessmentItem>)."))
        return _question(root, where[:100])
    except BadField as error:
        return Problem(where[:100], str(error))


def _question(root: Element, where: str) -> RawQuestion:
    body = _first(root, "itemBody")
    interaction = next((it for it in root.iter() if local_name(it) in _INTERACTIONS), None)
    if body is None or interaction is None:
        raise BadField(_("dạng câu hỏi này không được hỗ trợ."))
    identifier = root.get("identifier", "").strip()
    declared = _first(root, "responseDeclaration")
    right = [_text(value).strip() for value in _all(_first(declared, "correctResponse"), "value")]
    title = root.get("title", "").strip()
    common = RawQuestion(
        where=where,
        stem=_stem(body, interaction),
        code=title if _CODE.fullmatch(title) else identifier[:40],
        explanation=_text(_first(root, "modalFeedback")),
    )
    if local_name(interaction) == "choiceInteraction":
        return _choice_question(root, interaction, declared, right, common)
    base = declared.get("baseType", "string") if declared is not None else "string"
    mapped = [it.get("mapKey", "") for it in _all(declared, "mapEntry") if it.get("mapKey")]
    kind = _ANSWERED_BY_TEXT.get(base, QuestionKind.SHORT_TEXT)
    return replace(
        common,
        kind=kind,
        key=tuple(right[:1] if kind is QuestionKind.NUMBER else dict.fromkeys([*right, *mapped])),
        tolerance=_tolerance(root) if kind is QuestionKind.NUMBER else "",
    )


def _choice_question(
    root: Element,
    interaction: Element,
    declared: Element | None,
    right: list[str],
    common: RawQuestion,
) -> RawQuestion:
    choices = _all(interaction, "simpleChoice")
    names = [choice.get("identifier", "") for choice in choices]
    if not set(right) <= set(names):
        raise BadField(_("đáp án không phải là phương án nào của câu."))
    one = declared is not None and declared.get("cardinality") == "single"
    kind = QuestionKind.SINGLE_CHOICE if one else QuestionKind.MULTIPLE_CHOICE
    is_mapped = any(True for _entry in _all(declared, "mapEntry"))
    key = [ascii_uppercase[names.index(name)] for name in right if names.index(name) < 26]
    return replace(
        common,
        choices=tuple(_text(choice).strip() for choice in choices),
        key=tuple(sorted(key)),
        kind=QuestionKind.TRUE_FALSE if _is_truth(choices) else kind,
        scoring=Scoring.PARTIAL if is_mapped and not one else "",
        pinned=frozenset(
            place for place, choice in enumerate(choices) if choice.get("fixed") == "true"
        ),
    )


def _is_truth(choices: list[Element]) -> bool:
    return [_text(choice).strip().lower() for choice in choices] in (
        ["đúng", "sai"],
        ["true", "false"],
    )


def _stem(body: Element, interaction: Element) -> str:
    """The text of the body up to the interaction, and the interaction's own prompt."""
    parts = [_text(body, until=interaction), _text(_first(interaction, "prompt"))]
    return "\n\n".join(part for part in parts if part.strip())


def _tolerance(root: Element) -> str:
    equal = next((it for it in root.iter() if local_name(it) == "equal"), None)
    if equal is None or equal.get("toleranceMode") != "absolute":
        return ""
    return equal.get("tolerance", "").split(" ")[0]


def _first(element: Element | None, name: str) -> Element | None:
    return next(iter(_all(element, name)), None)


def _all(element: Element | None, name: str) -> list[Element]:
    if element is None:
        return []
    return [it for it in element.iter() if local_name(it) == name and it is not element]


def _text(element: Element | None, until: Element | None = None) -> str:
    """The text within, a line end for every block, up to another element."""
    parts: list[str] = []
    if element is not None:
        _gather_text(element, until, parts)
    return "".join(parts).strip()


def _gather_text(element: Element, until: Element | None, parts: list[str]) -> bool:
    """Whether to go on after the element."""
    if element is until:
        return False
    parts.append(_spaced(element.text))
    for child in element:
        if not _gather_text(child, until, parts):
            return False
        if local_name(child) in _BLOCKS:
            parts.append("\n\n" if local_name(child) != "br" else "\n")
        parts.append(_spaced(child.tail))
    return True


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _write(bank: Bank) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        names = []
        for number, question in enumerate(bank.questions, start=1):
            names.append(f"items/item{number:05}.xml")
            _add_file(archive, names[-1], _written(question, f"item{number:05}"))
        _add_file(archive, "imsmanifest.xml", _manifest(names))
    return target.getvalue()


def _add_file(archive: zipfile.ZipFile, name: str, root: Element) -> None:
    data = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _manifest(names: list[str]) -> Element:
    root = Element("manifest", xmlns=_PACKAGE, identifier="questions")
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for number, name in enumerate(names, start=1):
        resource = SubElement(
            resources, "resource", identifier=f"r{number:05}", type=_ITEM_TYPE, href=name
        )
        SubElement(resource, "file", href=name)
    return root


def _written(question: ParsedQuestion, identifier: str) -> Element:
    root = Element(
        "assessmentItem",
        xmlns=_QTI,
        identifier=identifier,
        title=question.code or identifier,
        adaptive="false",
        timeDependent="false",
    )
    several = question.kind is QuestionKind.MULTIPLE_CHOICE
    base = (
        "identifier" if question.choices else "float" if question.number is not None else "string"
    )
    declared = SubElement(
        root,
        "responseDeclaration",
        identifier="RESPONSE",
        cardinality="multiple" if several else "single",
        baseType=base,
    )
    correct = SubElement(declared, "correctResponse")
    for value in _right_values(question):
        SubElement(correct, "value").text = value
    _write_mapping(declared, question)
    SubElement(
        root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"
    )
    body = SubElement(root, "itemBody")
    for part in question.stem.split("\n\n"):
        paragraph = SubElement(body, "p")
        lines = part.split("\n")
        paragraph.text = lines[0]
        for line in lines[1:]:
            SubElement(paragraph, "br").tail = line
    _write_interaction(body, question)
    _write_processing(root, question)
    if question.explanation:
        feedback = SubElement(
            root,
            "modalFeedback",
            outcomeIdentifier="FEEDBACK",
            identifier="explanation",
            showHide="show",
        )
        feedback.text = question.explanation
    return root


def _right_values(question: ParsedQuestion) -> list[str]:
    if question.number is not None:
        return [f"{question.number:f}"]
    if question.accepted:
        return [question.accepted[0]]
    return [
        letter
        for letter, choice in zip(ascii_uppercase, question.choices, strict=False)
        if choice.is_correct
    ]


def _write_mapping(declared: Element, question: ParsedQuestion) -> None:
    if question.accepted:
        mapping = SubElement(declared, "mapping", defaultValue="0")
        for text in question.accepted:
            SubElement(mapping, "mapEntry", mapKey=text, mappedValue="1", caseSensitive="false")
    elif question.scoring is Scoring.PARTIAL:
        mapping = SubElement(declared, "mapping", defaultValue="0", lowerBound="0")
        values = _right_values(question)
        for letter, _choice in zip(ascii_uppercase, question.choices, strict=False):
            share = 1 / len(values) if letter in values else -1 / len(values)
            SubElement(mapping, "mapEntry", mapKey=letter, mappedValue=f"{share:.5f}")


def _write_interaction(body: Element, question: ParsedQuestion) -> None:
    if not question.choices:
        paragraph = SubElement(body, "p")
        SubElement(paragraph, "textEntryInteraction", responseIdentifier="RESPONSE")
        return
    interaction = SubElement(
        body,
        "choiceInteraction",
        responseIdentifier="RESPONSE",
        shuffle="false" if question.kind is QuestionKind.TRUE_FALSE else "true",
        maxChoices="0" if question.kind is QuestionKind.MULTIPLE_CHOICE else "1",
    )
    for letter, choice in zip(ascii_uppercase, question.choices, strict=False):
        element = SubElement(
            interaction,
            "simpleChoice",
            identifier=letter,
            fixed="true" if choice.is_pinned else "false",
        )
        element.text = choice.text


def _write_processing(root: Element, question: ParsedQuestion) -> None:
    if question.number is None:
        kind = (
            "map_response"
            if question.accepted or question.scoring is Scoring.PARTIAL
            else "match_correct"
        )
        SubElement(
            root,
            "responseProcessing",
            template=f"http://www.imsglobal.org/question/qti_v2p1/rptemplates/{kind}",
        )
        return
    condition = SubElement(SubElement(root, "responseProcessing"), "responseCondition")
    branch = SubElement(condition, "responseIf")
    equal = SubElement(
        branch,
        "equal",
        toleranceMode="absolute",
        tolerance=f"{question.tolerance:f} {question.tolerance:f}",
    )
    SubElement(equal, "variable", identifier="RESPONSE")
    SubElement(equal, "correct", identifier="RESPONSE")
    outcome = SubElement(branch, "setOutcomeValue", identifier="SCORE")
    SubElement(outcome, "baseValue", baseType="float").text = "1"


FORMAT = Format(
    name="qti",
    label="QTI 2.1",
    extension=".zip",
    media_type="application/zip",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("stem", "kind", "choices", "accepted", "number", "tolerance", "scoring"),
            *("code", "explanation"),
        }
    ),
    read=_read,
    write=_write,
)
