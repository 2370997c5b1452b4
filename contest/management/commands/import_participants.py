"""Bring a unit's list of people (.xlsx, .csv) in; without --apply only say what would happen.

Ends with one line of JSON: created, invited, changed, skipped, and the rows that are duplicates
or refused, with their reasons.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from accounts.formats.sheets import BadSheet
from accounts.models import User
from contest.errors import ContestError
from contest.models import Contest
from contest.registration.care import Care, care_of
from contest.registration.list_import import import_list
from contest.registration.list_plan import ListPlan, plan_list
from contest.registration.people_table import ListRow, ReadRow, read_participants

EVERY = 500  # rows between two lines of progress


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", help="its slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="store it, in one transaction")
        parser.add_argument(
            "--restore-zeros",
            action="store_true",
            help="put back the zeros that a spreadsheet took from identity numbers",
        )
        parser.add_argument(
            "--by",
            default="",
            metavar="EMAIL",
            help="who answers for it: an organiser or a coordinator, within whose care it must"
            " be; else the first superuser",
        )

    def handle(self, *args: Any, **given: Any) -> None:
        contest = Contest.objects.filter(slug=given["contest"]).first()
        if contest is None:
            raise CommandError(f"no contest {given['contest']}")
        actor, care = _actor(given["by"])
        path: Path = given["file"]
        with translation.override("vi"):
            try:
                rows = read_participants(
                    path.read_bytes(), name=path.name, restores_zeros=given["restore_zeros"]
                )
                plan = self._plan(rows, contest, care, actor if given["apply"] else None, path)
            except (OSError, BadSheet) as error:
                raise CommandError(str(error)) from error
            except ContestError as error:
                raise CommandError(error.message) from error
        self.stdout.write(
            json.dumps({"applied": given["apply"], **plan.summary()}, ensure_ascii=False)
        )

    def _plan(
        self,
        rows: list[ReadRow[ListRow]],
        contest: Contest,
        care: Care,
        actor: User | None,
        path: Path,
    ) -> ListPlan:
        """Stored where somebody answers for it."""
        at = timezone.now()
        if actor is None:
            return plan_list(rows, contest=contest, care=care, at=at, progress=self._tell)
        return import_list(
            rows,
            contest=contest,
            care=care,
            actor=actor,
            at=at,
            source=path.name,
            progress=self._tell,
        )

    def _tell(self, done: int, total: int) -> None:
        if done % EVERY == 0:
            self.stderr.write(f"{done} of {total}")


def _actor(email: str) -> tuple[User, Care]:
    if email:
        actor = User.objects.filter(email=email.lower(), is_active=True).first()
    else:
        actor = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    care = care_of(actor) if actor else None
    if actor is None or care is None:
        raise CommandError("--by names an organiser or a coordinator")
    return actor, care
