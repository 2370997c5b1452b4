from contest.rules.receipts import ALPHABET, new_receipt_code, readable, tidy_receipt_code


def test_new_receipt_code_has_ten_letters_that_cannot_be_confused():
    code = new_receipt_code()

    assert len(code) == 10
    assert set(code) <= set(ALPHABET)
    assert not set("01IO") & set(ALPHABET)


def test_tidy_receipt_code_undoes_readable_and_what_people_type():
    assert readable("ABCDEFGHJK") == "ABCDE-FGHJK"
    assert tidy_receipt_code(" abcde-fghjk ") == "ABCDEFGHJK"
