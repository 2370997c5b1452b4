from datetime import timedelta

import pytest

from accounts.enums import Role, UnitKind
from accounts.models import AuditEntry
from contest.enums import BoardKind, Criterion, RoundsPolicy, UnitCriterion
from contest.errors import ContestError
from contest.models import Award, AwardOverride, PrizeBoard, Registration
from contest.results.prizes import board_proposal
from contest.rules.awarding import Flag
from contest.services.awarding import (
    BoardDraft,
    PrizeDraft,
    delete_prize_board,
    lift_override,
    override_award,
    save_prize_board,
    take_over,
)
from contest.services.predicting import settle_predictions
from contest.services.ruling import draw_lot
from tests.factories import (
    NOON,
    AttemptFactory,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

OVER = NOON + timedelta(hours=2)
PRIZES = [PrizeDraft("Giải Nhất", 1, 3_000_000), PrizeDraft("Giải Nhì", 2, 2_000_000)]


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def contest_round():
    return RoundFactory(name="Tuần 1")


def draft(contest_round, **fields):
    usual = {"name": "Cá nhân", "kind": BoardKind.INDIVIDUAL, "division": None, "prizes": PRIZES}
    return BoardDraft(**(usual | {"round": contest_round} | fields))


def board_of(contest_round, *, role=Role.ORGANISER, board=None, contest=None, **fields):
    return save_prize_board(
        contest_id=(contest or contest_round.contest).pk,
        board_id=board and board.pk,
        draft=draft(contest_round, **fields),
        actor=RoleGrantFactory(role=role).user,
        at=NOON,
    )


def people(contest_round, *scores, **fields):
    """Participants with these scores, the quicker the earlier they are named."""
    found = []
    for index, score in enumerate(scores):
        person = ParticipantFactory(contest=contest_round.contest, **fields)
        SubmittedAttemptFactory(
            round=contest_round, participant=person, score=score, elapsed_ms=60_000 + index
        )
        found.append(person)
    return found


def taken(board, jury, at=OVER):
    take_over(board_id=board.pk, actor=jury, at=at)
    awards = Award.objects.filter(prize__board=board).order_by("prize__position", "place")
    return [(it.prize.name, it.participant or it.unit) for it in awards]


def refused(deed):
    with pytest.raises(ContestError) as caught:
        deed()
    return caught.value.code


# what there is to win -----------------------------------------------------------------------------


def test_a_board_is_kept_changed_and_recorded(contest_round):
    board = board_of(contest_round)
    board_of(contest_round, board=board, name="Cán bộ", prizes=PRIZES[:1])

    board.refresh_from_db()
    assert (board.name, [it.name for it in board.prizes.all()]) == ("Cán bộ", ["Giải Nhất"])
    first, second = AuditEntry.objects.order_by("pk")
    assert (first.action, first.after["prizes"][0]) == ("prizes.set", ["Giải Nhất", 1, 3_000_000])
    assert second.before == first.after


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"prizes": []}, "no_prizes"),
        ({"kind": BoardKind.COLLECTIVE}, "criteria_missing"),
        (
            {"kind": BoardKind.COLLECTIVE, "criteria": [UnitCriterion.RATE] * 2},
            "criterion_twice",
        ),
        ({"role": Role.JURY}, "not_allowed"),
    ],
)
def test_a_board_that_is_not_clear_is_refused(contest_round, fields, code):
    assert refused(lambda: board_of(contest_round, **fields)) == code
    assert not PrizeBoard.objects.exists()


def test_where_rounds_are_ranked_apart_a_board_of_people_names_its_round(contest_round):
    contest = contest_round.contest
    RankingRulesFactory(contest=contest, rounds=RoundsPolicy.SEPARATE)

    assert refused(lambda: board_of(None, contest=contest)) == "round_needed"
    criteria = [UnitCriterion.PARTICIPANTS]
    board_of(None, contest=contest, kind=BoardKind.COLLECTIVE, criteria=criteria)


def test_a_board_with_decisions_is_neither_changed_nor_taken_away(contest_round, jury):
    board = board_of(contest_round)
    (person,) = people(contest_round, 20)
    override(board, person, None, jury)
    organiser = RoleGrantFactory(role=Role.ORGANISER).user

    def delete():
        delete_prize_board(board_id=board.pk, contest_id=board.contest_id, actor=organiser, at=NOON)

    assert refused(lambda: board_of(contest_round, board=board)) == "awards_given"
    assert refused(delete) == "awards_given"
    AwardOverride.objects.all().delete()
    delete()
    assert not PrizeBoard.objects.exists()


# who wins it --------------------------------------------------------------------------------------


def override(board, person, prize, jury, reason="Hội đồng quyết định"):
    return override_award(
        board_id=board.pk, winner=person, prize=prize, reason=reason, actor=jury, at=OVER
    )


def test_taking_over_writes_the_proposal_down_and_records_it(contest_round, jury):
    board = board_of(contest_round)
    a, b, c, _d = people(contest_round, 20, 19, 18, 17)

    assert taken(board, jury) == [("Giải Nhất", a), ("Giải Nhì", b), ("Giải Nhì", c)]
    entry = AuditEntry.objects.filter(action="award.take_over").get()
    assert [it["winner"] for it in entry.after["awards"]] == [a.pk, b.pk, c.pk]
    assert board_proposal(board).is_taken_over


def test_taking_over_again_replaces_what_stood_there(contest_round, jury):
    board = board_of(contest_round)
    a, b, c, d = people(contest_round, 20, 19, 18, 17)
    taken(board, jury)

    override(board, a, None, jury, reason="Không đến nhận giải")

    assert not board_proposal(board).is_taken_over
    assert taken(board, jury) == [("Giải Nhất", b), ("Giải Nhì", c), ("Giải Nhì", d)]
    entry = AuditEntry.objects.filter(action="award.take_over").order_by("pk").last()
    assert [it["winner"] for it in entry.before["awards"]] == [a.pk, b.pk, c.pk]


def test_an_override_needs_a_reason_is_recorded_and_can_be_lifted(contest_round, jury):
    board = board_of(contest_round)
    a, b = people(contest_round, 20, 19)
    first = board.prizes.get(position=1)

    assert refused(lambda: override(board, b, first, jury, reason="  ")) == "reason_missing"
    decided = override(board, b, first, jury)

    assert taken(board, jury) == [("Giải Nhất", b), ("Giải Nhì", a)]
    assert Award.objects.get(participant=b).override == decided
    assert AuditEntry.objects.filter(action="award.override").get().reason == decided.reason
    for _twice in range(2):
        lift_override(override_id=decided.pk, contest_id=board.contest_id, actor=jury, at=OVER)
    assert taken(board, jury) == [("Giải Nhất", a), ("Giải Nhì", b)]
    assert AuditEntry.objects.filter(action="award.override_lifted").count() == 1


def test_a_second_override_replaces_the_first(contest_round, jury):
    board = board_of(contest_round)
    (a,) = people(contest_round, 20)

    override(board, a, None, jury)
    override(board, a, board.prizes.get(position=2), jury)

    assert taken(board, jury) == [("Giải Nhì", a)]
    assert AwardOverride.objects.in_force().count() == 1


def test_what_is_not_of_the_board_cannot_be_given_there(contest_round, jury):
    board, other = board_of(contest_round), board_of(RoundFactory())
    (a,) = people(contest_round, 20)
    prize = other.prizes.first()

    for wrong in [
        lambda: override(board, a, prize, jury),
        lambda: override(board, ParticipantFactory(), None, jury),
        lambda: override(board, UnitFactory(), None, jury),
    ]:
        assert refused(wrong) == "wrong_board"


def test_a_tie_at_the_boundary_waits_for_the_jury(contest_round, jury):
    board = board_of(contest_round, prizes=PRIZES[:1])
    for _ in range(2):
        SubmittedAttemptFactory(round=contest_round, score=20)

    assert board_proposal(board).proposal.flags == {Flag.TIE}
    assert refused(lambda: taken(board, jury)) == "ties_open"


def test_more_given_than_there_are_is_refused(contest_round, jury):
    board = board_of(contest_round)
    first = board.prizes.get(position=1)
    for person in people(contest_round, 20, 19):
        override(board, person, first, jury)

    assert refused(lambda: taken(board, jury)) == "too_many"


def test_a_lot_breaks_the_tie_as_anybody_can_compute(contest_round, jury):
    RankingRulesFactory(contest=contest_round.contest, chain=["score", "lot"])
    board = board_of(contest_round, prizes=PRIZES[:1])
    attempts = [
        SubmittedAttemptFactory(round=contest_round, score=20, receipt_code=code)
        for code in ("AAAAABBBBB", "CCCCCDDDDD")
    ]
    assert refused(lambda: taken(board, jury)) == "ties_open"

    draw_lot(
        contest_id=contest_round.contest_id,
        round_id=contest_round.pk,
        number="58213",
        source="XSMT",
        actor=jury,
        at=OVER,
    )

    # printf '%s' 58213:AAAAABBBBB | sha256sum: 2e0ef941..., 58213:CCCCCDDDDD: 044aa6a7...
    assert taken(board, jury) == [("Giải Nhất", attempts[1].participant)]


def test_nothing_is_taken_over_while_results_may_change(contest_round, jury):
    RankingRulesFactory(contest=contest_round.contest, chain=["score", "nearest"])
    PredictionQuestionFactory(round=contest_round)
    board = board_of(contest_round)
    people(contest_round, 20)
    running = AttemptFactory(round=contest_round)

    assert refused(lambda: taken(board, jury, at=NOON)) == "not_over"
    assert refused(lambda: taken(board, jury)) == "attempts_running"
    running.delete()
    assert refused(lambda: taken(board, jury)) == "prediction_open"
    settle_predictions(round_id=contest_round.pk, at=OVER)
    assert len(taken(board, jury)) == 1


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.OBSERVER])
def test_only_the_jury_decides(contest_round, role, jury):
    board = board_of(contest_round)
    (a,) = people(contest_round, 20)
    decided = override(board, a, None, jury)
    other = RoleGrantFactory(role=role).user

    def lift():
        lift_override(override_id=decided.pk, contest_id=board.contest_id, actor=other, at=OVER)

    for deed in [lambda: taken(board, other), lambda: override(board, a, None, other), lift]:
        assert refused(deed) == "not_allowed"


def test_one_prize_per_person_passes_over_who_won_before(jury):
    first = RoundFactory()
    second = RoundFactory(contest=first.contest)
    RankingRulesFactory(
        contest=first.contest, rounds=RoundsPolicy.SEPARATE, one_prize_per_person=True
    )
    one = [PrizeDraft("Giải Nhất", 1, 0)]
    boards = [board_of(it, prizes=one) for it in (first, second)]
    a, b = ParticipantFactory.create_batch(2, contest=first.contest)
    for contest_round in (first, second):
        SubmittedAttemptFactory(round=contest_round, participant=a, score=20)
        SubmittedAttemptFactory(round=contest_round, participant=b, score=19)

    assert taken(boards[0], jury) == [("Giải Nhất", a)]
    assert taken(boards[1], jury) == [("Giải Nhất", b)]
    assert taken(boards[0], jury) == [("Giải Nhất", a)]


def test_a_division_is_ranked_among_itself(contest_round, jury):
    officials, citizens = DivisionFactory.create_batch(2, contest=contest_round.contest)
    people(contest_round, 20, division=officials)
    people(contest_round, 19, 18)
    (citizen,) = people(contest_round, 15, division=citizens)
    board = board_of(contest_round, division=citizens)

    proposed = board_proposal(board)

    assert [(it.candidate.pk, it.candidate.place) for it in proposed.winners] == [(citizen.pk, 1)]
    assert proposed.proposal.flags == {Flag.TOO_FEW}


# units --------------------------------------------------------------------------------------------


def unit(contest_round, headcount, *scores, kind=UnitKind.COMMUNE):
    found = UnitFactory(headcount=headcount, kind=kind)
    people(contest_round, *scores, unit=found)
    return found


def test_units_by_rate_and_quality_with_the_doubtful_flagged(contest_round, jury):
    half = unit(contest_round, 4, 20, 20)
    most = unit(contest_round, 4, 10, 10, 10)
    low = unit(contest_round, 10, 20)
    zero = unit(contest_round, 0, 20)
    above = unit(contest_round, 1, 20, 20)
    unknown = unit(contest_round, None, 20)
    unit(contest_round, 1, 20, kind=UnitKind.DEPARTMENT)
    board = board_of(
        contest_round,
        kind=BoardKind.COLLECTIVE,
        unit_kind=UnitKind.COMMUNE,
        criteria=[UnitCriterion.RATE, UnitCriterion.MEAN],
        min_percent=50,
    )

    proposed = board_proposal(board)

    assert taken(board, jury) == [("Giải Nhất", most), ("Giải Nhì", half)]
    assert {it.pk for it in proposed.doubtful} == {zero.pk, above.pk, unknown.pk}
    reasons = {candidate.pk: text for candidate, text in proposed.left_out}
    assert reasons[low.pk] == "Chưa đạt tỷ lệ dự thi tối thiểu."
    winner = proposed.winners[0].candidate
    assert winner.result == "3 người dự thi trên 4 người được giao · 75 % · trung bình 10 điểm"
    assert winner.why == "tỷ lệ hơn đơn vị sau 25 điểm phần trăm"


def test_units_by_their_winners(contest_round, jury):
    first = unit(contest_round, 9, 20, 19)
    second = unit(contest_round, 9, 18, 5, 5)
    individual = board_of(contest_round)
    taken(individual, jury)
    board = board_of(contest_round, kind=BoardKind.COLLECTIVE, criteria=[UnitCriterion.WINNERS])

    assert taken(board, jury) == [("Giải Nhất", first), ("Giải Nhì", second)]


def test_a_unit_may_be_given_a_prize_by_decision(contest_round, jury):
    unit(contest_round, 4, 20)
    silent = UnitFactory()
    board = board_of(
        contest_round, kind=BoardKind.COLLECTIVE, criteria=[UnitCriterion.PARTICIPANTS]
    )

    override(board, silent, board.prizes.get(position=2), jury)

    proposed = board_proposal(board)
    assert Flag.OUTSIDE in proposed.proposal.flags
    assert ("Giải Nhì", silent) in taken(board, jury)


def test_age_parts_equals_and_who_gave_none_comes_last(contest_round, jury):
    chain = [Criterion.SCORE.value, Criterion.OLDER.value]
    RankingRulesFactory(contest=contest_round.contest, chain=chain)
    board = board_of(contest_round, prizes=PRIZES[:1])
    _unknown, young, old = people(contest_round, 20, 20, 20)
    for person, year in [(young, 2000), (old, 1960)]:
        Registration.objects.create(
            participant=person, born_on=f"{year}-01-01", name_key="", registered_at=NOON
        )

    assert taken(board, jury) == [("Giải Nhất", old)]
