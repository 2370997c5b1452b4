"""From submitted attempts to the pages of the bank, by the organisers' button or the command."""

import threading
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.enums import Role
from contest.enums import RoundKind
from contest.errors import ContestError
from contest.messages import SentAnswer
from contest.models import Attempt
from contest.queries.papers import paper_shape
from contest.results import measuring, responses
from contest.results.measuring import begin_measuring, measure_round, progress_of, rounds_questions
from contest.results.responses import round_responses
from contest.services.saving import check_answers, save_answers
from questionbank.enums import QuestionKind, Scoring
from questionbank.models import ItemStatistic, Revision, SittingStatistic
from questionbank.rules.item_responses import ItemResponse
from tests.contest.papers import (
    MINUTE,
    handed_in,
    playable_round,
    right_response,
    started_attempt,
    wrong_response,
)
from tests.factories import NOON, RoleGrantFactory, RoundFactory

pytestmark = pytest.mark.django_db

AFTER = NOON + timedelta(hours=3)


def save(attempt, response, *, answer, at):
    sent = SentAnswer(answer.position, response, round(at.timestamp() * 1000))
    shape = paper_shape(attempt_id=attempt.pk)
    save_answers(check_answers([sent], attempt_id=attempt.pk, shape=shape, at=at))


def taken(contest_round, *deeds, at=NOON):
    """An attempt at the round: by question "right", "wrong" or "" for none, a minute each."""
    attempt = started_attempt(contest_round=contest_round, at=at)
    answers = list(attempt.answers.order_by("revision"))
    for number, (answer, deed) in enumerate(zip(answers, deeds, strict=True), start=1):
        if deed:
            letters = right_response(answer) if deed == "right" else wrong_response(answer)
            save(attempt, letters, answer=answer, at=at + number * MINUTE)
    return handed_in(attempt, at=at + 10 * MINUTE)


@pytest.fixture
def closed_round():
    """Three questions, four people: the first is right for all, the last for nobody."""
    contest_round = playable_round(question_count=3)
    for deeds in [
        ("right", "right", ""),
        ("right", "right", "wrong"),
        ("right", "wrong", "wrong"),
        ("right", "wrong", ""),
    ]:
        taken(contest_round, *deeds)
    return contest_round


def test_what_people_answered_is_what_the_bank_is_told():
    contest_round = playable_round(question_count=2)
    attempt = taken(contest_round, "right", "")
    first, second = attempt.answers.order_by("revision").values_list("revision", flat=True)

    (told,) = round_responses(contest_round)

    assert sorted(told, key=lambda it: it.item) == [
        ItemResponse(first, "B", is_correct=True, earned=1.0, answer_ms=60_000),
        ItemResponse(second, "", is_correct=False, earned=0.0, answer_ms=None),
    ]


def test_several_ticked_options_are_told_in_the_authors_letters():
    contest_round = playable_round(question_count=1, key="AC")
    attempt = started_attempt(contest_round=contest_round)
    answer = attempt.answers.get()
    save(attempt, right_response(answer, "AC"), answer=answer, at=NOON + MINUTE)
    handed_in(attempt, at=NOON + 2 * MINUTE)

    ((told,),) = round_responses(contest_round)

    assert (told.chosen, told.is_correct) == ("AC", True)


@pytest.mark.parametrize(
    ("ticked", "earned"), [("AC", 1.0), ("A", 0.5), ("ABC", 0.5), ("B", 0.0), ("", 0.0)]
)
def test_points_for_part_of_an_answer_are_told_as_their_share(ticked, earned):
    contest_round = playable_round(question_count=1, key="AC")
    Revision.objects.update(
        kind=QuestionKind.MULTIPLE_CHOICE, scoring=Scoring.PARTIAL, points=Decimal("2.5")
    )
    attempt = started_attempt(contest_round=contest_round)
    answer = attempt.answers.get()
    if ticked:
        save(attempt, right_response(answer, ticked), answer=answer, at=NOON + MINUTE)
    handed_in(attempt, at=NOON + 2 * MINUTE)

    ((told,),) = round_responses(contest_round)

    assert (told.is_correct, told.earned) == (ticked == "AC", earned)


def test_attempts_are_read_in_parts_of_which_none_is_lost(
    closed_round, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(responses, "ATTEMPTS_AT_ONCE", 3)
    heard = []

    # two parts of five statements, and one that finds nothing more
    with django_assert_num_queries(2 * 5 + 1):
        told = list(round_responses(closed_round, progress=heard.append))

    assert len(told) == 4
    assert heard == [3, 4]


def test_an_attempt_that_runs_is_not_told(closed_round):
    started_attempt(contest_round=closed_round)

    assert len(list(round_responses(closed_round))) == 4


def test_a_round_is_measured_and_again_with_the_same_result(closed_round):
    first = measure_round(closed_round, at=AFTER)
    figures = list(ItemStatistic.objects.order_by("revision").values("facility", "omitted_share"))

    measure_round(closed_round, at=AFTER + MINUTE)

    assert first.attempts == 4
    assert figures == [
        {"facility": 1.0, "omitted_share": 0.0},
        {"facility": 0.5, "omitted_share": 0.0},
        {"facility": 0.0, "omitted_share": 0.5},
    ]
    again = list(ItemStatistic.objects.order_by("revision").values("facility", "omitted_share"))
    assert again == figures
    assert SittingStatistic.objects.get().measured_at == AFTER + MINUTE


def refusal_of(contest_round, at=AFTER):
    with pytest.raises(ContestError) as refusal:
        measure_round(contest_round, at=at)
    assert not SittingStatistic.objects.exists()
    return refusal.value.code


def test_a_round_is_measured_from_the_instant_it_is_over(closed_round):
    assert refusal_of(closed_round, at=closed_round.over_at - MINUTE) == "not_over"
    assert measure_round(closed_round, at=closed_round.over_at + timedelta(seconds=1))


def test_a_round_with_somebody_at_work_is_not_measured(closed_round):
    started_attempt(contest_round=closed_round)

    assert refusal_of(closed_round) == "not_over"


def test_practice_and_empty_rounds_are_not_measured(closed_round):
    assert refusal_of(RoundFactory()) == "nothing_submitted"
    closed_round.kind = RoundKind.PRACTICE
    assert refusal_of(closed_round) == "practice_round"


# The button -------------------------------------------------------------------------------------


@pytest.fixture
def organiser(client):
    user = RoleGrantFactory(role=Role.ORGANISER).user
    client.force_login(user)
    return user


def page_of(contest_round):
    return reverse("contest:contest_questions", args=[contest_round.contest.slug])


def press(client, contest_round):
    arguments = [contest_round.contest.slug, contest_round.slug]
    return client.post(reverse("contest:questions_measure", args=arguments), follow=True)


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db(transaction=True)
def test_from_submitted_attempts_to_the_page(
    client, organiser, closed_round, at_once, time_machine
):
    time_machine.move_to(AFTER)

    before = text(client.get(page_of(closed_round)))
    after = text(press(client, closed_round))
    sitting = SittingStatistic.objects.get()
    statistics = text(client.get(reverse("questionbank:sitting_detail", args=[sitting.sitting])))

    assert "Chưa tính thống kê câu hỏi của kỳ thi này." in before
    assert "trên 4 bài đã nộp" in after
    assert f'href="/ngan-hang/thong-ke/{closed_round.contest.slug}/{closed_round.slug}/"' in after
    assert progress_of(closed_round) is None
    for share in ("100,0 %", "50,0 %", "0,0 %"):
        assert f'data-label="Tỷ lệ đúng">{share}<' in statistics


def test_the_page_shows_how_far_the_work_is(client, organiser, closed_round, time_machine):
    time_machine.move_to(AFTER)
    cache.set(f"measuring:{closed_round.pk}", measuring.Progress(3, 4))

    html = text(client.get(page_of(closed_round)))

    assert '<progress value="3" max="4"' in html
    assert 'hx-trigger="every 1s"' in html
    assert "Tính thống kê" not in html.split("Đang tính thống kê")[1]


def test_work_under_way_is_not_begun_again(closed_round, monkeypatch):
    cache.set(f"measuring:{closed_round.pk}", measuring.Progress(3, 4))
    monkeypatch.setattr(measuring, "in_background", None)  # would fail

    begin_measuring(closed_round, at=AFTER)

    assert progress_of(closed_round) == measuring.Progress(3, 4)


@pytest.mark.django_db(transaction=True)
def test_work_that_failed_is_said_and_can_be_tried_again(
    client, organiser, closed_round, at_once, monkeypatch, time_machine
):
    time_machine.move_to(AFTER)
    with monkeypatch.context() as broken:
        broken.setattr(measuring, "round_responses", lambda *_args, **_kwargs: 1 / 0)
        failed = text(press(client, closed_round))

    assert "Lần tính thống kê vừa rồi không xong." in failed
    assert not SittingStatistic.objects.exists()
    assert "trên 4 bài đã nộp" in text(press(client, closed_round))


def test_a_refusal_is_said_on_the_page(client, organiser, closed_round, time_machine):
    time_machine.move_to(NOON)

    assert "Kỳ thi chưa kết thúc hẳn" in text(press(client, closed_round))


@pytest.mark.django_db(transaction=True)
def test_the_work_is_done_beside_the_request(closed_round):
    begin_measuring(closed_round, at=AFTER)
    for thread in threading.enumerate():
        if thread.name == "measuring":
            thread.join(timeout=30)

    assert SittingStatistic.objects.get().attempts == 4


def test_the_jury_reads_the_page_and_measures_nothing(client, closed_round, time_machine):
    time_machine.move_to(AFTER)
    client.force_login(RoleGrantFactory(role=Role.JURY).user)

    html = text(client.get(page_of(closed_round)))

    assert "<form" not in html[html.index("<main") : html.index("</main>")]
    assert "/ngan-hang/ma-tran/" not in html


def test_a_blueprint_is_opened_filled_in(client, organiser, closed_round):
    html = client.get(page_of(closed_round)).content.decode()
    row = closed_round.blueprint.get()

    assert (
        f"/ngan-hang/ma-tran/?question_set={closed_round.question_set.code}&amp;people=4"
        f"&amp;topic={row.topic.code}&amp;difficulty=&amp;count=3"
    ) in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_few_and_many(count, closed_round, django_assert_num_queries):
    for _number in range(count - 1):
        playable_round(contest=closed_round.contest)

    # rounds, their blueprints with the topics, what was measured
    with django_assert_num_queries(4):
        rows = rounds_questions(closed_round.contest, at=AFTER)

    assert len(rows) == count


# The command ------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("measure_questions", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_measures_a_contest_and_says_what_it_could_not(closed_round, time_machine):
    time_machine.move_to(AFTER)
    contest = closed_round.contest
    RoundFactory(contest=contest, slug="trong", opens_at=NOON, closes_at=NOON + MINUTE)

    lines = run(contest.slug)

    assert lines[1] == "trong: refused, nothing_submitted"
    assert lines[0].startswith(f"{closed_round.slug}: 4 attempts, 3 questions, ")
    assert run(contest.slug, "trong") == lines[1:]
    assert SittingStatistic.objects.count() == 1


def test_the_command_knows_no_other_rounds():
    with pytest.raises(CommandError, match="no such official round"):
        run("khong-co")


def test_an_attempt_the_clock_closed_is_measured_too(closed_round):
    Attempt.objects.update(closed_by="expiry")

    assert measure_round(closed_round, at=AFTER).attempts == 4
