"""From the lines of a Word document to questions: what begins one, and what goes on with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase

from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from accounts.rules.folding import tidy
from questionbank.enums import QuestionKind
from questionbank.formats import tabular, words
from questionbank.formats.base import MOST_CHARACTERS, Item, RawPicture, RawQuestion, RawSource
from questionbank.formats.docx_keys import (
    KEY_LETTERS,
    KEY_LINE,
    KEY_LIST,
    KEY_TITLE,
    Draft,
    Option,
    keys_of_line,
    keys_of_table,
    what_is_said,
)
from questionbank.formats.docx_lines import Line, TableCells, read_lines
from questionbank.formats.fields import BadField
from questionbank.formats.keys import written_key
from questionbank.formats.lettered import STARS, Lettered, options_in
from questionbank.formats.parsed import Problem

_NAMED = re.compile(
    r"\s*(?:câu(?: hỏi)?|question)\s*(?:số\s*)?(\d{1,5})\s*[.:)/–-]?\s*", re.IGNORECASE
)
_NUMBERED = re.compile(r"\s*(\d{1,5})\s*[.)/](?:\s+|(?=[^\W\d_]))")
_ASIDE = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]\s*[.:)]?\s*")  # "(2 điểm): ", "[TH] "
_SIGNED = re.compile(  # "* Huế", "Huế ✓", "Huế (đúng)"
    rf"^\s*[{STARS}]+|[{STARS}]+\s*$|\s[(\[](?:đúng|đ)[)\]][.;\s]*$", re.IGNORECASE
)
_POINTS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:điểm|đ)", re.IGNORECASE)
_JOINED = re.compile(r"(?:^|\s)(?:câu(?: hỏi)?\s*\d+\s*[.:)]|đáp án(?: đúng)?\s*:)", re.IGNORECASE)
_FIELD = re.compile(r"\s*([^\W\d_][^:]{0,39}?)\s*:\s*(.*)")
_SOURCE = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?\s*(https?://\S+)?", re.DOTALL)
_LINK = re.compile(r"https?://\S+")
_SECTION = re.compile(  # "PHẦN II: Luật Viên chức", "II. Luật Viên chức", "--- HẾT ---"
    r"(?:P(?:HẦN|hần)|C(?:HƯƠNG|hương)|M(?:ỤC|ục)|CHUYÊN ĐỀ|Chuyên đề)"
    r"\s+(?:[Tt]hứ\s+\w+|[IVX]+|\d+)\s*(?:[.:–-].*)?"
    r"|[IVX]{1,5}\s*[.)/:–-]\s*\S.*|\W*(?:HẾT|Hết)\W*"
)
_NO_WORDS = re.compile(r"[\W_]*|trang\s+\d+(?:\s*/\s*\d+)?", re.IGNORECASE)  # rules, page numbers
_REASON = re.compile(r"(?:vì|do|bởi|theo|căn cứ|tại|điều|khoản|điểm)\s", re.IGNORECASE)
_SOURCES = {"sources", "documents", "articles", "link"}
_BEFORE_OPTIONS = {"topic", "difficulty", "code", "points"}
_BEHIND_OPTIONS = {*_BEFORE_OPTIONS, *_SOURCES, "kind", "scoring", "explanation", ""}


@dataclass
class _Reading:
    drafts: list[Draft] = field(default_factory=list)
    by_number: dict[str, list[Draft]] = field(default_factory=dict)
    topics: list[tuple[int, str]] = field(default_factory=list)  # below so many questions
    in_keys: bool = False
    is_between: bool = False  # behind the title of a part: what follows is of no question
    is_named: bool = False  # questions begin with "Câu 1", so a plain "1." is no question

    @property
    def last(self) -> Draft | None:
        return self.drafts[-1] if self.drafts else None

    @property
    def has_options(self) -> bool:
        return self.last is not None and bool(self.last.options)


def read(data: bytes) -> Iterator[Item]:
    lines = list(read_lines(data))
    reading = _Reading(is_named=any(map(_is_named, lines)))
    tables: list[Item] = []
    for line in lines:
        tables += _take_any(reading, line)
    if not reading.drafts and not tables:
        raise BadFile(
            _("không thấy câu hỏi nào; xin bắt đầu mỗi câu bằng “Câu 1:” hoặc “1.” ở đầu đoạn.")
        )
    _give_topics(reading)
    yield from (_question(draft) for draft in reading.drafts)
    yield from tables


def _is_named(line: Line | TableCells) -> bool:
    if isinstance(line, TableCells):
        return any(map(_is_named, line.lines))
    if line.list_kind == "question":
        return True
    return _NAMED.match(line.text) is not None and not KEY_LIST.fullmatch(line.text.strip())


def _give_topics(reading: _Reading) -> None:
    """A line "Chủ đề: …" is of what follows, unless there is one below each of the questions."""
    below = [count for count, _text in reading.topics]
    is_own = below == list(range(1, len(reading.drafts) + 1))
    for count, text in reading.topics:
        for draft in reading.drafts[count - 1 : count] if is_own else reading.drafts[count:]:
            draft.topic = text


def _take_any(reading: _Reading, line: Line | TableCells) -> list[Item]:
    """Read on; gives the questions of a table that has one in each row, as a sheet does."""
    if isinstance(line, Line):
        if line.text.strip():
            _take(reading, line)
        for picture in line.pictures:
            _take_picture(reading, picture)
        return []
    if keys := keys_of_table(line):
        _give_keys(reading, keys)
        return []
    if any(tabular.columns_of(row) for row in line.rows[: tabular.ROWS_BEFORE_HEADINGS]):
        return list(tabular.items_of(line.rows, sheet=_("bảng")))
    draft, count = reading.last, len(reading.drafts)
    is_in_stem = draft is not None and bool(draft.stem) and not draft.options
    items = [item for inner in line.lines for item in _take_any(reading, inner)]
    was_taken = len(reading.drafts) > count or reading.has_options
    if draft is not None and is_in_stem and not was_taken and len(line.lines) > 1:
        draft.fault = draft.fault or _("có bảng trong lời câu hỏi, chưa được hỗ trợ.")
    return items


def _give_keys(reading: _Reading, keys: Iterable[tuple[str, str]]) -> None:
    """To the questions above that have these numbers and no key of this kind yet."""
    for number, letters in keys:
        named = reading.by_number.get(number, [])
        without = [draft for draft in named if not draft.table_key]
        if len(without) == 1:
            without[0].table_key = letters.upper()
            continue
        for draft in named:
            if len(without) > 1 or draft.table_key != letters.upper():
                draft.fault = _("bảng đáp án có hơn một đáp án hoặc ứng với nhiều câu cùng số.")
                reading.by_number[number] = []


def _take(reading: _Reading, line: Line) -> None:
    text = line.text.strip()
    if KEY_TITLE.fullmatch(text):
        reading.in_keys = reading.is_between = True
        return
    if _takes_keys(reading, text) or _begins_question(reading, line):
        return
    if line.is_heading:
        reading.topics.append((len(reading.drafts), text))
        reading.is_between = True
        return
    draft = reading.last
    if (draft is None or draft.options) and _SECTION.fullmatch(text):
        reading.is_between = True
        return
    if _takes_field(reading, line.text) or draft is None:
        return
    if _takes_key(draft, text) or _takes_options(reading, draft, line) or reading.is_between:
        return
    _go_on(draft, line)


def _take_picture(reading: _Reading, picture: RawPicture) -> None:
    """A picture belongs to the question whose words stand above it; before all, to the page."""
    draft = reading.last
    if draft is None or reading.in_keys:
        return
    if draft.options or draft.fields or draft.sources:
        draft.fault = draft.fault or _("có hình đứng sau phương án; hình phải đứng ngay dưới lời.")
    elif draft.picture is not None:
        draft.fault = draft.fault or _("có hơn một hình dưới câu hỏi, chưa được hỗ trợ.")
    else:
        draft.picture = picture


def _takes_keys(reading: _Reading, text: str) -> bool:
    """Whether the line is a list of keys: "1A 2B", or "Câu 1: A" of a question that we have."""
    keys = keys_of_line(text)
    if not keys:
        return False
    is_known = any(draft.options for draft in reading.by_number.get(keys[0][0], []))
    if not (reading.in_keys or (KEY_LIST.fullmatch(text) and (len(keys) > 1 or is_known))):
        return False
    _give_keys(reading, keys)
    return True


def _takes_key(draft: Draft, text: str) -> bool:
    found = KEY_LINE.fullmatch(text)
    if found is None or not draft.options:
        return False
    key = found["key"].strip()
    if not KEY_LETTERS.fullmatch(key) and not found["mark"]:
        return False  # "Chọn phương án nào?"
    if draft.key and draft.key != key:
        draft.fault = draft.fault or _("có hơn một dòng đáp án.")
    draft.key, draft.open_field = key, ""
    return True


def _begins_question(reading: _Reading, line: Line) -> bool:
    last, fault = reading.last, ""
    if line.list_kind == "question" or (line.list_kind == "number" and not reading.is_named):
        number, rest = str(len(reading.drafts) + 1), line.text
    else:
        found = (_NAMED if reading.is_named else _NUMBERED).match(line.text)
        if not found or not _is_next(reading, found[1]):
            return False
        number, rest = found[1], line.text[found.end() :]
    if not reading.is_named and last is not None and not last.options:
        fault = _("câu ngay trên không có phương án, nên không rõ câu này bắt đầu từ đâu.")
    reading.in_keys = reading.is_between = False
    draft = Draft(number, fault=fault)
    rest = _without_aside(draft, rest.strip())
    draft.stem = [rest] if rest else []
    reading.drafts.append(draft)
    reading.by_number.setdefault(number, []).append(draft)
    return True


def _without_aside(draft: Draft, text: str) -> str:
    """The words behind "(2 điểm)" or "[NB]", whose meaning the draft keeps."""
    while found := _ASIDE.match(text):
        if points := _POINTS.fullmatch(found[1].strip()):
            draft.fields["points"] = [points[1]]
        elif found[1].strip().isdigit() or not words.difficulty_of(found[1]):
            break
        else:
            draft.fields["difficulty"] = [found[1]]
        text = text[found.end() :]
    return text


def _is_next(reading: _Reading, number: str) -> bool:
    """A numbered line within a question is not the next question."""
    if reading.is_named or reading.last is None:
        return True
    last = reading.last
    if not last.options:
        return int(number) == int(last.number) + 1
    return int(number) == 1 or int(number) > int(last.number)


def _takes_field(reading: _Reading, line: str) -> bool:
    """Whether the line is "Mức độ: Dễ" or the like, under any name that a column may have."""
    found = _FIELD.fullmatch(line)
    name = words.heading_of(found[1]) if found else None
    if found is None or name not in (_BEHIND_OPTIONS if reading.has_options else _BEFORE_OPTIONS):
        return False
    draft, text = reading.last, found[2].strip()
    if name == "topic":
        reading.topics.append((len(reading.drafts), text))
    elif draft is not None and name in _SOURCES:
        draft.sources.append(text)
        draft.open_field = ""
    elif draft is not None and name:
        draft.fields.setdefault(name, []).append(text)
        draft.open_field = name
    return True


def _takes_options(reading: _Reading, draft: Draft, line: Line) -> bool:
    """Whether the line holds options: one, or several in a row."""
    if not draft.stem:
        return False
    if line.list_kind == "letter":
        draft.options.append(_option(line, 0, len(line.text)))
    else:
        found = options_in(line.text)
        if not found:
            return False
        wanted = len(draft.options)
        if found[0].place != wanted:
            if wanted == 0 or found[0].is_small:
                return False  # a stem may begin with any letter
            draft.fault = draft.fault or _("các phương án không theo thứ tự A, B, C…")
        if any(each.is_doubtful for each in found):
            draft.fault = draft.fault or _("không rõ dấu sao, dấu tích là của phương án nào.")
        draft.options += [_option(line, each.start, each.end, each) for each in found]
    draft.doubt = ""
    if reading.is_between or draft.key or draft.sources or draft.open_field:
        draft.fault = draft.fault or _("có phương án đứng sau đáp án hoặc sau tiêu đề của phần.")
    return True


def _option(line: Line, start: int, end: int, found: Lettered | None = None) -> Option:
    """What stands there; `found` is where its letter is."""
    text, marks = line.text[start:end], line.marks[start:end]
    bare = _SIGNED.sub(lambda sign: " " * len(sign[0]), text)
    is_starred = bare != text or (found is not None and found.is_starred)
    return Option(bare, marks, is_starred, line.marks[found.letter_at] if found else 0)


def _go_on(draft: Draft, line: Line) -> None:
    """A line that begins nothing goes on with what stands above it.

    Behind the last option it could as well be anything else, and is told.
    """
    text = line.text.strip()
    is_behind = bool(draft.key or draft.sources or draft.open_field)
    if draft.open_field == "explanation":
        draft.fields["explanation"].append(text)
    elif not draft.options:
        draft.stem.append(text)
    elif _NO_WORDS.fullmatch(text):
        return
    elif _LINK.fullmatch(text):
        draft.sources.append(text)
    elif _REASON.match(text) and (is_behind or text[0].isupper()):
        draft.fields.setdefault("explanation", []).append(text)
        draft.open_field = "explanation"
    elif is_behind or not _continues(draft.options[-1].text.rstrip(), text):
        draft.doubt = draft.doubt or text
        _lengthen(draft, line)
    else:
        _lengthen(draft, line)


def _continues(above: str, text: str) -> bool:
    """Whether a line clearly goes on with an option."""
    is_in_list = text[0] in "-+•" and ":" in above
    return not above or text[0].islower() or is_in_list or above.endswith((":", ",", ";", "-"))


def _lengthen(draft: Draft, line: Line) -> None:
    last = draft.options[-1]
    if len(last.text) > MOST_CHARACTERS:
        draft.fault = _("câu hỏi quá dài hoặc có quá nhiều thành phần.")
        return
    last.text, last.marks = f"{last.text} {line.text}", last.marks + b"\x00" + line.marks


def _question(draft: Draft) -> Item:
    where = _("câu %(number)s") % {"number": draft.number}
    if fault := _fault(draft):
        return Problem(where, fault)
    try:
        all_said = what_is_said(draft)
    except BadField as error:
        return Problem(where, str(error))
    said = {
        source: places
        for source, places in all_said.items()
        if places and len(places) < len(draft.options)
    }
    if not said:
        return Problem(where, _("không thấy đáp án được đánh dấu."))
    if len(set(said.values())) > 1:
        marks = "; ".join(
            f"{source}: {', '.join(ascii_uppercase[place] for place in sorted(places))}"
            for source, places in said.items()
        )
        return Problem(where, _("các dấu hiệu đáp án trái nhau (%(marks)s).") % {"marks": marks})
    return _raw(draft, where, sorted(next(iter(said.values()))))


def _fault(draft: Draft) -> str:
    """Why its lines make no question; empty if they do."""
    if draft.fault:
        return draft.fault
    if not draft.options:
        return _("không thấy các phương án A, B, C…")
    if draft.doubt:
        return _(
            "không rõ đoạn “%(text)s” đứng sau phương án cuối có thuộc câu này không; xin bỏ đoạn"
            " ấy, hoặc ghi “Giải thích:” trước nó."
        ) % {"text": tidy(draft.doubt)[:60]}
    if any(_JOINED.search(text) for text in (*draft.stem, *(it.text for it in draft.options))):
        return _("có dòng của câu khác hoặc dòng đáp án dính vào câu này.")
    return ""


def _raw(draft: Draft, where: str, right: list[int]) -> RawQuestion:
    def given(name: str) -> str:
        return "\n".join(draft.fields.get(name, []))

    several = QuestionKind.MULTIPLE_CHOICE if len(right) > 1 else ""
    choices = tuple(option.text.strip() for option in draft.options)
    return RawQuestion(
        where=where,
        stem="\n\n".join(draft.stem),
        choices=choices,
        key=tuple(written_key(choices, right)),
        kind=given("kind") or several,
        code=given("code"),
        topic=draft.topic,
        difficulty=given("difficulty"),
        scoring=given("scoring"),
        points=given("points"),
        explanation="\n\n".join(draft.fields.get("explanation", [])),
        sources=tuple(_source(text) for text in draft.sources),
        picture=draft.picture,
    )


def _source(text: str) -> RawSource:
    found = _SOURCE.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return RawSource(text=text)
    return RawSource(article=found[1], document=found[2] or "", link=found[3] or "")
