"""The boards of a sealed result: everybody, each division among itself, units."""

from base64 import b32encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import Unit
from contest.enums import NameDisplay, UnitCriterion
from contest.models import Contest, PrizeBoard, Round
from contest.results.queries import StandingRow, Standings
from contest.rules.canonical import instant_text, points_text, sha256
from contest.rules.collectives import UnitStanding
from contest.rules.naming import name_shown
from contest.rules.ranking import Lead
from contest.rules.ranking_rules import Rules
from contest.sealing.facts import division_names
from contest.sealing.leads import lead_content
from contest.sealing.parts import Row, closing_row, nonce

WHOLE = "hoi-thi"  # the board of the contest as a whole

Places = dict[str, tuple[int, int]]  # by receipt code: number among the attempts, and person


def board_code(contest_round: Round | None) -> str:
    return f"ky/{contest_round.slug}" if contest_round else WHOLE


@dataclass(frozen=True)
class SealedBoard:
    """The standings of a round or the contest, and how people are named in them."""

    contest: Contest
    code: str
    standings: Standings
    places: Places

    @cached_property
    def numbers(self) -> dict[int, int]:
        """By participant, the row."""
        return {row.participant_id: n for n, row in enumerate(self.standings.rows, start=1)}

    @cached_property
    def _unit_sizes(self) -> Counter[int | None]:
        return Counter(row.entrant.unit_id for row in self.standings.rows)

    @cached_property
    def _display(self) -> NameDisplay:
        return NameDisplay(self.contest.name_display)

    @cached_property
    def divisions(self) -> dict[int | None, str]:
        return division_names(self.contest)

    def rows(self) -> Iterator[Row]:
        for n, row in enumerate(self.standings.rows, start=1):
            yield self._row({"n": n, "place": row.place}, row, row.lead)

    def rows_within(self, own: Standings) -> Iterator[Row]:
        """Those of a division, in the places among themselves; each names its row of this board."""
        for n, row in enumerate(own.rows, start=1):
            number = self.numbers[row.participant_id]
            lead = self.standings.rows[number - 1].lead  # closed alike on both boards
            yield self._row({"n": n, "place": row.place, "row": number}, row, lead)

    def name_of(self, full_name: str, person: int) -> str:
        code = b32encode(bytes.fromhex(self._nonce(person))[:5]).decode()
        return name_shown(full_name, display=self._display, code=code)

    def unit_of(self, row: StandingRow) -> str:
        """ "" among so few that it would tell who it is."""
        is_small = self._unit_sizes[row.entrant.unit_id] < self.contest.min_unit_size
        return "" if is_small and self._display is not NameDisplay.FULL else row.entrant.unit

    def opened_nonce(self, person: int) -> str:
        """The code of a nameless person must not lead to it."""
        return sha256({"of": self._nonce(person)})

    def _nonce(self, person: int) -> str:
        return nonce(self.contest, self.code, person)

    def _row(self, numbered: dict[str, Any], row: StandingRow, lead: Lead | None) -> Row:
        attempts = sorted(self.places[code] for code in row.receipt_codes)
        person = attempts[0][1]
        shown = numbered | {
            "name": self.name_of(row.entrant.full_name, person),
            "unit": self.unit_of(row),
            "division": self.divisions.get(row.entrant.division_id, ""),
            "score": points_text(row.score),
            "max_score": points_text(row.max_score),
            "correct_count": row.correct_count,
            "elapsed_ms": row.elapsed_ms,
            "submitted_at": instant_text(row.submitted_at),
            "gap": [row.result.gap.missing, row.result.gap.distance],
            "attempts": [number for number, _person in attempts],
        }
        opened = {
            "nonce": self.opened_nonce(person),
            "person": person,
            "full_name": row.entrant.full_name,
            "unit": row.entrant.unit,
            "unit_key": row.entrant.unit_id,
            "unit_kind": row.entrant.unit_kind,
            "kind": row.entrant.kind,
            "lead": lead_content(lead),
        }
        return closing_row(shown, opened)


def board_rules(rules: Rules) -> dict[str, Any]:
    return {
        "chain": [criterion.value for criterion in rules.chain],
        "attempts": rules.attempts.value,
        "rounds": rules.rounds.value,
        "best_rounds": rules.best_rounds,
    }


def unit_rows(board: PrizeBoard, ranked: list[tuple[Unit, UnitStanding]], code: str) -> list[Row]:
    """In the order of a collective prize; the points of a unit of few are closed."""
    return [
        _unit_row(board, n, unit, standing, code)
        for n, (unit, standing) in enumerate(ranked, start=1)
    ]


def _unit_row(board: PrizeBoard, n: int, unit: Unit, standing: UnitStanding, code: str) -> Row:
    tally = standing.tally
    points = points_text(tally.points)
    is_small = tally.people < board.contest.min_unit_size
    shown = {
        "n": n,
        "place": standing.place,
        "name": unit.name,
        "kind": unit.kind,
        "people": tally.people,
        "headcount": tally.headcount,
        "winners": tally.winners if UnitCriterion.WINNERS in board.chain else 0,
        "points": "" if is_small else points,
        "left_out": standing.left_out.value if standing.left_out else "",
    }
    opened = {"nonce": nonce(board.contest, code, unit.pk), "unit": unit.pk, "points": points}
    return closing_row(shown, opened)
