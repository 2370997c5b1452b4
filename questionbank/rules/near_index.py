"""Many questions, of which the few that are like a given one are found at once."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from heapq import nlargest
from itertools import chain, repeat
from zlib import crc32

from questionbank.rules.near_duplicates import THRESHOLD, Match, ceiling, match_of, rank_of
from questionbank.rules.question_readings import (
    STOP_SYLLABLES,
    Text,
    content_of,
    numbers_of,
    option_key,
    read,
)

_GRAM = 5  # letters
_WINDOW = 4  # grams, of which one is kept
_OPTION_SHARE = 0.5
_FLOOR = 0.05  # of the weight of all features; labelled duplicates share 0.37 and more
_WEIGHED = 60
_CANDIDATES = 15
_BUDGET = 3_000  # postings looked at in one search


class Index:
    """Questions by the rarer of their features.

    A feature is the hash of five letters in a row, of the stem's content or of an option; of each
    four neighbours the least is kept (winnowing: Schleimer et al., 2003), so two texts that share
    eight letters in a row share a feature. It weighs share²·ln²(1 + N/df).

    A search walks the features from the rarest until it has seen BUDGET questions, and counts
    which come up. Those that come up too seldom to share FLOOR of the weight are let go, the
    others are weighed, and the best CANDIDATES are compared in full if their stems allow a score
    over the threshold.
    """

    def __init__(self) -> None:
        self._texts: list[Text | None] = []
        self._features: list[array[int]] = []
        self._slots: dict[int, int] = {}
        self._free: list[int] = []
        self._postings: dict[int, array[int] | int] = {}  # most features are of one question

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, text: Text) -> None:
        """Put the question in; another with its key makes room."""
        self.remove(text.key)
        features = array("I", _features(text))
        slot = self._slot(text, features)
        for feature in features:
            posting = self._postings.get(feature)
            if posting is None:
                self._postings[feature] = slot
            elif isinstance(posting, int):
                self._postings[feature] = array("I", (posting, slot))
            else:
                posting.append(slot)

    def _slot(self, text: Text, features: "array[int]") -> int:
        if self._free:
            slot = self._free.pop()
            self._texts[slot], self._features[slot] = text, features
        else:
            slot = len(self._texts)
            self._texts.append(text)
            self._features.append(features)
        self._slots[text.key] = slot
        return slot

    def remove(self, key: int) -> None:
        """Take the question out, if it is in."""
        slot = self._slots.pop(key, None)
        if slot is None:
            return
        for feature in self._features[slot]:
            posting = self._postings[feature]
            if not isinstance(posting, int) and len(posting) > 1:
                posting.remove(slot)
            else:
                del self._postings[feature]
        self._texts[slot], self._features[slot] = None, array("I")
        self._free.append(slot)

    def nearest(self, text: Text, *, limit: int = 5, threshold: float = THRESHOLD) -> list[Match]:
        """The matches of at least the threshold, best first, without the text's own key."""
        reading = read(text)
        others = ((read(other), other.key) for other in self._candidates(text, limit))
        matches = [
            match_of(reading, other, key)
            for other, key in others
            if ceiling(reading, other) >= threshold
        ]
        good = [match for match in matches if match.score >= threshold]
        return nlargest(limit, good, key=rank_of)

    def _candidates(self, text: Text, limit: int) -> Iterator[Text]:
        weights = self._weights(_features(text))
        least = _FLOOR * math.fsum(weights.values())
        own = self._slots.get(text.key)
        ranked = []
        for slot in self._promising(weights, least):
            features = self._features[slot]
            common = math.fsum(map(weights.get, features, repeat(0.0)))
            if common >= least and slot != own:
                ranked.append((common / math.sqrt(len(features)), -slot))
        for _points, place in nlargest(max(_CANDIDATES, 2 * limit), ranked):
            found = self._texts[-place]
            if found is not None:
                yield found

    def _weights(self, features: Mapping[int, float]) -> dict[int, float]:
        """By feature, the rarest first."""
        counts = {feature: self._count(feature) for feature in features}
        return {
            feature: (features[feature] * math.log(1 + len(self) / max(1, count))) ** 2
            for feature, count in sorted(counts.items(), key=lambda it: it[1])
        }

    def _count(self, feature: int) -> int:
        posting = self._postings.get(feature, ())
        return 1 if isinstance(posting, int) else len(posting)

    def _promising(self, weights: dict[int, float], least: float) -> list[int]:
        """The slots that may share so much weight, of many those that come up most often.

        `weights` stand from the rarest feature to the commonest.
        """
        walked: list[Iterable[int]] = []
        left, heaviest, rest = _BUDGET, 0.0, math.fsum(weights.values())
        for feature, weight in weights.items():
            posting = self._postings.get(feature)
            if posting is not None:
                slots = (posting,) if isinstance(posting, int) else posting
                if walked and len(slots) > left:
                    break
                left -= len(slots)
                walked.append(slots)
                heaviest = max(heaviest, weight)
            rest -= weight
        counts = Counter(chain.from_iterable(walked))
        needed = (least - rest) / heaviest if heaviest else 0
        needed = max(needed, _bound(counts))
        return [slot for slot, count in counts.items() if count >= needed]


def _bound(counts: Counter[int]) -> int:
    """The least count that no more than WEIGHED slots reach, or else the highest there is."""
    bound, reach = max(counts.values(), default=0), 0
    for count, slots in sorted(Counter(counts.values()).items(), reverse=True):
        reach += slots
        if reach > _WEIGHED:
            break
        bound = count
    return bound


@lru_cache(maxsize=64)  # a text is looked for in one index and another, then put in
def _features(text: Text) -> Mapping[int, float]:
    """Each feature of the question with its share: those of the stem count more."""
    features: dict[int, float] = {}
    for option in text.options or tuple(text.right):
        features.update(dict.fromkeys(_fingerprints(option_key(option), b"o"), _OPTION_SHARE))
    numbers = numbers_of(text.stem)
    content = [it for it in content_of(text.stem, numbers)[0] if it not in STOP_SYLLABLES]
    grams = _fingerprints("".join(content), b"s")
    grams |= {crc32(f"{kind} {value}".encode(), 1) for kind, value in numbers.values}
    features.update(dict.fromkeys(grams, 1.0))
    return features


def _fingerprints(text: str, salt: bytes) -> set[int]:
    """Of the hashes of five letters in a row, the least of each four neighbours."""
    letters = text.replace(" ", "").encode()
    if not letters:
        return set()
    grams = [letters[place : place + _GRAM] for place in range(max(1, len(letters) - _GRAM + 1))]
    hashes = list(map(crc32, grams, repeat(crc32(salt))))
    if len(hashes) < _WINDOW:
        return {min(hashes)}
    return set(map(min, *(hashes[place:] for place in range(_WINDOW))))
