"""How far the scores of whole papers would come out again, where each person had other questions.

- Crocker, L. & Algina, J. (1986): Introduction to Classical and Modern Test Theory.
- Cronbach, L. J. (1951): Coefficient alpha and the internal structure of tests. Psychometrika 16.
- Kuder, G. F. & Richardson, M. W. (1937): The theory of the estimation of test reliability.
  Psychometrika 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from questionbank.rules.item_responses import AttemptResponses

ROUNDING = 1e-9  # what floats leave of 0; no real spread of scores is so small


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the scores of papers of one length would come out again. See `Papers`."""

    items: int  # on a paper
    attempts: int  # with so many items
    kr20: float | None
    alpha: float | None


class Papers:
    """The sums of all attempts with the same number of items.

    Reliability is k/(k - 1) * (1 - k * V / T), with k items on a paper, V the mean variance of an
    item and T the variance of the total scores. An item's variance is over those who saw it, and
    V weighs each item by how many saw it, as it stands on so many papers. Both variances are of
    samples (n - 1), so that items few people saw are not taken for steadier ones; items that only
    one person saw are left out of V. If everybody saw the same items, this is the classical
    formula exactly.

    Its limits, with papers drawn at random: T then also holds the differences between easy and
    hard papers, which the formula takes for differences between people. So it comes out too high,
    by about k^2 / (k - 1) * B / T, B being the variance of the items' mean scores within a row of
    the blueprint: little if rows hold questions of like difficulty, much if not (0.06 for papers
    of 20 with B = 0.04 and T = 14). Otherwise alpha is a lower bound (Cronbach 1951; Crocker &
    Algina 1986), and it holds for this length of paper and this population only.
    """

    __slots__ = ("attempts", "items", "length", "right", "right_squared", "total", "total_squared")

    def __init__(self, length: int) -> None:
        self.length = length
        self.attempts = 0
        self.right = 0
        self.right_squared = 0
        self.total = 0.0
        self.total_squared = 0.0
        self.items: dict[int, _Score] = {}

    def add(self, attempt: AttemptResponses, total: float) -> None:
        items = self.items
        right = 0
        for response in attempt:
            score = items.get(response.item)
            if score is None:
                score = items[response.item] = _Score()
            score.seen += 1
            score.earned += response.earned
            score.earned_squared += response.earned * response.earned
            if response.is_correct:
                score.right += 1
                right += 1
        self.attempts += 1
        self.right += right
        self.right_squared += right * right
        self.total += total
        self.total_squared += total * total

    def kr20(self) -> float | None:
        """Kuder & Richardson's formula 20 (1937): over items that are right or wrong.

        An item's variance is p * (1 - p), the total is the number of items right. None with fewer
        than two items or attempts, or if all have the same total.
        """
        return self._coefficient(
            [(it.seen, _variance(it.seen, it.right, it.right)) for it in self.items.values()],
            _variance(self.attempts, self.right, self.right_squared),
        )

    def alpha(self) -> float | None:
        """Cronbach's alpha (1951): the same over the shares of the points that items earned.

        Every item weighs the same. None where KR-20 is None.
        """
        scores = self.items.values()
        return self._coefficient(
            [(it.seen, _variance(it.seen, it.earned, it.earned_squared)) for it in scores],
            _variance(self.attempts, self.total, self.total_squared),
        )

    def _coefficient(
        self, items: Sequence[tuple[int, float | None]], totals: float | None
    ) -> float | None:
        known = [(seen, variance) for seen, variance in items if variance is not None]
        if self.length < 2 or not known or totals is None or totals <= ROUNDING:
            return None
        mean = sum(seen * variance for seen, variance in known) / sum(seen for seen, _ in known)
        return self.length / (self.length - 1) * (1 - self.length * mean / totals)


class _Score:
    """How an item did on papers of one length."""

    __slots__ = ("earned", "earned_squared", "right", "seen")

    def __init__(self) -> None:
        self.seen = 0
        self.right = 0
        self.earned = 0.0
        self.earned_squared = 0.0


def _variance(count: int, total: float, squares: float) -> float | None:
    """That of a sample; None of fewer than two."""
    return max(0.0, squares - total * total / count) / (count - 1) if count > 1 else None
