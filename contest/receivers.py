"""News of this room that its own open pages must hear, and news of the room below."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import keys_rotated, national_ids_indexed
from contest.deadline_news import publish_moved_deadlines
from contest.models import Contest
from contest.registration.reindexing import follow_numbers, reindex_contacts, rewrite_listed
from contest.services.predicting import settle_again
from contest.signals import counting_changed, deadlines_moved

logger = logging.getLogger(__name__)


@receiver(deadlines_moved, dispatch_uid="contest.tell_papers")
def tell_papers(round_id: int, **_kwargs: Any) -> None:
    """Tell the open papers of a round. Never raises."""
    try:
        async_to_sync(publish_moved_deadlines)(round_id)
    except Exception:
        # a page that heard nothing asks for the clock before it closes
        logger.exception("the papers of round %s did not hear of their deadlines", round_id)


@receiver(national_ids_indexed, dispatch_uid="contest.follow_numbers")
def follow_number_index(indexes: dict[int, str], **_kwargs: Any) -> None:
    """Part of the change: what the database refuses takes that back, too."""
    follow_numbers(indexes)


@receiver(keys_rotated, dispatch_uid="contest.rewrite_under_new_keys")
def rewrite_under_new_keys(with_index: bool, **_kwargs: Any) -> int:
    """How many rows no key opens."""
    if with_index:
        reindex_contacts()
    return rewrite_listed(with_index=with_index)


@receiver(counting_changed, dispatch_uid="contest.settle_predictions")
def settle_predictions_again(contest: Contest, **_kwargs: Any) -> None:
    """What was to be predicted may leave out what the jury struck. Never raises."""
    try:
        settle_again(contest_id=contest.pk, at=timezone.now())
    except Exception:
        logger.exception("predictions of contest %s did not follow a decision", contest.pk)
