import factory
from factory.django import DjangoModelFactory

from questionbank.enums import Difficulty, QuestionKind, QuestionStatus
from questionbank.models import AcceptedAnswer, Choice, Question, QuestionSet, Revision, Topic
from tests.factories.clock import NOON


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    code = factory.Sequence(lambda n: f"chu-de-{n}")
    name = factory.Sequence(lambda n: f"Chủ đề {n}")


class QuestionSetFactory(DjangoModelFactory):
    class Meta:
        model = QuestionSet

    code = factory.Sequence(lambda n: f"bo-{n}")
    name = factory.Sequence(lambda n: f"Bộ {n}")


class QuestionFactory(DjangoModelFactory):
    """An approved question with one revision of four options; `key="B"` names the right ones.

    A short text has `accepted` answers instead, a number its `number_key`.
    """

    class Meta:
        model = Question
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"CH-{n:04}")
    topic = factory.SubFactory(TopicFactory)
    question_set = factory.SubFactory(QuestionSetFactory)

    @factory.post_generation
    def revision(question, create, extracted, key="B", accepted=("Một cửa",), **fields):
        stem = fields.pop("stem", f"Nội dung câu hỏi {question.code}?")
        kind = QuestionKind(fields.pop("kind", QuestionKind.SINGLE_CHOICE))
        if kind is QuestionKind.NUMBER:
            fields.setdefault("number_key", 6)
        revision = Revision.objects.create(
            question=question,
            number=1,
            kind=kind,
            difficulty=fields.pop("difficulty", Difficulty.EASY),
            stem=stem,
            search_key=Revision.search_key_for(stem),
            explanation="Giải thích thử nghiệm.",
            created_at=NOON,
            **fields,
        )
        if kind is QuestionKind.SHORT_TEXT:
            AcceptedAnswer.objects.bulk_create(
                AcceptedAnswer(revision=revision, position=place, text=text)
                for place, text in enumerate(accepted)
            )
        options = "AB" if kind is QuestionKind.TRUE_FALSE else "ABCD" * kind.has_choices
        Choice.objects.bulk_create(
            Choice(revision=revision, position=place, text=f"Phương án {place}", is_correct=right)
            for place, right in enumerate(letter in key for letter in options)
        )
        question.current_revision = question.approved_revision = revision
        question.status = QuestionStatus.APPROVED
        question.save(update_fields=["current_revision", "approved_revision", "status"])
