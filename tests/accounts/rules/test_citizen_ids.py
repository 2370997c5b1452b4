from datetime import date

import pytest
from hypothesis import given, strategies as st

from accounts.enums import CitizenIdFault as Fault, IdentityFinding as Finding, Sex
from accounts.rules.citizen_ids import (
    PROVINCES,
    CitizenIdError,
    CitizenIdParts,
    decode,
    findings,
    parse_citizen_id,
)

TODAY = date(2026, 11, 23)
NUMBER = "087084000999"  # Đồng Tháp, a man, 1984
NUMBERS = st.from_regex(r"[0-9]{12}", fullmatch=True)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        " 087 084 000 999 ",
        "087.084.000.999",
        "087-084-000-999",
        "087084000999\u200b",
        "087\u00a0084\u00a0000\u00a0999",
        "０８７０８４０００９９９",
        "'087084000999",
    ],
)
def test_parse_takes_what_people_type(typed):
    assert parse_citizen_id(typed) == NUMBER


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.WRONG_LENGTH),
        ("08708400099", Fault.WRONG_LENGTH),  # a zero stands first, so a digit fell out elsewhere
        ("0912345678", Fault.WRONG_LENGTH),  # a phone number
        ("0870840009990", Fault.WRONG_LENGTH),
        ("3084000999", Fault.WRONG_LENGTH),  # with its zeros it would begin with 003
        ("365123456", Fault.OLD_CARD),
        ("012 345 678", Fault.OLD_CARD),
        ("87084000999", Fault.ZEROS_LOST),
        ("1084000999", Fault.ZEROS_LOST),  # two zeros, in Hà Nội
        ("87084000999.0", Fault.ZEROS_LOST),
        ("B1234567", Fault.NOT_DIGITS),
        ("8.7084E+10", Fault.NOT_DIGITS),
        ("08708400099O", Fault.NOT_DIGITS),
        ("08708400099²x", Fault.NOT_DIGITS),
    ],
)
def test_parse_refuses_with_a_code(typed, fault):
    with pytest.raises(CitizenIdError) as refusal:
        parse_citizen_id(typed)

    assert refusal.value.fault is fault
    assert str(refusal.value) == fault.value  # and not what was typed


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("87084000999", NUMBER),
        ("87084000999.0", NUMBER),
        ("1084000999", "001084000999"),
        (NUMBER, NUMBER),
    ],
)
def test_zeros_are_restored_once_confirmed(cell, number):
    assert parse_citizen_id(cell, restore_zeros=True) == number


def test_confirming_zeros_lets_nothing_else_through():
    for typed in ("365123456", "0912345678", "3084000999", ""):
        with pytest.raises(CitizenIdError):
            parse_citizen_id(typed, restore_zeros=True)


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        (NUMBER, CitizenIdParts("087", Sex.MALE, 1984)),
        ("094199000001", CitizenIdParts("094", Sex.FEMALE, 1999)),
        ("094200000001", CitizenIdParts("094", Sex.MALE, 2000)),
        ("094326000001", CitizenIdParts("094", Sex.FEMALE, 2026)),
        ("094400000001", CitizenIdParts("094", Sex.MALE, 2100)),
        ("094999000001", CitizenIdParts("094", Sex.FEMALE, 2399)),
    ],
)
def test_decode_at_the_edges_of_the_centuries(number, parts):
    assert decode(number) == parts


@pytest.mark.parametrize(
    ("number", "born_on", "sex", "found"),
    [
        (NUMBER, date(1984, 2, 1), Sex.MALE, []),
        (NUMBER, None, None, []),
        (NUMBER, date(1984, 2, 1), Sex.FEMALE, [Finding.SEX_DIFFERS]),
        (NUMBER, date(1985, 1, 1), Sex.MALE, [Finding.BIRTH_YEAR_DIFFERS]),
        ("087284000999", date(1984, 2, 1), Sex.MALE, [Finding.BIRTH_YEAR_DIFFERS]),  # 2084
        ("094226000001", None, None, []),
        ("094227000001", None, None, [Finding.BIRTH_YEAR_TO_COME]),
        ("003084000999", None, None, [Finding.UNKNOWN_PROVINCE]),
        ("000084000999", None, None, [Finding.UNKNOWN_PROVINCE]),
        ("096084000999", None, None, []),
        ("097084000999", None, None, [Finding.BORN_ABROAD]),
        (
            "005184000999",
            date(1985, 1, 1),
            Sex.MALE,
            [Finding.UNKNOWN_PROVINCE, Finding.SEX_DIFFERS, Finding.BIRTH_YEAR_DIFFERS],
        ),
    ],
)
def test_findings(number, born_on, sex, found):
    assert findings(number, born_on=born_on, sex=sex, today=TODAY) == found


def test_the_provinces_before_the_mergers_are_63():
    assert len(PROVINCES) == 63
    assert {"092", "093", "094"} <= PROVINCES  # Cần Thơ, Hậu Giang, Sóc Trăng


@given(
    NUMBERS,
    st.dates(date(1900, 1, 1), date(2399, 12, 31)) | st.none(),
    st.sampled_from(Sex) | st.none(),
)
def test_twelve_digits_are_never_refused(number, born_on, sex):
    assert parse_citizen_id(number) == number
    assert set(findings(number, born_on=born_on, sex=sex, today=TODAY)) <= set(Finding)


@given(st.sampled_from(sorted(PROVINCES)), st.dates(date(1900, 1, 1), TODAY), st.sampled_from(Sex))
def test_a_number_made_by_the_law_has_nothing_odd(province, born_on, sex):
    century = (born_on.year - 1900) // 100 * 2 + (sex is Sex.FEMALE)
    number = f"{province}{century}{born_on.year % 100:02}123456"

    assert findings(number, born_on=born_on, sex=sex, today=TODAY) == []


@given(NUMBERS, st.lists(st.sampled_from([" ", ".", "-", "\u00a0", "\u200b"]), max_size=12))
def test_separators_change_nothing(number, separators):
    spread = "".join(
        digit + mark for digit, mark in zip(number, [*separators, *[""] * 12], strict=False)
    )

    assert parse_citizen_id(spread) == number


@given(st.sampled_from(sorted(PROVINCES)), st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_what_a_spreadsheet_dropped_comes_back(province, rest):
    number = province + rest
    cell = str(int(number))

    assert parse_citizen_id(cell, restore_zeros=True) == number
    with pytest.raises(CitizenIdError, match="zeros_lost"):
        parse_citizen_id(cell)


@given(st.text())
def test_any_text_is_a_number_or_refused(text):
    try:
        number = parse_citizen_id(text)
    except CitizenIdError:
        return
    assert len(number) == 12
    assert number.isascii()
    assert number.isdigit()
