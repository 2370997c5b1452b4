"""Writing questions as a QTI 2.1 package, by the schema of IMS."""

import io
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from accounts.rules.folding import fold, tidy
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank
from questionbank.formats.keys import letter_of
from questionbank.formats.markup import for_xml, paragraphs, xml_bytes
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion
from questionbank.formats.picture_markup import file_name
from questionbank.formats.qti_texts import EXPLANATION

MANIFEST = "imsmanifest.xml"
_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE_NAMESPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"


def write(bank: Bank) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as package:
        _add_member(package, MANIFEST, xml_bytes(_manifest(bank.questions)))
        for number, question in enumerate(bank.questions, start=1):
            _add_member(package, _path(number), xml_bytes(_item_element(question, number)))
        pictures = {it.picture.digest: it.picture for it in bank.questions if it.picture}
        for picture in pictures.values():
            _add_member(package, _picture_path(picture), picture.content)
    return target.getvalue()


def _add_member(package: ZipFile, name: str, content: bytes) -> None:
    info = ZipInfo(name)  # of 1980, so that the same questions give the same bytes
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    package.writestr(info, content)


def _path(number: int) -> str:
    return f"items/{number:05d}.xml"


def _picture_path(picture: ParsedPicture) -> str:
    return f"images/{file_name(picture)}"


def _manifest(questions: Sequence[ParsedQuestion]) -> Element:
    manifest = Element("manifest", xmlns=_PACKAGE_NAMESPACE, identifier="MANIFEST")
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    for number, question in enumerate(questions, start=1):
        path = _path(number)
        resource = SubElement(
            resources,
            "resource",
            identifier=f"ITEM-{number:05d}",
            type="imsqti_item_xmlv2p1",
            href=path,
        )
        SubElement(resource, "file", href=path)
        if question.picture:
            SubElement(resource, "file", href=_picture_path(question.picture))
    return manifest


def _item_element(question: ParsedQuestion, number: int) -> Element:
    item = Element(
        "assessmentItem",
        xmlns=_NAMESPACE,
        identifier=for_xml(question.code) or f"no-code-{number}",
        title=for_xml(tidy(question.stem))[:60],
        adaptive="false",
        timeDependent="false",
    )
    _add_declarations(item, question)
    body = SubElement(item, "itemBody")
    body.extend(paragraphs(question.stem))
    if question.picture:
        _add_picture(body, question.picture)
    if question.kind.has_choices:
        _add_choices(body, question)
    else:
        paragraph = SubElement(body, "p")
        SubElement(paragraph, "textEntryInteraction", responseIdentifier="RESPONSE")
    _add_processing(item, question)
    if question.explanation:
        feedback = SubElement(
            item,
            "modalFeedback",
            outcomeIdentifier="FEEDBACK",
            identifier=EXPLANATION,
            showHide="show",
        )
        feedback.extend(paragraphs(question.explanation))
    return item


def _add_picture(body: Element, picture: ParsedPicture) -> None:
    SubElement(
        SubElement(body, "p"),
        "img",
        src=f"../{_picture_path(picture)}",
        alt=for_xml(picture.description),
        width=str(picture.width),
        height=str(picture.height),
    )


def _names(question: ParsedQuestion) -> list[str]:
    """The identifiers of the options."""
    if question.kind is QuestionKind.TRUE_FALSE and len(question.choices) == 2:
        names = ["true", "false"]
        return names[::-1] if fold(question.choices[0].text) == "sai" else names
    return [f"CHOICE_{letter_of(place)}" for place in range(len(question.choices))]


def _right(question: ParsedQuestion) -> list[str]:
    """The values of the right response."""
    if question.number is not None:
        return [f"{question.number:f}"]
    if question.kind is QuestionKind.SHORT_TEXT:
        return list(question.accepted[:1])
    pairs = zip(_names(question), question.choices, strict=True)
    return [name for name, choice in pairs if choice.is_correct]


def _add_declarations(item: Element, question: ParsedQuestion) -> None:
    base_types = {QuestionKind.SHORT_TEXT: "string", QuestionKind.NUMBER: "float"}
    takes_many = question.kind is QuestionKind.MULTIPLE_CHOICE
    response = SubElement(
        item,
        "responseDeclaration",
        identifier="RESPONSE",
        cardinality="multiple" if takes_many else "single",
        baseType=base_types.get(question.kind, "identifier"),
    )
    correct = SubElement(response, "correctResponse")
    for value in _right(question):
        SubElement(correct, "value").text = for_xml(value)
    if question.kind is QuestionKind.SHORT_TEXT:
        _add_accepted(response, question)
    elif _is_mapped(question):
        _add_shares(response, question)
    _add_outcome(item, "SCORE", "float", "0")
    _add_outcome(item, "MAXSCORE", "float", f"{question.points:f}")
    if question.explanation:
        _add_outcome(item, "FEEDBACK", "identifier", "")


def _is_mapped(question: ParsedQuestion) -> bool:
    return question.kind is QuestionKind.SHORT_TEXT or (
        question.kind is QuestionKind.MULTIPLE_CHOICE and question.scoring is Scoring.PARTIAL
    )


def _add_outcome(item: Element, name: str, base_type: str, default: str) -> None:
    outcome = SubElement(
        item, "outcomeDeclaration", identifier=name, cardinality="single", baseType=base_type
    )
    if default:
        SubElement(SubElement(outcome, "defaultValue"), "value").text = default


def _add_accepted(response: Element, question: ParsedQuestion) -> None:
    mapping = SubElement(response, "mapping", defaultValue="0")
    for text in question.accepted:
        SubElement(
            mapping,
            "mapEntry",
            mapKey=for_xml(text),
            mappedValue=f"{question.points:f}",
            caseSensitive="false",
        )


def _add_shares(response: Element, question: ParsedQuestion) -> None:
    """What each option earns: the right ones all points together, the wrong ones as much less."""
    points = f"{question.points:f}"
    mapping = SubElement(response, "mapping", lowerBound="0", upperBound=points, defaultValue="0")
    right = sum(choice.is_correct for choice in question.choices)
    wrong = len(question.choices) - right
    for name, choice in zip(_names(question), question.choices, strict=True):
        share = question.points / right if choice.is_correct else -question.points / wrong
        SubElement(mapping, "mapEntry", mapKey=name, mappedValue=f"{share:.6f}")


def _add_choices(body: Element, question: ParsedQuestion) -> None:
    takes_many = question.kind is QuestionKind.MULTIPLE_CHOICE
    interaction = SubElement(
        body,
        "choiceInteraction",
        responseIdentifier="RESPONSE",
        shuffle="true",
        maxChoices="0" if takes_many else "1",
    )
    for name, choice in zip(_names(question), question.choices, strict=True):
        element = SubElement(interaction, "simpleChoice", identifier=name)
        if choice.is_pinned:
            element.set("fixed", "true")
        element.text = for_xml(choice.text)


def _add_processing(item: Element, question: ParsedQuestion) -> None:
    processing = SubElement(item, "responseProcessing")
    if _is_mapped(question):
        score = SubElement(processing, "setOutcomeValue", identifier="SCORE")
        SubElement(score, "mapResponse", identifier="RESPONSE")
    else:
        _add_match(processing, question)
    if question.explanation:
        shown = SubElement(processing, "setOutcomeValue", identifier="FEEDBACK")
        SubElement(shown, "baseValue", baseType="identifier").text = EXPLANATION


def _add_match(processing: Element, question: ParsedQuestion) -> None:
    """All points for the right response, none for another."""
    condition = SubElement(processing, "responseCondition")
    rule = SubElement(condition, "responseIf")
    if question.kind is QuestionKind.NUMBER:
        tolerance = f"{question.tolerance:f}"
        comparison = SubElement(
            rule, "equal", toleranceMode="absolute", tolerance=f"{tolerance} {tolerance}"
        )
    else:
        comparison = SubElement(rule, "match")
    SubElement(comparison, "variable", identifier="RESPONSE")
    SubElement(comparison, "correct", identifier="RESPONSE")
    score = SubElement(rule, "setOutcomeValue", identifier="SCORE")
    SubElement(score, "baseValue", baseType="float").text = f"{question.points:f}"
