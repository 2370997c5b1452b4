"""Near-duplicates among questions, against pairs labelled by hand and against made-up texts."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from questionbank.rules.near_duplicates import (
    THRESHOLD,
    Index,
    Match,
    Relation,
    Text,
    compare,
)

Pair = dict[str, Any]

PAIRS: list[Pair] = yaml.load(
    Path(__file__).with_name("near_duplicate_pairs.yaml").read_text(encoding="utf-8"),
    Loader=yaml.CSafeLoader,
)
CHOOSING, TESTING = PAIRS[::2], PAIRS[1::2]
ALL_TEXTS = [pair[side] for pair in PAIRS for side in "ab"]


def text_of(key: int, side: Pair) -> Text:
    return Text(key, side["stem"], tuple(side["options"]), frozenset(side["right"]))


def match_of(pair: Pair) -> Match:
    return compare(text_of(1, pair["a"]), text_of(2, pair["b"]))


def is_duplicate(match: Match, threshold: float = THRESHOLD) -> bool:
    return match.score >= threshold and match.relation is not Relation.DIFFERENT


def measure(pairs: Sequence[Pair], threshold: float = THRESHOLD) -> tuple[float, float]:
    """Precision and recall of "duplicate" over labelled pairs."""
    found = [pair for pair in pairs if is_duplicate(match_of(pair), threshold)]
    right = sum(pair["same"] for pair in found)
    return right / max(1, len(found)), right / max(1, sum(pair["same"] for pair in pairs))


def question(stem: str, *options: str, right: str = "", key: int = 1) -> Text:
    return Text(key, stem, options, frozenset({right} if right else ()))


def stripped(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in bare if not unicodedata.combining(char))


# The labelled pairs ----------------------------------------------------------------------------


def test_enough_pairs_are_labelled_half_of_them_duplicates():
    assert len(PAIRS) >= 160
    assert 0.45 <= sum(pair["same"] for pair in PAIRS) / len(PAIRS) <= 0.55


@pytest.mark.parametrize("pairs", [CHOOSING, TESTING, PAIRS], ids=["choosing", "testing", "all"])
def test_precision_and_recall(pairs):
    precision, recall = measure(pairs)

    assert precision >= 0.95
    assert recall >= 0.90


def test_a_changed_number_or_negation_is_found_and_told_apart():
    matches = [
        match_of(pair)
        for pair in PAIRS
        if not pair["same"] and pair["why"].startswith(("changed", "added"))
    ]
    told = [m for m in matches if m.relation is Relation.DIFFERENT and m.differences]

    assert len(told) == len(matches)
    assert sum(m.score >= THRESHOLD for m in told) / len(told) >= 0.9


def test_the_index_finds_the_duplicate_of_each_pair_among_all():
    index = Index()
    for key, pair in enumerate(PAIRS):
        index.add(text_of(key, pair["a"]))
    duplicates = [(key, pair) for key, pair in enumerate(PAIRS) if is_duplicate(match_of(pair))]

    found = [key in {m.key for m in index.nearest(text_of(-1, p["b"]))} for key, p in duplicates]

    assert sum(found) / len(found) >= 0.95


# Relations -------------------------------------------------------------------------------------


def test_same():
    a = question("Mấy nội dung?", "Sáu", "Năm", right="Sáu")
    b = question("MAY  NOI DUNG", "năm", "sáu", right="sáu", key=2)

    assert compare(a, b) == Match(2, 1.0, Relation.SAME, ())


def test_conflict():
    a = question("Cải cách hành chính có mấy nội dung?", "5", "6", right="5")
    b = question("Cải cách hành chính có mấy nội dung", "5", "6", right="6", key=2)

    match = compare(a, b)

    assert match.relation is Relation.CONFLICT
    assert match.score >= THRESHOLD


@pytest.mark.parametrize(
    ("a", "b", "differences"),
    [
        ("Đến năm 2025 đạt gì?", "Đến năm 2030 đạt gì?", ("2025", "2030")),
        ("Nghị quyết 76/NQ-CP nói gì?", "Nghị quyết 131/NQ-CP nói gì?", ("76/NQ-CP", "131/NQ-CP")),
        (
            "Ngày 15/7/2021 có gì?",
            "Ngày 16 tháng 7 năm 2021 có gì?",
            ("15/7/2021", "16 tháng 7 năm 2021"),
        ),
        ("Đại hội XII bàn gì?", "Đại hội XIII bàn gì?", ("XII", "XIII")),
        ("Mô hình hai cấp là gì?", "Mô hình ba cấp là gì?", ("hai", "ba")),
        ("Việc nào được làm?", "Việc nào không được làm?", ("không",)),
        ("Hồ sơ đã đủ thì sao?", "Hồ sơ chưa đủ thì sao?", ("chưa",)),
        ("Nhận định nào đúng về hồ sơ?", "Nhận định nào sai về hồ sơ?", ("đúng", "sai")),
        ("Hồ sơ gồm các giấy tờ:", "Hồ sơ gồm các giấy tờ, ngoại trừ:", ("trừ",)),
    ],
)
def test_differences(a, b, differences):
    match = compare(question(a), question(b, key=2))

    assert match.relation is Relation.DIFFERENT
    assert match.differences == differences


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Nghị định 30/2020/NĐ-CP nói gì?", "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 nói gì?"),
        ("Trong 05 ngày phải làm gì?", "Trong 5 ngày phải làm gì?"),
        ("Ngày 8/11/2011 có gì?", "Ngày 08 tháng 11 năm 2011 có gì?"),
        ("Nhận định nào sai về hồ sơ?", "Nhận định nào không đúng về hồ sơ?"),
        ("Có được nộp hồ sơ không?", "Được nộp hồ sơ hay không?"),
        ("Việc dự trữ lương thực ra sao?", "Viec du tru luong thuc ra sao?"),
        ("Văn bản lưu trữ ở trụ sở nào?", "Van ban luu tru o tru so nao?"),
        ("Ông/bà sử dụng dịch vụ nào?", "Ong/ba su dung dich vu nao?"),
    ],
)
def test_no_difference(a, b):
    assert compare(question(a), question(b, key=2)).differences == ()


def test_generic_stems_are_told_apart_by_their_options():
    stem = "Phát biểu nào sau đây đúng?"
    a = question(stem, "Chữ ký số có giá trị pháp lý", "Chữ ký số vô giá trị")
    b = question(stem, "Công chức được nghỉ phép năm", "Công chức phải trực lễ", key=2)
    c = question("Chọn đáp án đúng", *a.options[::-1], key=3)

    assert compare(a, b).score < 0.3
    assert compare(a, c).score >= THRESHOLD


@pytest.mark.parametrize(
    "stem",
    [
        "Tổchức bộmáy hànhchính được sắpxếp theo nguyêntắc nào?",
        "Tổ chức bộ máy hành chlnh được sắp xêp theo nguyen tãc nào?",
        "To chuc bo may hanhchinh duoc sapxep theo nguyen tac nao?",
        "To chuc bo may hanh chinh duoc sap xep theo nguyen tac nao?",
        "Tổ ch ức bộ máy hành chính được sắp x ếp theo nguyên tắc nào?",
    ],
)
def test_what_a_scan_spoils_is_still_found(stem):
    a = question("Tổ chức bộ máy hành chính được sắp xếp theo nguyên tắc nào?")

    assert is_duplicate(compare(a, question(stem, key=2)))


def test_acronyms_one_letter_apart_are_not_a_slip_of_the_scan():
    a = question("Chỉ số PCI do ai công bố?")
    b = question("Chỉ số PII do ai công bố?", key=2)

    assert compare(a, b).score < THRESHOLD


# The index -------------------------------------------------------------------------------------


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


# Properties ------------------------------------------------------------------------------------

SIDES = st.sampled_from(ALL_TEXTS).map(lambda side: text_of(1, side))
WILD = st.builds(
    Text,
    key=st.just(1),
    stem=st.text(max_size=60),
    options=st.lists(st.text(max_size=15), max_size=4).map(tuple),
    right=st.frozensets(st.text(max_size=15), max_size=2),
)
TEXTS = SIDES | WILD


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_the_score_is_symmetric_and_a_share(a, b):
    there, back = compare(a, b), compare(b, a)

    assert there.score == back.score
    assert there.relation is back.relation
    assert set(there.differences) == set(back.differences)
    assert 0 <= there.score <= 1


@given(TEXTS)
@settings(deadline=None)
def test_a_text_is_the_same_as_itself(text):
    assert compare(text, text) == Match(text.key, 1.0, Relation.SAME, ())


@given(TEXTS, TEXTS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_options_never_matters(a, b, chance):
    options = list(b.options)
    chance.shuffle(options)

    assert compare(a, Text(b.key, b.stem, tuple(options), b.right)) == compare(a, b)


EVERYTHING = Index()
for place, each in enumerate(ALL_TEXTS):
    EVERYTHING.add(text_of(place, each))


@given(st.integers(min_value=0, max_value=len(ALL_TEXTS) - 1))
@settings(deadline=None)
def test_without_accents_it_is_still_found(place):
    text = text_of(-1, ALL_TEXTS[place])
    bare = Text(
        -1,
        stripped(text.stem),
        tuple(map(stripped, text.options)),
        frozenset(map(stripped, text.right)),
    )

    assert EVERYTHING.nearest(bare)[0].relation is Relation.SAME
    assert compare(bare, text_of(place, ALL_TEXTS[place])).relation is Relation.SAME
    assert place in {match.key for match in EVERYTHING.nearest(bare, limit=10)}


@given(WILD)
@settings(deadline=None)
def test_any_text_can_be_put_in_and_taken_out(text):
    index = Index()
    index.add(text)
    index.nearest(Text(2, text.stem, text.options, text.right))
    index.remove(text.key)

    assert len(index) == 0
    assert index._postings == {}
