"""A frozen board: whatever happens after the freeze, nothing that the public gets tells of it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contest.models import Attempt
from contest.services.releasing import release_board
from contest.signals import attempt_graded, attempt_reopened
from leaderboard import receivers
from leaderboard.boards import BoardRequest, round_board, true_board
from leaderboard.enums import View
from leaderboard.queries import board_place
from leaderboard.services.counters import contest_counters, forget_counters
from leaderboard.services.snapshots import board_snapshot, forget_snapshots, snapshot_message
from leaderboard.services.standings import board_state, forget_checks, rebuild
from tests.factories import (
    NOON,
    AttemptFactory,
    DivisionFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

FREEZE = NOON + timedelta(minutes=30)  # half an hour before the rounds close
LATER = FREEZE + timedelta(minutes=20)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(clock):
    """A frozen round and a moving one of a contest, two people with results, one watching."""
    frozen = RoundFactory(name="Tuần 1", freeze_minutes=30)
    moving = RoundFactory(name="Tuần 2", contest=frozen.contest)
    division = DivisionFactory(contest=frozen.contest, code="cb")
    people = [
        ParticipantFactory(contest=frozen.contest, full_name=name, division=division)
        for name in ("Trần Thị Mai", "Lý Văn Sơn")
    ]
    for person, score in zip(people, (12, 9), strict=True):
        grade(SubmittedAttemptFactory(round=frozen, participant=person, score=score))
        grade(SubmittedAttemptFactory(round=moving, participant=person, score=5))
    return frozen, moving, people


def grade(attempt):
    attempt_graded.send_robust(sender=Attempt, attempt=attempt)
    return attempt


def happen_after_the_freeze(frozen, people):
    """A newcomer of another unit wins, somebody gets better, one is at it, one gets there late."""
    unit = UnitFactory(name="Sở Đến Muộn")
    late = ParticipantFactory(
        contest=frozen.contest, full_name="Trần Thị Muộn", unit=unit, joined_at=FREEZE
    )
    at = {"started_at": FREEZE, "elapsed_ms": 60_000}
    grade(SubmittedAttemptFactory(round=frozen, participant=late, score=20, **at))
    grade(SubmittedAttemptFactory(round=frozen, participant=people[1], number=2, score=19, **at))
    exactly = FREEZE - 300 * SECOND
    grade(
        SubmittedAttemptFactory(round=frozen, participant=people[0], number=2, started_at=exactly)
    )
    AttemptFactory(round=frozen, started_at=LATER, participant__joined_at=LATER)
    return late


def addresses(contest_round):
    slug = contest_round.contest.slug
    boards = [
        reverse("leaderboard:round_board", args=[slug, contest_round.slug]),
        reverse("leaderboard:board", args=[slug]),
    ]
    parts = ["", "?xem=don-vi", "?bang=cb", "?trang=2", "?phan=bang", "?phan=bang&xem=don-vi"]
    return [f"{board}{part}" for board in boards for part in (*parts, "?phan=toi")]


def public_answers(contest_round, person):
    """Everything that this other person, and a visitor, can get: bodies and headers."""
    answers = {}
    for who in (None, person.user):
        client = Client()
        if who is not None:
            client.force_login(who)
        for url in addresses(contest_round):
            first = client.get(url)
            answers[who, url] = told(first)
            tag = {"If-None-Match": first.headers.get("ETag", "")}
            answers[who, url, "again"] = told(client.get(url, headers=tag))
            if "phan" not in url:
                for name in ("muon", "tran thi", "ly van son"):
                    answers[who, url, name] = told(client.post(url, {"ten": name}))
        receipt = person.attempts.get(round=contest_round, number=1).code
        answers[who, "receipt"] = told(client.get(reverse("contest:receipt", args=[receipt])))
    for slug in (contest_round.slug, None):
        place = board_place(
            slug=contest_round.contest.slug, round_slug=slug, user=person.user, at=timezone.now()
        )
        answers[slug, "version"] = board_state(place.board).version
        for view in View:
            answers[slug, view] = snapshot_message(place, BoardRequest(view))
    answers["counters"] = contest_counters(contest_round.contest, timezone.now())
    return answers


def told(response):
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
    return response.status_code, body, dict(response.headers)


def restart(drop_store):
    drop_store()
    forget_checks()
    forget_counters()


@pytest.mark.parametrize("keeps", ["nothing", "boards", "boards and snapshots"])
def test_worlds_that_differ_after_the_freeze_give_the_same_answers(world, clock, drop_store, keeps):
    frozen, _moving, people = world
    clock.move_to(LATER)
    restart(drop_store)
    without = public_answers(frozen, people[0])

    clock.move_to(LATER - SECOND)
    late = happen_after_the_freeze(frozen, people)
    clock.move_to(LATER)
    if keeps == "nothing":
        restart(drop_store)
    elif keeps == "boards":
        forget_snapshots()
        forget_counters()
        forget_checks()
    after = public_answers(frozen, people[0])

    assert after.keys() == without.keys()
    assert [key for key in after if after[key] != without[key]] == []
    assert late.full_name not in str(after)
    assert b"Tr\xe1\xba\xa7n Th\xe1\xbb\x8b Mai" in after[None, addresses(frozen)[0]][1]


def test_the_same_comparison_sees_what_a_board_without_freeze_tells(world, clock, drop_store):
    frozen, _moving, people = world
    frozen.freeze_minutes = 0
    frozen.save(update_fields=["freeze_minutes"])
    clock.move_to(LATER)
    restart(drop_store)
    without = public_answers(frozen, people[0])

    happen_after_the_freeze(frozen, people)
    restart(drop_store)
    after = public_answers(frozen, people[0])

    differing = {key for key in after if after[key] != without[key]}
    assert {(None, url) for url in addresses(frozen) if "phan=toi" not in url} <= differing
    assert {"counters", (None, "version"), (None, View.UNITS)} <= differing | {(None, "version")}


def names(contest_round, *, true=False):
    at = timezone.now()
    place = board_place(
        slug=contest_round.contest.slug,
        round_slug=contest_round.slug,
        user=RoleGrantFactory().user,
        at=at,
    )
    if true:
        place.__dict__["board"] = true_board(place.board)
    return [row.name for row in board_snapshot(place, BoardRequest(), None).rows]


def test_the_true_board_goes_on_beside_the_frozen_one(world, clock):
    frozen, _moving, people = world
    clock.move_to(LATER)
    assert names(frozen) == ["Trần Thị Mai", "Lý Văn Sơn"]

    happen_after_the_freeze(frozen, people)

    assert names(frozen) == ["Trần Thị Mai", "Lý Văn Sơn"]
    assert names(frozen, true=True) == ["Trần Thị Muộn", "Lý Văn Sơn", "Trần Thị Mai"]


def test_nobody_hears_of_what_follows_the_freeze(world, clock, monkeypatch):
    frozen, moving, people = world
    heard = []
    monkeypatch.setattr(receivers, "announce", lambda board, *, version: heard.append(board.group))
    clock.move_to(LATER)
    happen_after_the_freeze(frozen, people)
    assert heard == []

    grade(SubmittedAttemptFactory(round=moving, participant=people[1], number=2, score=6))
    assert heard == [round_board(moving, at=LATER).group, f"board.total.{frozen.contest_id}"]


def test_what_was_submitted_before_but_graded_later_still_comes(world, clock):
    frozen, _moving, _people = world
    clock.move_to(LATER)
    assert len(names(frozen)) == 2

    attempt = SubmittedAttemptFactory(round=frozen, score=15, started_at=FREEZE - 301 * SECOND)
    grade(attempt)

    assert names(frozen)[0] == attempt.participant.full_name


def test_an_attempt_under_way_again_leaves_the_frozen_board(world, clock):
    frozen, _moving, people = world
    clock.move_to(LATER)
    assert len(names(frozen)) == 2

    attempt = people[0].attempts.get(round=frozen)
    for field in ("submitted_at", "elapsed_ms", "score", "max_score", "correct_count"):
        setattr(attempt, field, None)
    attempt.receipt_code, attempt.closed_by = None, ""
    attempt.save()
    attempt_reopened.send_robust(sender=Attempt, attempt=attempt)

    assert names(frozen) == ["Lý Văn Sơn"]


def test_the_freeze_itself_is_news_with_a_higher_version(world, clock):
    frozen, _moving, _people = world
    before = board_state(round_board(frozen, at=NOON)).version
    clock.move_to(FREEZE)

    assert board_state(round_board(frozen, at=FREEZE)).version > before


def test_who_came_after_the_freeze_is_told_that_it_counts(world, clock):
    frozen, _moving, people = world
    clock.move_to(LATER)
    late = happen_after_the_freeze(frozen, people)
    client = Client()
    client.force_login(late.user)

    own = client.get(f"{addresses(frozen)[0]}?phan=toi").content.decode()

    assert "Bài nộp từ khi đóng băng vẫn được ghi nhận đầy đủ" in own


@pytest.mark.parametrize(("at", "count"), [(FREEZE - SECOND, 3), (FREEZE, 2), (LATER, 2)])
def test_the_board_stands_still_from_the_instant_of_the_freeze(world, clock, at, count):
    frozen, _moving, _people = world
    SubmittedAttemptFactory(round=frozen, started_at=FREEZE - 300 * SECOND)
    clock.move_to(at)

    assert len(names(frozen)) == count


def test_the_release_shows_everything_with_a_higher_version(
    world, clock, monkeypatch, django_capture_on_commit_callbacks
):
    frozen, _moving, people = world
    heard = []
    monkeypatch.setattr(
        receivers, "announce", lambda board, *, version: heard.append((board, version))
    )
    clock.move_to(LATER)
    happen_after_the_freeze(frozen, people)
    before = board_state(round_board(frozen, at=LATER)).version

    clock.move_to(LATER + SECOND)
    with django_capture_on_commit_callbacks(execute=True):
        frozen = release_board(round_id=frozen.pk, actor=RoleGrantFactory().user, at=timezone.now())

    assert names(frozen) == ["Trần Thị Muộn", "Lý Văn Sơn", "Trần Thị Mai"]
    (own, own_version), (everything, _version) = heard
    assert (own.is_total, everything.is_total, own.is_public) == (False, True, True)
    assert own_version > before

    grade(SubmittedAttemptFactory(round=frozen, participant=people[0], number=3, score=20))
    assert names(frozen)[1:2] == ["Trần Thị Mai"]


def test_the_total_takes_from_a_frozen_round_what_came_before(world, clock, client):
    frozen, _moving, people = world
    clock.move_to(LATER)
    happen_after_the_freeze(frozen, people)

    page = client.get(reverse("leaderboard:board", args=[frozen.contest.slug])).content.decode()

    assert re.findall(r'class="board-score" data-slot="score">([^<]+)', page)[:2] == ["17", "14"]
    assert "Tuần 1: bảng xếp hạng đã đóng băng từ 12:30" in page


def test_the_page_says_since_when_and_until_when(world, clock, client):
    frozen, _moving, _people = world
    clock.move_to(LATER)

    page = client.get(addresses(frozen)[0]).content.decode()

    assert "Bảng xếp hạng đã đóng băng từ 12:30 ngày 15/09/2026" in page
    assert "sau khi kỳ thi kết thúc lúc 13:00 15/09/2026" in page
    assert "đang cập nhật" not in page


def test_after_the_round_it_stays_frozen_until_it_is_released(world, clock):
    frozen, _moving, people = world
    clock.move_to(LATER)
    happen_after_the_freeze(frozen, people)

    clock.move_to(NOON + timedelta(days=10))
    assert len(names(frozen)) == 2


def test_a_frozen_board_is_built_with_as_many_queries_as_another(
    world, clock, django_assert_num_queries
):
    frozen, moving, _people = world

    for contest_round in (frozen, moving):
        board = round_board(contest_round, at=LATER)
        with django_assert_num_queries(3):
            rebuild(board)


# The release at the desk ------------------------------------------------------------------------


def desk_client(role):
    client = Client()
    user = RoleGrantFactory(role=role).user
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("role", "desk"), [("organiser", "organiser_contest"), ("jury", "jury_contest")]
)
def test_the_desk_leads_to_a_page_that_asks_and_then_releases(world, clock, role, desk):
    frozen, _moving, _people = world
    clock.move_to(LATER)
    client, slug = desk_client(role), frozen.contest.slug
    release = reverse("contest:board_release", args=[slug, frozen.slug])
    desk_url = reverse(f"contest:{desk}", args=[slug])

    assert release in client.get(desk_url).content.decode()
    asked = client.get(release).content.decode()
    assert "đã đóng băng từ 12:30 15/09/2026" in asked
    assert "Kỳ thi chưa kết thúc (đóng lúc 13:00 15/09/2026)" in asked
    frozen.refresh_from_db()
    assert frozen.board_released_at is None

    done = client.post(release, {"reason": "Lễ trao giải"}, follow=True)

    assert done.redirect_chain[-1][0] == desk_url
    assert "Bảng xếp hạng đã được mở băng." in done.content.decode()
    assert release not in done.content.decode()
    frozen.refresh_from_db()
    assert frozen.board_released_at == LATER


def test_a_release_that_is_not_due_is_refused_courteously(world, clock):
    frozen, _moving, _people = world
    client = desk_client("organiser")
    release = reverse("contest:board_release", args=[frozen.contest.slug, frozen.slug])

    assert "hiện không bị đóng băng" in client.get(release).content.decode()
    answer = client.post(release, follow=True).content.decode()

    assert "Bảng xếp hạng của kỳ thi này không bị đóng băng." in answer


def test_an_observer_sees_the_freeze_without_the_button(world, clock):
    frozen, _moving, _people = world
    clock.move_to(LATER)

    page = desk_client("observer").get(
        reverse("contest:organiser_contest", args=[frozen.contest.slug])
    )

    assert "đã đóng băng từ 12:30" in page.content.decode()
    assert reverse("contest:board_release", args=[frozen.contest.slug, frozen.slug]) not in (
        page.content.decode()
    )


@pytest.mark.parametrize(
    ("role", "status"), [("organiser", 200), ("jury", 200), ("observer", 403), ("author", 403)]
)
def test_the_release_is_for_those_who_decide(world, clock, role, status):
    frozen, _moving, _people = world
    clock.move_to(LATER)
    release = reverse("contest:board_release", args=[frozen.contest.slug, frozen.slug])
    client = desk_client(role)

    assert client.get(release).status_code == status
    assert client.post(release, follow=True).status_code == status
    frozen.refresh_from_db()
    assert (frozen.board_released_at is not None) == (status == 200)
    assert Client(enforce_csrf_checks=True).post(release).status_code == 403
    missing = reverse("contest:board_release", args=[frozen.contest.slug, "khong-co"])
    assert client.get(missing).status_code == (404 if status == 200 else 403)
