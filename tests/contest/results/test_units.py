from decimal import Decimal

import pytest

from contest.results.queries import round_standings
from contest.results.units import participation_rate, unit_rows
from tests.factories import ParticipantFactory, RoundFactory, SubmittedAttemptFactory, UnitFactory


@pytest.mark.parametrize(
    ("persons", "headcount", "rate"),
    [
        (0, 10, Decimal(0)),
        (5945, 25980, Decimal("0.2288")),
        (10, 10, Decimal(1)),
        (11, 10, Decimal("1.1")),
        (3, 0, None),
        (3, None, None),
    ],
)
def test_participation_rate(persons, headcount, rate):
    assert participation_rate(persons, headcount) == rate


@pytest.mark.django_db
def test_unit_rows_count_persons_and_keep_empty_units():
    contest_round = RoundFactory()
    busy, quiet = UnitFactory(), UnitFactory()
    for score in (10, 15):
        person = ParticipantFactory(contest=contest_round.contest, unit=busy)
        SubmittedAttemptFactory(round=contest_round, participant=person, score=score)
    SubmittedAttemptFactory(round=contest_round, score=12)  # of a unit not asked for

    first, second = unit_rows(round_standings(contest_round).rows, [busy, quiet], {busy.pk: 4})

    assert (first.name, first.person_count, first.rate) == (busy.name, 2, Decimal("0.5"))
    assert (first.mean_score, first.best_place) == (Decimal("12.50"), 1)
    assert (second.person_count, second.rate) == (0, None)
    assert (second.mean_score, second.best_place) == (None, None)
