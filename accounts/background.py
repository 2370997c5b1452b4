"""Work that takes longer than a page may: it goes on in a thread of the process."""

import logging
import threading
from collections.abc import Callable

from django.db import connections, transaction
from django.utils import translation

logger = logging.getLogger(__name__)


def in_background(
    work: Callable[[], object],
    *,
    name: str,
    failed: Callable[[Exception | None], object],
    refusals: tuple[type[Exception], ...] = (),
) -> None:
    """Begin once the transaction has committed, in the language of whoever asks.

    `failed` hears of the refusal that ended it, or None of what nobody foresaw, which is logged
    under `name`.
    """
    language = translation.get_language() or "vi"

    def run() -> None:
        try:
            with translation.override(language):
                try:
                    work()
                except refusals as refusal:
                    failed(refusal)
                except Exception:
                    logger.exception("%s failed", name)
                    failed(None)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name=name, daemon=True)
    transaction.on_commit(thread.start)
