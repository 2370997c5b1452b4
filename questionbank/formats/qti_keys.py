"""The key of an assessmentItem, how it is scored and what it is worth."""

from collections.abc import Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from accounts.rules.folding import fold
from questionbank.enums import Scoring
from questionbank.formats.markup import local_name
from questionbank.formats.qti_elements import (
    BadItem,
    bare_text,
    canvas_fields,
    child_named,
    decimal_in,
    each_named,
)
from questionbank.formats.shares import partial_credit

_COMPARISONS = {"match", "member", "stringMatch", "equal"}
_CENT = Decimal("0.01")


def right_values(root: Element, declaration: Element) -> list[str]:
    """Of correctResponse; where it is missing, what the response processing rewards.

    Raises BadItem, BadField where a mapping that is used gives points for anything else.
    """
    mapped = _mapped_values(declaration)
    correct = child_named(declaration, "correctResponse")
    if correct is not None:
        values = [bare_text(value) for value in each_named(correct, "value")]
        if _is_mapped(root, declaration):
            _check_mapping(declaration, mapped, values)
        return values
    name = declaration.get("identifier", "")
    rewarded = [value for rule in _rewarding(root, name) for value in _compared(rule, name)]
    if rewarded or not mapped:
        return rewarded
    values = [key for key, value in mapped.items() if value > 0]
    _check_mapping(declaration, mapped, values)
    return values


def accepted_texts(root: Element, declaration: Element) -> list[str]:
    """Every text that earns all points. Raises BadItem, BadField for what we cannot compare so."""
    if any(each_named(root, name) for name in ("patternMatch", "substring")) or any(
        each.get("substring") == "true" for each in each_named(root, "stringMatch")
    ):
        raise BadItem(_("đáp án theo mẫu chữ hoặc một phần của chữ chưa được hỗ trợ."))
    name = declaration.get("identifier", "")
    correct = child_named(declaration, "correctResponse")
    values = each_named(correct, "value") if correct is not None else []
    texts = [bare_text(value) for value in values]
    texts += [text for rule in _rewarding(root, name) for text in _compared(rule, name)]
    mapped = _mapped_values(declaration)
    most = max(mapped.values(), default=Decimal())
    texts += [text for text, value in mapped.items() if value == most > 0]
    known = {fold(text) for text in texts}
    if any(value > 0 and fold(text) not in known for text, value in mapped.items()):
        raise partial_credit()
    return texts


def scoring_of(root: Element, declaration: Element) -> str:
    """Partial where a mapping is used, or each right option adds to the score."""
    if _mapped_values(declaration):
        is_partial = _is_mapped(root, declaration)
    else:
        rules = _rewarding(root, declaration.get("identifier", ""))
        is_partial = any(each_named(rule, "sum") for rule in rules)
    return Scoring.PARTIAL.value if is_partial else ""


def tolerance_of(root: Element, key: str) -> str:
    """What <equal> allows, or half of the range that Canvas gives. Raises BadItem."""
    if each_named(root, "equalRounded"):
        raise BadItem(_("cách chấm theo số đã làm tròn chưa được hỗ trợ."))
    for equal in each_named(root, "equal"):
        mode = equal.get("toleranceMode", "exact")
        if mode == "relative":
            raise BadItem(_("sai số theo tỉ lệ phần trăm chưa được hỗ trợ."))
        if mode == "absolute":
            return _both_ways(equal.get("tolerance", "").split())
    bounds = [*each_named(root, "gte"), *each_named(root, "lte")]
    values = [
        decimal_in(bare_text(value)) for bound in bounds for value in each_named(bound, "baseValue")
    ]
    number = decimal_in(key)
    far = [abs(value - number) for value in values if value is not None and number is not None]
    if len(bounds) != 2 or len(far) != 2:
        return ""
    return _both_ways([f"{distance:f}" for distance in far])


def points_of(root: Element, declaration: Element) -> str:
    """What the item says, or what its right answer earns; "" if that cannot be told."""
    fields = canvas_fields(root)
    if said := fields.get("points_possible") or fields.get("max_score"):
        return said
    outcomes = {each.get("identifier"): each for each in each_named(root, "outcomeDeclaration")}
    if "MAXSCORE" in outcomes:
        return next((bare_text(value) for value in each_named(outcomes["MAXSCORE"], "value")), "")
    if "SCORE" in outcomes and (said := outcomes["SCORE"].get("normalMaximum", "")):
        return said
    earned = _mapped_points(declaration) if _is_mapped(root, declaration) else _awarded(root)
    return f"{earned.quantize(_CENT):f}" if earned else ""


def _both_ways(tolerances: list[str]) -> str:
    if len({decimal_in(each) for each in tolerances}) > 1:
        raise BadItem(_("sai số hai phía khác nhau chưa được hỗ trợ."))
    return tolerances[0] if tolerances else ""


def _mapped_values(declaration: Element) -> dict[str, Decimal]:
    mapping = child_named(declaration, "mapping")
    entries = each_named(mapping, "mapEntry") if mapping is not None else []
    return {
        each.get("mapKey", ""): decimal_in(each.get("mappedValue", "")) or Decimal()
        for each in entries
    }


def _is_mapped(root: Element, declaration: Element) -> bool:
    """Whether the mapping, if there is one, is what gives the points."""
    processing = child_named(root, "responseProcessing")
    template = processing.get("template", "") if processing is not None else ""
    is_used = processing is None or "map_response" in template
    return child_named(declaration, "mapping") is not None and (
        is_used or bool(each_named(root, "mapResponse"))
    )


def _check_mapping(declaration: Element, mapped: dict[str, Decimal], right: list[str]) -> None:
    """Raises BadItem, BadField unless right options, and only they, earn points, all alike."""
    if declaration.get("baseType") != "identifier":
        return
    earning = {key: value for key, value in mapped.items() if value > 0}
    if not set(right) <= earning.keys():
        raise BadItem(_("đáp án và bảng điểm (mapping) không khớp nhau."))
    if len(earning) > len(set(right)) or max(earning.values()) - min(earning.values()) > _CENT:
        raise partial_credit()


def _mapped_points(declaration: Element) -> Decimal:
    values = [value for value in _mapped_values(declaration).values() if value > 0]
    takes_many = declaration.get("cardinality") == "multiple"
    most = sum(values, Decimal()) if takes_many else max(values, default=Decimal())
    mapping = child_named(declaration, "mapping")
    bound = decimal_in(mapping.get("upperBound", "")) if mapping is not None else None
    return most if bound is None else min(most, bound)


def _awarded(root: Element) -> Decimal | None:
    """What the rule sets that compares with the declared key; None if there is no such rule."""
    for rule in _rules(root):
        if each_named(rule, "correct"):
            return max(filter(None, map(_added, rule)), default=None)
    return None


def _rules(root: Element) -> Iterator[Element]:
    return (it for it in root.iter() if local_name(it) in ("responseIf", "responseElseIf"))


def _rewarding(root: Element, name: str) -> Iterator[Element]:
    """The rules that add to a score when something is said of this response."""
    for rule in _rules(root):
        if _compared(rule, name) and any((_added(child) or 0) > 0 for child in rule):
            yield rule


def _added(action: Element) -> Decimal | None:
    if local_name(action) != "setOutcomeValue":
        return None
    values = [decimal_in(bare_text(value)) for value in each_named(action, "baseValue")]
    return values[-1] if values else None


def _compared(element: Element, name: str) -> list[str]:
    """The values that the response is compared with, but for those under <not>."""
    if local_name(element) in ("not", "setOutcomeValue", "responseCondition"):
        return []
    if local_name(element) in _COMPARISONS:
        about = {each.get("identifier") for each in each_named(element, "variable")}
        if about != {name}:
            return []
        return [bare_text(each) for each in each_named(element, "baseValue")]
    return [value for child in element for value in _compared(child, name)]
