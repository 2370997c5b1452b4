"""Signs that office programs keep outside plain text: raised digits, letters of symbol fonts."""

UNREADABLE = "\ufffc"  # for what is there, but no text; a question that holds it is refused
_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_PLACES = {"superscript": _RAISED, "subscript": _LOWERED}
_SYMBOL = dict(
    zip(
        range(0x20, 0x7F),
        " !∀#∃%&∋()*+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
        "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
        strict=True,
    )
) | dict(
    zip(
        (0xA3, 0xA5, 0xAB, 0xAC, 0xAE, 0xB0, 0xB1, 0xB3, 0xB4, 0xB7, 0xB8, 0xB9, 0xBB, 0xDE),
        "≤∞↔←→°±≥×•÷≠≈⇒",
        strict=True,
    )
)
_WINGDINGS = {
    **dict.fromkeys((0x6F, 0x71, 0xA8), "☐"),
    **dict.fromkeys((0xFC, 0xFE, 0x52), "✓"),
    **dict.fromkeys((0x78, 0xFD), "☒"),
    0xE0: "→",
    0x9F: "•",
    0xD8: "•",
    0x6C: "•",
    0xF0: "⇒",
}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}


def in_place(text: str, place: str) -> str:
    """As "superscript" or "subscript" shows it, for 10² is not 102; else as it is."""
    return text.translate(_PLACES[place]) if place in _PLACES else text


def in_symbol_font(code: str, font: str) -> str:
    """The sign of a hexadecimal code ("F0B3") in a font without letters, or UNREADABLE."""
    try:
        number = int(code, 16) & 0xFF
    except ValueError:
        return UNREADABLE
    return _FONTS.get(font.lower(), {}).get(number, UNREADABLE)
