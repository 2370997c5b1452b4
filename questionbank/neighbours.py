"""The questions of the bank that are nearest to one that is being written.

Each process keeps an index of its own, which catches up with what has been stored since it was
last asked: one query, and a second or two at the first question after a start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from django.db.models import Max

from questionbank.contents import revision_contents
from questionbank.formats.parsed import ParsedQuestion
from questionbank.models import Question, Revision
from questionbank.rules.near_duplicates import Match, Relation
from questionbank.rules.near_index import Index
from questionbank.rules.question_readings import Text

REREAD = 500  # revisions: a transaction that began earlier may commit later


@dataclass(frozen=True)
class Neighbour:
    """A question that is like the one asked about; `score` from 0 to 1."""

    question: Question
    score: float
    relation: Relation
    differences: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.score)


class _Kept:
    def __init__(self) -> None:
        self.lock = Lock()
        self.index = Index()
        self.last = 0  # the newest revision that is in the index


_kept = _Kept()


def neighbours(content: ParsedQuestion, *, limit: int = 3) -> list[Neighbour]:
    """The nearest questions that may be the same, best first, without the question itself."""
    own = Question.objects.filter(code=content.code).values_list("pk", flat=True).first()
    with _kept.lock:
        _catch_up()
        found = _kept.index.nearest(_text(own or -1, content), limit=limit)
    return _neighbours(found)


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
        _kept.index.add(_text(by_revision[revision_id], content))
    _kept.last = newest


def _text(key: int, content: ParsedQuestion) -> Text:
    right = [choice.text for choice in content.choices if choice.is_correct]
    number = [f"{content.number:f}"] if content.number is not None else []
    return Text(
        key=key,
        stem=content.stem,
        options=tuple(choice.text for choice in content.choices),
        right=frozenset([*right, *content.accepted, *number]),
    )


def _neighbours(found: list[Match]) -> list[Neighbour]:
    keys = [match.key for match in found]
    questions = Question.objects.select_related("current_revision").in_bulk(keys)
    return list(_existing(found, questions))


def _existing(found: list[Match], questions: dict[int, Question]) -> Iterator[Neighbour]:
    for match in found:
        if question := questions.get(match.key):
            yield Neighbour(question, match.score, match.relation, match.differences)
