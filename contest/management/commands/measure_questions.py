import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contest.errors import ContestError
from contest.models import Round
from contest.results.measuring import measure_round


class Command(BaseCommand):
    help = "Measure the questions of a round, or of every official round of a contest, anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("contest", help="slug of the contest")
        parser.add_argument("round", nargs="?", help="slug of the round")

    def handle(self, *args: Any, **options: Any) -> None:
        rounds = Round.objects.official().filter(contest__slug=options["contest"])
        if options["round"]:
            rounds = rounds.filter(slug=options["round"])
        found = list(rounds.select_related("contest").order_by("opens_at", "id"))
        if not found:
            raise CommandError("no such official round")
        for contest_round in found:
            self.stdout.write(f"{contest_round.slug}: {_measured(contest_round)}")


def _measured(contest_round: Round) -> str:
    began = time.monotonic()
    try:
        measured = measure_round(contest_round, at=timezone.now())
    except ContestError as refusal:
        return f"refused, {refusal.code}"
    return (
        f"{measured.attempts} attempts, {measured.items.count()} questions, "
        f"{time.monotonic() - began:.1f} s"
    )
