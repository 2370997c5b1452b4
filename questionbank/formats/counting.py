"""From where the numbers in the keys of a file count the options: from 1 or, as some do, from 0."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.rules.folding import tidy


@dataclass
class Counting:
    """Sees every key of a file; a 0 makes all its numbers doubtful, unless the number of some last
    option shows that they count from 1."""

    _counted: set[str] = field(default_factory=set)  # where a number names an option
    _has_zero: bool = False
    _has_last: bool = False

    def see(self, where: str, choices: Sequence[str], key: Sequence[str]) -> None:
        texts = {tidy(text) for text in choices}
        numbers = {tidy(part).removesuffix(".0") for part in key} - texts
        numbers = {it for it in numbers if len(it) == 1 and it.isdecimal()}
        if numbers and choices:
            self._counted.add(where)
            self._has_zero |= "0" in numbers
            self._has_last |= str(len(choices)) in numbers

    def is_doubtful(self, where: str) -> bool:
        return self._has_zero and not self._has_last and where in self._counted
