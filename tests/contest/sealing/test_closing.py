"""The jury's checklist, and the page on which its last steps are taken."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from contest.complaints.filing import file_complaint
from contest.enums import ResultState, ScanState
from contest.models import IntegrityCluster, IntegrityScan, ResultVersion
from contest.sealing import background
from contest.sealing.background import begin_sealing, progress_of
from contest.sealing.checklist import Mark, closing
from contest.services.deciding import disqualify
from contest.services.predicting import settle_predictions
from tests.contest.sealing import results
from tests.contest.sealing.results import (
    AFTER,
    juror,
    prize_board,
    published,
    sealed,
    taken_over,
)
from tests.factories import (
    NOON,
    AttemptFactory,
    PredictionQuestionFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afterwards():
    with time_machine.travel(AFTER, tick=False):
        yield


def closed_round(**fields):
    """As ever, and looked through afterwards."""
    contest_round = results.closed_round(**fields)
    IntegrityScan.objects.get_or_create(
        contest=contest_round.contest,
        started_at=AFTER,
        defaults={"told_at": AFTER, "finished_at": AFTER, "state": ScanState.DONE},
    )
    return contest_round


def marks(contest_round, *, at=AFTER):
    steps = closing(contest_round.contest, contest_round, at=at).steps
    return [step.mark.value for step in steps]


ALL_DONE = ["done"] * 8


def test_a_round_that_is_over_and_quiet_may_be_sealed():
    contest_round = closed_round()

    assert marks(contest_round) == ALL_DONE
    assert closing(contest_round.contest, contest_round, at=AFTER).may_seal


def test_a_round_under_way_stops_the_seal():
    assert marks(closed_round(), at=NOON) == ["stop", *ALL_DONE[1:]]


def test_a_running_attempt_stops_the_seal():
    contest_round = closed_round()
    AttemptFactory(round=contest_round)

    assert marks(contest_round) == ["done", "stop", *ALL_DONE[2:]]


def test_a_round_without_attempts_stops_the_seal():
    assert marks(RoundFactory())[1] == "stop"


def test_open_clusters_and_complaints_are_warnings():
    contest_round = closed_round()
    contest = contest_round.contest
    IntegrityCluster.objects.create(contest=contest, key="k", severity=0.5, found_at=AFTER)
    attempt = contest_round.attempts.first()
    file_complaint(attempt=attempt, position=None, text="Sai", at=AFTER)

    assert marks(contest_round)[4:6] == ["warning", "warning"]
    assert closing(contest, contest_round, at=AFTER).may_seal


def test_open_complaints_stop_the_seal_where_the_contest_says_so():
    contest_round = closed_round(contest__seal_waits_for_complaints=True)
    file_complaint(attempt=contest_round.attempts.first(), position=None, text="Sai", at=AFTER)

    assert marks(contest_round)[5] == "stop"


def test_ties_among_the_first_are_named():
    contest_round = RoundFactory()
    tied = closed_round(scores=(10,), contest=contest_round.contest)
    attempt = tied.attempts.get()
    AttemptFactory._meta.model.objects.filter(pk=attempt.pk).update(elapsed_ms=1000)
    other = closed_round(scores=(10,), contest=tied.contest).attempts.get()
    other.round, other.elapsed_ms = tied, 1000
    other.save()

    step = closing(tied.contest, tied, at=AFTER).steps[6]

    assert step.mark is Mark.WARNING
    assert "hạng 1: 2 người" in step.text


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({}, "done"),
        ({"started_at": NOON}, "warning"),  # people went on
        ({"state": ScanState.FAILED}, "warning"),
    ],
)
def test_an_empty_queue_says_something_only_of_a_round_that_was_looked_through(changed, mark):
    contest_round = closed_round()
    IntegrityScan.objects.update(**changed)

    assert marks(contest_round)[4] == mark


def step_of(contest_round, place):
    step = closing(contest_round.contest, contest_round, at=AFTER).steps[place]
    return step.mark.value, step.text


def test_a_right_number_that_was_not_counted_stops_the_seal():
    contest_round = RoundFactory()
    question = PredictionQuestionFactory(round=contest_round)
    SubmittedAttemptFactory.create_batch(3, round=contest_round)

    assert step_of(contest_round, 2) == (
        "stop",
        f"Chưa đếm hoặc cần đếm lại: {contest_round.name}.",
    )
    settle_predictions(round_id=question.round_id, at=AFTER)
    assert step_of(contest_round, 2) == ("done", f"Đã đếm: {contest_round.name}: 3.")


def test_prizes_that_were_not_taken_down_or_may_be_out_of_date_are_named():
    contest_round = closed_round()
    board = prize_board(contest_round.contest, contest_round)
    assert step_of(contest_round, 7) == ("warning", "Chưa ghi nhận: Cá nhân.")

    taken_over(board)
    assert step_of(contest_round, 7) == ("done", "Mọi bảng giải đã được ghi nhận.")

    person = contest_round.attempts.first().participant
    later = AFTER + timedelta(minutes=1)
    disqualify(participant=person, reason="Thi hộ", actor=juror(), at=later)
    assert step_of(contest_round, 7) == (
        "warning",
        "Đã có quyết định mới sau khi ghi nhận, xin xem lại: Cá nhân.",
    )


def test_a_pending_seal_is_no_time_for_another():
    contest_round = closed_round()
    version = sealed(contest_round)

    state = closing(contest_round.contest, contest_round, at=AFTER)

    assert (state.version, state.may_seal) == (version, False)


def test_a_published_version_leaves_room_for_the_next():
    contest_round = closed_round()
    version = published(sealed(contest_round))

    state = closing(contest_round.contest, contest_round, at=AFTER)

    assert (state.version, state.may_seal) == (version, True)


# The page ---------------------------------------------------------------------------------------


def address(name, contest_round, *more):
    return reverse(f"contest:{name}", args=[contest_round.contest.slug, *more])


def page(client, contest_round):
    url = f"{address('contest_closing', contest_round)}?ky={contest_round.slug}"
    return client.get(url).content.decode()


def test_two_jurors_lead_a_round_to_its_publication(client):
    contest_round = closed_round()
    first, second = juror(), juror()
    client.force_login(first)
    assert "Niêm phong kết quả" in page(client, contest_round)
    client.post(address("result_seal", contest_round), {"ky": contest_round.slug})
    assert "cần một thành viên khác" in page(client, contest_round)

    client.force_login(second)
    assert "Xác nhận kết quả" in page(client, contest_round)
    client.post(address("result_confirm", contest_round, 1))
    assert "Công bố kết quả" in page(client, contest_round)
    client.post(address("result_publish", contest_round, 1))

    version = ResultVersion.objects.get()
    assert (version.state, version.sealed_by, version.confirmed_by) == (
        ResultState.PUBLISHED,
        first,
        second,
    )
    assert version.digest in page(client, contest_round)


def test_the_sealer_who_confirms_all_the_same_is_refused(client):
    contest_round = closed_round()
    actor = juror()
    sealed(contest_round, actor=actor)
    client.force_login(actor)

    response = client.post(address("result_confirm", contest_round, 1), follow=True)

    assert "không được tự xác nhận" in response.content.decode()
    assert ResultVersion.objects.get().state == ResultState.SEALED


def test_a_refused_seal_says_why(client):
    contest_round = closed_round()
    AttemptFactory(round=contest_round)
    client.force_login(juror())

    response = client.post(
        address("result_seal", contest_round), {"ky": contest_round.slug}, follow=True
    )

    assert "Còn lượt thi chưa kết thúc" in response.content.decode()


def test_what_was_decided_since_is_shown_before_anybody_signs(client):
    contest_round = closed_round()
    sealed(contest_round)
    person = contest_round.attempts.first().participant
    disqualify(participant=person, reason="Thi hộ", actor=juror(), at=AFTER)
    client.force_login(juror())

    shown = page(client, contest_round)

    assert "đã có thay đổi: quyết định" in shown
    assert "Xác nhận kết quả" not in shown


def test_withdrawal_wants_its_reason_in_the_form(client):
    contest_round = closed_round()
    sealed(contest_round)
    client.force_login(juror())

    client.post(address("result_withdraw", contest_round, 1), {"reason": " "})
    assert ResultVersion.objects.get().state == ResultState.SEALED
    client.post(address("result_withdraw", contest_round, 1), {"reason": "Sai tên"})
    assert ResultVersion.objects.get().state == ResultState.WITHDRAWN
    assert "Sai tên" in page(client, contest_round)


def test_an_observer_reads_and_does_nothing(client):
    contest_round = closed_round()
    client.force_login(RoleGrantFactory(role=Role.OBSERVER).user)

    assert "<form" not in page(client, contest_round).partition("<main")[2]


def test_an_unknown_round_is_404(client):
    contest_round = closed_round()
    client.force_login(juror())

    assert client.get(address("contest_closing", contest_round) + "?ky=la").status_code == 404


@pytest.mark.parametrize("rounds", [1, 4])
def test_the_page_of_a_round_takes_a_constant_number_of_queries(
    client, django_assert_num_queries, rounds
):
    contest_round = closed_round(scores=[10] * rounds)
    for _round in range(rounds - 1):
        closed_round(contest=contest_round.contest)
    sealed(contest_round)
    client.force_login(juror())
    page(client, contest_round)

    with django_assert_num_queries(36, exact=False):
        page(client, contest_round)


# In the background ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_large_result_is_sealed_behind_the_page(monkeypatch):
    monkeypatch.setattr(background, "AT_ONCE", 2)
    contest_round = closed_round(scores=(1, 2, 3))

    done = begin_sealing(contest_round.contest, contest_round, actor=juror(), at=AFTER)
    [work] = [it for it in threading.enumerate() if it.name == "sealing"]
    work.join()

    assert not done
    assert progress_of(contest_round.contest, contest_round) is None
    assert ResultVersion.objects.get().content["attempts"]["count"] == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_work_that_fails_says_so_and_can_be_begun_again(monkeypatch):
    monkeypatch.setattr(background, "AT_ONCE", 2)
    contest_round = closed_round(scores=(1, 2, 3))

    def fail(**_arguments):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(background, "seal", fail)
        begin_sealing(contest_round.contest, contest_round, actor=juror(), at=AFTER)
        for work in threading.enumerate():
            if work.name == "sealing":
                work.join()
    assert progress_of(contest_round.contest, contest_round).has_failed

    begin_sealing(contest_round.contest, contest_round, actor=juror(), at=AFTER)
    for work in threading.enumerate():
        if work.name == "sealing":
            work.join()
    assert ResultVersion.objects.count() == 1
