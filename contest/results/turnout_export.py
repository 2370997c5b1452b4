"""A coordinator's own people as a file: recorded, phone numbers masked."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.rules.masking import mask_phone
from accounts.services.auditing import record_decision
from contest.enums import Turnout
from contest.errors import ContestError
from contest.models import Contest, Round
from contest.results.csv_text import csv_chunks
from contest.results.exporting import Export, FileFormat, Pieces
from contest.results.participation import units_in_care
from contest.results.tables import Column, ColumnKind, Table, Value, wall_clock
from contest.results.turnout import opened_rounds, people_turnout, to_remind
from contest.results.workbook import Cover, workbook_file


def export_turnout(
    *,
    contest: Contest,
    contest_round: Round | None,
    state: Turnout | None,
    only_to_remind: bool,
    file_format: FileFormat,
    actor: User,
    at: datetime,
) -> Export:
    """The people of the units that `actor` looks after, those in `state` only if it is given.

    Raises ContestError "not_allowed".
    """
    if not has_role(actor, Role.COORDINATOR):
        message = _("Chỉ đầu mối đơn vị được xuất danh sách của đơn vị.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    units = units_in_care(actor)
    rounds = [contest_round] if contest_round else opened_rounds(contest, at=at)
    people = people_turnout(units=units, contest=contest, rounds=rounds)
    if state is not None:
        people = people.filter(turnout=state.value)
    if only_to_remind:
        people = to_remind(people)
    with transaction.atomic():
        rows = list(people)
        record_decision(
            actor=actor,
            at=at,
            action="turnout.export",
            target=f"contest:{contest.slug}",
            after={
                "format": file_format.value,
                "round": contest_round.slug if contest_round else "",
                "state": state.value if state else "",
                "to_remind": only_to_remind,
                "units": [unit.code for unit in units],
                "row_count": len(rows),
            },
        )
    table = _table(rows)
    stamp = f"{timezone.localtime(at):%Y%m%d-%H%M}"
    file_name = f"du-thi-{contest.slug}-{stamp}.{file_format.value}"
    if file_format is FileFormat.CSV:
        return Export(file_name, file_format.content_type, csv_chunks(table))
    file = workbook_file([table], _cover(contest, contest_round, len(rows), actor=actor, at=at))
    size = file.seek(0, 2)
    file.seek(0)
    return Export(file_name, file_format.content_type, Pieces(file), size)


def _table(people: list[User]) -> Table:
    columns = [
        Column(_("Họ và tên"), ColumnKind.TEXT, 28),
        Column(_("Đơn vị"), ColumnKind.TEXT, 42),
        Column(_("Số điện thoại"), ColumnKind.TEXT, 16),
        Column(_("Tình trạng"), ColumnKind.TEXT, 26),
        Column(_("Số kỳ đã nộp bài"), ColumnKind.INTEGER, 16),
        Column(_("Đăng ký lúc"), ColumnKind.INSTANT, 20),
    ]
    return Table(_("Người dự thi"), columns, _values(people))


def _values(people: list[User]) -> Iterator[list[Value]]:
    for person in people:
        known: Any = person
        yield [
            person.full_name,
            person.unit.name if person.unit else "",
            mask_phone(person.phone or ""),
            str(Turnout(known.turnout).label),
            known.finished_count,
            wall_clock(known.entered_at) if known.entered_at else None,
        ]


def _cover(
    contest: Contest, contest_round: Round | None, count: int, *, actor: User, at: datetime
) -> Cover:
    subtitle = contest_round.name if contest_round else _("Các kỳ đã mở")
    return Cover(
        title=contest.name,
        subtitle=subtitle,
        created_at=wall_clock(at),
        facts=[
            (_("Hội thi"), contest.name),
            (_("Kỳ thi"), subtitle),
            (_("Số người"), count),
            (_("Xuất lúc"), wall_clock(at)),
            (_("Người xuất"), actor.full_name),
        ],
    )
