from contest.models.attempt import TIME_FIELDS, Answer, AnswerEvent, Attempt, Participant
from contest.models.complaint import LONGEST_COMPLAINT, Complaint
from contest.models.contest import (
    BlueprintRow,
    Contest,
    Division,
    DivisionKind,
    Round,
    RoundOutage,
)
from contest.models.counter import CounterDevice, CounterSlip
from contest.models.decision import Decision
from contest.models.document import Certificate, DocumentTemplate, ExportFile, Letterhead
from contest.models.integrity import (
    AttemptOrigin,
    ClusterEvidence,
    ClusterMember,
    IntegrityCluster,
    IntegrityScan,
)
from contest.models.key_change import KeyChange, RegradeRow
from contest.models.people_file import ActivationSlip, PeopleFile
from contest.models.privacy import DeletionRequest
from contest.models.prizes import Award, AwardOverride, Prize, PrizeBoard
from contest.models.ranking import (
    LotDraw,
    PredictionQuestion,
    PredictionTruth,
    RankingRules,
    rules_of,
)
from contest.models.registration import (
    AskedField,
    ConsentText,
    EligibleKind,
    Identifier,
    ListedPerson,
    Registration,
    RegistrationRules,
    UnitCondition,
)
from contest.models.result import ResultPart, ResultVersion
from contest.models.unit_headcount import UnitHeadcount, counted_headcount

__all__ = [
    "LONGEST_COMPLAINT",
    "TIME_FIELDS",
    "ActivationSlip",
    "Answer",
    "AnswerEvent",
    "AskedField",
    "Attempt",
    "AttemptOrigin",
    "Award",
    "AwardOverride",
    "BlueprintRow",
    "Certificate",
    "ClusterEvidence",
    "ClusterMember",
    "Complaint",
    "ConsentText",
    "Contest",
    "CounterDevice",
    "CounterSlip",
    "Decision",
    "DeletionRequest",
    "Division",
    "DivisionKind",
    "DocumentTemplate",
    "EligibleKind",
    "ExportFile",
    "Identifier",
    "IntegrityCluster",
    "IntegrityScan",
    "KeyChange",
    "Letterhead",
    "ListedPerson",
    "LotDraw",
    "Participant",
    "PeopleFile",
    "PredictionQuestion",
    "PredictionTruth",
    "Prize",
    "PrizeBoard",
    "RankingRules",
    "Registration",
    "RegistrationRules",
    "RegradeRow",
    "ResultPart",
    "ResultVersion",
    "Round",
    "RoundOutage",
    "UnitCondition",
    "UnitHeadcount",
    "counted_headcount",
    "rules_of",
]
