"""Files that a person asks for at the desk: made in the background, fetched when ready."""

import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.background import in_background
from accounts.enums import Role
from accounts.errors import AccountError
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import ExportState
from contest.errors import ContestError
from contest.exports.certificates import valid_certificates
from contest.exports.documents.fields import letterhead_of
from contest.exports.making import Material, Product, write_product
from contest.exports.people import PersonalData, whole_data
from contest.exports.sheet import ResultSheet, result_sheet
from contest.exports.sources import version_to_show
from contest.models import Contest, ExportFile, Round
from contest.results.exporting import Export, Pieces
from contest.rules.timing import is_before

SILENT_SECONDS = 300  # silent for so long, the work died with its process; ranking tells nothing
KEPT = timedelta(hours=24)


def may_export(user: User) -> bool:
    return has_role(user, Role.JURY, Role.ORGANISER)


def begin_export(
    *,
    contest: Contest,
    contest_round: Round | None,
    product: Product,
    by_given_name: bool,
    whole_ids: bool,
    reason: str,
    owner: User,
    site: str,
    at: datetime,
) -> ExportFile:
    """Begin to make a file; `site` is the address that certificates lead to.

    Raises ContestError "not_allowed", "reason_missing" or "export_running": one at a time.
    """
    _refuse(owner, whole_ids=whole_ids, reason=reason)
    remove_expired(at=at)
    version = version_to_show(contest, contest_round)
    for running in ExportFile.objects.of(owner).filter(state=ExportState.WORKING):
        give_up_if_dead(running)
    try:
        with transaction.atomic():
            file = ExportFile.objects.create(
                owner=owner,
                contest=contest,
                round=contest_round,
                version=version,
                kind=product.code,
                by_given_name=by_given_name,
                has_whole_ids=whole_ids and product.shows_people,
                reason=reason.strip() if whole_ids and product.shows_people else "",
                name=_file_name(product, contest, contest_round, at=at),
                begun_at=at,
                expires_at=at + KEPT,
            )
            record_decision(
                actor=owner,
                at=at,
                action="results.export",
                target=_target(file),
                reason=file.reason,
                after=_described(file),
            )
    except IntegrityError as error:
        raise ContestError(
            "export_running",
            _("Một tệp khác của Anh/Chị đang được chuẩn bị; xin chờ tệp ấy xong."),
        ) from error
    _begin(file, site=site)
    return file


def fetch(file: ExportFile, *, actor: User, at: datetime) -> Export:
    """The file on its way to its owner, recorded first.

    Raises ContestError "not_allowed", or "not_ready": not made, expired, or gone from the disk.
    """
    if not may_export(actor) or file.owner_id != actor.pk:
        raise _not_allowed()
    if file.has_whole_ids and not has_role(actor, Role.IDENTITY_VIEWER):
        raise _not_allowed()
    missing = ContestError("not_ready", _("Tệp này chưa có hoặc đã hết hạn; xin tạo lại."))
    if file.state != ExportState.READY or not is_before(at, file.expires_at):
        raise missing
    try:
        content = file.path.open("rb")
    except FileNotFoundError:
        raise missing from None
    try:
        record_decision(
            actor=actor,
            at=at,
            action="results.download",
            target=_target(file),
            reason=file.reason,
            after=_described(file),
        )
    except BaseException:
        content.close()
        raise
    product = Product.of_code(file.kind)
    return Export(file.name, product.content_type, Pieces(content), file.size)


def remove_expired(*, at: datetime) -> int:
    """Files that nobody fetched in time go; how many went."""
    return _remove(ExportFile.objects.expired(at=at))


def remove_files(contest: Contest) -> int:
    """All of a contest go, such as when its people are forgotten; how many went."""
    return _remove(ExportFile.objects.filter(contest=contest))


def _remove(files: Iterable[ExportFile]) -> int:
    gone = list(files)
    for file in gone:
        file.path.unlink(missing_ok=True)
        file.delete()
    return len(gone)


def progress_of(file: ExportFile) -> tuple[int, int]:
    """How much of how much is done; (0, 0) while nobody knows."""
    done: tuple[int, int] = cache.get(_key(file), (0, 0))
    return done


def give_up_if_dead(file: ExportFile) -> None:
    """A file whose process has died may be asked for again."""
    if file.state == ExportState.WORKING and cache.get(_key(file)) is None:
        _settle(file, ExportState.FAILED)
        file.state = ExportState.FAILED


def _refuse(actor: User, *, whole_ids: bool, reason: str) -> None:
    if not may_export(actor):
        raise _not_allowed()
    if not whole_ids:
        return
    if not has_role(actor, Role.IDENTITY_VIEWER):
        raise ContestError(
            "not_allowed",
            _("Anh/Chị không có quyền xem số định danh đầy đủ."),
            HTTPStatus.FORBIDDEN,
        )
    if not reason.strip():
        message = _("Cần ghi lý do xem số định danh.")
        raise ContestError("reason_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)


def _not_allowed() -> ContestError:
    message = _("Chỉ Ban giám khảo và Ban tổ chức được xuất kết quả.")
    return ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)


def _target(file: ExportFile) -> str:
    if file.round:
        return f"round:{file.contest.slug}/{file.round.slug}"
    return f"contest:{file.contest.slug}"


def _described(file: ExportFile) -> dict[str, object]:
    shown = {"version": file.version.number, "digest": file.version.digest} if file.version else {}
    return {"file": file.kind, "code": str(file.code), "whole_ids": file.has_whole_ids} | shown


def _file_name(
    product: Product, contest: Contest, contest_round: Round | None, *, at: datetime
) -> str:
    parts = [product.stem, contest.slug, *([contest_round.slug] if contest_round else [])]
    return f"{'-'.join(parts)}-{timezone.localtime(at):%Y%m%d-%H%M}.{product.ending}"


# In the background ------------------------------------------------------------------------------


def _begin(file: ExportFile, *, site: str) -> None:
    _tell(file, 0, 0)
    is_official = Product.of_code(file.kind).is_official

    def work() -> None:
        with translation.override("vi" if is_official else translation.get_language()):
            _make(ExportFile.objects.get(pk=file.pk), site=site)

    def failed(refusal: Exception | None) -> None:
        _settle(file, ExportState.FAILED, refusal=getattr(refusal, "message", ""))

    in_background(work, name="result-file", refusals=(ContestError, AccountError), failed=failed)


def _make(file: ExportFile, *, site: str) -> None:
    at = timezone.now()
    sheet = result_sheet(
        file.contest, file.round, at=at, version=file.version, by_given_name=file.by_given_name
    )
    material = Material(
        contest=file.contest,
        version=file.version,
        sheet=sheet,
        letterhead=letterhead_of(file.contest),
        personal=_personal(file, sheet, at=at),
        maker=file.owner.full_name,
        site=site,
        certificates=valid_certificates(file.contest, file.round, by_given_name=file.by_given_name),
    )
    size = _write(
        file.path,
        Product.of_code(file.kind),
        material,
        progress=lambda done, total: _tell(file, done, total),
    )
    _settle(file, ExportState.READY, size=size)


def _personal(file: ExportFile, sheet: ResultSheet, *, at: datetime) -> PersonalData:
    if not file.has_whole_ids:
        return PersonalData()
    people = [row.participant_id for row in sheet.people]
    return whole_data(people, actor=file.owner, reason=file.reason, at=at)


def _write(
    path: Path, product: Product, material: Material, *, progress: Callable[[int, int], None]
) -> int:
    """The size in bytes. Whole or not at all; nobody but the server's user can read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    try:
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as it:
            write_product(product, material, it, progress=progress)
            size = it.seek(0, os.SEEK_END)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return size


def _settle(
    file: ExportFile, state: ExportState, *, refusal: str = "", size: int | None = None
) -> None:
    ExportFile.objects.filter(pk=file.pk, state=ExportState.WORKING).update(
        state=state, refusal=refusal[:500], size=size
    )


def _tell(file: ExportFile, done: int, total: int) -> None:
    cache.set(_key(file), (done, total), timeout=SILENT_SECONDS)


def _key(file: ExportFile) -> str:
    return f"result-file:{file.code}"
