import unicodedata

import pytest
from hypothesis import given, strategies as st

from questionbank.enums import QuestionKind
from questionbank.rules.responding import LONGEST_RESPONSE, BadResponse, tidy_response

SINGLE, SEVERAL = QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE
TEXT, NUMBER = QuestionKind.SHORT_TEXT, QuestionKind.NUMBER


def tidied(response, kind):
    return tidy_response(response, kind=kind, choice_count=4 if kind.has_choices else 0)


def code_of(response, kind):
    with pytest.raises(BadResponse) as refusal:
        tidied(response, kind)
    return refusal.value.code


@pytest.mark.parametrize(
    ("response", "kind", "kept"),
    [
        ("B", SINGLE, "B"),
        ("BB", SINGLE, "B"),
        ("", SINGLE, ""),
        ("CA", SEVERAL, "AC"),
        ("AA", SEVERAL, "A"),
        ("", SEVERAL, ""),
    ],
)
def test_letters_are_sorted_without_repeats(response, kind, kept):
    assert tidied(response, kind) == kept


@pytest.mark.parametrize(
    ("response", "kind"),
    [("E", SEVERAL), ("b", SINGLE), ("AB", SINGLE), (" ", SINGLE), ("Ⅽ", SINGLE)],
)
def test_letters_that_are_not_on_the_paper_are_refused(response, kind):
    assert code_of(response, kind) == "bad_response"


def test_true_and_false_take_one_of_two():
    kind = QuestionKind.TRUE_FALSE

    assert tidy_response("A", kind=kind, choice_count=2) == "A"
    for response in ("AB", "C"):
        with pytest.raises(BadResponse):
            tidy_response(response, kind=kind, choice_count=2)


@pytest.mark.parametrize(
    ("response", "kept"),
    [
        ("  Một \u00a0 cửa\t\r\n", "Một cửa"),
        (unicodedata.normalize("NFD", "Một cửa"), "Một cửa"),
        ("Một\x00 cửa\u200b\u202e\x1b", "Một cửa"),
        ("Một \u200b cửa", "Một cửa"),
        ("Một\ud800 cửa", "Một cửa"),
        ('Thủ tục «hành chính» & "một cửa" <b>{0}</b>',) * 2,
        (" \n ", ""),
    ],
)
def test_a_text_is_kept_composed_with_single_spaces_and_without_controls(response, kept):
    assert tidied(response, TEXT) == kept


@pytest.mark.parametrize("number", ["12", " 12,5 ", "-0.5", "1 234,5", "1.234,5", "+3"])
def test_a_number_is_kept_as_typed(number):
    assert tidied(number, NUMBER) == number.strip()


@pytest.mark.parametrize("number", ["12,", ",5", "6a", "sáu", "1,2,3", "--1", "1e5", "９９%", "-"])
def test_what_cannot_be_read_as_a_number_is_refused(number):
    assert code_of(number, NUMBER) == "not_a_number"


def test_an_empty_answer_takes_a_number_back():
    assert tidied(" ", NUMBER) == ""


def test_a_text_may_have_200_characters_and_no_more():
    longest = "ộ" * LONGEST_RESPONSE

    assert tidied(unicodedata.normalize("NFD", longest), TEXT) == longest
    assert code_of(longest + "a", TEXT) == "too_long"


@given(st.text(max_size=300), st.sampled_from([TEXT, NUMBER]))
def test_what_is_kept_can_be_stored_and_is_tidy_already(response, kind):
    try:
        kept = tidied(response, kind)
    except BadResponse:
        return

    assert len(kept) <= LONGEST_RESPONSE
    assert tidied(kept, kind) == kept
    assert kept == unicodedata.normalize("NFC", kept) == " ".join(kept.split())
    assert "\x00" not in kept
    kept.encode()
