"""What a participant holds in hand: the digest of the answers, and the proof of being sealed."""

import hashlib
import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from contest.models import Answer, AnswerEvent
from contest.rules.answer_record import short_digest
from contest.sealing.sealing import withdraw
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.contest.sealing.results import AFTER, answered_round, juror, published, sealed
from tests.factories import NOON, UserFactory
from verifier.checking import check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afterwards():
    with time_machine.travel(AFTER, tick=False):
        yield


def ask(client, name, attempt, *more):
    return client.get(reverse(f"contest:{name}", args=[attempt.receipt_code, *more]))


def signed_in(client, attempt):
    client.force_login(attempt.participant.user)


def answers(client, attempt):
    signed_in(client, attempt)
    response = ask(client, "answers_file", attempt)
    assert response["Content-Type"] == "application/json"
    return response.content


def test_the_digest_on_the_receipt_is_that_of_the_file(client):
    attempt = answered_round(people=1).attempts.get()

    content = answers(client, attempt)

    digest = hashlib.sha256(content).hexdigest()
    page = ask(client, "receipt", attempt).content.decode()
    assert f"data-digest>{short_digest(digest)}<" in page


def test_the_file_says_what_was_answered_in_the_words_that_were_shown(client):
    contest_round = playable_round(question_count=1)
    attempt = started_attempt(contest_round=contest_round)
    answer = attempt.answers.get()
    letter = "ABCD"[answer.choice_order.index("C")]  # the author's third option, as shown
    Answer.objects.filter(pk=answer.pk).update(response=letter)
    handed_in(attempt, at=NOON + MINUTE)
    attempt.refresh_from_db()

    [line] = json.loads(answers(client, attempt))["answers"]

    choices = list(answer.revision.choices.order_by("position").values_list("text", flat=True))
    assert line == {
        "position": 1,
        "question": answer.revision.stem,
        "response": letter,
        "chosen": [choices[2]],
    }


def test_the_digest_follows_from_the_journal_and_from_nothing_secret(client, settings):
    attempt = answered_round(people=1).attempts.get()
    before = answers(client, attempt)
    settings.SECRET_KEY = "another key altogether"
    AnswerEvent.objects.filter(attempt=attempt).delete()

    assert answers(client, attempt) == before


def test_one_word_changed_is_another_digest(client):
    attempt = answered_round(people=1).attempts.get()
    before = answers(client, attempt)
    attempt.answers.filter(position=1).update(response="D")

    assert answers(client, attempt) != before


def test_an_unanswered_paper_has_a_digest_of_its_own(client):
    contest_round = playable_round()
    one, two = (
        handed_in(started_attempt(contest_round=contest_round), at=NOON + MINUTE) for _two in "12"
    )

    assert answers(client, one) != answers(client, two)


def test_the_qr_code_leads_to_the_receipt_on_the_public_address(client, settings, monkeypatch):
    told = []
    monkeypatch.setattr("contest.views.receipts.qr_svg", lambda text: told.append(text) or b"")
    settings.PUBLIC_URL = "https://thi.vidu.vn"
    attempt = answered_round(people=1).attempts.get()
    signed_in(client, attempt)

    response = ask(client, "receipt_qr", attempt)

    assert response["Content-Type"] == "image/svg+xml"
    assert told == [f"https://thi.vidu.vn/phieu/{attempt.receipt_code}/"]


def test_before_the_publication_the_receipt_claims_nothing(client):
    contest_round = answered_round(people=1)
    sealed(contest_round)
    attempt = contest_round.attempts.get()
    signed_in(client, attempt)

    assert "Có trong kết quả đã niêm phong" not in ask(client, "receipt", attempt).content.decode()
    assert ask(client, "proof_file", attempt, 1).status_code == 404


def test_the_proof_of_every_receipt_leads_to_the_printed_digest(client):
    contest_round = answered_round(people=5)
    version = published(sealed(contest_round))

    for attempt in contest_round.attempts.all():
        signed_in(client, attempt)
        assert "Có trong kết quả đã niêm phong" in ask(client, "receipt", attempt).content.decode()
        proof = json.loads(ask(client, "proof_file", attempt, version.number).content)
        assert check(proof, printed=version.digest).faults == []
        assert proof["receipt"]["receipt"] == attempt.receipt_code
        assert proof["receipt"]["answers"] == hashlib.sha256(answers(client, attempt)).hexdigest()


def test_a_withdrawn_result_proves_nothing_any_more(client):
    contest_round = answered_round(people=1)
    version = published(sealed(contest_round))
    withdraw(version_id=version.pk, reason="Sai", actor=juror(), at=AFTER)
    attempt = contest_round.attempts.get()
    signed_in(client, attempt)

    assert ask(client, "proof_file", attempt, 1).status_code == 404


@pytest.mark.parametrize("name", ["receipt_qr", "answers_file", "proof_file", "proof_qr"])
def test_receipts_files_are_for_their_owner(client, name):
    contest_round = answered_round(people=1)
    published(sealed(contest_round))
    attempt = contest_round.attempts.get()
    more = [1] if name.startswith("proof") else []
    assert ask(client, name, attempt, *more).status_code == 302  # to sign in

    client.force_login(UserFactory())
    assert ask(client, name, attempt, *more).status_code == 404

    signed_in(client, attempt)
    assert ask(client, name, attempt, *more).status_code == 200


def test_the_receipt_takes_a_constant_number_of_queries(client, django_assert_num_queries):
    for people in (1, 6):
        contest_round = answered_round(people=people, max_attempts=1)
        published(sealed(contest_round, at=AFTER + timedelta(minutes=people)))
        attempt = contest_round.attempts.first()
        signed_in(client, attempt)
        ask(client, "receipt", attempt)  # wordings are kept from here on
        with django_assert_num_queries(9):
            ask(client, "receipt", attempt)
