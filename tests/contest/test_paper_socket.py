"""The paper's socket: every message repeatable, every acknowledgement after the commit."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from importlib import import_module

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.closings import FOREIGN_ORIGIN, TOO_LARGE, closed
from contest import consumers
from contest.messages import milliseconds, parse_save
from contest.models import Answer, AnswerEvent
from contest.services.giving_time import give_extra_time, record_outage
from tests.contest.papers import (
    handed_in,
    playable_round,
    position_of,
    round_of_all_kinds,
    started_attempt,
)
from tests.factories import RoleGrantFactory, UserFactory

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def a_paper():
    now = timezone.now()
    contest_round = playable_round(opens_at=now - HOUR, closes_at=now + HOUR)
    user = UserFactory()
    return user, started_attempt(contest_round=contest_round, user=user, at=now)


@sync_to_async
def a_paper_of_all_kinds():
    now = timezone.now()
    contest_round = round_of_all_kinds(opens_at=now - HOUR, closes_at=now + HOUR)
    user = UserFactory()
    attempt = started_attempt(contest_round=contest_round, user=user, at=now)
    places = (position_of(attempt, kind) for kind in ("short_text", "number"))
    return user, attempt, *places


@sync_to_async
def stored(attempt):
    return list(Answer.objects.filter(attempt=attempt).values_list("response", flat=True))


def address(attempt):
    return f"/ws/thi/{attempt.code}/"


def item(position=1, response="B", number=1):
    return {"position": position, "response": response, "number": number}


async def opened(open_socket):
    user, attempt = await a_paper()
    socket = await open_socket(address(attempt), user=user)
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    return socket, attempt


async def test_a_saved_answer_is_acknowledged_with_what_is_stored(open_socket):
    socket, attempt = await opened(open_socket)

    await socket.send_json({"id": 7, "answers": [item(1, "B", 5), item(3, "D", 6)]})
    answer = await socket.receive_json()

    assert (answer["type"], answer["id"], answer["refused"]) == ("saved", 7, [])
    assert answer["saved"] == [
        {"position": 1, "response": "B", "number": 5, "current": True},
        {"position": 3, "response": "D", "number": 6, "current": True},
    ]
    assert await stored(attempt) == ["B", "", "D"]


async def test_bad_answers_are_refused_one_by_one(open_socket):
    socket, attempt = await opened(open_socket)

    await socket.send_json({"answers": [item(9), item(1, "Z"), item(2, "A", 0), item(3, "C")]})
    answer = await socket.receive_json()

    refused = {each["position"]: each["code"] for each in answer["refused"]}
    assert refused == {9: "not_on_paper", 1: "bad_response", 2: "bad_number"}
    assert [each["position"] for each in answer["saved"]] == [3]
    assert await stored(attempt) == ["", "", "C"]


async def test_typed_answers_are_saved_tidy_and_what_is_no_number_is_refused(open_socket):
    user, attempt, text_at, number_at = await a_paper_of_all_kinds()
    socket = await open_socket(address(attempt), user=user)
    await socket.receive_json()

    await socket.send_json(
        {"id": 1, "answers": [item(text_at, " Một\u0000  cửa ", 5), item(number_at, "6a", 6)]}
    )
    answer = await socket.receive_json()
    await socket.send_json({"id": 2, "answers": [item(number_at, "88,4", 7)]})
    corrected = await socket.receive_json()

    assert answer["saved"] == [
        {"position": text_at, "response": "Một cửa", "number": 5, "current": True}
    ]
    assert [(it["position"], it["code"]) for it in answer["refused"]] == [
        (number_at, "not_a_number")
    ]
    assert corrected["saved"][0]["response"] == "88,4"
    kept = await stored(attempt)
    assert (kept[text_at - 1], kept[number_at - 1]) == ("Một cửa", "88,4")
    assert await AnswerEvent.objects.filter(attempt=attempt).acount() == 2


async def test_a_message_holds_as_many_of_the_longest_texts_as_the_page_sends_at_once(open_socket):
    socket, _attempt = await opened(open_socket)
    longest = "\ud7a3" * 200  # three bytes each, as most letters with two marks

    frame = json.dumps({"answers": [item(9, longest, 1)] * 25}, ensure_ascii=False)
    assert parse_save(frame.encode()).answers[24].response == longest
    await socket.send_text(frame)

    assert len((await socket.receive_json())["refused"]) == 25


async def test_several_saves_of_one_question_in_one_message_end_with_the_newest(open_socket):
    socket, attempt = await opened(open_socket)

    await socket.send_json({"answers": [item(1, "A", 1), item(1, "C", 3), item(1, "B", 2)]})
    answer = await socket.receive_json()

    assert [each["current"] for each in answer["saved"]] == [True, True, False]
    assert (await stored(attempt))[0] == "C"
    assert await AnswerEvent.objects.filter(attempt=attempt).acount() == 2


async def test_two_devices_share_one_paper(open_socket):
    user, attempt = await a_paper()
    phone = await open_socket(address(attempt), user=user)
    laptop = await open_socket(address(attempt), user=user)
    for socket in (phone, laptop):
        await socket.receive_json()

    await phone.send_json({"answers": [item(1, "B", 5)]})
    await phone.receive_json()
    await laptop.send_json({"answers": [item(1, "A", 4)]})
    answer = await laptop.receive_json()

    assert answer["saved"] == [{"position": 1, "response": "B", "number": 5, "current": False}]


async def test_after_the_submission_answers_are_refused(open_socket):
    socket, attempt = await opened(open_socket)
    await sync_to_async(handed_in)(attempt, at=timezone.now())

    await socket.send_json({"answers": [item()]})

    assert (await socket.receive_json())["refused"][0]["code"] == "already_submitted"


async def test_nothing_is_acknowledged_that_the_database_did_not_take(open_socket, monkeypatch):
    socket, attempt = await opened(open_socket)

    def full(_saves):
        raise DatabaseError("disk full")

    monkeypatch.setattr(consumers.group_commit(), "_write", full)
    await socket.send_json({"id": 3, "answers": [item()]})

    assert await socket.receive_json() == {"type": "failed", "id": 3}
    assert await stored(attempt) == ["", "", ""]


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"answers": []}',
        '{"answers": "B"}',
        json.dumps({"answers": [{**item(), "position": "1"}]}),
        json.dumps({"answers": [{**item(), "number": 1.5}]}),
        json.dumps({"answers": [item(response="B" * 201)]}),
        json.dumps({"answers": [item()] * 201}),
        "[" * 10_000,
        json.dumps({"answers": [item()], "padding": "x" * 40_000}),
    ],
)
async def test_a_malformed_frame_closes_the_socket_and_is_counted(open_socket, frame):
    socket, attempt = await opened(open_socket)
    before = closed[consumers.MALFORMED]

    await socket.send_text(frame)

    assert await socket.closing_code() == consumers.MALFORMED
    assert closed[consumers.MALFORMED] == before + 1
    assert await stored(attempt) == ["", "", ""]


async def test_a_binary_frame_is_malformed(open_socket):
    socket, _attempt = await opened(open_socket)

    await socket.send_input(
        {"type": "websocket.receive", "bytes": json.dumps({"answers": [item()]}).encode()}
    )

    assert await socket.closing_code() == consumers.MALFORMED


async def test_a_frame_too_large_for_the_server_is_counted(open_socket):
    socket, _attempt = await opened(open_socket)
    before = closed[TOO_LARGE]

    await socket.disconnect(code=TOO_LARGE)

    assert closed[TOO_LARGE] == before + 1


async def test_one_bad_client_does_no_harm_to_another(open_socket):
    good, attempt = await opened(open_socket)
    bad, _other = await opened(open_socket)

    await bad.send_text("{")
    await bad.closing_code()
    await good.send_json({"answers": [item()]})

    assert (await good.receive_json())["type"] == "saved"
    assert (await stored(attempt))[0] == "B"


async def test_a_visitor_is_sent_away(open_socket):
    _user, attempt = await a_paper()

    socket = await open_socket(address(attempt))

    assert await socket.closing_code() == consumers.SIGNED_OUT


async def test_somebody_elses_paper_is_not_found(open_socket):
    _user, attempt = await a_paper()
    stranger = await sync_to_async(UserFactory)()

    socket = await open_socket(address(attempt), user=stranger)

    assert await socket.closing_code() == consumers.NOT_FOUND


async def test_a_foreign_origin_is_refused(open_socket):
    user, attempt = await a_paper()
    socket = await open_socket(address(attempt), user=user, connect=False)
    socket.scope["headers"] = [
        (name, b"https://evil.example" if name == b"origin" else value)
        for name, value in socket.scope["headers"]
    ]

    before = closed[FOREIGN_ORIGIN]
    with pytest.raises(AssertionError, match="refused"):
        await socket.connect()
    assert closed[FOREIGN_ORIGIN] == before + 1


async def test_too_many_frames_close_the_socket(open_socket, monkeypatch):
    monkeypatch.setattr(consumers, "BURST", 3)
    monkeypatch.setattr(consumers, "MESSAGES_PER_SECOND", 0.001)
    socket, _attempt = await opened(open_socket)

    for number in range(1, 4):
        await socket.send_json({"answers": [item(number=number)]})
        assert (await socket.receive_json())["type"] == "saved"
    await socket.send_json({"answers": [item(number=4)]})

    assert await socket.closing_code() == consumers.TOO_MANY


async def test_signing_out_closes_the_paper(open_socket):
    user, attempt = await a_paper()
    socket = await open_socket(address(attempt), user=user)
    await socket.receive_json()
    cookie = dict(socket.scope["headers"])[b"cookie"].decode()

    def sign_out():
        client = Client()
        name, _sign, key = cookie.partition("=")
        client.cookies[name] = key
        client.logout()

    await sync_to_async(sign_out)()

    assert await socket.closing_code() == consumers.SIGNED_OUT


async def test_a_session_that_ended_elsewhere_is_noticed(open_socket, monkeypatch):
    monkeypatch.setattr(consumers, "SESSIONS_AT_ONCE", 2)  # three need two queries
    sockets = [(await opened(open_socket))[0] for _person in range(3)]
    await sync_to_async(session_of(sockets[1]).delete)()

    await consumers.close_ended_sessions()

    assert await sockets[1].closing_code() == consumers.SIGNED_OUT
    for other in (sockets[0], sockets[2]):
        await other.send_json({"answers": [item()]})
        assert (await other.receive_json())["type"] == "saved"


async def test_sessions_are_looked_after_by_the_clock(open_socket, monkeypatch):
    monkeypatch.setattr(consumers, "SESSION_CHECK_SECONDS", 0.01)
    socket, _attempt = await opened(open_socket)
    watching = asyncio.create_task(consumers.watch_sessions())

    await sync_to_async(session_of(socket).delete)()

    assert await socket.closing_code() == consumers.SIGNED_OUT
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def session_of(socket):
    """The session behind a socket, as another process would load it."""
    cookie = dict(socket.scope["headers"])[b"cookie"].decode()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store(cookie.partition("=")[2])


async def test_a_hundred_people_share_few_commits(open_socket, monkeypatch):
    sizes = []
    commit = consumers.group_commit()
    write = commit._write
    monkeypatch.setattr(commit, "_write", lambda saves: (sizes.append(len(saves)), write(saves))[1])
    papers = [await a_paper() for _number in range(20)]
    sockets = [await open_socket(address(attempt), user=user) for user, attempt in papers]
    for socket in sockets:
        await socket.receive_json()

    await asyncio.gather(*(socket.send_json({"answers": [item()]}) for socket in sockets))
    answers = [await socket.receive_json(5) for socket in sockets]

    assert [answer["type"] for answer in answers] == ["saved"] * 20
    assert sum(sizes) == 20
    assert len(sizes) < 20


async def test_hello_names_the_deadline_and_a_moved_one_is_told_at_once(open_socket):
    user, attempt = await a_paper()
    socket = await open_socket(address(attempt), user=user)
    hello = await socket.receive_json()

    await sync_to_async(give_extra_time)(
        contest_id=attempt.round.contest_id,
        user=user,
        percent=100,
        reason="Khiếm thị",
        actor=await sync_to_async(_organiser)(),
        at=timezone.now(),
    )

    told = await socket.receive_json()
    assert told["type"] == "deadline"
    assert hello["deadline_ms"] == milliseconds(attempt.deadline_at)
    assert told["deadline_ms"] - hello["deadline_ms"] == 15 * 60 * 1000


async def test_an_outage_is_told_to_every_open_paper_of_its_round_and_no_other(open_socket):
    papers = [await opened(open_socket) for _person in range(3)]
    (here, attempt), (same_round, _), (elsewhere, _) = papers
    await sync_to_async(_move_to_round)(papers[1][1], attempt.round)
    user = await sync_to_async(lambda: papers[1][1].participant.user)()
    same_round = await open_socket(address(papers[1][1]), user=user)
    await same_round.receive_json()
    now = timezone.now()

    await sync_to_async(record_outage)(
        round_id=attempt.round_id,
        began_at=now - MINUTE,
        ended_at=now + MINUTE,
        reason="Mất điện",
        actor=await sync_to_async(_organiser)(),
        at=now,
    )

    for socket in (here, same_round):
        assert (await socket.receive_json())["type"] == "deadline"
    assert await elsewhere.receive_nothing()


def _organiser():
    return RoleGrantFactory(role="organiser").user


def _move_to_round(attempt, contest_round):
    attempt.round = contest_round
    attempt.save(update_fields=["round"])
