import pytest

from accounts.rules.names import person_name_key, person_name_skeleton
from contest.rules.integrity.evidence import Person, SignalKind
from contest.rules.integrity.names import same_identifiers, same_person_data, similar_names


def person(pk, name="Trần Văn Hoà", born="19051990", unit=1, **digests):
    return Person(pk, person_name_key(name), person_name_skeleton(name), born, unit, digests)


def told(evidence):
    return [(it.kind, it.participants, dict(it.facts)) for it in evidence]


def test_one_value_of_two_people_is_told_with_its_field():
    people = [person(1, phone="p"), person(2, phone="p", cccd="c"), person(3, phone="q")]

    (found,) = same_identifiers(people)

    assert (found.kind, found.participants) == (SignalKind.SAME_IDENTIFIER, (1, 2))
    assert found.facts == {"field": "phone", "count": 2}


def test_one_name_and_date_of_birth_links_whatever_the_units():
    people = [person(1), person(2, "Trần Văn Hòa", unit=2), person(3, born="19051991")]

    (found,) = same_person_data(people)

    assert (found.participants, found.facts["spelt_alike"]) == ((1, 2), True)


def test_other_marks_are_a_little_less_sure():
    (alike,) = same_person_data([person(1), person(2)])
    (unmarked,) = same_person_data([person(1), person(2, "Tran Van Hoa")])

    assert unmarked.facts["spelt_alike"] is False
    assert unmarked.score < alike.score


def test_namesakes_without_a_date_are_not_one_person():
    assert list(same_person_data([person(1, born=""), person(2, born="")])) == []


@pytest.mark.parametrize(
    ("other", "slip"),
    [
        (person(2, "Trần Văm Hoà"), "name"),
        (person(2, "Trần Vănn Hoà"), "name"),
        (person(2, "Trần Vna Hoà"), "name"),
        (person(2, "TrầnVăn Hoà"), "name"),
        (person(2, born="19051991"), "date"),
        (person(2, born="05191990"), "date"),
        (person(2, born=""), "no_date"),
    ],
)
def test_a_slip_within_a_unit_is_found(other, slip):
    assert told(similar_names([person(1), other])) == [
        (SignalKind.SIMILAR_NAME, (1, 2), {"slip": slip})
    ]


@pytest.mark.parametrize(
    "other",
    [
        person(2, "Trần Văm Hoà", unit=2),  # elsewhere
        person(2, "Trần Văm Hoà", born="20051990"),  # another date
        person(2, "Trần Thị Hoà"),  # another name
        person(2, born="19061991"),  # two digits
        person(2, "Trần Văm Hoà", unit=None),
    ],
)
def test_more_than_a_slip_is_another_person(other):
    assert list(similar_names([person(1), other])) == []


def test_a_short_name_has_no_room_for_a_slip():
    assert list(similar_names([person(1, "Lê An"), person(2, "Lê Ân Ý")])) == []
    assert list(similar_names([person(1, "Lê Anh"), person(2, "Lê Ánh B")])) == []
