"""Files of a sealed result on their way out."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.errors import ContestError
from contest.models import ResultVersion
from contest.results.exporting import Export
from contest.sealing.reading import bundle


def public_file(version: ResultVersion) -> Export:
    """What everybody may have of a version that was published."""
    chunks = bundle(version, is_open=False)
    return Export(_file_name(version, "cong-khai"), "application/json", chunks)


def whole_file(version: ResultVersion, *, actor: User, at: datetime) -> Export:
    """With names, questions and decisions; recorded. Raises ContestError "not_allowed"."""
    if not has_role(actor, Role.JURY, Role.ORGANISER):
        raise ContestError(
            "not_allowed",
            _("Chỉ Ban giám khảo và Ban tổ chức được tải tệp đầy đủ."),
            HTTPStatus.FORBIDDEN,
        )
    record_decision(
        actor=actor,
        at=at,
        action="result.export",
        target=f"contest:{version.contest.slug}",
        after={"number": version.number, "digest": version.digest},
    )
    return Export(_file_name(version, "day-du"), "application/json", bundle(version, is_open=True))


def _file_name(version: ResultVersion, kind: str) -> str:
    return f"ket-qua-{version.contest.slug}-{version.number}-{kind}.json"
