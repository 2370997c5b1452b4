"""What a blueprint asks of the question bank: whether it can be filled, and how papers differ.

A row asks for `count` questions out of its pool: the questions that fit it. Pools may overlap,
but a question stands on a paper once.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb, prod

from questionbank.rules.matching import matched

Pool = frozenset[int]

COMFORT = 5  # times a row's count: a pool from which papers differ well enough

_SEED = 1
_PAPERS = 1000  # drawn to see how overlapping pools overlap
_NEIGHBOURS = 5  # that each of them is compared with


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a blueprint."""

    topic: str
    difficulty: str  # "": any
    count: int


@dataclass(frozen=True, slots=True)
class Filling:
    """How many questions each row can have, all rows at once.

    Altogether as little is lacking as possible. Where rows compete for the same questions, the
    first of them has all it can have: what is lacking is lacking in the last.
    """

    placed: tuple[int, ...]
    lacking: tuple[int, ...]

    @property
    def is_full(self) -> bool:
        return not any(self.lacking)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two papers have in common that are drawn independently of each other, at random.

    Decks keep papers that are dealt one after the other further apart than this.
    """

    expected: float  # questions on both
    none: float  # the chance that no question is on both
    pairs_sharing: float  # of participants, expected: pairs with a question on both papers
    is_exact: bool  # or from simulated draws


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many papers one question of a row stands on, for that row or for another that it fits."""

    average: float
    least: int
    most: int
    is_exact: bool  # or from simulated draws


# Filling --------------------------------------------------------------------------------------


def fill(counts: Sequence[int], pools: Sequence[Pool]) -> Filling:
    """Whether every row can have its questions at once, no question being in two rows.

    A maximum flow from rows to questions along augmenting paths, over groups of questions that
    fit the same rows: there are few of them even in a large bank.
    """
    flow = _Flow(pools)
    placed = [flow.place(row, count) for row, count in _by_row(counts, pools)]
    lacking = [count - found for count, found in zip(counts, placed, strict=True)]
    return Filling(tuple(placed), tuple(lacking))


def _by_row(counts: Sequence[int], pools: Sequence[Pool]) -> list[tuple[int, int]]:
    if len(counts) != len(pools) or any(count < 0 for count in counts):
        raise ValueError("a count from 0 and a pool for every row")
    return list(enumerate(counts))


class _Flow:
    """Which row has how many questions of which group.

    A group's name is the set of rows it fits, as bits. What a group has free never grows again:
    augmenting only hands questions on from row to row.
    """

    def __init__(self, pools: Sequence[Pool]) -> None:
        rows_of_question: dict[int, int] = {}
        for row, pool in enumerate(pools):
            for question in pool:
                rows_of_question[question] = rows_of_question.get(question, 0) | 1 << row
        self._free = Counter(rows_of_question.values())
        self._taken: list[dict[int, int]] = [{} for _ in pools]
        by_use = sorted(self._free, key=lambda group: (-group.bit_count(), group))
        self._open = [  # the last are those that the fewest rows want
            [group for group in by_use if group >> row & 1] for row in range(len(pools))
        ]

    def place(self, row: int, count: int) -> int:
        """Find the row up to `count` questions; other rows keep their number. How many it got."""
        placed = 0
        while placed < count and (path := self._path(row)):
            placed += self._push(path, count - placed)
        return placed

    def _path(self, row: int) -> list[tuple[int, int]] | None:
        """The shortest chain of (row, group) in which each row takes from the group what the
        next one gives up, and the last takes what is free.
        """
        before: dict[int, tuple[int, int] | None] = {row: None}
        queue = [row]
        for current in queue:  # which grows
            group = self._open_group(current)
            if group is not None:
                return self._chain(before, (current, group))
            for other, taken in enumerate(self._taken):
                if other in before:
                    continue
                given = next((it for it in taken if it >> current & 1), None)
                if given is not None:
                    before[other] = (current, given)
                    queue.append(other)
        return None

    def _open_group(self, row: int) -> int | None:
        groups = self._open[row]
        while groups and not self._free[groups[-1]]:
            groups.pop()
        return groups[-1] if groups else None

    @staticmethod
    def _chain(
        before: dict[int, tuple[int, int] | None], last: tuple[int, int]
    ) -> list[tuple[int, int]]:
        chain = [last]
        while (step := before[chain[-1][0]]) is not None:
            chain.append(step)
        return chain[::-1]

    def _push(self, path: list[tuple[int, int]], wanted: int) -> int:
        amount = min(
            wanted,
            self._free[path[-1][1]],
            *(self._taken[giver][group] for (_, group), (giver, _) in pairwise(path)),
        )
        for (_, group), (giver, _) in pairwise(path):
            self._add(giver, group, -amount)
        for taker, group in path:
            self._add(taker, group, amount)
        self._free[path[-1][1]] -= amount
        return amount

    def _add(self, row: int, group: int, amount: int) -> None:
        taken = self._taken[row]
        taken[group] = taken.get(group, 0) + amount
        if not taken[group]:
            del taken[group]


# Overlap --------------------------------------------------------------------------------------


def expected_overlap(counts: Sequence[int], pools: Sequence[Pool], participants: int) -> Overlap:
    """How much alike two papers are.

    Exact if no question is in two pools: of a row that draws c of m questions two papers share
    c^2 / m on the average, and none with the hypergeometric chance C(m - c, c) / C(m, c).
    Otherwise from 1000 papers drawn with a fixed seed: the expected number is that of all their
    pairs, the chance that of 5000 pairs and so within about 0.02.

    A row that asks for more than its pool has counts with what there is.
    """
    wanted = [min(count, len(pools[row])) for row, count in _by_row(counts, pools)]
    is_exact = _are_disjoint(pools)
    if is_exact:
        draws = [(count, len(pool)) for count, pool in zip(wanted, pools, strict=True) if count]
        expected = sum(count**2 / size for count, size in draws)
        none = prod(comb(size - count, count) / comb(size, count) for count, size in draws)
    else:
        papers = _drawn_papers(wanted, pools)
        expected, none = _shared_by_pairs(papers), _share_of_strangers(papers)
    return Overlap(
        expected=float(expected),
        none=float(none),
        pairs_sharing=comb(participants, 2) * (1 - none),
        is_exact=is_exact,
    )


def _are_disjoint(pools: Sequence[Pool]) -> bool:
    return sum(map(len, pools)) == len(frozenset[int]().union(*pools))


def _drawn_papers(counts: Sequence[int], pools: Sequence[Pool]) -> list[frozenset[int]]:
    chance = random.Random(_SEED)  # noqa: S311 (repeatable, not secret)
    rows = sorted(zip(counts, map(sorted, pools), strict=True), key=lambda it: len(it[1]))
    return [_drawn(rows, chance) for _ in range(_PAPERS)]


def _drawn(rows: Sequence[tuple[int, Sequence[int]]], chance: random.Random) -> frozenset[int]:
    """A paper, as full as it can be; the smallest pool comes first, and is served first.

    Of as many questions as the whole paper has, a row always finds those that no other took.
    """
    counts = [count for count, _pool in rows]
    most = sum(counts)
    return frozenset(
        matched(counts, [chance.sample(pool, min(most, len(pool))) for _count, pool in rows])
    )


def _shared_by_pairs(papers: Sequence[frozenset[int]]) -> float:
    """The mean number of questions that two of the papers share, over all pairs."""
    uses = Counter(question for paper in papers for question in paper)
    return sum(comb(times, 2) for times in uses.values()) / comb(len(papers), 2)


def _share_of_strangers(papers: Sequence[frozenset[int]]) -> float:
    """The share of pairs without a common question, over pairs of near neighbours."""
    pairs = [
        papers[index].isdisjoint(papers[index - distance])
        for index in range(len(papers))
        for distance in range(1, _NEIGHBOURS + 1)
    ]
    return sum(pairs) / len(pairs)


# Exposure -------------------------------------------------------------------------------------


def exposure(counts: Sequence[int], pools: Sequence[Pool], participants: int) -> list[Exposure]:
    """For each row, the papers that a question of its pool stands on, of so many participants.

    Exact if no question is in two pools: participants * count / pool, and the whole numbers next
    to it, for decks are dealt evenly. Otherwise from 1000 papers drawn with a fixed seed:
    questions that fit the same rows come up alike, and `least` and `most` are those of the
    rarest and the commonest kind. A row that asks for more than its pool has counts with what
    there is.
    """
    wanted = [min(count, len(pools[row])) for row, count in _by_row(counts, pools)]
    if _are_disjoint(pools):
        sizes = map(len, pools)
        return [
            _evenly(participants * count, size) for count, size in zip(wanted, sizes, strict=True)
        ]
    shares = _shares(wanted, pools)
    return [_of_kinds([participants * shares[it] for it in sorted(pool)]) for pool in pools]


def _evenly(uses: int, size: int) -> Exposure:
    if not size:
        return _NO_QUESTION
    return Exposure(uses / size, uses // size, -(-uses // size), is_exact=True)


def _of_kinds(uses: Sequence[float]) -> Exposure:
    if not uses:
        return _NO_QUESTION
    return Exposure(sum(uses) / len(uses), round(min(uses)), round(max(uses)), is_exact=False)


_NO_QUESTION = Exposure(average=0.0, least=0, most=0, is_exact=True)


def _shares(counts: Sequence[int], pools: Sequence[Pool]) -> dict[int, float]:
    """By question, the share of papers it stands on: the mean of those that fit the same rows."""
    uses = Counter(question for paper in _drawn_papers(counts, pools) for question in paper)
    kinds: dict[tuple[int, ...], list[int]] = {}
    for question in frozenset[int]().union(*pools):
        rows = tuple(row for row, pool in enumerate(pools) if question in pool)
        kinds.setdefault(rows, []).append(question)
    shares: dict[int, float] = {}
    for kind in kinds.values():
        share = sum(uses[it] for it in kind) / len(kind) / _PAPERS
        shares |= dict.fromkeys(kind, share)
    return shares


# Advice ---------------------------------------------------------------------------------------


def wanting(count: int, pool_size: int) -> int:
    """How many more questions keep what two papers share of a row at a fifth of it.

    Of c questions drawn from m, two papers share c^2 / m: m = 5 c.
    """
    return max(0, count * COMFORT - pool_size)
