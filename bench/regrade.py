"""How long it takes to grade a question of 100,000 papers anew and to rank everybody again.

A made-up round of ATTEMPTS papers of 20 questions, with one of the questions put on every paper,
is filled into the database, and its boards are looked at; then the question is made void, the
boards follow and the standings are read, as on the day. Then it is all undone, and every attempt
must be what it was. Processor time is that of this process and of the servers started for it.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402 (the apps are loaded from here on)

from accounts.enums import Role  # noqa: E402
from bench.cpu import family_cpu  # noqa: E402
from bench.figures import figure  # noqa: E402
from contest.enums import KeyChangeKind  # noqa: E402
from contest.models import Answer, PrizeBoard, Round  # noqa: E402
from contest.regrading.applying import apply_regrade, undo_regrade  # noqa: E402
from contest.regrading.preview import preview_regrade  # noqa: E402
from contest.regrading.proposing import Proposal  # noqa: E402
from contest.results.queries import round_standings  # noqa: E402
from leaderboard.queries import boards_and_hearing  # noqa: E402
from leaderboard.services.standings import board_state  # noqa: E402
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
    call_command("migrate", verbosity=0)
    for line in regrade_lines(ATTEMPTS):
        print(line)


def regrade_lines(size: int) -> list[str]:
    """Fills the database, which must be PostgreSQL, migrated, and may be thrown away."""
    contest_round: Any = RoundFactory()  # type: ignore[no-untyped-call]  # factories are untyped
    contest = contest_round.contest
    make_crowd(contest_round, size=size)
    prizes = PrizeBoard.objects.create(contest=contest, name="Cá nhân", round=contest_round)
    prizes.prizes.create(position=1, name="Giải", count=10, amount=0)
    proposal = _proposal(contest_round)
    grant: Any = RoleGrantFactory(role=Role.JURY)  # type: ignore[no-untyped-call]
    before = _digest()
    for board, _is_revealed in boards_and_hearing(contest, at=AFTER):
        board_state(board)

    previewing, preview = _timed(lambda: preview_regrade(contest, proposal))
    regrading, decision = _timed(
        lambda: apply_regrade(
            contest_id=contest.pk,
            proposal=proposal,
            seen=preview.seen,
            reason="Đo",
            actor=grant.user,
            at=AFTER,
        )
    )
    ranking, _standings = _timed(lambda: round_standings(contest_round))
    moved = decision.regrade_rows.count()
    undoing, _decision = _timed(
        lambda: undo_regrade(decision=decision, reason="Đo", actor=grant.user, at=AFTER)
    )
    if moved != preview.changed_count or _digest() != before:
        raise SystemExit("the regrade is not what was foretold, or not undone to the byte")
    return [
        figure("regrade_attempts", preview.touched_count, f"papers of 20, {moved} moved"),
        figure("regrade_preview_s", previewing.wall, "s, with winners"),
        figure("regrade_preview_cpu_s", previewing.cpu, "s of processor time"),
        figure("regrade_100k_s", regrading.wall + ranking.wall, "s, with boards and standings"),
        figure("regrade_100k_cpu_s", regrading.cpu + ranking.cpu, "s of processor time"),
        figure("regrade_undo_s", undoing.wall, "s, with boards"),
    ]


def _proposal(contest_round: Round) -> Proposal:
    """A question that is on every paper is void: every attempt moves."""
    revision = Answer.objects.select_related("revision__question").earliest("pk").revision
    with connection.cursor() as cursor:
        cursor.execute(ON_EVERY_PAPER, {"revision": revision.pk})
        cursor.execute(GRADED)
        cursor.execute("ANALYZE")
    return Proposal(question=revision.question, rounds=(contest_round,), kind=KeyChangeKind.VOID)


class Spent(NamedTuple):
    """Seconds: on the clock, and of all processors."""

    wall: float
    cpu: float


def _timed(deed: Callable[[], T]) -> tuple[Spent, T]:
    began, spent = time.perf_counter(), family_cpu()
    outcome = deed()
    return Spent(time.perf_counter() - began, family_cpu() - spent), outcome


def _digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contest_attempt::text FROM contest_attempt ORDER BY id")
        return sha256("\n".join(row[0] for row in cursor.fetchall()).encode()).hexdigest()


if __name__ == "__main__":
    main()
