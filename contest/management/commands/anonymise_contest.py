import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.queries import person_with_contact
from contest.errors import ContestError
from contest.models import Contest
from contest.privacy.anonymising import anonymise_contest


class Command(BaseCommand):
    help = (
        "Take the people out of a contest whose retention is over; its results stay. "
        "A dry run unless --apply; ends with a JSON summary."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", help="slug of the contest")
        parser.add_argument("--apply", action="store_true", help="do it: it cannot be undone")
        parser.add_argument("--by", default="", help="e-mail or phone of the organiser who decides")

    def handle(self, *, contest: str, apply: bool, by: str, **options: Any) -> None:
        found = Contest.objects.filter(slug=contest).first()
        if found is None:
            raise CommandError(f"there is no contest {contest!r}")
        try:
            result = anonymise_contest(
                found,
                actor=person_with_contact(by),
                at=timezone.now(),
                apply=apply,
                progress=self.stderr.write,
            )
        except ContestError as refusal:
            if refusal.code == "not_allowed":
                raise CommandError("--apply needs --by, an organiser's e-mail or phone") from None
            raise CommandError(f"{contest}: its retention is not over") from None
        summary = {"contest": contest, "applied": apply} | result.summary()
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
