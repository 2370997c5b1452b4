"""Writing questions in a format, with an account of what it cannot hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from questionbank.contents import picture_contents
from questionbank.errors import BankError
from questionbank.formats.base import LARGEST_FILE, Bank, Format
from questionbank.formats.losses import Losses, losses, writable
from questionbank.formats.parsed import ParsedQuestion
from questionbank.models import Image

LARGEST_PICTURES = LARGEST_FILE * 2 // 3  # bytes, of a file's: as text they take a third more


@dataclass(frozen=True)
class Exported:
    data: bytes
    written: int
    losses: Losses


def export(bank: Bank, file_format: Format) -> Exported:
    """The file; questions of kinds that the format lacks are left out and counted.

    Raises BankError "pictures_too_large" for more than could be read back.
    """
    questions = writable(file_format, bank.questions)
    if "picture" in file_format.fields:
        questions = _with_pictures(questions)
    return Exported(
        data=file_format.write(replace(bank, questions=questions)),
        written=len(questions),
        losses=losses(file_format, bank.questions),
    )


def _with_pictures(questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    """The questions with the content of their pictures."""
    digests = {it.picture.digest for it in questions if it.picture and not it.picture.content}
    if not digests:
        return list(questions)
    sizes = Image.objects.filter(digest__in=digests).annotate(size=Length("content"))
    if (sizes.aggregate(total=Sum("size"))["total"] or 0) > LARGEST_PICTURES:
        raise BankError(
            "pictures_too_large",
            _("Hình của các câu này lớn quá %(size)d MB; xin lọc bớt câu rồi xuất từng phần.")
            % {"size": LARGEST_PICTURES // 1024**2},
        )
    contents = picture_contents(digests)
    return [
        replace(it, picture=replace(it.picture, content=contents[it.picture.digest]))
        if it.picture and it.picture.digest in contents
        else it
        for it in questions
    ]
