"""The draw: from a blueprint and a seed to one person's paper."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from questionbank.rules.matching import matched


@dataclass(frozen=True)
class Draft:
    """A question that may be drawn: a revision and which of its options keep their place."""

    revision_id: int
    choice_count: int  # 0: the answer is typed
    pinned: frozenset[int] = frozenset()  # positions from 0
    keeps_order: bool = False  # true/false questions


@dataclass(frozen=True)
class PaperItem:
    """A question as one person sees it.

    `choice_order` names the author's letters in the order shown: in "CADB" the option shown
    as A is the one the author wrote third. It is empty where the answer is typed.
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
    stands in two pools is drawn once, and if there is a way to fill all rows, they are filled.
    Raises PoolTooSmall.
    """
    if not counts:
        raise PoolTooSmall(row=-1, wanted=1, found=0)
    decks = [
        _Deck(f"{deal.deck_seed}.{row}", pool, count)
        for row, (count, pool) in enumerate(zip(counts, pools, strict=True))
    ]
    for row, deck in enumerate(decks):
        if len(deck.pool) < deck.count:
            raise PoolTooSmall(row, deck.count, len(deck.pool))
    drawn = {draft.revision_id: draft for deck in decks for draft in deck.hand(deal.number)}
    if len(drawn) < sum(counts):  # two rows want the same question
        drawn = _disentangled(counts, [deck.preference(deal.number) for deck in decks])
    chance = random.Random(seed)  # noqa: S311 (replayable, not secret)
    paper = [drawn[revision_id] for revision_id in sorted(drawn)]
    chance.shuffle(paper)
    return [PaperItem(draft.revision_id, shuffle_choices(draft, chance)) for draft in paper]


class _Deck:
    """The questions of a row as an endless row of cards: the pool shuffled, and again, and again.

    Paper n takes the n-th `count` of them: so any number of papers shows each question as often
    as the others, or once more. Where a hand holds the last cards of one shuffle and the first
    of the next, those of the first that the next would repeat are put off by a few places. That
    needs a pool of twice the hand; of a smaller one the cards to leave out are dealt instead.
    """

    def __init__(self, seed: str, pool: Sequence[Draft], count: int) -> None:
        self._seed = seed
        self.pool = sorted(pool, key=lambda draft: draft.revision_id)
        self.count = count
        self._leaves_out = 2 * count > len(pool)
        self._dealt = len(pool) - count if self._leaves_out else count

    def hand(self, number: int) -> list[Draft]:
        cards = self._cards(number)
        if not self._leaves_out:
            return cards
        left_out = {draft.revision_id for draft in cards}
        return [draft for draft in self.pool if draft.revision_id not in left_out]

    def preference(self, number: int) -> list[Draft]:
        """All cards: the hand, and then what stands in for it, as it comes."""
        hand = self.hand(number)
        taken = {draft.revision_id for draft in hand}
        turn = number * self._dealt // max(1, len(self.pool))
        return hand + [it for it in self._shuffled(turn) if it.revision_id not in taken]

    def _cards(self, number: int) -> list[Draft]:
        if not self._dealt:
            return []
        turn, first = divmod(number * self._dealt, len(self.pool))
        last = first + self._dealt
        cards = (self._turn(turn) if first < self._dealt else self._shuffled(turn))[first:last]
        missing = self._dealt - len(cards)
        return cards + self._turn(turn + 1)[:missing] if missing else cards

    def _turn(self, turn: int) -> list[Draft]:
        """A shuffle that begins with none of the cards it shares a hand with."""
        cards = self._shuffled(turn)
        carried = turn * len(self.pool) % self._dealt
        if not carried:
            return cards
        before = {draft.revision_id for draft in self._shuffled(turn - 1)[-carried:]}
        head = sorted(cards[: self._dealt], key=lambda draft: draft.revision_id in before)
        return head + cards[self._dealt :]

    def _shuffled(self, turn: int) -> list[Draft]:
        cards = list(self.pool)
        random.Random(f"{self._seed}.{turn}").shuffle(cards)  # noqa: S311
        return cards


def _disentangled(
    counts: Sequence[int], preferences: Sequence[Sequence[Draft]]
) -> dict[int, Draft]:
    """Who gets which question where rows want the same ones; the smallest pool chooses first.

    Raises PoolTooSmall only when no choice whatever fills all rows.
    """
    owner = matched(counts, [[draft.revision_id for draft in pool] for pool in preferences])
    for row, found in enumerate(map(list(owner.values()).count, range(len(counts)))):
        if found < counts[row]:
            raise PoolTooSmall(row, counts[row], found)
    return {it.revision_id: it for pool in preferences for it in pool if it.revision_id in owner}


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
