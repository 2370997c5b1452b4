from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import (
    AttemptPolicy,
    Criterion,
    PredictionScope,
    PredictionSubject,
    PredictionUnit,
    RoundKind,
    RoundsPolicy,
)
from contest.errors import ContestError
from contest.models import LotDraw, PredictionQuestion, RankingRules, rules_of
from contest.rules.ranking_rules import KNOWN_AT_ONCE, USUAL, Rules
from contest.services.ruling import Asked, draw_lot, set_prediction, set_ranking_rules
from tests.factories import (
    NOON,
    AttemptFactory,
    ContestFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
SUMS = Rules(
    chain=(Criterion.SCORE, Criterion.NEAREST, Criterion.EARLIER),
    attempts=AttemptPolicy.SUM,
    rounds=RoundsPolicy.BEST_ROUNDS,
    best_rounds=2,
)
ASKED = Asked(
    subject=PredictionSubject.ALL_CORRECT,
    scope=PredictionScope.DIVISION,
    unit=PredictionUnit.ATTEMPTS,
    leaves_out_struck=True,
    is_required=False,
)


def rule(contest, rules=SUMS, *, role=Role.ORGANISER, at=NOON, one=False):
    return set_ranking_rules(
        contest_id=contest.pk,
        rules=rules,
        one_prize_per_person=one,
        actor=RoleGrantFactory(role=role).user,
        at=at,
    )


def ask(contest_round, asked=ASKED, *, role=Role.ORGANISER, at=NOON):
    actor = RoleGrantFactory(role=role).user
    return set_prediction(round_id=contest_round.pk, asked=asked, actor=actor, at=at)


def test_a_contest_without_rules_ranks_as_usual():
    assert rules_of(ContestFactory()) == USUAL


def test_rules_are_kept_and_recorded_with_what_they_were():
    contest = ContestFactory(slug="cchc")
    RoundFactory(contest=contest, opens_at=NOON + SECOND)

    rule(contest)
    rule(contest, Rules(chain=(Criterion.SCORE,)), one=True)

    contest.refresh_from_db()
    assert rules_of(contest) == Rules(chain=(Criterion.SCORE,))
    first, second = AuditEntry.objects.order_by("pk")
    assert (first.action, first.target, first.before) == ("contest.ranking", "contest:cchc", {})
    assert second.before == first.after
    assert first.after == {
        "chain": ["score", "nearest", "earlier"],
        "attempts": "sum",
        "rounds": "best_rounds",
        "best_rounds": 2,
        "one_prize_per_person": False,
    }


def test_the_same_rules_once_more_are_not_recorded():
    contest = ContestFactory()

    rule(contest)
    rule(contest)

    assert (RankingRules.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(("opens_in", "is_frozen"), [(SECOND, False), (-SECOND, True), (0, True)])
def test_rules_are_frozen_from_the_instant_an_official_round_opens(opens_in, is_frozen):
    contest = ContestFactory()
    RoundFactory(contest=contest, opens_at=NOON + (opens_in or timedelta(0)))

    if is_frozen:
        with pytest.raises(ContestError) as refused:
            rule(contest)
        assert refused.value.code == "rules_frozen"
    else:
        rule(contest)

    assert RankingRules.objects.exists() is not is_frozen


def test_a_practice_round_freezes_nothing():
    contest = ContestFactory()
    RoundFactory(contest=contest, kind=RoundKind.PRACTICE)

    rule(contest)

    contest.refresh_from_db()
    assert rules_of(contest) == SUMS


def test_rules_that_say_nothing_clear_are_refused_with_a_sentence():
    with pytest.raises(ContestError) as refused:
        rule(ContestFactory(), Rules(chain=(Criterion.LOT, Criterion.SCORE)))

    assert (refused.value.code, refused.value.status) == ("score_first", 422)
    assert str(refused.value.message) == "Điểm phải là tiêu chí đầu tiên."


@pytest.mark.parametrize("role", [Role.JURY, Role.OBSERVER, Role.AUTHOR])
def test_only_organisers_set_rules(role):
    with pytest.raises(ContestError) as refused:
        rule(ContestFactory(), role=role)
    assert refused.value.code == "not_allowed"
    with pytest.raises(ContestError) as refused:
        ask(RoundFactory(), role=role)
    assert refused.value.code == "not_allowed"


def test_a_prediction_is_asked_changed_and_taken_away():
    contest_round = RoundFactory(opens_at=NOON + SECOND)

    assert ask(contest_round).settings()["subject"] == "all_correct"
    ask(contest_round)  # the same: not recorded
    assert ask(contest_round, None) is None

    assert not PredictionQuestion.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["round.prediction"] * 2


def test_a_prediction_is_frozen_once_its_round_has_opened():
    contest_round = RoundFactory(opens_at=NOON)

    with pytest.raises(ContestError) as refused:
        ask(contest_round)

    assert refused.value.code == "prediction_frozen"


WITH_LOT = [criterion.value for criterion in (*KNOWN_AT_ONCE, Criterion.LOT)]
OVER = NOON + timedelta(hours=2)


def draw(contest_round, *, role=Role.JURY, at=OVER, number="58213", source="XSMT 20/9/2026"):
    return draw_lot(
        contest_id=contest_round.contest_id,
        round_id=contest_round.pk,
        number=number,
        source=source,
        actor=RoleGrantFactory(role=role).user,
        at=at,
    )


@pytest.fixture
def lot_round():
    contest_round = RoundFactory()
    RankingRulesFactory(contest=contest_round.contest, chain=WITH_LOT)
    return contest_round


def test_a_lot_is_drawn_once_and_recorded(lot_round):
    drawn = draw(lot_round)

    assert (drawn.number, drawn.announced_at) == ("58213", OVER)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("contest.lot", "XSMT 20/9/2026")
    with pytest.raises(ContestError) as refused:
        draw(lot_round, number="1")
    assert refused.value.code == "drawn_already"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"role": Role.ORGANISER}, "not_allowed"),
        ({"at": NOON}, "not_over"),
        ({"number": "12a"}, "bad_number"),
        ({"number": ""}, "bad_number"),
        ({"number": "٣"}, "bad_number"),
        ({"source": " "}, "source_missing"),
    ],
)
def test_a_lot_that_nobody_could_check_is_refused(lot_round, changed, code):
    with pytest.raises(ContestError) as refused:
        draw(lot_round, **changed)

    assert refused.value.code == code
    assert not LotDraw.objects.exists()


def test_no_lot_is_drawn_that_the_rules_do_not_ask_for():
    with pytest.raises(ContestError) as refused:
        draw(RoundFactory())

    assert refused.value.code == "no_lot"


def test_the_database_keeps_an_announced_number(lot_round):
    drawn = draw(lot_round)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LotDraw.objects.filter(pk=drawn.pk).update(number="1")


@pytest.mark.postgres
def test_the_database_keeps_rules_once_somebody_has_started():
    rules = RankingRulesFactory()
    contest_round = RoundFactory(contest=rules.contest)
    question = PredictionQuestionFactory(round=contest_round)
    rules.save()
    question.save()
    AttemptFactory(round=contest_round)

    for row in (rules, question):
        with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
            row.save()
        with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
            row.delete()
    other = AttemptFactory().round
    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
        RankingRulesFactory(contest=other.contest)
    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
        PredictionQuestionFactory(round=other)
