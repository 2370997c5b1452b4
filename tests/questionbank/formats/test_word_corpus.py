"""Every way in which offices type their questions: read right, or refused; never silently wrong."""

from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from tests.questionbank.formats.word_files import QUESTIONS, habits, written

WANTED = [(stem, options, options["ABCD".index(key)]) for stem, key, options in QUESTIONS]


def as_read(one):
    texts = [choice.text for choice in one.choices]
    right = [choice.text for choice in one.choices if choice.is_correct]
    return one.stem, texts, right[0] if len(right) == 1 else right


def test_nearly_all_are_read_right_and_none_wrong():
    asked = right = 0
    wrong, doubts = [], []
    for habit in habits():
        parsed = read_file(FORMATS["docx"], written(habit))
        found = [as_read(one) for one in parsed.questions]
        asked += len(WANTED)
        right += sum(one in WANTED for one in found)
        wrong += [(habit, one) for one in found if one not in WANTED]
        doubts += [(habit, str(problem)) for problem in parsed.problems]

    assert wrong == []
    assert len(habits()) >= 50
    assert right >= 0.95 * asked, doubts
