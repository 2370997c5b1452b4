import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.rules.lots import lot_of
from contest.rules.ranking import (
    Facts,
    Lead,
    Tried,
    joined_lead,
    over_rounds,
    person_result,
    rank,
    sort_key,
    standings,
    total,
)
from contest.rules.ranking_rules import KNOWN_AT_ONCE, Rules
from tests.factories.clock import NOON

SCORE, TIME, EARLIER = KNOWN_AT_ONCE
NEAREST, BELOW, LOT = Criterion.NEAREST, Criterion.NEAREST_BELOW, Criterion.LOT


def tried(person, score=10, elapsed_ms=60_000, minute=0, **more):
    more = {"round_id": 1, "number": 1, "code": f"CODE{person}"} | more
    return Tried(
        participant_id=person,
        score=Decimal(score),
        elapsed_ms=elapsed_ms,
        submitted_at=NOON + timedelta(minutes=minute),
        **more,
    )


def places(attempts, *chain, **facts):
    rules = Rules(chain=chain or KNOWN_AT_ONCE)
    ranked = standings(attempts, rules, Facts(**facts))
    return {it.result.participant_id: it.place for it in ranked}


def test_rank_by_score_then_time_used_then_earlier_submission():
    attempts = [
        tried(1, score=9, elapsed_ms=1),
        tried(2, elapsed_ms=50_000, minute=2),
        tried(3, elapsed_ms=50_000, minute=1),
        tried(4, elapsed_ms=49_999, minute=9),
    ]

    assert places(attempts) == {4: 1, 3: 2, 2: 3, 1: 4}


def test_rank_equal_results_share_a_place_and_the_next_counts_them():
    assert places([tried(1), tried(2), tried(3, score=9)]) == {1: 1, 2: 1, 3: 3}


def test_what_the_chain_does_not_ask_parts_nobody():
    quick_and_slow = [tried(1, elapsed_ms=1), tried(2, elapsed_ms=2)]

    assert places(quick_and_slow, SCORE) == {1: 1, 2: 1}
    assert places(quick_and_slow, SCORE, TIME) == {1: 1, 2: 2}


def test_the_order_of_the_chain_is_the_order_of_the_questions():
    attempts = [tried(1, elapsed_ms=9, minute=1), tried(2, elapsed_ms=1, minute=9)]

    assert places(attempts, SCORE, TIME, EARLIER) == {2: 1, 1: 2}
    assert places(attempts, SCORE, EARLIER, TIME) == {1: 1, 2: 2}


GUESSES = [
    tried(1, prediction=99),
    tried(2, prediction=102),
    tried(3, prediction=101),
    tried(4, prediction=None),
]


def test_nearest_prediction_goes_by_the_distance_on_either_side():
    assert places(GUESSES, SCORE, NEAREST, truths={(1, None): 100}) == {1: 1, 3: 1, 2: 3, 4: 4}


def test_nearest_below_puts_who_exceeded_with_those_who_said_nothing():
    assert places(GUESSES, SCORE, BELOW, truths={(1, None): 101}) == {3: 1, 1: 2, 2: 3, 4: 3}


def test_a_prediction_that_nobody_knows_the_answer_of_parts_nobody():
    assert places(GUESSES, SCORE, NEAREST) == {1: 1, 2: 1, 3: 1, 4: 1}


def test_each_division_may_have_an_answer_of_its_own():
    attempts = [tried(1, prediction=10), tried(2, prediction=10)]
    facts = {"truths": {(1, 7): 10, (1, 8): 14}, "divisions": {1: 8, 2: 7}}

    assert places(attempts, SCORE, NEAREST, **facts) == {2: 1, 1: 2}


def test_who_is_in_no_division_comes_after_those_whose_division_has_an_answer():
    attempts = [tried(1, prediction=10), tried(2, prediction=99)]
    facts = {"truths": {(1, 7): 10}, "divisions": {1: None, 2: 7}}

    assert places(attempts, SCORE, NEAREST, **facts) == {2: 1, 1: 2}


def test_distances_of_several_rounds_add_up():
    attempts = [
        tried(1, prediction=100),
        tried(1, prediction=195, round_id=2),
        tried(2, prediction=96),
        tried(2, prediction=202, round_id=2),
    ]

    ranked = standings(
        attempts,
        Rules(chain=(SCORE, NEAREST)),
        Facts(truths={(1, None): 100, (2, None): 200}),
    )

    assert [it.result.gap.distance for it in ranked] == [5, 6]


def test_age_ranks_the_older_or_the_younger_and_the_unknown_last():
    people = [tried(1), tried(2), tried(3)]
    birthdays = {1: date(1990, 1, 1), 2: date(1960, 1, 1)}

    assert places(people, SCORE, Criterion.OLDER, birthdays=birthdays) == {2: 1, 1: 2, 3: 3}
    assert places(people, SCORE, Criterion.YOUNGER, birthdays=birthdays) == {1: 1, 2: 2, 3: 3}


def test_the_lot_is_what_anybody_computes_from_the_number_and_the_code():
    # printf '%s' 12345:ABCDEFGHJK | sha256sum
    assert lot_of("12345", "ABCDEFGHJK") == (
        "81b55671a1523180aba435d53e02c2b8f41a86eab47495709f98e8a7d7f6dfc5"
    )


def test_lots_decide_once_they_are_drawn():
    people = [tried(person) for person in range(1, 6)]
    by_lot = sorted(range(1, 6), key=lambda person: lot_of("2026", f"CODE{person}"))

    assert places(people, SCORE, LOT) == dict.fromkeys(range(1, 6), 1)
    drawn = places(people, SCORE, LOT, lot_number="2026")
    assert drawn == {person: index for index, person in enumerate(by_lot, start=1)}


SEVERAL = [
    tried(1, score=10, elapsed_ms=90, minute=1, number=1, prediction=1),
    tried(1, score=20, elapsed_ms=80, minute=2, number=2, prediction=2),
    tried(1, score=16, elapsed_ms=31, minute=3, number=3, prediction=3),
]


@pytest.mark.parametrize(
    ("policy", "score", "elapsed_ms", "minute", "distance"),
    [
        (AttemptPolicy.BEST, "20", 80, 2, 2),
        (AttemptPolicy.FIRST, "10", 90, 1, 1),
        (AttemptPolicy.LAST, "16", 31, 3, 3),
        (AttemptPolicy.SUM, "46", 201, 3, 3),
        (AttemptPolicy.AVERAGE, "15.33", 67, 3, 3),
    ],
)
def test_which_attempt_counts_and_with_it_its_prediction(
    policy, score, elapsed_ms, minute, distance
):
    rules = Rules(chain=(SCORE, NEAREST), attempts=policy)

    result = person_result(SEVERAL, rules, Facts(truths={(1, None): 0}))

    assert (result.score, result.elapsed_ms) == (Decimal(score), elapsed_ms)
    assert result.submitted_at == NOON + timedelta(minutes=minute)
    assert result.gap.distance == distance


def test_the_best_attempt_is_not_the_one_with_the_nearest_prediction():
    early = tried(1, minute=1, number=1, prediction=50)
    near = tried(1, minute=2, number=2, prediction=100)
    rules = Rules(chain=(SCORE, NEAREST, EARLIER))

    result = person_result([near, early], rules, Facts(truths={(1, None): 100}))

    assert result.gap.distance == 50


def test_a_mean_rounds_halves_up():
    attempts = [
        tried(1, score="0.01", elapsed_ms=1),
        tried(1, score="0.00", elapsed_ms=2, number=2),
    ]

    mean = person_result(attempts, Rules(attempts=AttemptPolicy.AVERAGE))

    assert (mean.score, mean.elapsed_ms) == (Decimal("0.01"), 2)


def test_total_adds_scores_and_times_and_keeps_the_last_submission():
    parts = [tried(1, score=9, minute=5), tried(1, score=8, minute=3, round_id=2)]

    both = person_result(parts)

    assert (both.score, both.elapsed_ms) == (17, 120_000)
    assert both.submitted_at == NOON + timedelta(minutes=5)
    assert both.codes == ("CODE1", "CODE1")


def test_only_the_best_rounds_count_where_the_rules_say_so():
    scores = {1: 5, 2: 9, 3: 8, 4: 9}
    parts = [tried(1, score=score, round_id=pk) for pk, score in scores.items()]
    rules = Rules(rounds=RoundsPolicy.BEST_ROUNDS, best_rounds=3)

    assert person_result(parts, rules).score == 26
    assert person_result(parts[:2], rules).score == 14


@pytest.mark.parametrize(
    ("better", "worse", "lead"),
    [
        ({"score": "18.5"}, {"score": 17}, Lead(SCORE, Decimal("1.5"))),
        ({"elapsed_ms": 57_000}, {"elapsed_ms": 60_000}, Lead(TIME, 3000)),
        ({"minute": 1}, {"minute": 3}, Lead(EARLIER, timedelta(minutes=2))),
        ({"prediction": 95}, {"prediction": 117}, Lead(NEAREST, 12)),
        ({"prediction": 95}, {}, Lead(NEAREST, None)),
        ({}, {}, None),
    ],
)
def test_each_rank_says_what_parts_it_from_the_next_and_by_how_much(better, worse, lead):
    attempts = [tried(1, **better), tried(2, **worse)]
    rules = Rules(chain=(SCORE, NEAREST, TIME, EARLIER))

    first, last = standings(attempts, rules, Facts(truths={(1, None): 100}))

    assert (first.lead, last.lead) == (lead, None)


# whatever there is --------------------------------------------------------------------------------

ATTEMPTS = st.lists(
    st.builds(
        Tried,
        participant_id=st.integers(1, 8),
        round_id=st.integers(1, 3),
        number=st.integers(1, 3),
        score=st.integers(0, 400).map(lambda hundredths: Decimal(hundredths).scaleb(-2)),
        elapsed_ms=st.integers(0, 3),
        submitted_at=st.integers(0, 2).map(lambda minute: NOON + timedelta(minutes=minute)),
        prediction=st.none() | st.integers(0, 4),
        code=st.sampled_from("ABC"),
    ),
    unique_by=lambda it: (it.participant_id, it.round_id, it.number),
)
CHAINS = st.permutations([TIME, EARLIER, NEAREST, Criterion.OLDER]).flatmap(
    lambda rest: st.integers(0, len(rest)).map(lambda length: (SCORE, *rest[:length]))
)
RULES = st.builds(
    Rules,
    chain=CHAINS | CHAINS.map(lambda chain: (*chain, LOT)),
    attempts=st.sampled_from(AttemptPolicy),
    rounds=st.just(RoundsPolicy.SUM),
) | st.builds(
    Rules, chain=CHAINS, rounds=st.just(RoundsPolicy.BEST_ROUNDS), best_rounds=st.integers(1, 2)
)
FACTS = st.builds(
    Facts,
    truths=st.dictionaries(
        st.tuples(st.integers(1, 3), st.none() | st.integers(1, 2)), st.integers(0, 4)
    ),
    divisions=st.dictionaries(st.integers(1, 8), st.integers(1, 2)),
    birthdays=st.dictionaries(
        st.integers(1, 8), st.sampled_from([date(1990, 1, 1), date(1991, 1, 1)])
    ),
    lot_number=st.sampled_from(["", "7"]),
)


@given(ATTEMPTS, RULES, FACTS, st.integers())
def test_the_order_of_the_input_does_not_matter(attempts, rules, facts, seed):
    shuffled = list(attempts)
    random.Random(seed).shuffle(shuffled)

    # codes are printed in the order of the attempts, and are not compared
    assert standings(shuffled, rules, facts) == standings(attempts, rules, facts)


@given(ATTEMPTS, RULES, FACTS)
def test_place_is_one_more_than_the_number_of_better_people(attempts, rules, facts):
    ranked = standings(attempts, rules, facts)

    keys = [sort_key(it.result, rules.chain) for it in ranked]
    assert [it.place for it in ranked] == [1 + sum(key < own for key in keys) for own in keys]
    assert {it.result.participant_id for it in ranked} == {it.participant_id for it in attempts}


@given(ATTEMPTS, RULES, FACTS)
def test_neighbours_are_tied_exactly_when_nothing_leads(attempts, rules, facts):
    for one, other in pairwise(standings(attempts, rules, facts)):
        assert (one.place == other.place) == (one.lead is None)
        assert one.place <= other.place


@given(ATTEMPTS, RULES, FACTS)
def test_a_lead_names_the_first_criterion_that_differs(attempts, rules, facts):
    for one, other in pairwise(standings(attempts, rules, facts)):
        if one.lead is None:
            continue
        until = rules.chain[: rules.chain.index(one.lead.criterion)]
        assert sort_key(one.result, until) == sort_key(other.result, until)
        by_it = [one.lead.criterion]
        assert sort_key(one.result, by_it) < sort_key(other.result, by_it)


@given(ATTEMPTS, RULES, FACTS)
def test_leaving_a_person_out_moves_nobody_past_another(attempts, rules, facts):
    ranked = standings(attempts, rules, facts)
    for gone in {it.participant_id for it in attempts}:
        rest = standings([it for it in attempts if it.participant_id != gone], rules, facts)
        order = [it.result.participant_id for it in ranked if it.result.participant_id != gone]
        assert [it.result.participant_id for it in rest] == order


@given(ATTEMPTS, RULES, FACTS, st.sets(st.integers(1, 6)))
def test_leads_of_some_among_themselves_follow_from_those_of_all(attempts, rules, facts, some):
    everybody = standings(attempts, rules, facts)
    places = [at for at, it in enumerate(everybody) if it.result.participant_id in some]

    joined = [
        joined_lead([it.lead for it in everybody[one:other]], rules.chain)
        for one, other in pairwise(places)
    ]

    among = rank([everybody[at].result for at in places], rules.chain)
    assert joined == [it.lead for it in among[:-1]]


def test_rank_of_results_is_that_of_their_attempts():
    results = [person_result([tried(1)]), person_result([tried(2, score=11)])]

    assert [it.result.participant_id for it in rank(results)] == [2, 1]
    assert over_rounds(results[:1]) == total(results[:1])
    assert replace(results[0], codes=()) == results[0]
