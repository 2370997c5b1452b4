"""The draw: from a blueprint and a seed to one person's paper."""

import random
from collections.abc import Mapping, Sequence
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


class PoolTooSmall(Exception):
    """The bank cannot fill a row of the blueprint; row -1: there is no blueprint."""

    def __init__(self, row: int, wanted: int, found: int) -> None:
        super().__init__(f"row {row}: {wanted} wanted, {found} found")
        self.row = row
        self.wanted = wanted
        self.found = found


def draw_paper(
    *, counts: Sequence[int], pools: Mapping[int, Sequence[Draft]], seed: int
) -> list[PaperItem]:
    """Draw `counts[row]` questions from `pools[row]` for every row, then shuffle.

    The same arguments always give the same paper. A question that stands in two pools is drawn
    once. Raises PoolTooSmall.
    """
    if not counts:
        raise PoolTooSmall(row=-1, wanted=1, found=0)
    chance = random.Random(seed)  # noqa: S311 (replayable, not secret)
    drawn: dict[int, Draft] = {}
    for row, count in enumerate(counts):
        pool = sorted(
            (draft for draft in pools[row] if draft.revision_id not in drawn),
            key=lambda draft: draft.revision_id,
        )
        if len(pool) < count:
            raise PoolTooSmall(row, count, len(pool))
        drawn.update((draft.revision_id, draft) for draft in chance.sample(pool, count))
    paper = list(drawn.values())
    chance.shuffle(paper)
    return [PaperItem(draft.revision_id, shuffle_choices(draft, chance)) for draft in paper]


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
