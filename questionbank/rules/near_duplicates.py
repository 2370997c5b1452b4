"""Questions that ask the same in other words, told from mere look-alikes, with a score.

`compare` scores two questions; `near_index.Index` finds the few worth comparing among thousands.
"""

import enum
import math
import re
from collections import Counter
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from questionbank.rules.question_readings import (
    CONTENT_MARK,
    STOP_SYLLABLES,
    WEAK_SYLLABLES,
    Reading,
    Text,
    differences_of,
    read,
)

THRESHOLD = 0.8  # no pair that chose it is amiss between 0.78 and 0.85

# Of the score: weights of syllables are whole numbers, so that sums do not depend on their order.
_FULL = 20
_WEAK = 10  # in every other question
_STOP = 2
_SWAPPED = 1.6  # what each side says instead of the other tells more
_ADDED = 0.3  # than what only one side says
_OTHER_ASKED = 0.7
_TOLD_APART = 0.95
_HALF_ASKED = 0.95
_RICH = 3 * _FULL  # a stem of so much content needs no options to be understood
_GENERIC_SHARE = 0.95  # of the answers, where the stem says nothing
_SAYS_NOTHING = 0.6  # from such a share on: a stem of one word of content, if any
_PULL = 0.9  # of the answers on the odds that two stems mean the same
_RIGHT_SHARE = 0.7  # of the right answers among the answers
_SAYS_THE_SAME = 0.97  # of two stems: but for words like "do", "là"
_ALIKE = 80  # per cent of letters, for two options to be the same


class Relation(enum.Enum):
    """How two questions that are alike stand to each other."""

    SAME = "same"  # the same stem, the same options in any order, the same right ones
    CONFLICT = "conflict"  # the same stem with different right answers
    NEAR = "near"  # in other words; as probable as the score is high
    DIFFERENT = "different"  # alike, but for a number, a negation, or words that exclude each other


@dataclass(frozen=True, slots=True)
class Match:
    """`differences` are the numbers or words that tell the two apart, as written."""

    key: int
    score: float
    relation: Relation
    differences: tuple[str, ...]


def compare(a: Text, b: Text) -> Match:
    """How b stands to a. The score is symmetric, `differences` name a's words first."""
    return match_of(read(a), read(b), b.key)


def match_of(a: Reading, b: Reading, key: int) -> Match:
    if a.folded == b.folded and a.options == b.options and a.right == b.right:
        return Match(key, 1.0, Relation.SAME, ())
    first, second = _in_order(a, b)
    differences = differences_of(a, b)
    if differences:
        score = _TOLD_APART * _question_likeness(first, second)
        return Match(key, score, Relation.DIFFERENT, differences)
    if not (a.right and b.right) or _right_likeness(a, b) == 1 == len(a.right) / len(b.right):
        return Match(key, _score(first, second), Relation.NEAR, ())
    relation = _other_key(a, b, says_the_same=_stem_likeness(first, second) >= _SAYS_THE_SAME)
    if relation is Relation.NEAR:
        return Match(key, _score(first, second), relation, ())
    told = _other_answers(a, b) if relation is Relation.DIFFERENT else ()
    return Match(key, _question_likeness(first, second), relation, told)


def _other_key(a: Reading, b: Reading, *, says_the_same: bool) -> Relation:
    """What two are that do not have the same right answers.

    A right answer that the other question offers as a wrong one makes a conflict if the stems say
    the same, and else another question. With options that have nothing to do with each other,
    stems that ask for one of many ("Hành vi nào sau đây", "Chọn câu đúng") are two questions, too.
    """
    is_wrong_there = _has_as_wrong(a, b) or _has_as_wrong(b, a)
    if says_the_same:
        asks_for_one_of_many = _ONE_OF_MANY.search(a.folded) or _generic_share(a, b) > _SAYS_NOTHING
        apart = not is_wrong_there and a.options and b.options and asks_for_one_of_many
        return Relation.DIFFERENT if apart else Relation.CONFLICT
    is_other = is_wrong_there and _right_likeness(a, b) == 0
    return Relation.DIFFERENT if is_other else Relation.NEAR


def _has_as_wrong(a: Reading, b: Reading) -> bool:
    """Whether a right answer of a is an option of b, and not right there."""
    known = [answer for answer in a.right if any(_alike(answer, its) for its in b.options)]
    return any(not _is_right(answer, b) for answer in known)


def _other_answers(a: Reading, b: Reading) -> tuple[str, ...]:
    """The right answers of each that are not right in the other, as written."""
    return (
        *(a.written[key] for key in a.right if key not in b.right),
        *(b.written[key] for key in b.right if key not in a.right),
    )


_ONE_OF_MANY = re.compile(
    r"\b(?:(?:nao|gi) (?:sau|duoi) day|(?:hanh vi|noi dung|viec|nhiem vu|quyen|nghia vu|truong hop"
    r"|nguyen tac|yeu cau|giai phap|muc tieu|bien phap|tieu chi|dac diem|y|dieu) nao)\b"
)


def ceiling(a: Reading, b: Reading) -> float:
    """What the score could be at most, by the stems: as if all answers were the same."""
    first, second = _in_order(a, b)
    stems = _stem_likeness(first, second)
    if not (a.options or a.right) or not (b.options or b.right):
        return stems
    return _pulled(_blend(stems, 1.0, _generic_share(a, b)), 1.0)


def _in_order(a: Reading, b: Reading) -> tuple[Reading, Reading]:
    """So that a comparison comes out the same either way."""
    first, second = sorted((a, b), key=lambda it: (it.folded, it.options, it.right))
    return first, second


def _score(a: Reading, b: Reading) -> float:
    """p·w / (p·w + 1 - p), where the answers pull the odds of the stems: w = exp(PULL·(2e - 1)).

    p = (1 - g)·stems + g·e, with e the likeness of the answers and g as `_generic_share` has it.
    """
    stems = _stem_likeness(a, b)
    answers = _answer_likeness(a, b)
    if answers is None:
        return stems
    return _pulled(_blend(stems, answers, _generic_share(a, b)), answers)


def _pulled(p: float, answers: float) -> float:
    pull = math.exp(_PULL * (2 * answers - 1))
    return min(1.0, p * pull / (p * pull + 1 - p))


def _question_likeness(a: Reading, b: Reading) -> float:
    """(1 - g)·stems + g·options: without the right answers, where they are known to differ."""
    stems = _stem_likeness(a, b)
    if not a.options or not b.options:
        return stems
    return _blend(stems, _options_likeness(a.options, b.options), _generic_share(a, b))


def _blend(stems: float, answers: float, share: float) -> float:
    return min(1.0, (1 - share) * stems + share * answers)


def _generic_share(a: Reading, b: Reading) -> float:
    """g = GENERIC_SHARE·(1 - content/RICH): 0 for a rich stem, near 1 for "Phát biểu nào đúng?"."""
    numbers = min(len(a.numbers.values), len(b.numbers.values))
    content = (_weight(a.syllables) + _weight(b.syllables)) / 2 + _FULL * numbers
    return _GENERIC_SHARE * max(0.0, 1 - content / _RICH)


def _stem_likeness(a: Reading, b: Reading) -> float:
    """c / (c + SWAPPED·min(x, y) + ADDED·|x - y|), with c, x, y the weights of the syllables
    (and numbers) that both say, only a says and only b says; less if they ask for another kind
    of answer.
    """
    if a.folded == b.folded:
        return 1.0
    only_a, only_b = a.syllables - b.syllables, b.syllables - a.syllables
    common = _weight(a.syllables) - _weight(only_a)
    common += _FULL * len(a.numbers.values.keys() & b.numbers.values.keys())
    common += _unmarked(only_a, only_b) + _unmarked(only_b, only_a)
    common += _written_out(a, b, only_a, only_b) + _written_out(b, a, only_b, only_a)
    if common and (a.damaged or b.damaged):
        common += _mend(only_a, only_b, a.damaged | b.damaged)
    x, y = _weight(only_a), _weight(only_b)
    whole = common + _SWAPPED * min(x, y) + _ADDED * abs(x - y)
    return (common / whole if whole else 1.0) * _asked_likeness(a.asked, b.asked)


def _unmarked(mine: Counter[str], theirs: Counter[str]) -> int:
    """Take out what is "tử" in mine and "tu", without its accents, in theirs; its weight."""
    taken = 0
    for syllable in [it for it in mine if it.endswith(CONTENT_MARK)]:
        bare = syllable.removesuffix(CONTENT_MARK)
        taken += _STOP * _take_out(mine, syllable, theirs, bare)
    return taken


def _take_out(mine: Counter[str], syllable: str, theirs: Counter[str], other: str) -> int:
    count = min(mine[syllable], theirs[other])
    mine[syllable] -= count
    theirs[other] -= count
    return count


def _written_out(a: Reading, b: Reading, only_a: Counter[str], only_b: Counter[str]) -> int:
    """Take out the acronyms of a that b writes out, and their words; the weight of the words."""
    taken = 0
    for acronym in sorted(a.acronyms & only_a.keys()):
        place = b.initials.find(acronym)
        if place < 0:
            continue
        del only_a[acronym]
        for word in b.folded.split()[place : place + len(acronym)]:
            if only_b[word] > 0:
                only_b[word] -= 1
                taken += _syllable_weight(word)
    return taken


def _asked_likeness(a: frozenset[str], b: frozenset[str]) -> float:
    if a == b or a & b:
        return 1.0
    return _OTHER_ASKED if a and b else _HALF_ASKED


def _weight(syllables: Counter[str]) -> int:
    return sum(_syllable_weight(it) * count for it, count in syllables.items())


def _syllable_weight(syllable: str) -> int:
    if syllable in STOP_SYLLABLES:
        return _STOP
    return _WEAK if syllable in WEAK_SYLLABLES else _FULL


def _mend(only_a: Counter[str], only_b: Counter[str], damaged: frozenset[str]) -> int:
    """Take out what a scan made of the same syllable; the weight of what was taken out."""
    taken = 0
    for mine, theirs in ((only_a, only_b), (only_b, only_a)):
        for syllable in sorted(mine):
            pieces = _pieces(syllable, theirs, damaged)
            if pieces:
                taken += _syllable_weight(syllable)
                mine.subtract([syllable])
                theirs.subtract(pieces)
        for each in (mine, theirs):
            for syllable in [it for it, count in each.items() if count <= 0]:
                del each[syllable]
    return taken


def _pieces(syllable: str, others: Counter[str], damaged: frozenset[str]) -> list[str]:
    """The one syllable it stands for with a letter or two wrong, or the two it was split into."""
    there = sorted(it for it, count in others.items() if count > 0)
    for other in there:
        if syllable in damaged or other in damaged:
            shorter = min(len(syllable), len(other))
            allowed = 0 if shorter < 2 else 1 if shorter < 5 else 2
            if Levenshtein.distance(syllable, other, score_cutoff=allowed) <= allowed:
                return [other]
    for start in there:
        if not syllable.startswith(start):
            continue
        rest = syllable.removeprefix(start)
        if rest != start and rest in there and {syllable, start, rest} & damaged:
            return [start, rest]
    return []


def _answer_likeness(a: Reading, b: Reading) -> float | None:
    """e = SHARE·right + (1 - SHARE)·options; None where neither is known on both sides."""
    options = _options_likeness(a.options, b.options) if a.options and b.options else None
    right = _right_likeness(a, b) if a.right and b.right else None
    if right is None or options is None:
        return options if right is None else right
    return _RIGHT_SHARE * right + (1 - _RIGHT_SHARE) * options


def _options_likeness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """The mean, over the options of both, of the likeness to the other's likest option."""
    best = [max(_alike(mine, its) for its in b) for mine in a]
    best += [max(_alike(mine, its) for its in a) for mine in b]
    return math.fsum(best) / len(best)


def _right_likeness(a: Reading, b: Reading) -> float:
    """The share of right answers whose likest option on the other side is right there too."""
    found = [_is_right(mine, b) for mine in a.right] + [_is_right(mine, a) for mine in b.right]
    return sum(found) / len(found)


def _is_right(answer: str, other: Reading) -> bool:
    best = max(_alike(answer, its) for its in (*other.options, *other.right))
    return best > 0 and any(_alike(answer, its) == best for its in other.right)


def _alike(a: str, b: str) -> float:
    """0 if they are told apart by a number or are less than ALIKE, else the share of letters."""
    if a == b:
        return 1.0
    if _DIGITS.findall(a) != _DIGITS.findall(b):
        return 0.0
    return float(ratio(a.replace(" ", ""), b.replace(" ", ""), score_cutoff=_ALIKE)) / 100


_DIGITS = re.compile(r"[1-9]\d*")


def rank_of(match: Match) -> tuple[float, bool, int]:
    """By which the better match is the greater."""
    return match.score, match.relation is Relation.SAME, -match.key
