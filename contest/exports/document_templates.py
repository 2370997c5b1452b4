"""The office's own Word files and letterhead: kept, replaced, taken away."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_decision
from contest.enums import DocumentKind
from contest.errors import ContestError
from contest.exports.desk_files import may_export
from contest.exports.documents.fencing import BadTemplate
from contest.exports.documents.word import check_template
from contest.models import Contest, DocumentTemplate, Letterhead


@transaction.atomic
def replace_template(
    *, contest: Contest, kind: DocumentKind, name: str, data: bytes, actor: User, at: datetime
) -> DocumentTemplate:
    """Take the file from now on. Raises ContestError "not_allowed" or "bad_template"."""
    _refuse_others(actor)
    try:
        check_template(kind, data)
    except BadTemplate as error:
        raise ContestError(
            "bad_template",
            _("Không nhận mẫu này: %(reason)s") % {"reason": error},
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ) from error
    template, _created = DocumentTemplate.objects.update_or_create(
        contest=contest,
        kind=kind,
        defaults={
            "name": name[-200:],
            "content": data,
            "uploaded_by": actor,
            "uploaded_at": at,
        },
    )
    _record(actor, at, "document_template.replace", contest, kind)
    return template


@transaction.atomic
def remove_template(*, contest: Contest, kind: DocumentKind, actor: User, at: datetime) -> None:
    """Back to the platform's own; a second call changes nothing. Raises "not_allowed"."""
    _refuse_others(actor)
    if DocumentTemplate.objects.filter(contest=contest, kind=kind).delete()[0]:
        _record(actor, at, "document_template.remove", contest, kind)


@transaction.atomic
def keep_letterhead(*, letterhead: Letterhead, actor: User, at: datetime) -> None:
    """Raises ContestError "not_allowed"."""
    _refuse_others(actor)
    letterhead.save()
    record_decision(
        actor=actor,
        at=at,
        action="letterhead.change",
        target=f"contest:{letterhead.contest.slug}",
    )


def _record(actor: User, at: datetime, action: str, contest: Contest, kind: DocumentKind) -> None:
    target = f"contest:{contest.slug}"
    record_decision(actor=actor, at=at, action=action, target=target, after={"kind": kind.value})


def _refuse_others(actor: User) -> None:
    if not may_export(actor):
        message = _("Chỉ Ban giám khảo và Ban tổ chức được sửa mẫu văn bản.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
