"""Why a row of a sealed board stands before the next, from what the rows say."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise, takewhile
from typing import Any

from contest.enums import Criterion
from contest.results.wording import lead_text
from contest.rules.predicting import Gap
from contest.rules.ranking import Lead, Result, rank
from contest.rules.ranking_rules import KNOWN_AT_ONCE, PREDICTIONS, chain_of


def explained(rows: Sequence[dict[str, Any]], chain: Sequence[str]) -> list[dict[str, Any]]:
    """Each row with its `why`: what parts it from the next. "" for the last one, among equals, and
    where it follows from what a row does not tell, as age does."""
    told = {*KNOWN_AT_ONCE, *(PREDICTIONS if all("gap" in row for row in rows) else ())}
    criteria = chain_of(chain)
    known = list(takewhile(lambda it: it in told, criteria))
    is_lot_next = criteria[len(known) : len(known) + 1] == (Criterion.LOT,)
    leads = [standing.lead for standing in rank(map(_result, rows), known)]
    for index, (row, after) in enumerate(pairwise(rows)):
        if leads[index] is None and is_lot_next and row["place"] != after["place"]:
            leads[index] = Lead(Criterion.LOT, None)
    return [row | {"why": lead_text(lead)} for row, lead in zip(rows, leads, strict=True)]


def _result(row: dict[str, Any]) -> Result:
    return Result(
        participant_id=row["n"],
        score=Decimal(row["score"]),
        elapsed_ms=row["elapsed_ms"],
        submitted_at=datetime.fromisoformat(row["submitted_at"]),
        gap=Gap(*row.get("gap", ())),
    )
