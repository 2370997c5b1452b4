"""Likely one person under two accounts, by name, date of birth and identifying numbers.

Namesakes are common: a name alone says nothing. Two people with one name and one date of birth
are rarely two; a slip of the finger is only thought of within a unit, where few would be named
alike by chance.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import combinations

from rapidfuzz.distance import OSA

from contest.rules.integrity.evidence import Evidence, Person, SignalKind

_IDENTIFIER_SCORES = {"cccd": 0.95, "phone": 0.75, "email": 0.75}
_SAME_DATA = 0.9
_OTHER_MARKS = 0.75  # the same name but for tones and accents, and the same date
_SLIP_IN_NAME = 0.65
_SLIP_IN_DATE = 0.7
_NAME_ONLY = 0.35
_LARGEST_BLOCK = 400  # people: a block of more has no key that tells anything
_SHORT_NAME = 8  # letters; in shorter ones a slip makes another name


def same_identifiers(people: Iterable[Person]) -> Iterator[Evidence]:
    """Groups who gave the same CCCD, phone number or address, where the contest allows it."""
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for person in people:
        for field, digest in person.digests.items():
            groups[field, digest].append(person.pk)
    for (field, _digest), members in groups.items():
        if len(members) > 1:
            yield _evidence(
                SignalKind.SAME_IDENTIFIER,
                members,
                _IDENTIFIER_SCORES[field],
                {"field": field, "count": len(members)},
            )


def same_person_data(people: Iterable[Person]) -> Iterator[Evidence]:
    """Groups of one name and date of birth; with other marks (hoà, hoa) a little less sure."""
    dated = [person for person in people if person.born]
    for group in _groups(dated, lambda person: (person.skeleton, person.born)):
        is_spelt_alike = len({person.name_key for person in group}) == 1
        yield _evidence(
            SignalKind.SAME_PERSON_DATA,
            [person.pk for person in group],
            _SAME_DATA if is_spelt_alike else _OTHER_MARKS,
            {"count": len(group), "spelt_alike": is_spelt_alike},
        )


def similar_names(people: Iterable[Person]) -> Iterator[Evidence]:
    """Pairs within a unit that one slip of the finger, or a lost date, could tell apart."""
    in_units = [person for person in people if person.unit is not None]
    yield from _slips_in_names(in_units)
    yield from _slips_in_dates(in_units)
    yield from _names_only(in_units)


def _slips_in_names(people: list[Person]) -> Iterator[Evidence]:
    """The same date of birth, and names one edit apart.

    One edit inserts, drops, changes a letter or swaps two neighbours (optimal string alignment).
    """
    dated = [person for person in people if person.born]
    for block in _groups(dated, lambda person: (person.unit, person.born)):
        for a, b in combinations(block, 2):
            if a.skeleton != b.skeleton and _is_one_slip(a.skeleton, b.skeleton):
                yield _pair(a, b, _SLIP_IN_NAME, {"slip": "name"})


def _is_one_slip(a: str, b: str) -> bool:
    bare_a, bare_b = a.replace(" ", ""), b.replace(" ", "")
    if min(len(bare_a), len(bare_b)) < _SHORT_NAME:
        return False
    return bare_a == bare_b or OSA.distance(bare_a, bare_b, score_cutoff=1) <= 1


def _slips_in_dates(people: list[Person]) -> Iterator[Evidence]:
    """The same name, and dates of birth one digit apart or with day and month exchanged."""
    dated = [person for person in people if person.born]
    found: set[tuple[int, int]] = set()
    for block in _groups(dated, lambda person: (person.unit, person.name_key)):
        for a, b in combinations(block, 2):
            if a.born != b.born and _is_one_date(a.born, b.born) and (a.pk, b.pk) not in found:
                found.add((a.pk, b.pk))
                yield _pair(a, b, _SLIP_IN_DATE, {"slip": "date"})


def _is_one_date(a: str, b: str) -> bool:
    swapped = a[2:4] + a[:2] + a[4:]
    return swapped == b or sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _names_only(people: list[Person]) -> Iterator[Evidence]:
    """The same name in one unit where a date of birth is missing: weak, beside other evidence."""
    for block in _groups(people, lambda person: (person.unit, person.name_key)):
        for a, b in combinations(block, 2):
            if not (a.born and b.born):
                yield _pair(a, b, _NAME_ONLY, {"slip": "no_date"})


def _groups(people: Iterable[Person], key: Callable[[Person], Hashable]) -> Iterator[list[Person]]:
    """People with equal keys, two or more; a block too large to say anything is left out."""
    blocks: defaultdict[Hashable, list[Person]] = defaultdict(list)
    for person in people:
        blocks[key(person)].append(person)
    for block in blocks.values():
        if 1 < len(block) <= _LARGEST_BLOCK:
            yield block


def _pair(a: Person, b: Person, score: float, facts: Mapping[str, object]) -> Evidence:
    return _evidence(SignalKind.SIMILAR_NAME, [a.pk, b.pk], score, facts)


def _evidence(
    kind: SignalKind, members: Iterable[int], score: float, facts: Mapping[str, object]
) -> Evidence:
    return Evidence(kind, tuple(sorted(members)), score, facts)
