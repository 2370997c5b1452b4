"""Writing questions in a format, with an account of what it cannot hold."""

from dataclasses import dataclass, replace

from questionbank.formats.base import Bank, Format
from questionbank.formats.losses import Losses, losses, writable


@dataclass(frozen=True)
class Exported:
    data: bytes
    written: int
    losses: Losses


def export(bank: Bank, file_format: Format) -> Exported:
    """The file; questions of kinds that the format lacks are left out and counted."""
    questions = writable(file_format, bank.questions)
    return Exported(
        data=file_format.write(replace(bank, questions=questions)),
        written=len(questions),
        losses=losses(file_format, bank.questions),
    )
