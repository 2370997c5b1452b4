import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contest.errors import ContestError
from contest.integrity.reports import clusters_as_json
from contest.integrity.running import begin_scan, run_scan
from contest.models import Contest


class Command(BaseCommand):
    help = (
        "Look for likely duplicates and collusion in a contest; ends with a JSON summary. May be "
        "repeated at any time, for instance every night: 0 2 * * * manage.py scan_integrity CONTEST"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", help="slug of the contest")
        parser.add_argument(
            "--to", type=Path, help="file for every cluster with its members and evidence, as JSON"
        )

    def handle(self, *, contest: str, to: Path | None, **options: Any) -> None:
        found = Contest.objects.filter(slug=contest).first()
        if found is None:
            raise CommandError(f"there is no contest {contest!r}")
        try:
            scan = begin_scan(found, started_by=None, at=timezone.now())
        except ContestError as refusal:
            raise CommandError(f"contest {contest!r} is being scanned already") from refusal
        result = run_scan(scan)
        if to is not None:
            content = json.dumps(clusters_as_json(found), ensure_ascii=False, indent=1)
            to.write_text(content, encoding="utf-8")
        self.stdout.write(json.dumps(result.summary(), ensure_ascii=False))
