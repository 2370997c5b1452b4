"""The draw: from a blueprint and a seed to one person's paper."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from string import ascii_uppercase


@dataclass(frozen=True)
class Draft:
    """A question that may be drawn: a revision and which of its options keep their place."""

    revision_id: int
    choice_count: int
    pinned: frozenset[int] = frozenset()  # positions from 0
    keeps_order: bool = False  # true/false questions


@dataclass(frozen=True)
class PaperItem:
    """A question as one person sees it.

    `choice_order` names the author's letters in the order shown: in "CADB" the option shown
    as A is the one the author wrote third.
    """

    revision_id: int
    choice_order: str


@dataclass(frozen=True)
class Deal:
    """Which hand of a round's decks a paper gets.

    Every paper of a round has a `number` of its own, and the numbers follow one another: so each
    question of a pool is dealt once before any is dealt again, and two people who start one after
    the other have no question of a large enough pool in common.
    """

    deck_seed: int  # the round's
    number: int


class PoolTooSmall(Exception):
    """The bank cannot fill a row of the blueprint; row -1: there is no blueprint."""

    def __init__(self, row: int, wanted: int, found: int) -> None:
        super().__init__(f"row {row}: {wanted} wanted, {found} found")
        self.row = row
        self.wanted = wanted
        self.found = found


def draw_paper(
    *, counts: Sequence[int], pools: Sequence[Sequence[Draft]], seed: int, deal: Deal
) -> list[PaperItem]:
    """Draw `counts[row]` questions from `pools[row]` for every row, then shuffle.

    The same arguments always give the same paper, whatever the order of a pool. A question that
    stands in two pools is drawn once: the smaller pool is served first, so that a wide row never
    takes what a narrow one needs. Raises PoolTooSmall.
    """
    if not counts:
        raise PoolTooSmall(row=-1, wanted=1, found=0)
    drawn: dict[int, Draft] = {}
    for row in sorted(range(len(counts)), key=lambda row: len(pools[row])):
        hand = _hand(row, counts[row], pools[row], deal=deal, without=drawn.keys())
        drawn.update((draft.revision_id, draft) for draft in hand)
    chance = random.Random(seed)  # noqa: S311 (replayable, not secret)
    paper = [drawn[revision_id] for revision_id in sorted(drawn)]
    chance.shuffle(paper)
    return [PaperItem(draft.revision_id, shuffle_choices(draft, chance)) for draft in paper]


def _hand(
    row: int, count: int, pool: Sequence[Draft], *, deal: Deal, without: Collection[int]
) -> list[Draft]:
    """Cards from a shuffled deck, as they are dealt: the deck is used up before it is shuffled."""
    hands = max(1, len(pool) // count)
    turn, place = divmod(deal.number, hands)
    deck = sorted(pool, key=lambda draft: draft.revision_id)
    random.Random(f"{deal.deck_seed}.{row}.{turn}").shuffle(deck)  # noqa: S311
    first = place * count
    free = [it for it in deck[first:] + deck[:first] if it.revision_id not in without]
    if len(free) < count:
        raise PoolTooSmall(row, count, len(free))
    return free[:count]


def shuffle_choices(draft: Draft, chance: random.Random) -> str:
    """The letters of the options in the order shown; pinned options stay where they are."""
    letters = list(ascii_uppercase[: draft.choice_count])
    if draft.keeps_order:
        return "".join(letters)
    free = [position for position in range(draft.choice_count) if position not in draft.pinned]
    moved = [letters[position] for position in free]
    chance.shuffle(moved)
    for position, letter in zip(free, moved, strict=True):
        letters[position] = letter
    return "".join(letters)
