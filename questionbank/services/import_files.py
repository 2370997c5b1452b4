"""Uploaded files: looked through, then brought in, in the background, with what is done of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.background import in_background
from accounts.models import User
from accounts.services.auditing import record_decision
from questionbank.enums import ImportState
from questionbank.formats.base import Format
from questionbank.formats.parsed import ParsedQuestion
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from questionbank.models import ImportFile
from questionbank.services.importing import (
    ImportRefused,
    Options,
    Outcome,
    Plan,
    import_questions,
    plan_import,
)
from questionbank.services.near_rows import PART, NearRow, near_rows, rows_to_compare

SILENT_SECONDS = 60  # a deed that has told nothing for so long died with its process
MOST_ROWS_KEPT = 10_000
_WORKING = {ImportState.LOOKING, ImportState.APPLYING}


def upload(
    *,
    owner: User,
    name: str,
    data: bytes,
    file_format: Format,
    options: dict[str, Any],
    at: datetime,
) -> ImportFile:
    """Keep the file and begin to look through it. Older files of the owner's go."""
    ImportFile.objects.filter(owner=owner).exclude(state=ImportState.APPLYING).delete()
    file = ImportFile.objects.create(
        owner=owner,
        name=name[-200:],
        format=file_format.name,
        options=options,
        content=data,
        uploaded_at=at,
        state=ImportState.LOOKING,
    )
    _begin(file, _look_through)
    return file


def apply_file(file: ImportFile) -> bool:
    """Begin to bring the file in; False if somebody else has begun already."""
    waiting = ImportFile.objects.filter(pk=file.pk, state=ImportState.PREVIEWED)
    if not waiting.update(state=ImportState.APPLYING):
        return False
    _begin(file, _bring_in)
    return True


def progress_of(file: ImportFile) -> tuple[int, int]:
    """How many questions of how many are done; (0, 0) while nobody knows."""
    done: tuple[int, int] = cache.get(_key(file), (0, 0))
    return done


def near_progress_of(file: ImportFile) -> tuple[int, int] | None:
    """How many rows of how many have been compared with the bank; None if nobody does it now."""
    done: tuple[int, int] | None = cache.get(_near_key(file))
    return done


def free_if_dead(file: ImportFile) -> None:
    """A file whose process has died may be tried again: nothing of it was stored."""
    if file.state in _WORKING and cache.get(_key(file)) is None:
        back = ImportState.PREVIEWED if file.report else ImportState.FAILED
        ImportFile.objects.filter(pk=file.pk, state=file.state).update(state=back)
        file.state = back


def _begin(file: ImportFile, deed: Callable[[ImportFile], None]) -> None:
    _tell(file, 0, 0)
    stored = ImportFile.objects.filter(pk=file.pk)
    in_background(
        lambda: deed(stored.get()),
        name="question-file",
        failed=lambda _refusal: stored.update(state=ImportState.FAILED),
    )


def _look_through(file: ImportFile) -> None:
    plan = plan_import(
        read_file(FORMATS[file.format], bytes(file.content)),
        options=_options(file),
        progress=lambda done, total: _tell(file, done, total),
    )
    rows = len(rows_to_compare(plan))
    cache.set(_near_key(file), (0, rows), timeout=SILENT_SECONDS)
    file.report = _report(plan, near=None)
    file.state = ImportState.PREVIEWED
    file.save(update_fields=["report", "state"])
    _look_for_near(file, plan, rows)


def _look_for_near(file: ImportFile, plan: Plan, rows: int) -> None:
    """Add to the preview what the rows resemble; an import that begins meanwhile ends it."""
    waiting = ImportFile.objects.filter(pk=file.pk, state=ImportState.PREVIEWED)
    found: list[NearRow] = []
    done = 0
    for part in near_rows(plan):
        found += part
        done = min(done + PART, rows)
        cache.set(_near_key(file), (done, rows), timeout=SILENT_SECONDS)
        if not waiting.exists():
            return
    near = [_near_report(row) for row in found]
    with transaction.atomic():
        for kept in waiting.select_for_update():
            kept.report = {**(kept.report or {}), "near": near}
            kept.save(update_fields=["report"])


def _bring_in(file: ImportFile) -> None:
    at = timezone.now()
    try:
        with transaction.atomic():
            plan = import_questions(
                read_file(FORMATS[file.format], bytes(file.content)),
                at=at,
                options=_options(file),
                author=file.owner,
                progress=lambda done, total: _tell(file, done, total),
            )
            file.report = _report(plan, near=(file.report or {}).get("near"))
            file.state = ImportState.APPLIED
            file.content = b""
            file.save(update_fields=["report", "state", "content"])
            summary = plan.summary()
            record_decision(
                actor=file.owner,
                at=at,
                action="questions.import",
                target=f"file:{file.name}"[:200],
                after={
                    "created": summary["created"],
                    "changed": summary["changed"],
                    "refused": len(summary["refused"]),
                },
            )
    except ImportRefused as error:
        file.report = {**(file.report or {}), "refusal": str(error)}
        file.state = ImportState.PREVIEWED
        file.save(update_fields=["report", "state"])


def _options(file: ImportFile) -> Options:
    return Options(
        topic=file.options.get("topic", ""),
        updates=file.options.get("updates", True),
        takes_duplicates=file.options.get("takes_duplicates", False),
        fields=FORMATS[file.format].fields,
    )


def _report(plan: Plan, *, near: list[dict[str, Any]] | None) -> dict[str, Any]:
    """The plan as the page shows it; `near` is None until all rows have been compared."""
    return {
        "near": near,
        "counts": {outcome.value: len(plan.of(outcome)) for outcome in Outcome},
        "conflicts": len(plan.conflicts),
        "new_topics": [topic.name for topic in plan.new_topics],
        "new_documents": [document.number for document in plan.new_documents],
        "rows": [
            {
                "where": row.where,
                "outcome": row.outcome.value,
                "stem": row.content.stem[:300] if row.content else "",
                "reason": row.reason,
                "code": row.code,
                "conflict_with": row.conflict_with,
            }
            for row in plan.rows[:MOST_ROWS_KEPT]
        ],
    }


def _near_report(row: NearRow) -> dict[str, Any]:
    """With both wordings, as far as they are of the file, for the page that compares them."""
    return {
        **row.summary(),
        "where": row.where,
        "percent": row.percent,
        "content": msgspec.to_builtins(row.content),
        "other": msgspec.to_builtins(row.other),
    }


def near_contents(near: dict[str, Any]) -> tuple[ParsedQuestion, ParsedQuestion | None]:
    """The row's wording, and that of the earlier row if it is one that it resembles."""
    content = msgspec.convert(near["content"], ParsedQuestion)
    other = near["other"]
    return content, None if other is None else msgspec.convert(other, ParsedQuestion)


def _tell(file: ImportFile, done: int, total: int) -> None:
    cache.set(_key(file), (done, total), timeout=SILENT_SECONDS)


def _key(file: ImportFile) -> str:
    return f"question-file:{file.code}"


def _near_key(file: ImportFile) -> str:
    return f"question-file:{file.code}:near"
