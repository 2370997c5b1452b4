"""The index of near-duplicates: what it finds, in which order, and what it forgets."""

import unicodedata

import pytest
from hypothesis import given, settings

from questionbank.rules import near_index
from questionbank.rules.near_duplicates import THRESHOLD, Relation, compare
from questionbank.rules.near_index import Index
from questionbank.rules.question_readings import Text
from tests.questionbank.corpora import CORPORA, made_up_texts, reworded
from tests.questionbank.rules.test_near_duplicates import (
    ALL_TEXTS,
    PAIRS,
    WILD,
    match_of,
    question,
    text_of,
)


def stripped(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in bare if not unicodedata.combining(char))


@pytest.fixture(scope="module", params=CORPORA)
def crowded(request):
    """A bank of 5,000 made-up questions, and the index of it with the first of each pair."""
    texts, index = made_up_texts(request.param, 5000), Index()
    for text in texts:
        index.add(text)
    for place, pair in enumerate(PAIRS):
        index.add(text_of(10_000 + place, pair["a"]))
    return texts, index


def test_every_labelled_pair_over_the_threshold_is_found_in_a_crowd(crowded):
    _texts, index = crowded
    alike = [place for place, pair in enumerate(PAIRS) if match_of(pair).score >= THRESHOLD]

    found = [
        place
        for place in alike
        if 10_000 + place in {it.key for it in index.nearest(text_of(-1, PAIRS[place]["b"]))}
    ]

    assert found == alike


def test_reworded_questions_are_found_in_a_crowd(crowded):
    texts, index = crowded
    others = [(text, reworded(text, key=-1, seed=text.key)) for text in texts[:300]]
    alike = [pair for pair in others if compare(*pair).score >= THRESHOLD]

    found = [text.key in {it.key for it in index.nearest(other)} for text, other in alike]

    assert len(alike) >= 200
    assert sum(found) / len(found) >= 0.98


def test_nobody_has_what_is_asked():
    index = Index()

    assert index.nearest(question("")) == []
    index.add(question("Cơ chế một cửa là gì?"))
    assert index.nearest(question("", key=2)) == []


def test_among_many_that_share_all_features_no_more_than_some_are_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(near_index, "ceiling", lambda _a, _b: compared.append(1) or 0.0)
    index = Index()
    for key in range(500):
        index.add(question("Bộ phận Một cửa làm gì?", "Tiếp nhận", "Trả lời", key=key))

    index.nearest(question("Bộ phận Một cửa làm gì?", "Tiếp nhận", "Trả lời", key=999))

    assert len(compared) == 15


def test_an_index_forgets_what_is_removed():
    index = Index()
    index.add(question("Cơ chế một cửa liên thông là gì?", key=1))
    index.add(question("Cơ chế một cửa liên thông là thế nào?", key=2))
    index.add(question("Chữ ký số chuyên dùng công vụ là gì?", key=3))

    assert len(index) == 3
    assert [
        match.key for match in index.nearest(question("Cơ chế một cửa liên thông?", key=1))
    ] == [2]

    index.remove(2)
    index.remove(2)

    assert len(index) == 2
    assert index.nearest(question("Cơ chế một cửa liên thông?", key=1)) == []


def test_adding_a_key_again_replaces_its_question():
    index = Index()
    index.add(question("Cơ chế một cửa liên thông là gì?"))
    index.add(question("Chữ ký số chuyên dùng công vụ là gì?"))

    assert len(index) == 1
    assert index.nearest(question("Cơ chế một cửa liên thông là gì?", key=2)) == []
    assert index.nearest(question("Chữ ký số chuyên dùng công vụ là gì?", key=2))


def test_an_emptied_index_keeps_nothing():
    index = Index()
    for key, side in enumerate(ALL_TEXTS):
        index.add(text_of(key, side))
    for key in range(len(ALL_TEXTS)):
        index.remove(key)

    assert len(index) == 0
    assert index._postings == {}


def test_best_first_and_no_more_than_asked_for():
    index = Index()
    for key in range(20):
        index.add(question("Bộ phận Một cửa làm gì?", "Tiếp nhận", f"Việc {key}", key=key))

    matches = index.nearest(
        question("Bộ phận Một cửa làm gì?", "Tiếp nhận", "Việc 7", key=99), limit=3
    )

    assert len(matches) == 3
    assert (matches[0].key, matches[0].relation) == (7, Relation.SAME)
    assert matches == sorted(matches, key=lambda match: -match.score)


EVERYTHING = Index()
for place, each in enumerate(ALL_TEXTS):
    EVERYTHING.add(text_of(place, each))


def test_without_accents_it_is_still_found():
    for place, each in enumerate(ALL_TEXTS):
        text = text_of(-1, each)
        bare = Text(
            -1,
            stripped(text.stem),
            tuple(map(stripped, text.options)),
            frozenset(map(stripped, text.right)),
        )
        found = EVERYTHING.nearest(bare, limit=10)

        assert found[0].relation is Relation.SAME, text.stem
        assert place in {match.key for match in found}, text.stem


@given(WILD)
@settings(deadline=None)
def test_any_text_can_be_put_in_and_taken_out(text):
    index = Index()
    index.add(text)
    index.nearest(Text(2, text.stem, text.options, text.right))
    index.remove(text.key)

    assert len(index) == 0
    assert index._postings == {}
