"""Find units by what people type: without accents, abbreviated, run together or mistyped.

An index holds every unit's names by word, so that a search looks through the some thousand
different words, not through the units.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from accounts.rules.folding import fold, initials

ENOUGH = 5  # found as typed: no need to guess at mistypings
MOST_WORDS = 12
SHORTEST_MISTYPED = 3  # letters; a slip in a shorter word leaves too little to go by
TWO_SLIPS_FROM = 8  # letters
SHORTEST_RUN_TOGETHER = 5  # letters of a name without spaces
LEAST_ALIKE = 0.79  # of names run together, from 0 to 1: one slip in five letters
_PREFIX, _AMID, _SLIP = 1, 10, 100  # what a word costs that is not typed as it stands
_SHORT_FOR = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "bhxh": "bao hiem xa hoi",
    "thcs": "trung hoc co so",
    "thpt": "trung hoc pho thong",
    "tp": "thanh pho",
    "tx": "thi xa",
    "bv": "benh vien",
}
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class UnitNames:
    """What a unit is called, and when it stands (both days included)."""

    key: int
    name: str
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class _Entry:
    unit: UnitNames
    text: str  # spelt out: the name, its initials, the aliases, each on a line between spaces
    run_together: str
    order: str


@dataclass(frozen=True)
class _Found:
    entry: _Entry
    tier: int  # 0 a whole name, 1 its first words, 2 words in a row, 3 its beginning, 5 mistyped
    cost: int

    @property
    def sort_key(self) -> tuple[int, int, str]:
        return (self.tier, self.cost, self.entry.order)


def spelt_out(text: str) -> str:
    """Folded, with the usual abbreviations in full."""
    return " ".join(_SHORT_FOR.get(word, word) for word in fold(text).split())


class UnitIndex:
    """The names of all units, to be searched. Not to be changed afterwards."""

    def __init__(self, units: Iterable[UnitNames]) -> None:
        self._entries = [_entry(unit) for unit in units]
        self._by_word: dict[str, set[int]] = {}
        for place, entry in enumerate(self._entries):
            for word in set(entry.text.split()):
                self._by_word.setdefault(word, set()).add(place)
        self._all_words = list(self._by_word)
        self._run_together = [entry.run_together for entry in self._entries]

    def search(self, text: str, *, day: date | None, limit: int) -> list[int]:
        """Keys of the units of that day, or of any, that may be meant, the likeliest first.

        Names and beginnings of names come first, then names that hold the words, then what holds
        words like those typed.
        """
        typed = spelt_out(text)
        if not typed:
            return []
        words = typed.split()[:MOST_WORDS]
        held = [self._words_with(word) for word in words]
        found = self._as_typed(typed, held, day)
        if len(found) < ENOUGH and all(it.tier for it in found):
            known = {it.entry.unit.key for it in found}
            for word, like in zip(words, held, strict=True):
                like.update(self._words_like(word, like))
            mistyped = self._mistyped(typed, held, day)
            found += [it for it in mistyped if it.entry.unit.key not in known]
        best = nsmallest(limit, found, key=lambda it: it.sort_key)
        return [it.entry.unit.key for it in best]

    def _as_typed(self, typed: str, words: list[dict[str, int]], day: date | None) -> list[_Found]:
        places = self._holding(words)
        whole = typed.replace(" ", "")
        if len(whole) >= SHORTEST_RUN_TOGETHER:
            for place, name in enumerate(self._run_together):
                if whole in name:
                    places.setdefault(place, _AMID)
        return list(self._found(places, typed, day, worst=4))

    def _mistyped(
        self, typed: str, words: list[dict[str, int]], day: date | None
    ) -> Iterator[_Found]:
        places = self._holding(words)
        whole = typed.replace(" ", "")
        if len(whole) >= SHORTEST_RUN_TOGETHER:
            alike = process.extract(
                whole,
                self._run_together,
                scorer=OSA.normalized_similarity,
                score_cutoff=LEAST_ALIKE,
                limit=50,
            )
            for name, likeness, place in alike:
                if _digits(name) != _digits(whole):
                    continue
                cost = round(_SLIP * (1 + 10 * (1 - likeness)))
                places[place] = min(cost, places.get(place, cost))
        return self._found(places, typed, day, worst=5)

    def _found(
        self, places: dict[int, int], typed: str, day: date | None, *, worst: int
    ) -> Iterator[_Found]:
        for place, cost in places.items():
            entry = self._entries[place]
            if day is None or entry.unit.is_valid(day):
                yield _Found(entry, min(_tier(entry, typed), worst), cost)

    def _holding(self, choices: list[dict[str, int]]) -> dict[int, int]:
        """The entries that hold one of each word's choices, with what that costs at least."""
        held: dict[int, int] | None = None
        # the rarest first: what is left to look through stays small
        for words in sorted(choices, key=self._frequency):
            now: dict[int, int] = {}
            left = None if held is None else set(held)
            for word in sorted(words, key=words.__getitem__):  # the cheapest first
                places = self._by_word[word]
                if left is not None:
                    places = places & left
                    left -= places
                for place in places - now.keys():
                    now[place] = words[word] + (held[place] if held else 0)
            held = now
        return held or {}

    def _frequency(self, words: Iterable[str]) -> int:
        return sum(map(len, self._sets(words)))

    def _sets(self, words: Iterable[str]) -> list[set[int]]:
        return [self._by_word[word] for word in words]

    def _words_with(self, typed: str) -> dict[str, int]:
        """Words of the index that are, begin with or hold what was typed."""
        found = {word: _AMID for word in self._by_word if typed in word}
        for word in found:
            if word.startswith(typed):
                found[word] = 0 if word == typed else _PREFIX
        return found

    def _words_like(self, typed: str, known: dict[str, int]) -> dict[str, int]:
        """More words, that differ by a slip of the finger or two; numbers never do."""
        if len(typed) < SHORTEST_MISTYPED or not typed.isalpha():
            return {}
        slips = 2 if len(typed) >= TWO_SLIPS_FROM else 1
        near = process.extract(
            typed, self._all_words, scorer=OSA.distance, score_cutoff=slips, limit=50
        )
        found = {word: _SLIP * round(distance) for word, distance, _place in near}
        return {word: cost for word, cost in found.items() if word not in known}


def _entry(unit: UnitNames) -> _Entry:
    name = spelt_out(unit.name)
    names = [name, initials(unit.name), *map(spelt_out, unit.aliases)]
    return _Entry(
        unit=unit,
        text=" \n ".join(["", *dict.fromkeys(it for it in names if it), ""]),
        run_together=name.replace(" ", ""),
        order=_NUMBERS.sub(lambda digits: digits.group().zfill(4), name),
    )


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _tier(entry: _Entry, typed: str) -> int:
    text = entry.text
    if f"\n {typed} \n" in text:
        return 0
    if f"\n {typed} " in text:
        return 1
    if f" {typed} " in text:
        return 2
    return 3 if f"\n {typed}" in text else 4
