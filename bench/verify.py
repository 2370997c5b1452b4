"""How long a large result takes to seal and to check: `make bench-results`.

The round of `bench.item_statistics`, its scores and times spread out, is sealed in a PostgreSQL of
its own; then the whole file of it is checked by a process that knows nothing of the site.
`verify_bare_100k_s` is the bare minimum beside it: a process that reads the file and makes the
digest of every row once, without comparing anything.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command

from bench.figures import figure
from bench.item_statistics import ATTEMPTS, NOON, QUESTIONS, filled_round

# the apps are loaded by then
from django.db import connection  # isort: skip

from accounts.enums import Role  # isort: skip
from accounts.models import RoleGrant, User  # isort: skip
from contest.sealing.reading import bundle  # isort: skip
from contest.sealing.sealing import seal  # isort: skip

SPREAD = """
UPDATE contest_attempt SET score = id %% 21, correct_count = id %% 21,
       elapsed_ms = 60000 + id * 7919 %% 780000,
       submitted_at = started_at + (60000 + id * 7919 %% 780000) * interval '1 millisecond'
WHERE round_id = %s
"""

BARE = """
import hashlib, json, sys
encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
with open(sys.argv[1], "rb") as file:
    bundle = json.load(file)
for rows in (bundle["attempts"], *bundle["boards"].values()):
    for row in rows:
        hashlib.sha256(encode(row).encode()).digest()
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    contest_round = filled_round()
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, [contest_round.pk])
    sealer = User.objects.create(
        email="do@vidu.vn", full_name="Người đo", kind="official", joined_at=NOON
    )
    RoleGrant.objects.create(user=sealer, role=Role.JURY)
    before = _peak_mb()
    began = time.perf_counter()
    version = seal(
        contest_id=contest_round.contest_id,
        contest_round=contest_round,
        actor=sealer,
        at=NOON + timedelta(days=1),
    )
    print(figure("seal_attempts", ATTEMPTS, f"papers of {QUESTIONS}"))
    print(figure("seal_100k_s", time.perf_counter() - began, "s"))
    print(figure("seal_100k_memory_mb", _peak_mb() - before, "MB more than before"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        began = time.perf_counter()
        with path.open("wb") as file:
            file.writelines(bundle(version, is_open=True))
        print(figure("bundle_100k_s", time.perf_counter() - began, "s"))
        print(figure("bundle_100k_mb", path.stat().st_size / 1e6, "MB"))
        bare = _seconds("-c", BARE, str(path))
        checked = verify_100k_s(path, version.digest)
        print(figure("verify_bare_100k_s", bare, "s"))
        print(figure("verify_vs_bare", checked / bare, "times reading and one digest a row"))
        print(figure("verify_100k_s", checked, "s"))


def verify_100k_s(path: Path, digest: str) -> float:
    """Seconds from the start of the verifier's process to its end. Raises unless all agrees."""
    return _seconds("-m", "verifier", str(path), "--digest", digest)


def _seconds(*arguments: str) -> float:
    """How long another Python takes, which must end well."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", "")},
    )
    return time.perf_counter() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
