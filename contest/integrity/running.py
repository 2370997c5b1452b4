"""The scan as a piece of work: one at a time in a contest, in the background or by command.

How far it is stands in the database, so that every process of the site can tell. The scan stores
what it finds whole or not at all; one whose process has died is begun again.
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.background import in_background
from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from contest.enums import ScanState
from contest.errors import ContestError
from contest.integrity.scanning import ScanResult, scan_integrity
from contest.models import Contest, IntegrityScan

SILENT = timedelta(minutes=5)  # a scan that has told nothing for so long died with its process
logger = logging.getLogger(__name__)


def begin_scan(contest: Contest, *, started_by: User | None, at: datetime) -> IntegrityScan:
    """Note that a scan begins. Raises ContestError "scan_running" while there is one."""
    free_dead_scan(contest, at=at)
    try:
        with transaction.atomic():
            return IntegrityScan.objects.create(
                contest=contest, started_by=started_by, started_at=at, told_at=at
            )
    except IntegrityError as error:
        raise ContestError("scan_running", _("Hội thi này đang được rà soát.")) from error


def free_dead_scan(contest: Contest, *, at: datetime) -> None:
    """A scan that has told nothing for long counts as failed. Nothing of it was stored."""
    dead = contest.integrity_scans.filter(state=ScanState.RUNNING, told_at__lt=at - SILENT)
    dead.update(state=ScanState.FAILED, finished_at=at)


def run_scan(scan: IntegrityScan) -> ScanResult:
    """Do it, and note how far it is and what came of it."""
    try:
        result = scan_integrity(scan.contest, at=scan.started_at, progress=partial(_note, scan))
    except BaseException:
        _finish(scan, ScanState.FAILED)
        raise
    scan.summary = result.summary()
    _finish(scan, ScanState.DONE)
    return result


def scan_in_background(contest: Contest, *, actor: User, at: datetime) -> IntegrityScan:
    """Begin a scan and come back at once.

    Raises ContestError "not_allowed" or "scan_running".
    """
    if not has_role(actor, Role.JURY):
        message = _("Chỉ Ban giám khảo được rà soát.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    scan = begin_scan(contest, started_by=actor, at=at)
    in_background(
        lambda: run_scan(IntegrityScan.objects.select_related("contest").get(pk=scan.pk)),
        name="integrity-scan",
        failed=lambda _refusal: None,  # the scan has noted it
    )
    return scan


def _note(scan: IntegrityScan, step: str) -> None:
    """A step begins."""
    logger.info("integrity scan %d: %s", scan.pk, step)
    scan.step += 1
    scan.told_at = timezone.now()
    scan.save(update_fields=["step", "told_at"])


def _finish(scan: IntegrityScan, state: ScanState) -> None:
    scan.state = state
    scan.finished_at = scan.told_at = timezone.now()
    scan.save(update_fields=["state", "finished_at", "told_at", "summary"])
