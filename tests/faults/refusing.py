"""Ways in which a database refuses to store anything, and their end."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SWITCH = "ALTER DATABASE postgres SET default_transaction_read_only = {}"
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
MOUNT = ("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs")


@contextmanager
def read_only(database: psycopg.Connection) -> Iterator[None]:
    _switch(database, "on")
    try:
        yield
    finally:
        _switch(database, "off")


def _switch(database: psycopg.Connection, to: str) -> None:
    """For every new session; the old ones are ended."""
    database.execute("SET default_transaction_read_only = off")
    database.execute(SWITCH.format(to))
    database.execute(END_OTHERS)


@contextmanager
def full_disk(database: psycopg.Connection) -> Iterator[None]:
    """The journal stands on a small disk of its own, which something else has filled."""
    folder = Path(tempfile.mkdtemp(prefix="contest-disk-"))
    subprocess.run([*MOUNT, folder], check=True)
    try:
        with _tablespace(database, folder):
            ballast = folder / "ballast"
            _fill(ballast)
            try:
                yield
            finally:
                ballast.unlink()
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


@contextmanager
def _tablespace(database: psycopg.Connection, folder: Path) -> Iterator[None]:
    place = folder / "tablespace"
    place.mkdir()
    folder.chmod(0o755)
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = names.get("postgres") or names["nobody"]
    os.chown(place, owner.pw_uid, owner.pw_gid)
    database.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
    database.execute("ALTER TABLE contest_answerevent SET TABLESPACE small")
    try:
        yield
    finally:
        database.execute("ALTER TABLE contest_answerevent SET TABLESPACE pg_default")
        database.execute("DROP TABLESPACE small")


def _fill(ballast: Path) -> None:
    try:
        with ballast.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
    except OSError:
        return


def may_mount() -> bool:
    """Only root can make a small disk, and not in every container."""
    trial = ["unshare", "--mount", *MOUNT, "/mnt"]
    try:
        return subprocess.run(trial, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
