"""The organisers' page for the rules, and where everybody reads them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.models import PredictionQuestion, RankingRules, rules_of
from contest.rules.ranking_rules import USUAL, Rules
from tests.factories import (
    NOON,
    ContestFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db

USUAL_RULE = (
    "Mỗi người được tính lượt thi tốt nhất. Điểm và thời gian của các kỳ thi chính thức được cộng "
    "lại. Xét lần lượt: điểm cao hơn; thời gian làm bài ít hơn; nộp bài sớm hơn; vẫn bằng nhau thì "
    "đồng hạng."
)
SENT = {"attempts": "best", "rounds": "sum", "criterion2": "nearest", "criterion3": "earlier"}
ASKED = {"is_asked": "on", "subject": "all_correct", "unit": "persons", "scope": "division"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def contest():
    """Its only round opens in an hour."""
    contest = ContestFactory(slug="cchc")
    RoundFactory(
        contest=contest,
        slug="tuan-1",
        opens_at=NOON + timedelta(hours=1),
        closes_at=NOON + timedelta(hours=2),
    )
    return contest


@pytest.fixture
def organiser(client):
    user = RoleGrantFactory(role=Role.ORGANISER).user
    client.force_login(user)
    return user


def page(contest):
    return reverse("contest:ranking_rules", args=[contest.slug])


def prediction_page(contest):
    return reverse("contest:prediction_set", args=[contest.slug])


def prefixed(sent):
    return {"round": "tuan-1"} | {f"tuan-1-{name}": value for name, value in sent.items()}


def saved_rules(contest):
    return rules_of(type(contest).objects.get(pk=contest.pk))


def test_the_page_says_the_rule_in_one_sentence_after_the_other(client, organiser, contest):
    assert USUAL_RULE in client.get(page(contest)).content.decode()


def test_an_organiser_sets_the_chain_and_reads_it_everywhere(client, organiser, contest):
    answered = client.post(page(contest), SENT, follow=True)

    rule = "Xét lần lượt: điểm cao hơn; số dự đoán gần đúng hơn; nộp bài sớm hơn; vẫn bằng nhau"
    assert rule in answered.content.decode()
    assert "Đã lưu cách xếp hạng." in answered.content.decode()
    assert saved_rules(contest) == Rules(
        chain=(Criterion.SCORE, Criterion.NEAREST, Criterion.EARLIER)
    )
    addresses = [
        reverse("contest:contest_detail", args=[contest.slug]),
        reverse("contest:organiser_contest", args=[contest.slug]),
        reverse("leaderboard:board", args=[contest.slug]),
    ]
    for address in addresses:
        assert rule in client.get(address).content.decode()
    assert "Thứ hạng trên bảng là tạm thời" in client.get(addresses[2]).content.decode()


def test_sums_and_best_rounds_are_kept(client, organiser, contest):
    client.post(
        page(contest),
        {
            "attempts": "sum",
            "rounds": "best_rounds",
            "best_rounds": "3",
            "criterion3": "time_used",
            "one_prize_per_person": "on",
        },
    )

    assert saved_rules(contest) == Rules(
        chain=(Criterion.SCORE, Criterion.TIME_USED),
        attempts=AttemptPolicy.SUM,
        rounds=RoundsPolicy.BEST_ROUNDS,
        best_rounds=3,
    )
    assert RankingRules.objects.get().one_prize_per_person


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"criterion4": "nearest"}, "Mỗi tiêu chí chỉ được chọn một lần."),
        ({"criterion4": "nearest_below"}, "Chỉ chọn một trong hai cách so số dự đoán."),
        ({"criterion2": "lot"}, "Bốc thăm phải là tiêu chí cuối cùng."),
        ({"rounds": "best_rounds"}, "Xin ghi số kỳ tốt nhất được cộng, từ 1 trở lên."),
        ({"criterion2": "luck"}, "luck"),
        ({"attempts": ""}, "bắt buộc"),
    ],
)
def test_what_makes_no_sense_comes_back_with_a_sentence(
    client, organiser, contest, changed, sentence
):
    answered = client.post(page(contest), SENT | changed)

    assert answered.status_code == 422
    assert sentence in answered.content.decode()
    assert saved_rules(contest) == USUAL


def test_once_a_round_is_open_the_page_shows_and_takes_nothing(client, organiser):
    contest = RoundFactory(slug="tuan-1").contest

    shown = client.get(page(contest)).content.decode()
    answered = client.post(page(contest), SENT)
    client.post(prediction_page(contest), prefixed(ASKED))

    assert "không thay đổi được nữa" in shown
    assert "criterion2" not in shown
    assert answered.status_code == 409
    assert saved_rules(contest) == USUAL
    assert not PredictionQuestion.objects.exists()


def test_an_observer_reads_and_changes_nothing(client, contest):
    client.force_login(RoleGrantFactory(role=Role.OBSERVER).user)

    assert USUAL_RULE in client.get(page(contest)).content.decode()
    assert client.post(page(contest), SENT).status_code == 403
    assert saved_rules(contest) == USUAL


def test_a_prediction_is_asked_for_and_taken_away(client, organiser, contest):
    shown = client.post(prediction_page(contest), prefixed(ASKED), follow=True).content.decode()

    assert "trả lời đúng tất cả các câu hỏi trong bảng dự thi của mình ở kỳ thi này?" in shown
    question = PredictionQuestion.objects.get()
    assert (question.scope, question.is_required) == ("division", False)
    without = {name: value for name, value in ASKED.items() if name != "is_asked"}
    client.post(prediction_page(contest), prefixed(without))
    assert not PredictionQuestion.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"is_asked": "on"}, ASKED | {"unit": "cats"}])
def test_a_prediction_form_that_makes_no_sense_changes_nothing(client, organiser, contest, sent):
    answered = client.post(prediction_page(contest), prefixed(sent), follow=True)

    assert "Yêu cầu không hợp lệ." in answered.content.decode()
    assert not PredictionQuestion.objects.exists()


def test_a_prediction_of_no_round_changes_nothing(client, organiser, contest):
    answered = client.post(prediction_page(contest), {"round": "tuan-99"}, follow=True)

    assert "Không có kỳ thi này." in answered.content.decode()


def test_rounds_apart_have_no_common_board(client):
    contest_round = RoundFactory()
    RankingRulesFactory(contest=contest_round.contest, rounds=RoundsPolicy.SEPARATE)
    SubmittedAttemptFactory(round=contest_round)
    slug = contest_round.contest.slug

    common = client.get(reverse("leaderboard:board", args=[slug])).content.decode()
    own = client.get(reverse("leaderboard:round_board", args=[slug, contest_round.slug]))

    assert "Không có bảng xếp hạng chung" in common
    assert "Không có bảng xếp hạng chung" not in own.content.decode()
    assert "board-row" in own.content.decode()


def test_the_page_costs_the_same_for_one_round_and_for_three(
    client, organiser, contest, django_assert_max_num_queries
):
    for _more in range(2):
        PredictionQuestionFactory(round=RoundFactory(contest=contest))

    with django_assert_max_num_queries(12):
        client.get(page(contest))
