"""Previews and regrades beside the page that asked for them, with how far they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.background import in_background
from accounts.models import User
from contest.errors import ContestError
from contest.models import Contest, Decision
from contest.regrading.applying import Progress, apply_regrade, last_number, undo_regrade
from contest.regrading.preview import Preview, preview_regrade
from contest.regrading.proposing import Proposal

SILENT_SECONDS = 120  # work that has told nothing for so long died with its process
KEPT_SECONDS = 900  # a preview, for whoever is reading it
T = TypeVar("T")


@dataclass(frozen=True)
class Working:
    """How far work is; or why it stopped, in a sentence."""

    done: int = 0
    total: int = 0
    failure: str = ""


def preview_of(contest: Contest, proposal: Proposal, *, winner_count: int) -> Preview | Working:
    """The preview, or how far it is: begun here unless it is under way or there.

    One that reckons with the decisions so far; the next decision makes it stale.
    """
    asked = (contest.pk, last_number(contest), winner_count, sorted(proposal.details().items()))
    key = f"regrade-preview:{sha256(repr(asked).encode()).hexdigest()}"
    found: Preview | Working | None = cache.get(key)
    if isinstance(found, Working) and found.failure:
        cache.delete(key)
        return found
    if found is None and cache.add(key, Working(), timeout=SILENT_SECONDS):
        _begin(
            key,
            lambda progress: preview_regrade(
                contest, proposal, winner_count=winner_count, progress=progress
            ),
            keep=True,
        )
    return found or cache.get(key) or Working()


def begin_regrade(
    contest: Contest, proposal: Proposal, *, seen: int, reason: str, actor: User, at: datetime
) -> None:
    """Apply the proposal, one regrade of a contest at a time; what is refused is told as failed.

    Raises ContestError "working".
    """
    _claim(contest)
    _begin(
        _key(contest),
        lambda progress: apply_regrade(
            contest_id=contest.pk,
            proposal=proposal,
            seen=seen,
            reason=reason,
            actor=actor,
            at=at,
            progress=progress,
        ),
    )


def begin_undoing(decision: Decision, *, reason: str, actor: User, at: datetime) -> None:
    """Undo a regrade, as `begin_regrade` does one. Raises ContestError "working"."""
    _claim(decision.contest)
    _begin(
        _key(decision.contest),
        lambda progress: undo_regrade(
            decision=decision, reason=reason, actor=actor, at=at, progress=progress
        ),
    )


def working_on(contest: Contest) -> Working | None:
    """None unless a regrade of the contest is under way, or has just failed."""
    working: Working | None = cache.get(_key(contest))
    return working


def forget_failure(contest: Contest) -> None:
    """It has been shown."""
    cache.delete(_key(contest))


def _claim(contest: Contest) -> None:
    working = working_on(contest)
    if working is not None and working.failure:
        forget_failure(contest)
    if not cache.add(_key(contest), Working(), timeout=SILENT_SECONDS):
        message = _("Đang chấm lại một câu hỏi của hội thi này. Xin chờ.")
        raise ContestError("working", message)


def _key(contest: Contest) -> str:
    return f"regrading:{contest.pk}"


def _begin(key: str, deed: Callable[[Progress], T], *, keep: bool = False) -> None:
    """Do it in a thread; its progress, then its failure if it fails, stand under the key.

    Where it ends well the key goes, unless the outcome is to be kept there.
    """

    def tell(done: int, total: int) -> None:
        cache.set(key, Working(done, total), timeout=SILENT_SECONDS)

    def work() -> None:
        outcome = deed(tell)
        if keep:
            cache.set(key, outcome, timeout=KEPT_SECONDS)
        else:
            cache.delete(key)

    def failed(refusal: Exception | None) -> None:
        unforeseen = _("Không xong, và chưa có gì thay đổi. Xin thử lại.")
        failure = getattr(refusal, "message", unforeseen)
        cache.set(key, Working(failure=failure), timeout=SILENT_SECONDS)

    in_background(work, name="regrade", refusals=(ContestError,), failed=failed)
