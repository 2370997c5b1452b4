"""The quiz over HTTP: each refusal is a clear sentence with the right status."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from contest.models import Attempt
from contest.queries.reviews import reviewed_questions
from contest.rules.grading import shown_letters
from questionbank.models import Choice
from questionbank.wordings import wordings
from tests.contest.papers import (
    MINUTE,
    handed_in,
    playable_round,
    position_of,
    right_response,
    round_of_all_kinds,
    started_attempt,
)
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON + MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def url(name, attempt):
    return reverse(f"contest:{name}", args=[attempt.code])


def start_url(contest_round, name="attempt_start"):
    return reverse(f"contest:{name}", args=[contest_round.contest.slug, contest_round.slug])


def save(client, attempt, *answers):
    return client.post(
        url("answer_save", attempt),
        json.dumps({"answers": answers}),
        content_type="application/json",
    )


def item(position=1, response="B", number=1):
    return {"position": position, "response": response, "number": number}


def test_start_leads_to_the_paper_and_again_to_the_same(client, person):
    contest_round = playable_round()

    first = client.post(start_url(contest_round))
    again = client.post(start_url(contest_round))

    attempt = Attempt.objects.get()
    assert first.status_code == HTTPStatus.FOUND
    assert first.url == again.url == url("attempt_paper", attempt)


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        (timedelta(hours=1), timedelta(hours=2), "Kỳ thi chưa mở"),
        (-timedelta(hours=2), -timedelta(hours=1), "Kỳ thi đã kết thúc, không nhận"),
    ],
)
def test_start_outside_the_round_says_so(client, person, opens, closes, sentence):
    contest_round = playable_round(opens_at=NOON + opens, closes_at=NOON + closes)

    answer = client.post(start_url(contest_round))

    assert answer.status_code == HTTPStatus.CONFLICT
    assert sentence in answer.content.decode()
    assert not Attempt.objects.exists()


def test_start_beyond_the_limit_says_so(client, person):
    contest_round = playable_round(max_attempts=1)
    attempt = started_attempt(contest_round=contest_round, user=person)
    handed_in(attempt, at=NOON)

    answer = client.post(start_url(contest_round))

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Anh/Chị đã dùng hết 1 lượt thi của kỳ này." in answer.content.decode()


def test_start_by_a_visitor_leads_to_sign_in_and_back_to_the_round(client):
    contest_round = playable_round()

    answer = client.post(start_url(contest_round))

    assert answer.url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    assert client.get(start_url(contest_round)).url == start_url(contest_round, "round_detail")


def test_start_in_an_unpublished_contest_is_not_found(client, person):
    contest_round = playable_round(contest__is_published=False)

    assert client.post(start_url(contest_round)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["attempt_paper", "attempt_submit", "attempt_clock"])
def test_paper_of_someone_else_is_not_found(client, person, name):
    attempt = started_attempt()

    assert client.get(url(name, attempt)).status_code == HTTPStatus.NOT_FOUND


def test_answer_and_submission_for_someone_elses_paper_are_not_found(client, person):
    attempt = started_attempt()

    assert save(client, attempt, item()).status_code == HTTPStatus.NOT_FOUND
    assert client.post(url("attempt_submit", attempt)).status_code == HTTPStatus.NOT_FOUND
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    assert not attempt.events.exists()


def test_paper_resumes_with_the_saved_answers(client, person):
    attempt = started_attempt(user=person)
    save(client, attempt, item(position=2, response="C"))

    page = client.get(url("attempt_paper", attempt)).content.decode()

    assert '<input type="hidden" name="was2" value="C">' in page
    assert f'data-deadline="{int(attempt.deadline_at.timestamp() * 1000)}"' in page


def test_paper_takes_a_constant_number_of_queries(client, person, django_assert_max_num_queries):
    for count in (2, 20):
        attempt = started_attempt(contest_round=playable_round(question_count=count), user=person)
        with django_assert_max_num_queries(6):
            client.get(url("attempt_paper", attempt))


def test_answer_save_answers_with_what_is_stored_and_the_clock(client, person):
    attempt = started_attempt(user=person)

    answer = save(client, attempt, item(1, "B", 5), item(2, "D", 6))

    assert answer.status_code == HTTPStatus.OK
    assert answer.json() == {
        "server_now_ms": int((NOON + MINUTE).timestamp() * 1000),
        "deadline_ms": int(attempt.deadline_at.timestamp() * 1000),
        "phase": "running",
        "saved": [
            {"position": 1, "response": "B", "number": 5, "current": True},
            {"position": 2, "response": "D", "number": 6, "current": True},
        ],
        "refused": [],
    }


@pytest.mark.parametrize(
    ("answer", "code"),
    [(item(position=9), "not_on_paper"), (item(response="Z"), "bad_response")],
)
def test_answer_for_a_question_or_choice_not_on_the_paper_is_refused(client, person, answer, code):
    attempt = started_attempt(user=person)

    response = save(client, attempt, answer)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.json()["refused"][0]["code"] == code
    assert not attempt.events.exists()


def test_a_bad_answer_does_not_keep_a_good_one_from_being_saved(client, person):
    attempt = started_attempt(user=person)

    response = save(client, attempt, item(position=9), item(position=1))

    assert response.status_code == HTTPStatus.OK
    assert [saved["position"] for saved in response.json()["saved"]] == [1]
    assert [refused["position"] for refused in response.json()["refused"]] == [9]


def test_answer_after_the_deadline_and_its_grace_is_refused(client, person, noon):
    attempt = started_attempt(user=person)
    noon.move_to(attempt.deadline_at + timedelta(seconds=6))

    response = save(client, attempt, item())

    assert response.status_code == HTTPStatus.CONFLICT
    assert response.json()["refused"] == [
        {
            "position": 1,
            "code": "too_late",
            "message": "Đã hết giờ làm bài, câu trả lời này không được ghi nhận.",
        }
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"answers": []}',
        '{"answers": [1]}',
        '{"answers": [{"position": "1", "response": "B", "number": 1}]}',
        '{"answers": [{"position": true, "response": "B", "number": 1}]}',
        '{"answers": [{"position": 1, "response": "B", "number": 1.5}]}',
        '{"answers": [{"position": 1, "response": "%s", "number": 1}]}' % ("B" * 201),
        "[" * 100_000,
        json.dumps({"answers": [item()] * 201}),
    ],
)
def test_malformed_answers_are_refused(client, person, body):
    attempt = started_attempt(user=person)

    response = client.post(url("answer_save", attempt), body, content_type="application/json")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json()["code"] == "malformed"


def test_answer_after_sign_out_says_so_to_the_script(client):
    response = save(client, started_attempt(), item())

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json()["code"] == "signed_out"


def test_submit_twice_gives_one_receipt(client, person):
    attempt = started_attempt(user=person)

    first = client.post(url("attempt_submit", attempt))
    second = client.post(url("attempt_submit", attempt))

    attempt.refresh_from_db()
    assert first.url == second.url == reverse("contest:receipt", args=[attempt.receipt_code])


def test_submit_asks_once_more_and_names_what_is_open(client, person):
    attempt = started_attempt(user=person)
    save(client, attempt, item(position=2))

    page = client.get(url("attempt_submit", attempt)).content.decode()

    assert "Anh/Chị còn 2 trên 3 câu chưa trả lời: 1, 3." in page


def test_paper_past_its_time_is_closed_and_leads_to_the_receipt(client, person, noon):
    attempt = started_attempt(user=person)
    noon.move_to(attempt.deadline_at + timedelta(seconds=6))

    answer = client.get(url("attempt_paper", attempt), follow=True)

    attempt.refresh_from_db()
    assert attempt.closed_by == "expiry"
    assert "Hết giờ làm bài" in answer.content.decode()


# Without JavaScript ----------------------------------------------------------------------------


def test_form_saves_what_was_changed(client, person):
    attempt = started_attempt(user=person)
    form = {"q1": "A", "was1": "", "q3": "D", "was3": "", "then": "save"}

    answer = client.post(url("attempt_paper", attempt), form, follow=True)

    assert list(attempt.answers.values_list("response", flat=True)) == ["A", "", "D"]
    assert "Đã lưu bài làm." in answer.content.decode()


def test_form_of_an_old_tab_does_not_undo_what_another_device_answered(client, person):
    attempt = started_attempt(user=person)
    save(client, attempt, item(position=1, response="C"))

    client.post(url("attempt_paper", attempt), {"was1": "", "q2": "B", "was2": ""})

    assert list(attempt.answers.values_list("response", flat=True)) == ["C", "B", ""]


def test_form_submits_through_the_question_whether_to_submit(client, person):
    attempt = started_attempt(user=person)
    form = {"q1": "A", "was1": "", "then": "submit"}

    answer = client.post(url("attempt_paper", attempt), form)

    assert answer.url == url("attempt_submit", attempt)
    assert attempt.answers.get(position=1).response == "A"


def test_form_after_the_end_says_that_it_was_not_taken(client, person, noon):
    attempt = started_attempt(user=person)
    noon.move_to(attempt.deadline_at + timedelta(seconds=6))

    answer = client.post(url("attempt_paper", attempt), {"q1": "A", "was1": ""}, follow=True)

    assert "những thay đổi vừa gửi không được ghi nhận" in answer.content.decode()
    assert attempt.answers.get(position=1).response == ""


def test_form_with_an_impossible_choice_keeps_the_rest(client, person):
    attempt = started_attempt(user=person)
    form = {"q1": "Z", "was1": "", "q2": "B", "was2": ""}

    answer = client.post(url("attempt_paper", attempt), form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Phương án trả lời không có trong câu hỏi này." in answer.content.decode()
    assert attempt.answers.get(position=2).response == "B"


# Typed answers ----------------------------------------------------------------------------------


@pytest.fixture
def paper(person):
    return started_attempt(contest_round=round_of_all_kinds(show_score="at_submit"), user=person)


def page_of(client, attempt):
    return client.get(url("attempt_paper", attempt)).content.decode()


def box(page, position):
    """The whole of the input that a typed answer stands in."""
    return re.search(rf'<input type="text" id="id_q{position}" name="q{position}"[^>]*>', page)[0]


def test_paper_offers_a_box_for_what_is_typed(client, paper):
    text_at, number_at = position_of(paper, "short_text"), position_of(paper, "number")

    page = page_of(client, paper)

    for position in (text_at, number_at):
        assert f'aria-labelledby="cau-{position}"' in box(page, position)
        assert f'id="cau-{position}"' in page
        assert 'maxlength="200"' in box(page, position)
        assert 'autocomplete="off"' in box(page, position)
        assert 'value=""' in box(page, position)
    assert 'inputmode="decimal"' in box(page, number_at)
    assert "inputmode" not in box(page, text_at)
    assert page.count("data-box") == 2


def test_paper_resumes_with_what_was_typed_as_text_not_markup(client, paper):
    position = position_of(paper, "short_text")
    save(client, paper, item(position, '"><script>{0}</script>', 1))

    page = page_of(client, paper)

    escaped = "&quot;&gt;&lt;script&gt;{0}&lt;/script&gt;"
    assert f'value="{escaped}"' in box(page, position)
    assert f'name="was{position}" value="{escaped}"' in page


def test_answer_save_takes_typed_answers_beside_letters(client, paper):
    text_at, number_at = position_of(paper, "short_text"), position_of(paper, "number")
    choice_at = position_of(paper, "single_choice")

    answer = save(
        client,
        paper,
        item(text_at, " Một  cửa ", 5),
        item(number_at, "88,5", 6),
        item(choice_at, "B", 7),
    )

    assert answer.json()["saved"] == [
        {"position": text_at, "response": "Một cửa", "number": 5, "current": True},
        {"position": number_at, "response": "88,5", "number": 6, "current": True},
        {"position": choice_at, "response": "B", "number": 7, "current": True},
    ]


def test_answer_that_is_no_number_is_refused_in_words(client, paper):
    response = save(client, paper, item(position_of(paper, "number"), "6a", 1))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    (refused,) = response.json()["refused"]
    assert refused["code"] == "not_a_number"
    assert refused["message"] == "Câu này cần trả lời bằng một số, ví dụ 12 hoặc 12,5."


def test_form_saves_what_was_typed(client, paper):
    text_at, number_at = position_of(paper, "short_text"), position_of(paper, "number")
    form = {f"q{text_at}": "  một cửa", f"was{text_at}": "", f"q{number_at}": "88,37"}

    answer = client.post(url("attempt_paper", paper), form, follow=True)

    assert paper.answers.get(position=text_at).response == "một cửa"
    assert paper.answers.get(position=number_at).response == "88,37"
    assert "Đã lưu bài làm." in answer.content.decode()


def test_form_of_an_old_tab_does_not_undo_what_was_typed_elsewhere(client, paper):
    text_at = position_of(paper, "short_text")
    save(client, paper, item(text_at, "Một cửa", 1))

    client.post(url("attempt_paper", paper), {f"q{text_at}": "", f"was{text_at}": ""})

    assert paper.answers.get(position=text_at).response == "Một cửa"


def test_form_takes_a_typed_answer_back(client, paper):
    text_at = position_of(paper, "short_text")
    save(client, paper, item(text_at, "Một cửa", 1))

    client.post(url("attempt_paper", paper), {f"q{text_at}": "", f"was{text_at}": "Một cửa"})

    assert paper.answers.get(position=text_at).response == ""


def test_form_with_what_is_no_number_shows_it_again_and_keeps_the_rest(client, paper):
    text_at, number_at = position_of(paper, "short_text"), position_of(paper, "number")
    save(client, paper, item(number_at, "88", 1))
    form = {
        f"q{number_at}": 'tám <"8">',
        f"was{number_at}": "88",
        f"q{text_at}": "một cửa",
        f"was{text_at}": "",
    }

    answer = client.post(url("attempt_paper", paper), form)

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f"Câu {number_at}: Câu này cần trả lời bằng một số" in page
    assert 'value="tám &lt;&quot;8&quot;&gt;"' in box(page, number_at)
    assert 'aria-invalid="true"' in box(page, number_at)
    assert f'name="was{number_at}" value="88"' in page  # sent again unchanged it is refused again
    assert "aria-invalid" not in box(page, text_at)
    assert paper.answers.get(position=text_at).response == "một cửa"
    assert paper.answers.get(position=number_at).response == "88"


def test_paper_of_all_kinds_takes_a_constant_number_of_queries(
    client, paper, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        client.get(url("attempt_paper", paper))


# Receipt and review ----------------------------------------------------------------------------


def submitted_attempt(client, person, **round_fields):
    contest_round = playable_round(**round_fields)
    attempt = started_attempt(contest_round=contest_round, user=person)
    for number, row in enumerate(attempt.answers.all()[:2], start=1):
        save(client, attempt, item(row.position, right_response(row), number))
    return handed_in(attempt, at=NOON + MINUTE)


def receipt(client, attempt, name="receipt"):
    return client.get(reverse(f"contest:{name}", args=[attempt.receipt_code]))


def test_receipt_shows_code_and_score_at_once_where_the_round_says_so(client, person):
    attempt = submitted_attempt(client, person, show_score="at_submit")

    page = receipt(client, attempt).content.decode()

    code = attempt.receipt_code
    assert f"{code[:5]}-{code[5:]}" in page
    assert "<dd data-score>2<small>/3</small></dd>" in page


@pytest.mark.parametrize("show_score", ["after_close", "never"])
def test_receipt_holds_the_score_back_where_the_round_says_so(client, person, show_score):
    attempt = submitted_attempt(client, person, show_score=show_score)

    assert "data-score" not in receipt(client, attempt).content.decode()


def test_receipt_shows_the_score_after_the_close(client, person, noon):
    attempt = submitted_attempt(client, person, show_score="after_close")
    noon.move_to(attempt.round.over_at + timedelta(microseconds=1))

    assert "data-score" in receipt(client, attempt).content.decode()


def test_receipt_of_someone_else_is_not_found(client, person):
    attempt = submitted_attempt(client, person)
    client.force_login(UserFactory())

    assert receipt(client, attempt).status_code == HTTPStatus.NOT_FOUND
    assert receipt(client, attempt, "attempt_review").status_code == HTTPStatus.NOT_FOUND


def test_review_before_the_close_leads_back_to_the_receipt(client, person):
    attempt = submitted_attempt(client, person)

    answer = receipt(client, attempt, "attempt_review")

    assert answer.url == reverse("contest:receipt", args=[attempt.receipt_code])


def test_review_after_the_close_shows_key_and_explanation(client, person, noon):
    attempt = submitted_attempt(client, person)
    noon.move_to(attempt.round.over_at + timedelta(microseconds=1))

    page = receipt(client, attempt, "attempt_review").content.decode()

    assert page.count("choice--correct") == 2
    assert page.count("choice--missed") == 1
    assert page.count("Giải thích thử nghiệm.") == 3


def graded_paper(client, paper):
    """Right but for the number; of the options that give parts, one."""
    for kind, response in (
        ("single_choice", "B"),
        ("true_false", "A"),
        ("short_text", "bo phan mot cua"),
        ("number", "88,88"),
    ):
        row = paper.answers.get(revision__kind=kind)
        letters = shown_letters(row.choice_order, frozenset(response)) or response
        save(client, paper, item(row.position, letters, 1))
    for scoring, key in (("all_or_nothing", "AC"), ("partial", "A")):
        row = paper.answers.get(revision__kind="multiple_choice", revision__scoring=scoring)
        letters = shown_letters(row.choice_order, frozenset(key))
        save(client, paper, item(row.position, letters, 1))
    return handed_in(paper, at=NOON + MINUTE)


def test_all_kinds_are_graded(client, paper):
    graded = graded_paper(client, paper)

    assert (graded.score, graded.max_score, graded.correct_count) == (Decimal("4.5"), 6, 4)
    assert "<dd data-score>4,5<small>/6</small></dd>" in receipt(client, graded).content.decode()


def test_review_shows_what_was_typed_and_what_was_right(client, paper, noon):
    graded = graded_paper(client, paper)
    noon.move_to(graded.round.over_at + timedelta(microseconds=1))

    page = re.sub(r">\s+<", "><", receipt(client, graded, "attempt_review").content.decode())

    text, number = page.split('<dl class="typed-answer">')[1:]
    if "bo phan mot cua" not in text:
        text, number = number, text
    assert 'class="is-right"' in text
    assert "<dd>Một cửa</dd><dd>Bộ phận một cửa</dd>" in text
    assert 'class="is-wrong"' in number
    assert "88,88" in number
    assert "<dd>88,37 <span" in number
    assert "(chấp nhận sai số ± 0,5)" in number
    assert page.count("0,5/1 điểm") == 1
    assert page.count("Giải thích thử nghiệm.") == 6


def test_review_of_typed_questions_left_empty_shows_the_key_alone(client, paper, noon):
    graded = handed_in(paper, at=NOON + MINUTE)
    noon.move_to(graded.round.over_at + timedelta(microseconds=1))

    page = receipt(client, graded, "attempt_review").content.decode()

    assert page.count("Câu trả lời của Anh/Chị") == 0
    assert page.count("Chưa trả lời") == 6
    assert "<dd>Bộ phận một cửa</dd>" in page
    assert "0/1 điểm" in page


def test_review_takes_a_constant_number_of_queries(client, person, noon, django_assert_num_queries):
    attempts = [
        started_attempt(contest_round=contest_round, user=person)
        for contest_round in (playable_round(), playable_round(question_count=9))
    ]
    for attempt in attempts:
        handed_in(attempt, at=NOON + MINUTE)
    noon.move_to(attempts[0].round.over_at + timedelta(microseconds=1))

    for attempt in attempts:
        wordings([answer.revision_id for answer in attempt.answers.all()])
        with django_assert_num_queries(4):  # there are no sources whose documents to read
            reviewed_questions(attempt_id=attempt.pk)


def test_review_waits_for_every_round_of_the_same_question_set(client, person, noon):
    attempt = submitted_attempt(client, person)
    playable_round(
        question_set=attempt.round.question_set,
        opens_at=NOON + timedelta(days=7),
        closes_at=NOON + timedelta(days=14),
    )
    noon.move_to(attempt.round.over_at + timedelta(microseconds=1))

    assert receipt(client, attempt, "attempt_review").status_code == HTTPStatus.FOUND


# Keys ------------------------------------------------------------------------------------------


def test_no_page_of_a_running_round_tells_the_key(client, person):
    """Two worlds that differ only in the key give the same pages, to the byte."""
    contest_round = playable_round()
    attempt = started_attempt(contest_round=contest_round, user=person)
    pages = [
        url("attempt_paper", attempt),
        url("attempt_submit", attempt),
        url("attempt_clock", attempt),
        start_url(contest_round, "round_detail"),
        reverse("contest:contest_detail", args=[contest_round.contest.slug]),
    ]

    def seen():
        texts = [_without_tokens(client.get(page).content.decode()) for page in pages]
        saved = save(client, attempt, item(1, "A", 1), item(2, "B", 2), item(3, "C", 3))
        return [*texts, saved.content.decode()]

    before = seen()
    attempt.answers.update(response="", client_number=0, saved_at=None)
    attempt.events.all().delete()
    _move_every_key()

    assert seen() == before
    assert "Giải thích thử nghiệm." not in "".join(before)


def _without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def _move_every_key():
    Choice.objects.filter(position=1).update(is_correct=False)
    Choice.objects.filter(position=3).update(is_correct=True)
