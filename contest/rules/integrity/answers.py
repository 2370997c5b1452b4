"""The same wrong answers, more often than chance explains.

Error similarity analysis (F. S. Bellezza and S. F. Bellezza, "Detection of cheating on
multiple-choice tests by using error-similarity analysis", Teaching of Psychology 16, 1989): of the
questions that two people both answered wrongly, how many wrong answers are the same. Right answers
are left out: everybody may know them. The mistakes of one are taken as given, as in the generalised
binomial test (W. J. van der Linden and L. Sotaridona, Journal of Educational and Behavioral
Statistics 31, 2006): the chance that the other makes the same one is its share of all wrong answers
to that question, so that a common misconception says little and a rare slip much. The number of
matches follows the Poisson binomial distribution; of both directions the larger chance is taken.

The chance is multiplied by the number of pairs compared (Bonferroni), so that a large contest does
not accuse by its size.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import log10

from contest.rules.integrity.evidence import Evidence, SignalKind, Sitting

_RAREST = 8  # wrong answers of a paper that pairs are looked for by
_SAME_TO_COMPARE = 3
_LARGEST_BLOCK = 60  # sittings: that many with the same three mistakes made them by chance
_LEAST_WRONG_ANSWERS = 20  # of a question before shares are believed
_CHANCE = 1e-2  # after Bonferroni: a hundred contests give one false pair

_Wrong = tuple[int, str]


def same_wrong_answers(
    sittings: Sequence[Sitting], *, unit_of: Mapping[int, int | None]
) -> Iterator[Evidence]:
    """Pairs of people of one unit, device or address whose mistakes agree beyond chance."""
    shares = _shares(sittings)
    pairs = list(_candidates(sittings, shares, unit_of))
    for a, b in pairs:
        same, of_a, of_b = _agreement(a, b, shares)
        chance = max(tail(of_a, same), tail(of_b, same))
        corrected = min(1.0, chance * len(pairs))
        if corrected < _CHANCE:
            yield Evidence(
                SignalKind.SAME_WRONG_ANSWERS,
                tuple(sorted((a.person, b.person))),
                _score(corrected),
                {
                    "same": same,
                    "both_wrong": len(of_a),
                    "expected": round(max(sum(of_a), sum(of_b)), 1),
                    "one_in": _one_in(corrected),
                },
            )


def tail(probabilities: Sequence[float], at_least: int) -> float:
    """P(at least so many successes) of independent trials: the Poisson binomial distribution."""
    counts = [1.0]
    for probability in probabilities:
        counts = [
            (counts[number] if number < len(counts) else 0.0) * (1 - probability)
            + (counts[number - 1] if number else 0.0) * probability
            for number in range(len(counts) + 1)
        ]
    return sum(counts[at_least:])


_Shares = dict[int, dict[str, float]]


def _shares(sittings: Iterable[Sitting]) -> _Shares:
    """By question: each wrong response's share of the wrong responses.

    Of a question that few got wrong it is not known which mistakes are common: half for each.
    """
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for sitting in sittings:
        for question, response in sitting.wrong:
            counted[question][response] += 1
    shares: _Shares = {}
    for question, responses in counted.items():
        total = responses.total()
        if total < _LEAST_WRONG_ANSWERS:
            shares[question] = dict.fromkeys(responses, 0.5)
        else:
            shares[question] = {response: n / total for response, n in responses.items()}
    return shares


def _candidates(
    sittings: Iterable[Sitting], shares: _Shares, unit_of: Mapping[int, int | None]
) -> Iterator[tuple[Sitting, Sitting]]:
    """Pairs of different people with three rare mistakes in common in one place; each once.

    Sittings are gathered by place and by each three of their rarest mistakes: nobody is compared
    with everybody.
    """
    blocks: defaultdict[tuple[object, ...], list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        rare = _rarest(sitting.wrong, shares)
        places = _places(sitting, unit_of)
        for three in combinations(rare, _SAME_TO_COMPARE):
            for place in places:
                blocks[(place, *three)].append(sitting)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) > _LARGEST_BLOCK:
            continue
        for a, b in combinations(block, 2):
            pair = (a.pk, b.pk) if a.pk < b.pk else (b.pk, a.pk)
            if a.person != b.person and pair not in seen:
                seen.add(pair)
                yield a, b


def _places(sitting: Sitting, unit_of: Mapping[int, int | None]) -> list[tuple[str, object]]:
    unit = unit_of.get(sitting.person)
    places: list[tuple[str, object]] = [("unit", unit)] if unit is not None else []
    if sitting.device:
        places.append(("device", sitting.device))
    if sitting.address:
        places.append(("address", sitting.address))
    return places


def _rarest(wrong: Iterable[_Wrong], shares: _Shares) -> list[_Wrong]:
    by_rarity = sorted(wrong, key=lambda it: (shares[it[0]][it[1]], it))
    return sorted(by_rarity[:_RAREST])


def _agreement(a: Sitting, b: Sitting, shares: _Shares) -> tuple[int, list[float], list[float]]:
    """How many mistakes are the same; and for every question that both got wrong the chance that
    somebody else makes a's mistake, and b's."""
    of_b = dict(b.wrong)
    common = [(question, response) for question, response in a.wrong if question in of_b]
    return (
        sum(of_b[question] == response for question, response in common),
        [shares[question][response] for question, response in common],
        [shares[question][of_b[question]] for question, _response in common],
    )


def _score(corrected: float) -> float:
    """0.5 at one in a hundred, 0.9 at one in a billion and beyond."""
    digits = min(9.0, -log10(max(corrected, 1e-12)))
    return round(0.5 + 0.4 * max(0.0, digits - 2) / 7, 2)


def _one_in(corrected: float) -> int:
    return round(1 / max(corrected, 1e-12))
