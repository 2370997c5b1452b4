"""Keep the boards of the store in step with the database, and build them when they are not."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from redis.exceptions import RedisError

from leaderboard.boards import Board
from leaderboard.queries import board_entries, participant_entries, submitted_count
from leaderboard.rules.healing import Check, has_strayed
from leaderboard.services.announcing import announce
from leaderboard.stores import BoardState, StandingsStore, local_store, main_store

T = TypeVar("T")

CHECK_SECONDS = 1.0
BUILDER_SECONDS = 5.0  # how long a reader waits for somebody else's rebuild
POLL_SECONDS = 0.02

logger = logging.getLogger(__name__)


def record_result(boards: Sequence[Board], *, participant_id: int) -> list[int | None]:
    """Put what the database says of a participant on boards of one contest. One query.

    Returns the new version of each, None of one that did not move.
    """
    store = main_store()
    tickets = [store.ticket(board.name) for board in boards]  # before the reading: see Ticket
    entries = participant_entries(boards, participant_id=participant_id)
    return [
        store.put(board.name, entry, ticket)
        if entry is not None
        else store.remove(board.name, participant_id, ticket)
        for board, ticket, entry in zip(boards, tickets, entries, strict=True)
    ]


def rebuild(board: Board, store: StandingsStore | None = None) -> int:
    """Read the board from the database and swap it in. Returns the new version."""
    store = store or main_store()
    for _attempt in range(5):
        ticket = store.ticket(board.name)
        version = store.swap(board.name, board_entries(board), ticket)
        if version is not None:
            return version
    raise RuntimeError(f"the store lost board {board.name} five times while it was rebuilt")


def is_built(board: Board) -> bool:
    """Whether the store holds it; a board that nobody has asked for is built when somebody does."""
    return main_store().state(board.name) is not None


def drop_board(board: Board) -> None:
    """Forget what the store holds of a board; it is built again if somebody asks."""
    main_store().clear(board.name)


def read_board(board: Board, read: Callable[[StandingsStore], T | None]) -> T | None:
    """What `read` finds on the board, which is built first where it is not.

    While Redis is away the answer comes from a board in this process's memory.
    """
    try:
        return _read(main_store(), board, read)
    except RedisError:
        logger.warning("Redis is away: board %s is read from the database", board.name)
        return _read(local_store(), board, read)


def board_state(board: Board) -> BoardState:
    """How far the board has come. Looks at most once a second whether it is still right."""
    state = read_board(board, lambda store: store.state(board.name))
    if state is None:
        raise RuntimeError(f"board {board.name} is lost as often as it is built")
    if not _checks.is_due(board):
        return state
    if not _checks.has_strayed(board, Check(submitted_count(board), state.attempt_count)):
        return state
    logger.warning("board %s differs from the database and is rebuilt", board.name)
    announce(board, version=_rebuild_reachable(board))
    return read_board(board, lambda store: store.state(board.name)) or state


def _read(
    store: StandingsStore, board: Board, read: Callable[[StandingsStore], T | None]
) -> T | None:
    found = read(store)
    if found is not None:
        return found
    if store.state(board.name) is None:
        _build(store, board)
    return read(store)  # also when another has built it between the two looks


def _build(store: StandingsStore, board: Board) -> None:
    """One builder at a time; the others wait for it, but not for ever."""
    with store.building(board.name) as is_mine:
        if is_mine:
            if store.state(board.name) is None:  # it may have been built before the lock was ours
                rebuild(board, store)
            return
    give_up_at = time.monotonic() + BUILDER_SECONDS
    while time.monotonic() < give_up_at:
        time.sleep(POLL_SECONDS)
        if store.state(board.name) is not None:
            return
    rebuild(board, store)  # the builder died or is slow: twice is harmless, the swap is atomic


def _rebuild_reachable(board: Board) -> int:
    try:
        return rebuild(board)
    except RedisError:
        return rebuild(board, local_store())


@dataclass
class _Checks:
    """When each board was last compared with the database, and what came out."""

    due_at: dict[str, float] = field(default_factory=dict)
    last: dict[str, Check] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def is_due(self, board: Board) -> bool:
        """True for one caller a second and board."""
        now = time.monotonic()
        with self.lock:
            if now < self.due_at.get(board.name, 0.0):
                return False
            self.due_at[board.name] = now + CHECK_SECONDS
            return True

    def has_strayed(self, board: Board, now: Check) -> bool:
        with self.lock:
            before = self.last.get(board.name)
            self.last[board.name] = now
            if before is None or not has_strayed(before=before, now=now):
                return False
            del self.last[board.name]  # the board that comes now has no history
            return True

    def forget(self) -> None:
        with self.lock:
            self.due_at.clear()
            self.last.clear()


_checks = _Checks()


def forget_checks() -> None:
    """Start anew, as after a restart of the process."""
    _checks.forget()
