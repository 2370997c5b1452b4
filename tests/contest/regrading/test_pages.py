"""The jury's way through the pages, without JavaScript."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from contest.models import Attempt, Decision
from contest.regrading.background import Working, working_on
from tests.contest.papers import playable_round, right_response, started_attempt
from tests.contest.regrading.test_applying import answered, question_of, results
from tests.factories import NOON, RoleGrantFactory

pytestmark = pytest.mark.django_db(transaction=True)

AFTER = NOON + timedelta(hours=3)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AFTER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def contest_round():
    contest_round = playable_round()
    answered(contest_round, right_response)
    answered(contest_round, lambda _answer: "")
    return contest_round


@pytest.fixture
def jury(client):
    user = RoleGrantFactory(role=Role.JURY).user
    client.force_login(user)
    return user


def address(name, contest_round, *rest):
    return reverse(f"contest:{name}", args=[contest_round.contest.slug, *rest])


def wait_for_work():
    for thread in threading.enumerate():
        if thread.name == "regrade":
            thread.join(timeout=20)
            assert not thread.is_alive()


def previewed(client, contest_round, **sent):
    """The preview's address and its page, once it has been reckoned."""
    code = question_of(contest_round).code
    asked = {"kind": "void", "rounds": contest_round.slug, "winners": "10"} | sent
    here = address("regrade_preview", contest_round, code)
    client.get(here, asked)
    wait_for_work()
    response = client.get(here, asked)
    return response.wsgi_request.get_full_path(), response


def test_from_the_search_to_the_result_and_back(client, jury, contest_round):
    question = question_of(contest_round)
    found = client.get(address("regrade_list", contest_round), {"tim": question.code})
    question_page = address("regrade_question", contest_round, question.code)
    assert question_page in found.content.decode()
    assert "Câu hỏi như trong đề" in client.get(question_page).content.decode()

    here, preview = previewed(client, contest_round)
    seen = re.search(r'name="seen" value="(\d+)"', preview.content.decode())[1]
    sent = client.post(here, {"seen": seen, "reason": "Câu hỏi có hai đáp án đúng"})
    assert sent["Location"] == address("regrade_list", contest_round)
    wait_for_work()

    assert results(contest_round) == [(2, 2, 2), (0, 2, 0)]
    detail = address("regrade_detail", contest_round, 1)
    assert detail in client.get(sent["Location"]).content.decode()
    shown = client.get(detail).content.decode()
    assert "Câu hỏi có hai đáp án đúng" in shown
    assert "3 / 3" in shown

    client.post(detail, {"reason": "Xem lại"})
    wait_for_work()
    assert results(contest_round) == [(3, 3, 3), (0, 3, 0)]
    assert "Đã hủy (số 2)" in client.get(sent["Location"]).content.decode()


def test_before_the_round_is_over_there_is_a_sentence_and_no_key(
    client, jury, contest_round, clock
):
    clock.move_to(contest_round.over_at)
    code = question_of(contest_round).code

    for name in ("regrade_question", "regrade_preview"):
        text = client.get(address(name, contest_round, code)).content.decode()
        assert "Trước khi kỳ thi kết thúc hẳn" in text
        assert "Phương án 1" not in text
        assert "Đáp án</span>" not in text


def test_a_proposal_that_says_nothing_is_shown_again(client, jury, contest_round):
    code = question_of(contest_round).code
    here = address("regrade_preview", contest_round, code)

    for sent in ({}, {"kind": "correct", "rounds": contest_round.slug, "winners": "1"}):
        response = client.get(here, sent)
        assert response.status_code == 422
    assert "Xin chọn ít nhất một phương án đúng." in response.content.decode()


def test_without_a_reason_nothing_is_done(client, jury, contest_round):
    here, _preview = previewed(client, contest_round)

    response = client.post(here, {"seen": "0", "reason": " "})

    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_what_was_looked_at_before_another_decision_is_refused_with_a_sentence(
    client, jury, contest_round
):
    here, _preview = previewed(client, contest_round)
    client.post(here, {"seen": "0", "reason": "Sai"})
    wait_for_work()
    client.post(here, {"seen": "0", "reason": "Sai"})
    wait_for_work()

    shown = client.get(address("regrade_list", contest_round)).content.decode()

    assert "Đã có quyết định khác từ khi Anh/Chị xem trước" in shown
    assert Decision.objects.count() == 1


def test_progress_is_shown_while_it_works_and_nobody_begins_a_second(client, jury, contest_round):
    here, _preview = previewed(client, contest_round)
    cache.set(f"regrading:{contest_round.contest_id}", Working(3, 8))

    sent = client.post(here, {"seen": "0", "reason": "Sai"}, follow=True)

    assert "3 / 8" in sent.content.decode()
    assert "Đang chấm lại một câu hỏi của hội thi này" in sent.content.decode()
    assert working_on(contest_round.contest) == Working(3, 8)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_constant_number_of_queries(
    client, jury, contest_round, count, django_assert_num_queries
):
    for number in range(count):
        here, _preview = previewed(client, contest_round, kind="full_points")
        client.post(here, {"seen": str(number), "reason": "Sai"})
        wait_for_work()
    client.get(address("regrade_list", contest_round))

    with django_assert_num_queries(8):
        client.get(address("regrade_list", contest_round))


def test_the_participant_reads_it_on_the_receipt_and_in_the_review(client, jury, contest_round):
    here, _preview = previewed(client, contest_round)
    client.post(here, {"seen": "0", "reason": "Sai"})
    wait_for_work()
    attempt = Attempt.objects.order_by("pk").first()
    client.force_login(attempt.participant.user)

    for name in ("receipt", "attempt_review"):
        shown = client.get(reverse(f"contest:{name}", args=[attempt.receipt_code])).content.decode()
        assert "đã bị hủy và không tính điểm (quyết định số 1)" in shown
        assert "Điểm: 3/3 → 2/2." in shown
    assert "Câu này đã bị hủy, không tính điểm" in shown


def test_a_question_of_another_contest_is_not_there(client, jury, contest_round):
    other = playable_round()
    started_attempt(contest_round=other)

    here = address("regrade_question", contest_round, question_of(other).code)

    assert client.get(here).status_code == 404
