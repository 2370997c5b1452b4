import pytest

from contest.sealing.explaining import explained

ROW = {
    "place": 1,
    "score": "20.00",
    "elapsed_ms": 5000,
    "submitted_at": "2026-09-15T05:05:00.000000Z",
    "gap": [0, 3],
}


def why(chain, *, place=2, **worse):
    """What parts the first of two rows from the second."""
    rows = [ROW | {"n": 1}, ROW | {"n": 2, "place": place} | worse]
    first, last = explained(rows, chain)
    assert last["why"] == ""
    return first["why"]


@pytest.mark.parametrize(
    ("chain", "worse", "words"),
    [
        (["score"], {"score": "18.50"}, "hơn người sau 1,5 điểm"),
        (["score", "time_used"], {"elapsed_ms": 8000}, "làm nhanh hơn người sau 3 giây"),
        (
            ["score", "earlier"],
            {"submitted_at": "2026-09-15T05:06:00.000000Z"},
            "nộp sớm hơn người sau 1 phút",
        ),
        (["score", "nearest"], {"gap": [0, 7]}, "gần số dự đoán hơn người sau 4"),
        (["score", "nearest"], {"gap": [1, 0]}, "người sau không có số dự đoán được xét"),
        (["score", "lot"], {}, "bốc thăm trước người sau"),
        (["score", "older", "lot"], {}, ""),  # a row does not tell an age
    ],
)
def test_each_place_says_what_parts_it_from_the_next(chain, worse, words):
    assert why(chain, **worse) == words


def test_equals_are_parted_by_nothing():
    assert why(["score", "time_used", "lot"], place=1) == ""


def test_rows_of_the_first_format_say_nothing_of_predictions():
    rows = [{key: value for key, value in ROW.items() if key != "gap"} | {"n": 1}]
    rows.append(rows[0] | {"n": 2, "place": 2, "elapsed_ms": 9000})

    assert [row["why"] for row in explained(rows, ["score", "nearest", "time_used"])] == ["", ""]


def test_a_board_of_nobody_has_no_rows():
    assert explained([], ["score"]) == []
