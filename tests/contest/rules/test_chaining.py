import hashlib
from dataclasses import replace

from hypothesis import given, strategies as st

from contest.rules.chaining import FIRST, Link, digest_of, first_broken

CONTENTS = st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text()), max_size=8)


def chain(contents):
    links, previous = [], FIRST
    for content in contents:
        links.append(Link(content, previous, digest_of(content, previous=previous)))
        previous = links[-1].digest
    return links


def test_digest_is_sha256_of_the_digest_before_and_canonical_json():
    expected = hashlib.sha256(b'00\n{"a":1,"b":"\xc4\x91"}').hexdigest()

    assert digest_of({"b": "đ", "a": 1}, previous="00") == expected


@given(CONTENTS)
def test_an_untouched_chain_is_whole(contents):
    assert first_broken(chain(contents)) is None


@given(CONTENTS.filter(bool), st.data())
def test_a_changed_line_is_named(contents, data):
    links = chain(contents)
    place = data.draw(st.integers(0, len(links) - 1))
    links[place] = replace(links[place], content={**links[place].content, "thêm": 1})

    assert first_broken(links) == place + 1


@given(CONTENTS.filter(lambda them: len(them) > 1), st.data())
def test_a_dropped_line_is_named_by_the_one_that_followed_it(contents, data):
    links = chain(contents)
    place = data.draw(st.integers(0, len(links) - 2))
    del links[place]

    assert first_broken(links) == place + 1
