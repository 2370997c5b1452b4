"""The board's socket: what it answers, what it refuses, and that it keeps secrets."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.enums import Role
from contest.models import Attempt
from contest.services.releasing import release_board
from contest.signals import attempt_graded
from leaderboard import consumers
from leaderboard.services import snapshots
from tests.factories import (
    DivisionFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

ASK = {"type": "snapshot", "view": "individuals", "division": None, "page": 1}


@sync_to_async
def make_round(**fields):
    return RoundFactory(**fields)


@sync_to_async
def submit(contest_round, name, score, **fields):
    participant = ParticipantFactory(contest=contest_round.contest, full_name=name, **fields)
    return SubmittedAttemptFactory(round=contest_round, participant=participant, score=score)


@sync_to_async
def grade(attempt):
    attempt_graded.send_robust(sender=Attempt, attempt=attempt)


def path(contest_round):
    return f"/ws/bang-xep-hang/{contest_round.contest.slug}/{contest_round.slug}/"


def total_path(contest_round):
    return f"/ws/bang-xep-hang/{contest_round.contest.slug}/"


async def ask(socket, **fields):
    await socket.send_json(ASK | fields)
    return await socket.receive_json(5)


async def closed_with(socket):
    """The code the server closes with, past whatever it still had to say."""
    while True:
        message = await socket.receive_output(5)
        if message["type"] == "websocket.close":
            return message["code"]


def names(answer):
    at = answer["columns"].index("name")
    return [row[at] for row in answer["rows"]]


async def test_greeting_carries_the_version_and_a_snapshot_has_the_same(open_socket):
    contest_round = await make_round()
    await submit(contest_round, "An", 15)
    socket = await open_socket(path(contest_round))

    greeting = await socket.receive_json(5)
    answer = await ask(socket)

    assert greeting == {"type": "hello", "version": answer["version"]}


async def test_snapshot_holds_the_rows_as_they_are_read(open_socket):
    contest_round = await make_round()
    await submit(contest_round, "An", Decimal("15.50"), unit=None)
    socket = await open_socket(path(contest_round))
    await socket.receive_json(5)

    answer = await ask(socket)

    row = dict(zip(answer["columns"], answer["rows"][0], strict=True))
    assert row.pop("key")
    assert row == {
        "place": 1,
        "name": "An",
        "unit": "",
        "score": "15,5",
        "time": "05:00,0",
        "correct": "15",
        "submitted": "12:05:00 15/09/2026",
    }
    assert (answer["page"], answer["pages"], answer["count"]) == (1, 1, 1)
    assert (answer["participants"], answer["attempts"], answer["units"]) == (1, 1, 0)


async def test_snapshot_of_a_division(open_socket):
    contest_round = await make_round()
    division = await sync_to_async(DivisionFactory)(contest=contest_round.contest, code="cb")
    await submit(contest_round, "An", 15, division=division)
    await submit(contest_round, "Bình", 16)
    socket = await open_socket(path(contest_round))
    await socket.receive_json(5)

    answer = await ask(socket, division="cb")

    assert (names(answer), answer["division"]) == (["An"], "cb")


async def test_snapshot_of_units(open_socket):
    contest_round = await make_round(contest__min_unit_size=2)
    attempt = await submit(contest_round, "An", 15)
    socket = await open_socket(path(contest_round))
    await socket.receive_json(5)

    answer = await ask(socket, view="units")

    assert names(answer) == [attempt.participant.unit.name]
    (row,) = answer["rows"]
    cells = dict(zip(answer["columns"], row, strict=True))
    assert (cells["place"], cells["mean"], cells["total"]) == (None, "", "")


async def test_a_submission_is_announced_and_then_shown(open_socket):
    contest_round = await make_round()
    await submit(contest_round, "An", 15)
    sockets = [await open_socket(path(contest_round)), await open_socket(total_path(contest_round))]
    for socket in sockets:
        await socket.receive_json(5)
        assert names(await ask(socket)) == ["An"]

    await grade(await submit(contest_round, "Bình", 16))

    for socket in sockets:
        news = await socket.receive_json(5)
        answer = await ask(socket)
        assert news == {
            "type": "board.changed",
            "version": answer["version"],
            "spread_ms": 150,
        }
        assert names(answer) == ["Bình", "An"]


async def test_a_socket_hears_of_its_own_board_only(open_socket):
    contest_round, other = await make_round(), await make_round()
    socket = await open_socket(path(contest_round))
    await socket.receive_json(5)

    await grade(await submit(other, "An", 15))
    await grade(await submit(contest_round, "Bình", 15))

    assert (await socket.receive_json(5))["type"] == "board.changed"
    assert names(await ask(socket)) == ["Bình"]


async def test_simultaneous_questions_are_computed_once(open_socket, monkeypatch):
    contest_round = await make_round()
    await submit(contest_round, "An", 15)
    sockets = [await open_socket(path(contest_round)) for _ in range(20)]
    for socket in sockets:
        await socket.receive_json(5)
    computed = []
    compute = snapshots.snapshot_message

    def counted(*args):
        computed.append(1)
        return compute(*args)

    monkeypatch.setattr(consumers, "snapshot_message", counted)

    answers = await asyncio.gather(*(ask(socket) for socket in sockets))

    assert len(computed) == 1
    assert answers == [answers[0]] * 20


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"snapshot"',
        '{"type": "answers"}',
        '{"type": "snapshot", "view": "keys"}',
        '{"type": "snapshot", "view": ["units"]}',
        '{"type": "snapshot", "page": 0}',
        '{"type": "snapshot", "page": 1e9}',
        '{"type": "snapshot", "page": true}',
        '{"type": "snapshot", "page": "1"}',
        '{"type": "snapshot", "division": 7}',
        '{"type": "snapshot", "division": "khong-co"}',
        '{"type": "snapshot", "division": "' + "x" * 600 + '"}',
        "[" * 499,
    ],
)
async def test_what_is_malformed_closes_the_socket(open_socket, text):
    socket = await open_socket(path(await make_round()))

    await socket.send_text(text)

    assert await closed_with(socket) == 4400


async def test_bytes_close_the_socket(open_socket):
    socket = await open_socket(path(await make_round()))

    await socket.send_input({"type": "websocket.receive", "bytes": b"{}"})

    assert await closed_with(socket) == 4400


async def test_too_many_messages_close_the_socket(open_socket):
    contest_round = await make_round()
    socket = await open_socket(path(contest_round))

    for _ in range(consumers.BURST + 5):
        await socket.send_json(ASK)

    assert await closed_with(socket) == 4429


async def test_an_unknown_board_closes_the_socket(open_socket):
    contest_round = await make_round()

    socket = await open_socket(f"/ws/bang-xep-hang/{contest_round.contest.slug}/khong-co/")

    assert await closed_with(socket) == 4404


@pytest.mark.parametrize("role", [None, Role.AUTHOR])
async def test_an_unpublished_contest_closes_the_socket(open_socket, role):
    contest_round = await make_round(contest__is_published=False)
    user = (await sync_to_async(RoleGrantFactory)(role=role)).user if role else None

    socket = await open_socket(path(contest_round), user=user)

    assert await closed_with(socket) == 4404


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.JURY, Role.OBSERVER])
async def test_those_who_run_an_unpublished_contest_see_its_board(open_socket, role):
    contest_round = await make_round(contest__is_published=False)
    await submit(contest_round, "An", 15)
    grant = await sync_to_async(RoleGrantFactory)(role=role)
    socket = await open_socket(path(contest_round), user=grant.user)
    await socket.receive_json(5)

    assert names(await ask(socket)) == ["An"]


async def test_unpublishing_closes_the_sockets_that_ask(open_socket):
    contest_round = await make_round()
    socket = await open_socket(path(contest_round))
    await socket.receive_json(5)

    contest_round.contest.is_published = False
    await sync_to_async(contest_round.contest.save)()
    await socket.send_json(ASK)

    assert await closed_with(socket) == 4404


@pytest.mark.parametrize("show_score", ["after_close", "never"])
@pytest.mark.parametrize("where", [path, total_path])
@pytest.mark.parametrize("who", ["visitor", "participant", "organiser"])
async def test_before_the_reveal_the_socket_says_nothing_of_results(
    open_socket, show_score, where, who, settings
):
    contest_round = await make_round(show_score=show_score, **open_now())
    attempt = await submit(contest_round, "An", 15)
    users = {
        "visitor": None,
        "participant": attempt.participant.user,
        "organiser": (await sync_to_async(RoleGrantFactory)()).user,
    }
    socket = await open_socket(where(contest_round), user=users[who])

    assert await socket.receive_json(5) == {"type": "hello", "version": 0}
    await grade(await submit(contest_round, "Bình", 16))
    assert await ask(socket) == {"type": "hidden"}
    assert await ask(socket, view="units") == {"type": "hidden"}
    assert await socket.receive_nothing(0.05)


def open_now():
    now = timezone.now()
    return {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(hours=1)}


async def test_a_signed_in_spectator_gets_what_everybody_gets(open_socket):
    contest_round = await make_round()
    await submit(contest_round, "An", 15)
    user = await sync_to_async(UserFactory)()
    answers = []
    for who in (None, user):
        socket = await open_socket(path(contest_round), user=who)
        await socket.receive_json(5)
        answers.append(await ask(socket))

    assert answers[0] == answers[1]


# The freeze -------------------------------------------------------------------------------------


def frozen_now():
    """Open for another ten minutes, frozen for twenty."""
    now = timezone.now()
    return {
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(minutes=10),
        "freeze_minutes": 30,
    }


@sync_to_async
def submit_at(contest_round, name, at, **fields):
    person = ParticipantFactory(contest=contest_round.contest, full_name=name)
    started_at = at - timedelta(milliseconds=300_000)
    return SubmittedAttemptFactory(
        round=contest_round, participant=person, started_at=started_at, **fields
    )


@sync_to_async
def release(contest_round):
    actor = RoleGrantFactory(role=Role.JURY).user
    return release_board(round_id=contest_round.pk, actor=actor, at=timezone.now())


@pytest.mark.parametrize("where", [path, total_path])
async def test_a_frozen_board_says_nothing_until_it_is_released(open_socket, where):
    contest_round = await make_round(**frozen_now())
    before = contest_round.freezes_at - timedelta(minutes=1)
    await submit_at(contest_round, "An", before, score=10)
    socket = await open_socket(where(contest_round))
    greeting = await socket.receive_json(5)
    first = await ask(socket)

    await grade(await submit_at(contest_round, "Bình", timezone.now(), score=20))

    assert await socket.receive_nothing(0.05)
    assert (names(first), first["frozen"] != "") == (["An"], True)
    again = await ask(socket)
    assert again | {"updated": ""} == first | {"updated": ""}

    await release(contest_round)
    news = await socket.receive_json(5)
    assert news["type"] == "board.changed"
    assert news["version"] > greeting["version"]
    released = await ask(socket)
    assert (names(released), released["frozen"]) == (["Bình", "An"], "")
