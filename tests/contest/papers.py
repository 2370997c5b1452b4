"""A round with a bank behind it, ready to be taken."""

from datetime import timedelta
from decimal import Decimal

from contest.models import Round
from contest.rules.grading import shown_letters
from contest.services.starting import start_attempt
from contest.services.submitting import submit_attempt
from tests.factories import (
    NOON,
    BlueprintRowFactory,
    QuestionFactory,
    RoundFactory,
    TopicFactory,
    UserFactory,
)


def playable_round(*, question_count: int = 3, key: str = "B", **fields) -> Round:
    """A round open around NOON whose papers hold all `question_count` questions of its set."""
    topic = TopicFactory()
    contest_round = RoundFactory(**fields)
    for _number in range(question_count):
        QuestionFactory(
            topic=topic,
            question_set=contest_round.question_set,
            revision__key=key,
            revision__kind="multiple_choice" if len(key) > 1 else "single_choice",
        )
    BlueprintRowFactory(round=contest_round, topic=topic, question_count=question_count)
    return contest_round


def round_of_all_kinds(**fields) -> Round:
    """A round whose papers hold one question of each kind, and a second of several options.

    Right are B; A and C, all or nothing; A and C, in parts; "Đúng"; "Một cửa"; 88.37 +- 0.5.
    """
    topic = TopicFactory()
    contest_round = RoundFactory(**fields)
    for revision in (
        {"key": "B"},
        {"kind": "multiple_choice", "key": "AC"},
        {"kind": "multiple_choice", "key": "AC", "scoring": "partial"},
        {"kind": "true_false", "key": "A"},
        {"kind": "short_text", "accepted": ("Một cửa", "Bộ phận một cửa")},
        {"kind": "number", "number_key": Decimal("88.37"), "tolerance": Decimal("0.5")},
    ):
        settings = {f"revision__{name}": value for name, value in revision.items()}
        QuestionFactory(topic=topic, question_set=contest_round.question_set, **settings)
    BlueprintRowFactory(round=contest_round, topic=topic, question_count=6)
    return contest_round


def position_of(attempt, kind: str, **revision) -> int:
    """Where the question of a kind stands on a paper."""
    settings = {f"revision__{name}": value for name, value in revision.items()}
    return attempt.answers.get(revision__kind=kind, **settings).position


def started_attempt(*, contest_round=None, user=None, at=NOON):
    contest_round = contest_round or playable_round()
    return start_attempt(contest_round=contest_round, user=user or UserFactory(), at=at)


def right_response(answer, key: str = "B") -> str:
    return shown_letters(answer.choice_order, frozenset(key))


def wrong_response(answer, key: str = "B") -> str:
    return next(letter for letter in "ABCD" if letter not in right_response(answer, key))


MINUTE = timedelta(minutes=1)


def handed_in(attempt, *, at):
    """Submitted by its owner."""
    user_id = attempt.participant.user_id
    return submit_attempt(code=attempt.code, user_id=user_id, at=at)
