"""Bring a unit's list in: all of it in one transaction, or nothing."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import NationalId, User
from accounts.rules.citizen_ids import findings
from accounts.services.auditing import record_decision
from accounts.services.contacts import change_contacts
from accounts.services.identity import encrypted, indexed
from contest.enums import RegisteredBy, RowOutcome
from contest.errors import ContestError
from contest.models import Contest, DivisionKind, Identifier, Participant, Registration
from contest.registration.care import Care
from contest.registration.list_plan import ListPlan, PlannedRow, Progress, plan_list
from contest.registration.people_table import ListRow, ReadRow
from contest.registration.queries import awaits_activation
from contest.registration.registering import (
    Entry,
    exclusive_fields,
    identifiers,
    refusing_fields,
    register,
    said_columns,
)

BATCH = 500  # rows of one statement


def import_list(
    rows: Sequence[ReadRow[ListRow]],
    *,
    contest: Contest,
    care: Care,
    actor: User,
    at: datetime,
    source: str,
    progress: Progress = lambda done, total: None,
) -> ListPlan:
    """Enter the people of a list, unconfirmed; an account that is there is only invited.

    Raises ContestError "changed_meanwhile" when somebody registers with the same at this moment:
    nothing was stored.
    """
    try:
        with transaction.atomic():
            plan = plan_list(rows, contest=contest, care=care, at=at, progress=progress)
            _enter_new(contest, plan, at=at)
            for row in plan.of(RowOutcome.CHANGED):
                _correct(contest, row, at=at)
            record_decision(
                actor=actor,
                at=at,
                action="participants.import",
                target=f"contest:{contest.slug}",
                reason=source,
                after=_counts(plan),
            )
    except IntegrityError as error:
        message = _("Dữ liệu vừa được người khác thay đổi. Mời Anh/Chị xem trước lại.")
        raise ContestError("changed_meanwhile", message, HTTPStatus.CONFLICT) from error
    return plan


def _counts(plan: ListPlan) -> dict[str, int]:
    return {outcome.value: len(plan.of(outcome)) for outcome in RowOutcome}


def _enter_new(contest: Contest, plan: ListPlan, *, at: datetime) -> None:
    created = [(row, _new_user(row)) for row in plan.of(RowOutcome.CREATED)]
    User.objects.bulk_create([user for _row, user in created], batch_size=BATCH)
    EmailAddress.objects.bulk_create(
        [
            EmailAddress(user=user, email=user.email, primary=True)
            for _row, user in created
            if user.email
        ],
        batch_size=BATCH,
    )
    NationalId.objects.bulk_create(
        [_national_id(user, entry, at=at) for row, user in created if (entry := _entry(row)).cccd],
        batch_size=BATCH,
    )
    invited = [(row, row.user) for row in plan.of(RowOutcome.INVITED) if row.user]
    _enter(contest, [(_entry(row), user) for row, user in [*created, *invited]], at=at)


def _entry(row: PlannedRow) -> Entry:
    assert row.entry is not None  # noqa: S101 (of every row that is taken)
    return row.entry


def _new_user(row: PlannedRow) -> User:
    """Without a password: a slip, or a code by message, leads in."""
    entry = _entry(row)
    user = User(
        full_name=entry.full_name,
        born_on=entry.born_on,
        kind=entry.kind,
        unit=entry.unit,
        phone=entry.phone or None,
        email=entry.email or None,
        awaits_contact=not (entry.phone or entry.email),
    )
    user.set_unusable_password()
    return user


def _national_id(user: User, entry: Entry, *, at: datetime) -> NationalId:
    today = timezone.localdate(at)
    return NationalId(
        user=user,
        findings=findings(entry.cccd, born_on=entry.born_on, sex=entry.sex, today=today),
        checked_at=at,
        **encrypted(user.pk, entry.cccd),
        **indexed(entry.cccd),
    )


def _enter(contest: Contest, people: Sequence[tuple[Entry, User]], *, at: datetime) -> None:
    divisions = dict(
        DivisionKind.objects.filter(contest=contest).values_list("kind", "division_id")
    )
    participants = Participant.objects.bulk_create(
        [
            Participant(
                contest=contest,
                user=user,
                joined_at=at,
                full_name=entry.full_name,
                kind=entry.kind,
                unit=entry.unit,
                division_id=divisions.get(entry.kind),
                is_confirmed=False,
            )
            for entry, user in people
        ],
        batch_size=BATCH,
    )
    entered = [(it, entry) for it, (entry, _user) in zip(participants, people, strict=True)]
    Registration.objects.bulk_create(
        [
            Registration(participant=it, **said_columns(entry, at=at, by=RegisteredBy.LIST))
            for it, entry in entered
        ],
        batch_size=BATCH,
    )
    refusing = refusing_fields(contest)
    held = {
        it.pk: it.blind_index for it in NationalId.objects.of_people([u.pk for _e, u in people])
    }
    Identifier.objects.bulk_create(
        [
            identifier
            for it, entry in entered
            for identifier in identifiers(
                it,
                entry.digests_beside(held.get(it.user_id, "")),
                exclusive=exclusive_fields(refusing, it.user, entry),
            )
        ],
        batch_size=BATCH,
    )


def _correct(contest: Contest, row: PlannedRow, *, at: datetime) -> None:
    """An entry that waits to be confirmed, as the list tells it now; and its account, if nobody
    has used that yet."""
    entry, user = _entry(row), row.user
    assert user is not None  # noqa: S101 (of every changed row)
    if awaits_activation(user):
        user.full_name, user.born_on = entry.full_name, entry.born_on
        user.kind, user.unit = entry.kind, entry.unit
        user.save(update_fields=["full_name", "born_on", "kind", "unit"])
        change_contacts(user=user, phone=entry.phone or user.phone, email=entry.email or user.email)
    register(contest=contest, user=user, entry=entry, at=at, by=RegisteredBy.LIST)
