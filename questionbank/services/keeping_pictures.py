"""Pictures on their way into the bank, each kept once however often it is used."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from questionbank.errors import BankError
from questionbank.formats.parsed import ParsedPicture
from questionbank.models import Image, RevisionImage

UNUSED_KEPT = timedelta(days=2)  # a form may stay open overnight
_PART = 20  # pictures in one statement


def keep_pictures(pictures: Sequence[ParsedPicture], *, at: datetime) -> dict[str, int]:
    """The keys of the stored pictures, by digest; one without content is already there.

    Raises BankError "picture_gone" when it is not.
    """
    new = list({it.digest: it for it in pictures if it.content}.values())
    for start in range(0, len(new), _PART):
        Image.objects.bulk_create(
            [_image(picture, at=at) for picture in new[start : start + _PART]],
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["kept_at"],
        )
    digests = sorted({picture.digest for picture in pictures})
    kept: dict[str, int] = {}
    for start in range(0, len(digests), 500):
        part = Image.objects.filter(digest__in=digests[start : start + 500])
        kept |= dict(part.values_list("digest", "pk"))
    if len(kept) < len(digests):
        raise BankError("picture_gone", _("Hình đã chọn không còn; xin chọn lại hình."))
    return kept


def keep_sent_picture(picture: ParsedPicture, *, at: datetime) -> None:
    """Keep what an author has chosen while the question is still being written.

    What others chose days ago and never used goes.
    """
    keep_pictures([picture], at=at)
    used = RevisionImage.objects.filter(image=OuterRef("pk"))
    Image.objects.filter(~Exists(used), kept_at__lt=at - UNUSED_KEPT).delete()


def _image(picture: ParsedPicture, *, at: datetime) -> Image:
    return Image(
        digest=picture.digest,
        content=picture.content,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        kept_at=at,
    )
