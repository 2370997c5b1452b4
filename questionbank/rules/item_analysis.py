"""How questions did: classical test theory over papers that were drawn at random.

Every person saw only some of the questions, so each question is judged by those who saw it, and
against how they did on the *other* questions of their own papers. Those papers are not equally
hard; that noise pulls correlations a little towards 0, and the more so the shorter the papers.

Attempts are streamed: only sums are kept, never the attempts. Sources, cited by their names:

- Crocker, L. & Algina, J. (1986): Introduction to Classical and Modern Test Theory.
- Ebel, R. L. & Frisbie, D. A. (1991): Essentials of Educational Measurement, 5th ed.
- Kelley, T. L. (1939): The selection of upper and lower groups for the validation of test items.
  Journal of Educational Psychology 30.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from math import log2, sqrt

from questionbank.rules.item_responses import AttemptResponses, ItemResponse
from questionbank.rules.reliability import ROUNDING, Papers, Reliability

ENOUGH = 30  # answers before anything is flagged: fewer say little
ENOUGH_FOR_UNUSED = 100  # answers before a distractor can be called unused
UNUSED_BELOW = 0.02
TOO_EASY_ABOVE = 0.95
TOO_HARD_BELOW = 0.2
RIVALS_GAP = 0.10  # between the key's share and its rival's, among the strongest
RIVALS_TOGETHER = 0.75  # of the strongest chose one or the other
WEAK_DISCRIMINATION = 0.1
POOR_DISCRIMINATION = 0.2  # Ebel & Frisbie 1991: below this, a question is poor
MIDDLING = (0.3, 0.8)  # facilities at which a sound question discriminates best

_BANDS = 20  # of rest scores: 5 points of 100 each, and one more for full marks
_STRONGEST = 1 / 3
_BINS_PER_OCTAVE = 16
_LONGEST_MS = 24 * 60 * 60 * 1000
_ONE_SIDED_95 = 1.645


class Flag(Enum):
    """Why somebody should look at a question; each is a reason to look, and proof of nothing."""

    KEY_PROBABLY_WRONG = "key_probably_wrong"
    UNUSED_DISTRACTOR = "unused_distractor"
    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """How one question did. The functions of this module define the figures."""

    item: int
    answered: int  # how many saw it, omissions included
    facility: float
    discrimination: float | None
    option_shares: Mapping[str, float]  # several options can be ticked: may add up to more than 1
    omitted_share: float | None  # None without options: "" is all that is known of an answer then
    median_ms: int | None
    flags: frozenset[Flag]


class Analysis:
    """Add every attempt, in any order; then ask for the result."""

    def __init__(self) -> None:
        self._items: dict[int, _Tally] = {}
        self._papers: dict[int, Papers] = {}

    def add(self, attempt: AttemptResponses) -> None:
        """Count one attempt, in which no item comes twice. One without items counts nowhere."""
        others = len(attempt) - 1
        if others < 0:
            return
        total = sum([response.earned for response in attempt])
        for response in attempt:
            tally = self._items.get(response.item)
            if tally is None:
                tally = self._items[response.item] = _Tally()
            tally.add(response, (total - response.earned) / others if others else None)
        if others + 1 not in self._papers:
            self._papers[others + 1] = Papers(others + 1)
        self._papers[others + 1].add(attempt, total)

    @property
    def items(self) -> frozenset[int]:
        """What somebody saw."""
        return frozenset(self._items)

    def result(self, options: Mapping[int, tuple[str, str]]) -> list[ItemStatistics]:
        """Every item that somebody saw, by number.

        `options` names all letters and the key's letters of each; items that it does not name
        have no options.
        """
        return [
            _statistics(item, self._items[item], *options.get(item, ("", "")))
            for item in sorted(self._items)
        ]

    def reliability(self) -> Reliability:
        """That of the most frequent length of paper; of equally frequent ones, the longest."""
        if not self._papers:
            return Reliability(items=0, attempts=0, kr20=None, alpha=None)
        papers = max(self._papers.values(), key=lambda it: (it.attempts, it.length))
        return Reliability(papers.length, papers.attempts, papers.kr20(), papers.alpha())


# One question ---------------------------------------------------------------------------------


class _Choice:
    """Those who gave one and the same answer to a question."""

    __slots__ = ("bands", "count", "rest", "rested")

    def __init__(self) -> None:
        self.count = 0
        self.rested = 0  # of them, on papers with other questions
        self.rest = 0.0
        self.bands = [0] * (_BANDS + 1)  # of their rest scores


class _Tally:
    """The sums of one question."""

    __slots__ = (
        "choices",
        "earned",
        "earned_squared",
        "product",
        "rest",
        "rest_squared",
        "rested",
        "right",
        "seen",
        "times",
    )

    def __init__(self) -> None:
        self.seen = 0
        self.right = 0
        self.rested = 0  # on papers with other questions; the sums below are theirs
        self.earned = 0.0
        self.earned_squared = 0.0
        self.rest = 0.0
        self.rest_squared = 0.0
        self.product = 0.0
        self.choices: dict[str, _Choice] = {}
        self.times: dict[int, int] = {}

    def add(self, response: ItemResponse, rest: float | None) -> None:
        self.seen += 1
        self.right += response.is_correct
        choice = self.choices.get(response.chosen)
        if choice is None:
            choice = self.choices[response.chosen] = _Choice()
        choice.count += 1
        if rest is not None:
            earned = response.earned
            self.rested += 1
            self.earned += earned
            self.earned_squared += earned * earned
            self.rest += rest
            self.rest_squared += rest * rest
            self.product += earned * rest
            choice.rested += 1
            choice.rest += rest
            choice.bands[_band(rest)] += 1
        if response.answer_ms is not None:
            time_bin = _time_bin(response.answer_ms)
            self.times[time_bin] = self.times.get(time_bin, 0) + 1

    def those_with(self, letter: str) -> list[_Choice]:
        return [choice for chosen, choice in self.choices.items() if letter in chosen]


def _statistics(item: int, tally: _Tally, letters: str, key: str) -> ItemStatistics:
    omitted = tally.choices.get("")
    return ItemStatistics(
        item=item,
        answered=tally.seen,
        facility=_facility(tally),
        discrimination=_discrimination(tally),
        option_shares={letter: _option_share(tally, letter) for letter in letters},
        omitted_share=(omitted.count if omitted else 0) / tally.seen if letters else None,
        median_ms=_median_ms(tally.times),
        flags=_flags(tally, letters, key),
    )


def _facility(tally: _Tally) -> float:
    """The item difficulty p: the share of those who saw the item and answered it correctly.

    Omitted answers count as wrong ones (Crocker & Algina 1986; Ebel & Frisbie 1991). With points
    for part of an answer, only full marks are correct.
    """
    return tally.right / tally.seen


def _option_share(tally: _Tally, letter: str) -> float:
    """The share of those who saw the item and chose an option (Ebel & Frisbie 1991).

    Where one option can be ticked, the shares and that of the omissions add up to 1.
    """
    return sum(choice.count for choice in tally.those_with(letter)) / tally.seen


def _discrimination(tally: _Tally) -> float | None:
    """The corrected point-biserial: Pearson's r of the item's score with the rest score.

    The rest score is the attempt's share of the points on its other items, so that the item is
    not correlated with itself (Crocker & Algina 1986). With points for part of an answer it is
    the item-rest correlation. None if all did alike on the item, or alike on the others, or if
    nobody's paper had other items.
    """
    item_spread = _spread(tally.rested, tally.earned, tally.earned_squared)
    rest_spread = _spread(tally.rested, tally.rest, tally.rest_squared)
    if item_spread is None or rest_spread is None:
        return None
    count = tally.rested
    covariance = tally.product / count - (tally.earned / count) * (tally.rest / count)
    return max(-1.0, min(1.0, covariance / (item_spread * rest_spread)))


def _point_biserial(tally: _Tally, letter: str) -> float | None:
    """The correlation of choosing an option with the rest score.

    (M1 - M) / S * sqrt(p / (1 - p)) with M1 the mean rest score of those who chose it, p their
    share, and M and S the mean and the standard deviation of all who saw the item (Crocker &
    Algina 1986). Positive for a sound key, negative for a sound distractor (Ebel & Frisbie 1991).
    None if all or none chose it, or if all did alike on the other items.
    """
    spread = _spread(tally.rested, tally.rest, tally.rest_squared)
    count = sum(choice.rested for choice in tally.those_with(letter))
    if spread is None or count in (0, tally.rested):
        return None
    theirs = sum(choice.rest for choice in tally.those_with(letter)) / count
    odds = count / (tally.rested - count)
    return (theirs - tally.rest / tally.rested) / spread * sqrt(odds)


def _spread(count: int, total: float, squares: float) -> float | None:
    """The standard deviation of a population; None if there is no spread at all."""
    if not count:
        return None
    variance = squares / count - (total / count) ** 2
    return sqrt(variance) if variance > ROUNDING else None


# Flags ----------------------------------------------------------------------------------------


def _flags(tally: _Tally, letters: str, key: str) -> frozenset[Flag]:
    if tally.seen < ENOUGH:
        return frozenset()
    found = {
        Flag.UNUSED_DISTRACTOR: _has_unused_distractor(tally, letters, key),
        Flag.TOO_EASY: _facility(tally) > TOO_EASY_ABOVE,
        Flag.TOO_HARD: _facility(tally) < max(TOO_HARD_BELOW, _guessing_level(letters, key)),
    }
    if _key_is_probably_wrong(tally, letters, key):
        found[Flag.KEY_PROBABLY_WRONG] = True  # which says why it does not discriminate
    else:
        found[Flag.AMBIGUOUS] = _has_rivals(tally, letters, key) or _is_weak(tally)
    return frozenset(flag for flag, is_found in found.items() if is_found)


def _key_is_probably_wrong(tally: _Tally, letters: str, key: str) -> bool:
    """Whether a wrong option looks more like a key than (one of) the key's own.

    More people chose it, its point-biserial is positive, and it is larger than the key's: those
    who know more choose it (Ebel & Frisbie 1991 on finding miskeyed items).
    """
    return any(
        _outdoes(tally, wrong, right) for wrong in letters if wrong not in key for right in key
    )


def _outdoes(tally: _Tally, wrong: str, right: str) -> bool:
    if _option_share(tally, wrong) <= _option_share(tally, right):
        return False
    of_wrong = _point_biserial(tally, wrong)
    of_right = _point_biserial(tally, right) or 0.0  # chosen by nobody: it tells nothing apart
    return of_wrong is not None and of_wrong > max(0.0, of_right) + ROUNDING


def _has_unused_distractor(tally: _Tally, letters: str, key: str) -> bool:
    """Whether fewer than 2 % of at least 100 people chose some wrong option.

    Such an option only takes time to read (Ebel & Frisbie 1991). Below 100 answers a share of
    2 % is one person's choice. Very easy items nearly always have one.
    """
    return tally.seen >= ENOUGH_FOR_UNUSED and any(
        _option_share(tally, letter) < UNUSED_BELOW for letter in letters if letter not in key
    )


def _guessing_level(letters: str, key: str) -> float:
    """The facility if everybody guessed: 1 of the options, 0 where several can be ticked.

    (Crocker & Algina 1986 on chance scores.) Below it, something draws people away from the key.
    """
    return 1 / len(letters) if letters and len(key) == 1 else 0.0


def _has_rivals(tally: _Tally, letters: str, key: str) -> bool:
    """Whether the strongest third hesitated between the key and one other option.

    Together the two have at least 75 % of the strongest third, and their shares are at most 10
    points of 100 apart. Only where one option is right, and with at least 30 of the strongest.

    The strongest are the bands of rest scores, from the top, whose share is the nearest to a
    third: bands are not split. Kelley (1939) found 27 % best for comparing groups; with papers
    of few items a third is steadier and costs little.
    """
    if len(key) != 1:
        return False
    bands = _strongest_bands(tally)
    chosen = {letter: _sum_of_bands(tally.those_with(letter), bands) for letter in letters}
    strongest = _sum_of_bands(tally.choices.values(), bands)
    rival = max((count for letter, count in chosen.items() if letter != key), default=0)
    right = chosen.get(key, 0)
    return (
        strongest >= ENOUGH
        and right + rival >= RIVALS_TOGETHER * strongest
        and abs(right - rival) <= RIVALS_GAP * strongest
    )


def _strongest_bands(tally: _Tally) -> slice:
    counts = [sum(band) for band in zip(*(it.bands for it in tally.choices.values()), strict=True)]
    from_top = list(accumulate(reversed(counts)))
    wanted = _STRONGEST * tally.rested
    taken = min(range(len(from_top)), key=lambda index: abs(from_top[index] - wanted))
    return slice(len(counts) - 1 - taken, None)


def _sum_of_bands(choices: Iterable[_Choice], bands: slice) -> int:
    return sum(sum(choice.bands[bands]) for choice in choices)


def _is_weak(tally: _Tally) -> bool:
    """Whether an item of middling facility hardly tells those who know from those who do not.

    Its discrimination is below 0.1, and below 0.2 beyond chance: 0.2 is where Ebel & Frisbie
    (1991) begin to call items acceptable, and r + 1.645 * (1 - r^2) / sqrt(n - 1), the upper end
    of a one-sided interval of 95 %, does not reach it. So 30 answers must show an r of about
    -0.1, and 300 answers one of 0.1. Items nearly all or nearly none can answer have little
    discrimination anyhow, and are flagged as such.
    """
    found = _discrimination(tally)
    if found is None or not MIDDLING[0] <= _facility(tally) <= MIDDLING[1]:
        return False
    chance = _ONE_SIDED_95 * (1 - found**2) / sqrt(max(1, tally.rested - 1))
    return found < WEAK_DISCRIMINATION and found + chance < POOR_DISCRIMINATION


def _band(rest: float) -> int:
    return min(_BANDS, max(0, int(rest * _BANDS + ROUNDING)))


# Times ----------------------------------------------------------------------------------------


def _time_bin(ms: int) -> int:
    return round(log2(min(max(ms, 1), _LONGEST_MS)) * _BINS_PER_OCTAVE)


def _median_ms(times: Mapping[int, int]) -> int | None:
    """The (lower) median of the times known, at most 2.2 % off, plus half a millisecond.

    From a histogram of 16 bins for each doubling, which are as wide in logarithms: a bin's middle
    is at most a factor of 2^(1/32) from anything in it. From 1 ms to 24 hours that makes at most
    423 bins for an item; times beyond count as 1 ms or 24 hours.
    """
    half = (sum(times.values()) + 1) // 2
    passed = 0
    for time_bin in sorted(times):
        passed += times[time_bin]
        if passed >= half:
            return round(2 ** (time_bin / _BINS_PER_OCTAVE))
    return None
