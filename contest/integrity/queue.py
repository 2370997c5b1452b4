"""The review queue as the jury reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Unit
from contest.enums import ClusterStatus, ClusterVerdict
from contest.integrity.plans import has_further_attempts
from contest.integrity.wording import SIGNAL_NAMES, severity_word
from contest.models import ClusterEvidence, ClusterMember, Contest, IntegrityCluster
from contest.rules.integrity.evidence import SignalKind

FURTHER = "further"  # settled as one person, and attempts were handed in since
NAMES_SHOWN = 3


@dataclass(frozen=True)
class QueueCounts:
    open: int
    asked: int
    settled: int
    further: int

    @property
    def waiting(self) -> int:
        """What somebody must still look at."""
        return self.open + self.asked + self.further


@dataclass(frozen=True)
class QueueRow:
    """A cluster as a line of the list."""

    cluster: IntegrityCluster
    names: list[str]
    more_names: int
    units: list[str]
    kinds: list[str]
    severity: str
    has_further: bool


def queue_counts(contest: Contest) -> QueueCounts:
    """Two queries."""
    counts = contest.integrity_clusters.aggregate(
        **{value: Count("pk", filter=Q(status=value)) for value in ClusterStatus.values}
    )
    return QueueCounts(**counts, further=_further(contest.integrity_clusters.all()).count())


def queue(contest: Contest, wanted: Mapping[str, Any]) -> QuerySet[IntegrityCluster]:
    """The most severe first; `wanted` is what QueueFilterForm gives: status, kind, unit."""
    clusters = contest.integrity_clusters.order_by("-severity", "pk")
    if wanted.get("status") == FURTHER:
        clusters = _further(clusters)
    elif wanted.get("status"):
        clusters = clusters.filter(status=wanted["status"])
    if wanted.get("kind"):
        of_kind = ClusterEvidence.objects.filter(cluster=OuterRef("pk"), kind=wanted["kind"])
        clusters = clusters.filter(Exists(of_kind))
    if wanted.get("unit"):
        of_unit = ClusterMember.objects.filter(
            cluster=OuterRef("pk"), participant__unit=wanted["unit"]
        )
        clusters = clusters.filter(Exists(of_unit))
    members = ClusterMember.objects.select_related("participant__unit").order_by("participant")
    return clusters.annotate(has_further=has_further_attempts()).prefetch_related(
        Prefetch("members", members), "evidence"
    )


def queue_row(cluster: IntegrityCluster) -> QueueRow:
    """Of a cluster of `queue`. No query."""
    people = [member.participant for member in cluster.members.all()]
    kinds = dict.fromkeys(it.kind for it in cluster.evidence.all())
    return QueueRow(
        cluster=cluster,
        names=[person.full_name for person in people[:NAMES_SHOWN]],
        more_names=max(0, len(people) - NAMES_SHOWN),
        units=sorted({person.unit.name for person in people if person.unit}),
        kinds=[str(SIGNAL_NAMES[SignalKind(kind)]) for kind in kinds],
        severity=severity_word(cluster.severity),
        has_further=(
            cluster.verdict == ClusterVerdict.SAME_PERSON and getattr(cluster, "has_further", False)
        ),
    )


def units_in_queue(contest: Contest) -> QuerySet[Unit]:
    """Units that somebody in a cluster belongs to, by name."""
    units = ClusterMember.objects.filter(cluster__contest=contest).values("participant__unit")
    return Unit.objects.filter(pk__in=units).order_by("name", "pk")


def _further(clusters: QuerySet[IntegrityCluster]) -> QuerySet[IntegrityCluster]:
    return clusters.filter(has_further_attempts(), verdict=ClusterVerdict.SAME_PERSON)
