"""Sealing a large result takes longer than a page may: it goes on behind and tells its progress."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from accounts.background import in_background
from accounts.models import User
from contest.errors import ContestError
from contest.models import Attempt, Contest, Round
from contest.sealing.boards import board_code
from contest.sealing.sealing import refuse_to_seal, require_jury, seal

AT_ONCE = 2000  # attempts that are sealed within the request
SILENT_SECONDS = 120  # work that has told nothing for so long died with its process


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    has_failed: bool = False
    refusal: str = ""  # why it was refused on the way


def begin_sealing(
    contest: Contest, contest_round: Round | None, *, actor: User, at: datetime
) -> bool:
    """Seal at once, or start the work unless it is under way. Returns whether it is done.

    Raises ContestError as `seal` does; what is refused on the way stands in `progress_of`.
    """
    require_jury(actor)
    refuse_to_seal(contest, contest_round, at=at)
    total = _attempt_count(contest, contest_round)
    if total <= AT_ONCE:
        seal(contest_id=contest.pk, contest_round=contest_round, actor=actor, at=at)
        return True
    key = _key(contest, contest_round)
    known: Progress | None = cache.get(key)
    if known is not None and known.has_failed:
        cache.delete(key)
    if not cache.add(key, Progress(0, total), timeout=SILENT_SECONDS):
        return False

    def tell(done: int) -> None:
        cache.set(key, Progress(done, total), timeout=SILENT_SECONDS)

    def work() -> None:
        seal(
            contest_id=contest.pk,
            contest_round=contest_round,
            actor=actor,
            at=at,
            progress=tell,
        )
        cache.delete(key)

    def failed(refusal: Exception | None) -> None:
        reason = getattr(refusal, "message", "")
        progress = Progress(0, total, has_failed=True, refusal=reason)
        cache.set(key, progress, timeout=SILENT_SECONDS)

    in_background(work, name="sealing", refusals=(ContestError,), failed=failed)
    return False


def progress_of(contest: Contest, contest_round: Round | None) -> Progress | None:
    """None unless it is being sealed, or that has just failed."""
    progress: Progress | None = cache.get(_key(contest, contest_round))
    return progress


def _attempt_count(contest: Contest, contest_round: Round | None) -> int:
    rounds = [contest_round] if contest_round else list(contest.rounds.official())
    return Attempt.objects.submitted().filter(round__in=rounds).count()


def _key(contest: Contest, contest_round: Round | None) -> str:
    return f"sealing:{contest.pk}:{board_code(contest_round)}"
