"""Handing out the standings: who may, what is recorded, which file comes back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from http import HTTPStatus
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Unit, User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import Contest, Round, counted_headcount
from contest.results.csv_text import csv_chunks
from contest.results.queries import Standings, contest_standings, round_standings
from contest.results.tables import standings_table, units_table, wall_clock
from contest.results.units import unit_rows
from contest.results.wording import ranking_rule
from contest.results.workbook import Cover, workbook_file

_PIECE = 64 * 1024  # bytes


class FileFormat(Enum):
    XLSX = "xlsx"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        if self is FileFormat.XLSX:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Export:
    """A file on its way out. `size` in bytes where it is known beforehand."""

    file_name: str  # ASCII
    content_type: str
    chunks: Iterator[bytes]
    size: int | None = None


def export_standings(
    *,
    contest: Contest,
    contest_round: Round | None,
    file_format: FileFormat,
    actor: User,
    at: datetime,
) -> Export:
    """The standings of a round, or of the whole contest, recorded before anything leaves.

    The jury and the organisers may, whatever the round shows to its participants. Raises
    ContestError "not_allowed".
    """
    if not has_role(actor, Role.JURY, Role.ORGANISER):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban giám khảo và Ban tổ chức được xuất kết quả."),
            HTTPStatus.FORBIDDEN,
        )
    with transaction.atomic():  # only the reading: building a large file must not hold the lock
        standings = round_standings(contest_round) if contest_round else contest_standings(contest)
        record_decision(
            actor=actor,
            at=at,
            action="standings.export",
            target=_target(contest, contest_round),
            after={"format": file_format.value, "row_count": len(standings.rows)},
        )
    file_name = _file_name(contest, contest_round, file_format, at=at)
    if file_format is FileFormat.CSV:
        return Export(file_name, file_format.content_type, csv_chunks(standings_table(standings)))
    units = _units(standings, contest, day=timezone.localdate(at))
    headcounts = {unit.pk: unit.counted_on for unit in units}
    file = workbook_file(
        [standings_table(standings), units_table(unit_rows(standings.rows, units, headcounts))],
        _cover(contest, contest_round, standings, actor=actor, at=at),
    )
    size = file.seek(0, 2)
    file.seek(0)
    return Export(file_name, file_format.content_type, Pieces(file), size)


class Pieces(Iterator[bytes]):
    """A file piece by piece; closed at its end, or by whoever breaks off."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __next__(self) -> bytes:
        if not self._file.closed and (piece := self._file.read(_PIECE)):
            return piece
        self.close()
        raise StopIteration

    def close(self) -> None:
        self._file.close()


def _units(standings: Standings, contest: Contest, *, day: date) -> list[Any]:
    """The units of the day, and those that have gone since their people took part."""
    named = {row.entrant.unit_id for row in standings.rows if row.entrant.unit_id}
    units = Unit.objects.valid_on(day=day) | Unit.objects.filter(pk__in=named)
    return list(units.annotate(counted_on=counted_headcount(contest.pk)))


def _target(contest: Contest, contest_round: Round | None) -> str:
    if contest_round:
        return f"round:{contest.slug}/{contest_round.slug}"
    return f"contest:{contest.slug}"


def _file_name(
    contest: Contest, contest_round: Round | None, file_format: FileFormat, *, at: datetime
) -> str:
    parts = ["xep-hang", contest.slug]
    if contest_round:
        parts.append(contest_round.slug)
    return f"{'-'.join(parts)}-{timezone.localtime(at):%Y%m%d-%H%M}.{file_format.value}"


def _cover(
    contest: Contest,
    contest_round: Round | None,
    standings: Standings,
    *,
    actor: User,
    at: datetime,
) -> Cover:
    subtitle = contest_round.name if contest_round else _("Toàn hội thi")
    return Cover(
        title=contest.name,
        subtitle=subtitle,
        created_at=wall_clock(at),
        facts=[
            (_("Hội thi"), contest.name),
            (_("Đơn vị tổ chức"), contest.host),
            (_("Kỳ thi"), subtitle),
            (_("Các kỳ được tính"), ", ".join(it.name for it in standings.rounds)),
            (_("Cách xếp hạng"), ranking_rule(standings.rules, over_rounds=contest_round is None)),
            (_("Số người được xếp hạng"), len(standings.rows)),
            (_("Xuất lúc"), wall_clock(at)),
            (_("Người xuất"), actor.full_name),
        ],
    )
