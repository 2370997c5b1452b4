"""Write the bank's questions to a file; ends with one line of JSON that says what was lost."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questionbank.contents import bank_of
from questionbank.errors import BankError
from questionbank.formats.registry import FORMATS
from questionbank.models import Question
from questionbank.services.exporting import export


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--set", default="", help="code of the question set, else all")
        parser.add_argument("--topic", default="", help="code of the topic, else all")

    def handle(self, *args: Any, **given: Any) -> None:
        questions = Question.objects.all()
        if given["set"]:
            questions = questions.filter(question_set__code=given["set"])
        if given["topic"]:
            questions = questions.filter(topic__code=given["topic"])
        try:
            done = export(bank_of(questions), FORMATS[given["format"]])
            given["file"].write_bytes(done.data)
        except (BankError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            json.dumps(
                {
                    "format": given["format"],
                    "written": done.written,
                    "left_out": done.losses.left_out,
                    "lost": done.losses.fields,
                },
                ensure_ascii=False,
            )
        )
