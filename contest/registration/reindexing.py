"""Digests and sealed numbers of a contest's people follow the keys that they were made with."""

import logging
from collections.abc import Iterator, Mapping
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Model, QuerySet

from accounts.encryption import DecryptionError, blind_index
from accounts.models.identity import MOST_PARAMETERS
from contest.enums import PersonField
from contest.models import Identifier, ListedPerson
from contest.registration.sealing import SEALED, seal, unseal

BATCH = 500  # rows of one transaction
logger = logging.getLogger(__name__)
_Row = TypeVar("_Row", bound=Model)


@transaction.atomic
def follow_numbers(indexes: Mapping[int, str]) -> None:
    """Give the identifiers of these people, {user id: blind index}, the digest of their number.

    Raises IntegrityError where somebody else of a contest holds it for themselves.
    """
    user_ids = sorted(indexes)
    for start in range(0, len(user_ids), MOST_PARAMETERS):
        theirs = Identifier.objects.filter(
            field=PersonField.CCCD, participant__user__in=user_ids[start : start + MOST_PARAMETERS]
        )
        for identifier in theirs.annotate(owner_id=F("participant__user")):
            identifier.digest = indexes[identifier.owner_id]
            identifier.save(update_fields=["digest"])


def reindex_contacts() -> None:
    """Make the digests of phones and addresses anew, from what was registered."""
    asked = Identifier.objects.filter(field__in=[PersonField.PHONE, PersonField.EMAIL])
    for batch in _batches(asked.select_related("participant__registration")):
        for identifier in batch:
            said = identifier.participant.registration
            value = said.phone if identifier.field == PersonField.PHONE else said.email
            identifier.digest = blind_index(identifier.field, value)
        Identifier.objects.bulk_update(batch, ["digest"])


def rewrite_listed(*, with_index: bool) -> int:
    """Bring the sealed numbers of all exclusion lists under today's keys.

    Returns how many people have a number that no key opens; they stay as they are.
    """
    unreadable = 0
    for batch in _batches(ListedPerson.objects.all()):
        for person in batch:
            try:
                _rewrite(person, with_index=with_index)
            except DecryptionError as error:
                logger.error("the numbers of listed person %s: %s", person.pk, error)
                unreadable += 1
    return unreadable


def _rewrite(person: ListedPerson, *, with_index: bool) -> None:
    numbers = {field: unseal(person, field) for field in SEALED}
    for field, number in numbers.items():
        seal(person, field, number, with_digest=with_index)
    columns = [f"{field}_{part}" for field in SEALED for part in ("sealed", "digest")]
    person.save(update_fields=columns)


def _batches(rows: QuerySet[_Row]) -> Iterator[list[_Row]]:
    """All rows, locked, one committed batch after the other."""
    last_pk = 0
    while True:
        with transaction.atomic():
            later = rows.filter(pk__gt=last_pk).order_by("pk")
            batch = list(later.select_for_update(of=("self",))[:BATCH])
            if not batch:
                return
            yield batch
        last_pk = batch[-1].pk
