"""IMS QTI 2.1: packages of one assessmentItem a file, or a single such file.

QTI has no true-or-false question; as in the examples of its specification, ours is a single
choice whose options are identified as "true" and "false". An item needs an identifier: the one
of a question without a code is "no-code-" and its number. Points are the default of the outcome
MAXSCORE, a number's tolerance that of <equal>. We also read what Canvas makes of its questions:
the key in the response processing, HTML as text in <div class="html">, <instructureField>s.
"""

import html
import io
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from string import ascii_uppercase
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.formats.safe_zip import SafeZip
from accounts.rules.folding import fold, tidy
from questionbank.enums import QuestionKind, Scoring
from questionbank.formats.base import Bank, Format, Item, RawPicture, RawQuestion
from questionbank.formats.fields import BadField
from questionbank.formats.markup import (
    TooLong,
    elements_at,
    for_xml,
    local_name,
    paragraphs,
    plain_text,
    xml_bytes,
)
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion, Problem
from questionbank.formats.picture_markup import (
    check_no_mention,
    file_name,
    not_in_file,
    the_mention,
)

LONGEST_CODE = 40
_MANIFEST = "imsmanifest.xml"
_ITEM_TYPE = re.compile(r"imsqti_item_xmlv2p\d")
_ITEM = "assessmentItem"
_OLD_ROOT = "questestinterop"  # of QTI 1.2
_NO_CODE = re.compile(r"no-code-\d+")
_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE_NAMESPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_EXPLANATION = "EXPLANATION"
_GENERAL_FEEDBACK = (_EXPLANATION, "general_fb", "correct_fb")
_NO_TEXT = {"rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "simpleChoice"}
_COMPARISONS = {"match", "member", "stringMatch", "equal", "equalRounded"}
_GAP = "_____"
_HTML_NAMES = {
    *("p", "div", "br", "ul", "ol", "li", "table", "tr", "td", "th", "blockquote", "pre"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "sup", "sub", "dl", "dt", "dd", "hr", "caption"),
}


_ReadFile = Callable[[str], bytes]  # by an address relative to the item; raises BadField


class _Bad(ValueError):
    """Carries the Vietnamese reason against one item."""


# Packages ---------------------------------------------------------------------------------------


def _read(data: bytes) -> Iterator[Item]:
    if not data.startswith(b"PK"):
        yield _item(_root(data), _no_file, where=_where(1))
        return
    package = SafeZip(data)
    listed = _listed(package)
    if listed:
        for number, name in enumerate(listed, start=1):
            yield _member(package, name, where=_where(number))
        return
    yield from _unlisted(package)


def _where(number: int) -> str:
    return _("câu %(number)d") % {"number": number}


def _root(data: bytes) -> Element:
    """The assessmentItem. Raises BadFile."""
    (root,) = elements_at(data, depth=0, roots=frozenset({_ITEM, _OLD_ROOT}))
    if local_name(root) == _OLD_ROOT:
        raise BadFile(_("tệp QTI phiên bản 1 chưa được hỗ trợ; xin xuất theo QTI 2.1."))
    return root


def _member(package: SafeZip, name: str, *, where: str) -> Item:
    if name not in package:
        return Problem(
            where, _("gói không có tệp “%(name)s” đã nêu trong danh mục.") % {"name": name[:80]}
        )
    data = package.read(name)  # a broken archive is no matter of one question
    try:
        root = _root(data)
    except BadFile as error:
        return Problem(where, str(error))
    return _item(root, _files_beside(package, name), where=where)


def _listed(package: SafeZip) -> list[str]:
    """The items' files in the order of the manifest. Raises BadFile when it is broken."""
    manifests = [name for name in package.names if posixpath.basename(name) == _MANIFEST]
    if not manifests:
        return []
    manifest = min(manifests, key=lambda name: (name.count("/"), name))
    folder = posixpath.dirname(manifest)
    names: dict[str, None] = {}
    for element in elements_at(package.read(manifest), depth=2, roots=frozenset({"manifest"})):
        href = _item_href(element)
        if href:
            names.setdefault(posixpath.normpath(posixpath.join(folder, href)))
    return list(names)


def _item_href(element: Element) -> str:
    if local_name(element) != "resource" or not _ITEM_TYPE.match(element.get("type", "")):
        return ""
    return unquote(element.get("href", ""))


def _unlisted(package: SafeZip) -> Iterator[Item]:
    """The items of a package whose manifest names none: every XML file that is one."""
    number, is_old = 0, False
    for name in package.names:
        if not name.endswith((".xml", ".qti")):
            continue
        data = package.read(name)
        is_old = is_old or f"<{_OLD_ROOT}".encode() in data[:2000]
        try:
            root = _root(data)
        except BadFile:
            continue
        number += 1
        yield _item(root, _files_beside(package, name), where=_where(number))
    if number == 0 and is_old:
        raise BadFile(_("tệp QTI phiên bản 1 chưa được hỗ trợ; xin xuất theo QTI 2.1."))
    if number == 0:
        raise BadFile(_("gói QTI không có câu hỏi nào (tệp assessmentItem)."))


# Pictures ---------------------------------------------------------------------------------------


def _files_beside(package: SafeZip, item: str) -> _ReadFile:
    """The package's files by their addresses in the item of that name."""

    def read_file(address: str) -> bytes:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(item), unquote(address)))
        return package.read(name) if name in package else _no_file(address)

    return read_file


def _no_file(address: str) -> bytes:
    raise not_in_file(address)


def _picture(root: Element, read_file: _ReadFile) -> RawPicture | None:
    """What stands in the body of the item, outside its options. Raises BadField."""
    for choice in _each(root, "simpleChoice"):
        check_no_mention("".join(_html_inside(choice)))
    body = _child(root, "itemBody")
    mention = the_mention("".join(_html_inside(body))) if body is not None else None
    if mention is None:
        return None
    return RawPicture(read_file(mention.source), mention.description)


# Items ------------------------------------------------------------------------------------------


def _item(root: Element, read_file: _ReadFile, *, where: str) -> Item:
    try:
        return replace(_question(root, where), picture=_picture(root, read_file))
    except (_Bad, BadField, TooLong) as error:
        return Problem(where, str(error))


def _question(root: Element, where: str) -> RawQuestion:
    interaction = _interaction(root)
    if local_name(interaction) == "choiceInteraction":
        return _choice_question(root, interaction, where)
    return _written_question(root, interaction, where)


def _interaction(root: Element) -> Element:
    """The one interaction of the item. Raises _Bad."""
    found = [each for each in root.iter() if local_name(each).endswith("Interaction")]
    if not found:
        raise _Bad(_("không có phần để trả lời."))
    if len(found) > 1:
        raise _Bad(_("có nhiều phần để trả lời trong cùng một câu, chưa được hỗ trợ."))
    name = local_name(found[0])
    if name not in ("choiceInteraction", "textEntryInteraction", "extendedTextInteraction"):
        raise _Bad(_("dạng câu hỏi “%(kind)s” của QTI chưa được hỗ trợ.") % {"kind": name[:40]})
    return found[0]


def _choice_question(root: Element, interaction: Element, where: str) -> RawQuestion:
    choices = _each(interaction, "simpleChoice")
    names = [choice.get("identifier", "") for choice in choices]
    declaration = _declaration(root, interaction)
    right = set(_right_values(root, declaration))
    kind = _kind(interaction, declaration, names, len(right))
    is_canvas = bool(_canvas_fields(root))  # which fixes every option of every question
    return RawQuestion(
        where=where,
        stem=_stem(root),
        choices=tuple(_text(choice) for choice in choices),
        key=tuple(_letter(place) for place, name in enumerate(names) if name in right),
        kind=kind.value,
        code=_code(root),
        scoring=_scoring(root, declaration) if kind is QuestionKind.MULTIPLE_CHOICE else "",
        points=_points(root),
        explanation=_explanation(root),
        pinned=frozenset(
            place
            for place, choice in enumerate(choices)
            if choice.get("fixed") == "true" and not is_canvas
        ),
    )


def _written_question(root: Element, interaction: Element, where: str) -> RawQuestion:
    declaration = _declaration(root, interaction)
    is_number = declaration.get("baseType") in ("float", "integer")
    key = [tidy(value) for value in _right_values(root, declaration)]
    if not is_number:
        key += [tidy(value) for value in _mapped_keys(declaration)]
    key = list(dict.fromkeys(filter(None, key)))
    if not key:
        raise _Bad(_("không cho biết đáp án; câu tự luận chưa được hỗ trợ."))
    return RawQuestion(
        where=where,
        stem=_stem(root),
        key=tuple(key),
        kind=(QuestionKind.NUMBER if is_number else QuestionKind.SHORT_TEXT).value,
        code=_code(root),
        tolerance=_tolerance(root, key[0]) if is_number else "",
        points=_points(root),
        explanation=_explanation(root),
    )


def _letter(place: int) -> str:
    return ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1)


def _each(element: Element, name: str) -> list[Element]:
    """All descendants of that name, whatever their namespace."""
    return [each for each in element.iter() if local_name(each) == name]


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)


def _canvas_fields(root: Element) -> dict[str, str]:
    fields = _each(root, "instructureField")
    return {field.get("name", ""): field.get("value", "") for field in fields}


def _code(root: Element) -> str:
    code = tidy(root.get("identifier", ""))
    return "" if len(code) > LONGEST_CODE or _NO_CODE.fullmatch(code) else code


def _declaration(root: Element, interaction: Element) -> Element:
    """What declares the interaction's response; an empty one when nothing does."""
    name = interaction.get("responseIdentifier")
    for each in _each(root, "responseDeclaration"):
        if each.get("identifier") == name:
            return each
    return Element("responseDeclaration", identifier=name or "")


def _kind(
    interaction: Element, declaration: Element, names: Sequence[str], right: int
) -> QuestionKind:
    takes_one = interaction.get("maxChoices", "1" if right <= 1 else "0") == "1"
    is_single = declaration.get("cardinality") == "single" or (takes_one and right <= 1)
    if not is_single:
        return QuestionKind.MULTIPLE_CHOICE
    if sorted(names) == ["false", "true"]:
        return QuestionKind.TRUE_FALSE
    return QuestionKind.SINGLE_CHOICE


# Keys and points --------------------------------------------------------------------------------


def _right_values(root: Element, declaration: Element) -> list[str]:
    """Of correctResponse; where it is missing, what the response processing rewards."""
    correct = _child(declaration, "correctResponse")
    if correct is not None:
        return [_bare(value) for value in _each(correct, "value")]
    name = declaration.get("identifier", "")
    rewarded = [value for rule in _rewarding(root, name) for value in _compared(rule, name)]
    if rewarded or _child(declaration, "mapping") is None:
        return rewarded
    return _mapped_keys(declaration)


def _mapped_keys(declaration: Element) -> list[str]:
    """The keys of the mapping that earn most; those of a choice that earn anything."""
    entries = [
        (each.get("mapKey", ""), each.get("mappedValue", "")) for each in _entries(declaration)
    ]
    values = {key: _decimal(value) or Decimal() for key, value in entries}
    most = max(values.values(), default=Decimal())
    least = Decimal() if declaration.get("baseType") == "identifier" else most
    return [key for key, value in values.items() if value > 0 and value >= least]


def _entries(declaration: Element) -> list[Element]:
    mapping = _child(declaration, "mapping")
    return _each(mapping, "mapEntry") if mapping is not None else []


def _rewarding(root: Element, name: str) -> Iterator[Element]:
    """The rules that add to a score when something is said of this response."""
    for rule in root.iter():
        if local_name(rule) not in ("responseIf", "responseElseIf"):
            continue
        if _compared(rule, name) and any(_adds(child) for child in rule):
            yield rule


def _adds(action: Element) -> bool:
    if local_name(action) != "setOutcomeValue":
        return False
    values = [_decimal(_bare(value)) for value in _each(action, "baseValue")]
    return bool(values) and (values[-1] or 0) > 0


def _compared(element: Element, name: str) -> list[str]:
    """The values that the response is compared with, but for those under <not>."""
    if local_name(element) in ("not", "setOutcomeValue", "responseCondition"):
        return []
    if local_name(element) in _COMPARISONS:
        about = {each.get("identifier") for each in _each(element, "variable")}
        return [_bare(each) for each in _each(element, "baseValue")] if about == {name} else []
    return [value for child in element for value in _compared(child, name)]


def _bare(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _decimal(text: str) -> Decimal | None:
    if len(text) > LONGEST_CODE:
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 20 else None


def _scoring(root: Element, declaration: Element) -> str:
    """Partial where a mapping is used, or each right option adds to the score."""
    processing = _child(root, "responseProcessing")
    template = processing.get("template", "") if processing is not None else ""
    if _entries(declaration):
        maps = processing is None or "map_response" in template
        is_partial = maps or bool(_each(root, "mapResponse"))
    else:
        rules = _rewarding(root, declaration.get("identifier", ""))
        is_partial = any(_each(rule, "sum") for rule in rules)
    return Scoring.PARTIAL.value if is_partial else ""


def _tolerance(root: Element, key: str) -> str:
    """What <equal> allows, or half of the range that Canvas gives. Raises _Bad."""
    for equal in _each(root, "equal"):
        mode = equal.get("toleranceMode", "exact")
        if mode == "relative":
            raise _Bad(_("sai số theo tỉ lệ phần trăm chưa được hỗ trợ."))
        if mode == "absolute":
            return next(iter(equal.get("tolerance", "").split()), "")
    bounds = [*_each(root, "gte"), *_each(root, "lte")]
    values = [_decimal(_bare(value)) for bound in bounds for value in _each(bound, "baseValue")]
    number = _decimal(key)
    far = [abs(value - number) for value in values if value is not None and number is not None]
    return f"{max(far):f}" if len(bounds) == 2 and len(far) == 2 else ""


def _points(root: Element) -> str:
    fields = _canvas_fields(root)
    if said := fields.get("points_possible") or fields.get("max_score"):
        return said
    for outcome in _each(root, "outcomeDeclaration"):
        if outcome.get("identifier") == "MAXSCORE":
            return next((_bare(value) for value in _each(outcome, "value")), "")
    return ""


# Texts ------------------------------------------------------------------------------------------


def _stem(root: Element) -> str:
    body = _child(root, "itemBody")
    text = _text(body) if body is not None else ""
    return text.removesuffix(_GAP).rstrip() if text.endswith(f"\n{_GAP}") else text


def _explanation(root: Element) -> str:
    """The general feedback if it is known, or else all there is."""
    texts: dict[str, str] = {}
    for each in _each(root, "modalFeedback"):
        texts.setdefault(each.get("identifier", ""), _text(each))
    for name in _GENERAL_FEEDBACK:
        if texts.get(name):
            return texts[name]
    return "\n\n".join(dict.fromkeys(filter(None, texts.values())))


def _text(element: Element) -> str:
    """The plain text inside an element of an item. Raises TooLong."""
    return plain_text("".join(_html_inside(element)))


def _html_inside(element: Element) -> Iterator[str]:
    is_escaped = local_name(element) == "div" and element.get("class") == "html"
    yield (element.text or "") if is_escaped else html.escape(element.text or "")
    for child in element:
        yield from _html_of(child)
        yield html.escape(child.tail or "")


def _html_of(element: Element) -> Iterator[str]:
    name = local_name(element)
    if name in _NO_TEXT:
        return
    if name == "textEntryInteraction":
        yield _GAP
    elif name in ("br", "hr"):
        yield f"<{name}>"
    elif name == "img":
        source, description = element.get("src", ""), element.get("alt", "")
        yield f'<img src="{html.escape(source)}" alt="{html.escape(description)}">'
    elif name in _HTML_NAMES:
        yield f"<{name}>"
        yield from _html_inside(element)
        yield f"</{name}>"
    elif name in ("prompt", "choiceInteraction", "extendedTextInteraction"):
        yield "<div>"
        yield from _html_inside(element)
        yield "</div>"
    else:
        yield from _html_inside(element)


# Writing ----------------------------------------------------------------------------------------


def _write(bank: Bank) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as package:
        _add_member(package, _MANIFEST, xml_bytes(_manifest(bank.questions)))
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
        _ITEM,
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
            identifier=_EXPLANATION,
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
    return [f"CHOICE_{_letter(place)}" for place in range(len(question.choices))]


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
        SubElement(shown, "baseValue", baseType="identifier").text = _EXPLANATION


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


FORMAT = Format(
    name="qti",
    label="IMS QTI 2.1",
    extension=".zip",
    media_type="application/zip",
    kinds=frozenset(QuestionKind),
    fields=frozenset(
        {
            *("code", "stem", "kind", "choices", "accepted", "number", "tolerance"),
            *("scoring", "points", "explanation", "picture"),
        }
    ),
    read=_read,
    write=_write,
)
