"""What the jury proposes to change of a question, and why it may not be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from http import HTTPStatus
from string import ascii_uppercase
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contest.enums import KeyChangeKind
from contest.errors import ContestError
from contest.models import Answer, Contest, KeyChange, Round
from contest.models.key_change import Place
from contest.queries.keys import answer_keys
from contest.rules.grading import NOTHING, GradedItem, Key
from contest.rules.regrading import Change, Shift, regraded, shift
from questionbank.enums import QuestionKind
from questionbank.models import Choice, Question, Revision


@dataclass(frozen=True)
class Proposal:
    """A change of one question in some rounds; `revision` None: every wording on their papers."""

    question: Question
    rounds: tuple[Round, ...]
    kind: KeyChangeKind
    revision: Revision | None = None
    letters: str = ""  # the author's, sorted
    accepted: tuple[str, ...] = ()
    number_key: Decimal | None = None
    tolerance: Decimal = NOTHING

    @property
    def round_ids(self) -> list[int]:
        return [it.pk for it in self.rounds]

    def as_change(self, *, number: int) -> Change:
        return Change(
            number=number,
            kind=self.kind,
            letters=frozenset(self.letters),
            accepted=self.accepted,
            number_key=self.number_key,
            tolerance=self.tolerance,
        )

    def details(self) -> dict[str, Any]:
        """What the log of decisions says of it, as JSON holds it."""
        return {
            "question": self.question.code,
            "revision": self.revision.number if self.revision else None,
            "rounds": [it.slug for it in self.rounds],
            "change": self.kind.value,
            "letters": self.letters,
            "accepted": list(self.accepted),
            "number_key": None if self.number_key is None else str(self.number_key),
            "tolerance": str(self.tolerance),
        }


class Shifts:
    """How far each answer to a question moves the result of its attempt; reckoned once for each
    way of answering it."""

    def __init__(
        self,
        keys: dict[int, Key],
        before: dict[Place, list[Change]],
        after: dict[Place, list[Change]],
    ) -> None:
        self._keys = keys
        self._before = before
        self._after = after
        self._known: dict[tuple[int, int, str, str], Shift] = {}

    @property
    def revision_ids(self) -> list[int]:
        return list(self._keys)

    def of(self, round_id: int, revision_id: int, choice_order: str, response: str) -> Shift:
        asked = (round_id, revision_id, choice_order, response)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = shift(
                self._item(self._before, *asked), self._item(self._after, *asked)
            )
        return known

    def _item(
        self,
        changes: dict[Place, list[Change]],
        round_id: int,
        revision_id: int,
        choice_order: str,
        response: str,
    ) -> GradedItem:
        key = regraded(self._keys[revision_id], changes.get((round_id, revision_id), []))
        return GradedItem(choice_order, response, key)


def proposed_shifts(proposal: Proposal, *, number: int) -> Shifts:
    """What the proposal would do as decision `number`. Four queries."""
    papers = PaperRevisions(proposal.question, proposal.round_ids)
    before = KeyChange.objects.by_place(round_ids=proposal.round_ids)
    after = {place: list(changes) for place, changes in before.items()}
    change = proposal.as_change(number=number)
    touched = [it for it in papers.revisions if proposal.revision in (None, it)]
    for round_id in proposal.round_ids:
        for revision in touched:
            after.setdefault((round_id, revision.pk), []).append(change)
    return Shifts(answer_keys([it.pk for it in papers.revisions]), before, after)


def undone_shifts(change: KeyChange) -> Shifts:
    """What undoing a change in force would do. Five queries."""
    round_ids = list(change.rounds.values_list("pk", flat=True))
    papers = PaperRevisions(change.question, round_ids)
    before = KeyChange.objects.by_place(round_ids=round_ids)
    number = change.decision.number
    after = {
        place: [it for it in changes if it.number != number] for place, changes in before.items()
    }
    return Shifts(answer_keys([it.pk for it in papers.revisions]), before, after)


class PaperRevisions:
    """The wordings of a question that stood on papers of some rounds: a query for each wording."""

    def __init__(self, question: Question, round_ids: Collection[int]) -> None:
        self._question = question
        self._round_ids = round_ids

    @cached_property
    def revisions(self) -> list[Revision]:
        return [
            revision
            for revision in self._question.revisions.order_by("number")
            if self._stood_on_a_paper(revision)
        ]

    def _stood_on_a_paper(self, revision: Revision) -> bool:
        answers = Answer.objects.filter(revision=revision, attempt__round__in=self._round_ids)
        return answers.exists()

    @property
    def have_one_shape(self) -> bool:
        """Whether a letter names the same option in all of them. One query."""
        texts: dict[int, list[str]] = {it.pk: [it.kind] for it in self.revisions}
        choices = Choice.objects.filter(revision__in=list(texts)).order_by("revision", "position")
        for revision_id, text in choices.values_list("revision_id", "text"):
            texts[revision_id].append(text)
        shapes = list(texts.values())
        return all(shape == shapes[0] for shape in shapes)


def regradable_rounds(contest: Contest, question: Question, *, at: datetime) -> list[Round]:
    """Those that are over and had the question on a paper, in order of opening."""
    return [it for it in rounds_with(contest, question) if it.is_over(at=at)]


def rounds_with(contest: Contest, question: Question) -> QuerySet[Round]:
    """The rounds of the contest on whose papers the question stood."""
    attempts = Answer.objects.filter(
        revision__question=question, attempt__round__contest=contest
    ).values("attempt__round")
    return contest.rounds.filter(pk__in=attempts).order_by("opens_at", "id")


def refuse_bad(contest: Contest, proposal: Proposal, *, at: datetime) -> None:
    """Raises ContestError "no_round", "not_over", "not_on_papers", "revision_needed", "bad_key"."""
    if not proposal.rounds or any(it.contest_id != contest.pk for it in proposal.rounds):
        raise _refusal("no_round", _("Xin chọn ít nhất một kỳ thi của hội thi này."))
    if not all(it.is_over(at=at) for it in proposal.rounds):
        raise _refusal(
            "not_over",
            _("Chỉ chấm lại kỳ thi đã kết thúc: trước đó, thay đổi đáp án có thể làm lộ đề."),
        )
    papers = PaperRevisions(proposal.question, proposal.round_ids)
    if not papers.revisions or proposal.revision not in (None, *papers.revisions):
        raise _refusal("not_on_papers", _("Câu hỏi này không có trong đề của các kỳ thi đã chọn."))
    if not proposal.kind.has_key:
        return
    if proposal.revision is None and not papers.have_one_shape:
        raise _refusal(
            "revision_needed",
            _("Đề thi đã dùng nhiều bản của câu này với phương án khác nhau: xin chọn một bản."),
        )
    _refuse_bad_key(proposal, proposal.revision or papers.revisions[0])


def _refuse_bad_key(proposal: Proposal, revision: Revision) -> None:
    kind = QuestionKind(revision.kind)
    is_correcting = proposal.kind is KeyChangeKind.CORRECT
    if kind.has_choices:
        _refuse_bad_letters(proposal, revision, kind)
    elif kind is QuestionKind.SHORT_TEXT:
        if not proposal.accepted:
            raise _refusal("bad_key", _("Xin ghi ít nhất một câu trả lời được chấp nhận."))
    elif not is_correcting:
        raise _refusal(
            "bad_key",
            _("Với câu điền số, xin chọn “Sửa đáp án” và ghi đáp số cùng sai số được chấp nhận."),
        )
    elif proposal.number_key is None:
        raise _refusal("bad_key", _("Xin ghi đáp số đúng."))


def _refuse_bad_letters(proposal: Proposal, revision: Revision, kind: QuestionKind) -> None:
    known = ascii_uppercase[: revision.choices.count()]
    if not proposal.letters or set(proposal.letters) - set(known):
        raise _refusal("bad_key", _("Xin chọn ít nhất một phương án đúng."))
    takes_one = kind is not QuestionKind.MULTIPLE_CHOICE
    if proposal.kind is KeyChangeKind.CORRECT and takes_one and len(proposal.letters) > 1:
        raise _refusal(
            "bad_key",
            _(
                "Câu này chỉ có một phương án đúng. Muốn nhiều phương án cùng được điểm, xin chọn "
                "“Chấp nhận thêm đáp án”."
            ),
        )


def _refusal(code: str, message: str) -> ContestError:
    return ContestError(code, message, HTTPStatus.UNPROCESSABLE_ENTITY)
