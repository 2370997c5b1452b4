from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.errors import ContestError
from contest.services.releasing import release_board
from contest.signals import board_released
from tests.factories import NOON, RoleGrantFactory, RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    """Frozen from half an hour before NOON on."""
    return RoundFactory(freeze_minutes=90, slug="tuan-1", contest__slug="cchc")


def release(contest_round, role=Role.ORGANISER, *, at=NOON, reason=""):
    actor = RoleGrantFactory(role=role).user
    return release_board(round_id=contest_round.pk, reason=reason, actor=actor, at=at)


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.JURY])
def test_release_board_records_who_and_tells(
    contest_round, role, django_capture_on_commit_callbacks
):
    told = []

    def hear(contest_round, **kwargs):
        told.append(contest_round)

    board_released.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            release(contest_round, role, reason="Lễ trao giải")
    finally:
        board_released.disconnect(hear)

    contest_round.refresh_from_db()
    assert (contest_round.board_released_at, told) == (NOON, [contest_round])
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("board.release", "round:cchc/tuan-1")
    assert (entry.at, entry.reason, entry.actor.role_grants.get().role) == (
        NOON,
        "Lễ trao giải",
        role,
    )
    assert (entry.before, entry.after) == (
        {"board_released_at": None},
        {"board_released_at": NOON.isoformat()},
    )


def test_release_board_twice_records_it_once(contest_round):
    release(contest_round)
    release(contest_round, at=NOON + timedelta(minutes=1))

    contest_round.refresh_from_db()
    assert contest_round.board_released_at == NOON
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.AUTHOR])
def test_release_board_is_for_those_who_decide(contest_round, role):
    with pytest.raises(ContestError) as refusal:
        release(contest_round, role)

    assert (refusal.value.code, refusal.value.status) == ("not_allowed", 403)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("minutes", [0, 15])
def test_a_board_that_is_not_frozen_is_not_released(minutes):
    contest_round = RoundFactory(freeze_minutes=minutes)

    with pytest.raises(ContestError) as refusal:
        release(contest_round)

    assert refusal.value.code == "not_frozen"
    contest_round.refresh_from_db()
    assert contest_round.board_released_at is None
