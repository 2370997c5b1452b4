"""Checked questions of every kind, as hypothesis makes them up."""

import re
from dataclasses import replace
from decimal import Decimal
from string import ascii_lowercase

from hypothesis import strategies as st

from accounts.rules.folding import fold, tidy
from questionbank.enums import Difficulty, QuestionKind, Scoring
from questionbank.formats.parsed import ParsedChoice, ParsedQuestion, ParsedSource
from questionbank.pictures import read_picture
from questionbank.rules.pinning import refers_to_others
from tests.questionbank.pictures import PNG, encoded, photo

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằầềồờừỳ"
MARKS = " ,.;:!?()[]{}<>&\"'“”%/\\~=#*_-+|@^$€½²"
WORDS = st.text(alphabet=LETTERS + LETTERS.upper() + "0123456789" + MARKS, min_size=1, max_size=60)

# what looks like the beginning of the next option is taken for it in Word: "A. Một B. Hai"
TEXTS = WORDS.map(lambda text: tidy(f"đề {text} y")).filter(
    lambda text: not re.search(r"\s\*?[A-H]\*?[.):/]", text)
)
CODES = st.text(alphabet=ascii_lowercase + "0123456789-", min_size=3, max_size=12).map("Q".__add__)
NUMBERS = (
    st.integers(-(10**6), 10**6)
    .map(lambda number: Decimal(number) / 100)
    .map(lambda number: Decimal(f"{number.normalize():f}"))
)
SOURCES = st.builds(
    ParsedSource,
    document=st.sampled_from(["", "76/NQ-CP", "1847/QĐ-TTg"]),
    article=st.sampled_from(["Điều 1", "khoản 2 Điều 3"]),
    link=st.sampled_from(["", "https://example.vn/van-ban?id=1&x=2"]),
)

PICTURES = [
    replace(read_picture(PNG), description="Biểu đồ hai cột"),
    replace(read_picture(encoded(photo(60, 40), "JPEG")), description='Ảnh "chụp" & <ghép>'),
]


@st.composite
def choices(draw, *, several):
    texts = draw(st.lists(TEXTS, min_size=3 if several else 2, max_size=6, unique_by=fold))
    count = draw(st.integers(2, len(texts) - 1)) if several else 1
    right = draw(st.permutations(range(len(texts))))[:count]
    return tuple(
        ParsedChoice(text, place in right, refers_to_others(text))
        for place, text in enumerate(texts)
    )


@st.composite
def drafts(draw, kinds=tuple(QuestionKind)):
    kind = draw(st.sampled_from(sorted(kinds)))
    fields = {"kind": kind}
    if kind is QuestionKind.TRUE_FALSE:
        is_true = draw(st.booleans())
        fields["choices"] = (
            ParsedChoice("Đúng", is_true),
            ParsedChoice("Sai", not is_true),
        )
    elif kind is QuestionKind.SHORT_TEXT:
        accepted = draw(
            st.lists(
                TEXTS.map(lambda it: it.replace("|", "l")), min_size=1, max_size=4, unique_by=fold
            )
        )
        fields["accepted"] = tuple(text.replace("->", "-") for text in accepted)
    elif kind is QuestionKind.NUMBER:
        fields["number"] = draw(NUMBERS)
        fields["tolerance"] = abs(draw(NUMBERS))
    else:
        several = kind is QuestionKind.MULTIPLE_CHOICE
        fields["choices"] = draw(choices(several=several))
        if several:
            fields["scoring"] = draw(st.sampled_from(sorted(Scoring)))
    return ParsedQuestion(
        stem=draw(TEXTS),
        difficulty=draw(st.sampled_from(sorted(Difficulty))),
        code=draw(CODES),
        topic=draw(st.sampled_from(["dich-vu-cong", "van-hoa"])),
        set_code=draw(st.sampled_from(["", "thi-thu"])),
        points=draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(10)])),
        explanation=draw(st.one_of(st.just(""), TEXTS)),
        sources=tuple(draw(st.lists(SOURCES, max_size=2, unique=True))),
        picture=draw(st.sampled_from([None, None, *PICTURES])),
        tags=tuple(sorted(draw(st.sets(st.sampled_from(["một cửa", "DVC", "số"]))))),
        **fields,
    )
