"""Bring a question file into the bank; without --apply only say what would happen.

Ends with one line of JSON: created, changed, skipped, refused (with row and reason), conflicts,
duplicates; without --apply also near: what each row resembles in the bank or further up. Fails when
the file as a whole is refused.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from accounts.formats.bad_file import BadFile
from questionbank.enums import QuestionStatus
from questionbank.formats.parsed import ParsedFile, Problem
from questionbank.formats.reading import FILE, read_file
from questionbank.formats.registry import FORMATS, format_of
from questionbank.models import Topic
from questionbank.services.importing import (
    ImportRefused,
    Options,
    Plan,
    import_questions,
    plan_import,
)
from questionbank.services.near_rows import PART, near_rows, rows_to_compare


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(FORMATS), help="else by the file's name")
        parser.add_argument("--apply", action="store_true", help="store it, in one transaction")
        parser.add_argument("--topic", default="", help="code of the topic where a row has none")
        parser.add_argument(
            "--allow-duplicates", action="store_true", help="take exact repetitions too"
        )
        parser.add_argument(
            "--keep-known", action="store_true", help="leave questions of known codes as they are"
        )
        parser.add_argument(
            "--status", choices=["draft", "approved"], default="draft", help="of what is new"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        if given["topic"] and not Topic.objects.filter(code=given["topic"]).exists():
            raise CommandError(f"no topic has the code {given['topic']}")
        options = Options(
            topic=given["topic"],
            updates=not given["keep_known"],
            takes_duplicates=given["allow_duplicates"],
            status=QuestionStatus(given["status"]),
        )
        with translation.override("vi"):
            name, parsed, options = self._parsed(given["format"], path, data, options)
            try:
                plan = (
                    import_questions(
                        parsed, at=timezone.now(), options=options, progress=self._progress
                    )
                    if given["apply"]
                    else plan_import(parsed, options=options, progress=self._progress)
                )
            except ImportRefused as error:
                raise CommandError(str(error)) from error
        summary = {"format": name, "applied": given["apply"], **plan.summary()}
        if not given["apply"]:
            summary["near"] = self._near(plan)
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
        if refusals := [problem for problem in parsed.problems if problem.where == FILE]:
            raise CommandError(f"the file was refused: {refusals[0].reason}")

    def _parsed(
        self, name: str | None, path: Path, data: bytes, options: Options
    ) -> tuple[str, ParsedFile, Options]:
        """The format's name, what the file holds, and the options with the format's fields."""
        try:
            file_format = FORMATS[name] if name else format_of(path.name, data)
        except BadFile as error:
            return "", ParsedFile(problems=(Problem(FILE, str(error)),)), options
        parsed = read_file(file_format, data)
        return file_format.name, parsed, replace(options, fields=file_format.fields)

    def _near(self, plan: Plan) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        rows = len(rows_to_compare(plan))
        for number, part in enumerate(near_rows(plan), start=1):
            found += [row.summary() for row in part]
            self._progress(min(number * PART, rows), rows)
        return found

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="")
