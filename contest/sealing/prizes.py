"""The prizes of a sealed result: who has which, why somebody was passed over, who follows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from contest.errors import ContestError
from contest.models import PrizeBoard, RankingRules
from contest.results.prizes import (
    BoardProposal,
    Candidate,
    board_proposal,
    ranked_units,
    ruled_winner,
)
from contest.results.queries import StandingRow, Standings, within
from contest.results.wording import ranking_rule, unit_rule
from contest.sealing.boards import SealedBoard, unit_rows
from contest.sealing.parts import Row, Sealing, closing_row, nonce


@dataclass(frozen=True)
class Named:
    """Somebody of whom a row tells: the row of their board, none of who stands outside."""

    row: int | None
    name: str  # as the public reads it
    unit: str
    full_name: str
    full_unit: str


@dataclass
class SealedPrizes:
    """Takes the prize boards of a result up; `heads` and `unit_heads` are the head's part."""

    sealing: Sealing
    numbers: dict[int, int]  # by prize board, its number
    heads: list[dict[str, Any]] = field(default_factory=list)
    unit_heads: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, board: PrizeBoard, whole: Standings, sealed: SealedBoard, *, goes_by: str
    ) -> None:
        """`whole` are all of its round or contest, `sealed` the board of them; `goes_by` the code
        of the board whose rows it names, "" where that is not sealed.

        Raises ContestError "awards_outdated" where the awards are not what follows any more.
        """
        code = f"giai/{self.numbers[board.pk]}"
        proposed = board_proposal(board, whole=whole)
        if proposed.awards and not proposed.is_taken_over:
            message = _(
                "Danh sách giải “%(name)s” đã ghi nhận không còn khớp với xếp hạng và quyết định "
                "hiện tại; xin ghi nhận lại trước khi niêm phong."
            ) % {"name": board.name}
            raise ContestError("awards_outdated", message, HTTPStatus.CONFLICT)
        own = within(whole, board.division_id)
        if board.is_collective:
            named = self._units(board, own, proposed, code=code, goes_by=goes_by)
        else:
            named = _people(own, proposed, sealed)
        rules = RankingRules.objects.filter(contest=board.contest_id).first()
        rows = _rows(board, proposed, named, code)
        self.heads.append(
            {
                "code": code,
                "name": board.name,
                "kind": board.kind,
                "board": code if board.is_collective else goes_by,
                "rule": (
                    unit_rule(board)
                    if board.is_collective
                    else ranking_rule(whole.rules, over_rounds=board.round is None)
                ),
                "one_per_person": bool(rules and rules.one_prize_per_person),
                "taken_over": bool(proposed.awards),
                "prizes": [
                    {"name": it.name, "count": it.count, "amount": it.amount}
                    for it in proposed.prizes
                ],
                **self.sealing.add(f"prizes:{code}", rows),
            }
        )

    def _units(
        self,
        board: PrizeBoard,
        own: Standings,
        proposed: BoardProposal,
        *,
        code: str,
        goes_by: str,
    ) -> dict[int, Named]:
        """Seal the order of the units as well."""
        ranked = ranked_units(board, own)
        told = self.sealing.add(f"units:{code}", unit_rows(board, ranked, code))
        self.unit_heads.append(
            {
                "code": code,
                "name": board.name,
                "board": goes_by,
                "criteria": list(board.criteria),
                "min_people": board.min_people,
                "min_percent": board.min_percent,
                **told,
            }
        )
        named = {
            unit.pk: Named(n, unit.name, "", unit.name, "")
            for n, (unit, _standing) in enumerate(ranked, start=1)
        }
        for override in proposed.overrides:
            name = proposed.candidates[ruled_winner(override)].name
            named.setdefault(ruled_winner(override), Named(None, name, "", name, ""))
        return named


def _people(own: Standings, proposed: BoardProposal, sealed: SealedBoard) -> dict[int, Named]:
    """Those whom a row will name: most stand in the order, some only in a decision."""
    wanted = {line.candidate.pk: line.candidate for line in _lines(proposed)}
    named = {
        row.participant_id: _person(n, row, sealed)
        for n, row in enumerate(own.rows, start=1)
        if row.participant_id in wanted
    }
    for pk in wanted.keys() - named.keys():
        who = wanted[pk]
        named[pk] = Named(None, sealed.name_of(who.name, pk), "", who.name, who.beside)
    return named


def _person(n: int, row: StandingRow, sealed: SealedBoard) -> Named:
    who = row.entrant
    name = sealed.name_of(who.full_name, row.participant_id)
    return Named(n, name, sealed.unit_of(row), who.full_name, who.unit)


@dataclass(frozen=True)
class _Line:
    """A row before it is numbered and named. What: "award", "passed", "reserve" or "ruled"."""

    what: str
    candidate: Candidate
    prize: int = 0  # its place in the board's list; 0: none
    by: str = ""  # of an award: "ranking" or "jury"
    reason: str = ""


def _rows(
    board: PrizeBoard, proposed: BoardProposal, named: dict[int, Named], code: str
) -> Iterator[Row]:
    for n, line in enumerate(_lines(proposed), start=1):
        pk = line.candidate.pk
        who = named[pk]
        is_closed = line.what == "ruled"  # that somebody is to have none is theirs to tell
        shown = {
            "n": n,
            "what": line.what,
            "prize": line.prize,
            "by": line.by,
            "place": None if is_closed else line.candidate.place,
            "row": None if is_closed else who.row,
            "name": "" if is_closed else who.name,
            "unit": "" if is_closed else who.unit,
        }
        opened = {
            "nonce": nonce(board.contest, f"{code}:{line.what}", pk),
            "winner": pk,
            "row": who.row,
            "full_name": who.full_name,
            "unit": who.full_unit,
            "reason": line.reason,
        }
        yield closing_row(shown, opened)


def _lines(proposed: BoardProposal) -> Iterator[_Line]:
    """Awards in the order of the prizes; those passed over and the reserves once it is settled."""
    positions = {it.pk: place for place, it in enumerate(proposed.prizes, start=1)}
    if proposed.awards:
        for it in proposed.winners:
            by, reason = ("jury", it.override.reason) if it.override else ("ranking", "")
            yield _Line("award", it.candidate, positions[it.prize.pk], by, reason)
        for candidate in proposed.passed:
            yield _Line("passed", candidate)
        for candidate in proposed.reserves:
            yield _Line("reserve", candidate)
    for override in proposed.overrides:
        winner = proposed.candidates[ruled_winner(override)]
        prize = positions[override.prize_id] if override.prize_id else 0
        yield _Line("ruled", winner, prize, "", override.reason)
