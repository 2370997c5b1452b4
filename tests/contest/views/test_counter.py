"""A shared device at a public counter: one person after the other, nothing kept."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.counters.devices import COOKIE, is_counter_device
from contest.counters.slips import LASTS, issue_slip, people_for_counter
from contest.errors import ContestError
from contest.models import AttemptOrigin, CounterDevice, CounterSlip
from contest.registration.care import Care, care_of
from contest.registration.registering import Entry, register
from tests.contest.papers import playable_round, started_attempt
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return ContestFactory(slug="cchc")


@pytest.fixture
def clerk():
    return RoleGrantFactory().user


@pytest.fixture
def person(contest):
    return ParticipantFactory(contest=contest)


@pytest.fixture
def counter(contest, clerk):
    """A client whose device is a counter."""
    client = Client()
    client.force_login(clerk)
    client.post(reverse("contest:counter_authorise", args=["cchc"]), {"name": "Quầy 3"})
    return client


def code_for(person, clerk, *, at=None):
    _person, code = issue_slip(
        contest=person.contest,
        care=Care(),
        participant_id=person.pk,
        actor=clerk,
        at=at or timezone.now(),
    )
    return code


def enter(counter, code):
    return counter.post(reverse("contest:counter", args=["cchc"]), {"code": code})


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_opening_a_counter_signs_the_clerk_out_there_and_is_recorded(counter, clerk):
    assert signed_in(counter) is None
    assert counter.cookies[COOKIE]["httponly"]
    entry = AuditEntry.objects.get(action="counter.open")
    assert (entry.actor, entry.after["name"]) == (clerk, "Quầy 3")


def test_a_code_lets_its_person_in_once(counter, person, clerk):
    code = code_for(person, clerk)

    answer = enter(counter, code)
    assert answer.url == reverse("contest:contest_detail", args=["cchc"])
    assert signed_in(counter) == str(person.user_id)

    assert enter(counter, code).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert signed_in(counter) is None


def test_who_has_to_register_does_that_first(counter, person, clerk, contest):
    RegistrationRulesFactory(contest=contest)
    person.is_confirmed = False
    person.save(update_fields=["is_confirmed"])

    answer = enter(counter, code_for(person, clerk))

    assert answer.url == reverse("contest:registration", args=["cchc"])


def test_a_code_lasts_a_quarter_of_an_hour(counter, person, clerk):
    code = code_for(person, clerk, at=timezone.now() - LASTS)

    assert enter(counter, code).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_new_code_ends_the_one_before(counter, person, clerk):
    old, new = code_for(person, clerk), code_for(person, clerk)

    assert enter(counter, old).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert enter(counter, new).status_code == HTTPStatus.FOUND
    assert CounterSlip.objects.count() == 1


def test_a_code_is_of_one_contest(counter, clerk):
    elsewhere = ParticipantFactory()

    answer = enter(counter, code_for(elsewhere, clerk))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_code_page_forgets_whoever_was_there(counter, person, clerk):
    enter(counter, code_for(person, clerk))

    counter.get(reverse("contest:counter", args=["cchc"]))

    assert signed_in(counter) is None


def test_being_done_clears_what_the_browser_kept_but_not_the_counter(counter, person, clerk):
    enter(counter, code_for(person, clerk))

    answer = counter.post(reverse("contest:counter_done", args=["cchc"]))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert signed_in(counter) is None
    assert counter.get(answer.url).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "name", ["accounts:profile", "account_change_password", "contest:contest_list"]
)
def test_other_pages_lead_back_to_the_counter(counter, person, clerk, name):
    enter(counter, code_for(person, clerk))

    assert counter.get(reverse(name)).url == reverse("contest:counter", args=["cchc"])


def test_pages_are_stored_nowhere_and_go_away_by_themselves(counter, clerk):
    contest_round = playable_round(contest__slug="khac")
    contest = contest_round.contest
    contest.slug = "cchc-2"
    contest.save()
    CounterDevice.objects.update(contest=contest)
    with time_machine.travel(NOON):
        attempt = started_attempt(contest_round=contest_round, user=UserFactory())
        code = code_for(attempt.participant, clerk)
        counter.post(reverse("contest:counter", args=["cchc-2"]), {"code": code})

        detail = counter.get(reverse("contest:contest_detail", args=["cchc-2"]))
        paper = counter.get(reverse("contest:attempt_paper", args=[attempt.code]))

    done = reverse("contest:counter_done", args=["cchc-2"])
    assert detail["Refresh"] == f"600; url={done}"
    left = int((attempt.deadline_at - NOON).total_seconds())
    assert abs(int(paper["Refresh"].partition(";")[0]) - (left + 120)) <= 5
    assert {detail["Cache-Control"], paper["Cache-Control"]} == {"no-store"}


def test_the_device_of_an_attempt_at_a_counter_is_not_noted(counter, contest, person, clerk):
    opens = {"opens_at": timezone.now() - timedelta(hours=1)}
    contest_round = playable_round(
        contest=contest, closes_at=timezone.now() + timedelta(hours=1), **opens
    )
    start = reverse("contest:attempt_start", args=["cchc", contest_round.slug])
    enter(counter, code_for(person, clerk))
    counter.post(start)
    at_home = Client()
    at_home.force_login(UserFactory())
    at_home.post(start)

    here, elsewhere = AttemptOrigin.objects.order_by("attempt__started_at")
    assert here.attempt.participant == person
    assert (here.device_digest, bool(elsewhere.device_digest)) == ("", True)
    assert "thiet-bi" not in counter.cookies


def test_a_device_like_any_other_pays_nothing_and_is_no_counter(client, contest):
    request = RequestFactory().get("/")
    assert not is_counter_device(request)
    request.COOKIES[COOKIE] = "forged:value"
    assert not is_counter_device(request)
    assert "Refresh" not in client.get(reverse("contest:contest_detail", args=["cchc"]))


def test_a_counter_is_known_until_it_is_revoked(counter, clerk, client, person):
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = counter.cookies[COOKIE].value
    assert is_counter_device(request)
    enter(counter, code_for(person, clerk))

    client.force_login(clerk)
    device = CounterDevice.objects.get()
    client.post(reverse("contest:counter_revoke", args=["cchc"]), {"device": device.code})

    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = counter.cookies[COOKIE].value
    assert not is_counter_device(request)
    counter.get(reverse("contest:contest_detail", args=["cchc"]))
    assert signed_in(counter) is None
    answer = counter.get(reverse("contest:counter", args=["cchc"]))
    assert answer.url == reverse("contest:counter_authorise", args=["cchc"])


def test_a_counter_of_one_contest_is_none_of_another(counter):
    ContestFactory(slug="khac")

    answer = counter.get(reverse("contest:counter", args=["khac"]))

    assert answer.url == reverse("contest:counter", args=["cchc"])


def test_codes_are_not_guessed_at_a_counter(counter):
    answers = [enter(counter, "AAAAAAAA") for _time in range(31)]

    assert [it.status_code for it in answers] == [422] * 30 + [429]


class TestClerk:
    def test_finds_people_by_name_and_by_whole_numbers(self, contest):
        rules = RegistrationRulesFactory(contest=contest)
        entry = Entry(
            full_name="Trần Văn Hoà",
            kind="citizen",
            cccd="094090000999",
            phone="+84912345678",
            email="hoa@vidu.vn",
        )
        person = register(contest=rules.contest, user=UserFactory(), entry=entry, at=NOON)
        ParticipantFactory(contest=contest)

        for text in ("tran van hoa", "Hòa", "094090000999", "0912 345 678", "Hoa@vidu.vn"):
            assert list(people_for_counter(contest, Care(), text)) == [person]
        for text in ("0999", "0912", "..."):
            assert list(people_for_counter(contest, Care(), text)) == []

    def test_a_coordinator_finds_the_own_people_only(self, contest):
        unit = UnitFactory()
        own = ParticipantFactory(contest=contest, user__unit=unit)
        other = ParticipantFactory(contest=contest)
        coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=unit).user
        care = care_of(coordinator)

        assert list(people_for_counter(contest, care, "nguyen")) == [own]
        with pytest.raises(ContestError):
            issue_slip(
                contest=contest, care=care, participant_id=other.pk, actor=coordinator, at=NOON
            )

    def test_gives_no_code_for_somebody_with_a_duty(self, person, clerk):
        RoleGrantFactory(user=person.user, role=Role.JURY)

        with pytest.raises(ContestError) as refusal:
            code_for(person, clerk)

        assert refusal.value.code == "not_for_counter"

    def test_searches_and_issues_without_anything_in_the_address(self, client, person, clerk):
        client.force_login(clerk)
        desk = reverse("contest:counter_desk", args=["cchc"])

        found = client.post(desk, {"text": person.full_name})
        assert found.context["found"] == [person]
        page = client.post(
            reverse("contest:counter_slip", args=["cchc"]), {"participant": person.pk}
        )

        code = page.context["issued"]["code"]
        assert code in page.content.decode()
        assert CounterSlip.objects.filter(code_digest__contains=code).count() == 0
        entry = AuditEntry.objects.get(action="counter.slip")
        assert (entry.actor, entry.after) == (clerk, {"participant": person.pk})

    def test_a_coordinator_closes_only_what_they_opened(self, client, contest, counter):
        coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=UnitFactory()).user
        client.force_login(coordinator)
        device = CounterDevice.objects.get()
        revoke = reverse("contest:counter_revoke", args=["cchc"])

        assert client.post(revoke, {"device": device.code}).status_code == HTTPStatus.NOT_FOUND


def test_a_visit_ends_by_itself_after_some_hours(counter, person, clerk):
    enter(counter, code_for(person, clerk))

    left = counter.session.get_expiry_date() - timezone.now()
    assert timedelta(hours=2, minutes=59) < left <= timedelta(hours=3)
