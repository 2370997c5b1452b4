"""What the bank has to say to a blueprint before a contest relies on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from questionbank.enums import Difficulty
from questionbank.models import QuestionSet, Topic
from questionbank.queries import drawable_pools
from questionbank.rules.blueprints import (
    Exposure,
    Overlap,
    expected_overlap,
    exposure,
    fill,
    wanting,
)


@dataclass(frozen=True)
class CheckedRow:
    """A row of the blueprint beside what the bank has for it."""

    topic: Topic
    difficulty: str  # what people read; "" for any
    count: int
    pool_size: int
    lacking: int  # questions, with all rows served at once
    elsewhere: int  # of the same topic, of other difficulties
    exposure: Exposure  # papers that one of its questions stands on
    wanting: int  # questions, for papers to differ well enough


@dataclass(frozen=True)
class Check:
    rows: list[CheckedRow]
    question_count: int  # on a paper
    lacking: int
    overlap: Overlap
    people: int

    @property
    def overlap_share(self) -> float:
        """Of a paper, what the paper of another person shares with it."""
        return self.overlap.expected / self.question_count


def check_blueprint(
    asked: Sequence[tuple[Topic, str, int]],
    *,
    question_set: QuestionSet | None,
    people: int,
    on: date,
) -> Check:
    """`asked`: topic, difficulty ("": any) and count, a row each; there is one. Two queries."""
    keys = [(topic.pk, difficulty) for topic, difficulty, _count in asked]
    wanted = {*keys, *((topic_id, "") for topic_id, _difficulty in keys)}
    by_row = drawable_pools(wanted, question_set=question_set, on=on)
    pools = [by_row[key] for key in keys]
    counts = [count for _topic, _difficulty, count in asked]
    filling = fill(counts, pools)
    exposures = exposure(counts, pools, people)
    rows = [
        CheckedRow(
            topic=topic,
            difficulty=str(Difficulty(difficulty).label) if difficulty else "",
            count=count,
            pool_size=len(pool),
            lacking=lacking,
            elsewhere=len(by_row[topic.pk, ""] - pool),
            exposure=each,
            wanting=wanting(count, len(pool)),
        )
        for (topic, difficulty, count), pool, lacking, each in zip(
            asked, pools, filling.lacking, exposures, strict=True
        )
    ]
    return Check(
        rows=rows,
        question_count=sum(counts),
        lacking=sum(filling.lacking),
        overlap=expected_overlap(counts, pools, people),
        people=people,
    )
