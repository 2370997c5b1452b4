"""How long 200,000 attempts take to become a workbook, and in how much memory.

PEOPLE people with two submitted attempts each, a phone and an encrypted identity number, of UNITS
units, are put into a PostgreSQL of its own with SQL; a child process then writes the whole
workbook, so that its peak memory is that of the export and of nothing else.

    DATABASE_URL=postgres://... python -m bench.results_export
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the apps are loaded from here on
from django.db import connection  # noqa: E402

from accounts.enums import Role  # noqa: E402
from accounts.models import NationalId, RoleGrant, Unit, User  # noqa: E402
from accounts.services.identity import encrypted, indexed  # noqa: E402
from bench.figures import figure  # noqa: E402
from contest.exports.making import Material, Product, write_product  # noqa: E402
from contest.exports.people import PersonalData  # noqa: E402
from contest.exports.sheet import result_sheet  # noqa: E402
from contest.exports.sources import version_to_show  # noqa: E402
from contest.models import Contest, Letterhead, Round  # noqa: E402
from contest.sealing.sealing import seal  # noqa: E402
from questionbank.models import QuestionSet  # noqa: E402

PEOPLE, UNITS = 100_000, 300
NOON = datetime(2026, 9, 15, 5, 0, tzinfo=UTC)
AFTER = NOON + timedelta(days=1)
SLUG = "do-xuat"

FILL = (
    """
INSERT INTO accounts_user (password, is_superuser, phone_verified, full_name, kind, is_staff,
                           is_active, joined_at, email, phone)
SELECT '', false, false, 'Nguyễn Thị Người Đo ' || n, 'citizen', false, true, now(),
       'xuat-' || n || '@vidu.vn', '+849' || lpad(n::text, 8, '0')
FROM generate_series(1, %(people)s) AS n
""",
    """
INSERT INTO contest_participant (contest_id, user_id, full_name, kind, joined_at, unit_id)
SELECT %(contest)s, id, full_name, 'citizen', %(noon)s, %(unit)s + id %% %(units)s
FROM accounts_user WHERE email LIKE 'xuat-%%'
""",
    """
INSERT INTO contest_attempt (code, round_id, participant_id, number, seed, started_at, deadline_at,
                             submitted_at, closed_by, elapsed_ms, score, max_score, correct_count,
                             receipt_code)
SELECT gen_random_uuid(), %(round)s, id, number, id, %(noon)s, %(noon)s + interval '15 minutes',
       %(noon)s + (id * 37 + number) %% 800000 * interval '1 millisecond', 'participant',
       (id * 37 + number) %% 800000, (id * number) %% 21, 20, (id * number) %% 21,
       number || lpad(id::text, 9, '0')
FROM contest_participant, generate_series(1, 2) AS number WHERE contest_id = %(contest)s
""",
)


def main(arguments: list[str]) -> None:
    if arguments:
        _export(is_sealed=arguments == ["sealed"])
        return
    call_command("migrate", verbosity=0)
    for line in export_lines():
        print(line)


def export_lines() -> list[str]:
    """Fills the database, which must be PostgreSQL, migrated, and may be thrown away.

    Each export has a process of its own: so the figures of memory are its own, too.
    """
    _fill()
    lines = _lines_of("live")
    contest = Contest.objects.get(slug=SLUG)
    sealer = User.objects.create(
        email="niem-phong@vidu.vn", full_name="Người đo", kind="official", joined_at=NOON
    )
    RoleGrant.objects.create(user=sealer, role=Role.JURY)
    seal(contest_id=contest.pk, contest_round=None, actor=sealer, at=AFTER)
    return lines + _lines_of("sealed")


def _lines_of(which: str) -> list[str]:
    command = [sys.executable, "-m", "bench.results_export", which]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def _export(*, is_sealed: bool) -> None:
    contest = Contest.objects.get(slug=SLUG)
    began, worked = time.perf_counter(), time.process_time()
    version = version_to_show(contest, None) if is_sealed else None
    sheet = result_sheet(contest, None, at=AFTER, version=version, by_given_name=True)
    material = Material(
        contest=contest,
        version=version,
        sheet=sheet,
        letterhead=Letterhead(contest=contest),
        personal=PersonalData(),
        maker="Máy đo",
        site="",
        certificates=[],
    )
    with TemporaryFile() as file:
        write_product(Product.WORKBOOK, material, file)
        size = file.tell()
    name = "export_sealed_200k" if is_sealed else "export_200k"
    print(figure(f"{name}_s", time.perf_counter() - began, "s"))
    print(figure(f"{name}_cpu_s", time.process_time() - worked, "s of the processor"))
    print(figure(f"{name}_rss_mb", _peak_mb(), "MB"))
    print(figure(f"{name}_file_mb", size / 1024**2, "MB"))


def _peak_mb() -> float:
    """Of this program alone: what `resource` tells begins with the peak of whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _fill() -> None:
    contest = Contest.objects.create(slug=SLUG, name="Đo xuất kết quả", host="Máy đo")
    units = Unit.objects.bulk_create(
        Unit(code=f"do-{n}", name=f"Sở Đo {n}", kind="department", search_key=f"do {n}")
        for n in range(UNITS)
    )
    values: dict[str, int | datetime] = {
        "people": PEOPLE,
        "units": UNITS,
        "unit": units[0].pk,
        "contest": contest.pk,
        "round": _round(contest).pk,
        "noon": NOON,
    }
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
    users = User.objects.filter(email__startswith="xuat-").values_list("pk", flat=True)
    NationalId.objects.bulk_create(
        (
            NationalId(
                user_id=pk,
                checked_at=NOON,
                **encrypted(pk, f"0{pk:011}"),
                **indexed(f"0{pk:011}"),
            )
            for pk in users
        ),
        batch_size=5000,
    )


def _round(contest: Contest) -> Round:
    return Round.objects.create(
        contest=contest,
        slug="tuan",
        name="Tuần đo",
        opens_at=NOON - timedelta(hours=1),
        closes_at=NOON + timedelta(hours=1),
        duration_seconds=900,
        max_attempts=2,
        question_set=QuestionSet.objects.create(code="do-xuat", name="Đo"),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
