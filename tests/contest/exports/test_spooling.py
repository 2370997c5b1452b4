from hypothesis import given, strategies as st

from contest.exports.spooling import in_order


@given(st.lists(st.tuples(st.text(max_size=3), st.integers())))
def test_items_come_in_the_order_of_their_keys_and_equals_as_they_came(keyed):
    assert list(in_order(iter(keyed))) == [
        item for _key, item in sorted(keyed, key=lambda it: it[0])
    ]
