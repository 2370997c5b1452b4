"""The worst texts: the work grows no faster than the file, and stays within limits."""

import json
import time

import pytest

from questionbank.formats import markup, reading
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS


def moodle(text, kind="html"):
    return (
        f'<question type="multichoice"><questiontext format="{kind}"><text><![CDATA[{text}]]>'
        "</text></questiontext></question>"
    )


def quiz(question):
    return lambda count: f"<quiz>{question * count}</quiz>"


SHAPES = {
    "gift: open blocks": ("gift", lambda n: f"[html]{'<div>' * 990} {{=a ~b}}\n\n" * n),
    "gift: marks": ("gift", lambda n: "Q " + "a\u0323\u0301" * 5000 * n + " {=a ~b}"),
    "gift: piled marks": ("gift", lambda n: "a" + "\u0323\u0301" * 5000 * n + " {=a ~b}"),
    "gift: long answers": ("gift", lambda n: f"Q {{={'a' * 50_000} ~b}}\n\n" * n),
    "moodle: open blocks": ("moodle", quiz(moodle("<div>" * 990))),
    "moodle: tables": ("moodle", quiz(moodle("<table><tr>" * 490))),
    "moodle: stars": ("moodle", quiz(moodle("*a **" * 1900, "markdown"))),
    "moodle: brackets": ("moodle", quiz(moodle("[" * 9900, "markdown"))),
    "moodle: entities": ("moodle", quiz(moodle("&a" * 45_000))),
    "csv: tags": ("csv", lambda n: "Câu hỏi;A;B;Đáp án;Nhãn\n" + f"Q;a;b;A;{'a,' * 30_000}\n" * n),
    "csv: brackets": ("csv", lambda n: ("(" * 100_000 + ";") * n),
    "yaml: names": ("yaml", lambda n: "".join(f"k{i}: v\n" for i in range(2000 * n))),
    "json: topics": ("json", lambda n: f'{{"topics": [{",".join(["{}"] * 500 * n)}]}}'),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_grows_no_faster_than_the_file(shape):
    name, made = SHAPES[shape]

    def seconds(count):
        data = made(count).encode()
        return min(spent_on(data) for _time in range(3))

    def spent_on(data):
        began = time.process_time()
        read_file(FORMATS[name], data)
        return time.process_time() - began

    seconds(1)
    assert seconds(16) < 10 * max(seconds(4), 0.01)  # four times as much; the square is sixteen


def test_a_file_of_too_many_elements_is_refused(monkeypatch):
    monkeypatch.setattr(markup, "MOST_ELEMENTS_OF_FILE", 100)

    (problem,) = read_file(FORMATS["moodle"], quiz(moodle("a"))(40).encode()).problems

    assert problem.reason == "tệp XML có quá nhiều phần tử."


def test_a_file_of_endless_topics_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "MOST_QUESTIONS", 5)
    topics = [{"code": f"chu-de-{number}", "name": f"Chủ đề {number}"} for number in range(9)]

    parsed = read_file(FORMATS["json"], json.dumps({"topics": topics, "questions": []}).encode())

    assert parsed.topics == ()
    assert [problem.reason for problem in parsed.problems] == ["tệp có quá 5 chủ đề, văn bản."]
