from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.enums import PersonKind
from contest.enums import ClosedBy, OnRepeat, PersonField
from contest.models import (
    AskedField,
    Attempt,
    BlueprintRow,
    ClusterEvidence,
    ClusterMember,
    ConsentText,
    Contest,
    Division,
    IntegrityCluster,
    Participant,
    PredictionQuestion,
    RankingRules,
    RegistrationRules,
    Round,
)
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOON
from tests.factories.questionbank import QuestionSetFactory, TopicFactory


class ContestFactory(DjangoModelFactory):
    class Meta:
        model = Contest

    slug = factory.Sequence(lambda n: f"hoi-thi-{n}")
    name = factory.Sequence(lambda n: f"Hội thi thử nghiệm {n}")
    host = "Sở Nội vụ"
    is_published = True


class DivisionFactory(DjangoModelFactory):
    class Meta:
        model = Division

    contest = factory.SubFactory(ContestFactory)
    code = factory.Sequence(lambda n: f"bang-{n}")
    name = factory.Sequence(lambda n: f"Bảng {n}")


class RoundFactory(DjangoModelFactory):
    """Open from one hour before NOON to one hour after it."""

    class Meta:
        model = Round

    contest = factory.SubFactory(ContestFactory)
    slug = factory.Sequence(lambda n: f"tuan-{n}")
    name = factory.Sequence(lambda n: f"Tuần {n}")
    opens_at = NOON - timedelta(hours=1)
    closes_at = NOON + timedelta(hours=1)
    duration_seconds = 900
    question_set = factory.SubFactory(QuestionSetFactory)


class BlueprintRowFactory(DjangoModelFactory):
    class Meta:
        model = BlueprintRow

    round = factory.SubFactory(RoundFactory)
    topic = factory.SubFactory(TopicFactory)
    question_count = 1


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    contest = factory.SubFactory(ContestFactory)
    user = factory.SubFactory(UserFactory)
    unit = factory.SelfAttribute("user.unit")
    full_name = factory.SelfAttribute("user.full_name")
    kind = PersonKind.OFFICIAL
    joined_at = NOON


class AttemptFactory(DjangoModelFactory):
    """Started at NOON, running."""

    class Meta:
        model = Attempt

    round = factory.SubFactory(RoundFactory)
    participant = factory.SubFactory(
        ParticipantFactory, contest=factory.SelfAttribute("..round.contest")
    )
    number = 1
    seed = 1
    started_at = NOON
    deadline_at = factory.LazyAttribute(lambda attempt: attempt.started_at + timedelta(minutes=15))


class SubmittedAttemptFactory(AttemptFactory):
    """Submitted after `elapsed_ms` with `score` of 20."""

    score = 10
    max_score = 20
    elapsed_ms = 300_000
    correct_count = factory.LazyAttribute(lambda attempt: int(attempt.score))
    submitted_at = factory.LazyAttribute(
        lambda attempt: attempt.started_at + timedelta(milliseconds=attempt.elapsed_ms)
    )
    closed_by = ClosedBy.PARTICIPANT
    receipt_code = factory.Sequence(lambda n: f"P{n:09}")


class RegistrationRulesFactory(DjangoModelFactory):
    """Of a contest that asks people to register, and nothing beside name and kind."""

    class Meta:
        model = RegistrationRules

    contest = factory.SubFactory(ContestFactory)


class AskedFieldFactory(DjangoModelFactory):
    class Meta:
        model = AskedField

    contest = factory.SubFactory(ContestFactory)
    field = PersonField.CCCD
    on_repeat = factory.LazyAttribute(
        lambda asked: OnRepeat.REFUSE if PersonField(asked.field).identifies else ""
    )


class ConsentTextFactory(DjangoModelFactory):
    class Meta:
        model = ConsentText

    contest = factory.SubFactory(ContestFactory)
    version = 1
    body = "Ban tổ chức chỉ dùng dữ liệu cho hội thi."
    published_at = NOON


class ClusterFactory(DjangoModelFactory):
    """`people` are in it, tied by one piece of evidence of `kind` about all of them."""

    class Meta:
        model = IntegrityCluster
        skip_postgeneration_save = True

    contest = factory.SubFactory(ContestFactory)
    key = factory.Sequence(lambda n: f"{n:064x}")
    severity = 0.9
    found_at = NOON

    @factory.post_generation
    def people(cluster, create, extracted, kind="same_person_data", score=0.8, facts=None):
        people = extracted or ParticipantFactory.create_batch(2, contest=cluster.contest)
        ClusterMember.objects.bulk_create(
            ClusterMember(cluster=cluster, participant=person) for person in people
        )
        ClusterEvidence.objects.create(
            cluster=cluster,
            kind=kind,
            score=score,
            participants=sorted(person.pk for person in people),
            facts=facts or {"count": len(people), "spelt_alike": True},
        )


class RankingRulesFactory(DjangoModelFactory):
    """The usual rules, said in so many words. Make it before the attempts."""

    class Meta:
        model = RankingRules

    contest = factory.SubFactory(ContestFactory)


class PredictionQuestionFactory(DjangoModelFactory):
    """How many people take part in the round. Make it before the attempts."""

    class Meta:
        model = PredictionQuestion

    round = factory.SubFactory(RoundFactory)
