"""The whole sample bank, written and brought into an empty bank: the same, as far as it can be."""

from dataclasses import fields, replace

import pytest

from contest.sample.loading import FOLDER
from questionbank.contents import bank_of
from questionbank.enums import Difficulty, QuestionKind
from questionbank.formats.parsed import ParsedQuestion
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from questionbank.models import LegalDocument, Question, QuestionSet, Topic
from questionbank.services.exporting import export
from questionbank.services.importing import Options, import_questions
from tests.factories import NOON, TopicFactory

pytestmark = pytest.mark.django_db
USUAL = ParsedQuestion("", QuestionKind.SINGLE_CHOICE, Difficulty.MEDIUM)


@pytest.fixture
def sample():
    """All questions of the sample, in the bank."""
    for path in sorted((FOLDER / "questions").glob("*.yaml")):
        parsed = read_file(FORMATS["yaml"], path.read_bytes())
        import_questions(parsed, at=NOON, options=Options(takes_duplicates=True))
    return bank_of(Question.objects.all())


def empty_bank():
    Question.objects.update(current_revision=None, approved_revision=None)
    LegalDocument.objects.update(replaced_by=None)
    for model in (Question, QuestionSet, LegalDocument, Topic):
        model.objects.all().delete()


def as_held(one, topics, file_format):
    """What the format has a place for; topics by name, as a file may know no codes."""
    lost = {
        field.name: getattr(USUAL, field.name)
        for field in fields(one)
        if field.name not in file_format.fields | {"where"}
    }
    return replace(one, **{"topic": topics.get(one.topic, one.topic), **lost})


def in_order(questions):
    return sorted(questions, key=lambda one: (one.stem, one.code))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_sample_bank_comes_back_from_every_format(name, sample):
    file_format = FORMATS[name]
    written = export(sample, file_format)
    topics = {topic.code: topic.name for topic in sample.topics}
    wanted = [
        as_held(one, topics, file_format)
        for one in sample.questions
        if one.kind in file_format.kinds
    ]
    empty_bank()
    TopicFactory(code="chung")
    options = Options(topic="chung", takes_duplicates=True)

    done = import_questions(read_file(file_format, written.data), at=NOON, options=options)

    back = bank_of(Question.objects.all())
    topics |= {topic.code: topic.name for topic in back.topics}
    found = [as_held(one, topics, file_format) for one in back.questions]
    assert len(sample.questions) > 150
    assert done.summary()["refused"] == []
    assert in_order(found) == in_order(wanted)
