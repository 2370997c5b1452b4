"""Markup in question files: bounded XML in, HTML to plain text and back."""

import html
import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers.expat import XMLParserType

import nh3
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile

LONGEST_MARKUP = 100_000  # characters of one text, its tags among them
MOST_TAGS = 1_000  # of one text; an HTML parser is slow on thousands that are never closed
MOST_ENTITIES = 5_000  # of one text, which it is as slow on
MOST_ELEMENTS = 20_000  # of one question
MOST_ELEMENTS_OF_FILE = 1_500_000  # ten thousand questions have less than half
DEEPEST = 100
_CHUNK = 64 * 1024
_LONGEST_TAG = 1024 * 1024

_BLOCKS = {
    *("p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "section", "article", "center"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "figure", "caption"),
}
_KEPT = {*_BLOCKS, "br", "li", "tr", "td", "th", "dt", "dd", "hr", "sup", "sub"}
_LIST_MARKS = {"ol": {"start", "type"}}
_LEADS = {"br": "\n", "tr": "\n", "dt": "\n", "dd": "\n", "td": " ", "th": " "}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLOCKS_IN_ITEM = re.compile(r"(<li>) ?(?:<(?:p|div)> ?)+|(?:</(?:p|div)> ?)+(</li>)?")
_TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
_LIST_MARK = re.compile(r'(start|type)="([^"]*)"')
_FORMULA = re.compile(r"<(?:\w+:)?math[\s>]", re.IGNORECASE)
_RAISED = re.compile(r"<(sup|sub)>([^<>]+)</\1>")
_HAS_SIGNS = re.compile(r"[-+0-9n()]+")  # Unicode has no other raised signs that fonts show
_SUPERSCRIPTS = str.maketrans("-+0123456789n()", "⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ⁽⁾")
_SUBSCRIPTS = str.maketrans("-+0123456789n()", "₋₊₀₁₂₃₄₅₆₇₈₉ₙ₍₎")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadMarkup(ValueError):
    """The text of this HTML would say something else; carries the Vietnamese reason."""


class TooLong(BadMarkup):
    """A text is over LONGEST_MARKUP or MOST_TAGS."""

    def __init__(self) -> None:
        super().__init__(
            _("có đoạn văn bản dài quá %(longest)d ký tự hoặc có quá %(most)d thẻ định dạng.")
            % {"longest": LONGEST_MARKUP, "most": MOST_TAGS}
        )


def plain_text(markup: str) -> str:
    """The text of HTML: paragraphs apart by an empty line, <br> and <li> as line ends.

    List items are led by "- ", or by their number or letter. Raises BadMarkup, of which TooLong is
    one.
    """
    is_slow = markup.count("<") > MOST_TAGS or markup.count("&") > MOST_ENTITIES
    if is_slow or len(markup) > LONGEST_MARKUP:
        raise TooLong
    if _FORMULA.search(markup):  # a half, as text, is "12"
        raise BadMarkup(_("có công thức MathML, chưa được hỗ trợ."))
    clean = nh3.clean(f" {markup}", tags=_KEPT, attributes=_LIST_MARKS, link_rel=None)
    clean = _BLOCKS_IN_ITEM.sub(_without_blocks, _SPACE.sub(" ", clean))
    clean = _RAISED.sub(_raised, clean)
    return tidy_lines(html.unescape(_TAG.sub(_LineEnds(), clean)))


def tidy_lines(text: str) -> str:
    """The lines stripped, with no more than one empty line between two others."""
    lines = "\n".join(line.strip() for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def _without_blocks(found: re.Match[str]) -> str:
    return found[1] or found[2] or found[0]


def _raised(found: re.Match[str]) -> str:
    name, text = found[1], found[2].strip()
    if _HAS_SIGNS.fullmatch(text):
        return text.translate(_SUPERSCRIPTS if name == "sup" else _SUBSCRIPTS)
    return f"^({text})" if name == "sup" and text else text  # 2 to the x is not "2x"


class _LineEnds:
    """What stands for a tag in the text; knows the lists that are open, and counts their items."""

    def __init__(self) -> None:
        self._lists: list[tuple[str, int]] = []  # what leads its items, and the next number

    def __call__(self, found: re.Match[str]) -> str:
        closes, name = found[1], found[2]
        if name in ("ol", "ul"):
            self._open(dict(_LIST_MARK.findall(found[3])), name) if not closes else self._close()
        if name in _BLOCKS or name == "hr":
            return "\n\n"
        if closes:
            return ""
        return self._item() if name == "li" else _LEADS.get(name, "")

    def _open(self, marks: dict[str, str], name: str) -> None:
        start = marks.get("start", "1")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 4 else 1
        self._lists.append((marks.get("type", "1") if name == "ol" else "-", first))

    def _close(self) -> None:
        if self._lists:
            self._lists.pop()

    def _item(self) -> str:
        way, number = self._lists[-1] if self._lists else ("-", 1)
        if self._lists:
            self._lists[-1] = way, number + 1
        if way == "-":
            return "\n- "
        if way in ("a", "A") and number <= len(ascii_lowercase):
            letter = ascii_lowercase[number - 1]
            return f"\n{letter.upper() if way == 'A' else letter}) "
        return f"\n{number}. "


def paragraphs(text: str) -> list[Element]:
    """A <p> for each paragraph of the text, <br> at its line ends."""
    return [_paragraph(each.split("\n")) for each in for_xml(text).split("\n\n")]


def _paragraph(lines: list[str]) -> Element:
    paragraph = Element("p")
    paragraph.text = lines[0]
    for line in lines[1:]:
        SubElement(paragraph, "br").tail = line
    return paragraph


def html_of(elements: Iterable[Element]) -> str:
    """The elements as HTML text, each with the text behind it."""
    return "".join(tostring(element, encoding="unicode", method="html") for element in elements)


def for_xml(text: str) -> str:
    """The text without the characters that XML has no place for."""
    return _NOT_IN_XML.sub("", text)


def xml_bytes(root: Element) -> bytes:
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


class _Collector:
    """Builds the elements at one depth, one after another, and forgets what is around them."""

    def __init__(self, depth: int, roots: frozenset[str] | None) -> None:
        self.done: list[Element] = []
        self.root = ""
        self._wanted = depth
        self._roots = roots
        self._depth = 0
        self._count = 0
        self._count_of_file = 0
        self._builder = TreeBuilder()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth == 0:
            self._check_root(tag)
        if self._depth == self._wanted:
            self._builder, self._count = TreeBuilder(), 0
        if self._depth >= self._wanted:
            self._builder.start(tag, attributes)
        self._depth += 1
        self._count += 1
        self._count_of_file += 1
        if self._count_of_file > MOST_ELEMENTS_OF_FILE:
            raise BadFile(_("tệp XML có quá nhiều phần tử."))
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise BadFile(_("tệp XML có một phần quá lớn hoặc lồng nhau quá sâu."))

    def data(self, text: str) -> None:
        if self._depth > self._wanted:
            self._builder.data(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._depth >= self._wanted:
            self._builder.end(tag)
        if self._depth == self._wanted:
            self.done.append(self._builder.close())
            self._count = 0

    def close(self) -> None:
        return None

    def _check_root(self, tag: str) -> None:
        self.root = tag.rpartition("}")[2]
        if self._roots is not None and self.root not in self._roots:
            raise BadFile(
                _("tệp XML bắt đầu bằng <%(name)s>, không phải <%(wanted)s>.")
                % {"name": self.root[:40], "wanted": ">, <".join(sorted(self._roots))}
            )


def elements_at(data: bytes, *, depth: int, roots: frozenset[str]) -> Iterator[Element]:
    """The elements at this depth (0: the root) as each is closed, never all in memory.

    Raises BadFile on broken XML, DTDs and entities, another root, and elements too large.
    """
    collector = _Collector(depth, roots)
    parser = _parser(collector)
    expat = parser.parser
    data = data.lstrip(b" \t\r\n")
    for start in range(0, len(data), _CHUNK):
        _feed(parser, expat, data[start : start + _CHUNK])
        if start - expat.CurrentByteIndex > _LONGEST_TAG:
            raise BadFile(_("tệp XML có một phần quá lớn hoặc lồng nhau quá sâu."))
        yield from collector.done
        collector.done = []
    _feed(parser, expat, None)
    yield from collector.done


def _parser(target: _Collector) -> DefusedXMLParser:
    return DefusedXMLParser(
        target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )


def root_name(data: bytes) -> str:
    """The name of the file's first element without its namespace, "" if there is none.

    Of a file that is refused for its document type, what that says.
    """
    collector = _Collector(1, None)
    parser = _parser(collector)
    data = data[:_LONGEST_TAG].lstrip(b" \t\r\n")
    for start in range(0, len(data), _CHUNK):
        try:
            _feed(parser, parser.parser, data[start : start + _CHUNK])
        except BadFile as error:
            return collector.root or str(getattr(error.__cause__, "name", ""))
        if collector.root:
            break
    return collector.root


def _feed(parser: DefusedXMLParser, expat: XMLParserType, chunk: bytes | None) -> None:
    """Feeds the parser, or ends the file when there is no more."""
    try:
        if chunk is None:
            parser.close()
        else:
            parser.feed(chunk)
    except BadFile:
        raise
    except Exception as error:  # beside its own errors, those of whatever encoding is named
        raise BadFile(
            _("sai cú pháp XML, hoặc có khai báo DTD không được phép, ở dòng %(line)d.")
            % {"line": expat.ErrorLineNumber}
        ) from error
