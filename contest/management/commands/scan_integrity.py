import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contest.integrity.reports import clusters_as_json
from contest.integrity.scanning import scan_integrity
from contest.models import Contest


class Command(BaseCommand):
    help = "Look for likely duplicates and collusion in a contest; ends with a JSON summary."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", help="slug of the contest")
        parser.add_argument(
            "--to", type=Path, help="file for every cluster with its members and evidence, as JSON"
        )

    def handle(self, *, contest: str, to: Path | None, **options: Any) -> None:
        found = Contest.objects.filter(slug=contest).first()
        if found is None:
            raise CommandError(f"there is no contest {contest!r}")
        result = scan_integrity(found, at=timezone.now(), progress=self.stderr.write)
        if to is not None:
            content = json.dumps(clusters_as_json(found), ensure_ascii=False, indent=1)
            to.write_text(content, encoding="utf-8")
        self.stdout.write(json.dumps(result.summary(), ensure_ascii=False))
