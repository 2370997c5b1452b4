from datetime import date

import pytest

from contest.rules.official_text import (
    count_text,
    day_text,
    listed,
    number_and_symbol,
    place_and_day,
    reference,
    share_text,
)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 9), "ngày 09 tháng 02 năm 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 1), "ngày 01 tháng 3 năm 2026"),
        (date(2026, 9, 30), "ngày 30 tháng 9 năm 2026"),
        (date(2026, 10, 10), "ngày 10 tháng 10 năm 2026"),
    ],
)
def test_only_days_below_ten_and_the_first_two_months_have_a_zero(day, text):
    assert day_text(day) == text


def test_a_day_not_yet_known_leaves_room_to_write_it():
    room = "\u00a0" * 6

    assert place_and_day("Cần Thơ", None) == f"Cần Thơ, ngày{room}tháng{room}năm{room}"


@pytest.mark.parametrize(("number", "text"), [(5, "05"), (10, "10"), (148, "148")])
def test_a_number_below_ten_has_a_zero(number, text):
    assert number_and_symbol(number, "QĐ-SNV") == f"Số: {text}/QĐ-SNV"
    assert reference(number, "QĐ-SNV") == f"số {text}/QĐ-SNV"


def test_a_number_not_yet_given_leaves_room():
    assert number_and_symbol(None, "BC-SNV") == "Số: " + "\u00a0" * 6 + "/BC-SNV"
    assert reference(None, "QĐ-BTC") == "số …/QĐ-BTC"


def test_the_share_that_a_real_report_got_wrong():
    assert share_text(5945, 25_980) == "22,88%"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 3, "0,00%"), (1, 3, "33,33%"), (2, 3, "66,67%"), (3, 3, "100,00%"), (0, 0, "")],
)
def test_shares_have_two_decimals(part, whole, text):
    assert share_text(part, whole) == text


def test_half_a_hundredth_is_rounded_up():
    assert share_text(1, 80_000) == "0,00%"
    assert share_text(1, 20_000) == "0,01%"


def test_counts_are_grouped_by_points():
    assert [count_text(n) for n in (0, 999, 25_980, 1_234_567)] == [
        *("0", "999", "25.980", "1.234.567")
    ]


def test_a_list_ends_its_lines_as_the_decree_says():
    assert listed(["Như Điều 3;", "  ", "Sở Tài chính", "Lưu: VT."]) == [
        *("Như Điều 3;", "Sở Tài chính;", "Lưu: VT.")
    ]
    assert listed([]) == []
