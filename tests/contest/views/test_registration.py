from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import PersonKind
from contest.enums import PersonField, Requirement
from contest.models import Participant
from tests.contest.papers import playable_round, started_attempt
from tests.factories import (
    NOON,
    AskedFieldFactory,
    ConsentTextFactory,
    ContestFactory,
    ParticipantFactory,
    RegistrationRulesFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SAID = {
    "full_name": "Trần  Văn Hoà",
    "kind": PersonKind.CITIZEN,
    "cccd": "094 090 000 999",
    "consent": "on",
}


@pytest.fixture
def contest():
    """Asks for the CCCD, and for consent."""
    contest = RegistrationRulesFactory(contest__slug="cchc").contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD)
    ConsentTextFactory(
        contest=contest, body="Dữ liệu được **mã hóa**.", published_at="2020-01-01T00:00Z"
    )
    return contest


def address(contest):
    return reverse("contest:registration", args=[contest.slug])


def test_the_form_asks_what_the_contest_asks_and_no_more(client, contest):
    client.force_login(UserFactory())

    form = client.get(address(contest)).context["form"]

    assert list(form.fields) == ["full_name", "cccd", "kind", "consent"]


def test_a_registration_is_stored_and_shown_as_done(client, contest):
    user = UserFactory()
    client.force_login(user)

    answer = client.post(address(contest), SAID)

    participant = Participant.objects.get(contest=contest, user=user)
    assert answer.url == reverse("contest:contest_detail", args=["cchc"])
    assert (participant.full_name, participant.kind) == ("Trần Văn Hoà", PersonKind.CITIZEN)
    page = client.get(address(contest)).content.decode()
    assert "********0999" in page
    assert "094090000999" not in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cccd": "12345"}, "cccd"),
        ({"cccd": ""}, "cccd"),
        ({"full_name": " "}, "full_name"),
        ({"consent": ""}, "consent"),
        ({"kind": "bogus"}, "kind"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_lost(
    client, contest, change, field
):
    client.force_login(UserFactory())

    answer = client.post(address(contest), SAID | change)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.context["form"].errors) == [field]
    assert not Participant.objects.exists()


def test_a_taken_number_says_neither_whose_nor_leaves_anything(client, contest):
    client.force_login(UserFactory())
    client.post(address(contest), SAID | {"full_name": "Người Thứ Nhất"})
    client.force_login(UserFactory())

    answer = client.post(address(contest), SAID)

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.context["form"].errors) == ["cccd"]
    assert "Trần Văn Hoà" not in page.replace('value="Trần Văn Hoà"', "").replace(
        "Trần  Văn Hoà", ""
    )
    assert "Người Thứ Nhất" not in page


def test_an_optional_field_may_stay_empty(client):
    contest = RegistrationRulesFactory().contest
    for field in (PersonField.ADDRESS, PersonField.EMAIL):
        AskedFieldFactory(contest=contest, field=field, requirement=Requirement.OPTIONAL)
    client.force_login(UserFactory())

    client.post(address(contest), {"full_name": "Y Blok", "kind": PersonKind.CITIZEN})

    assert Participant.objects.get().full_name == "Y Blok"


def test_starting_unregistered_leads_to_the_form(client):
    contest_round = playable_round()
    RegistrationRulesFactory(contest=contest_round.contest)
    client.force_login(UserFactory())

    where = [contest_round.contest.slug, contest_round.slug]
    with time_machine.travel(NOON):
        answer = client.post(reverse("contest:attempt_start", args=where))

    assert answer.url == address(contest_round.contest)


def test_after_the_first_paper_the_page_shows_what_was_registered(client, contest):
    user = UserFactory()
    client.force_login(user)
    client.post(address(contest), SAID)
    started_attempt(contest_round=playable_round(contest=contest), user=user)

    answer = client.get(address(contest))

    assert answer.templates[0].name == "contest/registration_done.html"


def test_a_contest_that_asks_nothing_leads_to_its_page(client):
    contest = ContestFactory()
    client.force_login(UserFactory())

    assert client.get(address(contest)).url == reverse(
        "contest:contest_detail", args=[contest.slug]
    )


def test_a_hidden_contest_has_no_form(client):
    contest = RegistrationRulesFactory(contest__is_published=False).contest
    client.force_login(UserFactory())

    assert client.get(address(contest)).status_code == HTTPStatus.NOT_FOUND


def test_a_stranger_is_led_to_sign_in(client, contest):
    assert client.get(address(contest)).url.startswith(reverse("account_login"))


def test_an_entry_of_a_units_list_asks_to_be_confirmed(client):
    contest = RegistrationRulesFactory().contest
    participant = ParticipantFactory(contest=contest, is_confirmed=False)
    client.force_login(participant.user)

    client.post(address(contest), {"full_name": participant.full_name, "kind": participant.kind})

    participant.refresh_from_db()
    assert participant.is_confirmed
