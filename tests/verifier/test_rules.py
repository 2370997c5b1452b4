"""What the site seals by any of its rules, the verifier finds right: it shares no code with it."""

from datetime import date, timedelta
from random import Random

import pytest

from contest.models import Registration
from contest.services.awarding import PrizeDraft
from contest.services.predicting import settle_predictions
from contest.services.ruling import draw_lot
from tests.contest.sealing.results import (
    AFTER,
    file_of,
    juror,
    prize_board,
    sealed,
    sealed_contest,
    settled_contest,
    taken_over,
)
from tests.factories import (
    NOON,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)
from verifier.checking import check

pytestmark = pytest.mark.django_db

RULES = [
    {},
    {"attempts": "first"},
    {"attempts": "last", "chain": ["score", "earlier"]},
    {"attempts": "sum", "chain": ["score", "nearest", "time_used"]},
    {"attempts": "average", "chain": ["score", "nearest_below"]},
    {"rounds": "best_rounds", "best_rounds": 2},
    {"rounds": "best_rounds", "best_rounds": 1, "attempts": "first"},
    {"rounds": "separate", "chain": ["score", "nearest_below", "earlier", "lot"]},
    {"chain": ["score", "nearest", "older", "lot"]},
    {"chain": ["score", "time_used", "nearest_below", "earlier", "lot"]},
    {"chain": ["score"]},
]


def busy_contest(rules, *, scope="round"):
    """Three rounds, up to three attempts, few scores, guesses that are missing: many equals."""
    chance = Random(str(rules))
    contest = ContestFactory(name_display="hidden")
    RankingRulesFactory(contest=contest, **rules)
    divisions = DivisionFactory.create_batch(2, contest=contest, name="Cùng tên")
    people = [
        ParticipantFactory(contest=contest, division=chance.choice([*divisions, None]))
        for _person in range(9)
    ]
    Registration.objects.bulk_create(
        Registration(participant=it, born_on=date(1990, 1, 1), registered_at=NOON)
        for it in people[:4]
    )
    rounds = [RoundFactory(contest=contest, max_attempts=3) for _round in range(3)]
    for contest_round in rounds:
        PredictionQuestionFactory(round=contest_round, scope=scope)
        for person in people:
            for number in range(1, chance.choice([1, 2, 4])):
                SubmittedAttemptFactory(
                    round=contest_round,
                    participant=person,
                    number=number,
                    score=chance.choice([18, 20]),
                    elapsed_ms=chance.choice([1000, 2000]),
                    started_at=NOON + timedelta(minutes=number, seconds=chance.choice([0, 1])),
                    prediction=chance.choice([None, 5, 6, 9]),
                )
        settle_predictions(round_id=contest_round.pk, at=AFTER)
    if "lot" in rules.get("chain", ()):
        for contest_round in (rounds[0], None):  # the others' equals stay together
            draw_lot(
                contest_id=contest.pk,
                round_id=contest_round and contest_round.pk,
                number="58213",
                source="XSMT",
                actor=juror(),
                at=AFTER,
            )
    return contest


@pytest.mark.parametrize("scope", ["round", "division"])
@pytest.mark.parametrize("rules", RULES, ids=str)
def test_whatever_the_rules_the_file_agrees(rules, scope):
    contest = busy_contest(rules, scope=scope)

    for version in (sealed_contest(contest), sealed(contest.rounds.first())):
        for is_open in (True, False):
            assert check(file_of(version, is_open=is_open)).faults == []


def test_units_of_few_people_keep_their_points_to_themselves():
    version = sealed_contest(settled_contest(min_unit_size=9, name_display="hidden"))

    public = file_of(version, is_open=False)
    assert {row["points"] for row in public["units"]["giai/4"]} == {""}
    assert {row["unit"] for row in public["boards"]["hoi-thi"]} == {""}
    report = check(public)
    assert report.faults == []
    assert "units giai/4: means of units of few people are closed in this file" in report.unchecked
    assert check(file_of(version)).faults == []


def test_prizes_that_outnumber_the_people_are_sealed_as_they_were_given():
    contest = settled_contest()
    first = contest.rounds.first()
    third = [PrizeDraft("Giải Ba", 50, 0)]
    taken_over(prize_board(contest, first, name="Nhiều", prizes=third))

    file = file_of(sealed(first))

    lines = [row["what"] for row in file["prizes"]["giai/2"]]
    assert (lines.count("award"), lines.count("passed")) == (3, 4)
    assert check(file).faults == []
