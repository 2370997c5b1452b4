import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.enums import Role
from accounts.policies import has_role
from accounts.queries import person_with_contact
from contest.models import Contest, DeletionRequest
from contest.privacy.anonymising import anonymise_contest
from contest.privacy.requests import finish_deletion
from contest.privacy.retention import kept_until
from contest.rules.timing import is_before


class Command(BaseCommand):
    help = (
        "Take the people out of every contest whose retention is over, and finish accepted "
        "requests for deletion. A dry run unless --apply; ends with a JSON summary."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it: it cannot be undone")
        parser.add_argument("--by", default="", help="e-mail or phone of the organiser who decides")

    def handle(self, *, apply: bool, by: str, **options: Any) -> None:
        at, actor = timezone.now(), person_with_contact(by)
        if apply and (actor is None or not has_role(actor, Role.ORGANISER)):
            raise CommandError("--apply needs --by, an organiser's e-mail or phone")
        contests = []
        for contest in Contest.objects.order_by("pk"):
            until = kept_until(contest)
            if until is not None and not is_before(at, until):
                result = anonymise_contest(
                    contest, actor=actor, at=at, apply=apply, progress=self.stderr.write
                )
                contests.append({"contest": contest.slug} | result.summary())
        accepted = DeletionRequest.objects.accepted().order_by("pk")
        waiting = list(accepted.values_list("pk", flat=True))
        if apply:
            for key in waiting:
                finish_deletion(request_id=key, at=at)
        summary = {
            "applied": apply,
            "contests": contests,
            "requests_waiting": len(waiting),
            "requests_done": len(waiting) - accepted.count(),
        }
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
