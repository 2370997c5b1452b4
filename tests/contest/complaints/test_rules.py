"""How long complaints are taken is the organisers' to say, until a round opens."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.complaints.ruling import set_complaint_rules
from contest.errors import ContestError
from contest.models import Contest
from contest.rules.complaining import LONGEST_HOURS
from tests.factories import NOON, ContestFactory, RoleGrantFactory, RoundFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def rule(contest, *, hours=48, seal_waits=True, role=Role.ORGANISER, at=NOON):
    actor = RoleGrantFactory(role=role).user
    set_complaint_rules(
        contest_id=contest.pk, hours=hours, seal_waits=seal_waits, actor=actor, at=at
    )
    return kept(contest)


def kept(contest):
    contest = Contest.objects.get(pk=contest.pk)
    return contest.complaint_hours, contest.seal_waits_for_complaints


def refusal(contest, **changes):
    with pytest.raises(ContestError) as refused:
        rule(contest, **changes)
    return refused.value.code


def test_rules_are_kept_and_recorded_once():
    contest = ContestFactory(slug="cchc")

    assert rule(contest) == (48, True)
    rule(contest)

    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.target) == ("contest.complaints", "contest:cchc")
    assert entry.before == {"complaint_hours": 72, "seal_waits_for_complaints": False}
    assert entry.after == {"complaint_hours": 48, "seal_waits_for_complaints": True}


@pytest.mark.parametrize(("opens_in", "is_frozen"), [(SECOND, False), (timedelta(0), True)])
def test_rules_are_frozen_from_the_instant_an_official_round_opens(opens_in, is_frozen):
    contest = RoundFactory(opens_at=NOON + opens_in).contest

    if is_frozen:
        assert refusal(contest) == "rules_frozen"
        assert kept(contest) == (72, False)
    else:
        assert rule(contest) == (48, True)


@pytest.mark.parametrize("hours", [0, LONGEST_HOURS])
def test_the_period_reaches_from_none_to_thirty_days(hours):
    assert rule(ContestFactory(), hours=hours) == (hours, True)


@pytest.mark.parametrize("hours", [-1, LONGEST_HOURS + 1])
def test_a_period_out_of_range_is_refused(hours):
    assert refusal(ContestFactory(), hours=hours) == "hours_out_of_range"


@pytest.mark.parametrize("role", [Role.JURY, Role.OBSERVER])
def test_only_organisers_set_the_rules(role):
    assert refusal(ContestFactory(), role=role) == "not_allowed"


# The page -----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def page(contest):
    return reverse("contest:complaint_rules", args=[contest.slug])


def text(response):
    return " ".join(response.content.decode().split())


def signed_in(client, role):
    client.force_login(RoleGrantFactory(role=role).user)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [("36", "trong 36 giờ sau khi"), ("48", "trong 2 ngày sau khi"), ("0", "nhận khiếu nại đến")],
)
def test_an_organiser_sets_the_period_and_everybody_reads_it(client, hours, sentence):
    contest = RoundFactory(opens_at=NOON + SECOND).contest
    signed_in(client, Role.ORGANISER)

    shown = text(client.post(page(contest), {"hours": hours, "seal_waits": "on"}, follow=True))

    assert "Đã lưu quy định về khiếu nại." in shown
    assert "chỉ được niêm phong khi mọi khiếu nại đã được trả lời" in shown
    client.logout()
    assert sentence in text(client.get(reverse("contest:contest_detail", args=[contest.slug])))


@pytest.mark.parametrize("hours", ["", "-1", "721", "ba"])
def test_what_makes_no_sense_comes_back_in_the_form(client, hours):
    contest = ContestFactory()
    signed_in(client, Role.ORGANISER)

    response = client.post(page(contest), {"hours": hours})

    assert response.status_code == 422
    assert kept(contest) == (72, False)


def test_once_a_round_is_open_the_page_shows_and_takes_nothing(client):
    contest = RoundFactory().contest
    signed_in(client, Role.ORGANISER)

    shown = text(client.get(page(contest)))
    response = client.post(page(contest), {"hours": "1"})

    assert "không thay đổi được nữa" in shown
    assert 'name="hours"' not in shown
    assert (response.status_code, kept(contest)) == (409, (72, False))


def test_an_observer_reads_only(client):
    contest = ContestFactory()
    signed_in(client, Role.OBSERVER)

    assert 'name="hours"' not in text(client.get(page(contest)))
    assert client.post(page(contest), {"hours": "1"}).status_code == 403
    assert kept(contest) == (72, False)
