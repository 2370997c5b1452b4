"""Whatever a result follows from: changed behind a seal, it stops the next signature."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils.translation import override

from accounts.enums import Role
from contest.enums import UnitCriterion
from contest.errors import ContestError
from contest.models import Award, Contest, PredictionTruth, ResultVersion, UnitHeadcount
from contest.sealing.facts import basis
from contest.sealing.sealing import confirm, is_stale, publish, seal
from contest.services.awarding import (
    delete_prize_board,
    lift_override,
    take_over,
)
from contest.services.predicting import settle_predictions
from contest.services.ruling import draw_lot
from tests.contest.sealing.results import (
    AFTER,
    PRIZES,
    closed_round,
    file_of,
    juror,
    overridden,
    prize_board,
    published,
    sealed,
    sealed_contest,
    settled_contest,
    taken_over,
)
from tests.factories import (
    DivisionFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db


def refusal(deed, **arguments):
    with pytest.raises(ContestError) as refused:
        deed(**arguments)
    return refused.value.code


def confirmation(version):
    """How it ends: the state, or the code of the refusal."""
    try:
        return confirm(version_id=version.pk, actor=juror(), at=AFTER).state
    except ContestError as refused:
        return refused.code


def first_person(contest_round):
    return contest_round.attempts.order_by("-score").first().participant


def round_with_prizes(**fields):
    """A round with a board of people that was taken over, and the board."""
    contest_round = closed_round(**fields)
    board = prize_board(contest_round.contest, contest_round)
    taken_over(board)
    return contest_round, board


# Each change of its own ---------------------------------------------------------------------------


def an_override(contest_round, board):
    overridden(board, first_person(contest_round))


def an_override_lifted(contest_round, board):
    override = board.overrides.get()
    lift_override(override_id=override.pk, contest_id=board.contest_id, actor=juror(), at=AFTER)


def a_reserve_moving_up(contest_round, board):
    winner = Award.objects.filter(prize__board=board).first().participant
    overridden(board, winner, reason="Xin rút")
    taken_over(board)


def a_prize_board_more(contest_round, board):
    prize_board(contest_round.contest, contest_round, name="Thêm")


def a_prize_board_less(contest_round, board):
    spare = contest_round.contest.prize_boards.get(name="Dự phòng")
    actor = RoleGrantFactory(role=Role.ORGANISER).user
    delete_prize_board(board_id=spare.pk, contest_id=board.contest_id, actor=actor, at=AFTER)


def a_lot(contest_round, board):
    draw_lot(
        contest_id=board.contest_id,
        round_id=contest_round.pk,
        number="7",
        source="XSMT",
        actor=juror(),
        at=AFTER,
    )


def a_right_number(contest_round, board):
    PredictionTruth.objects.create(round=contest_round, value=99, counted_at=AFTER, settings={})


def a_headcount(contest_round, board):
    unit = first_person(contest_round).unit
    UnitHeadcount.objects.create(contest=board.contest, unit=unit, headcount=77)


def another_way_to_show_names(contest_round, board):
    Contest.objects.update(name_display="hidden")


def a_division_changed(contest_round, board):
    person = first_person(contest_round)
    person.division = DivisionFactory(contest=board.contest)
    person.save()


def points_changed(contest_round, board):
    attempt = contest_round.attempts.first()
    attempt.score -= 1
    attempt.save()


CHANGES = [
    an_override,
    an_override_lifted,
    a_reserve_moving_up,
    a_prize_board_more,
    a_prize_board_less,
    a_lot,
    a_right_number,
    a_headcount,
    another_way_to_show_names,
    a_division_changed,
    points_changed,
]


@pytest.fixture
def busy_round():
    """Everything that may change behind the seal."""
    contest_round = RoundFactory()
    contest = contest_round.contest
    RankingRulesFactory(contest=contest, chain=["score", "time_used", "lot"])
    closed_round_people(contest_round)
    board = prize_board(contest, contest_round)
    overridden(board, first_person(contest_round), reason="Xin không nhận giải")
    taken_over(board)
    prize_board(contest, contest_round, name="Dự phòng")
    criteria = [UnitCriterion.PARTICIPANTS, UnitCriterion.RATE]
    prize_board(contest, contest_round, name="Tập thể", criteria=criteria)
    return contest_round, board


def closed_round_people(contest_round, scores=(18, 20, 15, 12)):
    for place, score in enumerate(scores):
        SubmittedAttemptFactory(
            round=contest_round, score=score, elapsed_ms=600_000 - place * 5_000
        )


@pytest.mark.parametrize("change", CHANGES, ids=lambda it: it.__name__)
def test_what_changes_behind_a_seal_stops_its_confirmation(busy_round, change):
    version = sealed(busy_round[0])

    change(*busy_round)

    assert confirmation(version) == "stale"


@pytest.mark.parametrize("change", CHANGES, ids=lambda it: it.__name__)
def test_what_changes_behind_a_confirmation_stops_the_publication(busy_round, change):
    version = sealed(busy_round[0])
    assert confirmation(version) == "confirmed"

    change(*busy_round)

    assert refusal(publish, version_id=version.pk, actor=juror(), at=AFTER) == "stale"


def test_where_nothing_changes_a_seal_stays_good(busy_round):
    version = sealed(busy_round[0])

    assert confirmation(version) == "confirmed"
    assert publish(version_id=version.pk, actor=juror(), at=AFTER).state == "published"


def test_the_same_list_taken_over_again_changes_nothing(busy_round):
    contest_round, board = busy_round
    version = sealed(contest_round)

    taken_over(board)

    assert confirmation(version) == "confirmed"


def test_another_rounds_prizes_do_not_touch_a_round(busy_round):
    contest_round, _board = busy_round
    version = sealed(contest_round)
    other = closed_round(contest=contest_round.contest)

    taken_over(prize_board(other.contest, other))

    assert confirmation(version) == "confirmed"


def test_with_one_prize_a_person_another_rounds_prizes_do():
    contest = settled_contest()
    first, second = contest.rounds.all()
    version = sealed(first)

    taken_over(prize_board(contest, second, prizes=PRIZES[:1]))

    assert confirmation(version) == "stale"


def test_a_published_result_stays_as_it_was_until_the_next_version(busy_round):
    contest_round, board = busy_round
    first = published(sealed(contest_round))
    before = file_of(first)

    lift_override(
        override_id=board.overrides.get().pk, contest_id=board.contest_id, actor=juror(), at=AFTER
    )
    taken_over(board)

    assert file_of(first) == before
    second = published(sealed(contest_round))
    [old, new] = [file_of(it)["prizes"]["giai/1"] for it in (first, second)]
    assert [row["row"] for row in old if row["what"] == "award"] == [2, 3]
    assert [row["row"] for row in new if row["what"] == "award"] == [1, 2]


def test_a_seal_of_an_older_format_is_sealed_anew(busy_round):
    version = sealed(busy_round[0])
    version.content["format"] = "ket-qua-hoi-thi/1"

    assert is_stale(version)


# Refusals of the seal itself ----------------------------------------------------------------------


def test_awards_that_do_not_follow_any_more_are_not_sealed():
    contest_round, board = round_with_prizes()
    overridden(board, first_person(contest_round))

    with pytest.raises(ContestError) as refused:
        sealed(contest_round)

    assert refused.value.code == "awards_outdated"
    assert "“Cá nhân”" in refused.value.message
    taken_over(board)
    assert sealed(contest_round).number == 1


def test_a_board_that_was_not_taken_over_is_sealed_without_awards():
    contest_round = closed_round()
    prize_board(contest_round.contest, contest_round)

    version = sealed(contest_round)

    [told] = version.content["prizes"]
    assert (told["taken_over"], told["count"]) == (False, 0)


def test_nothing_is_sealed_before_the_right_number_is_counted():
    contest_round = RoundFactory()
    PredictionQuestionFactory(round=contest_round)
    closed_round_people(contest_round)

    assert refusal(sealed, contest_round=contest_round) == "prediction_open"
    settle_predictions(round_id=contest_round.pk, at=AFTER)
    [row] = file_of(sealed(contest_round))["predictions"]
    assert (row["round"], row["division"], row["value"]) == (contest_round.slug, "", 4)


def test_the_sentences_in_a_seal_are_vietnamese_whoever_seals(busy_round):
    contest_round, _board = busy_round
    with override("en"):
        version = sealed(contest_round)

    assert version.content["boards"][0]["rules_text"].startswith("Mỗi người được tính")


def test_rounds_that_are_ranked_apart_have_no_board_of_the_whole():
    contest_round = RoundFactory()
    RankingRulesFactory(contest=contest_round.contest, rounds="separate")
    closed_round_people(contest_round)
    units = prize_board(contest_round.contest, criteria=[UnitCriterion.PARTICIPANTS])

    file = file_of(sealed_contest(units.contest))

    assert list(file["boards"]) == [f"ky/{contest_round.slug}"]
    assert len(file["units"]["giai/1"]) == 4


def test_what_a_result_follows_from_is_read_in_a_constant_number_of_queries(
    busy_round, django_assert_num_queries
):
    contest_round, _board = busy_round
    with django_assert_num_queries(14) as few:
        basis(contest_round.contest, contest_round)
    closed_round_people(contest_round, scores=range(1, 12))

    with django_assert_num_queries(len(few)):
        basis(contest_round.contest, contest_round)


WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"  # a transaction sees it as it is

# At the same moment -------------------------------------------------------------------------------


def at_once(*deeds):
    """What became of each: what it returned, or the code of the refusal."""
    barrier, outcomes = Barrier(len(deeds)), {}

    def run(deed):
        barrier.wait()
        try:
            outcomes[deed] = deed()
        except ContestError as refused:
            outcomes[deed] = refused.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes[deed] for deed in deeds]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(4))
def test_an_override_lands_before_a_seal_or_stops_its_confirmation(_time):
    contest_round, board = round_with_prizes()
    person = first_person(contest_round)

    version, _override = at_once(lambda: sealed(contest_round), lambda: overridden(board, person))

    if version == "awards_outdated":  # the override came first
        assert not ResultVersion.objects.exists()
    else:
        assert file_of(version)["prizes"]["giai/1"][0]["open"]["winner"] == person.pk
        assert confirmation(version) == "stale"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(4))
def test_awards_taken_over_meanwhile_are_in_the_seal_or_stop_its_confirmation(_time):
    contest_round = closed_round()
    board = prize_board(contest_round.contest, contest_round)
    jury = juror()

    version, _awards = at_once(
        lambda: sealed(contest_round),
        lambda: take_over(board_id=board.pk, actor=jury, at=AFTER),
    )

    is_in_it = version.content["prizes"][0]["taken_over"]
    assert confirmation(version) == ("confirmed" if is_in_it else "stale")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(4))
def test_an_override_lands_before_a_confirmation_or_after_it(_time):
    contest_round, board = round_with_prizes()
    version = sealed(contest_round)
    person, second = first_person(contest_round), juror()

    outcome, _override = at_once(
        lambda: confirm(version_id=version.pk, actor=second, at=AFTER).state,
        lambda: overridden(board, person),
    )

    assert outcome in {"confirmed", "stale"}
    later = AFTER + timedelta(minutes=1)
    if outcome == "confirmed":
        assert refusal(publish, version_id=version.pk, actor=second, at=later) == "stale"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_is_counted_while_a_round_is_being_sealed():
    """The right number in the standings is the one in its own section."""
    contest_round = RoundFactory()
    RankingRulesFactory(contest=contest_round.contest, chain=["score", "nearest"])
    PredictionQuestionFactory(round=contest_round)
    closed_round_people(contest_round)
    settle_predictions(round_id=contest_round.pk, at=AFTER)
    heard = []

    def waiting():
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            return cursor.fetchone()[0] > 0

    def count(_done):
        worker = Thread(target=settle)
        worker.start()
        while worker.is_alive() and not waiting():
            pass
        heard.append((worker, worker.is_alive()))

    def settle():
        try:
            settle_predictions(round_id=contest_round.pk, at=AFTER)
        finally:
            connection.close()

    seal(
        contest_id=contest_round.contest_id,
        contest_round=contest_round,
        actor=juror(),
        at=AFTER,
        progress=count,
    )

    [(worker, was_waiting)] = heard
    worker.join()
    assert was_waiting
