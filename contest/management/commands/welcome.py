from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.enums import Role
from contest.management.commands.sample import DEVELOPMENT_PASSWORD
from contest.models import Contest
from contest.sample.loading import sample_accounts

START_PAGES = {
    Role.ORGANISER: "/to-chuc/",
    Role.AUTHOR: "/ngan-hang/",
    Role.REVIEWER: "/ngan-hang/",
    Role.JURY: "/giam-khao/",
    Role.COORDINATOR: "/don-vi/",
}


class Command(BaseCommand):
    help = "Print where the server answers and the sample accounts, if their password is known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="e.g. http://127.0.0.1:8000")
        parser.add_argument(
            "--password", help="of the sample accounts; with DEBUG on it need not be given"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"].rstrip("/")
        self.stdout.write(f"\n  The contest platform answers at  {address}/\n")
        password = options["password"] or (DEVELOPMENT_PASSWORD if settings.DEBUG else None)
        if password:
            self._print_accounts(address, password)

    def _print_accounts(self, address: str, password: str) -> None:
        self.stdout.write(f"\n  Sample accounts (password {password}):")
        for entry in sample_accounts():
            role = Role(entry["role"]) if "role" in entry else None
            name = role.value if role else "participant"
            page = START_PAGES.get(role, "/") if role else "/"
            self.stdout.write(f"    {name:<12} {entry['email']:<20} {address}{page}")
        contest = Contest.objects.published().order_by("pk").first()
        if contest:
            self.stdout.write(
                f"\n  First: sign in as participant, open {address}/hoi-thi/{contest.slug}/\n"
                "  and press “Vào thi”; keep the board open beside it:\n"
                f"  {address}/bang-xep-hang/{contest.slug}/tuan-2/\n"
            )
