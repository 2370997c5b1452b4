import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from accounts.enums import PersonKind, Sex
from accounts.models import NationalId
from contest.enums import OnRepeat, PersonField, RegisteredBy
from contest.errors import ContestError
from contest.models import EligibleKind, Identifier, Participant, UnitCondition
from contest.registration.registering import Entry, IdentifierTaken, register
from contest.services.starting import start_attempt
from tests.contest.papers import playable_round
from tests.factories import (
    NOON,
    AskedFieldFactory,
    ConsentTextFactory,
    ContestFactory,
    RegistrationRulesFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CCCD = "094090000999"  # Sóc Trăng, a man born in 1990
ENTRY = Entry(
    full_name="Trần Văn Hoà",
    kind=PersonKind.OFFICIAL,
    born_on=date(1990, 5, 19),
    sex=Sex.MALE,
    cccd=CCCD,
)


@pytest.fixture
def contest():
    """Asks for the CCCD, once each."""
    contest = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD)
    return contest


def enter(contest, *, user=None, entry=ENTRY, **more):
    return register(contest=contest, user=user or UserFactory(), entry=entry, at=NOON, **more)


def test_register_keeps_what_was_said_and_encrypts_the_number(contest):
    unit, consent = UnitFactory(), ConsentTextFactory(contest=contest)

    participant = enter(
        contest, entry=replace(ENTRY, unit=unit, position="Chuyên viên", consent=consent)
    )

    said = participant.registration
    assert (participant.full_name, participant.unit, participant.is_confirmed) == (
        "Trần Văn Hoà",
        unit,
        True,
    )
    assert (said.born_on, said.sex, said.position) == (date(1990, 5, 19), "male", "Chuyên viên")
    assert (said.consent, said.consented_at, said.findings) == (consent, NOON, [])
    assert NationalId.objects.get(user=participant.user).whole_number() == CCCD


def test_what_is_odd_about_a_number_is_kept_and_does_not_lock_out(contest):
    participant = enter(contest, entry=replace(ENTRY, sex=Sex.FEMALE, born_on=date(1991, 1, 1)))

    assert participant.registration.findings == ["sex_differs", "birth_year_differs"]


def test_a_second_person_with_the_same_cccd_is_refused_and_leaves_nothing(contest):
    enter(contest)
    second = UserFactory(full_name="Lê Thị Khác")

    with pytest.raises(IdentifierTaken) as refusal:
        enter(contest, user=second)

    assert refusal.value.field is PersonField.CCCD
    assert "Trần Văn Hoà" not in refusal.value.message
    assert Participant.objects.filter(contest=contest).count() == 1
    assert not NationalId.objects.filter(user=second).exists()


def test_the_same_cccd_in_another_contest_is_nothing_to_it(contest):
    enter(contest)
    other = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=other, field=PersonField.CCCD)

    assert enter(other).contest == other


def test_a_contest_may_take_a_repeated_cccd_and_flag_it():
    contest = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD, on_repeat=OnRepeat.FLAG)

    enter(contest)
    enter(contest)

    assert list(Identifier.objects.values_list("is_exclusive", flat=True)) == [False, False]


def test_a_phone_number_is_one_persons_only_once_it_is_verified():
    contest = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=contest, field=PersonField.PHONE)
    entry = replace(ENTRY, cccd="", phone="+84912345678")
    parent = UserFactory(phone="+84912345678", phone_verified=True)

    enter(contest, entry=entry)  # who merely typed it holds nothing
    enter(contest, user=parent, entry=entry)

    exclusive = Identifier.objects.filter(is_exclusive=True)
    assert [it.participant.user for it in exclusive] == [parent]


def test_before_the_first_paper_an_entry_may_be_corrected():
    contest_round = playable_round()
    contest = RegistrationRulesFactory(contest=contest_round.contest).contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD)
    user = UserFactory()
    first = enter(contest, user=user)

    second = enter(contest, user=user, entry=replace(ENTRY, full_name="Trần Văn Hòa"))
    start_attempt(contest_round=contest_round, user=user, at=NOON)
    with pytest.raises(ContestError) as refusal:
        enter(contest, user=user)

    assert second == first
    assert (second.full_name, refusal.value.code) == ("Trần Văn Hòa", "registration_fixed")


def test_a_number_that_is_not_typed_again_still_identifies(contest):
    user = UserFactory()
    enter(contest, user=user)

    enter(contest, user=user, entry=replace(ENTRY, cccd=""))
    with pytest.raises(IdentifierTaken):
        enter(contest)

    assert Identifier.objects.filter(participant__user=user, field=PersonField.CCCD).count() == 1


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (replace(ENTRY, born_on=date(2010, 1, 1)), "từ đủ 18 tuổi"),
        (replace(ENTRY, kind=PersonKind.CITIZEN), "không dành cho đối tượng này"),
    ],
)
def test_who_is_not_eligible_is_told_why(entry, told):
    contest = RegistrationRulesFactory(min_age=18).contest
    EligibleKind.objects.create(contest=contest, kind=PersonKind.OFFICIAL)

    with pytest.raises(ContestError) as refusal:
        enter(contest, entry=entry)

    assert refusal.value.code == "not_eligible"
    assert told in refusal.value.message
    assert not Participant.objects.exists()


def test_a_unit_condition_holds_for_the_units_below(contest):
    province, school = UnitFactory(), UnitFactory()
    school.parent = UnitFactory(parent=province)
    school.save(update_fields=["parent"])
    UnitCondition.objects.create(contest=contest, unit=province, is_admitted=True)

    assert enter(contest, entry=replace(ENTRY, unit=school)).unit == school
    with pytest.raises(ContestError):
        enter(contest, entry=replace(ENTRY, unit=UnitFactory(), cccd="094090000998"))


def test_nobody_starts_unregistered_or_unconfirmed():
    contest_round = playable_round()
    contest = RegistrationRulesFactory(contest=contest_round.contest).contest
    stranger, on_a_list = UserFactory(), UserFactory()
    enter(contest, user=on_a_list, by=RegisteredBy.LIST)

    for user in (stranger, on_a_list):
        with pytest.raises(ContestError) as refusal:
            start_attempt(contest_round=contest_round, user=user, at=NOON)
        assert refusal.value.code == "not_registered"

    enter(contest, user=on_a_list)
    assert start_attempt(contest_round=contest_round, user=on_a_list, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_thousand_registrations_at_once_with_one_cccd_make_one_participant():
    contest = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD)
    users = UserFactory.create_batch(1000, unit=UnitFactory(), password=None)
    waiting, refused, others = list(users), [], []
    barrier = threading.Barrier(20)

    def enter_some():
        barrier.wait()
        try:
            while waiting:
                try:
                    enter(contest, user=waiting.pop())
                except IdentifierTaken as refusal:
                    refused.append(refusal)
                except IndexError:
                    return
                except Exception as error:
                    others.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter_some) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert others == []
    assert len(refused) == 999
    assert Participant.objects.filter(contest=contest).count() == 1
    assert Identifier.objects.filter(contest=contest).count() == 1
    assert NationalId.objects.count() == 1


def test_a_contest_without_rules_takes_people_as_they_are():
    contest_round = playable_round()

    attempt = start_attempt(contest_round=contest_round, user=UserFactory(), at=NOON)

    assert attempt.participant.is_confirmed
    assert not ContestFactory().asked_fields.exists()
