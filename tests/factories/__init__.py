from tests.factories.accounts import RoleGrantFactory, UnitFactory, UserFactory
from tests.factories.clock import NOON
from tests.factories.contest import (
    AskedFieldFactory,
    AttemptFactory,
    BlueprintRowFactory,
    ClusterFactory,
    ConsentTextFactory,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RegistrationRulesFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)
from tests.factories.questionbank import QuestionFactory, QuestionSetFactory, TopicFactory

__all__ = [
    "NOON",
    "AskedFieldFactory",
    "AttemptFactory",
    "BlueprintRowFactory",
    "ClusterFactory",
    "ConsentTextFactory",
    "ContestFactory",
    "DivisionFactory",
    "ParticipantFactory",
    "PredictionQuestionFactory",
    "QuestionFactory",
    "QuestionSetFactory",
    "RankingRulesFactory",
    "RegistrationRulesFactory",
    "RoleGrantFactory",
    "RoundFactory",
    "SubmittedAttemptFactory",
    "TopicFactory",
    "UnitFactory",
    "UserFactory",
]
