from contest.models.attempt import TIME_FIELDS, Answer, AnswerEvent, Attempt, Participant
from contest.models.contest import (
    BlueprintRow,
    Contest,
    Division,
    DivisionKind,
    Round,
    RoundOutage,
)
from contest.models.decision import Decision

__all__ = [
    "TIME_FIELDS",
    "Answer",
    "AnswerEvent",
    "Attempt",
    "BlueprintRow",
    "Contest",
    "Decision",
    "Division",
    "DivisionKind",
    "Participant",
    "Round",
    "RoundOutage",
]
