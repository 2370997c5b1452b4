from datetime import date

import pytest

from accounts.rules.unit_search import UnitIndex, UnitNames, spelt_out

DAY = date(2025, 7, 1)
NAMES = [
    "Sở Nội vụ",
    "Sở Ngoại vụ",
    "Sở Y tế",
    "Phòng Nội vụ huyện Kế Sách",
    "Trung tâm Lưu trữ lịch sử, Sở Nội vụ",
    "Ủy ban nhân dân phường Long Phú 1",
    "Ủy ban nhân dân xã Long Phú",
    "Ủy ban nhân dân phường Khánh Hòa",
    "Trường THPT Hoàng Diệu",
    "Báo Soi sáng",
]


def found(text, names=NAMES, *, day=DAY, limit=12):
    index = UnitIndex(UnitNames(key, name) for key, name in enumerate(names))
    return [names[key] for key in index.search(text, day=day, limit=limit)]


@pytest.mark.parametrize(
    "typed",
    ["so noi vu", "Sở Nội vụ", "sonoivu", "Sở Nôi vu", "so noj vu", "SO  NOI-VU", "sơ nội vụ"],
)
def test_search_finds_a_unit_however_it_is_typed(typed):
    assert found(typed)[0] == "Sở Nội vụ"


def test_search_by_initials_finds_all_that_bear_them():
    assert found("SNV", limit=2) == ["Sở Ngoại vụ", "Sở Nội vụ"]


@pytest.mark.parametrize("typed", ["khanh hoà", "Khánh Hòa", "khanhhoa", "UBND phường Khánh Hoà"])
def test_search_takes_both_placements_of_a_tone(typed):
    assert found(typed)[0] == "Ủy ban nhân dân phường Khánh Hòa"


def test_search_puts_whole_names_first_then_beginnings_then_words():
    names = ["Phòng Nội vụ", "Nội vụ viên", "Nội vỹ", "Nội dung và phục vụ", "Nội vụ", "Sở Nội vụn"]

    assert found("noi vu", names) == [
        "Nội vụ",
        "Nội vụ viên",
        "Phòng Nội vụ",
        "Nội dung và phục vụ",
        "Sở Nội vụn",
    ]


def test_mistypings_are_guessed_at_only_when_little_is_found():
    assert found("noi vu", ["Nội vụ", "Nội vỹ"]) == ["Nội vụ"]
    assert found("noi vi", ["Nội vụ", "Nội vật"]) == ["Nội vụ"]
    assert found("nooi vu", ["Nội vụ", "Nội vật"]) == ["Nội vụ"]


def test_search_shows_near_twins_side_by_side():
    assert found("long phu") == [
        "Ủy ban nhân dân phường Long Phú 1",
        "Ủy ban nhân dân xã Long Phú",
    ]


def test_search_sorts_numbers_as_numbers():
    names = [f"Phường {number}" for number in (10, 2, 1)]

    assert found("phuong", names) == ["Phường 1", "Phường 2", "Phường 10"]


def test_search_takes_words_in_any_order():
    assert found("hoang dieu thpt") == ["Trường THPT Hoàng Diệu"]
    assert found("trung học phổ thông hoàng diệu") == ["Trường THPT Hoàng Diệu"]


def test_numbers_are_not_mistyped():
    assert found("phuong 3", ["Phường 2", "Phường 1"]) == []


def test_search_by_another_name():
    index = UnitIndex([UnitNames(7, "Sở Thông tin và Truyền thông", ("Sở TT&TT", " 4T"))])

    assert index.search("tt tt", day=DAY, limit=3) == [7]
    assert index.search("4t", day=DAY, limit=3) == [7]


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2025, 6, 30), [1]),
        (date(2025, 7, 1), [2]),
        (None, [2, 1]),
    ],
)
def test_search_of_a_day_finds_what_stands_then(day, keys):
    index = UnitIndex(
        [
            UnitNames(1, "Huyện Kế Sách", valid_to=date(2025, 6, 30)),
            UnitNames(2, "Kế Sách", valid_from=date(2025, 7, 1)),
        ]
    )

    assert index.search("ke sach", day=day, limit=3) == keys


@pytest.mark.parametrize("typed", ["", " ,, ", "zzzzzz", "x" * 5000])
def test_search_for_nothing_finds_nothing(typed):
    assert found(typed) == []


def test_search_gives_no_more_than_asked_for():
    assert len(found("so", limit=2)) == 2


def test_abbreviations_are_spelt_out():
    assert spelt_out("UBND TP. Sóc Trăng") == "uy ban nhan dan thanh pho soc trang"
