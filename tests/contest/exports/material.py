"""A contest with results of every kind, for the tests of what is made from them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.enums import PersonKind, Role
from accounts.services.identity import set_national_id
from contest.exports.making import Material
from contest.exports.people import PersonalData
from contest.exports.sheet import result_sheet
from contest.models import Contest, Letterhead, Participant, PrizeBoard, ResultVersion, Round
from contest.sealing.sealing import seal
from contest.services.awarding import override_award, take_over
from contest.services.deciding import exclude_attempt
from tests.factories import (
    NOON,
    DivisionFactory,
    ParticipantFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)

AT = NOON + timedelta(hours=3)
EVIL = "=cmd|' /C calc'!A0"
# in the order of official lists: by given name, then by the rest; a ă â b ... d đ, tones last
NAMES = [
    "Lê Thị An",
    "Nguyễn Văn An",
    "Trần Thị Ân",
    "Phạm Văn Ẩn",
    "Lý Bảo",
    "Nguyễn Quốc Bảo",
    "Thạch Chanh",
    "Đỗ Thị Cúc",
    "Nguyễn Dung",
    "Đặng Văn Dũng",
    "Bùi Thị Đào",
    "Nguyễn Đào",
    "Trần Giang",
    "Đặng Thị Hoa",
    "Đặng Thị Hoà",
    "Nguyễn Thị Hòa",
    "Nguyễn Văn Hùng",
    "Kim Khánh",
    "Sơn Thị Lan",
    "Nguyễn Thị Lành",
    "Trần Văn Mỹ",
    "Lâm Thị Na",
    "Nguyễn Thị Nga",
    "Trần Ngọc Ngà",
    "Danh Oanh",
    "Ông Thị Ơn",
    "Huỳnh Tấn Phát",
    "Nguyễn Tú",
    "Trần Văn Tư",
    "Đinh Thị Ý",
]


def filled_round(**rules: Any) -> Round:
    """Thirty-one people of two divisions and two units; one attempt is struck. `rules` are those of
    the ranking, which stand before anybody starts."""
    contest_round = RoundFactory(
        contest__slug="cchc",
        contest__name="Hội thi Cải cách hành chính",
        contest__host="Sở Nội vụ",
        contest__rules="Mỗi người thi một lượt.",
        slug="tuan-1",
        name="Tuần 1",
        max_attempts=2,
    )
    contest = contest_round.contest
    if rules:
        RankingRulesFactory(contest=contest, **rules)
    officials = DivisionFactory(contest=contest, code="can-bo", name="Cán bộ: công chức/viên chức")
    whole = UnitFactory(name="Sở Nội vụ", headcount=16)
    half = UnitFactory(name="Sở Y tế", headcount=30)
    UnitFactory(name="Sở Tài chính", headcount=47)
    UnitFactory(name="Sở Xây dựng", headcount=0)
    shuffled = [NAMES[(place * 7) % len(NAMES)] for place in range(len(NAMES))]
    for place, name in enumerate([EVIL, *shuffled]):
        is_official = place < 16
        person = ParticipantFactory(
            contest=contest,
            full_name=name,
            unit=whole if is_official else half,
            division=officials if is_official else None,
            kind=PersonKind.OFFICIAL if is_official else PersonKind.CITIZEN,
            user=UserFactory(
                full_name=name, phone=f"+8491234{place:04}", born_on=date(1987, 2, 1 + place % 28)
            ),
        )
        set_national_id(user=person.user, typed=f"0870870{place:05}", at=NOON)
        SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            score=Decimal(20) - Decimal(place) / 2 if place < 31 else 0,
            correct_count=20 - place // 2,
            elapsed_ms=100_000 + place,
        )
    struck = SubmittedAttemptFactory(
        round=contest_round, participant=person, number=2, score=20, correct_count=20
    )
    exclude_attempt(
        attempt=struck,
        reason="=HYPERLINK(1)",
        actor=RoleGrantFactory(role=Role.JURY).user,
        at=AT,
    )
    return contest_round


def give_awards(contest_round: Round) -> PrizeBoard:
    """Two prizes; the jury passes over the first of the list."""
    board = PrizeBoard.objects.create(
        contest=contest_round.contest, round=contest_round, name="Cá nhân"
    )
    board.prizes.create(position=1, name="Giải Nhất", count=1, amount=6_000_000)
    board.prizes.create(position=2, name="Giải Nhì", count=1, amount=500_000)
    jury = RoleGrantFactory(role=Role.JURY).user
    override_award(
        board_id=board.pk,
        winner=Participant.objects.get(full_name=EVIL),
        prize=None,
        reason="Thành viên Tổ thư ký",
        actor=jury,
        at=AT,
    )
    take_over(board_id=board.pk, actor=jury, at=AT)
    return board


def sealed(contest_round: Round, *, is_whole: bool = False) -> ResultVersion:
    return seal(
        contest_id=contest_round.contest_id,
        contest_round=None if is_whole else contest_round,
        actor=RoleGrantFactory(role=Role.JURY, user__full_name="Bùi Niêm Phong").user,
        at=AT,
    )


def letterhead(contest: Contest) -> Letterhead:
    return Letterhead(
        contest=contest,
        parent_agency="UBND thành phố Cần Thơ",
        agency="Sở Nội vụ",
        place="Cần Thơ",
        decision_number=5,
        decision_symbol="QĐ-SNV",
        decided_on=date(2026, 3, 1),
        signing_for="TM. Ban Tổ chức",
        position="Trưởng ban",
        signer="Nguyễn Văn Ký",
        grounds="Căn cứ Kế hoạch số 21/KH-UBND\nCăn cứ Thể lệ Hội thi",
        recipients="Như Điều 3\nLưu: VT, CCHC",
    )


def material(
    contest_round: Round,
    *,
    version: ResultVersion | None = None,
    by_given_name: bool = False,
    personal: PersonalData | None = None,
) -> Material:
    contest = contest_round.contest
    return Material(
        contest=contest,
        version=version,
        sheet=result_sheet(
            contest, contest_round, at=AT, version=version, by_given_name=by_given_name
        ),
        letterhead=letterhead(contest),
        personal=personal or PersonalData(),
        maker="Trần Thị Giám Khảo",
        site="https://hoithi.example",
        certificates=[],
    )
