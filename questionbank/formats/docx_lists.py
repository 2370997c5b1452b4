"""Lists that Word itself counts: what it writes before a paragraph stands in no text."""

from typing import Any

from docx.oxml.ns import qn

Element = Any  # of lxml, which has no types
LONGEST_CHAIN = 10  # of styles, each based on the next
_LETTERED = {"upperLetter", "lowerLetter"}
_Levels = dict[str, str]  # by level: "question", "number" or "letter"


class Lists:
    """The lists of a document, and the styles that put a paragraph into one."""

    def __init__(self, document: Any) -> None:
        self._levels = _levels_by_list(document)
        styles = document.styles.element.iter(qn("w:style"))
        self._styles: dict[str, Element] = {it.get(qn("w:styleId"), ""): it for it in styles}

    def kind(self, paragraph: Element) -> str:
        """ "question", "number" or "letter" where Word counts ("Câu 1", "1", "A"), else ""."""
        numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbered is None:
            numbered = self._of_style(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}"))
        if numbered is None:
            return ""
        number, level = numbered.find(qn("w:numId")), numbered.find(qn("w:ilvl"))
        levels = self._levels.get(number.get(qn("w:val"), "") if number is not None else "", {})
        return levels.get(level.get(qn("w:val"), "0") if level is not None else "0", "")

    def _of_style(self, named: Element | None) -> Element | None:
        for _step in range(LONGEST_CHAIN):
            style = self._styles.get(named.get(qn("w:val"), "")) if named is not None else None
            if style is None:
                return None
            numbered = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if numbered is not None:
                return numbered
            named = style.find(qn("w:basedOn"))
        return None


def _levels_by_list(document: Any) -> dict[str, _Levels]:
    part = next(
        (
            relation.target_part
            for relation in document.part.rels.values()
            if relation.reltype.endswith("/numbering") and not relation.is_external
        ),
        None,
    )
    if part is None:
        return {}
    root = part.element
    abstract = {
        it.get(qn("w:abstractNumId"), ""): _levels(it) for it in root.iter(qn("w:abstractNum"))
    }
    found = {}
    for number in root.iter(qn("w:num")):
        link = number.find(qn("w:abstractNumId"))
        name = link.get(qn("w:val"), "") if link is not None else ""
        found[number.get(qn("w:numId"), "")] = abstract.get(name, {}) | _levels(number)
    return found


def _levels(parent: Element) -> _Levels:
    """Of a list, or of what one changes of the list that it is made after."""
    return {it.get(qn("w:ilvl"), "0"): _format(it) for it in parent.iter(qn("w:lvl"))}


def _format(level: Element) -> str:
    found, shown = level.find(qn("w:numFmt")), level.find(qn("w:lvlText"))
    if shown is not None and (shown.get(qn("w:val")) or "").lower().startswith("câu"):
        return "question"
    name = found.get(qn("w:val"), "") if found is not None else ""
    return "letter" if name in _LETTERED else "number" if name == "decimal" else ""
