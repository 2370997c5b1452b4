"""A JSON file with the wrong thing in each of its places."""

import copy
import json

import pytest

from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS

WHOLE = {
    "topics": [{"code": "vh", "name": "Văn hóa"}],
    "documents": [
        {
            "code": "d1",
            "number": "1/NQ-CP",
            "title": "Nghị quyết",
            "issued_on": "2022-01-01",
            "effective_on": "2022-02-01",
            "expires_on": "2023-01-01",
            "replaced_by": "d2",
        }
    ],
    "questions": [
        {
            "code": "Q1",
            "kind": "multiple_choice",
            "difficulty": "easy",
            "topic": "vh",
            "set": "s",
            "stem": "Câu?",
            "choices": ["a", "b", "c"],
            "answer": ["A", "B"],
            "pinned": ["C"],
            "scoring": "partial",
            "points": "2",
            "explanation": "e",
            "sources": [
                {"document": "d1", "article": "1", "link": "https://a.vn", "historical": "true"}
            ],
            "tags": ["t"],
            "picture": {"description": "h", "data": "eA=="},
        }
    ],
}
WRONG = [
    *(None, 5, -1.5, True, False, [], {}, [[]], [None], [{"a": 1}], {"a": 1}, "", "\0", "a\0b"),
    *("\ud800", "a\udfffb", "x" * 30_000, float("nan"), 10**400, "9" * 50, "1e999", "NaN"),
    *("\x1b[0m", "\u202e", "http://[", "https://a.vn/\0", "2022-13-01", "-1"),
]


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for name in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[name], (*path, name))


def with_wrong(path, wrong):
    if not path:
        return wrong
    whole = copy.deepcopy(WHOLE)
    inner = whole
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = wrong
    return whole


@pytest.mark.parametrize("path", list(places(WHOLE)), ids=str)
def test_whatever_stands_in_a_place_is_taken_or_refused_in_words_that_can_be_shown(path):
    for wrong in WRONG:
        parsed = read_file(FORMATS["json"], json.dumps(with_wrong(path, wrong)).encode())

        shown = [str(problem) for problem in parsed.problems]
        assert "\0" not in str(parsed)
        json.dumps([shown, str(parsed)], ensure_ascii=False).encode()


def read(text):
    return read_file(FORMATS["json"], text.encode())


def test_half_a_character_and_a_link_that_is_none_are_refused_by_name():
    wrong = {"stem": "a\ud800", "choices": ["a", "b"], "answer": "A"}
    link = {**wrong, "stem": "a", "sources": [{"link": "http://["}]}

    parsed = read(json.dumps([wrong, link]))

    assert [str(problem) for problem in parsed.problems] == [
        "câu 1: trường “câu hỏi” có ký tự điều khiển.",
        "câu 2: liên kết phải bắt đầu bằng http:// hoặc https://.",
    ]


@pytest.mark.parametrize("said", ["có", "tru", "2"])
def test_what_is_neither_true_nor_false_is_refused(said):
    one = {"stem": "a", "choices": ["a", "b"], "answer": "A"}

    parsed = read(json.dumps([{**one, "sources": [{"article": "1", "historical": said}]}]))

    assert parsed.problems[0].reason == "trường “historical” phải là true hoặc false."


def test_pins_go_out_and_come_back_as_letters():
    one = {"stem": "a", "choices": ["a", "b", "c"], "answer": "A", "pinned": ["b"]}

    (question,) = read(json.dumps([one])).questions

    assert [it.is_pinned for it in question.choices] == [False, True, False]


def test_a_file_of_a_million_lists_is_refused_before_it_fills_the_memory():
    parsed = read('{"questions":[' + ",".join(["[]"] * 1_000_001) + "]}")

    assert parsed.problems[0].reason == "tệp JSON có quá nhiều danh sách và nhóm trường."
