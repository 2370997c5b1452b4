import base64
import secrets

import pytest
from hypothesis import given, strategies as st

from accounts.encryption import DecryptionError, blind_index, decrypt, encrypt, key_bytes, key_id

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
NUMBER = "087084000999"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.PERSONAL_DATA_KEYS = [NEW]


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(max_size=20))
def test_what_was_encrypted_is_read_again(text, owner):
    assert decrypt(encrypt(text, bound_to=owner), bound_to=owner) == text


def test_the_same_number_never_looks_the_same():
    one, other = (encrypt(NUMBER, bound_to="cccd:1") for _time in range(2))

    assert one != other
    assert NUMBER.encode() not in one


def test_any_changed_byte_is_noticed():
    stored = encrypt(NUMBER, bound_to="cccd:1")

    for position in range(len(stored)):
        changed = bytearray(stored)
        changed[position] ^= 1
        with pytest.raises(DecryptionError):
            decrypt(bytes(changed), bound_to="cccd:1")


def test_any_cut_is_noticed():
    stored = encrypt(NUMBER, bound_to="cccd:1")

    for length in range(len(stored)):
        with pytest.raises(DecryptionError):
            decrypt(stored[:length], bound_to="cccd:1")


@pytest.mark.parametrize("other", ["cccd:2", "phone:1", ""])
def test_another_row_or_purpose_cannot_read_it(other):
    with pytest.raises(DecryptionError, match="another row"):
        decrypt(encrypt(NUMBER, bound_to="cccd:1"), bound_to=other)


def test_an_older_key_still_reads_and_the_newest_writes(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    before = encrypt(NUMBER, bound_to="cccd:1")
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    after = encrypt(NUMBER, bound_to="cccd:1")

    assert decrypt(before, bound_to="cccd:1") == NUMBER
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert decrypt(after, bound_to="cccd:1") == NUMBER


def test_a_missing_key_is_named_and_nothing_else(settings):
    stored = encrypt(NUMBER, bound_to="cccd:1")
    settings.PERSONAL_DATA_KEYS = [OLD]

    with pytest.raises(DecryptionError) as error:
        decrypt(stored, bound_to="cccd:1")

    assert str(error.value) == f"PERSONAL_DATA_KEYS holds no key {key_id(NEW)}"


def test_blind_index_is_equal_for_equal_values_of_one_field_under_one_key(settings):
    index = blind_index("cccd", NUMBER)

    assert index == blind_index("cccd", NUMBER)
    assert len(index) == 64
    others = [blind_index("phone", NUMBER), blind_index("cccd", NUMBER[:-1] + "8")]
    settings.BLIND_INDEX_KEY = OLD
    assert len({index, *others, blind_index("cccd", NUMBER)}) == 4


@given(st.binary(min_size=32, max_size=32))
def test_key_bytes_takes_either_alphabet_padded_or_not(key):
    for text in (base64.b64encode(key), base64.urlsafe_b64encode(key)):
        assert key_bytes(text.decode()) == key
        assert key_bytes(f" {text.decode().rstrip('=')}\n") == key


@pytest.mark.parametrize("text", ["", "ngắn", "a" * 42, "a" * 44, "a" * 42 + "!"])
def test_key_bytes_refuses_what_is_no_key(text):
    with pytest.raises(ValueError, match="32 random bytes in base64$"):
        key_bytes(text)
