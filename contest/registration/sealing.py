"""Numbers of people on an exclusion list: found by their digest, sealed for a change of keys."""

from accounts.encryption import blind_index, decrypt, encrypt
from contest.enums import PersonField
from contest.models import ListedPerson

SEALED = (PersonField.CCCD, PersonField.PHONE)


def seal(
    person: ListedPerson, field: PersonField, number: str, *, with_digest: bool = True
) -> None:
    """Set the columns of a number of a stored person; an empty one empties them."""
    sealed = encrypt(number, bound_to=_binding(person, field)) if number else b""
    setattr(person, f"{field}_sealed", sealed)
    if with_digest:
        setattr(person, f"{field}_digest", blind_index(field, number) if number else "")


def unseal(person: ListedPerson, field: PersonField) -> str:
    """The number, or an empty text. Raises DecryptionError."""
    sealed = bytes(getattr(person, f"{field}_sealed"))
    return decrypt(sealed, bound_to=_binding(person, field)) if sealed else ""


def _binding(person: ListedPerson, field: PersonField) -> str:
    return f"listed:{field}:{person.pk}"
