"""Options that begin with letters, in a line of Word or in a cell of a table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

STARS = "*✓✔√☑☒"  # before or behind the right option
_BOXES = "☐☑☒"  # before each
_DELIMITER = r"([.):/]|\s?[-–](?=\s))"
_FIRST = re.compile(rf"[\s☐]*([{STARS}]?)\s*\(?([A-Ha-h])\s*(\*?)\s*{_DELIMITER}\s*")
_FOLLOWING = re.compile(rf"\s([{_BOXES}]\s?|[*✓✔√] ?)?\(?([B-Hb-h])(\*?){_DELIMITER}\s*")


@dataclass(frozen=True)
class Lettered:
    """An option: where its letter stands, and from where to where its text."""

    place: int  # of the letter in the alphabet, from 0
    is_small: bool
    is_starred: bool
    is_doubtful: bool  # the star before it may as well be behind the option above
    letter_at: int
    start: int
    end: int


def options_in(text: str) -> list[Lettered]:
    """The options of a line that begins with one, however many stand in it; empty for any other."""
    first = _FIRST.match(text)
    if first is None:
        return []
    found = [first, *_following(text, first)]
    ends = [each.start() for each in found[1:]] + [len(text)]
    return [
        Lettered(
            place=ascii_uppercase.index(each[2].upper()),
            is_small=each[2].islower(),
            is_starred=bool((each[1] or "").strip("☐ ") or each[3]),
            is_doubtful=each is not first and (each[1] or "")[-1:] == " " and each[1][0] in "*✓✔√",
            letter_at=each.start(2),
            start=each.end(),
            end=end,
        )
        for each, end in zip(found, ends, strict=True)
    ]


def _following(text: str, first: re.Match[str]) -> Iterator[re.Match[str]]:
    """Small letters, and letters before a dash where the first has none, begin an option within a
    line only after a tab or several spaces: "from A to B - a line" is one option."""
    is_small = first[2].islower()
    wanted = ascii_uppercase.index(first[2].upper()) + 1
    for found in _FOLLOWING.finditer(text, first.end() - 1):
        at = found.start()
        is_doubtful = is_small or (_is_dash(found) and not _is_dash(first))
        if is_doubtful and text[at] != "\t" and not text[at - 1].isspace():
            continue
        letter = ascii_uppercase[wanted : wanted + 1]
        if found[2] == (letter.lower() if is_small else letter):
            wanted += 1
            yield found


def _is_dash(option: re.Match[str]) -> bool:
    return option[4][-1] in "-–"


def split(cell: str) -> tuple[str, list[str]]:
    """The words before the options in a cell, and the options; none unless they are in order."""
    words: list[str] = []
    options: list[str] = []
    for line in cell.splitlines():
        found = options_in(line)
        if found and found[0].place == len(options) and not any(it.is_starred for it in found):
            options += [line[it.start : it.end] for it in found]
        elif found and not found[0].is_small:
            return cell, []
        elif options:
            options[-1] += f" {line}"
        else:
            words.append(line)
    return ("\n".join(words), options) if len(options) > 1 else (cell, [])


def without_letters(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts of options, each without its own letter if every one of them begins with it."""
    bare = []
    for place, text in enumerate(texts):
        found = options_in(text)
        if [it.place for it in found] != [place]:
            return tuple(texts)
        bare.append(text[found[0].start :])
    return tuple(bare)
