from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import DecryptionError, blind_index, encrypt, key_id
from accounts.enums import Sex
from accounts.errors import AccountError
from accounts.models import NationalId, User
from accounts.models.identity import CCCD
from accounts.policies import may_see_national_ids
from accounts.rules.citizen_ids import CitizenIdError, findings, parse_citizen_id
from accounts.services.auditing import record_decision
from accounts.signals import national_ids_indexed


@transaction.atomic
def set_national_id(
    *,
    user: User,
    typed: str,
    at: datetime,
    sex: Sex | None = None,
    restore_zeros: bool = False,
) -> NationalId:
    """Store a person's number, in place of an earlier one, with what is odd about it.

    It is compared with the person's birth date and, where a contest asked for it, the sex.

    Raises AccountError, with a value of CitizenIdFault as its code, when it cannot be one.
    """
    try:
        number = parse_citizen_id(typed, restore_zeros=restore_zeros)
    except CitizenIdError as error:
        # without the cause, whose frames hold the number, for error pages to show
        raise AccountError(error.fault.value, str(error.fault.label)) from None
    today = timezone.localdate(at)
    national_id, _created = NationalId.objects.update_or_create(
        user=user,
        defaults={
            **encrypted(user.pk, number),
            **indexed(number),
            "findings": findings(number, born_on=user.born_on, sex=sex, today=today),
            "checked_at": at,
        },
    )
    national_ids_indexed.send(sender=NationalId, indexes={user.pk: national_id.blind_index})
    return national_id


def reveal_national_id(*, user_id: int, actor: User, reason: str, at: datetime) -> str:
    """A person's whole number; who saw it, when and why is recorded.

    Raises as `reveal_national_ids`, and AccountError "no_national_id".
    """
    numbers = reveal_national_ids(user_ids=[user_id], actor=actor, reason=reason, at=at)
    if user_id not in numbers:
        raise AccountError("no_national_id", _("Người này chưa khai số định danh."))
    return numbers[user_id]


@transaction.atomic
def reveal_national_ids(
    *, user_ids: Collection[int], actor: User, reason: str, at: datetime
) -> dict[int, str]:
    """The whole numbers, for an export; people without one are left out.

    One line of the decision log names all whose number was given. Raises AccountError
    "not_allowed", "reason_missing", or "national_id_unreadable": all numbers or none.
    """
    if not may_see_national_ids(actor, owner_ids=user_ids):
        raise AccountError("not_allowed", _("Anh/Chị không có quyền xem số định danh đầy đủ."))
    if not reason.strip():
        raise AccountError("reason_missing", _("Cần ghi lý do xem số định danh."))
    try:
        numbers = {one.pk: one.whole_number() for one in NationalId.objects.of_people(user_ids)}
    except DecryptionError as error:
        raise AccountError(
            "national_id_unreadable",
            _("Không giải mã được số định danh đã lưu. Xin báo người quản trị hệ thống."),
        ) from error
    if numbers:
        record_decision(
            actor=actor,
            at=at,
            action="national_id.reveal",
            target=f"user:{next(iter(numbers))}" if len(numbers) == 1 else "users",
            reason=reason.strip(),
            after={"user_ids": list(numbers)},
        )
    return numbers


def encrypted(user_id: int, number: str) -> dict[str, Any]:
    """The columns that hold the number, under the newest key."""
    return {
        "ciphertext": encrypt(number, bound_to=NationalId.binding(user_id)),
        "key_id": key_id(settings.PERSONAL_DATA_KEYS[0]),
    }


def indexed(number: str) -> dict[str, Any]:
    """The columns that the number is found by, under the key of today."""
    return {
        "blind_index": blind_index(CCCD, number),
        "index_key_id": key_id(settings.BLIND_INDEX_KEY),
    }
