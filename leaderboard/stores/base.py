"""What a store of standings can do. It holds nothing that the database could not give again."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from leaderboard.rules.units import UnitTally


@dataclass(frozen=True)
class Entry:
    """One participant on a board."""

    participant_id: int
    member: str  # leaderboard.rules.members
    division_id: int | None
    unit_id: int | None
    attempt_count: int  # submitted attempts behind the result


@dataclass(frozen=True)
class Ticket:
    """A place in the queue of writers, taken before reading the database.

    Of two writers of the same participant the later ticket wins: it was drawn after every commit
    that an earlier ticket stands for, so its reading holds them all. A result may thus get worse
    as well as better (a round of zero points adds time to a total; a regrade takes points away).
    The epoch changes when the store loses its data, which makes older tickets void.
    """

    epoch: str
    number: int


@dataclass(frozen=True)
class BoardState:
    """`version` grows with every change, also beyond a loss of the store's data."""

    version: int
    participant_count: int
    attempt_count: int


@dataclass(frozen=True)
class BoardPage:
    """Neighbouring members, their places, and how many there are in all."""

    version: int
    participant_count: int
    members: list[str]
    places: list[int]


@dataclass(frozen=True)
class Rank:
    place: int
    index: int  # members before this one; more than place - 1 where results are equal


class StandingsStore(Protocol):
    """Per board the order of all participants and, apart, of each division.

    Reading functions return None when the board is not built, or lost some of its data: then
    someone has to take a ticket, read the database and `swap`.
    """

    is_shared: bool  # between processes

    def ticket(self, board: str) -> Ticket: ...

    def put(self, board: str, entry: Entry, ticket: Ticket) -> int | None:
        """Replace the participant's entry; the new version, or None when nothing changed."""

    def remove(self, board: str, participant_id: int, ticket: Ticket) -> int | None:
        """Take the participant off the board; the new version, or None when nothing changed."""

    def swap(self, board: str, entries: Iterable[Entry], ticket: Ticket) -> int | None:
        """Replace the whole board at once, but for entries put with a later ticket.

        The new version; None when the ticket is void and the database must be read again.
        """

    def state(self, board: str) -> BoardState | None: ...

    def page(
        self, board: str, *, division_id: int | None, offset: int, limit: int
    ) -> BoardPage | None: ...

    def rank(self, board: str, participant_id: int, *, division_id: int | None) -> Rank | None:
        """None also when the participant is not on the board or not in the division."""

    def units(self, board: str, *, division_id: int | None) -> list[UnitTally] | None: ...

    def clear(self, board: str) -> None: ...

    def building(self, board: str) -> AbstractContextManager[bool]:
        """Yields whether the caller is the one to rebuild the board now."""
