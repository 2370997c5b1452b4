from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contest.models import Contest
from leaderboard.queries import boards_of_contest
from leaderboard.services.announcing import announce, settle
from leaderboard.services.standings import rebuild
from leaderboard.stores import main_store


class Command(BaseCommand):
    help = "Read the boards of one contest, or of all, from the database anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="of the contest; without it all contests")

    def handle(self, *, slug: str | None, **options: Any) -> None:
        contests = Contest.objects.filter(slug=slug) if slug else Contest.objects.all()
        if slug and not contests:
            raise CommandError(f"there is no contest {slug!r}")
        if not main_store().is_shared:
            self.stdout.write(
                "Without REDIS_URL each server process holds its own boards and this command"
                " cannot reach them: they follow added or removed attempts by themselves within"
                " three seconds of being read, and are read anew when the server is restarted."
            )
            return
        for contest in contests:
            for board in boards_of_contest(contest, at=timezone.now()):
                announce(board, version=rebuild(board))
                self.stdout.write(f"rebuilt {board.name} of {contest.slug}")
        settle()
