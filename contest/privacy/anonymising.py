"""Take the people out of a contest's records and leave its results.

Scores, times, units, answers and decisions stay, so that standings are the same but for the names.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from accounts.services.forgetting import (
    accounts_to_keep,
    end_sessions,
    forget_accounts,
    forget_dependents,
    nameless_account,
)
from contest.errors import ContestError
from contest.exports.desk_files import remove_files
from contest.models import (
    AttemptOrigin,
    Certificate,
    ClusterEvidence,
    Contest,
    DeletionRequest,
    Identifier,
    IntegrityCluster,
    ListedPerson,
    Participant,
    PeopleFile,
    Registration,
)
from contest.privacy.retention import kept_until
from contest.rules.naming import folded_name, folded_short
from contest.rules.timing import is_before

NAMELESS = "Người dự thi đã ẩn danh"  # in every language of the interface, as names are
BATCH = 500  # participants in a transaction
_NAME_FIELDS = ["full_name", "folded_name", "folded_short", "user", "anonymised_at"]


@dataclass
class Anonymised:
    """What was taken out, or would be."""

    counts: Counter[str] = field(default_factory=Counter)
    account_ids: list[int] = field(default_factory=list)  # that say nothing any more

    def summary(self) -> dict[str, int]:
        names = ("participants", "registrations", "identifiers", "origins", "evidence", "listed")
        return {name: self.counts[name] for name in names} | {"accounts": len(self.account_ids)}


def anonymise_contest(
    contest: Contest,
    *,
    actor: User | None,
    at: datetime,
    apply: bool,
    progress: Callable[[str], object] = lambda _line: None,
) -> Anonymised:
    """Everybody in a contest whose time is over; a second run finds nobody left.

    Without `apply` the same is done and rolled back, batch by batch. Raises ContestError
    "not_allowed" or "kept_still".
    """
    if apply and (actor is None or not has_role(actor, Role.ORGANISER)):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban tổ chức được ẩn danh dữ liệu của hội thi."),
            HTTPStatus.FORBIDDEN,
        )
    until = kept_until(contest)
    if until is None or is_before(at, until):
        raise ContestError("kept_still", _("Hội thi còn trong thời gian lưu dữ liệu cá nhân."))
    result = Anonymised()
    total = contest.participants.filter(anonymised_at=None).count()
    for batch in _batches(contest):
        with transaction.atomic():
            anonymise_participants(batch, at=at, into=result)
            transaction.set_rollback(not apply)
        progress(f"{contest.slug}: {result.counts['participants']} of {total} participants")
    with transaction.atomic():
        result.counts["listed"] += ListedPerson.objects.filter(contest=contest).delete()[0]
        result.counts["files"] += PeopleFile.objects.filter(contest=contest).delete()[0]
        if apply:
            result.counts["exports"] += remove_files(contest)
        if actor is not None and result.counts.total():
            record_decision(
                actor=actor,
                at=at,
                action="contest.anonymise",
                target=f"contest:{contest.slug}",
                after=result.summary(),
            )
        transaction.set_rollback(not apply)
    if apply:
        end_sessions(result.account_ids)
    return result


def anonymise_participants(
    participant_ids: Collection[int],
    *,
    at: datetime,
    into: Anonymised,
    may_forget_accounts: bool = True,
) -> None:
    """Take these people out of their contests' records; call it in a transaction.

    An account goes too if its owner takes part nowhere else and no record of a duty names them;
    else the entry passes to an account of nobody, so that nothing leads from one to the other.
    """
    people = list(
        Participant.objects.select_for_update(of=("self",)).filter(
            pk__in=participant_ids, anonymised_at=None
        )
    )
    keys = [it.pk for it in people]
    counts = into.counts
    counts["participants"] += len(keys)
    counts["registrations"] += Registration.objects.filter(participant__in=keys).count()
    counts["identifiers"] += Identifier.objects.filter(participant__in=keys).count()
    counts["origins"] += AttemptOrigin.objects.filter(attempt__participant__in=keys).delete()[0]
    counts["evidence"] += _drop_evidence(keys)
    counts["certificates"] += _take_names_off_certificates(keys)
    forget_dependents(Participant, keys)
    users = {it.user_id for it in people}
    kept = users if not may_forget_accounts else _still_needed(users, beside=keys)
    _take_names(people, kept, at=at)
    forget_accounts(users - kept, at=at)
    into.account_ids += sorted(users - kept)


def _batches(contest: Contest) -> Iterator[list[int]]:
    last = 0
    while keys := list(
        contest.participants.filter(anonymised_at=None, pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        yield keys
        last = keys[-1]


def _still_needed(users: Collection[int], *, beside: Collection[int]) -> set[int]:
    """Accounts whose owners take part elsewhere, or have a duty, or had one."""
    elsewhere = Participant.objects.filter(user__in=users, anonymised_at=None)
    kept = set(elsewhere.exclude(pk__in=beside).values_list("user", flat=True))
    return kept | accounts_to_keep(users, beside=[Participant, DeletionRequest])


def _take_names(people: list[Participant], kept: Collection[int], *, at: datetime) -> None:
    moving = [it for it in people if it.user_id in kept]
    nobodies = User.objects.bulk_create([nameless_account(at=at) for _each in moving])
    for participant, nobody in zip(moving, nobodies, strict=True):
        participant.user = nobody
    for participant in people:
        participant.full_name = f"{NAMELESS} {participant.pk}"
        participant.folded_name = folded_name(participant.full_name)  # an update derives neither
        participant.folded_short = folded_short(participant.full_name)
        participant.anonymised_at = at
    Participant.objects.bulk_update(people, _NAME_FIELDS)


def _take_names_off_certificates(participant_ids: Collection[int]) -> int:
    certificates = Certificate.objects.filter(participant__in=participant_ids)
    certificates.exclude(reason="").update(reason=NAMELESS)  # free text, and never empty
    return certificates.update(full_name=NAMELESS)


def _drop_evidence(participant_ids: Collection[int]) -> int:
    """What signals and people wrote of clusters with these members; the verdict itself stays."""
    clusters = IntegrityCluster.objects.filter(members__participant__in=participant_ids)
    keys = list(clusters.values_list("pk", flat=True).distinct())
    IntegrityCluster.objects.filter(pk__in=keys).update(is_current=False, note="")
    return ClusterEvidence.objects.filter(cluster__in=keys).delete()[0]
