from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services.key_rotation import Rotation, rotate_keys


class Command(BaseCommand):
    help = (
        "Encrypt personal data with the first of PERSONAL_DATA_KEYS. May be interrupted and run"
        " again; afterwards the older keys can go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--index",
            action="store_true",
            help="after a change of BLIND_INDEX_KEY, while nobody can register: until it is done,"
            " numbers under the old key are not found",
        )
        parser.add_argument("--batch", type=int, default=500, help="rows for each commit")

    def handle(self, *, index: bool, batch: int, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch is at least 1")
        state = Rotation(rewritten=0, unreadable=0, stale_count=0)
        for state in rotate_keys(with_index=index, batch_size=batch):
            self.stdout.write(f"{state.rewritten + state.unreadable} of {state.stale_count}")
            self.stdout.flush()
        self.stdout.write(f"rewritten: {state.rewritten}")
        if state.unreadable:
            raise CommandError(
                f"{state.unreadable} rows cannot be decrypted and stay as they are:"
                " is an older key missing from PERSONAL_DATA_KEYS?"
            )
