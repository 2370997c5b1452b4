"""From the participant's objection to the jury's answer."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.complaints.answering import answer_complaint
from contest.complaints.filing import complaints_until, file_complaint
from contest.enums import ComplaintState
from contest.errors import ContestError
from contest.models import LONGEST_COMPLAINT, Complaint
from contest.services.deciding import disqualify
from tests.contest.sealing.results import AFTER, answered_round, closed_round, juror
from tests.factories import AttemptFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def attempt():
    return answered_round(people=1).attempts.get()


@pytest.fixture(autouse=True)
def afterwards():
    with time_machine.travel(AFTER, tick=False):
        yield


def filed(attempt, *, position=1, text="Câu này có hai đáp án đúng.", at=AFTER):
    return file_complaint(attempt=attempt, position=position, text=text, at=at)


def answered(complaint, *, actor=None, **changes):
    told = {"is_accepted": True, "reply": "Đã sửa đáp án.", "decision": None} | changes
    return answer_complaint(
        code=complaint.code,
        **told,
        address="https://thi.vidu.vn/phieu/X/",
        actor=actor or juror(),
        at=AFTER,
    )


def refusal(deed, *given, **arguments):
    with pytest.raises(ContestError) as refused:
        deed(*given, **arguments)
    return refused.value.code


# Filing -----------------------------------------------------------------------------------------


def test_the_period_ends_with_its_last_instant(attempt):
    until = complaints_until(attempt)

    assert until == attempt.round.over_at + timedelta(hours=72)
    assert filed(attempt, at=until).state == ComplaintState.OPEN
    assert refusal(filed, attempt, position=2, at=until + SECOND) == "too_late"


def test_the_period_is_the_contests_own(attempt):
    attempt.round.contest.complaint_hours = 1

    assert refusal(filed, attempt, at=attempt.round.over_at + timedelta(hours=1) + SECOND) == (
        "too_late"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " \n "}, "text_missing"),
        ({"text": "x" * (LONGEST_COMPLAINT + 1)}, "text_too_long"),
        ({"position": 4}, "no_such_question"),
        ({"position": 0}, "no_such_question"),
    ],
)
def test_refusals_to_file(attempt, changes, code):
    assert refusal(filed, attempt, **changes) == code


def test_a_running_attempt_has_nothing_to_complain_about():
    assert refusal(filed, AttemptFactory(), position=None) == "not_submitted"


@pytest.mark.parametrize("position", [1, None])
def test_one_open_complaint_about_one_thing(attempt, position):
    first = filed(attempt, position=position)

    assert refusal(filed, attempt, position=position) == "open_already"
    answered(first)
    assert filed(attempt, position=position).pk != first.pk


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_complaints_one_is_taken():
    attempt = closed_round(scores=[10]).attempts.get()
    barrier, outcomes = Barrier(8), []

    def run():
        barrier.wait()
        try:
            outcomes.append(filed(attempt, position=None).state)
        except ContestError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=run) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["open"] + ["open_already"] * 7


# Answering --------------------------------------------------------------------------------------


def test_an_answer_is_recorded_and_links_the_decision_it_caused(attempt):
    actor = juror()
    decision = disqualify(participant=attempt.participant, reason="Thi hộ", actor=actor, at=AFTER)

    complaint = answered(filed(attempt), decision=decision, actor=actor)

    assert (complaint.state, complaint.decision) == (ComplaintState.ACCEPTED, decision)
    entry = AuditEntry.objects.get(action="complaint.answer")
    assert (entry.actor, entry.reason, entry.after) == (
        actor,
        "Đã sửa đáp án.",
        {"state": "accepted", "decision": 1},
    )


def test_a_complaint_is_answered_once(attempt):
    complaint = answered(filed(attempt), is_accepted=False)

    assert complaint.state == ComplaintState.REJECTED
    assert refusal(answered, complaint) == "answered_already"


def test_refusals_to_answer(attempt):
    complaint = filed(attempt)
    other = closed_round().attempts.first()
    decision = disqualify(participant=other.participant, reason="Lạ", actor=juror(), at=AFTER)

    assert refusal(answered, complaint, reply="  ") == "reply_missing"
    assert refusal(answered, complaint, decision=decision) == "other_contest"
    organiser = RoleGrantFactory(role=Role.ORGANISER).user
    assert refusal(answered, complaint, actor=organiser) == "not_allowed"
    assert Complaint.objects.open().count() == 1


def test_the_answer_goes_to_the_address_on_file(
    attempt, mailoutbox, django_capture_on_commit_callbacks
):
    attempt.participant.user.email = "nguoithi@vidu.vn"
    attempt.participant.user.save()

    with django_capture_on_commit_callbacks(execute=True):
        answered(filed(attempt))

    [mail] = mailoutbox
    assert mail.to == ["nguoithi@vidu.vn"]
    assert "Đã sửa đáp án." in mail.body
    assert "https://thi.vidu.vn/phieu/X/" in mail.body


def test_nothing_is_mailed_without_an_address_or_before_the_commit(
    attempt, mailoutbox, django_capture_on_commit_callbacks
):
    attempt.participant.user.email = None
    attempt.participant.user.phone = "+84912345678"
    attempt.participant.user.save()

    with django_capture_on_commit_callbacks(execute=True):
        answered(filed(attempt))

    assert mailoutbox == []


def test_a_mail_server_that_fails_does_not_undo_the_answer(
    attempt, settings, django_capture_on_commit_callbacks, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    attempt.participant.user.email = "nguoithi@vidu.vn"
    attempt.participant.user.save()

    with django_capture_on_commit_callbacks(execute=True):
        complaint = answered(filed(attempt))

    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.ACCEPTED
    assert "was not mailed: ConnectionRefusedError" in caplog.text
    assert "nguoithi" not in caplog.text


# Pages ------------------------------------------------------------------------------------------


def form_of(attempt):
    return reverse("contest:complaint_file", args=[attempt.receipt_code])


def test_a_participant_files_from_the_receipt_and_reads_the_reply_there(client, attempt):
    client.force_login(attempt.participant.user)
    receipt = reverse("contest:receipt", args=[attempt.receipt_code])
    assert form_of(attempt) in client.get(receipt).content.decode()

    response = client.post(form_of(attempt), {"position": "2", "text": "Sai căn cứ"})

    assert response.url == receipt
    answered(Complaint.objects.get(position=2), reply="Ban giám khảo giữ nguyên.")
    assert "Ban giám khảo giữ nguyên." in client.get(receipt).content.decode()


def test_what_is_refused_stays_in_the_form(client, attempt):
    filed(attempt, position=None)
    client.force_login(attempt.participant.user)

    response = client.post(form_of(attempt), {"position": "0", "text": "Lần nữa"})

    assert response.status_code == 422
    assert "đang chờ trả lời" in response.content.decode()
    assert "Lần nữa" in response.content.decode()


def test_after_the_period_the_page_says_so(client, attempt):
    client.force_login(attempt.participant.user)
    with time_machine.travel(complaints_until(attempt) + SECOND, tick=False):
        page = client.get(form_of(attempt)).content.decode()
        assert client.post(form_of(attempt), {"position": "0", "text": "Muộn"}).status_code == 422

    assert "Thời hạn khiếu nại đã kết thúc" in page
    assert "<textarea" not in page


def test_anothers_receipt_is_404(client, attempt):
    client.force_login(UserFactory())

    assert client.get(form_of(attempt)).status_code == 404
    assert client.post(form_of(attempt), {"text": "Không phải tôi"}).status_code == 404


def test_the_jury_answers_on_a_page_that_shows_the_question(client, attempt):
    complaint = filed(attempt)
    client.force_login(juror())
    slug = attempt.round.contest.slug
    address = reverse("contest:complaint_answer", args=[slug, complaint.code])

    page = client.get(address).content.decode()
    response = client.post(address, {"is_accepted": "0", "reply": "Giữ nguyên đáp án."})

    assert attempt.answers.get(position=1).revision.stem in page
    assert response.url == reverse("contest:complaint_list", args=[slug])
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.REJECTED


def test_the_list_takes_a_constant_number_of_queries(client, django_assert_num_queries):
    contest_round = closed_round(scores=range(1, 8))
    client.force_login(juror())
    address = reverse("contest:complaint_list", args=[contest_round.contest.slug])
    attempts = list(contest_round.attempts.select_related("round__contest"))
    filed(attempts[0], position=None)
    for count in (1, 7):
        for attempt in attempts[1:count]:
            filed(attempt, position=None)
        with django_assert_num_queries(7):
            assert client.get(address).content.decode().count('role="rowheader"') == count
