from contest.models.attempt import Answer, AnswerEvent, Attempt, Participant
from contest.models.contest import BlueprintRow, Contest, Division, DivisionKind, Round

__all__ = [
    "Answer",
    "AnswerEvent",
    "Attempt",
    "BlueprintRow",
    "Contest",
    "Division",
    "DivisionKind",
    "Participant",
    "Round",
]
