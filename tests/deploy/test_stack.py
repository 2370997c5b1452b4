"""The whole site as production runs it: real nginx, gunicorn, uvicorn and worker."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import redis
import requests
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from deploy import stack as starter
from deploy.stack import Died, serve
from tests.e2e.steps import CONTEST
from tests.live import REPOSITORY, SAMPLE_PASSWORD, prepared_site
from tests.machine import free_port

pytestmark = pytest.mark.postgres

BOARD = f"/bang-xep-hang/{CONTEST}/tuan-2/"
SIGN_IN = "/tai-khoan/dang-nhap/"


@pytest.fixture(scope="module")
def site(site_template):
    with prepared_site(site_template) as site:
        yield site


@pytest.fixture(scope="module")
def stack(site):
    with serve(site.environment, port=site.port) as stack:
        yield stack


@pytest.fixture
def visitor(stack):
    with requests.Session() as session:
        session.headers["Origin"] = stack.url
        yield session


@pytest.fixture
def participant(stack, visitor):
    post(visitor, stack.url + SIGN_IN, login="duthi@vidu.vn", password=SAMPLE_PASSWORD)
    return visitor


def post(session, url, *, form_at=None, headers=None, **fields):
    """Fill in the form of a page, whose token a browser would send along."""
    session.get(form_at or url).raise_for_status()
    fields["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
    return session.post(url, data=fields, headers=headers)


def start_attempt(session, url) -> UUID:
    page = f"{url}/hoi-thi/{CONTEST}/tuan-2/"
    answer = post(session, f"{page}bat-dau/", form_at=page)
    return UUID(re.search(r"/thi/([0-9a-f-]{36})/", answer.url).group(1))


def wait_until(happened, *, seconds):
    """What `happened` returns as soon as it is true."""
    patience = time.monotonic() + seconds
    while not (result := happened()):
        assert time.monotonic() < patience, f"not within {seconds} s"
        time.sleep(0.05)
    return result


def served_by(stack, request) -> str:
    """Which socket nginx handed this one request to, by its log."""
    log = stack.folder / "access.log"
    lines = log.read_text().splitlines()
    request()
    new = wait_until(lambda: log.read_text().splitlines()[len(lines) :], seconds=5)
    return new[0].split()[4]


# Who answers what -------------------------------------------------------------------------------


def test_health_is_asked_through_nginx(stack):
    answer = requests.get(f"{stack.url}/healthz", timeout=10)

    assert (answer.json(), answer.headers["Server"]) == ({"status": "ok"}, "nginx")


def test_each_kind_of_server_runs_as_often_as_asked(stack):
    pids = stack.pids()

    assert {kind: len(found) for kind, found in pids.items()} == {
        "wsgi": 1 + 2,  # gunicorn's own process and its workers
        "asgi": 2,
        "worker": 1,
        "nginx": 1 + 2,
    }


def test_pages_come_from_wsgi(stack):
    assert served_by(stack, lambda: requests.get(stack.url + BOARD, timeout=10)).endswith(
        "/wsgi.sock"
    )


def test_both_workers_serve_when_many_ask(stack):
    """Connections that nginx keeps would all end up with one of them."""
    gunicorn = next(server.process.pid for server in stack.servers if server.kind == "wsgi")
    workers = starter._children(gunicorn)
    before = {pid: cpu_ticks(pid) for pid in workers}

    with ThreadPoolExecutor(8) as visitors:
        for _answer in visitors.map(requests.get, [stack.url + BOARD] * 80):
            pass

    spent = [cpu_ticks(pid) - before[pid] for pid in workers]
    assert min(spent) > max(spent) / 4


def cpu_ticks(pid) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_saves_by_http_go_where_the_sockets_are(stack):
    address = f"{stack.url}/thi/00000000-0000-0000-0000-000000000000/luu/"

    assert "/asgi-" in served_by(stack, lambda: requests.post(address, timeout=10))


def test_hashed_files_come_from_nginx_to_stay(stack):
    page = requests.get(stack.url + BOARD, timeout=10).text
    style = re.search(r'/static/[^"]+\.[0-9a-f]{12}\.css', page).group()

    answer = requests.get(stack.url + style, timeout=10)

    assert answer.headers["Cache-Control"] == "public, max-age=315360000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert served_by(stack, lambda: requests.get(stack.url + style, timeout=10)) == "-"


def test_a_file_without_hash_is_asked_for_again(stack):
    answer = requests.get(f"{stack.url}/static/site.webmanifest", timeout=10)

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Content-Type"] == "application/manifest+json"


def test_nothing_beside_the_static_files_can_be_read(stack):
    for path in ("/static/../nginx.conf", "/static/%2e%2e/nginx.conf", "/static../contest.sqlite3"):
        answer = requests.Request("GET", stack.url).prepare()
        answer.url = stack.url + path
        assert requests.Session().send(answer).status_code in (400, 404)


def test_pages_are_compressed(stack):
    assert requests.get(stack.url + BOARD, timeout=10).headers["Content-Encoding"] == "gzip"


# People -----------------------------------------------------------------------------------------


def test_sign_in_works_through_the_proxy(stack, participant):
    assert participant.get(f"{stack.url}/tai-khoan/doi-mat-khau/").status_code == 200


def test_a_form_from_a_foreign_page_is_refused(stack, visitor):
    visitor.headers["Origin"] = "https://la.example"

    answer = post(visitor, stack.url + SIGN_IN, login="duthi@vidu.vn", password=SAMPLE_PASSWORD)

    assert answer.status_code == 403


def test_limits_count_the_address_that_nginx_saw(site, stack, visitor):
    """Whatever a visitor says of the address: else every attempt could come from a new one."""
    said = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"}

    post(visitor, stack.url + SIGN_IN, headers=said, login="duthi@vidu.vn", password="doan-mo")

    with redis.Redis.from_url(site.environment["REDIS_URL"]) as store:
        counted = [key.decode().rpartition("ip:")[2] for key in store.keys("*:rl:*:login:*ip:*")]
    assert counted == ["127.0.0.1"]


# Sockets ----------------------------------------------------------------------------------------


def test_a_board_opens_its_socket_and_a_foreign_page_cannot(stack):
    address = f"{stack.url.replace('http', 'ws')}/ws{BOARD}"

    with connect(address, origin=stack.url) as socket:
        assert '"type"' in socket.recv(timeout=10)
    with pytest.raises(InvalidStatus) as refusal, connect(address, origin="https://la.example"):
        pass
    assert refusal.value.response.status_code == 403


def test_a_frame_that_no_client_of_ours_would_send_is_cut_off(stack):
    with connect(f"{stack.url.replace('http', 'ws')}/ws{BOARD}", origin=stack.url) as socket:
        socket.send("x" * 70_000)
        with pytest.raises(ConnectionClosedError):
            for _message in socket:
                pass

    assert socket.close_code == 1009


# Expiry -----------------------------------------------------------------------------------------


def test_the_worker_closes_an_expired_attempt_within_five_seconds(site, stack, participant):
    code = start_attempt(participant, stack.url)
    with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(
            "UPDATE contest_attempt SET started_at = started_at - interval '1 day',"
            " deadline_at = deadline_at - interval '1 day' WHERE code = %s",
            [code],
        )
        row = "SELECT closed_by FROM contest_attempt WHERE code = %s AND submitted_at IS NOT NULL"
        closed = wait_until(lambda: database.execute(row, [code]).fetchone(), seconds=5)

    assert closed == ("expiry",)


# Ends -------------------------------------------------------------------------------------------


def test_sockets_open_while_one_of_the_two_processes_restarts(site):
    port = free_port()
    with serve(site.environment, port=port) as stack:
        server = next(server for server in stack.servers if server.kind == "asgi")
        server.process.kill()
        server.process.wait()

        for _visitor in range(6):
            with connect(f"ws://127.0.0.1:{port}/ws{BOARD}", origin=stack.url) as socket:
                assert '"type"' in socket.recv(timeout=10)


@pytest.mark.parametrize("kind", ["wsgi", "asgi", "worker", "nginx"])
def test_a_server_that_died_is_named(site, kind):
    with serve(site.environment, wsgi=1, asgi=1, port=free_port()) as stack:
        stack.check()
        server = next(server for server in stack.servers if server.kind == kind)
        server.process.kill()
        server.process.wait()

        with pytest.raises(Died, match=f"The {kind} server died"):
            stack.check()


def test_what_does_not_start_says_why(site):
    wrong = {**site.environment, "LOG_LEVEL": "LOUD"}

    with pytest.raises(Died, match="server died: .*LOG_LEVEL"), serve(wrong, port=free_port()):
        pass


@pytest.mark.faults
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -9)]
)
def test_everything_goes_when_the_starter_goes(site, number, code):
    # Unix sockets have short names: pytest's own folders would be too long
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        command = [sys.executable, "-m", "deploy.stack", str(free_port())]
        environment = {**site.environment, "TMPDIR": folder}
        with subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            # whoever starts the tests in the background of a script has it ignored
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        ) as caller:
            for line in caller.stdout:
                if "Ctrl-C" in line:
                    break
            family = descendants(caller.pid)
            caller.send_signal(number)
            try:
                assert caller.wait(30) == code
            finally:
                caller.kill()
        wait_until(lambda: not any(is_alive(pid) for pid in family), seconds=20)

        assert len(family) == 3 + 2 + 1 + 3
        if number is not signal.SIGKILL:
            assert list(Path(folder).iterdir()) == []


def descendants(pid) -> set[int]:
    children = starter._children(pid)
    return children.union(*(descendants(child) for child in children))


def is_alive(pid) -> bool:
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


# The same flags everywhere ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["Makefile", "tests/live.py", "deploy/systemd/contest-asgi@.service"]
)
def test_every_asgi_server_has_the_same_flags(path):
    words = re.findall(r"[\w-]+", (REPOSITORY / path).read_text())

    assert [word for word in starter.UVICORN if word not in words] == []
