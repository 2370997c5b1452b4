"""Only the deadlines of attempts that were hit move, once, and it is recorded."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import ClosedBy, RevealTime
from contest.errors import ContestError
from contest.models import Attempt, Participant, RoundOutage
from contest.services.giving_time import OutageEffect, give_extra_time, record_outage
from contest.services.starting import start_attempt
from contest.services.submitting import close_all_expired
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import NOON, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return RoleGrantFactory(role=Role.ORGANISER).user


@pytest.fixture
def contest_round():
    return playable_round(duration_seconds=20 * 60)


def outage(contest_round, organiser, *, first=5, last=8, at=None, **changes):
    sent = {
        "round_id": contest_round.pk,
        "began_at": NOON + first * MINUTE,
        "ended_at": NOON + last * MINUTE,
        "reason": "Mất điện",
        "actor": organiser,
        "at": at or NOON + last * MINUTE,
    }
    return record_outage(**{**sent, **changes})


def extra_time(contest_round, organiser, user, percent=50, **changes):
    sent = {
        "contest_id": contest_round.contest_id,
        "user": user,
        "percent": percent,
        "reason": "Khiếm thị",
        "actor": organiser,
        "at": NOON,
    }
    return give_extra_time(**{**sent, **changes})


def deadline(attempt):
    return Attempt.objects.get(pk=attempt.pk).deadline_at - NOON


def test_an_outage_moves_the_deadlines_of_those_at_work_and_no_other(contest_round, organiser):
    hit = started_attempt(contest_round=contest_round)
    half_hit = started_attempt(contest_round=contest_round, at=NOON + 7 * MINUTE)
    later = started_attempt(contest_round=contest_round, at=NOON + 8 * MINUTE)
    elsewhere = started_attempt(contest_round=playable_round(duration_seconds=20 * 60))

    effect = outage(contest_round, organiser)

    assert effect == OutageEffect(extended=2)
    assert deadline(hit) == 23 * MINUTE
    assert deadline(half_hit) == 28 * MINUTE
    assert deadline(later) == 28 * MINUTE
    assert deadline(elsewhere) == 20 * MINUTE


def test_the_same_outage_twice_or_in_parts_gives_its_time_once(contest_round, organiser):
    attempt = started_attempt(contest_round=contest_round)

    outage(contest_round, organiser, first=5, last=8)
    again = outage(contest_round, organiser, first=5, last=8)
    part = outage(contest_round, organiser, first=6, last=8)
    longer = outage(contest_round, organiser, first=4, last=9)

    assert (again, part, longer) == (OutageEffect(), OutageEffect(), OutageEffect(extended=1))
    assert deadline(attempt) == 25 * MINUTE
    assert RoundOutage.objects.count() == 3


def test_an_outage_is_recorded_with_who_why_and_what(contest_round, organiser):
    started_attempt(contest_round=contest_round)

    outage(contest_round, organiser)

    entry = AuditEntry.objects.get(action="round.outage")
    assert (entry.actor, entry.reason) == (organiser, "Mất điện")
    assert entry.after["extended"] == 1
    assert entry.after["began_at"] == (NOON + 5 * MINUTE).isoformat()


def test_who_starts_after_an_announced_outage_has_begun_gets_the_rest_of_it(
    contest_round, organiser
):
    outage(contest_round, organiser, first=0, last=30, at=NOON + MINUTE)

    attempt = started_attempt(contest_round=contest_round, at=NOON + 10 * MINUTE)

    assert deadline(attempt) == 50 * MINUTE


def test_an_attempt_that_the_clock_closed_in_the_outage_is_under_way_again(
    contest_round, organiser
):
    attempt = started_attempt(contest_round=contest_round)
    close_all_expired(at=NOON + 25 * MINUTE)

    effect = outage(contest_round, organiser, first=15, last=25, at=NOON + 26 * MINUTE)

    attempt.refresh_from_db()
    assert effect == OutageEffect(reopened=1)
    assert (attempt.submitted_at, attempt.score, attempt.receipt_code) == (None, None, None)
    assert deadline(attempt) == 30 * MINUTE


@pytest.mark.parametrize(
    "closed_for_good",
    ["no_time_left", "key_shown", "started_another"],
)
def test_what_cannot_be_given_back_is_counted_and_left_as_it_was(
    contest_round, organiser, closed_for_good
):
    attempt = started_attempt(contest_round=contest_round)
    close_all_expired(at=NOON + 25 * MINUTE)
    at = NOON + 26 * MINUTE
    if closed_for_good == "no_time_left":
        at = NOON + 31 * MINUTE
    if closed_for_good == "key_shown":
        contest_round.show_key = RevealTime.AT_SUBMIT
        contest_round.save(update_fields=["show_key"])
    if closed_for_good == "started_another":
        contest_round.max_attempts = 2
        contest_round.save(update_fields=["max_attempts"])
        start_attempt(
            contest_round=contest_round, user=attempt.participant.user, at=NOON + 25 * MINUTE
        )

    effect = outage(contest_round, organiser, first=15, last=25, at=at)

    attempt.refresh_from_db()
    assert effect == OutageEffect(too_late=1)
    assert attempt.closed_by == ClosedBy.EXPIRY
    assert deadline(attempt) == 20 * MINUTE


def test_time_used_does_not_count_the_outage_whichever_came_first(contest_round, organiser):
    before = started_attempt(contest_round=contest_round)
    handed_in(before, at=NOON + 10 * MINUTE)
    after = started_attempt(contest_round=contest_round)

    effect = outage(contest_round, organiser, at=NOON + 11 * MINUTE)
    handed_in(after, at=NOON + 12 * MINUTE)

    before.refresh_from_db()
    after.refresh_from_db()
    assert effect == OutageEffect(extended=1, shortened=1)
    assert (before.elapsed_ms, after.elapsed_ms) == (7 * 60_000, 9 * 60_000)


def test_nothing_is_revealed_while_somebody_has_time_beyond_the_closing(contest_round, organiser):
    late = started_attempt(contest_round=contest_round, at=NOON + 50 * MINUTE)
    assert deadline(late) == 60 * MINUTE

    outage(contest_round, organiser, first=55, last=58)

    contest_round.refresh_from_db()
    assert deadline(late) == 63 * MINUTE
    assert contest_round.over_at > NOON + 63 * MINUTE
    again = start_attempt(
        contest_round=contest_round, user=late.participant.user, at=NOON + 62 * MINUTE
    )
    assert again == late


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ended_at": NOON + 5 * MINUTE}, "outage_backwards"),
        ({"ended_at": NOON + timedelta(hours=25)}, "outage_too_long"),
        ({"at": NOON}, "outage_ahead"),
        ({"reason": ""}, "reason_missing"),
        (
            {"began_at": NOON - timedelta(hours=3), "ended_at": NOON - timedelta(hours=1)},
            "outage_outside",
        ),
    ],
)
def test_a_bad_outage_is_refused_and_leaves_nothing(contest_round, organiser, changes, code):
    attempt = started_attempt(contest_round=contest_round)

    with pytest.raises(ContestError) as refusal:
        outage(contest_round, organiser, **changes)

    assert refusal.value.code == code
    assert deadline(attempt) == 20 * MINUTE
    assert not RoundOutage.objects.exists()
    assert not AuditEntry.objects.exists()


def test_extra_time_moves_the_open_attempt_and_those_to_come_of_this_person(
    contest_round, organiser
):
    attempt = started_attempt(contest_round=contest_round)
    other = started_attempt(contest_round=contest_round)
    user = attempt.participant.user

    extra_time(contest_round, organiser, user, percent=50)
    extra_time(contest_round, organiser, user, percent=50)

    assert deadline(attempt) == 30 * MINUTE
    assert deadline(other) == 20 * MINUTE
    entry = AuditEntry.objects.get(action="participant.extra_time")
    assert (entry.before, entry.after) == ({"percent": 0}, {"percent": 50})


def test_extra_time_can_be_given_before_the_first_start_and_taken_back(contest_round, organiser):
    user = UserFactory()
    extra_time(contest_round, organiser, user, percent=100)

    attempt = started_attempt(contest_round=contest_round, user=user)
    assert deadline(attempt) == 40 * MINUTE

    extra_time(contest_round, organiser, user, percent=25)
    assert deadline(attempt) == 25 * MINUTE
    assert Participant.objects.get(user=user).extra_time_percent == 25


def test_extra_time_and_outages_add_up(contest_round, organiser):
    attempt = started_attempt(contest_round=contest_round)

    outage(contest_round, organiser, first=5, last=8)
    extra_time(contest_round, organiser, attempt.participant.user, percent=25)
    outage(contest_round, organiser, first=27, last=29)

    assert deadline(attempt) == (20 + 5 + 3 + 2) * MINUTE


def test_only_organisers_give_time(contest_round):
    attempt = started_attempt(contest_round=contest_round)
    jury = RoleGrantFactory(role=Role.JURY).user

    for deed in (
        lambda: outage(contest_round, jury),
        lambda: extra_time(contest_round, jury, attempt.participant.user),
    ):
        with pytest.raises(ContestError) as refusal:
            deed()
        assert refusal.value.code == "not_allowed"
    assert deadline(attempt) == 20 * MINUTE
