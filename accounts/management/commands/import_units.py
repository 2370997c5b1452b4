"""Bring a unit file (.xlsx, .csv) in; without --apply only say what would happen.

Ends with one line of JSON: created, changed, skipped, refused (with row and reason), warnings.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from accounts.formats.sheets import BadSheet
from accounts.formats.units_table import read_table
from accounts.services.importing_units import import_units, plan_units


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="store it, in one transaction")
        parser.add_argument(
            "--keep-known", action="store_true", help="leave units of known codes as they are"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        updates = not given["keep_known"]
        with translation.override("vi"):
            try:
                rows = read_table(path.read_bytes(), name=path.name)
            except (OSError, BadSheet) as error:
                raise CommandError(str(error)) from error
            plan = (
                import_units(rows, at=timezone.now(), updates=updates, source=path.name)
                if given["apply"]
                else plan_units(rows, updates=updates)
            )
        summary = {"applied": given["apply"], **plan.summary()}
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
