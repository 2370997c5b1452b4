"""What a question file repeats in other words: advice for its preview, stored nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from questionbank.formats.parsed import ParsedQuestion
from questionbank.models import Question
from questionbank.neighbours import NOBODY, Likeness, nearest_of_bank, text_of
from questionbank.rules.near_duplicates import Match, rank_of
from questionbank.rules.near_index import Index
from questionbank.services.importing import Outcome, Plan, PlannedRow

PART = 50  # rows; others who ask the bank wait for one part at most
_STORED = (Outcome.CREATED, Outcome.CHANGED)


@dataclass(frozen=True)
class NearRow(Likeness):
    """A row of the file and the question nearest to it: of the bank, or of an earlier row.

    `of` is the code of the question, or where the row stands, whose content is then `other`.
    """

    where: str
    content: ParsedQuestion
    of: str
    other: ParsedQuestion | None

    def summary(self) -> dict[str, Any]:
        return {
            "row": self.where,
            "of": self.of,
            "score": round(self.score, 3),
            "relation": self.relation.value,
            "differences": list(self.differences),
        }


def rows_to_compare(plan: Plan) -> list[PlannedRow]:
    return [row for row in plan.rows if row.outcome in _STORED]


def near_rows(plan: Plan) -> Iterator[list[NearRow]]:
    """For each question that would be stored the one nearest to it, if its score is enough.

    Part by part, PART rows each, in the order of the file.
    """
    rows = rows_to_compare(plan)
    earlier, row_of = Index(), dict[int, PlannedRow]()
    for start in range(0, len(rows), PART):
        yield list(_near(rows[start : start + PART], earlier, row_of))


def _near(
    part: list[PlannedRow], earlier: Index, row_of: dict[int, PlannedRow]
) -> Iterator[NearRow]:
    """`row_of` has the rows of `earlier`; their keys are those of the bank, or below NOBODY."""
    known = _keys([row.code for row in part if row.code])
    contents = [(row, row.content) for row in part if row.content is not None]
    texts = [
        text_of(known.get(row.code, NOBODY - len(row_of) - place), content)
        for place, (row, content) in enumerate(contents, start=1)
    ]
    in_bank = nearest_of_bank(texts, limit=1)
    codes = _codes([match.key for matches in in_bank for match in matches])
    for (row, content), text, matches in zip(contents, texts, in_bank, strict=True):
        stored = [(match, codes[match.key], None) for match in matches if match.key in codes]
        found = earlier.nearest(text, limit=1)
        above = [(match, row_of[match.key].where, row_of[match.key].content) for match in found]
        earlier.add(text)
        row_of[text.key] = row
        if best := max([*stored, *above], key=_rank, default=None):
            match, of, other = best
            yield NearRow(
                match.score, match.relation, match.differences, row.where, content, of, other
            )


def _rank(found: tuple[Match, str, ParsedQuestion | None]) -> tuple[float, bool, int]:
    return rank_of(found[0])


def _keys(codes: list[str]) -> dict[str, int]:
    return dict(Question.objects.filter(code__in=codes).values_list("code", "pk"))


def _codes(keys: list[int]) -> dict[int, str]:
    return dict(Question.objects.filter(pk__in=keys).values_list("pk", "code"))
