"""What must be true after every fault. Each function raises AssertionError where it is not."""

import asyncio
import json
import time
from collections.abc import Sequence

import psycopg
from websockets.asyncio.client import connect

from bench.client import HttpClient
from bench.plan import SLUG, Person
from tests.faults.storm import LOST, Saver

RIGHT = "B"  # shown and right in every question of these papers
BOARD_SECONDS = 10.0

JOURNAL = """
SELECT event.position, event.response, event.client_number
FROM contest_answerevent AS event JOIN contest_attempt AS attempt ON attempt.id = attempt_id
WHERE attempt.code = %s ORDER BY client_number
"""
CURRENT = """
SELECT answer.position, answer.response, answer.client_number
FROM contest_answer AS answer JOIN contest_attempt AS attempt ON attempt.id = attempt_id
WHERE attempt.code = %s
"""
GRADED = """
SELECT attempt.correct_count, attempt.receipt_code,
       count(*) FILTER (WHERE answer.response = %s) AS right_answers
FROM contest_attempt AS attempt JOIN contest_answer AS answer ON attempt.id = attempt_id
WHERE attempt.code = %s GROUP BY attempt.id
"""
RANKED = """
SELECT person.full_name
FROM contest_attempt AS attempt JOIN contest_participant AS person ON person.id = participant_id
WHERE submitted_at IS NOT NULL
ORDER BY attempt.score DESC, elapsed_ms, submitted_at, person.id LIMIT 50
"""


def check_saves(database: psycopg.Connection, savers: Sequence[Saver]) -> None:
    """Every acknowledged answer is stored exactly once, and nothing older has overwritten it."""
    for saver in savers:
        code = saver.person.code
        journal = database.execute(JOURNAL, [code]).fetchall()
        numbers = [number for _position, _response, number in journal]
        assert len(set(numbers)) == len(numbers), f"{code}: taken twice"
        told = {(it.position, it.response, it.number) for it in saver.acknowledged}
        lost = told - set(journal)
        assert not lost, f"{code}: {len(lost)} acknowledged answers are lost: {sorted(lost)[:3]}"
        assert max(numbers, default=0) <= saver.sent, f"{code}: something nobody sent"
        newest = {position: (response, number) for position, response, number in journal}
        for position, response, number in database.execute(CURRENT, [code]):
            assert (response, number) == newest.get(position, ("", 0)), f"{code}/{position}"


async def check_submissions(
    database: psycopg.Connection, people: Sequence[Person], ports: Sequence[int]
) -> None:
    """Handing in at both servers at once grades once, and exactly what is stored."""
    for person in people:
        receipts = await asyncio.gather(*(_submit(person, port) for port in ports))
        assert len(set(receipts)) == 1, f"{person.code}: graded more than once: {receipts}"
        row = database.execute(GRADED, [RIGHT, person.code]).fetchone()
        assert row is not None
        correct_count, receipt, right_answers = row
        assert correct_count == right_answers, f"{person.code}: {row}"
        assert receipts[0].split("/")[2].replace("-", "") == receipt


async def _submit(person: Person, port: int) -> str:
    browser = HttpClient(person, port=port)
    await browser.open()
    try:
        return await browser.post(f"/thi/{person.code}/nop-bai/")
    finally:
        browser.close()


async def check_boards(database: psycopg.Connection, ports: Sequence[int]) -> None:
    """The boards of all servers are those of the database, at the latest ten seconds from now."""
    ranked = [name for (name,) in database.execute(RANKED)]
    until = time.monotonic() + BOARD_SECONDS
    for port in ports:
        shown = await _shown(port)
        while shown != ranked and time.monotonic() < until:
            await asyncio.sleep(0.2)
            shown = await _shown(port)
        assert shown == ranked, f"port {port}: {shown[:5]} instead of {ranked[:5]}"


async def _shown(port: int) -> list[str]:
    """The names on the first page of the round's board; empty while it cannot be had."""
    address = f"127.0.0.1:{port}"
    try:
        async with (
            asyncio.timeout(5),
            connect(
                f"ws://{address}/ws/bang-xep-hang/{SLUG}/{SLUG}/",
                origin=f"http://{address}",  # type: ignore[arg-type]
                close_timeout=0.1,
            ) as socket,
        ):
            await socket.recv()
            await socket.send(json.dumps({"type": "snapshot"}))
            answer = json.loads(await socket.recv())
            while answer["type"] != "snapshot":
                answer = json.loads(await socket.recv())
    except LOST:
        return []
    name = answer["columns"].index("name")
    return [row[name] for row in answer["rows"]]
