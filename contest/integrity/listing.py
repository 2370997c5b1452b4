"""Participants who are on the list of those who may not win.

Found by CCCD or phone number they are meant for certain. By name and date of birth they are most
likely; a namesake without a known date is only shown. Nobody is set aside without a person's word.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from accounts.rules.names import person_name_key
from contest.enums import ClusterStatus, PersonField
from contest.models import (
    ClusterEvidence,
    Contest,
    Identifier,
    IntegrityCluster,
    ListedPerson,
    Participant,
)
from contest.rules.integrity.evidence import Evidence, SignalKind

_CERTAIN = 1.0
_NAME_AND_DATE = 0.85
_NAME_ONLY = 0.5


def listed_participants(contest: Contest) -> Iterator[Evidence]:
    """One piece of evidence for each participant who matches the list. Three queries."""
    listed = list(ListedPerson.objects.filter(contest=contest))
    if not listed:
        return
    found: dict[int, tuple[float, ListedPerson, str]] = {}
    for participant_id, score, person, by in [
        *_by_number(contest, listed),
        *_by_name(contest, listed),
    ]:
        if participant_id not in found or found[participant_id][0] < score:
            found[participant_id] = score, person, by
    for participant_id, (score, person, by) in sorted(found.items()):
        facts = {"by": by, "duty": person.duty, "listed": person.pk}
        yield Evidence(SignalKind.LISTED, (participant_id,), score, facts)


def certainly_listed(contest: Contest) -> list[IntegrityCluster]:
    """Unsettled clusters all of whose people are listed by their CCCD or phone number.

    The most severe first, with members and evidence; three queries. Where somebody else is in the
    cluster, it takes a closer look.
    """
    certain = ClusterEvidence.objects.filter(
        kind=SignalKind.LISTED, facts__by__in=[PersonField.CCCD.value, PersonField.PHONE.value]
    )
    found = (
        contest.integrity_clusters.filter(is_current=True, evidence__in=certain)
        .exclude(status=ClusterStatus.SETTLED)
        .distinct()
        .order_by("-severity", "pk")
        .prefetch_related("members__participant__unit", "evidence")
    )
    return [cluster for cluster in found if _all_are_certain(cluster)]


def _all_are_certain(cluster: IntegrityCluster) -> bool:
    named = {
        participant_id
        for it in cluster.evidence.all()
        if it.kind == SignalKind.LISTED and it.facts["by"] in {PersonField.CCCD, PersonField.PHONE}
        for participant_id in it.participants
    }
    return named >= {member.participant_id for member in cluster.members.all()}


def _by_number(
    contest: Contest, listed: list[ListedPerson]
) -> Iterator[tuple[int, float, ListedPerson, str]]:
    wanted = {(PersonField.CCCD.value, it.cccd_digest): it for it in listed if it.cccd_digest}
    wanted |= {(PersonField.PHONE.value, it.phone_digest): it for it in listed if it.phone_digest}
    same = Identifier.objects.filter(
        contest=contest, digest__in=[digest for _field, digest in wanted]
    )
    for participant_id, field, digest in same.values_list("participant_id", "field", "digest"):
        if person := wanted.get((field, digest)):
            yield participant_id, _CERTAIN, person, field


def _by_name(
    contest: Contest, listed: list[ListedPerson]
) -> Iterator[tuple[int, float, ListedPerson, str]]:
    named: defaultdict[str, list[ListedPerson]] = defaultdict(list)
    for it in listed:
        named[it.name_key].append(it)
    rows = Participant.objects.filter(contest=contest).values_list(
        "pk", "full_name", "registration__born_on", "user__born_on"
    )
    for pk, full_name, born_on, account_born_on in rows.iterator(20_000):
        for it in named.get(person_name_key(full_name), ()):
            told = _likeness(it.born_on, born_on or account_born_on)
            if told is not None:
                yield pk, told, it, "name_and_date" if told > _NAME_ONLY else "name"


def _likeness(listed: date | None, told: date | None) -> float | None:
    """None for a namesake with another date of birth."""
    if listed is None or told is None:
        return _NAME_ONLY
    return _NAME_AND_DATE if listed == told else None
