"""A result sheet in which every field has a value, to try templates with."""

from datetime import UTC, date, datetime
from decimal import Decimal

from contest.enums import DocumentKind
from contest.exports.attempts import LiveAttempts
from contest.exports.awards import AwardLine, PrizesGiven, ReserveLine
from contest.exports.documents.fields import Fields, document_fields
from contest.exports.rows import SheetRow
from contest.exports.sheet import (
    BoardSheet,
    DecisionLine,
    DivisionLine,
    ResultSheet,
    Seal,
    UnitLine,
)
from contest.models import Letterhead
from contest.rules.predicting import NO_GAP
from contest.rules.score_bands import Bands

_AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_NAME, _UNIT, _DIVISION = "Nguyễn Văn Ví Dụ", "Sở Nội vụ", "Cán bộ, công chức"


def example_fields(kind: DocumentKind) -> Fields:
    return document_fields(kind, _sheet(), _letterhead())


def _letterhead() -> Letterhead:
    return Letterhead(
        parent_agency="UBND thành phố",
        agency="Sở Nội vụ",
        place="Cần Thơ",
        decision_number=5,
        decided_on=date(2026, 1, 5),
        signing_for="TM. Ban Tổ chức",
        position="Trưởng ban",
        signer="Nguyễn Văn Ví Dụ",
        grounds="Căn cứ Thể lệ Hội thi",
        recipients="Như trên\nLưu: VT",
    )


def _sheet() -> ResultSheet:
    score = Decimal(20)
    row = SheetRow(
        place=1,
        participant_id=1,
        full_name=_NAME,
        kind="official",
        division=_DIVISION,
        unit_id=1,
        unit=_UNIT,
        unit_kind="",
        score=score,
        max_score=score,
        correct_count=20,
        elapsed_ms=61_000,
        submitted_at=_AT,
        gap=NO_GAP,
        lead=None,
        round_scores=(),
        receipt_codes=("A" * 10,),
    )
    board = BoardSheet("Xếp hạng chung", [row], 1, (row,))
    bands = Bands(full=1, below_lower=1, zero=1)
    units = (
        UnitLine(_UNIT, "", 2, 2, Decimal(1), score, 1),
        UnitLine("Sở Tài chính", "", 2, 1, Decimal("0.5"), score, 2),
        UnitLine("Sở Y tế", "", 0, 1, None, score, 3),
    )
    award = AwardLine("Giải Nhất", "Cá nhân", _NAME, _UNIT, 1, 1, score, 61_000, 500_000, "–")
    return ResultSheet(
        contest="Hội thi ví dụ",
        host="Sở Nội vụ",
        title="Tuần 1",
        rounds=("Tuần 1",),
        opened_at=_AT,
        closed_at=_AT,
        people=[row],
        person_count=1,
        boards=(board,),
        divisions=(DivisionLine(_DIVISION, 2, 2, bands),),
        units=units,
        attempts=LiveAttempts([]),
        decisions=(DecisionLine(1, "Hủy", _NAME, "Lý do", _NAME, _AT, is_undone=False),),
        statistics=(),
        rules=("Điểm cao hơn xếp trước.",),
        made_at=_AT,
        prizes=PrizesGiven(
            awards=(award,),
            reserves=(ReserveLine("Cá nhân", 2, _NAME, _UNIT, "–"),),
            left=(("Cá nhân", "Giải Nhì", 1),),
            differing=("Tập thể",),
        ),
        seal=Seal(1, "0" * 64, "0" * 64, "Đã niêm phong", _AT, _NAME, _NAME),
    )
