"""The tree: who is below whom, moves, and that it cannot go round."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role, SuccessionKind
from accounts.models import AuditEntry, Unit, UnitMove
from accounts.policies import coordinated_units
from accounts.services.moving_units import move_unit
from accounts.services.succeeding_units import succeed_units
from accounts.units.errors import UnitError
from accounts.units.history import parents_on, units_above
from tests.factories import NOON, RoleGrantFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
DAY = timedelta(days=1)


def move(unit, parent, *, on=TODAY, actor=None):
    return move_unit(
        unit_id=unit.pk,
        parent_id=parent.pk if parent else None,
        on=on,
        reason="Quyết định 1/QĐ",
        actor=actor or UserFactory(),
        at=NOON,
    )


def refusal(deed, *args, **kwargs):
    with pytest.raises(UnitError) as refused:
        deed(*args, **kwargs)
    return refused.value.code


@pytest.fixture
def chain():
    top = UnitFactory(name="A")
    middle = UnitFactory(name="B", parent=top)
    return top, middle, UnitFactory(name="C", parent=middle)


def test_within_is_the_unit_and_all_below_in_one_query(chain, django_assert_num_queries):
    top, middle, leaf = chain
    UnitFactory(parent=UnitFactory())

    with django_assert_num_queries(1):
        assert set(Unit.objects.within(top)) == {top, middle, leaf}
    assert set(Unit.objects.within(middle)) == {middle, leaf}
    assert set(Unit.objects.within(Unit.objects.filter(name__in=["A", "C"]))) == set(chain)
    assert not Unit.objects.within(Unit.objects.none())


def test_coordinator_looks_after_the_branch_and_what_was_merged_into_it(
    chain, django_assert_num_queries
):
    _top, middle, leaf = chain
    gone, split = UnitFactory(name="cũ"), UnitFactory(name="chia tách")
    RoleGrantFactory(role=Role.COORDINATOR, unit=UnitFactory())  # somebody else
    facts = {"on": TODAY, "reason": "Nghị quyết", "actor": UserFactory(), "at": NOON}
    succeed_units(unit_ids=[gone.pk], successor_ids=[leaf.pk], kind=SuccessionKind.MERGED, **facts)
    succeed_units(
        unit_ids=[split.pk],
        successor_ids=[leaf.pk, UnitFactory().pk],
        kind=SuccessionKind.SPLIT,
        **facts,
    )
    coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=middle).user

    with django_assert_num_queries(1):
        assert set(coordinated_units(coordinator)) == {middle, leaf, gone}


def test_a_move_changes_the_tree_keeps_the_old_one_and_is_recorded(chain):
    _top, middle, leaf = chain
    actor, other = UserFactory(), UnitFactory()

    move(leaf, other, on=TODAY - 10 * DAY, actor=actor)
    move(leaf, None, on=TODAY - DAY, actor=actor)

    leaf.refresh_from_db()
    assert leaf.parent is None
    days = [TODAY - 11 * DAY, TODAY - 10 * DAY, TODAY - 2 * DAY, TODAY - DAY, TODAY]
    parents = [parents_on(day)[leaf.pk] for day in days]
    assert parents == [middle.pk, other.pk, other.pk, None, None]
    entry = AuditEntry.objects.filter(action="unit.move").latest("pk")
    assert (entry.actor, entry.target) == (actor, f"unit:{leaf.code}")
    assert entry.before == {"parent": other.code}
    assert entry.after == {"parent": "", "on": str(TODAY - DAY)}


def test_the_opposite_move_brings_the_tree_back(chain):
    _top, middle, leaf = chain
    move(leaf, UnitFactory())

    move(leaf, middle)

    assert {parents_on(day)[leaf.pk] for day in (TODAY - DAY, TODAY)} == {middle.pk}


def test_moves_that_are_refused(chain):
    top, middle, leaf = chain
    ended = UnitFactory(valid_to=TODAY - DAY)
    move(leaf, top)

    assert refusal(move, leaf, top) == "same_parent"
    assert refusal(move, top, leaf) == "goes_round"
    assert refusal(move, top, top) == "goes_round"
    assert refusal(move, leaf, ended) == "not_valid"
    assert refusal(move, leaf, middle, on=TODAY + DAY) == "in_future"
    assert refusal(move, leaf, middle, on=TODAY - DAY) == "moved_later"
    assert UnitMove.objects.count() == 1


def test_the_database_refuses_a_circle_whoever_writes_it(chain):
    top, middle, leaf = chain

    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=top.pk).update(parent=leaf)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=top.pk).update(parent=top)
    number = Unit.objects.latest("pk").pk + 10
    UnitFactory(pk=number, parent=leaf)

    assert units_above(Unit.objects.get(pk=number)) == [top, middle, leaf]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["service", "plain update"])
def test_two_moves_at_once_cannot_make_a_circle_together(deed):
    first, second = UnitFactory(), UnitFactory()
    actor = UserFactory()
    barrier = threading.Barrier(2)
    refused = []

    def work(unit, parent):
        try:
            barrier.wait(10)
            with transaction.atomic():
                if deed == "service":
                    move(unit, parent, actor=actor)
                else:
                    Unit.objects.filter(pk=unit.pk).update(parent=parent)
        except (UnitError, IntegrityError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refused) == 1
    assert Unit.objects.exclude(parent=None).count() == 1
