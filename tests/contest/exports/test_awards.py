"""The prizes in the exports: as the jury took them over, beside what the results come to."""

import pytest

from accounts.enums import PersonKind, Role, UnitKind
from contest.enums import BoardKind, UnitCriterion
from contest.exports.awards import PrizesGiven, prizes_given
from contest.exports.sealed_awards import sealed_prizes
from contest.exports.sources import live_source
from contest.models import PrizeBoard, RankingRules
from contest.services.awarding import override_award, take_over
from tests.contest.exports.material import AT, sealed
from tests.factories import (
    DivisionFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def contest_round():
    """Officials with 20, 18 and 16 points of one unit, citizens with 19 and 17 of another.

    Nobody is to have two prizes.
    """
    contest_round = RoundFactory(slug="tuan-1", name="Tuần 1")
    contest = contest_round.contest
    RankingRules.objects.create(contest=contest, one_prize_per_person=True)
    officials = DivisionFactory(contest=contest, name="Cán bộ")
    units = [UnitFactory(name="Sở Nội vụ", headcount=4), UnitFactory(name="Sở Y tế", headcount=2)]
    for score in (20, 19, 18, 17, 16):
        is_official = score % 2 == 0
        SubmittedAttemptFactory(
            round=contest_round,
            participant=ParticipantFactory(
                contest=contest,
                full_name=f"Người {score}",
                division=officials if is_official else None,
                kind=PersonKind.OFFICIAL if is_official else PersonKind.CITIZEN,
                unit=units[not is_official],
            ),
            score=score,
        )
    return contest_round


def board_of(contest_round, *counts, **fields):
    position = PrizeBoard.objects.count()
    fields = {"name": "Cá nhân", "round": contest_round, "position": position} | fields
    board = PrizeBoard.objects.create(contest=contest_round.contest, **fields)
    for place, count in enumerate(counts or [1], start=1):
        board.prizes.create(position=place, name=f"Giải {place}", count=count, amount=1_000_000)
    return board


def units_board(contest_round, *counts, **fields):
    fields = {
        "name": "Tập thể",
        "kind": BoardKind.COLLECTIVE,
        "unit_kind": UnitKind.DEPARTMENT,
        "criteria": [UnitCriterion.RATE.value, UnitCriterion.MEAN.value],
    } | fields
    return board_of(contest_round, *counts, **fields)


def taken(board, jury):
    take_over(board_id=board.pk, actor=jury, at=AT)


def given(contest_round, *, is_sealed=False, **how):
    if is_sealed:
        return sealed_prizes(sealed(contest_round), **how)
    source = live_source(contest_round.contest, contest_round)
    return prizes_given(contest_round.contest, contest_round, source, **how)


def named(lines):
    return [(it.board, it.prize, it.full_name, it.place) for it in lines]


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_divisions_board_counts_its_own_places(contest_round, jury, is_sealed):
    division = contest_round.contest.divisions.get()
    taken(board_of(contest_round, 1, 1, name="Cán bộ giỏi", division=division), jury)

    prizes = given(contest_round, is_sealed=is_sealed)

    assert named(prizes.awards) == [
        ("Cán bộ giỏi", "Giải 1", "Người 20", 1),
        ("Cán bộ giỏi", "Giải 2", "Người 18", 2),
    ]
    assert [(it.place, it.full_name, it.unit) for it in prizes.reserves] == [
        (3, "Người 16", "Sở Nội vụ")
    ]
    assert (prizes.left, prizes.differing) == ((), ())


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_collective_board_says_the_figures_of_its_units(contest_round, jury, is_sealed):
    taken(units_board(contest_round), jury)

    prizes = given(contest_round, is_sealed=is_sealed)

    (award,) = prizes.awards
    assert (award.full_name, award.participant_id, award.place) == ("Sở Y tế", None, 1)
    assert award.note == "2 người dự thi trên 2 người được giao · 100 % · trung bình 18 điểm"
    assert [(it.place, it.full_name) for it in prizes.reserves] == [(2, "Sở Nội vụ")]
    assert prizes.differing == ()
    assert prizes.rules[0].startswith("Tập thể: Xét lần lượt:")


@pytest.mark.parametrize("headcount", [0, 1])
def test_a_unit_whose_headcount_cannot_be_right_wins_nothing(contest_round, jury, headcount):
    unit = contest_round.contest.participants.get(full_name="Người 19").unit
    unit.headcount = headcount
    unit.save()
    taken(units_board(contest_round), jury)

    assert [it.full_name for it in given(contest_round).awards] == ["Sở Nội vụ"]


def test_a_headcount_corrected_afterwards_is_flagged(contest_round, jury):
    taken(units_board(contest_round), jury)
    unit = contest_round.contest.participants.get(full_name="Người 19").unit
    unit.headcount = 0
    unit.save()

    prizes = given(contest_round)

    assert prizes.differing == ("Tập thể",)
    assert named(prizes.awards) == [("Tập thể", "Giải 1", "Sở Y tế", 1)]


@pytest.mark.parametrize("is_sealed", [False, True])
def test_prizes_beyond_the_people_are_said_to_be_left(contest_round, jury, is_sealed):
    taken(board_of(contest_round, 2, 7), jury)

    prizes = given(contest_round, is_sealed=is_sealed)

    assert len(prizes.awards) == 5
    assert prizes.left == (("Cá nhân", "Giải 2", 4),)
    assert (prizes.reserves, prizes.differing) == ((), ())


@pytest.mark.parametrize("is_sealed", [False, True])
def test_what_the_jury_decided_has_its_reason_also_of_an_outsider(contest_round, jury, is_sealed):
    board = board_of(contest_round)
    outsider = ParticipantFactory(contest=contest_round.contest, full_name="Người Ngoài", unit=None)
    override_award(
        board_id=board.pk,
        winner=outsider,
        prize=board.prizes.get(),
        reason="Bài thi giấy",
        actor=jury,
        at=AT,
    )
    taken(board, jury)

    (award,) = given(contest_round, is_sealed=is_sealed).awards

    assert (award.full_name, award.unit, award.place, award.score) == (
        "Người Ngoài",
        "",
        None,
        None,
    )
    assert award.note == "Ban giám khảo quyết định: Bài thi giấy"


@pytest.mark.parametrize("is_sealed", [False, True])
def test_one_prize_a_person_does_not_make_boards_differ(contest_round, jury, is_sealed):
    division = contest_round.contest.divisions.get()
    for board in (
        board_of(contest_round, name="Chung"),
        board_of(contest_round, name="Cán bộ giỏi", division=division),
    ):
        taken(board, jury)

    prizes = given(contest_round, is_sealed=is_sealed)

    assert named(prizes.awards) == [
        ("Chung", "Giải 1", "Người 20", 1),
        ("Cán bộ giỏi", "Giải 1", "Người 18", 2),
    ]
    assert prizes.differing == ()


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_board_that_was_not_taken_over_gives_nothing(contest_round, is_sealed):
    board_of(contest_round)

    assert given(contest_round, is_sealed=is_sealed) == PrizesGiven()


def test_prizes_of_the_contest_and_of_a_round_are_told_apart(contest_round, jury):
    taken(board_of(contest_round, name="Tuần"), jury)
    taken(board_of(contest_round, name="Chung cuộc", round=None), jury)
    contest = contest_round.contest

    whole = prizes_given(contest, None, live_source(contest, None))
    of_seal = sealed_prizes(sealed(contest_round, is_whole=True))

    assert [it.board for it in whole.awards] == ["Chung cuộc"]
    assert of_seal.awards == whole.awards
    assert [it.board for it in given(contest_round).awards] == ["Tuần"]


@pytest.mark.parametrize("is_sealed", [False, True])
def test_winners_by_given_name_stay_within_their_prize(contest_round, jury, is_sealed):
    for score, name in ((20, "Lê Văn Yên"), (19, "Bùi Thị Ân"), (18, "Đỗ An")):
        contest_round.contest.participants.filter(full_name=f"Người {score}").update(full_name=name)
    taken(board_of(contest_round, 1, 2), jury)

    names = [
        it.full_name for it in given(contest_round, is_sealed=is_sealed, by_given_name=True).awards
    ]

    assert names == ["Lê Văn Yên", "Đỗ An", "Bùi Thị Ân"]
