"""Results to seal: people with attempts in rounds that are over."""

import json
from datetime import timedelta

from accounts.enums import Role
from contest.enums import BoardKind, UnitCriterion
from contest.sealing.reading import bundle
from contest.sealing.sealing import confirm, publish, seal
from contest.services.awarding import (
    BoardDraft,
    PrizeDraft,
    override_award,
    save_prize_board,
    take_over,
)
from contest.services.deciding import disqualify, undo
from contest.services.predicting import settle_predictions
from contest.services.ruling import draw_lot
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import (
    NOON,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

AFTER = NOON + timedelta(hours=3)  # the rounds of the factories are over


def juror():
    return RoleGrantFactory(role=Role.JURY).user


def closed_round(scores=(18, 20, 15), **fields):
    """A round with an attempt for each score, none with answers; the first person is slowest."""
    contest_round = RoundFactory(**fields)
    for place, score in enumerate(scores):
        SubmittedAttemptFactory(
            round=contest_round, score=score, elapsed_ms=600_000 - place * 5_000
        )
    return contest_round


def answered_round(*, people=3, **fields):
    """A round that people took in earnest: questions, papers, answers."""
    contest_round = playable_round(**fields)
    for place in range(people):
        attempt = started_attempt(contest_round=contest_round)
        attempt.answers.filter(position=1).update(response="ABC"[place % 3])
        handed_in(attempt, at=NOON + (place + 1) * MINUTE)
    return contest_round


def sealed(contest_round, *, actor=None, at=AFTER):
    return seal(
        contest_id=contest_round.contest_id,
        contest_round=contest_round,
        actor=actor or juror(),
        at=at,
    )


def sealed_contest(contest, *, actor=None):
    return seal(contest_id=contest.pk, contest_round=None, actor=actor or juror(), at=AFTER)


def published(version, *, at=AFTER):
    confirm(version_id=version.pk, actor=juror(), at=at)
    return publish(version_id=version.pk, actor=juror(), at=at)


def file_of(version, *, is_open=True):
    return json.loads(b"".join(bundle(version, is_open=is_open)))


PRIZES = (PrizeDraft("Giải Nhất", 1, 3_000_000), PrizeDraft("Giải Nhì", 1, 2_000_000))
LONG_CHAIN = ["score", "nearest", "time_used", "lot"]
GUESSES = (5, 4, 6, 6, 8, 7, 1, 2)  # eight take part; the lot parts the third and the fourth


def prize_board(contest, contest_round=None, *, prizes=PRIZES, **fields):
    kind = BoardKind.COLLECTIVE if "criteria" in fields else BoardKind.INDIVIDUAL
    usual = {"name": "Cá nhân", "kind": kind, "round": contest_round, "division": None}
    return save_prize_board(
        contest_id=contest.pk,
        board_id=None,
        draft=BoardDraft(**(usual | {"prizes": prizes} | fields)),
        actor=RoleGrantFactory(role=Role.ORGANISER).user,
        at=NOON,
    )


def taken_over(board):
    return take_over(board_id=board.pk, actor=juror(), at=AFTER)


def overridden(board, winner, prize=None, reason="Hội đồng quyết định"):
    return override_award(
        board_id=board.pk, winner=winner, prize=prize, reason=reason, actor=juror(), at=AFTER
    )


def settled_contest(**fields):
    """Everything that a result may hold.

    Two divisions and two units; two rounds that ask for a prediction, a lot for each and for the
    whole; prizes for people, for a division and for units, with somebody who is passed over and
    somebody who is to have none; a person struck and another brought back.
    """
    contest = ContestFactory(**({"min_unit_size": 1} | fields))
    RankingRulesFactory(contest=contest, chain=LONG_CHAIN, one_prize_per_person=True)
    people = _crowd(contest)
    rounds = [_taken_round(contest, people) for _round in range(2)]
    disqualify(participant=people[0], reason="Thi hộ", actor=juror(), at=AFTER)
    decision = disqualify(participant=people[1], reason="Khai sai", actor=juror(), at=AFTER)
    undo(decision=decision, reason="Trùng tên", actor=juror(), at=AFTER)
    for contest_round in rounds:
        settle_predictions(round_id=contest_round.pk, at=AFTER)
    for contest_round in (*rounds, None):
        draw_lot(
            contest_id=contest.pk,
            round_id=contest_round and contest_round.pk,
            number="58213",
            source="XSMT",
            actor=juror(),
            at=AFTER,
        )
    _give_prizes(contest, rounds[0], people)
    return contest


def _crowd(contest):
    divisions = DivisionFactory.create_batch(2, contest=contest)
    units = UnitFactory.create_batch(2, headcount=4)
    return [
        ParticipantFactory(contest=contest, division=divisions[n % 2], unit=units[n // 2 % 2])
        for n in range(8)
    ]


def _taken_round(contest, people):
    contest_round = RoundFactory(contest=contest)
    PredictionQuestionFactory(round=contest_round)
    for n, person in enumerate(people):
        SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            score=20 if n < 6 else 15,
            elapsed_ms=300_000,
            prediction=GUESSES[n],
        )
    return contest_round


def _give_prizes(contest, first_round, people):
    of_round = prize_board(contest, first_round, name="Tuần", prizes=PRIZES[:1])
    taken_over(of_round)
    whole = prize_board(contest, name="Chung cuộc")
    overridden(whole, people[5], reason="Xin không nhận giải")
    taken_over(whole)
    taken_over(prize_board(contest, name="Bảng", division=people[7].division, prizes=PRIZES[:1]))
    criteria = [UnitCriterion.RATE, UnitCriterion.MEAN]
    units = prize_board(contest, name="Tập thể", criteria=criteria, min_percent=50)
    overridden(units, people[0].unit, units.prizes.first())
    taken_over(units)
