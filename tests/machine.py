"""What this machine has and lacks: Debian packages, servers' programs, free ports.

Runs before `.venv` exists, so it imports the standard library alone:

    python3 -m tests.machine need redis-server chromium    install what is missing, or say it
    python3 -m tests.machine port 127.0.0.1 8000           fail in one line if the port is taken
"""

import ctypes
import importlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

LEAST_POSTGRESQL = 15
LEAST_REDIS = 7


class Missing(Exception):
    """Something this machine lacks; the message is one line for a person."""


# Programs ---------------------------------------------------------------------------------------


def postgresql_folder() -> Path | None:
    """The folder with the newest PostgreSQL server's programs; None below LEAST_POSTGRESQL."""
    folders = {found.parent for found in Path("/usr/lib/postgresql").glob("*/bin/initdb")}
    if on_path := shutil.which("initdb"):
        folders.add(Path(on_path).resolve().parent)
    versions = {folder: _major_version(folder / "postgres") for folder in folders}
    newest = max(versions, key=lambda folder: versions[folder], default=None)
    return newest if newest and versions[newest] >= LEAST_POSTGRESQL else None


def redis_program() -> Path | None:
    """The Redis server; None if there is none or it is older than LEAST_REDIS."""
    found = shutil.which("redis-server")
    return Path(found) if found and _major_version(Path(found)) >= LEAST_REDIS else None


def chromium_program() -> Path | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def nginx_program() -> Path | None:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    return Path(found) if found else None


def _major_version(program: Path) -> int:
    """The first number of what `program --version` prints; 0 if it cannot be run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r"(?:v=|\s)(\d+)\.", said.stdout)
    return int(number.group(1)) if number else 0


def _draws_vietnamese() -> bool:
    if not shutil.which("fc-list"):
        return Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists()
    return bool(subprocess.run(["fc-list", ":lang=vi"], capture_output=True, check=False).stdout)


def _has_library(name: str) -> Callable[[], bool]:
    def is_there() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return is_there


def _draws_official_papers() -> bool:
    """In the shapes of Times New Roman, with Vietnamese letters: version 1 lacks them."""
    if not shutil.which("fc-list"):
        return False
    asked = ["fc-list", "Liberation Serif:lang=vi"]
    return bool(subprocess.run(asked, capture_output=True, check=False).stdout)


def _makes_venvs() -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


# Debian packages --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Need:
    """A thing some `make` target cannot do without, and the Debian package that brings it."""

    package: str
    title: str
    is_met: Callable[[], bool]


NEEDS = {
    need.package: need
    for need in (
        Need("python3-venv", "Python's venv module", _makes_venvs),
        Need(
            "postgresql",
            f"PostgreSQL {LEAST_POSTGRESQL} or newer",
            lambda: bool(postgresql_folder()),
        ),
        Need("redis-server", f"Redis {LEAST_REDIS} or newer", lambda: bool(redis_program())),
        Need("nginx", "nginx", lambda: bool(nginx_program())),
        Need("chromium", "Chromium", lambda: bool(chromium_program())),
        Need("gettext", "GNU gettext", lambda: bool(shutil.which("xgettext"))),
        Need("libpango-1.0-0", "Pango", _has_library("libpango-1.0.so.0")),
        Need("libpangoft2-1.0-0", "Pango for FreeType", _has_library("libpangoft2-1.0.so.0")),
        Need(
            "libharfbuzz-subset0", "HarfBuzz's subsetter", _has_library("libharfbuzz-subset.so.0")
        ),
        Need("fonts-liberation2", "Liberation Serif 2", _draws_official_papers),
        Need("fonts-dejavu-core", "a font with Vietnamese letters", _draws_vietnamese),
    )
}


def ensure(packages: Iterable[str]) -> None:
    """Install those Debian packages whose need is not met.

    Raises Missing, naming every need that is still not met afterwards.
    """
    lacking = [NEEDS[package] for package in packages if not NEEDS[package].is_met()]
    if not lacking:
        return
    said = _install([need.package for need in lacking])
    still = [need for need in lacking if not need.is_met()]
    if still:
        titles = ", ".join(need.title for need in still)
        names = " ".join(need.package for need in still)
        raise Missing(f"Missing: {titles}. Run as root: apt-get install {names}{said}")


def _install(packages: list[str]) -> str:
    """Try to install; what stood in the way, to be added to the one line, or an empty string."""
    prefix = _root_prefix()
    if prefix is None:
        return ""
    print(f"Installing Debian packages: {' '.join(packages)}", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o", "DPkg::Lock::Timeout=120"]
    # a failed update may still leave lists that are good enough
    subprocess.run([*apt, "update"], capture_output=True, check=False)
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    lines = done.stderr.strip().splitlines() or ["apt-get failed"]
    return f" ({lines[-1]})" if done.returncode else ""


def _root_prefix() -> list[str] | None:
    """What to put before a command to run it as root without a password; None if it cannot be."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


# Ports ------------------------------------------------------------------------------------------


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on right now; a moment later somebody may."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def claimable(host: str, port: int) -> None:
    """Raise Missing unless a server could listen on that address now."""
    if not 0 < port < 65536:
        raise Missing(f"PORT must be a number from 1 to 65535, not '{port}'")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise Missing(
            f"Cannot listen on {host}:{port} ({fault.strerror}). Try: make run PORT=8001"
        ) from None


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["need", *packages] if packages and set(packages) <= set(NEEDS):
                ensure(packages)
            case ["port", host, number] if number.isascii() and number.isdigit():
                claimable(host, int(number))
            case ["port", _, number]:
                raise Missing(f"PORT must be a number from 1 to 65535, not {number!r}")
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
