"""A person's number: stored encrypted, found again, shown masked; seen whole only on record."""

import logging
import secrets
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import CitizenIdFault, IdentityFinding, Role, Sex
from accounts.errors import AccountError
from accounts.models import AuditEntry, NationalId
from accounts.policies import may_see_national_ids
from accounts.queries import find_by_cccd, masked_national_ids
from accounts.services.identity import reveal_national_id, reveal_national_ids, set_national_id
from accounts.signals import national_ids_indexed
from tests.factories import NOON, RoleGrantFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NUMBER = "087084000999"
STARS = "********0999"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def person():
    return UserFactory(born_on=date(1984, 2, 1))


@pytest.fixture
def viewer():
    return RoleGrantFactory(role=Role.IDENTITY_VIEWER).user


def give(user, typed=NUMBER, **options):
    return set_national_id(user=user, typed=typed, at=NOON, **options)


def reveal(user, actor, reason="Đối chiếu giấy tờ khi trao giải"):
    return reveal_national_id(user_id=user.pk, actor=actor, reason=reason, at=NOON)


# Storing ----------------------------------------------------------------------------------------


def test_a_number_is_stored_without_a_trace_of_its_digits(person):
    give(person, "087 084 000 999")

    national_id = NationalId.objects.get(pk=person.pk)
    assert national_id.whole_number() == NUMBER
    assert national_id.masked() == STARS
    assert (national_id.findings, national_id.checked_at) == ([], NOON)
    columns = repr(NationalId.objects.values().get())
    assert NUMBER[-4:] not in columns.replace(national_id.blind_index, "")
    assert NUMBER not in f"{national_id} {national_id!r} {person!r}"


def test_what_is_odd_is_kept_as_evidence_and_refuses_nothing(person):
    national_id = give(person, "003185000999", sex=Sex.MALE)

    national_id.refresh_from_db()
    assert national_id.found() == [
        IdentityFinding.UNKNOWN_PROVINCE,
        IdentityFinding.SEX_DIFFERS,
        IdentityFinding.BIRTH_YEAR_DIFFERS,
    ]


def test_a_new_number_replaces_the_old_one(person):
    give(person)
    give(person, "094084000111")

    assert NationalId.objects.get().whole_number() == "094084000111"
    assert list(find_by_cccd(NUMBER)) == []


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("123", CitizenIdFault.WRONG_LENGTH),
        ("365123456", CitizenIdFault.OLD_CARD),
        ("87084000999", CitizenIdFault.ZEROS_LOST),
        ("B1234567", CitizenIdFault.NOT_DIGITS),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(person, typed, fault):
    with pytest.raises(AccountError) as refusal:
        give(person, typed)

    assert (refusal.value.code, refusal.value.message) == (fault.value, fault.label)
    assert not NationalId.objects.exists()


def test_lost_zeros_come_back_once_confirmed(person):
    assert give(person, "87084000999", restore_zeros=True).whole_number() == NUMBER


def test_who_keeps_a_copy_of_the_index_is_told_and_may_refuse(person):
    told = []

    def refuse(indexes, **_kwargs):
        told.append(indexes)
        raise AccountError("taken", "Đã có người dùng số này.")

    national_ids_indexed.connect(refuse)
    try:
        with pytest.raises(AccountError, match="taken"):
            give(person)
    finally:
        national_ids_indexed.disconnect(refuse)

    assert not NationalId.objects.exists()
    assert [list(indexes) for indexes in told] == [[person.pk]]


# Finding ----------------------------------------------------------------------------------------


def test_people_are_found_by_their_number_however_it_is_typed(person):
    child = UserFactory()
    give(person)
    give(child)  # a parent's: whether that may be is for each contest to say
    give(UserFactory(), "094084000111")

    assert set(find_by_cccd("087.084.000.999")) == {person, child}
    assert list(find_by_cccd("094084000112")) == []
    assert list(find_by_cccd("không có")) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_masked_numbers_is_one_query(count, django_assert_num_queries):
    people = [UserFactory() for _number in range(count)]
    for someone in people:
        give(someone)
    nameless = UserFactory()

    with django_assert_num_queries(1):
        masked = masked_national_ids([someone.pk for someone in [*people, nameless]])

    assert masked == dict.fromkeys([someone.pk for someone in people], STARS)


def test_a_list_may_be_longer_than_a_query(person, viewer):
    give(person)
    ids = range(person.pk, person.pk + 70_000)

    assert masked_national_ids(ids) == {person.pk: STARS}
    numbers = reveal_national_ids(user_ids=ids, actor=viewer, reason="Danh sách", at=NOON)
    assert numbers == {person.pk: NUMBER}


# Seeing it whole --------------------------------------------------------------------------------


def test_a_look_is_recorded_with_who_when_and_why(person, viewer):
    give(person)

    assert reveal(person, viewer, reason=" Trao giải ") == NUMBER

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.at, entry.reason) == (viewer, NOON, "Trao giải")
    assert (entry.action, entry.target) == ("national_id.reveal", f"user:{person.pk}")
    assert NUMBER not in f"{entry} {entry.before} {entry.after}"


def test_an_export_is_recorded_with_everybody_in_it(person, viewer):
    other, nameless = UserFactory(), UserFactory()
    give(person)
    give(other, "094084000111")

    numbers = reveal_national_ids(
        user_ids=[person.pk, other.pk, nameless.pk], actor=viewer, reason="Danh sách", at=NOON
    )

    assert numbers == {person.pk: NUMBER, other.pk: "094084000111"}
    entry = AuditEntry.objects.get()
    assert (entry.target, entry.after) == ("users", {"user_ids": [person.pk, other.pk]})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.IDENTITY_VIEWER}))
def test_no_other_duty_gives_the_right(person, role):
    give(person)
    unit = UnitFactory() if role == Role.COORDINATOR else None
    actor = RoleGrantFactory(role=role, unit=unit).user

    with pytest.raises(AccountError, match="not_allowed"):
        reveal(person, actor)

    assert not AuditEntry.objects.exists()


def test_who_may_see_a_number_whole(person, viewer):
    stranger, chief = UserFactory(), UserFactory(is_superuser=True)
    gone = RoleGrantFactory(role=Role.IDENTITY_VIEWER, user__is_active=False).user

    assert may_see_national_ids(viewer, owner_ids=[person.pk])
    assert may_see_national_ids(chief, owner_ids=[person.pk])
    assert may_see_national_ids(person, owner_ids=[person.pk])
    assert not may_see_national_ids(person, owner_ids=[person.pk, stranger.pk])
    assert not may_see_national_ids(stranger, owner_ids=[person.pk])
    assert not may_see_national_ids(gone, owner_ids=[person.pk])
    assert not may_see_national_ids(gone, owner_ids=[gone.pk])
    assert not may_see_national_ids(AnonymousUser(), owner_ids=[])


def test_ones_own_number_is_recorded_too(person):
    give(person)

    assert reveal(person, person, reason="Xuất dữ liệu của mình") == NUMBER
    assert AuditEntry.objects.get().actor == person


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_look_needs_a_reason(person, viewer, reason):
    give(person)

    with pytest.raises(AccountError, match="reason_missing"):
        reveal(person, viewer, reason=reason)


def test_where_there_is_no_number_nothing_is_recorded(person, viewer):
    with pytest.raises(AccountError, match="no_national_id"):
        reveal(person, viewer)

    assert not AuditEntry.objects.exists()


def test_the_whole_number_is_read_in_three_places_only():
    readers = {
        path.relative_to(ROOT).as_posix()
        for room in ("accounts", "questionbank", "contest", "leaderboard", "config")
        for path in (ROOT / room).rglob("*.py")
        if ".whole_number(" in path.read_text()
    }

    assert readers == {
        "accounts/models/identity.py",  # to mask it
        "accounts/services/identity.py",  # by right, recorded
        "accounts/services/key_rotation.py",  # to encrypt it anew
    }


# Damage, and what leaks -------------------------------------------------------------------------


def test_numbers_swapped_between_rows_are_noticed(person, viewer):
    other = UserFactory()
    mine, theirs = give(person), give(other, "094084000111")
    NationalId.objects.filter(pk=other.pk).update(ciphertext=mine.ciphertext)
    NationalId.objects.filter(pk=person.pk).update(ciphertext=theirs.ciphertext)

    with pytest.raises(AccountError, match="national_id_unreadable"):
        reveal(person, viewer)
    assert masked_national_ids([person.pk, other.pk]) == {person.pk: "*" * 12, other.pk: "*" * 12}
    assert not AuditEntry.objects.exists()


def test_with_the_wrong_key_pages_go_on_and_the_log_says_why(client, person, settings, caplog):
    give(person)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    settings.PERSONAL_DATA_KEYS = [secrets.token_bytes(32)]

    page = client.get(reverse("admin:accounts_nationalid_changelist"))

    assert page.status_code == HTTPStatus.OK
    assert "*" * 12 in page.content.decode()
    key = NationalId.objects.get().key_id
    assert caplog.messages == [
        f"the number of user {person.pk} cannot be read: PERSONAL_DATA_KEYS holds no key {key}"
    ]


def test_the_admin_shows_it_masked_and_lets_nobody_write_it(client, person):
    give(person, "003084000999")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    change = reverse("admin:accounts_nationalid_change", args=[person.pk])

    pages = [
        client.get(reverse("admin:accounts_nationalid_changelist"), {"q": person.full_name}),
        client.get(change),
        client.get(reverse("admin:accounts_user_change", args=[person.pk])),
        client.get(reverse("admin:accounts_nationalid_delete", args=[person.pk])),
        client.get(reverse("admin:accounts_nationalid_history", args=[person.pk])),
    ]

    assert [page.status_code for page in pages] == [HTTPStatus.OK] * 5
    html = " ".join(page.content.decode() for page in pages)
    assert html.count(STARS) == 2
    assert str(IdentityFinding.UNKNOWN_PROVINCE.label) in html
    assert "003084000999" not in html
    client.post(change, {"masked_number": NUMBER, "findings": "[]"})
    assert NationalId.objects.get().whole_number() == "003084000999"
    add = client.get(reverse("admin:accounts_nationalid_add"))
    assert add.status_code == HTTPStatus.FORBIDDEN


def test_nothing_of_a_number_is_logged(client, person, viewer, caplog):
    for name in ("", "django", "django.db.backends"):
        caplog.set_level(logging.DEBUG, name)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    with CaptureQueriesContext(connection):  # which logs every query
        give(person)
        for typed in ("87084000999", "0870840009990", "O87084000999"):
            with pytest.raises(AccountError):
                give(person, typed)
        assert find_by_cccd(NUMBER).get() == person
        reveal(person, viewer)
        client.get(reverse("admin:accounts_nationalid_change", args=[person.pk]))
        NationalId.objects.update(ciphertext=b"\x01")
        with pytest.raises(AccountError) as refusal:
            reveal(person, viewer)
    logging.getLogger("test").error("a fault", exc_info=refusal.value)

    assert "accounts_nationalid" in caplog.text
    assert "not what this version stores" in caplog.text
    assert "8708400" not in caplog.text


def test_the_number_goes_with_the_person(person):
    give(person)

    person.delete()

    assert not NationalId.objects.exists()


def test_setting_a_number_again_is_a_new_check(person):
    give(person)

    set_national_id(user=person, typed=NUMBER, at=NOON + timedelta(days=1))

    assert NationalId.objects.get().checked_at == NOON + timedelta(days=1)
