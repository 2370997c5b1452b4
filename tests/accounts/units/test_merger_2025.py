"""Mergers and ends: what moves, what stays, and the way back."""

from datetime import timedelta

import pytest

from accounts.enums import Role, SuccessionKind as Kind, UnitKind
from accounts.models import AuditEntry, RoleGrant, Unit, UnitSuccession, User
from accounts.queries import units_matching
from accounts.services.moving_units import move_unit
from accounts.services.succeeding_units import succeed_units, undo_succession
from accounts.units.effects import move_effect, succession_effect
from accounts.units.errors import UnitError
from accounts.units.history import current_unit, current_units, parents_on
from tests.accounts.units.merger import BEGIN, INTO_ONE, LAST, before_2025, merge_2025, unit
from tests.factories import NOON, ParticipantFactory, RoleGrantFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def actor():
    return UserFactory()


@pytest.fixture
def province(actor):
    before_2025()
    merge_2025(actor)


def end(units, successors, kind, actor, *, on=BEGIN):
    return succeed_units(
        unit_ids=[it.pk for it in units],
        successor_ids=[it.pk for it in successors],
        kind=kind,
        on=on,
        reason="Nghị quyết",
        actor=actor,
        at=NOON,
    )


def refusal(deed, *args, **kwargs):
    with pytest.raises(UnitError) as refused:
        deed(*args, **kwargs)
    return refused.value.code


def test_the_district_level_ends_without_touching_the_code(province):
    districts = Unit.objects.filter(kind=UnitKind.DISTRICT)

    assert districts.valid_on(day=LAST).count() == 11
    assert districts.valid_on(day=BEGIN).count() == 0
    assert [it.kind for it in units_matching("ke sach")].count(UnitKind.DISTRICT) == 0


@pytest.mark.parametrize("code", INTO_ONE)
def test_a_merged_unit_inherits_several(province, code):
    for old in INTO_ONE[code]:
        assert current_unit(unit(old), on=LAST) == unit(old)
        assert current_unit(unit(old), on=BEGIN) == unit(code)


def test_a_dissolved_unit_has_no_heir_and_a_split_one_several(province, actor):
    assert current_units(unit("ubnd-tran-de"), on=BEGIN) == []
    assert current_unit(unit("ubnd-tran-de"), on=BEGIN) is None
    old, first, second = UnitFactory(), UnitFactory(), UnitFactory()
    end([old], [first, second], Kind.SPLIT, actor)

    assert current_units(old, on=BEGIN) == [first, second]
    assert current_unit(old, on=BEGIN) is None
    assert current_unit(old, on=LAST) == old


def test_successions_are_followed_through_several_steps(actor):
    first, second, third = UnitFactory(), UnitFactory(), UnitFactory()
    end([first], [second], Kind.RENAMED, actor)
    end([second], [third], Kind.MERGED, actor, on=BEGIN + DAY)

    assert current_unit(first, on=BEGIN) == second
    assert current_unit(first, on=BEGIN + DAY) == third


def test_a_merger_hands_over_people_and_the_units_below_but_no_result_and_no_right(actor):
    old, new = UnitFactory(), UnitFactory()
    child, person = UnitFactory(parent=old), UserFactory(unit=old)
    participant = ParticipantFactory(user=person)
    grant = RoleGrantFactory(role=Role.COORDINATOR, unit=old)

    end([old], [new], Kind.MERGED, actor)

    assert User.objects.get(pk=person.pk).unit == new
    participant.refresh_from_db()
    assert participant.unit == old
    assert RoleGrant.objects.get(pk=grant.pk).unit == old
    assert (parents_on(LAST)[child.pk], parents_on(BEGIN)[child.pk]) == (old.pk, new.pk)
    assert Unit.objects.get(pk=old.pk).valid_to == LAST
    entry = AuditEntry.objects.get(action="unit.succession")
    assert entry.target == f"unit:{old.code}"
    assert entry.after == {
        "kind": "merged",
        "on": "2025-07-01",
        "successors": [new.code],
        "people": 1,
        "children": 1,
    }


def test_a_split_leaves_people_and_the_units_below_where_they_are(actor):
    old = UnitFactory()
    child, person = UnitFactory(parent=old), UserFactory(unit=old)

    end([old], [UnitFactory(), UnitFactory()], Kind.SPLIT, actor)

    child.refresh_from_db()
    assert child.parent == old
    assert User.objects.get(pk=person.pk).unit == old


def test_an_undone_merger_leaves_everything_as_it_was(actor):
    old, new = UnitFactory(valid_to=NOON.date()), UnitFactory()
    child, person = UnitFactory(parent=old), UserFactory(unit=old)
    gone_on, own = UserFactory(unit=old), UserFactory(unit=new)
    end([old], [new], Kind.MERGED, actor)
    User.objects.filter(pk=gone_on.pk).update(unit=child)

    undo_succession(unit_id=old.pk, reason="Ghi nhầm", actor=actor, at=NOON)

    assert not UnitSuccession.objects.exists()
    assert Unit.objects.get(pk=old.pk).valid_to == NOON.date()
    units = dict(User.objects.values_list("pk", "unit_id"))
    assert (units[person.pk], units[gone_on.pk], units[own.pk]) == (old.pk, child.pk, new.pk)
    assert {parents_on(day)[child.pk] for day in (LAST, BEGIN, NOON.date())} == {old.pk}
    assert AuditEntry.objects.filter(action="unit.succession_undo").count() == 1
    assert (
        refusal(undo_succession, unit_id=old.pk, reason="Lại", actor=actor, at=NOON) == "not_ended"
    )


def test_ends_that_are_refused_and_leave_nothing(actor):
    old, new = UnitFactory(), UnitFactory()
    child = UnitFactory(parent=old)
    later = UnitFactory(valid_from=BEGIN + DAY)
    ended = UnitFactory(valid_to=LAST - DAY)

    assert refusal(end, [old], [], Kind.MERGED, actor) == "heirs_do_not_fit"
    assert refusal(end, [old], [new], Kind.DISSOLVED, actor) == "heirs_do_not_fit"
    assert refusal(end, [old], [later], Kind.MERGED, actor) == "not_valid"
    assert refusal(end, [old], [child], Kind.MERGED, actor) == "below"
    assert refusal(end, [old], [old], Kind.MERGED, actor) == "below"
    assert refusal(end, [later], [new], Kind.MERGED, actor) == "too_early"
    assert refusal(end, [ended], [new], Kind.MERGED, actor) == "ended"
    assert refusal(end, [old], [new], Kind.MERGED, actor, on=NOON.date() + DAY) == "in_future"
    assert refusal(end, [old, ended], [new], Kind.MERGED, actor) == "ended"
    assert not UnitSuccession.objects.exists()


def test_a_unit_ends_once_and_nobody_inherits_from_an_heir(actor):
    old, new = UnitFactory(), UnitFactory()
    end([old], [new], Kind.MERGED, actor)

    assert refusal(end, [old], [UnitFactory()], Kind.MERGED, actor) == "ended"
    Unit.objects.filter(pk=old.pk).update(valid_to=None)
    assert refusal(end, [new], [old], Kind.MERGED, actor) == "goes_round"


def test_effects_are_what_would_change(actor):
    old, new = UnitFactory(), UnitFactory()
    child = UnitFactory(parent=old)
    ParticipantFactory(user=UserFactory(unit=old))
    UserFactory(unit=child)
    RoleGrantFactory(role=Role.COORDINATOR, unit=old, user=UserFactory(unit=new))

    ending = succession_effect([old], [new], kind=Kind.MERGED)
    moving = move_effect(old, new)

    assert (ending.people, ending.children, ending.coordinators, ending.moves) == (1, 1, 1, True)
    assert [(kept.label, kept.count) for kept in ending.kept] == [("người dự thi", 1)]
    assert (moving.units, moving.people, moving.coordinators) == (2, 2, 1)


def test_an_undone_split_or_dissolution_gives_the_unit_its_days_back(actor):
    split, dissolved = UnitFactory(), UnitFactory()
    end([split], [UnitFactory(), UnitFactory()], Kind.SPLIT, actor)
    end([dissolved], [], Kind.DISSOLVED, actor)

    for each in (split, dissolved):
        undo_succession(unit_id=each.pk, reason="Ghi nhầm", actor=actor, at=NOON)

    assert not UnitSuccession.objects.exists()
    assert Unit.objects.filter(pk__in=[split.pk, dissolved.pk], valid_to=None).count() == 2


def test_a_child_that_was_moved_on_since_stays_there_when_a_merger_is_undone(actor):
    old, new, other = UnitFactory(), UnitFactory(), UnitFactory()
    child = UnitFactory(parent=old)
    end([old], [new], Kind.MERGED, actor)
    move_unit(
        unit_id=child.pk, parent_id=other.pk, on=NOON.date(), reason="QĐ", actor=actor, at=NOON
    )

    undo_succession(unit_id=old.pk, reason="Ghi nhầm", actor=actor, at=NOON)

    assert Unit.objects.get(pk=child.pk).parent == other


def test_a_split_needs_two_heirs_and_says_so(actor):
    with pytest.raises(UnitError) as refused:
        end([UnitFactory()], [UnitFactory()], Kind.SPLIT, actor)

    assert refused.value.message == "Chia tách cần ít nhất hai đơn vị kế thừa."
