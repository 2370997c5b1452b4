"""A cluster with all that the jury weighs: its people side by side, the evidence, what was decided.

Contacts and identity numbers are masked, whoever reads them here.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import AuditEntry
from accounts.queries import masked_national_ids
from accounts.rules.masking import mask_email, mask_phone
from contest.integrity.plans import settlement_decisions
from contest.integrity.settling import audit_target
from contest.integrity.wording import SIGNAL_NAMES, sentence
from contest.models import Attempt, Decision, IntegrityCluster, Participant
from contest.rules.integrity.evidence import SignalKind


@dataclass(frozen=True)
class Member:
    """`number` from 1 is how the page refers to a person; contacts are masked."""

    number: int
    participant: Participant
    unit: str
    born_on: date | None
    phone: str
    email: str
    cccd: str
    registered_at: datetime
    registered_how: str
    attempts: list[Attempt]
    decisions: list[Decision]  # in force, about the person
    other_settled: list[IntegrityCluster]


@dataclass(frozen=True)
class Finding:
    """A piece of evidence in words; `about` are the members whom it concerns."""

    name: str
    sentence: str
    about: list[Member]
    percent: int


@dataclass(frozen=True)
class Dossier:
    cluster: IntegrityCluster
    members: list[Member]
    findings: list[Finding]
    decisions: list[Decision]  # in force, made for this cluster
    history: list[AuditEntry]


def dossier(cluster: IntegrityCluster) -> Dossier:
    """Eight queries, however many people there are."""
    people = list(
        Participant.objects.filter(cluster_memberships__cluster=cluster)
        .select_related("user", "unit", "registration")
        .order_by("pk")
    )
    members = _members(cluster, people)
    by_pk = {member.participant.pk: member for member in members}
    history = AuditEntry.objects.filter(target=audit_target(cluster)).select_related("actor")
    return Dossier(
        cluster=cluster,
        members=members,
        findings=[
            Finding(
                name=str(SIGNAL_NAMES[SignalKind(it.kind)]),
                sentence=sentence(SignalKind(it.kind), it.facts),
                about=[by_pk[pk] for pk in it.participants if pk in by_pk],
                percent=round(it.score * 100),
            )
            for it in cluster.evidence.all()
        ],
        decisions=settlement_decisions(cluster),
        history=list(history.order_by("at", "pk")),
    )


def _members(cluster: IntegrityCluster, people: list[Participant]) -> list[Member]:
    cccds = masked_national_ids([person.user_id for person in people])
    attempts: defaultdict[int, list[Attempt]] = defaultdict(list)
    taken = Attempt.objects.filter(participant__in=people).select_related("round")
    for attempt in taken.order_by("round__opens_at", "round_id", "started_at", "pk"):
        attempts[attempt.participant_id].append(attempt)
    decisions: defaultdict[int | None, list[Decision]] = defaultdict(list)
    for decision in Decision.objects.in_force().filter(participant__in=people).order_by("number"):
        decisions[decision.participant_id].append(decision)
    settled = _other_settled(cluster, people)
    return [
        _member(
            number,
            person,
            cccd=cccds.get(person.user_id, ""),
            attempts=attempts[person.pk],
            decisions=decisions[person.pk],
            other_settled=settled[person.pk],
        )
        for number, person in enumerate(people, start=1)
    ]


def _member(
    number: int,
    person: Participant,
    *,
    cccd: str,
    attempts: list[Attempt],
    decisions: list[Decision],
    other_settled: list[IntegrityCluster],
) -> Member:
    registered = getattr(person, "registration", None)
    user = person.user
    return Member(
        number=number,
        participant=person,
        unit=person.unit.name if person.unit else "",
        born_on=(registered.born_on if registered else None) or user.born_on,
        phone=mask_phone((registered.phone if registered else "") or user.phone or ""),
        email=mask_email((registered.email if registered else "") or user.email or ""),
        cccd=cccd,
        registered_at=registered.registered_at if registered else person.joined_at,
        registered_how=registered.get_registered_by_display() if registered else "",
        attempts=attempts,
        decisions=decisions,
        other_settled=other_settled,
    )


def _other_settled(
    cluster: IntegrityCluster, people: list[Participant]
) -> defaultdict[int, list[IntegrityCluster]]:
    """By participant."""
    found: defaultdict[int, list[IntegrityCluster]] = defaultdict(list)
    others = (
        IntegrityCluster.objects.filter(members__participant__in=people)
        .exclude(verdict="")
        .exclude(pk=cluster.pk)
    )
    pairs = others.values_list("members__participant_id", "pk").order_by("pk").distinct()
    known = {other.pk: other for other in others}
    for participant_id, pk in pairs:
        found[participant_id].append(known[pk])
    return found
