"""Look through a contest for likely duplicates and for people who worked together.

The scan may be repeated at any time: the same finding is the same cluster, what is no longer found
leaves the queue, and what people have settled stays settled.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from contest.enums import ClusterStatus
from contest.integrity.listing import listed_participants
from contest.integrity.population import Population, read_population
from contest.models import ClusterEvidence, ClusterMember, Contest, IntegrityCluster
from contest.rules.integrity import answers, devices, names, pace
from contest.rules.integrity.clustering import Cluster, clusters
from contest.rules.integrity.evidence import Evidence

_BATCH = 1000
Progress = Callable[[str], None]


@dataclass(frozen=True)
class ScanResult:
    """What a scan found; `new` clusters were not there before."""

    people: int
    attempts: int
    clusters: list[Cluster]
    new: int

    def summary(self) -> dict[str, Any]:
        """As JSON can hold it."""
        kinds: dict[str, int] = {}
        for cluster in self.clusters:
            for evidence in cluster.evidence:
                kinds[evidence.kind.value] = kinds.get(evidence.kind.value, 0) + 1
        return {
            "participants": self.people,
            "attempts": self.attempts,
            "clusters": len(self.clusters),
            "new_clusters": self.new,
            "evidence": dict(sorted(kinds.items())),
        }


def scan_integrity(
    contest: Contest, *, at: datetime, progress: Progress | None = None
) -> ScanResult:
    """Run every signal over the contest and put what it finds into the review queue.

    `progress` hears of each of the STEP_COUNT steps before it begins.
    """
    tell = progress or (lambda _step: None)
    tell("reading")
    population = read_population(contest)
    evidence = [*evidence_in(population, tell=tell)]
    tell("the list of those who may not win")
    evidence += listed_participants(contest)
    tell("storing")
    found = clusters(evidence)
    new = _store(contest, found, at=at)
    return ScanResult(len(population.people), len(population.sittings), found, new)


def _same_wrong_answers(population: Population) -> Iterator[Evidence]:
    unit_of = {person.pk: person.unit for person in population.people}
    return answers.same_wrong_answers(population.sittings, unit_of=unit_of)


_SIGNALS: list[tuple[str, Callable[[Population], Iterable[Evidence]]]] = [
    ("same identifiers", lambda it: names.same_identifiers(it.people)),
    ("same name and date", lambda it: names.same_person_data(it.people)),
    ("similar names", lambda it: names.similar_names(it.people)),
    ("shared devices", lambda it: devices.shared_devices(it.sittings)),
    ("bursts from an address", lambda it: devices.address_bursts(it.sittings)),
    ("same wrong answers", _same_wrong_answers),
    ("too fast", lambda it: pace.too_fast(it.sittings)),
    ("regular saves", lambda it: pace.regular_saves(it.sittings)),
]
STEP_COUNT = len(_SIGNALS) + 3


def evidence_in(population: Population, *, tell: Progress | None = None) -> Iterator[Evidence]:
    """What all signals say of a population."""
    for step, signal in _SIGNALS:
        if tell is not None:
            tell(step)
        yield from signal(population)


@transaction.atomic
def _store(contest: Contest, found: Sequence[Cluster], *, at: datetime) -> int:
    """Bring the queue in step with what was found; how many clusters are new."""
    Contest.objects.select_for_update().get(pk=contest.pk)  # one scan at a time
    by_key = {cluster.key: cluster for cluster in found}
    known = set(contest.integrity_clusters.values_list("key", flat=True))
    contest.integrity_clusters.update(is_current=False)
    for part in _parts(sorted(by_key.keys() & known)):
        contest.integrity_clusters.filter(key__in=part).update(is_current=True)
    contest.integrity_clusters.filter(is_current=False, status=ClusterStatus.OPEN).delete()
    new = [cluster for key, cluster in by_key.items() if key not in known]
    for clusters_ in _parts(new):
        _create(contest, clusters_, at=at)
    return len(new)


def _create(contest: Contest, found: Sequence[Cluster], *, at: datetime) -> None:
    rows = IntegrityCluster.objects.bulk_create(
        IntegrityCluster(contest=contest, key=it.key, severity=it.severity, found_at=at)
        for it in found
    )
    ClusterMember.objects.bulk_create(
        (
            ClusterMember(cluster=row, participant_id=participant_id)
            for row, cluster in zip(rows, found, strict=True)
            for participant_id in cluster.participants
        ),
        batch_size=_BATCH,
    )
    ClusterEvidence.objects.bulk_create(
        (
            ClusterEvidence(
                cluster=row,
                kind=evidence.kind.value,
                score=evidence.score,
                participants=list(evidence.participants),
                facts=dict(evidence.facts),
            )
            for row, cluster in zip(rows, found, strict=True)
            for evidence in cluster.evidence
        ),
        batch_size=_BATCH,
    )


def _parts(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
