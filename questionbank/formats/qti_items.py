"""An assessmentItem of QTI 2 as a question.

We also read what Canvas makes of its questions: the key in the response processing, HTML as text
in <div class="html">, <instructureField>s.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from accounts.rules.folding import tidy
from questionbank.enums import QuestionKind
from questionbank.formats.base import Item, RawPicture, RawQuestion
from questionbank.formats.fields import BadField
from questionbank.formats.keys import letter_of
from questionbank.formats.markup import BadMarkup, local_name
from questionbank.formats.parsed import Problem
from questionbank.formats.picture_markup import check_no_mention, the_mention
from questionbank.formats.qti_elements import (
    BadItem,
    canvas_fields,
    child_named,
    each_named,
    response_declaration,
)
from questionbank.formats.qti_keys import (
    accepted_texts,
    points_of,
    right_values,
    scoring_of,
    tolerance_of,
)
from questionbank.formats.qti_texts import explanation_of, html_in, stem_of, text_of

LONGEST_CODE = 40
_NO_CODE = re.compile(r"no-code-\d+")
_TEMPLATES = ("templateDeclaration", "templateProcessing", "printedVariable")

ReadFile = Callable[[str], bytes]  # by an address relative to the item; raises BadField


def item_of(root: Element, read_file: ReadFile, *, where: str) -> Item:
    """The question, or why it cannot be taken."""
    try:
        _check_is_fixed(root)
        return replace(_question(root, where), picture=_picture(root, read_file))
    except (BadItem, BadField, BadMarkup) as error:
        return Problem(where, str(error))


def _check_is_fixed(root: Element) -> None:
    """Raises BadItem for an item that is not the same for everybody, or changes as one answers."""
    if any(each_named(root, name) for name in _TEMPLATES):
        raise BadItem(_("câu có số liệu thay đổi mỗi lần làm (template), chưa được hỗ trợ."))
    if root.get("adaptive") in ("true", "1"):
        raise BadItem(_("câu trả lời qua nhiều bước (adaptive), chưa được hỗ trợ."))


def _question(root: Element, where: str) -> RawQuestion:
    interaction = _interaction(root)
    if local_name(interaction) == "choiceInteraction":
        return _choice_question(root, interaction, where)
    return _written_question(root, interaction, where)


def _interaction(root: Element) -> Element:
    """The one interaction of the item. Raises BadItem."""
    found = [each for each in root.iter() if local_name(each).endswith("Interaction")]
    if not found:
        raise BadItem(_("không có phần để trả lời."))
    if len(found) > 1:
        raise BadItem(_("có nhiều phần để trả lời trong cùng một câu, chưa được hỗ trợ."))
    name = local_name(found[0])
    if name not in ("choiceInteraction", "textEntryInteraction", "extendedTextInteraction"):
        raise BadItem(_("dạng câu hỏi “%(kind)s” của QTI chưa được hỗ trợ.") % {"kind": name[:40]})
    return found[0]


def _choice_question(root: Element, interaction: Element, where: str) -> RawQuestion:
    choices = each_named(interaction, "simpleChoice")
    names = [choice.get("identifier", "") for choice in choices]
    declaration = response_declaration(root, interaction)
    right = set(right_values(root, declaration))
    _check_names(names, right)
    kind = _kind(interaction, declaration, names, len(right))
    is_canvas = bool(canvas_fields(root))  # which fixes every option of every question
    return RawQuestion(
        where=where,
        stem=stem_of(root),
        choices=tuple(text_of(choice) for choice in choices),
        key=tuple(letter_of(place) for place, name in enumerate(names) if name in right),
        kind=kind.value,
        code=_code(root),
        scoring=scoring_of(root, declaration) if kind is QuestionKind.MULTIPLE_CHOICE else "",
        points=points_of(root, declaration),
        explanation=explanation_of(root, right),
        pinned=frozenset(
            place
            for place, choice in enumerate(choices)
            if choice.get("fixed") == "true" and not is_canvas
        ),
    )


def _check_names(names: Sequence[str], right: set[str]) -> None:
    """Raises BadItem where the key may mean two options, or one that is not there."""
    if len(set(names)) != len(names):
        raise BadItem(_("có hai phương án cùng mã (identifier)."))
    if missing := sorted(right - set(names)):
        raise BadItem(
            _("đáp án “%(name)s” không phải là mã của phương án nào.") % {"name": missing[0][:40]}
        )


def _written_question(root: Element, interaction: Element, where: str) -> RawQuestion:
    declaration = response_declaration(root, interaction)
    is_number = declaration.get("baseType") in ("float", "integer")
    values = right_values if is_number else accepted_texts
    is_scored = child_named(root, "responseProcessing") is not None
    is_essay = local_name(interaction) == "extendedTextInteraction" and not is_scored
    key = list(dict.fromkeys(filter(None, map(tidy, values(root, declaration)))))
    if not key or is_essay:
        raise BadItem(_("không cho biết đáp án; câu tự luận chưa được hỗ trợ."))
    return RawQuestion(
        where=where,
        stem=stem_of(root),
        key=tuple(key),
        kind=(QuestionKind.NUMBER if is_number else QuestionKind.SHORT_TEXT).value,
        code=_code(root),
        tolerance=tolerance_of(root, key[0]) if is_number else "",
        points=points_of(root, declaration),
        explanation=explanation_of(root, set(key)),
    )


def _code(root: Element) -> str:
    code = tidy(root.get("identifier", ""))
    return "" if len(code) > LONGEST_CODE or _NO_CODE.fullmatch(code) else code


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


def _picture(root: Element, read_file: ReadFile) -> RawPicture | None:
    """What stands in the body of the item, outside its options. Raises BadItem, BadField."""
    for choice in each_named(root, "simpleChoice"):
        check_no_mention(html_in(choice))
    body = child_named(root, "itemBody")
    mention = the_mention(html_in(body)) if body is not None else None
    if mention is None:
        return None
    return RawPicture(read_file(mention.source), mention.description)
