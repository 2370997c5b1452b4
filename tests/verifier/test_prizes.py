"""Results that were sealed wrong: their digests agree, their prizes, units or divisions do not."""

import json
from pathlib import Path

import pytest

from tests.contest.sealing.results import file_of, sealed_contest, settled_contest
from verifier.checking import check, check_file
from verifier.hashing import digest, leaf, root, unhex
from verifier.report import Report
from verifier.standings import check_within

FIRST_FORMAT = Path(__file__).parent / "first_format"


@pytest.fixture
def file(db):
    return file_of(sealed_contest(settled_contest()))


def resealed(file):
    """The same file as a dishonest writer would have sealed it: every digest fits again."""
    head = file["head"]
    for kind in ("boards", "units", "prizes"):
        for told in head[kind]:
            told.update(told_of(file[kind][told["code"]]))
    for section in ("predictions", "lots"):
        head[section] |= told_of(file[section])
    file["digest"] = digest(head)
    return file


def told_of(rows):
    for row in rows:
        if "open" in row:
            row["sealed"] = digest(row["open"])
        row["check"] = digest({k: v for k, v in row.items() if k not in {"check", "open"}})
    return {"count": len(rows), "root": root([leaf(unhex(row["check"])) for row in rows])}


def faults(file):
    return check(resealed(file)).faults


def board(file, place):
    """The rows of a sealed board of prizes: the round's, the contest's, a division's, units'."""
    code = f"giai/{place}"
    return code, file["prizes"][code]


def test_a_file_that_is_sealed_anew_as_it_was_agrees(file):
    printed = file["digest"]

    assert faults(file) == []
    assert file["digest"] == printed


def test_the_rows_say_who_won_who_was_passed_over_and_who_follows(file):
    _code, rows = board(file, 2)

    assert [(row["what"], row["by"], row["prize"]) for row in rows] == [
        ("award", "ranking", 1),
        ("award", "ranking", 2),
        ("passed", "", 0),
        *[("reserve", "", 0)] * (len(rows) - 4),
        ("ruled", "", 0),
    ]
    assert rows[-1]["open"]["reason"] == "Xin không nhận giải"
    assert (rows[-1]["name"], rows[-1]["row"]) == ("", None)


def test_a_prize_for_somebody_behind_the_winner_is_named(file):
    code, rows = board(file, 1)
    winner, follower = rows[0], rows[1]
    kept = ("row", "name", "unit", "place", "open")
    winner |= {key: follower[key] for key in kept}
    passed_over = file["boards"]["ky/" + file["head"]["rounds"][0]["slug"]][0]["n"]

    assert (
        f"prizes {code}: row {passed_over} of its order stands before a winner and has none"
        in faults(file)
    )


def test_a_winner_under_another_name_is_named(file):
    code, rows = board(file, 1)
    rows[0]["name"] = "Người khác"

    [fault] = faults(file)
    assert fault == f"prizes {code}: row 1 is not the one in row {rows[0]['row']}"


def test_a_winner_who_is_somebody_else_is_named(file):
    code, rows = board(file, 1)
    rows[0]["open"]["winner"] += 1

    assert f"prizes {code}: row 1 is not the one in row {rows[0]['row']}" in faults(file)


def test_more_of_a_prize_than_there_are_is_named(file):
    file["head"]["prizes"][1]["prizes"][0]["count"] = 0

    assert "prizes giai/2: row 1: prize 1 was given too often" in faults(file)


def test_prizes_that_trade_places_are_named(file):
    code, rows = board(file, 2)
    rows[0]["prize"], rows[1]["prize"] = 2, 1

    assert f"prizes {code}: row 2 stands behind a smaller prize" in faults(file)


def test_awards_of_a_board_that_was_not_taken_over_are_named(file):
    file["head"]["prizes"][0]["taken_over"] = False

    assert faults(file) == ["prizes giai/1: row 1: nothing was taken over"]


def test_two_prizes_by_the_ranking_for_one_person_are_named(file):
    _code, of_round = board(file, 1)
    code, whole = board(file, 2)
    whole[0]["open"]["winner"] = of_round[0]["open"]["winner"]

    assert f"prizes {code}: somebody has one of giai/1 as well" in faults(file)


def test_units_in_another_order_are_named(file):
    [rows] = file["units"].values()
    first, second = rows
    rows[:] = [second | {"n": 1, "place": 1}, first | {"n": 2, "place": 2}]

    assert "units giai/4: row 2 is better than row 1" in faults(file)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"headcount": 0}, "row 1: left out as “”, it should be “zero_headcount”"),
        ({"headcount": 2}, "row 1: left out as “”, it should be “above_headcount”"),
        ({"headcount": 9}, "row 1: left out as “”, it should be “rate_too_low”"),
        ({"people": 3, "headcount": 3}, "row 1: people are not those of its board"),
        ({"place": None}, "row 1: a place, or the reason why there is none"),
    ],
)
def test_a_unit_that_should_not_be_ranked_is_named(file, changed, fault):
    [rows] = file["units"].values()
    rows[0] |= changed

    assert f"units giai/4: {fault}" in faults(file)


def test_points_of_a_unit_that_its_people_do_not_have_are_named(file):
    [rows] = file["units"].values()
    rows[0]["open"]["points"] = rows[0]["points"] = "999.00"

    assert "units giai/4: row 1: points are not those of its board" in faults(file)


def test_a_right_number_that_was_changed_moves_the_gaps(file):
    file["predictions"][0]["value"] += 1
    slug = file["predictions"][0]["round"]

    assert any(fault.startswith(f"board ky/{slug}: row 1: gap") for fault in faults(file))


def test_another_number_of_the_lot_is_another_order(file):
    lots = [row for row in file["lots"] if row["round"]]
    found = []
    for number in range(20):  # of so many one parts the equals the other way round
        lots[0]["number"] = str(number)
        found += [it for it in faults(file) if it.startswith(f"board ky/{lots[0]['round']}: row")]

    assert any("is better than" in fault for fault in found)


# divisions ----------------------------------------------------------------------------------------


def whole_row(n, place, division="Cán bộ"):
    told = dict.fromkeys(("name", "unit", "score", "max_score", "correct_count"), "")
    told |= dict.fromkeys(("elapsed_ms", "submitted_at", "attempts", "sealed", "gap"), "")
    return told | {"n": n, "place": place, "division": division}


WHOLE = [
    whole_row(1, 1),
    whole_row(2, 2, "Nhân dân"),
    whole_row(3, 2),
    whole_row(4, 2),
    whole_row(5, 5),
]
OWN = [(1, 1, 1), (2, 2, 3), (3, 2, 4), (4, 4, 5)]  # n, place, row


def within_faults(own):
    report = Report()
    rows = [WHOLE[row - 1] | {"n": n, "place": place, "row": row} for n, place, row in own]
    check_within("board", rows, WHOLE, "Cán bộ", report)
    return report.faults


def test_a_division_is_the_whole_board_without_the_others():
    assert within_faults(OWN) == []


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        (OWN[:3], "board: row 5 of the whole board is left out"),
        ([(1, 1, 3), (2, 2, 1)], "board: row 2 stands behind a worse one"),
        ([(1, 1, 1), (2, 2, 3), (3, 3, 4)], "board: row 3 stands in place 3, it should be 2"),
        ([(1, 1, 1), (2, 2, 2)], "board: row 2 is of another division"),
    ],
)
def test_a_division_in_another_order_is_named(own, fault):
    assert fault in within_faults(own)


def test_a_row_that_says_something_else_than_the_whole_board_is_named():
    report = Report()
    rows = [WHOLE[0] | {"row": 1, "score": "20.00"}]
    check_within("board", rows, WHOLE[:1], "Cán bộ", report)

    assert report.faults == ["board: row 1 is not what row 1 says"]


# the format before --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["whole", "public", "proof"])
def test_files_of_the_first_format_are_still_checked(name):
    path = FIRST_FORMAT / f"{name}.json"
    printed = json.loads(path.read_bytes())["digest"]

    assert check_file(str(path), digest=printed).faults == []


def test_a_changed_file_of_the_first_format_is_still_found():
    file = json.loads((FIRST_FORMAT / "whole.json").read_bytes())
    file["boards"]["hoi-thi"][0]["score"] = "1.00"

    assert "board hoi-thi: row 1 was changed" in check(file).faults


def test_a_format_to_come_is_said_to_be_unknown():
    file = json.loads((FIRST_FORMAT / "public.json").read_bytes())
    file["head"]["format"] = "ket-qua-hoi-thi/3"
    file["digest"] = digest(file["head"])

    assert check(file).faults == ["file: not of the documented form (ValueError: unknown format)"]
