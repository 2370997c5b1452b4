from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from verifier.checking import check_file


class Command(BaseCommand):
    help = "Check a sealed result or a receipt's proof, as anybody can with `python -m verifier`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--digest", default="", help="as printed on the minutes or the page")

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_file(options["file"], digest=options["digest"])
        self.stdout.write("\n".join(report.lines()))
        if report.faults:
            raise CommandError("The file does not hold what was sealed.")
