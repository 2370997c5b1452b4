from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from questionbank.enums import PictureType
from questionbank.models.question import Revision


class Image(models.Model):
    """A picture as it is shown: decoded, bounded and encoded anew. Known by its content."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the content, hexadecimal
    content = models.BinaryField()
    media_type = models.CharField(max_length=20, choices=PictureType)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    kept_at = models.DateTimeField(db_default=Now())  # last sent by somebody

    class Meta:
        verbose_name = _("hình ảnh")
        verbose_name_plural = _("hình ảnh")
        constraints = [
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0), name="image_has_an_extent"
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=PictureType.values), name="image_media_type_known"
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class RevisionImage(models.Model):
    """A picture that stands under the words of a revision."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="picture")
    image = models.ForeignKey(Image, models.PROTECT, related_name="+")
    description = models.CharField(  # for those who cannot see it
        _("mô tả hình ảnh"), max_length=300
    )

    class Meta:
        verbose_name = _("hình của câu hỏi")
        verbose_name_plural = _("hình của câu hỏi")
        constraints = [
            models.CheckConstraint(
                condition=~Q(description=""), name="revision_image_is_described"
            ),
        ]

    def __str__(self) -> str:
        return self.description
