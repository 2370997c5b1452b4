import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from contest.errors import ContestError
from contest.exports.exporting_all import export_all
from contest.models import Contest, Round


class Command(BaseCommand):
    help = "Write all results of a contest, or of a round, into a folder; ends with a JSON summary."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", help="slug of the contest")
        parser.add_argument("--to", type=Path, required=True, help="folder; made if it is missing")
        parser.add_argument("--round", help="slug of a round; without it the whole contest")
        parser.add_argument(
            "--as-actor",
            help="e-mail of whoever takes the results out, for the decision log; can be left out "
            "while there is one active superuser",
        )

    def handle(
        self,
        *,
        contest: str,
        to: Path,
        round: str | None,  # noqa: A002 (the option's name)
        as_actor: str | None,
        **options: Any,
    ) -> None:
        found = Contest.objects.filter(slug=contest).first()
        if found is None:
            raise CommandError(f"there is no contest {contest!r}")
        began = time.monotonic()
        try:
            done = export_all(
                contest=found,
                contest_round=_round(found, round),
                folder=to,
                actor=_actor(as_actor),
                at=timezone.now(),
                progress=self.stderr.write,
            )
        except ContestError as refusal:
            raise CommandError(refusal.code) from refusal
        summary = {
            "contest": contest,
            "round": round,
            "version": done.version,
            "people": done.people,
            "attempts": done.attempts,
            "files": done.files,
            "skipped": done.skipped,
            "seconds": float(f"{time.monotonic() - began:.1f}"),
        }
        self.stdout.write(json.dumps(summary, ensure_ascii=False))


def _round(contest: Contest, slug: str | None) -> Round | None:
    if slug is None:
        return None
    found = contest.rounds.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"there is no round {slug!r}")
    return found


def _actor(email: str | None) -> User:
    active = User.objects.filter(is_active=True)
    if email is not None:
        found = list(active.filter(email=email.lower()))
    else:
        found = list(active.filter(is_superuser=True)[:2])
    if len(found) != 1:
        raise CommandError("nobody is named to answer for it: give --as-actor EMAIL")
    return found[0]
