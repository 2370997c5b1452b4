"""Who is to have which prize: a proposal from the standings, and what a jury must look at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

RESERVES = 5  # who follow the last winner, with their equals


@dataclass(frozen=True)
class Stake:
    """A prize and how many there are of it."""

    prize: int
    count: int


@dataclass(frozen=True)
class Placed:
    """Somebody, or a unit, with their place."""

    winner: int
    place: int


@dataclass(frozen=True)
class Ruled:
    """What the jury decided about one: this prize, or none."""

    winner: int
    prize: int | None


@dataclass(frozen=True)
class Given:
    winner: int
    prize: int
    place: int | None  # none: not in the standings
    is_ruled: bool = False  # by the jury, and not by the standings


@dataclass(frozen=True)
class Tie:
    """Equals of whom not all can have the same: these prizes are left for them."""

    winners: tuple[int, ...]
    place: int
    stakes: tuple[Stake, ...]


class Flag(Enum):
    """What a jury must look at before it takes a proposal over."""

    TIE = "tie"  # equals at the boundary of a prize
    TOO_FEW = "too_few"  # more prizes than people who can have them
    TOO_MANY_RULED = "too_many_ruled"  # the jury gave more of a prize than there are
    OUTSIDE = "outside"  # the jury gave one to somebody who is not in the standings


@dataclass(frozen=True)
class Proposal:
    """In the order of the prizes, and within a prize of the places."""

    given: tuple[Given, ...]
    ties: tuple[Tie, ...]
    left: tuple[Stake, ...]  # nobody to have them
    reserves: tuple[Placed, ...]
    flags: frozenset[Flag]


def propose(
    placed: Iterable[Placed],
    stakes: Sequence[Stake],
    *,
    ruled: Collection[Ruled] = (),
    already: Collection[int] = (),
) -> Proposal:
    """Prizes in their order to the standings in theirs.

    Equals get the same prize or, where there are not enough of it, none yet: the prizes that they
    would take are left for the jury. Who is in `already` has a prize elsewhere and is passed over,
    and so is everybody about whom the jury ruled.
    """
    everybody = sorted(placed, key=lambda it: (it.place, it.winner))
    places = {it.winner: it.place for it in everybody}
    given = [
        Given(it.winner, it.prize, places.get(it.winner), is_ruled=True)
        for it in ruled
        if it.prize is not None
    ]
    taken = {stake.prize: sum(it.prize == stake.prize for it in given) for stake in stakes}
    flags = set()
    if any(taken[stake.prize] > stake.count for stake in stakes):
        flags.add(Flag.TOO_MANY_RULED)
    if any(it.place is None for it in given):
        flags.add(Flag.OUTSIDE)
    left = [
        Stake(it.prize, it.count - taken[it.prize]) for it in stakes if it.count > taken[it.prize]
    ]
    passed_over = {it.winner for it in ruled} | set(already)
    rest = [it for it in everybody if it.winner not in passed_over]
    ties: list[Tie] = []
    reserves: list[Placed] = []
    for place, equals in groupby(rest, key=lambda it: it.place):
        group = list(equals)
        if not left:
            if len(reserves) >= RESERVES:
                break
            reserves += group
            continue
        if len(group) <= left[0].count:
            given += [Given(it.winner, left[0].prize, place) for it in group]
            _take(left, len(group))
        else:
            stake = tuple(_take(left, len(group)))
            ties.append(Tie(tuple(it.winner for it in group), place, stake))
    if ties:
        flags.add(Flag.TIE)
    if left:
        flags.add(Flag.TOO_FEW)
    order = {stake.prize: index for index, stake in enumerate(stakes)}
    given.sort(key=lambda it: (order[it.prize], it.place is None, it.place or 0, it.winner))
    return Proposal(tuple(given), tuple(ties), tuple(left), tuple(reserves), frozenset(flags))


def _take(left: list[Stake], count: int) -> list[Stake]:
    """Take so many of the foremost prizes away from `left`; fewer where there are not as many."""
    taken: list[Stake] = []
    while left and count:
        first = left.pop(0)
        number = min(first.count, count)
        taken.append(Stake(first.prize, number))
        if first.count > number:
            left.insert(0, Stake(first.prize, first.count - number))
        count -= number
    return taken
