"""Everything that there is of a contest's results, as files in a folder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings

from accounts.models import User
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.exports.certificates import valid_certificates
from contest.exports.desk_files import may_export
from contest.exports.documents.fields import letterhead_of
from contest.exports.making import Material, Product, write_product
from contest.exports.people import PersonalData
from contest.exports.sheet import result_sheet
from contest.exports.sheet_tables import sheet_tables
from contest.exports.sources import version_to_show
from contest.models import Contest, Round
from contest.results.csv_text import csv_chunks


@dataclass
class Exported:
    """What was written, and what was not, with the code of the refusal."""

    version: int | None = None  # the seal that they show; none: the results as they stood
    files: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    people: int = 0
    attempts: int = 0


def export_all(
    *,
    contest: Contest,
    contest_round: Round | None,
    folder: Path,
    actor: User,
    at: datetime,
    progress: Callable[[str], None] = lambda _file: None,
) -> Exported:
    """Every product, and each table as CSV; personal numbers masked. May be run again.

    Raises ContestError "not_allowed". What cannot be made (no prizes yet, no seal, no Pango) is
    skipped.
    """
    if not may_export(actor):
        raise ContestError("not_allowed", "the actor is neither of the jury nor an organiser")
    version = version_to_show(contest, contest_round)
    sheet = result_sheet(contest, contest_round, at=at, version=version)
    material = Material(
        contest=contest,
        version=version,
        sheet=sheet,
        letterhead=letterhead_of(contest),
        personal=PersonalData(),
        maker=actor.full_name,
        site=settings.PUBLIC_URL,
        certificates=valid_certificates(contest, contest_round, by_given_name=False),
    )
    record_decision(
        actor=actor,
        at=at,
        action="results.export_all",
        target=f"round:{contest.slug}/{contest_round.slug}"
        if contest_round
        else f"contest:{contest.slug}",
        after={"version": version.number, "digest": version.digest} if version else {},
    )
    done = Exported(
        version=version.number if version else None,
        people=sheet.person_count,
        attempts=len(sheet.attempts),
    )
    folder.mkdir(parents=True, exist_ok=True)
    for product in Product:
        if product is not Product.CSV:
            _write(product, material, folder, done)
            progress(product.code)
    _write_tables(material, folder / "csv", done)
    return done


def _write(product: Product, material: Material, folder: Path, done: Exported) -> None:
    name = f"{product.stem}.{product.ending}"
    if product.is_certificates and not material.site:
        done.skipped[name] = "public_url_missing"
        return
    unfinished = folder / f"{name}.part"
    try:
        with unfinished.open("w+b") as file:
            write_product(product, material, file)
        unfinished.replace(folder / name)
    except ContestError as refusal:
        done.skipped[name] = refusal.code
    else:
        done.files.append(name)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_tables(material: Material, folder: Path, done: Exported) -> None:
    folder.mkdir(exist_ok=True)
    for each in sheet_tables(material.sheet, material.personal):
        with (folder / f"{each.name}.csv").open("wb") as file:
            file.writelines(csv_chunks(each.table))
        done.files.append(f"csv/{each.name}.csv")
