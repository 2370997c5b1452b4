"""Everything about the jury's results, one after the other: `make bench-results`.

Each part runs in a process and in an empty database of its own, on the PostgreSQL that
DATABASE_URL names; what it prints is shown as it comes. At the end stand the five figures alone.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg

PARTS = ("bench.regrade", "bench.results", "bench.results_export", "bench.verify")
WANTED = (
    "regrade_100k_s",
    "rank_100k_s",
    "export_200k_s",
    "export_200k_rss_mb",
    "verify_100k_s",
)


def main() -> None:
    told: dict[str, str] = {}
    for part in PARTS:
        print(f"\n{part}", flush=True)
        for line in _lines(part):
            print(line, end="", flush=True)
            if found := re.match(r"(\w+) = ", line):
                told[found[1]] = line
    print()
    for name in WANTED:
        print(told.get(name, f"{name} = not measured\n"), end="")
    if not told.keys() >= set(WANTED):
        raise SystemExit(1)


def _lines(part: str) -> Iterator[str]:
    """What a part prints. Raises SystemExit if it fails."""
    environment = os.environ | {"DATABASE_URL": _empty_database(part.replace(".", "_"))}
    with subprocess.Popen(
        [sys.executable, "-m", part], env=environment, stdout=subprocess.PIPE, text=True
    ) as work:
        yield from work.stdout or ()
    if work.returncode:
        raise SystemExit(f"{part} failed")


def _empty_database(name: str) -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(urlunsplit(url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(url._replace(path=f"/{name}"))


if __name__ == "__main__":
    main()
