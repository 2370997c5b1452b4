from tests.factories.accounts import RoleGrantFactory, UnitFactory, UserFactory
from tests.factories.clock import NOON
from tests.factories.contest import (
    AttemptFactory,
    BlueprintRowFactory,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)
from tests.factories.questionbank import QuestionFactory, QuestionSetFactory, TopicFactory

__all__ = [
    "NOON",
    "AttemptFactory",
    "BlueprintRowFactory",
    "ContestFactory",
    "DivisionFactory",
    "ParticipantFactory",
    "QuestionFactory",
    "QuestionSetFactory",
    "RoleGrantFactory",
    "RoundFactory",
    "SubmittedAttemptFactory",
    "TopicFactory",
    "UnitFactory",
    "UserFactory",
]
