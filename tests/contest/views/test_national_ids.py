from http import HTTPStatus

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from accounts.services.identity import set_national_id
from tests.factories import NOON, ContestFactory, ParticipantFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

NUMBER = "094090000999"


@pytest.fixture
def person():
    person = ParticipantFactory(contest=ContestFactory(slug="cchc"), full_name="Trần Văn Hoà")
    set_national_id(user=person.user, typed=NUMBER, at=NOON)
    return person


@pytest.fixture
def viewer(client):
    user = RoleGrantFactory(role=Role.IDENTITY_VIEWER).user
    client.force_login(user)
    return user


def page(client, **sent):
    address = reverse("contest:national_id", args=["cchc"])
    return client.post(address, sent) if sent else client.get(address)


def test_a_search_shows_masked_numbers_only(client, viewer, person):
    html = page(client, who="tran van hoa").content.decode()

    assert "********0999" in html
    assert NUMBER not in html
    assert not AuditEntry.objects.exists()


def test_a_look_shows_the_number_once_and_is_recorded(client, viewer, person):
    answer = page(client, participant=person.pk, reason="Đối chiếu khi trao giải")

    entry = AuditEntry.objects.get()
    assert NUMBER in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (entry.actor, entry.action, entry.reason) == (
        viewer,
        "national_id.reveal",
        "Đối chiếu khi trao giải",
    )
    assert NUMBER not in page(client).content.decode()


def test_without_a_reason_nothing_is_shown(client, viewer, person):
    answer = page(client, participant=person.pk, reason=" ")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert NUMBER not in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_people_of_other_contests_are_not_found(client, viewer, person):
    stranger = ParticipantFactory()
    set_national_id(user=stranger.user, typed="094090000998", at=NOON)

    answer = page(client, participant=stranger.pk, reason="Đối chiếu")

    assert "094090000998" not in answer.content.decode()


@pytest.mark.parametrize("role", [it for it in Role if it is not Role.IDENTITY_VIEWER])
def test_no_other_duty_opens_the_page(client, person, role):
    user = UserFactory()
    unit = user.unit if role is Role.COORDINATOR else None
    RoleGrantFactory(user=user, role=role, unit=unit)
    client.force_login(user)

    answer = page(client, participant=person.pk, reason="Tò mò")

    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_the_desk_leads_to_each_contest(client, viewer, person):
    html = client.get(reverse("contest:national_id_desk")).content.decode()

    assert reverse("contest:national_id", args=["cchc"]) in html
