"""What a unit's list would do: looked up in a few queries, told row by row, nothing stored."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms import NEEDS_UNIT
from accounts.models import Unit, User
from contest.enums import PersonField, RegisteredBy, RowOutcome
from contest.models import Contest, Participant
from contest.registration.care import Care
from contest.registration.list_lookups import (
    Accounts,
    PersonKey,
    Units,
    entries_of,
    exclusive_holders,
    listed_digests,
    person_key,
)
from contest.registration.people_table import ListRow, ReadRow
from contest.registration.queries import awaits_activation, conditions
from contest.registration.registering import Entry, exclusive_fields, refusing_fields
from contest.registration.wording import obstacle_sentence
from contest.rules.eligibility import Applicant, obstacles

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PlannedRow:
    """A row of the file and what becomes of it; `user` is the account that is there already."""

    line: int
    name: str
    outcome: RowOutcome
    reason: str = ""
    entry: Entry | None = None
    user: User | None = None


@dataclass(frozen=True)
class ListPlan:
    rows: list[PlannedRow]

    def of(self, outcome: RowOutcome) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome is outcome]

    def summary(self) -> dict[str, Any]:
        """Counts, and the rows that were not taken with their reasons; nobody's name."""
        counts = Counter(row.outcome for row in self.rows)
        return {
            **{it.value: counts[it] for it in _COUNTED},
            "duplicates": [_told(row) for row in self.of(RowOutcome.DUPLICATE)],
            "refused": [_told(row) for row in self.of(RowOutcome.REFUSED)],
        }


_COUNTED = (RowOutcome.CREATED, RowOutcome.INVITED, RowOutcome.CHANGED, RowOutcome.SKIPPED)


def plan_list(
    rows: Sequence[ReadRow[ListRow]],
    *,
    contest: Contest,
    care: Care,
    at: datetime,
    progress: Progress = lambda done, total: None,
) -> ListPlan:
    """A dry run."""
    planner = _Planner(rows, contest=contest, care=care, at=at)
    planned = []
    for done, row in enumerate(rows, start=1):
        planned.append(planner.plan(row))
        progress(done, len(rows))
    return ListPlan(planned)


class _Refused(Exception):
    """Why a row is not taken."""

    def __init__(self, reason: str, outcome: RowOutcome = RowOutcome.REFUSED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome


class _Planner:
    """Judges row after row; all look-ups but those of new unit names are done at the start."""

    def __init__(
        self, rows: Sequence[ReadRow[ListRow]], *, contest: Contest, care: Care, at: datetime
    ) -> None:
        entries = [row.entry for row in rows if row.entry]
        self._care = care
        self._today = timezone.localdate(at)
        self._conditions = conditions(contest)
        self._refusing = refusing_fields(contest)
        self._accounts = Accounts(contest, entries)
        self._participants = entries_of(contest, self._accounts.user_ids())
        self._units = Units(entries)
        self._holders = exclusive_holders(contest, entries)
        self._listed = listed_digests(contest)
        self._seen: dict[tuple[str, str], int] = {}  # value: the line it stands in
        self._people: dict[PersonKey, int] = {}

    def plan(self, row: ReadRow[ListRow]) -> PlannedRow:
        if row.entry is None:
            return PlannedRow(row.line, row.name, RowOutcome.REFUSED, row.reason)
        try:
            entry, user, outcome = self._judge(row.entry, row.line)
        except _Refused as refusal:
            return PlannedRow(row.line, row.name, refusal.outcome, refusal.reason)
        return PlannedRow(row.line, row.name, outcome, entry=entry, user=user)

    def _judge(self, said: ListRow, line: int) -> tuple[Entry, User | None, RowOutcome]:
        unit = self._unit(said)
        self._refuse_repeated(said, line)
        self._refuse_namesake(said, unit, line)
        user = self._account(said, unit)
        entry = _entry(said, unit)
        known = self._participants.get(user.pk) if user else None
        if known is not None:
            self._refuse_unless_correctable(known, entry)
        if user is not None and not awaits_activation(user):
            entry = replace(entry, cccd="")  # what an account holds is its owner's to change
        self._refuse_ineligible(entry, user)
        if user is None:
            return entry, None, RowOutcome.CREATED
        return entry, user, RowOutcome.CHANGED if known else RowOutcome.INVITED

    def _unit(self, said: ListRow) -> Unit | None:
        unit = self._units.meant(said.unit) if said.unit else self._care.home
        if unit is None and said.unit:
            raise _Refused(_("không rõ là đơn vị nào: “%(name)s”") % {"name": said.unit[:80]})
        if unit is None and (said.kind in NEEDS_UNIT or self._care.unit_ids is not None):
            raise _Refused(_("thiếu đơn vị"))
        if not self._care.covers(unit.pk if unit else None):
            raise _Refused(_("đơn vị này không thuộc phạm vi Anh/Chị phụ trách"))
        return unit

    def _refuse_repeated(self, said: ListRow, line: int) -> None:
        values = [(it, getattr(said, it)) for it in ("cccd", "phone", "email")]
        told = [value for value in values if value[1]]
        for value in told:
            first = self._seen.get(value)
            if first is not None:
                reason = _("trùng với dòng %(line)d của tệp") % {"line": first}
                raise _Refused(reason, RowOutcome.DUPLICATE)
        self._seen.update(dict.fromkeys(told, line))

    def _refuse_namesake(self, said: ListRow, unit: Unit | None, line: int) -> None:
        first = self._people.setdefault(person_key(said, unit), line)
        if first != line and not said.tells_apart:
            reason = _(
                "trùng họ tên, ngày sinh và đơn vị với dòng %(line)d của tệp; nếu là hai người, "
                "xin ghi thêm ngày sinh, số căn cước hoặc số điện thoại"
            )
            raise _Refused(reason % {"line": first}, RowOutcome.DUPLICATE)

    def _account(self, said: ListRow, unit: Unit | None) -> User | None:
        found = self._accounts.of(said, unit)
        if len(found) > 1:
            raise _Refused(_("các thông tin này thuộc về nhiều tài khoản khác nhau"))
        if found and not found[0].is_active:
            raise _Refused(_("tài khoản của người này đang tạm khóa"))
        return found[0] if found else None

    def _refuse_unless_correctable(self, known: Participant, entry: Entry) -> None:
        said = getattr(known, "registration", None)
        if known.is_confirmed or said is None or said.registered_by != RegisteredBy.LIST:
            raise _Refused(_("đã đăng ký dự thi"), RowOutcome.SKIPPED)
        if not self._care.covers(known.unit_id):
            raise _Refused(_("đã có trong danh sách của đơn vị khác"), RowOutcome.SKIPPED)
        stored: tuple[object, ...] = (
            *(known.full_name, known.kind, known.unit_id, said.born_on, said.sex),
            *(said.phone, said.email, said.position),
        )
        told: tuple[object, ...] = (
            *(entry.full_name, entry.kind, entry.unit.pk if entry.unit else None),
            *(entry.born_on, entry.sex or "", entry.phone, entry.email, entry.position),
        )
        held = self._accounts.held_index(known.user_id)
        if stored == told and entry.digests_beside(held).get(PersonField.CCCD, "") == held:
            raise _Refused(_("đã có trong danh sách"), RowOutcome.SKIPPED)

    def _refuse_ineligible(self, entry: Entry, user: User | None) -> None:
        digests = entry.digests_beside(self._accounts.held_index(user.pk) if user else "")
        applicant = Applicant(
            kind=entry.kind,
            born_on=entry.born_on,
            unit_line=self._units.line(entry.unit),
            is_listed=not self._listed.isdisjoint(digests.items()),
        )
        found = obstacles(applicant, self._conditions, today=self._today)
        if found:
            sentences = (obstacle_sentence(it, self._conditions) for it in found)
            raise _Refused(" ".join(sentences))
        exclusive = exclusive_fields(self._refusing, user or User(), entry)
        for identifying, digest in digests.items():
            holders = self._holders.get((identifying, digest), set())
            if identifying in exclusive and holders - {user.pk if user else None}:
                told = {"field": identifying.label}
                raise _Refused(_("“%(field)s” đã được người khác dùng để đăng ký") % told)


def _entry(said: ListRow, unit: Unit | None) -> Entry:
    return Entry(
        full_name=said.full_name,
        kind=said.kind,
        unit=unit,
        born_on=said.born_on,
        sex=said.sex,
        cccd=said.cccd,
        phone=said.phone,
        email=said.email,
        position=said.position,
    )


def _told(row: PlannedRow) -> dict[str, Any]:
    return {"row": row.line, "reason": row.reason}
