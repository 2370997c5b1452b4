"""Boards that were sealed wrong: their digests agree, their rules do not."""

import pytest

from verifier.report import Report
from verifier.standings import check_attempts, check_order

RULES = {"chain": ["score", "time_used", "earlier"], "attempts": "best", "rounds": "sum"}
AT = "2026-09-15T05:05:0{}.000000Z"


def row(n, place, score="10.00", elapsed_ms=1000, second=0, attempts=(1,), person=1):
    return {
        "n": n,
        "place": place,
        "score": score,
        "max_score": "20.00",
        "correct_count": 1,
        "elapsed_ms": elapsed_ms,
        "submitted_at": AT.format(second),
        "attempts": list(attempts),
        "open": {"person": person},
    }


def receipt(person=1, score="10.00", elapsed_ms=1000, second=0, counted=True, of="tuan-1"):
    return {
        "person": person,
        "score": score,
        "max_score": "20.00",
        "correct_count": 1,
        "elapsed_ms": elapsed_ms,
        "submitted_at": AT.format(second),
        "counted": counted,
        "round": of,
    }


def order_faults(rows, **rules):
    report = Report()
    check_order("board", rows, RULES | rules, report)
    return report.faults


def attempt_faults(rows, receipts, slugs=("tuan-1",), **rules):
    report = Report()
    board = {"rules": RULES | rules, "rounds": slugs}
    check_attempts("board", rows, board, receipts, report)
    return report.faults


def test_right_order_with_equals_is_left_alone():
    rows = [row(1, 1), row(2, 1), row(3, 3, elapsed_ms=1001), row(4, 4, score="9.99")]

    assert order_faults(rows) == []


@pytest.mark.parametrize(
    "worse",
    [{"score": "9.00"}, {"elapsed_ms": 1001}, {"second": 1}],
)
def test_the_better_row_stands_first(worse):
    assert order_faults([row(1, 1, **worse), row(2, 2)]) == ["board: row 2 is better than row 1"]


def test_scores_are_compared_as_numbers():
    assert order_faults([row(1, 1, score="10.00"), row(2, 2, score="9.00")]) == []


@pytest.mark.parametrize(
    ("places", "fault"),
    [
        ((1, 2, 3), "board: row 2 stands in place 2, it should be 1"),
        ((1, 1, 2), "board: row 3 stands in place 2, it should be 3"),
    ],
)
def test_equals_share_a_place_and_the_next_counts_them(places, fault):
    rows = [row(1, places[0]), row(2, places[1]), row(3, places[2], score="1.00")]

    assert order_faults(rows) == [fault]


def test_criteria_that_are_not_known_are_named_and_leave_equals_open():
    report = Report()
    rows = [row(1, 1), row(2, 2), row(3, 2)]

    check_order("board", rows, RULES | {"chain": ["score", "nearest", "time_used"]}, report)

    assert report.faults == []
    assert report.unchecked == ["board: nearest, time_used (the order among equals before it)"]


def test_the_best_attempt_counts():
    receipts = {1: receipt(), 2: receipt(score="12.00")}

    assert attempt_faults([row(1, 1)], receipts) == ["board: row 1: another attempt should count"]
    assert attempt_faults([row(1, 1, score="12.00", attempts=[2])], receipts) == []


def test_the_first_or_the_last_attempt_counts_where_the_rules_say_so():
    receipts = {1: receipt(), 2: receipt(second=5)}
    first, last = row(1, 1), row(1, 1, second=5, attempts=[2])

    assert attempt_faults([first], receipts, attempts="first") == []
    assert attempt_faults([last], receipts, attempts="last") == []
    assert attempt_faults([last], receipts, attempts="first") == [
        "board: row 1: another attempt should count"
    ]
    assert attempt_faults([first], receipts, attempts="last") == [
        "board: row 1: another attempt should count"
    ]


@pytest.mark.parametrize(
    ("receipts", "fault"),
    [
        ({1: receipt(score="9.00")}, "board: row 1: score is not that of its attempts"),
        ({1: receipt(elapsed_ms=9)}, "board: row 1: elapsed_ms is not that of its attempts"),
        ({2: receipt()}, "board: row 1 rests on an attempt that is not there"),
        ({1: receipt(person=2)}, "board: row 1 rests on another person's attempt"),
        ({1: receipt(counted=False)}, "board: row 1 rests on an attempt that does not count"),
        ({1: receipt(), 2: receipt(person=2)}, "board: attempt 2 counts, but has no row"),
    ],
)
def test_a_row_says_what_its_attempts_say(receipts, fault):
    assert fault in attempt_faults([row(1, 1)], receipts)


def test_rounds_add_up():
    receipts = {1: receipt(), 2: receipt(of="tuan-2", second=3)}
    rounds = ("tuan-1", "tuan-2")
    both = row(1, 1, score="20.00", elapsed_ms=2000, second=3, attempts=[1, 2])
    both |= {"max_score": "40.00", "correct_count": 2}

    assert attempt_faults([both], receipts, rounds) == []
    assert attempt_faults([row(1, 1)], receipts, rounds) == ["board: row 1 leaves out a round"]


@pytest.mark.parametrize(
    ("counted", "faults"),
    [
        (2, []),
        (1, ["board: row 1 does not count the best rounds"]),
    ],
)
def test_the_best_rounds_count(counted, faults):
    receipts = {1: receipt(score="9.00"), 2: receipt(score="12.00", of="tuan-2")}
    chosen = receipts[counted]
    own = row(1, 1, score=chosen["score"], attempts=[counted])
    rules = {"rounds": "best_rounds", "best_rounds": 1}

    assert attempt_faults([own], receipts, ("tuan-1", "tuan-2"), **rules) == faults


def test_fewer_rounds_than_count_are_all_counted():
    receipts = {1: receipt(), 2: receipt(of="tuan-2")}
    own = row(1, 1, attempts=[1])
    rules = {"rounds": "best_rounds", "best_rounds": 3}

    assert attempt_faults([own], receipts, ("tuan-1", "tuan-2"), **rules) == [
        "board: row 1 does not count the best rounds"
    ]


def test_nobody_has_two_rows():
    receipts = {1: receipt()}

    assert attempt_faults([row(1, 1), row(2, 1)], receipts) == [
        "board: row 2: this person has a row already"
    ]
