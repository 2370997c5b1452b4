"""Who stands in the place of a unit, after all mergers, splits and new names."""

from collections.abc import Mapping, Sequence

from accounts.enums import SuccessionKind

Steps = Mapping[int, Sequence[int]]  # unit -> its successors; none when it was dissolved


def heirs(unit: int, steps: Steps) -> list[int]:
    """Those that stand now in the unit's place: itself, one, several, or none. In order, once."""
    found: dict[int, None] = {}
    seen: set[int] = set()
    waiting = [unit]
    while waiting:
        each = waiting.pop(0)
        if each in seen:
            continue
        seen.add(each)
        if each in steps:
            waiting[:0] = steps[each]
        else:
            found[each] = None
    return list(found)


def single_heirs(steps: Steps) -> dict[int, int]:
    """The one heir of each unit that has gone; those with several or none are left out."""
    found = {unit: heirs(unit, steps) for unit in steps}
    return {unit: those[0] for unit, those in found.items() if len(those) == 1}


def fits(kind: SuccessionKind, *, units: int, successors: int) -> bool:
    """Whether so many units can end so: a merger takes any number, all else one at a time."""
    if kind is SuccessionKind.MERGED:
        return units >= 1 and successors == 1
    wanted = {SuccessionKind.DISSOLVED: successors == 0, SuccessionKind.SPLIT: successors >= 2}
    return units == 1 and wanted.get(kind, successors == 1)


def hands_over(kind: SuccessionKind) -> bool:
    """Whether one unit takes over people and the units below."""
    return kind not in (SuccessionKind.SPLIT, SuccessionKind.DISSOLVED)
