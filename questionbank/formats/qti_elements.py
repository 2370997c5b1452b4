"""Finding one's way in an assessmentItem, whatever namespace its tags are in."""

from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from questionbank.formats.markup import local_name

_LONGEST_NUMBER = 40  # characters


class BadItem(ValueError):
    """Carries the Vietnamese reason against one item."""


def each_named(element: Element, name: str) -> list[Element]:
    """All descendants of that name, and the element itself if it has it."""
    return [each for each in element.iter() if local_name(each) == name]


def child_named(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)


def bare_text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def decimal_in(text: str) -> Decimal | None:
    """None for what is no number, or one that nobody would write down."""
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 20 else None


def canvas_fields(root: Element) -> dict[str, str]:
    """What Canvas says beside the standard; empty where it did not make the item."""
    fields = each_named(root, "instructureField")
    return {field.get("name", ""): field.get("value", "") for field in fields}


def response_declaration(root: Element, interaction: Element) -> Element:
    """What declares the interaction's response; an empty one when nothing does."""
    name = interaction.get("responseIdentifier")
    for each in each_named(root, "responseDeclaration"):
        if each.get("identifier") == name:
            return each
    return Element("responseDeclaration", identifier=name or "")
