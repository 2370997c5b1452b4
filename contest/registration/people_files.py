"""Uploaded lists of people: looked through, then brought in, in the background."""

import base64
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.background import in_background
from accounts.encryption import decrypt, encrypt
from accounts.formats.sheets import BadSheet
from accounts.models import User
from contest.enums import FileState, PeopleFileKind, RowOutcome
from contest.errors import ContestError
from contest.models import Contest, PeopleFile
from contest.registration.care import care_of
from contest.registration.list_import import import_list
from contest.registration.list_plan import plan_list
from contest.registration.listing import KnownPeople, list_people
from contest.registration.people_table import read_listed, read_participants

SILENT_SECONDS = 60  # a deed that has told nothing for so long died with its process
_WORKING = {FileState.LOOKING, FileState.APPLYING}
_Told = tuple[int, str, RowOutcome, str]  # line, name, what becomes of it, why


def upload(
    *,
    contest: Contest,
    owner: User,
    kind: PeopleFileKind,
    name: str,
    data: bytes,
    restores_zeros: bool,
    at: datetime,
) -> PeopleFile:
    """Keep the file, encrypted, and begin to look through it. Older files of the owner's go."""
    PeopleFile.objects.filter(owner=owner).exclude(state=FileState.APPLYING).delete()
    file = PeopleFile(
        contest=contest,
        owner=owner,
        kind=kind,
        name=name[-200:],
        restores_zeros=restores_zeros,
        uploaded_at=at,
    )
    file.content = encrypt(base64.b64encode(data).decode(), bound_to=_binding(file))
    file.save()
    _begin(file, _look_through)
    return file


def apply_file(file: PeopleFile) -> bool:
    """Begin to bring the file in; False if somebody has begun already."""
    waiting = PeopleFile.objects.filter(pk=file.pk, state=FileState.PREVIEWED)
    if not waiting.update(state=FileState.APPLYING):
        return False
    _begin(file, _bring_in)
    return True


def progress_of(file: PeopleFile) -> tuple[int, int]:
    """How many rows of how many are done; (0, 0) while nobody knows."""
    done: tuple[int, int] = cache.get(_key(file), (0, 0))
    return done


def free_if_dead(file: PeopleFile) -> None:
    """A file whose process has died may be tried again: nothing of it was stored."""
    if file.state in _WORKING and cache.get(_key(file)) is None:
        back = FileState.PREVIEWED if file.report else FileState.FAILED
        PeopleFile.objects.filter(pk=file.pk, state=file.state).update(state=back)
        file.state = back


def _begin(file: PeopleFile, deed: Callable[[PeopleFile], None]) -> None:
    _tell(file, 0, 0)
    in_background(
        lambda: deed(PeopleFile.objects.select_related("contest", "owner").get(pk=file.pk)),
        name="people-file",
        refusals=(BadSheet, ContestError),
        failed=lambda refusal: _refuse(file, refusal),
    )


def _refuse(file: PeopleFile, refusal: Exception | None) -> None:
    reason = getattr(refusal, "message", str(refusal)) if refusal else ""
    PeopleFile.objects.filter(pk=file.pk).update(
        state=FileState.FAILED, report={"refusal": reason}, content=b""
    )


def _look_through(file: PeopleFile) -> None:
    file.report = _report(_listed_plan(file) if _is_listed(file) else _participants_plan(file))
    file.state = FileState.PREVIEWED
    file.save(update_fields=["report", "state"])


def _bring_in(file: PeopleFile) -> None:
    with transaction.atomic():
        if _is_listed(file):
            told = _listed_plan(file)
            _list(file)
        else:
            told = _participants_plan(file, stores=True)
        file.report = _report(told)
        file.state = FileState.APPLIED
        file.content = b""
        file.save(update_fields=["report", "state", "content"])


def _is_listed(file: PeopleFile) -> bool:
    return file.kind == PeopleFileKind.LISTED


def _participants_plan(file: PeopleFile, *, stores: bool = False) -> list[_Told]:
    care = care_of(file.owner)
    if care is None:  # the duty was taken away meanwhile
        raise ContestError("not_allowed", "")
    rows = read_participants(_data(file), name=file.name, restores_zeros=file.restores_zeros)
    at = timezone.now()

    def tell(done: int, total: int) -> None:
        if done % 50 == 0:
            _tell(file, done, total)

    if stores:
        plan = import_list(
            rows,
            contest=file.contest,
            care=care,
            actor=file.owner,
            at=at,
            source=file.name,
            progress=tell,
        )
    else:
        plan = plan_list(rows, contest=file.contest, care=care, at=at, progress=tell)
    return [(row.line, row.name, row.outcome, row.reason) for row in plan.rows]


def _listed_plan(file: PeopleFile) -> list[_Told]:
    known = KnownPeople(file.contest)
    told: list[_Told] = []
    for row in read_listed(_data(file), name=file.name, restores_zeros=file.restores_zeros):
        if row.entry is None:
            told.append((row.line, row.name, RowOutcome.REFUSED, row.reason))
        elif known.holds(row.entry):
            told.append((row.line, row.name, RowOutcome.SKIPPED, ""))
        else:
            known.add(row.entry)
            told.append((row.line, row.name, RowOutcome.CREATED, ""))
    return told


def _list(file: PeopleFile) -> None:
    rows = read_listed(_data(file), name=file.name, restores_zeros=file.restores_zeros)
    list_people(
        contest=file.contest,
        entries=[row.entry for row in rows if row.entry],
        actor=file.owner,
        at=timezone.now(),
        source=file.name,
    )


def _report(rows: Iterable[_Told]) -> dict[str, Any]:
    """The plan as the page shows it; no numbers."""
    told = list(rows)
    counts = Counter(outcome for _line, _name, outcome, _reason in told)
    return {
        "counts": {outcome.value: counts[outcome] for outcome in RowOutcome},
        "rows": [
            {"line": line, "name": name, "outcome": outcome.value, "reason": reason}
            for line, name, outcome, reason in told
        ],
    }


def _data(file: PeopleFile) -> bytes:
    return base64.b64decode(decrypt(bytes(file.content), bound_to=_binding(file)))


def _binding(file: PeopleFile) -> str:
    return f"people-file:{file.code}"


def _tell(file: PeopleFile, done: int, total: int) -> None:
    cache.set(_key(file), (done, total), timeout=SILENT_SECONDS)


def _key(file: PeopleFile) -> str:
    return f"people-file:{file.code}"
