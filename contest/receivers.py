"""News of this room that its own open pages must hear."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from django.dispatch import receiver

from contest.deadline_news import publish_moved_deadlines
from contest.signals import deadlines_moved

logger = logging.getLogger(__name__)


@receiver(deadlines_moved, dispatch_uid="contest.tell_papers")
def tell_papers(round_id: int, **_kwargs: Any) -> None:
    """Tell the open papers of a round. Never raises."""
    try:
        async_to_sync(publish_moved_deadlines)(round_id)
    except Exception:
        # a page that heard nothing asks for the clock before it closes
        logger.exception("the papers of round %s did not hear of their deadlines", round_id)
