from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leaderboard.boards import round_board
from leaderboard.services.standings import board_state
from leaderboard.stores import main_store
from tests.factories import SubmittedAttemptFactory

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("rebuild_board", *args, stdout=out)
    return out.getvalue()


def test_rebuild_board_reads_the_database_or_says_why_it_cannot():
    attempt = SubmittedAttemptFactory(round__opens_at="2020-01-01T00:00Z")
    board = round_board(attempt.round, at=timezone.now())
    before = board_state(board)
    SubmittedAttemptFactory(round=attempt.round)  # nobody tells the store

    said = run(attempt.round.contest.slug)

    if main_store().is_shared:
        assert f"rebuilt {board.name} of {attempt.round.contest.slug}" in said
        assert main_store().state(board.name).participant_count == 2
    else:
        assert "Without REDIS_URL" in said
        assert main_store().state(board.name) == before


def test_rebuild_board_of_an_unknown_contest_is_refused():
    with pytest.raises(CommandError, match="khong-co"):
        run("khong-co")
