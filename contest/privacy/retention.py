"""How long a contest keeps what people told it of themselves."""

from datetime import datetime, timedelta

from contest.models import Contest, RegistrationRules

DEFAULT_RETENTION_DAYS: int = RegistrationRules().retention_days
# time for complaints: until then the jury may still have to ask who took part
RESULTS_FINAL_AFTER = timedelta(days=30)


def results_final_at(contest: Contest) -> datetime | None:
    """From then on nobody needs to know who stood where; None while there are no rounds."""
    over_at = _over_at(contest)
    return over_at + RESULTS_FINAL_AFTER if over_at else None


def kept_until(contest: Contest) -> datetime | None:
    """When the contest's personal data are due to go; never before its results are final."""
    over_at = _over_at(contest)
    if over_at is None:
        return None
    rules = RegistrationRules.objects.filter(contest=contest).first()
    days = rules.retention_days if rules else DEFAULT_RETENTION_DAYS
    return over_at + max(timedelta(days=days), RESULTS_FINAL_AFTER)


def _over_at(contest: Contest) -> datetime | None:
    return max((it.over_at for it in contest.rounds.all()), default=None)
