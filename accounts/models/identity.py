import logging
from collections.abc import Collection, Iterator
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.encryption import DecryptionError, blind_index, decrypt, key_id
from accounts.enums import IdentityFinding
from accounts.models.user import User
from accounts.rules.masking import HIDDEN_CCCD, mask_cccd

CCCD = "cccd"  # the field, for blind indexes and for what a ciphertext is bound to
MOST_PARAMETERS = 20_000  # in one query: PostgreSQL takes 65,535, SQLite may take 32,766

logger = logging.getLogger(__name__)


class NationalIdQuerySet(models.QuerySet["NationalId"]):
    def of_number(self, number: str) -> Self:
        """Whoever gave these twelve digits, as far as they are indexed under today's key."""
        return self.filter(blind_index=blind_index(CCCD, number))

    def of_people(self, user_ids: Collection[int]) -> Iterator["NationalId"]:
        """Of these people, in their order of joining; one query for each few thousand of them."""
        ordered = sorted(user_ids)
        for start in range(0, len(ordered), MOST_PARAMETERS):
            some = ordered[start : start + MOST_PARAMETERS]
            yield from self.filter(pk__in=some).order_by("pk")

    def encrypted_otherwise(self) -> Self:
        return self.exclude(key_id=key_id(settings.PERSONAL_DATA_KEYS[0]))

    def unreadable(self) -> Self:
        """Encrypted with a key that is not among ours."""
        return self.exclude(key_id__in=map(key_id, settings.PERSONAL_DATA_KEYS))

    def indexed_otherwise(self) -> Self:
        """Not found by their number: the index was made with another key than today's."""
        return self.exclude(index_key_id=key_id(settings.BLIND_INDEX_KEY))


class NationalId(models.Model):
    """A person's number (số định danh, on the CCCD), encrypted. Written by `set_national_id`.

    Nothing of it stands in clear, not even the last four digits: with birth date, sex and province
    they leave a hundred numbers to choose from. No constraint here says that two people differ: a
    child may go by a parent's number, which each contest allows or refuses.
    """

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="national_id", verbose_name=_("người")
    )
    ciphertext = models.BinaryField(editable=False)
    key_id = models.CharField(max_length=8, editable=False)  # which key encrypted it
    blind_index = models.CharField(max_length=64, editable=False)
    index_key_id = models.CharField(max_length=8, editable=False)
    findings = models.JSONField(default=list, editable=False)  # values of IdentityFinding
    checked_at = models.DateTimeField(_("kiểm tra lúc"))

    objects = NationalIdQuerySet.as_manager()

    class Meta:
        verbose_name = _("số định danh")
        verbose_name_plural = _("số định danh")
        indexes = [
            models.Index(fields=["blind_index"], name="national_id_by_number"),
        ]

    def __str__(self) -> str:
        return f"{_('số định danh')} #{self.pk}"

    def whole_number(self) -> str:
        """The twelve digits. Raises DecryptionError.

        To show it to anybody, call `reveal_national_id`: that asks for the right and records it.
        """
        return decrypt(bytes(self.ciphertext), bound_to=self.binding(self.pk))

    def masked(self) -> str:
        """ "********0999"; stars alone, and a line in the log, if it cannot be decrypted."""
        try:
            return mask_cccd(self.whole_number())
        except DecryptionError as error:
            logger.error("the number of user %s cannot be read: %s", self.pk, error)
            return HIDDEN_CCCD

    def found(self) -> list[IdentityFinding]:
        """What was odd about it when it was checked; `.label` is the sentence."""
        return [IdentityFinding(value) for value in self.findings]

    @staticmethod
    def binding(user_id: int) -> str:
        """What the ciphertext is bound to: moved to another row it cannot be read."""
        return f"{CCCD}:{user_id}"
