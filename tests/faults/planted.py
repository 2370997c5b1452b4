"""The site with a fault planted in it: proof that the fault tests would find such a one.

PLANTED names it: "early_acknowledgement", "no_lock", "graded_twice", or "slow_grading", which is
no fault but makes room for the second.
"""

import asyncio
import os
import time
from collections.abc import Collection, Sequence
from typing import Any

from config.asgi import application
from contest.services import group_commit, storing, submitting
from contest.services.saving import SavedAnswer
from contest.services.storing import Save

__all__ = ["application"]

SLOW = 0.3  # seconds in which an answer may slip in
_background: set[asyncio.Task[Any]] = set()


def early_acknowledgement() -> None:
    """Say that it is saved, and save it a moment later."""
    commit = group_commit.GroupCommit.save

    async def save(self: Any, saves: Sequence[Save]) -> list[Any]:
        async def later() -> None:
            await asyncio.sleep(SLOW)
            await commit(self, saves)

        task = asyncio.create_task(later())
        _background.add(task)
        task.add_done_callback(_background.discard)
        return [
            SavedAnswer(it.position, it.response, it.client_number, is_current=True) for it in saves
        ]

    group_commit.GroupCommit.save = save  # type: ignore[method-assign,assignment]


def slow_grading() -> None:
    """Between reading the answers and closing the paper there is time."""
    graded_items = submitting.graded_items

    def slowly(*, attempt_ids: Collection[int]) -> Any:
        papers = graded_items(attempt_ids=attempt_ids)
        time.sleep(SLOW)
        return papers

    submitting.graded_items = slowly


def no_lock() -> None:
    """A save does not look whether the paper is being graded."""
    slow_grading()
    storing.POSTGRESQL = storing.POSTGRESQL.replace("FOR KEY SHARE", "")


def graded_twice() -> None:
    """Whoever hands in a paper that is closed has it graded anew."""

    def submit_attempt(*, code: Any, user_id: int, at: Any) -> Any:
        with submitting.transaction.atomic():
            attempt = submitting.Attempt.objects.select_for_update().get(code=code)
            submitting._close([attempt], at=at, by=submitting.ClosedBy.PARTICIPANT)
            return attempt

    from contest.views import attempts  # noqa: PLC0415 (after the patched module)

    attempts.submit_attempt = submit_attempt


globals()[os.environ["PLANTED"]]()
