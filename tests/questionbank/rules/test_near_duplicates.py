"""Near-duplicates among questions, against pairs labelled by hand and against made-up texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from questionbank.rules.near_duplicates import (
    THRESHOLD,
    Match,
    Relation,
    ceiling,
    compare,
)
from questionbank.rules.question_readings import Text, read

Pair = dict[str, Any]


def labelled(name: str) -> list[Pair]:
    written = Path(__file__).with_name(f"near_duplicate_{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(written, Loader=yaml.CSafeLoader)


SEEN, UNSEEN = labelled("pairs"), labelled("unseen")
PAIRS = SEEN + UNSEEN
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


# The labelled pairs ----------------------------------------------------------------------------


def test_enough_pairs_are_labelled_half_of_them_duplicates():
    assert len(PAIRS) >= 440
    assert 0.45 <= sum(pair["same"] for pair in PAIRS) / len(PAIRS) <= 0.55


@pytest.mark.parametrize("pairs", [SEEN[::2], SEEN[1::2]], ids=["choosing", "testing"])
def test_precision_and_recall_of_what_the_rule_was_made_with(pairs):
    assert measure(pairs) == (1.0, 1.0)


@pytest.mark.parametrize("reading", [1, 2, 3])
def test_precision_and_recall_of_what_was_written_before_the_rule_was_read(reading):
    precision, recall = measure([pair for pair in UNSEEN if pair["reading"] == reading])

    assert precision >= 0.95
    assert recall >= 0.93


def test_a_changed_number_or_negation_is_found_and_told_apart():
    matches = [
        match_of(pair)
        for pair in SEEN
        if not pair["same"] and pair["why"].startswith(("changed", "added"))
    ]
    told = [m for m in matches if m.relation is Relation.DIFFERENT and m.differences]

    assert len(told) == len(matches)
    assert sum(m.score >= THRESHOLD for m in told) / len(told) >= 0.9


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
        ("Hành vi nào được làm?", "Hành vi nào bị cấm làm?", ("cấm",)),
        ("Sau mười ngày thì sao?", "Sau mười lăm ngày thì sao?", ("mười", "mười lăm")),
        ("Đường một chiều là gì?", "Đường hai chiều là gì?", ("một", "hai")),
        ("Trước khi họp làm gì?", "Sau khi họp làm gì?", ("trước", "sau")),
        ("Truoc khi hop lam gi?", "Sau khi họp làm gì?", ("truoc", "sau")),
        ("UBND tỉnh họp mấy lần?", "UBND huyện họp mấy lần?", ("tỉnh", "huyện")),
        ("Mức phạt trên 5 triệu?", "Mức phạt dưới 5 triệu?", ("trên 5", "dưới 5")),
        ("Hoà giải ngoài giờ thế nào?", "Hòa giải trong giờ thế nào?", ("ngoài", "trong")),
        ("Ai là Giám đốc Sở?", "Ai là Phó Giám đốc Sở?", ("giám đốc", "phó giám đốc")),
        ("Điểm a nói gì?", "Điểm đ nói gì?", ("điểm a", "điểm đ")),
        ("Chỉ số PCI do ai đo?", "Chỉ số PAPI do ai đo?", ("PCI", "PAPI")),
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
        ("Thời hạn không quá mấy ngày?", "Thời hạn tối đa mấy ngày?"),
        ("Hành vi nào bị nghiêm cấm?", "Hành vi nào không được làm?"),
        ("Trong hai mươi lăm ngày làm gì?", "Trong 25 ngày làm gì?"),
        ("Ai có thẩm quyền giao nghĩa vụ?", "Ai giao nghĩa vụ?"),
        ("Cấp tỉnh và cấp huyện làm gì?", "Cấp tỉnh làm gì?"),
        ("Câu 7. Ai ký văn bản?", "12) Ai ký văn bản?"),
        ("Thẻ CCCD do ai cấp?", "Thẻ căn cước công dân do ai cấp?"),
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
    ("stem", "options", "relation"),
    [
        ("Luật do ai ban hành?", ("Quốc hội", "Chính phủ"), Relation.CONFLICT),
        ("Ai ban hành luật?", ("Quốc hội", "Chính phủ"), Relation.CONFLICT),
        ("Luật thuế do ai ban hành?", ("Quốc hội", "Chính phủ"), Relation.DIFFERENT),
        ("Luật do ai ban hành?", ("Chính phủ", "Bộ Nội vụ"), Relation.CONFLICT),
    ],
)
def test_another_key_is_a_conflict_where_the_stems_say_the_same(stem, options, relation):
    a = question("Luật do ai ban hành?", "Quốc hội", "Chính phủ", right="Quốc hội")

    match = compare(a, question(stem, *options, right="Chính phủ", key=2))

    assert match.relation is relation
    told = ("Quốc hội", "Chính phủ") if relation is Relation.DIFFERENT else ()
    assert match.differences == told


def test_one_of_many_may_be_asked_for_twice():
    stem = "Hành vi nào sau đây bị nghiêm cấm?"
    a = question(stem, "Sách nhiễu", "Lắng nghe", right="Sách nhiễu")
    b = question(stem, "Làm mất hồ sơ", "Ghi chép", right="Làm mất hồ sơ", key=2)
    c = question(stem, "Sách nhiễu", "Lắng nghe", right="Lắng nghe", key=3)

    assert compare(a, b).relation is Relation.DIFFERENT
    assert compare(a, b).differences == ("Sách nhiễu", "Làm mất hồ sơ")
    assert compare(a, c).relation is Relation.CONFLICT


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


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_no_score_is_over_its_ceiling(a, b):
    assert compare(a, b).score <= ceiling(read(a), read(b)) + 1e-12
