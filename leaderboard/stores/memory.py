"""Standings in the memory of this process."""

import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped]  # it has no stubs

from leaderboard.rules.members import member_hundredths, tie_key
from leaderboard.rules.places import places
from leaderboard.rules.units import UnitTally
from leaderboard.stores.base import BoardPage, BoardState, Entry, Rank, Ticket

ALL = 0  # the filter that lets everybody through; divisions are numbered from 1


@dataclass
class _Tally:
    participants: int = 0
    hundredths: int = 0


@dataclass
class _Rows:
    """The entries of a board, in order and added up."""

    entries: dict[int, Entry] = field(default_factory=dict)
    order: defaultdict[int, Any] = field(default_factory=lambda: defaultdict(SortedList))
    tallies: defaultdict[int, defaultdict[int, _Tally]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(_Tally))
    )
    attempt_count: int = 0

    def replace(self, participant_id: int, entry: Entry | None) -> bool:
        """Whether anything changed; None takes the participant off."""
        old = self.entries.get(participant_id)
        if old == entry:
            return False
        if old is not None:
            self._drop(old)
        if entry is not None:
            self._add(entry)
        return True

    def _add(self, entry: Entry) -> None:
        self.entries[entry.participant_id] = entry
        self.attempt_count += entry.attempt_count
        for key in _filters(entry):
            self.order[key].add(entry.member)
        self._tally(entry, 1)

    def _drop(self, entry: Entry) -> None:
        del self.entries[entry.participant_id]
        self.attempt_count -= entry.attempt_count
        for key in _filters(entry):
            self.order[key].remove(entry.member)
        self._tally(entry, -1)

    def _tally(self, entry: Entry, sign: int) -> None:
        if entry.unit_id is None:
            return
        for key in _filters(entry):
            tally = self.tallies[key][entry.unit_id]
            tally.participants += sign
            tally.hundredths += sign * member_hundredths(entry.member)
            if not tally.participants:
                del self.tallies[key][entry.unit_id]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "_Rows":
        rows = cls()
        members: defaultdict[int, list[str]] = defaultdict(list)
        for entry in entries:
            rows.entries[entry.participant_id] = entry
            rows.attempt_count += entry.attempt_count
            rows._tally(entry, 1)
            for key in _filters(entry):
                members[key].append(entry.member)
        for key, texts in members.items():
            rows.order[key] = SortedList(texts)  # one sort is far cheaper than many insertions
        return rows


@dataclass
class _Board:
    epoch: str
    version: int
    rows: _Rows = field(default_factory=_Rows)
    is_built: bool = False
    last_ticket: int = 0
    tickets: dict[int, int] = field(default_factory=dict)  # participant: last ticket used


class MemoryStore:
    """Safe for threads; every operation holds the one lock for microseconds."""

    is_shared = False

    def __init__(self) -> None:
        self._boards: dict[str, _Board] = {}
        self._building: set[str] = set()
        self._lock = RLock()

    def ticket(self, board: str) -> Ticket:
        with self._lock:
            kept = self._boards.get(board)
            if kept is None:
                kept = self._boards[board] = _Board(uuid.uuid4().hex, time.time_ns() // 1000)
            kept.last_ticket += 1
            return Ticket(kept.epoch, kept.last_ticket)

    def put(self, board: str, entry: Entry, ticket: Ticket) -> int | None:
        return self._replace(board, entry.participant_id, entry, ticket)

    def remove(self, board: str, participant_id: int, ticket: Ticket) -> int | None:
        return self._replace(board, participant_id, None, ticket)

    def _replace(
        self, board: str, participant_id: int, entry: Entry | None, ticket: Ticket
    ) -> int | None:
        with self._lock:
            kept = self._kept(board, ticket)
            if kept is None or kept.tickets.get(participant_id, 0) >= ticket.number:
                return None
            kept.tickets[participant_id] = ticket.number
            if not kept.rows.replace(participant_id, entry):
                return None
            kept.version += 1
            return kept.version

    def swap(self, board: str, entries: Iterable[Entry], ticket: Ticket) -> int | None:
        rows = _Rows.of(entries)
        with self._lock:
            kept = self._kept(board, ticket)
            if kept is None:
                return None
            later = {pk: used for pk, used in kept.tickets.items() if used > ticket.number}
            for participant_id in later:
                rows.replace(participant_id, kept.rows.entries.get(participant_id))
            kept.rows, kept.tickets, kept.is_built = rows, later, True
            kept.version += 1
            return kept.version

    def _kept(self, board: str, ticket: Ticket) -> _Board | None:
        kept = self._boards.get(board)
        return kept if kept is not None and kept.epoch == ticket.epoch else None

    def state(self, board: str) -> BoardState | None:
        with self._lock:
            kept = self._built(board)
            if kept is None:
                return None
            return BoardState(kept.version, len(kept.rows.entries), kept.rows.attempt_count)

    def page(
        self, board: str, *, division_id: int | None, offset: int, limit: int
    ) -> BoardPage | None:
        with self._lock:
            kept = self._built(board)
            if kept is None:
                return None
            order = kept.rows.order.get(division_id or ALL, ())
            members = list(order[offset : offset + limit])
            first = order.bisect_left(tie_key(members[0])) + 1 if members else 0
            return BoardPage(
                version=kept.version,
                participant_count=len(order),
                members=members,
                places=places(members, offset=offset, first_place=first),
            )

    def rank(self, board: str, participant_id: int, *, division_id: int | None) -> Rank | None:
        with self._lock:
            kept = self._built(board)
            entry = kept and kept.rows.entries.get(participant_id)
            if not kept or not entry or division_id not in (None, entry.division_id):
                return None
            order = kept.rows.order[division_id or ALL]
            return Rank(
                place=order.bisect_left(tie_key(entry.member)) + 1,
                index=order.bisect_left(entry.member),
            )

    def units(self, board: str, *, division_id: int | None) -> list[UnitTally] | None:
        with self._lock:
            kept = self._built(board)
            if kept is None:
                return None
            return [
                UnitTally(unit_id, tally.participants, tally.hundredths)
                for unit_id, tally in kept.rows.tallies.get(division_id or ALL, {}).items()
            ]

    def _built(self, board: str) -> _Board | None:
        kept = self._boards.get(board)
        return kept if kept is not None and kept.is_built else None

    def clear(self, board: str) -> None:
        with self._lock:
            self._boards.pop(board, None)

    @contextmanager
    def building(self, board: str) -> Iterator[bool]:
        with self._lock:
            is_mine = board not in self._building
            self._building.add(board)
        try:
            yield is_mine
        finally:
            if is_mine:
                with self._lock:
                    self._building.discard(board)


def _filters(entry: Entry) -> tuple[int, ...]:
    return (ALL,) if entry.division_id is None else (ALL, entry.division_id)
