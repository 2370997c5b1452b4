"""Many people on one device or, in a short time, behind one address.

An office, a school, a family share both: this is evidence beside other evidence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from contest.rules.integrity.evidence import Evidence, SignalKind, Sitting

_BURST_MS = 10 * 60 * 1000
_BURST_PEOPLE = 30
_BURST_SCORE = 0.2
_RELAY_GAP_MS = 3 * 60 * 1000


def shared_devices(sittings: Iterable[Sitting]) -> Iterator[Evidence]:
    """Groups who took the quiz on one device; the more, and the faster in turn, the higher.

    Two people may be a couple; of five the score is 0.5, of ten 0.7. A relay, in which most begin
    within three minutes after the one before has handed in, adds 0.15.
    """
    for group in _by(sittings, "device"):
        members = sorted({sitting.person for sitting in group})
        if len(members) < 2:
            continue
        relay = _relay_share(group)
        score = min(0.9, 0.3 + 0.05 * (len(members) - 2) + 0.05 * (len(members) >= 5))
        yield Evidence(
            SignalKind.SHARED_DEVICE,
            tuple(members),
            round(min(0.95, score + 0.15 * (relay >= 0.5)), 2),
            {"count": len(members), "attempts": len(group), "relay_percent": round(100 * relay)},
        )


def address_bursts(sittings: Iterable[Sitting]) -> Iterator[Evidence]:
    """Groups of thirty or more who began within ten minutes behind one address."""
    for group in _by(sittings, "address"):
        for burst in _bursts(group):
            yield Evidence(
                SignalKind.ADDRESS_BURST,
                tuple(sorted({sitting.person for sitting in burst})),
                _BURST_SCORE,
                {"count": len({sitting.person for sitting in burst}), "minutes": 10},
            )


def _by(sittings: Iterable[Sitting], attribute: str) -> Iterator[list[Sitting]]:
    groups: defaultdict[str, list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        value = getattr(sitting, attribute)
        if value:
            groups[value].append(sitting)
    for group in groups.values():
        yield sorted(group, key=lambda sitting: sitting.started)


def _relay_share(group: list[Sitting]) -> float:
    """The share of hand-overs where another person begins soon after the last has handed in."""
    turns = [
        0 <= after.started - (before.started + before.elapsed) <= _RELAY_GAP_MS
        for before, after in pairwise(group)
        if before.person != after.person
    ]
    return sum(turns) / len(turns) if turns else 0.0


def _bursts(group: list[Sitting]) -> Iterator[list[Sitting]]:
    """Stretches of ten minutes with many people, one after the other, none inside another."""
    first = 0
    while first < len(group):
        last = first
        while last < len(group) and group[last].started - group[first].started <= _BURST_MS:
            last += 1
        if len({sitting.person for sitting in group[first:last]}) >= _BURST_PEOPLE:
            yield group[first:last]
            first = last
        else:
            first += 1
