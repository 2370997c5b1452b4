"""Probes for the operator: alive, and ready to serve."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 with the names of the parts that do not answer."""
    failing = [name for name, probe in _PROBES.items() if not _answers(probe)]
    status, word = (503, "failing") if failing else (200, "ok")
    return JsonResponse({"status": word, "failing": failing}, status=status)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_cache() -> None:
    cache.get("readyz")


_PROBES = {"database": _ask_database, "cache": _ask_cache}


def _answers(probe: Callable[[], None]) -> bool:
    try:
        probe()
    except Exception:
        logger.exception("readiness probe failed")
        return False
    return True
