"""What tells people apart in the exports: the order of their names, their numbers and phones."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from accounts.models import NationalId, User
from accounts.rules.masking import mask_phone
from accounts.rules.names import given_name_order
from accounts.services.identity import reveal_national_ids
from contest.models import Participant

AT_ONCE = 2000  # rows of a query
_LAST = 0x10FFFF
_Item = TypeVar("_Item")


def in_parts(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Two thousand at a time."""
    left = iter(items)
    while part := list(islice(left, AT_ONCE)):
        yield part


def name_order(full_name: str) -> str:
    """The order of `given_name_order` as a short text: some hundred thousand fit into memory."""
    return "".join(
        f"{_text(letters)}\0{_text(tones)}\0" for letters, tones in given_name_order(full_name)
    )


def _text(ranks: Iterable[int]) -> str:
    return "".join(chr(min(rank + 1, _LAST)) for rank in ranks)


@dataclass(frozen=True, slots=True)
class Personal:
    """What identifies a person, whole or masked."""

    born_on: date | None = None
    national_id: str = ""
    phone: str = ""


class PersonalData:
    """The personal columns of the lists: masked, unless `whole_data` made it."""

    def __init__(self, whole_ids: Mapping[int, str] | None = None) -> None:
        self._whole_ids = whole_ids  # by user

    def of(self, participant_ids: Collection[int]) -> dict[int, Personal]:
        """Two queries."""
        people = Participant.objects.filter(pk__in=participant_ids).values_list(
            "pk",
            "user_id",
            "user__born_on",
            "user__phone",
            "registration__born_on",
            "registration__phone",
        )
        found = list(people)
        numbers = self._numbers([row[1] for row in found])
        return {
            pk: Personal(
                born_on=None if self._whole_ids is None else told_born_on or born_on,
                national_id=numbers.get(user_id, ""),
                phone=self._phone(told_phone or phone or ""),
            )
            for pk, user_id, born_on, phone, told_born_on, told_phone in found
        }

    def _numbers(self, user_ids: list[int]) -> Mapping[int, str]:
        if self._whole_ids is not None:
            return self._whole_ids
        return {it.pk: it.masked() for it in NationalId.objects.filter(pk__in=user_ids)}

    def _phone(self, phone: str) -> str:
        if self._whole_ids is None:
            return mask_phone(phone)
        return "0" + phone.removeprefix("+84") if phone.startswith("+84") else phone


def whole_data(
    participant_ids: Collection[int], *, actor: User, reason: str, at: datetime
) -> PersonalData:
    """Whole numbers of these people, recorded. Raises AccountError as `reveal_national_ids`."""
    users: list[int] = []
    for some in in_parts(participant_ids):
        users += Participant.objects.filter(pk__in=some).values_list("user_id", flat=True)
    return PersonalData(reveal_national_ids(user_ids=users, actor=actor, reason=reason, at=at))
