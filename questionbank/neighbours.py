"""The questions of the bank that are nearest to one that is being written, or brought in.

Each process keeps an index of its own, which catches up with what has been stored since it was
last asked: one query, and a few seconds for 20,000 questions at the first time after a start.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from django.db.models import Max
from django.utils.translation import gettext as _

from questionbank.contents import revision_contents
from questionbank.formats.parsed import ParsedQuestion
from questionbank.models import Question, Revision
from questionbank.rules.near_duplicates import THRESHOLD, Match, Relation, compare
from questionbank.rules.near_index import Index
from questionbank.rules.question_readings import Text

REREAD = 500  # revisions: a transaction that began earlier may commit later
NOBODY = -1  # the key of a question that the bank does not have


@dataclass(frozen=True)
class Likeness:
    """How two questions stand to each other; `score` from 0 to 1."""

    score: float
    relation: Relation
    differences: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.score)

    @property
    def words(self) -> str:
        return relation_words(self.relation, self.score)


@dataclass(frozen=True)
class Neighbour(Likeness):
    """A question that is like the one asked about."""

    question: Question


class _Kept:
    def __init__(self) -> None:
        self.lock = Lock()
        self.index = Index()
        self.last = 0  # the newest revision that is in the index


_kept = _Kept()


def neighbours(content: ParsedQuestion, *, limit: int = 3) -> list[Neighbour]:
    """The nearest questions that may be the same, best first, without the question itself."""
    own = Question.objects.filter(code=content.code).values_list("pk", flat=True).first()
    (found,) = nearest_of_bank([text_of(own or NOBODY, content)], limit=limit)
    return _neighbours(found)


def nearest_of_bank(texts: Sequence[Text], *, limit: int) -> list[list[Match]]:
    """For each text the nearest questions, best first; keys are those of questions.

    Others wait meanwhile: about two milliseconds for each text.
    """
    with _kept.lock:
        _catch_up()
        return [_kept.index.nearest(text, limit=limit) for text in texts]


def likeness(a: ParsedQuestion, b: ParsedQuestion) -> Likeness:
    match = compare(text_of(1, a), text_of(2, b))
    return Likeness(match.score, match.relation, match.differences)


def relation_words(relation: Relation, score: float) -> str:
    if score < THRESHOLD:
        return _("Nội dung khác nhau")
    return {
        Relation.SAME: _("Giống hệt"),
        Relation.CONFLICT: _("Cùng câu hỏi, khác đáp án"),
        Relation.NEAR: _("Cùng nội dung"),
        Relation.DIFFERENT: _("Gần giống, hỏi điều khác"),
    }[relation]


def text_of(key: int, content: ParsedQuestion) -> Text:
    right = [choice.text for choice in content.choices if choice.is_correct]
    number = [f"{content.number:f}"] if content.number is not None else []
    return Text(
        key=key,
        stem=content.stem,
        options=tuple(choice.text for choice in content.choices),
        right=frozenset([*right, *content.accepted, *number]),
    )


def forget_neighbours() -> None:
    """Start anew, as after a restart of the process."""
    _kept.index, _kept.last = Index(), 0


def _catch_up() -> None:
    newest = Revision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if newest == _kept.last:
        return
    current = Question.objects.filter(current_revision__gt=_kept.last - REREAD)
    by_revision = dict(current.values_list("current_revision_id", "pk"))
    for revision_id, content in revision_contents(list(by_revision)).items():
        _kept.index.add(text_of(by_revision[revision_id], content))
    _kept.last = newest


def _neighbours(found: list[Match]) -> list[Neighbour]:
    keys = [match.key for match in found]
    questions = Question.objects.select_related("current_revision").in_bulk(keys)
    return list(_existing(found, questions))


def _existing(found: list[Match], questions: dict[int, Question]) -> Iterator[Neighbour]:
    for match in found:
        if question := questions.get(match.key):
            yield Neighbour(match.score, match.relation, match.differences, question)
