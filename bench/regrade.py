"""How long it takes to grade a question of 100,000 papers anew and to rank everybody again.

A made-up round of ATTEMPTS papers of 20 questions, with one of the questions put on every paper,
is filled into the database; then a question is void, the boards are built and the standings are
read, as on the day. Then it is all undone, and every attempt must be what it was.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402 (the apps are loaded from here on)

from accounts.enums import Role  # noqa: E402
from bench.figures import figure  # noqa: E402
from contest.enums import KeyChangeKind  # noqa: E402
from contest.models import Answer, Round  # noqa: E402
from contest.regrading.applying import apply_regrade, undo_regrade  # noqa: E402
from contest.regrading.preview import preview_regrade  # noqa: E402
from contest.regrading.proposing import Proposal  # noqa: E402
from contest.results.queries import round_standings  # noqa: E402
from tests.contest.integrity.crowd import make_crowd  # noqa: E402
from tests.factories import NOON, RoleGrantFactory, RoundFactory  # noqa: E402

T = TypeVar("T")
ATTEMPTS = 100_000
AFTER = NOON + timedelta(hours=3)
ON_EVERY_PAPER = """
UPDATE contest_answer SET revision_id = %(revision)s WHERE position = 1 AND NOT EXISTS (
    SELECT FROM contest_answer AS other
    WHERE other.attempt_id = contest_answer.attempt_id AND other.revision_id = %(revision)s)
"""
GRADED = """
UPDATE contest_attempt SET score = rights.count, correct_count = rights.count FROM (
    SELECT attempt_id, count(choice.id) AS count FROM contest_answer AS answer
    LEFT JOIN questionbank_choice AS choice ON choice.revision_id = answer.revision_id
        AND choice.is_correct AND answer.response = chr(65 + choice.position)
    GROUP BY attempt_id) AS rights
WHERE rights.attempt_id = contest_attempt.id
"""


def main() -> None:
    for line in regrade_lines(ATTEMPTS):
        print(line)


def regrade_lines(size: int) -> list[str]:
    """On PostgreSQL: fills the database and measures."""
    call_command("migrate", verbosity=0)
    contest_round: Any = RoundFactory()  # type: ignore[no-untyped-call]  # factories are untyped
    contest = contest_round.contest
    make_crowd(contest_round, size=size)
    proposal = _proposal(contest_round)
    grant: Any = RoleGrantFactory(role=Role.JURY)  # type: ignore[no-untyped-call]
    before = _digest()

    preview_s, preview = _timed(lambda: preview_regrade(contest, proposal, winner_count=10))
    regrade_s, decision = _timed(
        lambda: apply_regrade(
            contest_id=contest.pk,
            proposal=proposal,
            seen=preview.seen,
            reason="Đo",
            actor=grant.user,
            at=AFTER,
        )
    )
    rank_s, _standings = _timed(lambda: round_standings(contest_round))
    moved = decision.regrade_rows.count()
    undo_s, _undoing = _timed(
        lambda: undo_regrade(decision=decision, reason="Đo", actor=grant.user, at=AFTER)
    )
    assert moved == preview.changed_count
    assert _digest() == before
    return [
        figure("regrade_attempts", preview.touched_count, f"papers of 20, {moved} moved"),
        figure("regrade_preview_s", preview_s, "s"),
        figure("regrade_100k_s", regrade_s + rank_s, "s, with boards and standings"),
        figure("regrade_undo_s", undo_s, "s, with boards"),
    ]


def _proposal(contest_round: Round) -> Proposal:
    """A question that is on every paper is void: every attempt moves."""
    revision = Answer.objects.select_related("revision__question").earliest("pk").revision
    with connection.cursor() as cursor:
        cursor.execute(ON_EVERY_PAPER, {"revision": revision.pk})
        cursor.execute(GRADED)
        cursor.execute("ANALYZE")
    return Proposal(question=revision.question, rounds=(contest_round,), kind=KeyChangeKind.VOID)


def _timed(deed: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    outcome = deed()
    return time.perf_counter() - began, outcome


def _digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contest_attempt::text FROM contest_attempt ORDER BY id")
        return sha256("\n".join(row[0] for row in cursor.fetchall()).encode()).hexdigest()


if __name__ == "__main__":
    main()
