import pytest

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.errors import ContestError
from contest.services.publishing import publish_contest
from tests.factories import NOON, ContestFactory, RoleGrantFactory, RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return RoleGrantFactory(role=Role.ORGANISER).user


def publish(contest, actor, *, is_published=True, reason=""):
    return publish_contest(
        contest_id=contest.pk, is_published=is_published, reason=reason, actor=actor, at=NOON
    )


def test_publish_contest_shows_it_and_records_who(organiser):
    contest = RoundFactory(contest__is_published=False, contest__slug="cchc").contest

    assert publish(contest, organiser).is_published

    contest.refresh_from_db()
    assert contest.is_published
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.at, entry.action) == (organiser, NOON, "contest.publish")
    assert (entry.target, entry.before, entry.after) == (
        "contest:cchc",
        {"is_published": False},
        {"is_published": True},
    )


def test_hide_contest_needs_a_reason_and_records_it(organiser):
    contest = RoundFactory().contest

    with pytest.raises(ContestError) as refusal:
        publish(contest, organiser, is_published=False)
    publish(contest, organiser, is_published=False, reason="Lùi lịch thi")

    assert refusal.value.code == "reason_missing"
    contest.refresh_from_db()
    assert not contest.is_published
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("contest.unpublish", "Lùi lịch thi")


def test_publish_contest_twice_records_it_once(organiser):
    contest = RoundFactory(contest__is_published=False).contest

    publish(contest, organiser)
    publish(contest, organiser)

    assert AuditEntry.objects.count() == 1


def test_contest_without_rounds_is_not_published(organiser):
    contest = ContestFactory(is_published=False)

    with pytest.raises(ContestError) as refusal:
        publish(contest, organiser)

    assert refusal.value.code == "no_rounds"
    contest.refresh_from_db()
    assert not contest.is_published
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.JURY, Role.AUTHOR])
def test_publish_contest_is_for_organisers(role):
    contest = RoundFactory(contest__is_published=False).contest

    with pytest.raises(ContestError) as refusal:
        publish(contest, RoleGrantFactory(role=role).user)

    assert (refusal.value.code, refusal.value.status) == ("not_allowed", 403)
    contest.refresh_from_db()
    assert not contest.is_published
