"""A new index key: everybody is found, and nobody enters twice, as before."""

import secrets
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.encryption import blind_index
from accounts.models import NationalId
from accounts.services.identity import set_national_id
from contest.enums import PersonField
from contest.errors import ContestError
from contest.models import Identifier, ListedPerson
from contest.registration.listing import Listed, list_person
from contest.registration.registering import Entry, IdentifierTaken, register
from contest.registration.sealing import unseal
from tests.factories import (
    NOON,
    AskedFieldFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CCCD, PHONE, EMAIL = "094090000999", "+84912345678", "hoa@vidu.vn"
ENTRY = Entry(full_name="Trần Văn Hoà", kind="official", cccd=CCCD, phone=PHONE, email=EMAIL)


@pytest.fixture
def contest():
    """Asks for everything that identifies, once each."""
    contest = RegistrationRulesFactory(bars_listed=True).contest
    for field in (PersonField.CCCD, PersonField.PHONE, PersonField.EMAIL):
        AskedFieldFactory(contest=contest, field=field)
    return contest


@pytest.fixture
def listed(contest):
    organiser = RoleGrantFactory().user
    entry = Listed(full_name="Lê Thị Thư Ký", cccd="094190000111", phone="+84987654321")
    return list_person(contest=contest, entry=entry, actor=organiser, at=NOON)


def enter(contest, entry=ENTRY, user=None):
    return register(contest=contest, user=user or UserFactory(), entry=entry, at=NOON)


def digests():
    return dict(Identifier.objects.values_list("field", "digest"))


def rotate(*options):
    call_command("rotate_personal_data_keys", *options)


def test_identifiers_and_listed_people_follow_a_new_index_key(contest, listed, settings):
    enter(contest)
    settings.BLIND_INDEX_KEY = secrets.token_bytes(32)

    rotate("--index")

    assert digests() == {
        "cccd": blind_index("cccd", CCCD),
        "phone": blind_index("phone", PHONE),
        "email": blind_index("email", EMAIL),
    }
    with pytest.raises(IdentifierTaken):
        enter(contest)
    with pytest.raises(ContestError) as refusal:
        enter(contest, replace(ENTRY, cccd="094190000111", phone="", email=""))
    assert refusal.value.code == "not_eligible"


def test_a_phone_is_indexed_anew_where_no_number_was_given(contest, settings):
    enter(contest, replace(ENTRY, cccd="", email=""))
    settings.BLIND_INDEX_KEY = secrets.token_bytes(32)

    rotate("--index")

    assert digests() == {"phone": blind_index("phone", PHONE)}


def test_sealed_numbers_follow_a_new_data_key(listed, settings):
    new = secrets.token_bytes(32)
    settings.PERSONAL_DATA_KEYS = [new, *settings.PERSONAL_DATA_KEYS]

    rotate()

    settings.PERSONAL_DATA_KEYS = [new]
    listed.refresh_from_db()
    assert unseal(listed, PersonField.CCCD) == "094190000111"
    assert listed.cccd_digest == blind_index("cccd", "094190000111")


def test_a_sealed_number_that_no_key_opens_is_told_of(listed, settings):
    ListedPerson.objects.update(cccd_sealed=b"\x01damaged")

    with pytest.raises(CommandError, match="1 rows cannot be decrypted"):
        rotate()


def test_a_clash_takes_the_change_of_the_number_back(contest):
    """Two people who have different numbers cannot come to share one that is exclusive."""
    enter(contest)
    second = UserFactory()
    enter(contest, replace(ENTRY, cccd="094090000998", phone="", email="b@vidu.vn"), second)

    with pytest.raises(IntegrityError):
        set_national_id(user=second, typed=CCCD, at=NOON)

    assert NationalId.objects.get(user=second).whole_number() == "094090000998"


def test_a_number_given_elsewhere_that_another_holds_here_is_a_refusal_not_a_fault(contest):
    enter(contest)
    second = UserFactory()
    enter(contest, replace(ENTRY, cccd="094090000998", phone="", email="b@vidu.vn"), second)
    other = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=other, field=PersonField.CCCD)

    with pytest.raises(IdentifierTaken):
        enter(other, user=second)


def test_two_peoples_digests_move_together(contest, settings):
    people = [UserFactory(), UserFactory()]
    for number, user in zip((CCCD, "094090000998"), people, strict=True):
        enter(contest, replace(ENTRY, cccd=number, phone="", email=f"{number}@vidu.vn"), user)
    settings.BLIND_INDEX_KEY = secrets.token_bytes(32)

    rotate("--index", "--batch", "1")

    numbers = Identifier.objects.filter(field="cccd").order_by("participant__user")
    assert [it.digest for it in numbers] == [
        blind_index("cccd", CCCD),
        blind_index("cccd", "094090000998"),
    ]
