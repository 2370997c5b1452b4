from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.queries import person_with_contact
from accounts.services.second_factors import reset_second_factors


class Command(BaseCommand):
    help = (
        "Take away the second factors of somebody who has lost their devices, once you are sure "
        "who is asking. They set up new ones when they next sign in. Recorded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="e-mail address or phone number")
        parser.add_argument("--by", required=True, help="your own, for the log of decisions")
        parser.add_argument("--reason", required=True, help="how you made sure who is asking")

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = reset_second_factors(
            user=_person(options["person"]),
            actor=_person(options["by"]),
            at=timezone.now(),
            reason=options["reason"],
        )
        self.stdout.write(f"Taken away: {', '.join(kinds) or 'nothing, there were none'}.")


def _person(contact: str) -> User:
    user = person_with_contact(contact)
    if user is None:
        raise CommandError(f"Nobody signs in with {contact}.")
    return user
