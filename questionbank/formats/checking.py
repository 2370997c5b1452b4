"""From a raw question, of whatever format, to a checked one, or the reason against it."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from string import ascii_uppercase
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from accounts.rules.folding import fold, tidy
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats import words
from questionbank.formats.base import LONGEST_TEXT, RawQuestion, RawSource
from questionbank.formats.fields import BadField, checked_slug, checked_text
from questionbank.formats.keys import places_by_name, right_places
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedSource
from questionbank.rules.pinning import affirmed_places, refers_to_others

FEWEST_CHOICES, MOST_CHOICES = 2, 8
LONGEST_ACCEPTED, MOST_ACCEPTED = 200, 20
MOST_TAGS, LONGEST_TAG = 20, 40
LARGEST_NUMBER = Decimal(10) ** 9 - 1
LARGEST_POINTS = Decimal(100)
_Places = Callable[[Sequence[str], Sequence[str]], frozenset[int]]
_BETWEEN_TAGS = re.compile("[,;|]")  # as the editor and the cells of a sheet have them
_DOCUMENT_NUMBER = re.compile(
    r"\b\d{1,5}(?:/\d{4})?(?:/|-)(?:NQ|NĐ|QĐ|TT|CT|KH|TB|KL|BC|HD|QC|PL|QH|VBHN)[-\w/Đ]*",
    re.IGNORECASE,
)


def checked_question(raw: RawQuestion, *, names_options: bool = False) -> ParsedQuestion:
    """The question as it may be stored. Raises BadField with the first reason against it.

    With `names_options` the key is letters only; otherwise it may also be an option's text.
    """
    stem = checked_text(raw.stem, name=_("câu hỏi"), longest=LONGEST_TEXT, paragraphs=True)
    texts = _choice_texts(raw.choices)
    places = places_by_name if names_options else right_places
    kind = _kind(raw, texts, places)
    right = _right(raw, texts, kind, places)
    return ParsedQuestion(
        stem=stem,
        kind=kind,
        difficulty=_difficulty(raw.difficulty),
        code=checked_text(raw.code, name=_("mã"), longest=40, required=False),
        topic=checked_text(raw.topic, name=_("chủ đề"), longest=200, required=False),
        set_code=checked_slug(raw.set_code, name=_("bộ câu hỏi"), longest=60),
        choices=tuple(
            ParsedChoice(text, place in right, place in raw.pinned or refers_to_others(text))
            for place, text in enumerate(texts)
        ),
        accepted=_accepted(raw.key) if kind is QuestionKind.SHORT_TEXT else (),
        number=_number_key(raw.key) if kind is QuestionKind.NUMBER else None,
        tolerance=_tolerance(raw, kind),
        scoring=_scoring(raw.scoring, kind),
        points=_points(raw.points),
        explanation=checked_text(
            raw.explanation,
            name=_("giải thích"),
            longest=LONGEST_TEXT,
            required=False,
            paragraphs=True,
        ),
        sources=_sources(raw.sources),
        tags=_tags(raw.tags),
        where=raw.where,
    )


def _choice_texts(raw: Sequence[str]) -> list[str]:
    texts = list(raw)
    while texts and not tidy(texts[-1]):
        texts.pop()  # a sheet has four columns of options, this question three options
    checked = [
        checked_text(text, name=_choice_name(letter), longest=LONGEST_TEXT)
        for letter, text in zip(ascii_uppercase, texts, strict=False)
    ]
    seen: dict[str, str] = {}
    for letter, text in zip(ascii_uppercase, checked, strict=False):
        first = seen.setdefault(text.rstrip(" .;"), letter)  # capitals may be what is asked
        if first != letter:
            raise BadField(
                _("phương án %(first)s và %(second)s giống nhau.")
                % {"first": first, "second": letter}
            )
    if len(texts) > MOST_CHOICES:
        raise _wrong_choice_count(len(texts))
    return checked


def _choice_name(letter: str) -> str:
    return _("phương án %(letter)s") % {"letter": letter}


def _wrong_choice_count(count: int) -> BadField:
    return BadField(
        _("phải có từ %(fewest)d đến %(most)d phương án, hiện có %(count)d.")
        % {"fewest": FEWEST_CHOICES, "most": MOST_CHOICES, "count": count}
    )


def _kind(raw: RawQuestion, texts: Sequence[str], places: _Places) -> QuestionKind:
    if tidy(raw.kind):
        return _said_kind(raw.kind)
    if not texts:
        return _kind_without_choices(raw)
    if {fold(text) for text in texts} == {"dung", "sai"}:
        return QuestionKind.TRUE_FALSE
    if len(places(texts, raw.key)) > 1:
        return QuestionKind.MULTIPLE_CHOICE
    return QuestionKind.SINGLE_CHOICE


def _said_kind(text: str) -> QuestionKind:
    if kind := words.kind_of(text):
        return kind
    raise BadField(
        _("không rõ dạng câu hỏi “%(kind)s”; xin ghi một trong: %(known)s.")
        % {"kind": tidy(text)[:40], "known": ", ".join(str(each) for each in _labels(QuestionKind))}
    )


def _labels(
    choices: type[QuestionKind] | type[Difficulty] | type[Scoring],
) -> Iterable[object]:
    return [label for _value, label in choices.choices]


def _kind_without_choices(raw: RawQuestion) -> QuestionKind:
    if not any(tidy(part) for part in raw.key):
        raise _wrong_choice_count(0)
    if len(raw.key) == 1 and _decimal(raw.key[0]) is not None:
        return QuestionKind.NUMBER
    return QuestionKind.SHORT_TEXT


def _right(
    raw: RawQuestion, texts: Sequence[str], kind: QuestionKind, places: _Places
) -> frozenset[int]:
    if not kind.has_choices:
        if texts:
            raise BadField(_("dạng câu hỏi này không có phương án."))
        return frozenset()
    if len(texts) < FEWEST_CHOICES:
        raise _wrong_choice_count(len(texts))
    if kind is QuestionKind.TRUE_FALSE and len(texts) != 2:
        raise BadField(_("câu đúng hoặc sai phải có đúng hai phương án."))
    right = places(texts, raw.key)
    if kind is QuestionKind.MULTIPLE_CHOICE:
        if len(right) == len(texts):
            raise BadField(_("câu nhiều lựa chọn không thể có mọi phương án đều đúng."))
        _refuse_same_said(texts, right)
    elif len(right) != 1:
        raise BadField(_("dạng câu hỏi này phải có đúng một đáp án."))
    return right


def _refuse_same_said(texts: Sequence[str], right: frozenset[int]) -> None:
    """A key "A, B" beside an option "Cả A và B" may mean either."""
    for place, text in enumerate(texts):
        if place not in right and affirmed_places(text, place) == right:
            raise BadField(
                _("đáp án %(key)s nói cùng ý với phương án %(letter)s (“%(text)s”); xin ghi rõ.")
                % {
                    "key": ", ".join(ascii_uppercase[it] for it in sorted(right)),
                    "letter": ascii_uppercase[place],
                    "text": text[:40],
                }
            )


def _difficulty(text: str) -> Difficulty:
    if not tidy(text):
        return Difficulty.MEDIUM
    if difficulty := words.difficulty_of(text):
        return difficulty
    raise BadField(
        _("không rõ mức độ “%(level)s”; xin ghi một trong: %(known)s.")
        % {"level": tidy(text)[:40], "known": ", ".join(str(each) for each in _labels(Difficulty))}
    )


def _scoring(text: str, kind: QuestionKind) -> Scoring:
    if not tidy(text):
        return Scoring.ALL_OR_NOTHING
    scoring = words.scoring_of(text)
    if scoring is None:
        raise BadField(
            _("không rõ cách chấm “%(scoring)s”; xin ghi một trong: %(known)s.")
            % {
                "scoring": tidy(text)[:40],
                "known": ", ".join(str(each) for each in _labels(Scoring)),
            }
        )
    if scoring is Scoring.PARTIAL and kind is not QuestionKind.MULTIPLE_CHOICE:
        raise BadField(_("chỉ câu nhiều lựa chọn mới có điểm từng phần."))
    return scoring


def _accepted(key: Sequence[str]) -> tuple[str, ...]:
    accepted: dict[str, str] = {}
    for text in key:
        if tidy(text):
            each = checked_text(text, name=_("đáp án"), longest=LONGEST_ACCEPTED)
            accepted.setdefault(fold(each) or each, each)
    if not accepted:
        raise BadField(_("thiếu đáp án."))
    if len(accepted) > MOST_ACCEPTED:
        raise BadField(_("có quá %(most)d đáp án được chấp nhận.") % {"most": MOST_ACCEPTED})
    return tuple(accepted.values())


def _number_key(key: Sequence[str]) -> Decimal:
    given = [part for part in key if tidy(part)]
    if len(given) != 1:
        raise BadField(_("câu điền số phải có đúng một đáp án là số."))
    return _number(given[0], name=_("đáp án"))


def _tolerance(raw: RawQuestion, kind: QuestionKind) -> Decimal:
    if not tidy(raw.tolerance):
        return Decimal(0)
    if kind is not QuestionKind.NUMBER:
        raise BadField(_("chỉ câu điền số mới có sai số."))
    tolerance = _number(raw.tolerance, name=_("sai số"))
    if tolerance < 0:
        raise BadField(_("sai số không được âm."))
    return tolerance


def _points(text: str) -> Decimal:
    if not tidy(text):
        return Decimal(1)
    points = _decimal(text)
    if points is None:
        raise _no_number(text, name=_("điểm"))
    if not 0 < points <= LARGEST_POINTS or points != round(points, 2):
        raise BadField(
            _("điểm phải lớn hơn 0, không quá %(most)d, nhiều nhất hai chữ số thập phân.")
            % {"most": LARGEST_POINTS}
        )
    return points


def _number(text: str, *, name: str) -> Decimal:
    number = _decimal(text)
    if number is None or abs(number) > LARGEST_NUMBER or number != round(number, 6):
        raise _no_number(text, name=name)
    return number


def _no_number(text: str, *, name: str) -> BadField:
    return BadField(
        _("%(name)s “%(text)s” không phải là số hợp lệ.") % {"name": name, "text": tidy(text)[:40]}
    )


def _decimal(text: str) -> Decimal | None:
    """A number as Vietnamese or English readers write it: 1.234,5 or 0,5 or 1234.5."""
    bare = tidy(text).replace(" ", "")
    if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+", bare):
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"[-+]?\d{1,15}(?:\.\d{1,15})?", bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def _sources(raws: Sequence[RawSource]) -> tuple[ParsedSource, ...]:
    sources: list[ParsedSource] = []
    for raw in raws:
        source = _source(raw)
        if source is not None and source not in sources:
            sources.append(source)
    return tuple(sources)


def _source(raw: RawSource) -> ParsedSource | None:
    document, article = raw.document, raw.article
    if raw.text and not document:
        document, article = _document_and_article(tidy(raw.text))
    source = ParsedSource(
        document=checked_text(document, name=_("văn bản"), longest=60, required=False),
        article=checked_text(article, name=_("điều, khoản"), longest=300, required=False),
        link=_link(raw.link),
        is_historical=raw.is_historical,
    )
    return source if source.document or source.article or source.link else None


def _document_and_article(text: str) -> tuple[str, str]:
    """The number of the document in a citation, and what else it says."""
    found = _DOCUMENT_NUMBER.search(text)
    if found is None:
        return "", text
    rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ,;.()")
    return found.group().rstrip("/-"), tidy(re.sub(r"\bsố\s*$", "", rest).strip(" ,;."))


def _link(text: str) -> str:
    link = checked_text(text, name=_("liên kết"), longest=500, required=False)
    if link and not _is_web_address(link):
        raise BadField(_("liên kết phải bắt đầu bằng http:// hoặc https://."))
    return link


def _is_web_address(link: str) -> bool:
    try:
        return urlsplit(link).scheme in ("http", "https")
    except ValueError:  # "http://[", which is no address
        return False


def _tags(raw: Sequence[str]) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for text in (part for each in raw for part in _BETWEEN_TAGS.split(each)):
        if tidy(text):
            tag = checked_text(text, name=_("nhãn"), longest=LONGEST_TAG)
            tags.setdefault(tag.casefold(), tag)
    if len(tags) > MOST_TAGS:
        raise BadField(_("có quá %(most)d nhãn.") % {"most": MOST_TAGS})
    return tuple(sorted(tags.values()))
