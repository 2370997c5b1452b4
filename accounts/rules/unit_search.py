"""Find units by what people type: without accents, abbreviated, run together or mistyped.

An index holds every unit's names by word, so that a search looks through the some thousand
different words, not through the units.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import process
from rapidfuzz.distance import OSA

from accounts.rules.folding import fold, initials

ENOUGH = 5  # found as typed: no need to guess at mistypings
MOST_WORDS = 12
SHORTEST_MISTYPED = 3  # letters; a slip in a shorter word leaves too little to go by
TWO_SLIPS_FROM = 8  # letters
SHORTEST_RUN_TOGETHER = 5  # letters of a name without spaces
LEAST_ALIKE = 0.8  # of names run together, from 0 to 1
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
    names: tuple[str, ...]  # spelt out: the name, its initials, the aliases
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
            for word in {word for name in entry.names for word in name.split()}:
                self._by_word.setdefault(word, set()).add(place)
        self._run_together = [entry.run_together for entry in self._entries]

    def search(self, text: str, *, day: date | None, limit: int) -> list[int]:
        """Keys of the units of that day, or of any, that may be meant, the likeliest first.

        Names and beginnings of names come first, then names that hold the words, then what holds
        words like those typed.
        """
        typed = spelt_out(text)
        if not typed:
            return []
        found = self._as_typed(typed, day)
        if len(found) < ENOUGH:
            known = {it.entry.unit.key for it in found}
            found += [it for it in self._mistyped(typed, day) if it.entry.unit.key not in known]
        return [it.entry.unit.key for it in sorted(found, key=lambda it: it.sort_key)[:limit]]

    def _as_typed(self, typed: str, day: date | None) -> list[_Found]:
        places = self._holding([self._words_with(word) for word in _words(typed)])
        whole = typed.replace(" ", "")
        if len(whole) >= SHORTEST_RUN_TOGETHER:
            for place, name in enumerate(self._run_together):
                if whole in name:
                    places.setdefault(place, _AMID)
        return list(self._found(places, typed, day, worst=4))

    def _mistyped(self, typed: str, day: date | None) -> Iterator[_Found]:
        places = self._holding(
            [self._words_with(word) | self._words_like(word) for word in _words(typed)]
        )
        whole = typed.replace(" ", "")
        if len(whole) >= SHORTEST_RUN_TOGETHER:
            alike = process.extract(
                whole,
                self._run_together,
                scorer=OSA.normalized_similarity,
                score_cutoff=LEAST_ALIKE,
                limit=50,
            )
            for _name, likeness, place in alike:
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
        held: dict[int, int] = {}
        for number, words in enumerate(choices):
            of_word: dict[int, int] = {}
            for word, cost in words.items():
                for place in self._by_word[word]:
                    if cost < of_word.get(place, cost + 1):
                        of_word[place] = cost
            if number == 0:
                held = of_word
            else:
                held = {
                    place: cost + of_word[place] for place, cost in held.items() if place in of_word
                }
        return held

    def _words_with(self, typed: str) -> dict[str, int]:
        """Words of the index that are, begin with or hold what was typed."""
        found = {word: _AMID for word in self._by_word if typed in word}
        for word in found:
            if word.startswith(typed):
                found[word] = 0 if word == typed else _PREFIX
        return found

    def _words_like(self, typed: str) -> dict[str, int]:
        """Words of the index that differ by a slip of the finger or two; numbers never do."""
        if len(typed) < SHORTEST_MISTYPED or not typed.isalpha():
            return {}
        slips = 2 if len(typed) >= TWO_SLIPS_FROM else 1
        near = process.extract(
            typed, list(self._by_word), scorer=OSA.distance, score_cutoff=slips, limit=50
        )
        return {word: _SLIP * round(distance) for word, distance, _place in near if distance}


def _entry(unit: UnitNames) -> _Entry:
    name = spelt_out(unit.name)
    names = [name, initials(unit.name), *map(spelt_out, unit.aliases)]
    return _Entry(
        unit=unit,
        names=tuple(dict.fromkeys(it for it in names if it)),
        run_together=name.replace(" ", ""),
        order=_NUMBERS.sub(lambda digits: digits.group().zfill(4), name),
    )


def _words(typed: str) -> list[str]:
    return typed.split()[:MOST_WORDS]


def _tier(entry: _Entry, typed: str) -> int:
    if typed in entry.names:
        return 0
    if any(name.startswith(f"{typed} ") for name in entry.names):
        return 1
    if any(f" {typed} " in f" {name} " for name in entry.names):
        return 2
    if any(name.startswith(typed) for name in entry.names):
        return 3
    return 4
