"""What there is to win, and who is to have it, on the pages of organisers and jury."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from contest.enums import BoardKind, UnitCriterion
from contest.models import Award, AwardOverride, LotDraw, Prize, PrizeBoard
from tests.factories import (
    NOON,
    ContestFactory,
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
SENT = {
    "name": "Cá nhân tuần 1",
    "kind": "individual",
    "round": "tuan-1",
    "prizes": "Giải Nhất; 1; 3.000.000\n\nGiải Nhì; 2; 2 000 000 đồng\nGiải Khuyến khích; 5",
}


@pytest.fixture(autouse=True)
def after_the_round():
    with time_machine.travel(OVER, tick=False):
        yield


@pytest.fixture
def contest():
    contest = ContestFactory(slug="cchc")
    RoundFactory(contest=contest, slug="tuan-1", name="Tuần 1")
    return contest


def sign_in(client, role):
    user = RoleGrantFactory(role=role).user
    client.force_login(user)
    return user


def organiser_page(contest):
    return reverse("contest:prize_board_list", args=[contest.slug])


def page(contest, name="jury_prizes"):
    return reverse(f"contest:{name}", args=[contest.slug])


def board_with(contest, *counts, **fields):
    usual = {"name": "Cá nhân", "round": contest.rounds.get()}
    board = PrizeBoard.objects.create(contest=contest, **(usual | fields))
    for position, count in enumerate(counts, start=1):
        name = f"Giải {position}"
        Prize.objects.create(board=board, position=position, name=name, count=count, amount=500_000)
    return board


def people(contest, *scores, **fields):
    found = []
    for index, score in enumerate(scores, start=1):
        person = ParticipantFactory(contest=contest, full_name=f"Người {index}", **fields)
        SubmittedAttemptFactory(round=contest.rounds.get(), participant=person, score=score)
        found.append(person)
    return found


# organisers ---------------------------------------------------------------------------------------


def test_an_organiser_writes_the_prizes_one_a_line(client, contest):
    sign_in(client, Role.ORGANISER)

    shown = client.post(organiser_page(contest), SENT, follow=True).content.decode()

    assert "Giải Nhất: 1 giải, 3.000.000 đồng" in shown
    rows = Prize.objects.order_by("position").values_list("name", "count", "amount")
    assert list(rows) == [
        ("Giải Nhất", 1, 3_000_000),
        ("Giải Nhì", 2, 2_000_000),
        ("Giải Khuyến khích", 5, 0),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Giải Nhất", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("Giải Nhất; một", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("Giải Nhất; 0; 5", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("; 1; 5", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("Giải Nhất; 1; -5", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("Giải Nhất; 1; 5; 6", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("Giải Nhất; 1; ٣", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("Giải Nhất; 99999", "Dòng 1 có số quá lớn."),
        ("x" * 81 + "; 1; 5", "Dòng 1 chưa rõ tên, số giải và trị giá."),
        ("A; 1\n" * 31, "Tối đa 30 loại giải."),
    ],
)
def test_prizes_that_are_not_clear_come_back_with_a_sentence(client, contest, line, sentence):
    sign_in(client, Role.ORGANISER)

    answered = client.post(organiser_page(contest), SENT | {"prizes": line})

    assert answered.status_code == 422
    assert sentence in answered.content.decode()
    assert not PrizeBoard.objects.exists()


def test_a_board_is_opened_changed_and_taken_away(client, contest):
    sign_in(client, Role.ORGANISER)
    client.post(organiser_page(contest), SENT)

    form = client.get(organiser_page(contest), {"sua": "1"}).content.decode()
    client.post(organiser_page(contest), SENT | {"sua": "1", "prizes": "Giải Nhất; 3"})

    assert "Giải Nhất; 1; 3000000" in form
    assert list(Prize.objects.values_list("name", "count")) == [("Giải Nhất", 3)]
    client.post(page(contest, "prize_board_delete"), {"sua": "1"})
    assert not PrizeBoard.objects.exists()


def test_a_collective_board_keeps_its_criteria(client, contest):
    sign_in(client, Role.ORGANISER)

    client.post(
        organiser_page(contest),
        SENT
        | {
            "kind": "collective",
            "criterion1": "rate",
            "criterion2": "mean",
            "min_percent": "50",
            "unit_kind": "commune",
        },
    )

    board = PrizeBoard.objects.get()
    assert (board.chain, board.min_percent) == ((UnitCriterion.RATE, UnitCriterion.MEAN), 50)


@pytest.mark.parametrize("percent", ["101", "-1", "x"])
def test_a_rate_above_one_hundred_is_refused(client, contest, percent):
    sign_in(client, Role.ORGANISER)
    sent = SENT | {"kind": "collective", "criterion1": "rate", "min_percent": percent}

    assert client.post(organiser_page(contest), sent).status_code == 422


def test_an_observer_reads_the_prizes_only(client, contest):
    board_with(contest, 1)
    sign_in(client, Role.OBSERVER)

    shown = client.get(organiser_page(contest)).content.decode()

    assert "Giải 1: 1 giải, 500.000 đồng" in shown
    assert "Lưu bảng giải" not in shown
    assert client.post(organiser_page(contest), SENT).status_code == 403


# the jury -----------------------------------------------------------------------------------------


def test_a_contest_without_prizes_says_so(client, contest):
    sign_in(client, Role.JURY)

    assert "Chưa có bảng giải nào" in client.get(page(contest)).content.decode()


def test_the_page_shows_the_proposal_with_what_it_rests_on(client, contest):
    people(contest, 20, 18, 12)
    board_with(contest, 1, 1)
    sign_in(client, Role.JURY)

    shown = client.get(page(contest)).content.decode()

    assert "Hơn người sau 2 điểm" in shown
    assert "20/20 điểm · 05:00,000 · nộp 12:05:00 15/09/2026" in shown
    assert "Danh sách dự bị" in shown
    assert "Xét lần lượt: điểm cao hơn" in shown
    assert "Hạng 3" in shown


def test_taking_over_and_deciding_otherwise(client, contest):
    a, b, _c = people(contest, 20, 18, 12)
    board_with(contest, 1)
    sign_in(client, Role.JURY)

    client.post(page(contest, "awards_take_over"), {"bang": "1"})
    assert Award.objects.get().participant == a
    sent = {"bang": "1", "winner": b.pk, "prize": "1", "reason": "Theo biên bản"}
    shown = client.post(page(contest, "award_override"), sent, follow=True).content.decode()

    assert "Theo quyết định của Ban giám khảo: Theo biên bản" in shown
    assert "khác với đề xuất hiện nay" in shown
    client.post(page(contest, "awards_take_over"), {"bang": "1"})
    assert Award.objects.get().participant == b
    override = AwardOverride.objects.get()
    client.post(page(contest, "override_lift"), {"bang": "1", "override": override.pk})
    client.post(page(contest, "awards_take_over"), {"bang": "1"})
    assert Award.objects.get().participant == a


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": ""}, "Vui lòng ghi lý do."),
        ({"winner": ""}, "Xin chọn người hoặc đơn vị."),
        ({"winner": "999999"}, "Không có người hoặc đơn vị này."),
        ({"prize": "9"}, "Hãy chọn"),
    ],
)
def test_an_override_that_is_not_clear_comes_back_with_a_sentence(
    client, contest, changed, sentence
):
    (a,) = people(contest, 20)
    board_with(contest, 1)
    sign_in(client, Role.JURY)
    sent = {"bang": "1", "winner": a.pk, "prize": "1", "reason": "Biên bản"}

    answered = client.post(page(contest, "award_override"), sent | changed)

    assert answered.status_code == 422
    assert sentence in answered.content.decode()
    assert not AwardOverride.objects.exists()


def test_a_tie_is_shown_and_taking_over_is_refused_with_a_sentence(client, contest):
    people(contest, 20, 20)
    board_with(contest, 1)
    sign_in(client, Role.JURY)

    shown = client.post(page(contest, "awards_take_over"), {"bang": "1"}, follow=True)

    assert "Đồng hạng, chờ quyết định" in shown.content.decode()
    assert "Ban giám khảo cần quyết định trước." in shown.content.decode()
    assert not Award.objects.exists()


def test_a_lot_is_announced_on_the_page_and_stands_there(client, contest):
    RankingRulesFactory(contest=contest, chain=["score", "lot"])
    people(contest, 20, 20)
    board_with(contest, 1)
    sign_in(client, Role.JURY)
    sent = {"bang": "1", "number": "58213", "source": "Xổ số ngày 15/9"}

    assert "Bốc thăm công khai" in client.get(page(contest)).content.decode()
    bad = client.post(page(contest, "lot_draw"), sent | {"number": ""})
    shown = client.post(page(contest, "lot_draw"), sent, follow=True).content.decode()

    assert bad.status_code == 422
    assert LotDraw.objects.get().number == "58213"
    assert "58213" in shown
    assert "Bốc thăm trước người sau" in shown
    assert "Bốc thăm công khai" not in shown


def test_the_right_number_is_counted_on_the_page_before_anything_is_taken_over(client, contest):
    RankingRulesFactory(contest=contest, chain=["score", "nearest"])
    PredictionQuestionFactory(round=contest.rounds.get())
    people(contest, 20)
    board_with(contest, 1)
    sign_in(client, Role.JURY)
    sent = {"bang": "1"}

    refused = client.post(page(contest, "awards_take_over"), sent, follow=True).content.decode()
    counted = client.post(page(contest, "prediction_count"), sent, follow=True).content.decode()
    client.post(page(contest, "awards_take_over"), sent)

    assert "Số đúng của câu dự đoán chưa được đếm hoặc cần đếm lại." in refused
    assert "Số đúng của câu dự đoán, Tuần 1: <b>1</b>" in counted
    assert Award.objects.count() == 1
    people(contest, 15)  # a paper that was opened once more since
    again = client.post(page(contest, "awards_take_over"), sent, follow=True).content.decode()
    assert "cần đếm lại" in again


def test_more_prizes_than_people_is_said(client, contest):
    people(contest, 20)
    board_with(contest, 1, 3)
    sign_in(client, Role.JURY)

    shown = client.get(page(contest)).content.decode()

    assert "Giải 2: còn 3 giải chưa có người đủ điều kiện nhận." in shown


def test_units_with_a_doubtful_headcount_are_said(client, contest):
    people(contest, 20, unit=UnitFactory(name="UBND xã An Hiệp", headcount=0))
    criteria = [UnitCriterion.RATE.value]
    board_with(contest, 1, kind=BoardKind.COLLECTIVE, criteria=criteria)
    sign_in(client, Role.JURY)

    shown = client.get(page(contest)).content.decode()

    assert "1 đơn vị có số người được giao cần kiểm tra" in shown
    assert "Số người được giao là 0; cần kiểm tra lại." in shown


@pytest.mark.parametrize("number", ["0", "2", "x", "1e9", "²"])
def test_a_board_that_is_not_there_is_404(client, contest, number):
    board_with(contest, 1)
    sign_in(client, Role.JURY)

    assert client.get(page(contest), {"bang": number}).status_code == 404
    sent = {"bang": number}
    assert client.post(page(contest, "awards_take_over"), sent).status_code == 404


@pytest.mark.parametrize("count", [2, 12])
def test_the_page_costs_the_same_for_two_people_and_for_twelve(
    client, contest, count, django_assert_max_num_queries
):
    people(contest, *range(count))
    board_with(contest, 1, 5)
    sign_in(client, Role.JURY)

    with django_assert_max_num_queries(18):
        client.get(page(contest))
