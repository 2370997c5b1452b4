"""What an official paper can say: every field of every template, as text.

The names are those that offices write into their own Word files, so they are Vietnamese, like
those of a form. docs/exports.md lists them.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.figures import shown_number
from contest.enums import DocumentKind
from contest.exports.awards import AwardLine
from contest.exports.rows import SheetRow
from contest.exports.sheet import BoardSheet, DivisionLine, ResultSheet, UnitLine
from contest.models import Contest, Letterhead
from contest.results.wording import minutes_text
from contest.rules.official_text import (
    count_text,
    day_text,
    listed,
    number_and_symbol,
    place_and_day,
    reference,
    share_text,
)
from contest.rules.score_bands import Bands

Fields = dict[str, Any]  # text, numbers of a list's lines, lists of such dictionaries

LOWEST_COUNT = 10


def letterhead_of(contest: Contest) -> Letterhead:
    """The contest's own, or one with what is known of its host."""
    found = Letterhead.objects.filter(contest=contest).first()
    return found or Letterhead(contest=contest, agency=contest.host)


def document_fields(kind: DocumentKind, sheet: ResultSheet, letterhead: Letterhead) -> Fields:
    """All fields, whatever the kind: a template takes what it wants."""
    return {
        **_head(kind, sheet, letterhead),
        **_foot(letterhead),
        **_figures(sheet),
        **_participation(sheet.units),
        "giai": [
            _prize(prize, board, those) for (prize, board), those in _by_prize(sheet.prizes.awards)
        ],
        "bang": [_board(board) for board in sheet.boards],
        "quyet_dinh": [
            {
                "so": line.number,
                "loai": line.kind,
                "ve": line.subject,
                "ly_do": line.reason,
                "luc": _instant(line.at),
                "hieu_luc": _("Đã hủy bỏ") if line.is_undone else _("Còn hiệu lực"),
            }
            for line in sheet.decisions
        ],
        "the_le": list(sheet.rules),
        **_prizes(sheet),
        **_seal(sheet),
    }


def _prizes(sheet: ResultSheet) -> Fields:
    """The winners, who follows them, and what nobody was given."""
    return {
        "giai": [
            _prize(prize, board, those) for (prize, board), those in _by_prize(sheet.prizes.awards)
        ],
        "du_bi": [
            {
                "bang": it.board,
                "hang": it.place,
                "ho_ten": it.full_name,
                "don_vi": it.unit,
                "ghi_chu": it.note,
            }
            for it in sheet.prizes.reserves
        ],
        "giai_chua_trao": [
            {"bang": board, "ten": prize, "so_luong": count}
            for board, prize, count in sheet.prizes.left
        ],
        "bang_giai_can_xem": list(sheet.prizes.differing),
    }


def _seal(sheet: ResultSheet) -> Fields:
    """What says whether, and how, the results can be checked."""
    seal = sheet.seal
    if seal is None:
        preview = _("Bản xem trước, chưa niêm phong; số liệu lúc %(at)s.")
        return {
            "ma_kiem_chung": "",
            "goc_merkle": "",
            "phien_ban": "",
            "niem_phong": preview % {"at": _instant(sheet.made_at)},
            "chan_trang": preview % {"at": _instant(sheet.made_at)},
        }
    said = _("Kết quả đã niêm phong, phiên bản số %(number)d, lúc %(at)s, người niêm phong: %(by)s")
    confirmed = _("; người xác nhận: %(by)s") % {"by": seal.confirmed_by}
    return {
        "ma_kiem_chung": seal.digest,
        "goc_merkle": seal.root,
        "phien_ban": str(seal.number),
        "niem_phong": said
        % {"number": seal.number, "at": _instant(seal.sealed_at), "by": seal.sealed_by}
        + (confirmed if seal.confirmed_by else "")
        + ".",
        "chan_trang": _("Phiên bản %(number)d · Mã niêm phong %(digest)s\nGốc cây Merkle %(root)s")
        % {"number": seal.number, "digest": seal.digest, "root": seal.root},
    }


def _head(kind: DocumentKind, sheet: ResultSheet, letterhead: Letterhead) -> Fields:
    symbols = {
        DocumentKind.WINNERS: letterhead.decision_symbol,
        DocumentKind.MINUTES: letterhead.minutes_symbol,
        DocumentKind.REPORT: letterhead.report_symbol,
    }
    is_decision = kind is DocumentKind.WINNERS
    number = letterhead.decision_number if is_decision else None
    day = letterhead.decided_on if is_decision else None
    decided = _("Kèm theo Quyết định %(reference)s %(day)s của %(agency)s") % {
        "reference": reference(letterhead.decision_number, letterhead.decision_symbol),
        "day": day_text(letterhead.decided_on),
        "agency": letterhead.agency,
    }
    return {
        "co_quan_chu_quan": letterhead.parent_agency.upper(),
        "co_quan": letterhead.agency.upper(),
        "so_ky_hieu": number_and_symbol(number, symbols[kind]),
        "dia_danh_ngay": place_and_day(letterhead.place or "…", day),
        "kem_theo": f"({decided})",
        "can_cu": listed(letterhead.grounds.splitlines()),
        "hoi_thi": sheet.contest,
        "don_vi_to_chuc": sheet.host,
        "ky_thi": sheet.title,
        "cac_ky": ", ".join(sheet.rounds),
        "tu_luc": _instant(sheet.opened_at) if sheet.opened_at else "",
        "den_luc": _instant(sheet.closed_at) if sheet.closed_at else "",
        "lap_luc": _instant(sheet.made_at),
    }


def _foot(letterhead: Letterhead) -> Fields:
    return {
        "ky_thay": letterhead.signing_for.upper(),
        "chuc_vu": letterhead.position.upper(),
        "nguoi_ky": letterhead.signer,
        "noi_nhan": [f"- {line}" for line in listed(letterhead.recipients.splitlines())],
    }


def _figures(sheet: ResultSheet) -> Fields:
    total = sheet.total
    return {
        "so_luot": count_text(total.attempt_count),
        "so_nguoi": count_text(total.person_count),
        "bang_du_thi": [_division(line) for line in sheet.divisions],
        "tong": _division(total),
        "pho_diem": _bands(total.bands),
    }


def _division(line: DivisionLine) -> Fields:
    return {
        "ten": line.name,
        "so_luot": count_text(line.attempt_count),
        "so_nguoi": count_text(line.person_count),
        "dat_100": count_text(line.bands.full),
        "tu_75": count_text(line.bands.upper),
        "tu_25": count_text(line.bands.middle),
        "duoi_25": count_text(line.bands.below_lower),
        "diem_0": count_text(line.bands.zero),
    }


def _bands(bands: Bands) -> list[Fields]:
    counts = [
        (_("Đạt 100%"), bands.full),
        (_("Từ 75% đến dưới 100%"), bands.upper),
        (_("Từ 25% đến dưới 75%"), bands.middle),
        (_("Dưới 25%"), bands.below_lower),
        (_("Trong đó: 0 điểm"), bands.zero),
    ]
    return [
        {"ten": name, "so_nguoi": count_text(count), "ty_le": share_text(count, bands.total)}
        for name, count in counts
    ]


def _participation(units: Iterable[UnitLine]) -> Fields:
    """Whole units, the lowest ones, and those whose headcount cannot be right."""
    assigned = [unit for unit in units if unit.headcount is not None]
    sound = [unit for unit in assigned if not unit.is_doubtful]
    whole = [unit for unit in sound if unit.person_count == unit.headcount]
    below = [unit for unit in sound if unit.person_count != unit.headcount]
    below.sort(key=lambda unit: (_share(unit), unit.name))
    doubtful = [unit for unit in assigned if unit.is_doubtful]
    return {
        "so_don_vi": count_text(len(sound)),
        "so_don_vi_du": count_text(len(whole)),
        "don_vi_du": _unit_list(whole),
        "don_vi_thap": _unit_list(below[:LOWEST_COUNT]),
        "don_vi_can_xem": _unit_list(doubtful),
    }


def _share(unit: UnitLine) -> Decimal:
    return Decimal(unit.person_count) / (unit.headcount or 1)


def _unit_list(units: Iterable[UnitLine]) -> list[Fields]:
    return [
        {
            "stt": number,
            "ten": unit.name,
            "khoi": unit.kind,
            "duoc_giao": count_text(unit.headcount or 0),
            "du_thi": count_text(unit.person_count),
            "ty_le": "" if unit.is_doubtful else share_text(unit.person_count, unit.headcount or 0),
        }
        for number, unit in enumerate(units, start=1)
    ]


def _by_prize(awards: Iterable[AwardLine]) -> Iterable[tuple[tuple[str, str], list[AwardLine]]]:
    """Prizes in the order of their first award."""
    order: dict[tuple[str, str], list[AwardLine]] = {}
    for award in awards:
        order.setdefault((award.prize, award.board), []).append(award)
    return order.items()


def _prize(prize: str, board: str, awards: list[AwardLine]) -> Fields:
    return {
        "ten": prize,
        "bang": board,
        "so_luong": len(awards),
        "nguoi": [
            {
                "stt": number,
                "ho_ten": award.full_name,
                "don_vi": award.unit,
                "hang": award.place or "",
                "diem": "" if award.score is None else shown_number(award.score),
                "thoi_gian": "" if award.elapsed_ms is None else minutes_text(award.elapsed_ms),
                "tien_thuong": "" if award.amount is None else count_text(award.amount),
                "ghi_chu": award.note,
            }
            for number, award in enumerate(awards, start=1)
        ],
    }


def _board(board: BoardSheet) -> Fields:
    return {
        "ten": board.title,
        "so_nguoi": count_text(board.count),
        "dung_dau": [_leader(row) for row in board.leaders],
    }


def _leader(row: SheetRow) -> Fields:
    return {
        "hang": row.place,
        "ho_ten": row.full_name,
        "don_vi": row.unit,
        "diem": f"{shown_number(row.score)}/{shown_number(row.max_score)}",
        "thoi_gian": minutes_text(row.elapsed_ms),
        "nop_luc": _instant(row.submitted_at),
    }


def _instant(instant: datetime) -> str:
    """ "22 giờ 00 phút ngày 15/10/2026"."""
    return _("%(hour)s giờ %(minute)s phút ngày %(day)s") % {
        "hour": f"{timezone.localtime(instant):%H}",
        "minute": f"{timezone.localtime(instant):%M}",
        "day": f"{timezone.localtime(instant):%d/%m/%Y}",
    }
