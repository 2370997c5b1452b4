"""The tools of this repository: lock files, ports, private servers, the settings' catalogue."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psycopg
import pytest
import redis

from tests import locks, machine
from tests.machine import Missing
from tests.services import services

REPOSITORY = Path(__file__).resolve().parent.parent


def wait_until_gone(path: Path) -> None:
    patience = time.monotonic() + 20
    while path.exists():
        assert time.monotonic() < patience, f"{path} is still there"
        time.sleep(0.05)


# Documents that must list everything --------------------------------------------------------------


def test_env_example_lists_every_variable_of_the_settings():
    settings = (REPOSITORY / "config" / "settings.py").read_text()
    example = (REPOSITORY / ".env.example").read_text()

    read = re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", settings)
    listed = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)

    assert sorted(listed) == sorted(set(read))


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_says_why_it_is_here(source):
    page = (REPOSITORY / "docs" / "dependencies.md").read_text()
    told = set(re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE))
    lines = (REPOSITORY / source).read_text().splitlines()
    wanted = {re.match(r"[\w.-]+", line).group() for line in lines if line[:1].isalnum()}

    assert wanted - told == set()


# Lock files ---------------------------------------------------------------------------------------


@pytest.fixture
def locked(tmp_path):
    """A folder with lock files that are fresh."""
    files = {
        "requirements.in": "Django~=5.2.0\nchannels  # sockets\n",
        "requirements.txt": (
            "channels==4.3.2 \\\n    --hash=sha256:00\n    # via -r requirements.in\n"
            "django==5.2.19 \\\n    --hash=sha256:00\n    # via\n"
            "    #   -r requirements.in\n    #   channels\n"
        ),
        "requirements-dev.in": "-c requirements.txt\npytest\n",
        "requirements-dev.txt": (
            "django==5.2.19\n    # via\n    #   -c requirements.txt\n"
            "pytest==9.2.0\n    # via -r requirements-dev.in\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def test_fresh_lock_files_have_no_fault(locked):
    assert locks.faults(locked) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("requirements.in", "channels", "channels\nnh3", "requirements.txt lacks nh3"),
        ("requirements.in", "channels  # sockets\n", "", "requirements.txt still has channels"),
        (
            "requirements.in",
            "~=5.2.0",
            "~=5.3.0",
            "requirements.txt has django 5.2.19, requirements.in wants Django~=5.3.0",
        ),
        (
            "requirements.in",
            "channels ",
            "channels[daphne]",
            "requirements.txt lacks daphne, for channels[daphne]",
        ),
        (
            "requirements-dev.txt",
            "5.2.19",
            "5.2.18",
            "requirements-dev.txt has django 5.2.18, requirements.txt 5.2.19",
        ),
    ],
)
def test_stale_lock_file_is_named(locked, name, old, new, fault):
    edit(locked / name, old, new)

    assert locks.faults(locked) == [fault]


# Ports and packages -------------------------------------------------------------------------------


def test_a_taken_port_is_said_in_one_line(capfd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        code = machine.main(["port", "127.0.0.1", port])

    assert code == 1
    assert capfd.readouterr().err == (
        f"Cannot listen on 127.0.0.1:{port} (Address already in use). Try: make run PORT=8001\n"
    )


def test_a_free_port_is_fine():
    assert machine.main(["port", "127.0.0.1", str(machine.free_port())]) == 0


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "²"])
def test_a_port_that_makes_no_sense_is_refused(port, capfd):
    assert machine.main(["port", "127.0.0.1", port]) == 1
    assert capfd.readouterr().err == f"PORT must be a number from 1 to 65535, not '{port}'\n"


def test_what_is_missing_and_cannot_be_installed_is_named_in_one_line(monkeypatch, capfd):
    monkeypatch.setenv("PATH", "/nowhere")

    assert machine.main(["need", "redis-server", "chromium"]) == 1
    assert capfd.readouterr().err == (
        "Missing: Redis 7 or newer, Chromium. Run as root: apt-get install redis-server chromium\n"
    )


# Private servers ----------------------------------------------------------------------------------


@pytest.mark.postgres
def test_services_answer_and_leave_nothing_behind():
    with services() as urls:
        with psycopg.connect(urls.database_url) as connection:
            fsync, folder = connection.execute(
                "SELECT current_setting('fsync'), current_setting('data_directory')"
            ).fetchone()
        with redis.Redis.from_url(urls.redis_url) as client:
            pong = client.ping()
        assert (fsync, pong, Path(folder).exists()) == ("on", True, True)

    assert not Path(folder).parent.exists()


@pytest.mark.postgres
def test_services_run_gives_the_urls_and_the_exit_code():
    script = (
        "import os, sys; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL']); sys.exit(7)"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.services", "run", "--", sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 7
    assert re.fullmatch(r"postgresql://\S+ redis://\S+\n", done.stdout)


@pytest.mark.postgres
@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_services_go_when_their_caller_goes(number):
    caller = subprocess.Popen(
        [sys.executable, "-m", "tests.services"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # whoever starts the tests in the background of a script has it ignored
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with caller:
        database_url = caller.stdout.readline().strip().removeprefix("export DATABASE_URL=")
        with psycopg.connect(database_url) as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        os.killpg(caller.pid, number)
        wait_until_gone(Path(row[0]).parent)

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database_url, connect_timeout=2)


def test_services_without_a_server_say_which(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    if machine.postgresql_folder() is None:
        expected = "Missing: PostgreSQL 15 or newer"
    else:
        expected = "Missing: Redis 7 or newer"

    with pytest.raises(Missing, match=expected), services():
        pass
