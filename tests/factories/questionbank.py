import factory
from factory.django import DjangoModelFactory

from questionbank.enums import Difficulty, QuestionKind, QuestionStatus
from questionbank.models import Choice, Question, QuestionSet, Revision, Topic
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
    """An approved question with one revision of four options; `key="B"` names the right ones."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"CH-{n:04}")
    topic = factory.SubFactory(TopicFactory)
    question_set = factory.SubFactory(QuestionSetFactory)

    @factory.post_generation
    def revision(question, create, extracted, key="B", **fields):
        stem = fields.get("stem", f"Nội dung câu hỏi {question.code}?")
        revision = Revision.objects.create(
            question=question,
            number=1,
            kind=fields.get("kind", QuestionKind.SINGLE_CHOICE),
            difficulty=fields.get("difficulty", Difficulty.EASY),
            stem=stem,
            search_key=Revision.search_key_for(stem),
            explanation="Giải thích thử nghiệm.",
            created_at=NOON,
        )
        Choice.objects.bulk_create(
            Choice(revision=revision, position=place, text=f"Phương án {place}", is_correct=right)
            for place, right in enumerate(letter in key for letter in "ABCD")
        )
        question.current_revision = question.approved_revision = revision
        question.status = QuestionStatus.APPROVED
        question.save(update_fields=["current_revision", "approved_revision", "status"])
