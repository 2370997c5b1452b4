"""People whom evidence ties together, and how urgent it is to look at them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from math import prod

from contest.rules.integrity.evidence import LINK, Evidence


@dataclass(frozen=True, slots=True)
class Cluster:
    """Participants that belong together, with everything that was found about them.

    `key` names the same people and evidence in every scan; `severity` from 0 to 1.
    """

    participants: tuple[int, ...]
    evidence: tuple[Evidence, ...]

    @property
    def key(self) -> str:
        told = sorted((it.kind.value, it.participants) for it in self.evidence)
        return sha256(repr((self.participants, told)).encode()).hexdigest()

    @property
    def severity(self) -> float:
        """As if each kind of evidence were independent: 1 - (1 - a)(1 - b)…, the best of a kind."""
        best: dict[str, float] = {}
        for it in self.evidence:
            best[it.kind] = max(best.get(it.kind, 0.0), it.score)
        return round(1 - prod(1 - score for score in best.values()), 4)


def clusters(evidence: Iterable[Evidence]) -> list[Cluster]:
    """The most severe first.

    Strong evidence links its people. Several weak pieces about the same people link them, too,
    when together they say as much. What is weak and alone, such as a shared address, only stands
    beside the rest of a cluster that holds all its people; about one person it makes a cluster
    when it is strong together.
    """
    found = list(evidence)
    linking = _linking(found)
    leader = _union(it.participants for it in found if it.participants in linking)
    members: defaultdict[int, set[int]] = defaultdict(set)
    for person in leader:
        members[_find(leader, person)].add(person)
    about: defaultdict[int, list[Evidence]] = defaultdict(list)
    for it in found:
        leaders = {_find(leader, person) for person in it.participants if person in leader}
        if len(leaders) == 1 and all(person in leader for person in it.participants):
            about[leaders.pop()].append(it)
    made = [
        Cluster(tuple(sorted(people)), tuple(sorted(about[first], key=_order)))
        for first, people in members.items()
    ]
    return sorted(made, key=lambda cluster: (-cluster.severity, cluster.participants))


def _linking(found: Iterable[Evidence]) -> set[tuple[int, ...]]:
    """The groups of people about whom evidence, taken together, is strong enough."""
    doubts: defaultdict[tuple[int, ...], dict[str, float]] = defaultdict(dict)
    for it in found:
        kinds = doubts[it.participants]
        kinds[it.kind] = max(kinds.get(it.kind, 0.0), it.score)
    return {
        people
        for people, kinds in doubts.items()
        if 1 - prod(1 - score for score in kinds.values()) >= LINK
    }


def _union(groups: Iterable[tuple[int, ...]]) -> dict[int, int]:
    leader: dict[int, int] = {}
    for group in groups:
        first = _find(leader, group[0])
        for person in group[1:]:
            leader[_find(leader, person)] = first
    return leader


def _find(leader: dict[int, int], person: int) -> int:
    """Whoever stands for the person's group, on a path that gets shorter with every look."""
    leader.setdefault(person, person)
    while leader[person] != person:
        leader[person] = leader[leader[person]]
        person = leader[person]
    return person


def _order(it: Evidence) -> tuple[float, str, tuple[int, ...]]:
    return -it.score, it.kind.value, it.participants
