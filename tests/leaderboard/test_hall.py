"""The hall's screen and the ceremony: who may see what, and nothing before it is asked for."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import RevealTime
from contest.results.queries import leading_rows, round_standings
from tests.factories import (
    NOON,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

AFTERWARDS = NOON + timedelta(hours=1, minutes=1)
NAMES = ["Sơn Thị Nhất", "Kim Văn Nhì", "Thạch Thị Ba", "Danh Văn Tư"]


@pytest.fixture
def clock():
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False) as traveller:
        yield traveller


@pytest.fixture
def contest_round(clock):
    contest_round = RoundFactory()
    for number, name in enumerate(NAMES):
        SubmittedAttemptFactory(
            round=contest_round, participant__full_name=name, score=20 - 2 * number
        )
    return contest_round


def address(page, contest_round):
    return reverse(f"leaderboard:{page}", args=[contest_round.contest.slug, contest_round.slug])


def signed_in(client, role):
    unit = UnitFactory() if role is Role.COORDINATOR else None
    user = RoleGrantFactory(role=role, unit=unit).user if role else UserFactory()
    client.force_login(user)
    return user


def tell(client, contest_round, number, count=4):
    sent = {"hang": number, "tu": count}
    return client.post(address("ceremony", contest_round), sent)


# The hall ---------------------------------------------------------------------------------------


def test_the_hall_shows_the_leaders_and_the_way_in(client, contest_round):
    for page in (
        address("round_hall", contest_round),
        reverse("leaderboard:hall", args=[contest_round.contest.slug]),
    ):
        html = client.get(page).content.decode()

        assert [html.index(name) for name in NAMES] == sorted(html.index(name) for name in NAMES)
        assert f"/hoi-thi/{contest_round.contest.slug}/qr.svg" in html
        assert f"testserver/hoi-thi/{contest_round.contest.slug}/" in html


def test_the_hall_shows_ten_however_many_there_are(
    client, contest_round, django_assert_max_num_queries
):
    for _number in range(15):
        SubmittedAttemptFactory(round=contest_round)

    with django_assert_max_num_queries(8):
        html = client.get(address("round_hall", contest_round)).content.decode()

    assert html.count('class="hall-row"') == 11  # ten, and the script's pattern


def test_the_hall_keeps_scores_that_are_not_public(client, contest_round):
    contest_round.show_score = RevealTime.AFTER_CLOSE
    contest_round.save(update_fields=["show_score"])

    html = client.get(address("round_hall", contest_round)).content.decode()

    assert not any(name in html for name in NAMES)
    assert "được công bố sau khi kỳ thi kết thúc" in html


def test_the_hall_invites_while_nobody_has_handed_in(client, clock):
    html = client.get(address("round_hall", RoundFactory())).content.decode()

    assert "Kính mời Anh/Chị quét mã và dự thi." in html


@pytest.mark.parametrize(
    ("role", "status"), [(None, 404), (Role.ORGANISER, 200), (Role.JURY, 200), (Role.AUTHOR, 404)]
)
def test_the_hall_of_an_unpublished_contest_is_for_those_who_run_it(
    client, contest_round, role, status
):
    contest_round.contest.is_published = False
    contest_round.contest.save(update_fields=["is_published"])
    signed_in(client, role)

    assert client.get(address("round_hall", contest_round)).status_code == status


# The ceremony -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_ceremony_is_for_jury_and_organisers(client, contest_round, clock, role, method):
    clock.move_to(AFTERWARDS)
    signed_in(client, role)

    answer = getattr(client, method)(address("ceremony", contest_round), {"hang": 1})

    assert answer.status_code == (200 if role in {Role.JURY, Role.ORGANISER} else 403)


def test_a_visitor_is_asked_to_sign_in(client, contest_round):
    answer = client.get(address("ceremony", contest_round))

    assert answer.status_code == 302
    assert "dang-nhap" in answer.url


def test_nothing_is_told_while_somebody_may_be_at_work(client, contest_round, clock):
    clock.move_to(contest_round.over_at)
    signed_in(client, Role.JURY)

    answer = tell(client, contest_round, 1)

    assert answer.status_code == 409
    assert "Kỳ thi chưa kết thúc" in answer.content.decode()
    assert NAMES[0] not in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_each_step_tells_one_row_and_no_other(client, contest_round, clock):
    clock.move_to(AFTERWARDS)
    signed_in(client, Role.JURY)

    pages = [client.get(address("ceremony", contest_round)).content.decode()]
    pages += [tell(client, contest_round, number).content.decode() for number in (4, 3, 2, 1)]

    shown = [[name for name in NAMES if name in page] for page in pages]
    assert shown == [[], [NAMES[3]], [NAMES[2]], [NAMES[1]], [NAMES[0]]]


def test_each_row_that_is_told_is_recorded(client, contest_round, clock):
    clock.move_to(AFTERWARDS)
    actor = signed_in(client, Role.ORGANISER)

    tell(client, contest_round, 2)

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == (actor, "ceremony.tell")
    assert entry.after == {"row": 2, "place": 2}


@pytest.mark.parametrize("number", ["0", "5", "999", "-1", "một", ""])
def test_a_row_that_is_not_there_is_refused(client, contest_round, clock, number):
    clock.move_to(AFTERWARDS)
    signed_in(client, Role.JURY)

    answer = tell(client, contest_round, number)

    assert answer.status_code == 404
    assert not AuditEntry.objects.exists()


def test_ties_share_their_place(client, contest_round, clock):
    for name in ("Lý Thị Bằng", "Trà Văn Bằng"):
        SubmittedAttemptFactory(
            round=contest_round, participant__full_name=name, score=19, elapsed_ms=300_000
        )
    clock.move_to(AFTERWARDS)
    signed_in(client, Role.JURY)

    pages = [tell(client, contest_round, number).content.decode() for number in (2, 3, 4)]

    assert ['data-place="2"' in page for page in pages] == [True, True, False]
    assert 'data-place="4"' in pages[2]


@pytest.mark.parametrize("count", [1, 3, 7, 20])
def test_the_leading_rows_are_those_of_the_exported_standings(contest_round, count):
    for number in range(12):
        attempt = SubmittedAttemptFactory(
            round=contest_round, score=number % 4, elapsed_ms=1000 * (number % 3)
        )
        SubmittedAttemptFactory(
            round=contest_round, participant=attempt.participant, number=2, score=5 - number % 6
        )

    assert leading_rows(contest_round, count=count) == round_standings(contest_round).rows[:count]
