from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.encryption import DecryptionError
from accounts.models import NationalId
from accounts.services.identity import encrypted, indexed
from accounts.signals import keys_rotated, national_ids_indexed


@dataclass(frozen=True)
class Rotation:
    """How far it is: rows rewritten, and those that no key opens, which stay as they are."""

    rewritten: int
    unreadable: int
    stale_count: int  # when it began


def rotate_keys(*, with_index: bool, batch_size: int) -> Iterator[Rotation]:
    """Bring every number under today's keys, one committed batch for each value.

    Rows that are so already are not touched: what was interrupted goes on where it stopped.
    """
    stale = NationalId.objects.encrypted_otherwise()
    if with_index:
        stale |= NationalId.objects.indexed_otherwise()
    stale_count = stale.count()
    rewritten = unreadable = last_pk = 0
    while True:
        with transaction.atomic():
            later = stale.filter(pk__gt=last_pk).order_by("pk")
            batch = list(later.select_for_update()[:batch_size])
            if not batch:
                break
            done = _rewrite(batch, with_index=with_index)
        last_pk = batch[-1].pk
        rewritten += done
        unreadable += len(batch) - done
        yield Rotation(rewritten, unreadable, stale_count)
    told: list[tuple[Any, Any]] = keys_rotated.send(sender=NationalId, with_index=with_index)
    elsewhere = sum(count for _receiver, count in told)
    if elsewhere:
        yield Rotation(rewritten, unreadable + elsewhere, stale_count)


def _rewrite(batch: list[NationalId], *, with_index: bool) -> int:
    """How many of them could be read, and are rewritten."""
    indexes = {}
    for national_id in batch:
        try:
            number = national_id.whole_number()
        except DecryptionError:
            continue
        columns = encrypted(national_id.pk, number) | (indexed(number) if with_index else {})
        for name, value in columns.items():
            setattr(national_id, name, value)
        # one by one: twice as fast as `bulk_update`, whose statement tries every row for each
        national_id.save(update_fields=list(columns))
        indexes[national_id.pk] = national_id.blind_index
    if with_index and indexes:
        national_ids_indexed.send(sender=NationalId, indexes=indexes)
    return len(indexes)
