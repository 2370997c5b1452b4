from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from contest.sample.loading import load_sample

DEVELOPMENT_PASSWORD = "cchc-2026"  # noqa: S105 (given to sample accounts in DEBUG only)


class Command(BaseCommand):
    help = "Load the sample contest once; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--password",
            help="for the sample accounts; without it they can be signed in to with DEBUG only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or (DEVELOPMENT_PASSWORD if settings.DEBUG else None)
        loaded = load_sample(at=timezone.now(), password=password)
        self.stdout.write(
            f"sample: contest {'created' if loaded.contest_created else 'unchanged'}, "
            f"{loaded.units_created} units, {loaded.questions_created} questions, "
            f"{loaded.entrants_created} past entrants created"
        )
