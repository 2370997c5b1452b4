"""The load generator, a process of its own: reads a bench.plan.Plan, does that job, tells.

    python -m bench.load < PLAN

Prints `{"begin": true}` and `{"end": true}` around what is measured, so that its caller can read
the servers' CPU time at the same instants, and the result after each `end`.
"""

import asyncio
import gc
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

import msgspec
import uvloop

from bench.client import HttpClient, PaperClient
from bench.figures import percentile
from bench.plan import HELD_MS, QUESTIONS, SLUG, Attempts, Person, Plan, Starts, Step, Storm

OPENING_AT_ONCE = 64
SECONDS_BETWEEN_SAVES = 5.0
TICK = 0.002
DRAIN_SECONDS = 30.0
OPEN_FILES = 60_000
FIRST_STEP, BISECTIONS = 2000, 2
SOAK_STEP, VISIT_SECONDS = 60.0, 1.0
COME_ANEW = 20  # one in so many connects anew after each step
ROUND_PATH = f"/hoi-thi/{SLUG}/{SLUG}/"


def tell(message: Any) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


class Tally:
    """Acknowledgements as they come in."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.add = self.delays.append

    def clear(self) -> None:
        self.delays.clear()


async def open_papers(plan: Plan, people: list[Person], tally: Tally) -> list[PaperClient]:
    """A socket for each, spread over the ports as nginx would."""
    gate = asyncio.Semaphore(OPENING_AT_ONCE)
    clients = [
        PaperClient(
            person,
            port=plan.ports[index % len(plan.ports)],
            first_number=plan.first_number,
            on_ack=tally.add,
        )
        for index, person in enumerate(people)
    ]

    async def open_one(client: PaperClient) -> None:
        async with gate:
            await client.open()

    await asyncio.gather(*(open_one(client) for client in clients))
    return clients


async def storm(plan: Plan) -> None:
    """Each socket sends its next save as soon as the last one is acknowledged."""
    tally = Tally()
    clients = await open_papers(plan, plan.people, tally)
    for client in clients:
        client.left = 10**9
        client.save_next()
    await asyncio.sleep(plan.warm_up)
    tally.clear()
    tell({"begin": True})
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.sleep(plan.seconds)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    count = len(tally.delays)
    tell({"end": True})
    p99 = percentile(tally.delays, 99)
    await drain(clients)
    acknowledged = [client.acknowledged for client in clients]
    tell(Storm(count / took, p99 * 1000, acknowledged, cpu, took))
    close(clients)


async def drain(clients: list[PaperClient]) -> None:
    """Send nothing more, and wait for every acknowledgement that is due."""
    for client in clients:
        client.left = 0
    patience = time.monotonic() + DRAIN_SECONDS
    while any(client.is_waiting and not client.fault for client in clients):
        if time.monotonic() > patience:
            raise RuntimeError("an acknowledgement is still due")
        await asyncio.sleep(0.05)
    refuse_faults(clients)


def refuse_faults(clients: list[PaperClient]) -> None:
    faults = [client.fault for client in clients if client.fault]
    if faults:
        raise RuntimeError(f"{len(faults)} sockets failed; the first: {faults[0]}")


def close(clients: list[PaperClient]) -> None:
    for client in clients:
        client.close()


async def paced(plan: Plan) -> None:
    """Find how many people are held, by doubling and then by halving the gap."""
    tally = Tally()
    clients: list[PaperClient] = []
    patience = time.monotonic() + plan.seconds

    async def is_held(count: int) -> bool:
        clients.extend(await open_papers(plan, plan.people[len(clients) : count], tally))
        step = await pace(clients[:count], tally)
        return step.p99_ms < HELD_MS

    held, count, failed = 0, min(FIRST_STEP, len(plan.people)), 0
    while held < count and time.monotonic() < patience:
        if await is_held(count):
            held, count = count, min(2 * count, len(plan.people))
        else:
            failed = count
            break
    for _turn in range(BISECTIONS if failed else 0):
        middle = (held + failed) // 2
        if time.monotonic() > patience:
            break
        if await is_held(middle):
            held = middle
        else:
            failed = middle
    close(clients)


async def pace(clients: list[PaperClient], tally: Tally) -> Step:
    """One step: a warm-up of one turn of saves, then one and a half turns that count."""
    tally.clear()
    await asyncio.sleep(0.5)
    began = time.perf_counter()
    until = began + 2.5 * SECONDS_BETWEEN_SAVES
    task = asyncio.create_task(_send_evenly(clients, tally, began, until))
    await asyncio.sleep(SECONDS_BETWEEN_SAVES)
    tally.clear()
    tell({"begin": True})
    at, cpu = time.perf_counter(), time.process_time()
    await task
    took, cpu = time.perf_counter() - at, time.process_time() - cpu
    tell({"end": True})
    await drain(clients)
    step = Step(
        people=len(clients),
        p50_ms=percentile(tally.delays, 50) * 1000,
        p99_ms=percentile(tally.delays, 99) * 1000,
        acknowledged_per_s=len(tally.delays) / took,
        client_cpu_s=cpu,
        seconds=took,
    )
    tell(step)
    return step


async def soak(plan: Plan) -> None:
    """People save at a human pace; some come anew, and each second another takes part.

    `plan.people` with a code sit at papers; those without take part from start to receipt. Tells
    of a step every `SOAK_STEP` seconds.
    """
    tally = Tally()
    seated = [person for person in plan.people if person.code]
    visitors = iter([person for person in plan.people if not person.code])
    clients = await open_papers(plan, seated, tally)
    turn = 0
    until = time.monotonic() + plan.seconds
    while time.monotonic() < until:
        tally.clear()
        began, cpu = time.perf_counter(), time.process_time()
        visiting = asyncio.create_task(_visit(visitors, plan, began + SOAK_STEP))
        await _send_evenly(clients, tally, began, began + SOAK_STEP)
        await visiting
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        refuse_faults(clients)
        delays = tally.delays
        p50, p99 = (percentile(delays, percent) * 1000 for percent in (50, 99))
        tell(Step(len(clients), p50, p99, len(delays) / took, cpu, took))
        leaving = range(turn % COME_ANEW, len(clients), COME_ANEW)
        await drain(clients)
        close([clients[index] for index in leaving])
        newcomers = await open_papers(plan, [seated[index] for index in leaving], tally)
        for index, client in zip(leaving, newcomers, strict=True):
            client.acknowledged = clients[index].acknowledged  # numbers go on from there
            clients[index] = client
        turn += 1
    close(clients)


async def _visit(visitors: Iterator[Person], plan: Plan, until: float) -> None:
    while time.perf_counter() < until and (person := next(visitors, None)) is not None:
        due_at = time.perf_counter() + VISIT_SECONDS
        await take_part(person, port=plan.ports[0])
        await asyncio.sleep(due_at - time.perf_counter())


async def _send_evenly(
    clients: list[PaperClient], tally: Tally, began: float, until: float
) -> None:
    """Every client in turn, again and again; each is due once in SECONDS_BETWEEN_SAVES."""
    gap = SECONDS_BETWEEN_SAVES / len(clients)
    turn = 0
    while (now := time.perf_counter()) < until:
        while began + turn * gap <= now:
            client = clients[turn % len(clients)]
            if client.is_waiting:  # for the save before this one
                tally.add(SECONDS_BETWEEN_SAVES)
            else:
                client.save_next(due_at=began + turn * gap)
            turn += 1
        await asyncio.sleep(TICK)


async def starts(plan: Plan) -> None:
    """People press the button at a steady rate, whether or not the others have been served."""
    delays: list[float] = []
    served_at: list[float] = []
    warm_count = int(plan.per_second * plan.warm_up)
    count = min(len(plan.people), warm_count + int(plan.per_second * plan.seconds))
    began = time.perf_counter()

    async def start_one(index: int) -> None:
        due_at = began + index / plan.per_second
        await asyncio.sleep(due_at - time.perf_counter())
        client = HttpClient(plan.people[index], port=plan.ports[index % len(plan.ports)])
        await client.open()
        location = await client.post(f"{ROUND_PATH}bat-dau/")
        now = time.perf_counter()
        client.close()
        if not location.startswith("/thi/"):
            raise RuntimeError(f"a start led to {location}")
        if index >= warm_count:
            delays.append(now - due_at)
            served_at.append(now)

    tasks = [asyncio.create_task(start_one(index)) for index in range(count)]
    await asyncio.sleep(plan.warm_up)
    tell({"begin": True})
    cpu, at = time.process_time(), time.perf_counter()
    await asyncio.wait_for(asyncio.gather(*tasks), plan.seconds + 4 * DRAIN_SECONDS)
    took, cpu = time.perf_counter() - at, time.process_time() - cpu
    tell({"end": True})
    tell(
        Starts(
            p50_ms=percentile(delays, 50) * 1000,
            p99_ms=percentile(delays, 99) * 1000,
            served_per_s=len(delays) / (max(served_at) - at),
            served=len(delays),
            asked=count - warm_count,
            client_cpu_s=cpu,
            seconds=took,
        )
    )


async def attempts(plan: Plan) -> None:
    """Whole attempts, some at a time, one after the other."""
    waiting = iter(enumerate(plan.people))

    async def work(own: list[tuple[int, Person]]) -> None:
        for index, person in own:
            await take_part(person, port=plan.ports[index % len(plan.ports)])

    first = [next(waiting) for _number in range(plan.together)]
    await asyncio.gather(*(work([each]) for each in first))  # warm-up
    rest = list(waiting)
    tell({"begin": True})
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(rest[number :: plan.together]) for number in range(plan.together)))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    tell({"end": True})
    tell(Attempts(len(rest), cpu, took))


async def take_part(person: Person, *, port: int) -> None:
    """Start, paper, socket and 20 saves, submit, receipt, board."""
    browser = HttpClient(person, port=port)
    await browser.open()
    paper = await browser.post(f"{ROUND_PATH}bat-dau/")
    await browser.get(paper)
    seated = Person(person.session, paper.strip("/").rpartition("/")[2])
    socket = PaperClient(seated, port=port, first_number=0, on_ack=lambda _delay: None)
    await socket.open()
    socket.left = QUESTIONS - 1
    socket.save_next()
    await asyncio.wait_for(socket.finished, DRAIN_SECONDS)
    receipt = await browser.post(f"{paper}nop-bai/")
    socket.close()
    await browser.get(receipt)
    await browser.get(f"/bang-xep-hang/{SLUG}/")
    browser.close()


JOBS: dict[str, Callable[[Plan], Coroutine[Any, Any, None] | Awaitable[None]]] = {
    "storm": storm,
    "paced": paced,
    "starts": starts,
    "attempts": attempts,
    "soak": soak,
}


def raise_open_files() -> None:
    """As far as the system lets us: a socket is an open file."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(OPEN_FILES, hard), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        except (ValueError, OSError):
            continue
        return


async def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    await JOBS[plan.job](plan)


if __name__ == "__main__":
    raise_open_files()
    gc.freeze()
    gc.disable()  # nothing here makes cycles that matter in a minute
    uvloop.run(main())
