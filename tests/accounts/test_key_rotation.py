"""New keys: everything readable before, during and after; what was interrupted goes on."""

import secrets

import pytest
from django.core.management import CommandError, call_command

from accounts.checks import national_ids_are_usable
from accounts.encryption import key_id
from accounts.models import NationalId
from accounts.queries import find_by_cccd
from accounts.services.identity import set_national_id
from accounts.services.key_rotation import Rotation, rotate_keys
from accounts.signals import national_ids_indexed
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db

NUMBERS = ["087084000990", "087084000991", "087084000992", "087084000993", "087084000994"]


@pytest.fixture
def people():
    people = [UserFactory() for _number in NUMBERS]
    for person, number in zip(people, NUMBERS, strict=True):
        set_national_id(user=person, typed=number, at=NOON)
    return people


@pytest.fixture
def new_key(people, settings):
    """Put before the key that everything is encrypted with."""
    key = secrets.token_bytes(32)
    settings.PERSONAL_DATA_KEYS = [key, *settings.PERSONAL_DATA_KEYS]
    return key


@pytest.fixture
def new_index_key(people, settings):
    settings.BLIND_INDEX_KEY = secrets.token_bytes(32)


def rotate(*options, capsys=None):
    call_command("rotate_personal_data_keys", *options)
    return capsys.readouterr().out.splitlines() if capsys else None


def stored():
    return [national_id.whole_number() for national_id in NationalId.objects.order_by("pk")]


def warnings():
    return [found.id for found in national_ids_are_usable(databases=["default"])]


def test_rotation_puts_everything_under_the_new_key(new_key, settings, capsys):
    assert stored() == NUMBERS

    lines = rotate("--batch", "2", capsys=capsys)

    assert lines == ["2 of 5", "4 of 5", "5 of 5", "rewritten: 5"]
    settings.PERSONAL_DATA_KEYS = [new_key]
    assert stored() == NUMBERS
    assert warnings() == []
    assert set(NationalId.objects.values_list("key_id", flat=True)) == {key_id(new_key)}


def test_rotation_again_does_nothing(new_key, capsys):
    rotate(capsys=capsys)
    before = list(NationalId.objects.order_by("pk").values_list("ciphertext", flat=True))

    assert rotate("--index", capsys=capsys) == ["rewritten: 0"]
    after = list(NationalId.objects.order_by("pk").values_list("ciphertext", flat=True))
    assert list(map(bytes, after)) == list(map(bytes, before))


def test_an_interrupted_rotation_goes_on_where_it_stopped(new_key):
    first = next(rotate_keys(with_index=False, batch_size=2))
    assert first == Rotation(rewritten=2, unreadable=0, stale_count=5)
    assert stored() == NUMBERS  # half and half

    rest = list(rotate_keys(with_index=False, batch_size=2))

    assert rest[-1] == Rotation(rewritten=3, unreadable=0, stale_count=3)
    assert stored() == NUMBERS


def test_rotation_leaves_the_index_alone(new_key, people):
    rotate()

    assert [find_by_cccd(number).get() for number in NUMBERS] == people


def test_what_no_key_opens_stays_and_ends_with_an_error(new_key, people, settings, capsys):
    NationalId.objects.filter(pk=people[0].pk).update(ciphertext=b"\x01damaged")

    with pytest.raises(CommandError, match="1 rows cannot be decrypted"):
        rotate("--batch", "1")

    assert capsys.readouterr().out.splitlines()[-1] == "rewritten: 4"
    settings.PERSONAL_DATA_KEYS = [new_key]
    assert warnings() == ["accounts.W003"]
    assert NationalId.objects.exclude(pk=people[0].pk).unreadable().count() == 0


def test_a_new_index_key_finds_nobody_and_is_warned_of_until_indexed(people, new_index_key):
    assert list(find_by_cccd(NUMBERS[0])) == []
    assert warnings() == ["accounts.W002"]

    rotate()
    assert warnings() == ["accounts.W002"]
    rotate("--index", "--batch", "2")

    assert warnings() == []
    assert [find_by_cccd(number).get() for number in NUMBERS] == people


def test_copies_of_the_index_move_along_or_the_batch_stays_as_it_was(people, new_index_key):
    def refuse_later_ones(indexes, **_kwargs):
        told.append(dict(indexes))
        if len(told) == 2:
            raise RuntimeError("the copy cannot follow")

    told = []
    national_ids_indexed.connect(refuse_later_ones)
    try:
        with pytest.raises(RuntimeError):
            rotate("--index", "--batch", "3")
        assert NationalId.objects.indexed_otherwise().count() == 2
        rotate("--index", "--batch", "3")
    finally:
        national_ids_indexed.disconnect(refuse_later_ones)

    assert [list(indexes) for indexes in told] == [
        [person.pk for person in part] for part in (people[:3], people[3:], people[3:])
    ]
    indexes = dict(NationalId.objects.values_list("pk", "blind_index"))
    assert told[0] | told[2] == indexes


def test_a_batch_holds_at_least_one_row():
    with pytest.raises(CommandError, match="at least 1"):
        rotate("--batch", "0")


def test_a_row_moved_under_another_owner_is_not_rewritten(new_key, people):
    NationalId.objects.filter(pk=people[1].pk).update(
        ciphertext=NationalId.objects.get(pk=people[0].pk).ciphertext
    )

    with pytest.raises(CommandError, match="1 rows"):
        rotate()
