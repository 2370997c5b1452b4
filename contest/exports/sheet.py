"""The one input of every export: what stands in the papers, free of how it is stored or ranked.

`result_sheet` is the only place where the writers meet the ranking, the prizes and the seal.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit
from contest.enums import Criterion, DecisionKind
from contest.exports.attempts import AttemptLines
from contest.exports.awards import PrizesGiven, prizes_given
from contest.exports.rows import BoardRows, SheetRow
from contest.exports.sealed_awards import sealed_prizes
from contest.exports.sources import Source, Span, live_source, sealed_source
from contest.models import Contest, PredictionTruth, ResultVersion, Round, counted_headcount
from contest.results.measuring import sitting_code
from contest.results.units import participation_rate
from contest.rules.official_text import count_text
from contest.rules.ranking_rules import PREDICTIONS
from contest.rules.receipts import readable
from contest.rules.score_bands import Bands, bands_of
from questionbank.models import ItemStatistic

LEADERS = 10


@dataclass(frozen=True)
class BoardSheet:
    """Everybody's board, which has no division, or that of one."""

    title: str
    rows: Iterable[SheetRow]
    count: int
    leaders: tuple[SheetRow, ...]  # by place, whatever the order of the rows
    division: str = ""


@dataclass(frozen=True)
class UnitLine:
    """A unit's people who count, against its headcount; `rate` 0.1234 for 12.34 %."""

    name: str
    kind: str
    headcount: int | None
    person_count: int
    rate: Decimal | None
    mean_score: Decimal | None
    best_place: int | None

    @property
    def is_doubtful(self) -> bool:
        """More people than there are, or none to compare with: no rate to be printed."""
        return self.headcount is not None and (
            self.headcount == 0 or self.person_count > self.headcount
        )

    @property
    def sound_rate(self) -> Decimal | None:
        return None if self.is_doubtful else self.rate


@dataclass(frozen=True)
class DivisionLine:
    """How many took part, and how they did. `bands` are of each person's counted result."""

    name: str
    attempt_count: int
    person_count: int
    bands: Bands


@dataclass(frozen=True)
class DecisionLine:
    number: int
    kind: str
    subject: str
    reason: str
    actor: str
    at: datetime
    is_undone: bool


@dataclass(frozen=True)
class ItemLine:
    """A question's figures in a round; shares from 0 to 1."""

    round: str
    code: str
    stem: str
    answered: int
    facility: float
    discrimination: float | None
    omitted_share: float | None
    median_ms: int | None


@dataclass(frozen=True)
class Seal:
    """The version that a sheet shows, as its papers name it."""

    number: int
    digest: str
    root: str  # of the Merkle tree of its attempts
    state: str  # in words
    sealed_at: datetime
    sealed_by: str
    confirmed_by: str  # "" until somebody has


@dataclass(frozen=True)
class ResultSheet:
    """The results of a round, or of a contest over its official rounds.

    With a seal, places, scores, times, attempts, prizes, decisions and the rule of the ranking are
    those that were sealed; headcounts and statistics of questions are as they stand now.
    """

    contest: str
    host: str
    title: str
    rounds: tuple[str, ...]
    opened_at: datetime | None
    closed_at: datetime | None
    people: Iterable[SheetRow]  # in order of places, if they are ranked together
    person_count: int
    boards: tuple[BoardSheet, ...]  # everybody's first; none where rounds are ranked apart
    divisions: tuple[DivisionLine, ...]
    units: tuple[UnitLine, ...]
    attempts: AttemptLines
    decisions: tuple[DecisionLine, ...]
    statistics: tuple[ItemLine, ...]
    rules: tuple[str, ...]
    made_at: datetime
    prizes: PrizesGiven
    seal: Seal | None = None  # none: as the results stand now, to look at
    round_scores: tuple[str, ...] = ()  # titles of the columns, over several rounds
    has_predictions: bool = False

    @property
    def total(self) -> DivisionLine:
        """All divisions as one."""
        bands = [line.bands for line in self.divisions]
        return DivisionLine(
            name=_("Tổng cộng"),
            attempt_count=sum(line.attempt_count for line in self.divisions),
            person_count=sum(line.person_count for line in self.divisions),
            bands=Bands(
                full=sum(it.full for it in bands),
                upper=sum(it.upper for it in bands),
                middle=sum(it.middle for it in bands),
                below_lower=sum(it.below_lower for it in bands),
                zero=sum(it.zero for it in bands),
            ),
        )


def result_sheet(
    contest: Contest,
    contest_round: Round | None,
    *,
    at: datetime,
    version: ResultVersion | None = None,
    by_given_name: bool = False,
) -> ResultSheet:
    """What the version holds, or the results as they stand at `at`; lists in the order of places,
    or of given names. `version` is of that round, or of the whole contest."""
    source = (
        sealed_source(version, by_given_name=by_given_name)
        if version
        else live_source(contest, contest_round, by_given_name=by_given_name)
    )
    rounds = source.rounds
    several = len(rounds) > 1 and source.is_ranked
    prizes = (
        sealed_prizes(version, by_given_name=by_given_name)
        if version
        else prizes_given(contest, contest_round, source, by_given_name=by_given_name)
    )
    divisions, people = _gathered(source)
    return ResultSheet(
        contest=source.contest,
        host=source.host,
        title=_title(source, contest_round),
        rounds=tuple(each.name for each in rounds),
        opened_at=min((each.opens_at for each in rounds), default=None),
        closed_at=max((each.closes_at for each in rounds), default=None),
        people=source.people,
        person_count=source.count,
        boards=_boards(source, divisions, by_given_name=by_given_name) if source.is_ranked else (),
        divisions=divisions,
        units=_units(people, contest, day=timezone.localdate(at)),
        attempts=source.attempts,
        decisions=_decisions(contest, last=source.last_decision),
        statistics=_statistics(contest, rounds),
        rules=(
            source.rule,
            *prizes.rules,
            *_facts(contest, contest_round, source, until=version.sealed_at if version else at),
            *(line.strip() for line in contest.rules.splitlines() if line.strip()),
        ),
        made_at=at,
        prizes=prizes,
        seal=_seal(version) if version else None,
        round_scores=tuple(each.name for each in rounds) if several else (),
        has_predictions=bool(PREDICTIONS & set(source.rules.chain)),
    )


def _title(source: Source, contest_round: Round | None) -> str:
    return source.rounds[0].name if contest_round else _("Toàn hội thi")


def _seal(version: ResultVersion) -> Seal:
    return Seal(
        number=version.number,
        digest=version.digest,
        root=version.content["attempts"]["root"],
        state=str(version.get_state_display()),
        sealed_at=version.sealed_at,
        sealed_by=version.sealed_by.full_name,
        confirmed_by=version.confirmed_by.full_name if version.confirmed_by else "",
    )


def _boards(
    source: Source, divisions: tuple[DivisionLine, ...], *, by_given_name: bool
) -> tuple[BoardSheet, ...]:
    def board(title: str, count: int, division: str | None) -> BoardSheet:
        belongs = None if division is None else lambda row: row.division_label == division
        by_place = BoardRows(source.people, source.rules.chain, belongs=belongs)
        return BoardSheet(
            title=title,
            rows=BoardRows(
                source.people, source.rules.chain, belongs=belongs, by_given_name=by_given_name
            ),
            count=count,
            leaders=tuple(islice(by_place, LEADERS)),
            division=division or "",
        )

    everybody = board(_("Xếp hạng chung"), source.count, None)
    return (everybody, *(board(it.name, it.person_count, it.name) for it in divisions))


@dataclass
class _UnitPeople:
    count: int = 0
    points: Decimal = Decimal(0)
    best_place: int | None = None


def _gathered(source: Source) -> tuple[tuple[DivisionLine, ...], dict[int, _UnitPeople]]:
    """Divisions by name, and people by unit, in one go through everybody.

    Attempts are all that count, not only each person's best.
    """
    results: dict[str, list[tuple[Decimal, Decimal]]] = {}
    people: defaultdict[int, _UnitPeople] = defaultdict(_UnitPeople)
    for row in source.people:
        results.setdefault(row.division_label, []).append((row.score, row.max_score))
        if row.unit_id:
            own = people[row.unit_id]
            own.count += 1
            own.points += row.score
            if source.is_ranked and own.best_place is None:
                own.best_place = row.place
    attempts = source.attempts.counts()
    divisions = tuple(
        DivisionLine(name, attempts.get(name, 0), len(own), bands_of(own))
        for name, own in sorted(results.items())
    )
    return divisions, people


def _units(people: dict[int, _UnitPeople], contest: Contest, *, day: date) -> tuple[UnitLine, ...]:
    """The units of the day, and those that have gone since their people took part."""
    units = Unit.objects.valid_on(day=day) | Unit.objects.filter(pk__in=people)
    found: Any = units.annotate(counted_on=counted_headcount(contest.pk))
    return tuple(
        UnitLine(
            name=unit.name,
            kind=unit.get_kind_display(),
            headcount=unit.counted_on,
            person_count=own.count,
            rate=participation_rate(own.count, unit.counted_on),
            mean_score=(own.points / own.count).quantize(Decimal("0.01")) if own.count else None,
            best_place=own.best_place,
        )
        for unit in found.order_by("kind", "name", "pk")
        for own in [people.get(unit.pk, _UnitPeople())]
    )


def _facts(
    contest: Contest, contest_round: Round | None, source: Source, *, until: datetime
) -> list[str]:
    """What was to be predicted, and the number that lots follow from. Up to two queries."""
    chain = set(source.rules.chain)
    facts = []
    if PREDICTIONS & chain:
        names = {it.slug: it.name for it in source.rounds}
        counted = PredictionTruth.objects.filter(
            round__contest=contest, round__slug__in=names, counted_at__lte=until
        ).select_related("round", "division")
        newest = {
            (it.round_id, it.division_id): it
            for it in counted.order_by("round__opens_at", "division__position", "pk")
        }
        facts += [
            _("Số đúng của câu dự đoán, %(what)s: %(value)s.")
            % {
                "what": " – ".join(
                    [names[it.round.slug], *([it.division.name] if it.division else [])]
                ),
                "value": count_text(it.value),
            }
            for it in newest.values()
        ]
    if Criterion.LOT in chain:
        facts += [
            _("Số bốc thăm đã công bố: %(number)s (%(source)s).")
            % {"number": it.number, "source": it.source}
            for it in contest.lot_draws.filter(round=contest_round, announced_at__lte=until)
        ]
    return facts


def _decisions(contest: Contest, *, last: int | None) -> tuple[DecisionLine, ...]:
    """The log up to its line `last`, reversed decisions and their reversals too. One query.

    Its lines are never changed: what was sealed of it is its beginning.
    """
    known = contest.decisions.all()
    if last is not None:
        known = known.filter(number__lte=last)
    undoing = known.filter(undoes=OuterRef("pk"))
    rows: QuerySet[Any] = (
        known.select_related("participant", "attempt__participant", "actor", "undoes")
        .annotate(is_undone=Exists(undoing))
        .order_by("number")
    )
    return tuple(
        DecisionLine(
            number=row.number,
            kind=str(DecisionKind(row.kind).label),
            subject=_subject(row),
            reason=row.reason,
            actor=row.actor.full_name,
            at=row.at,
            is_undone=row.is_undone,
        )
        for row in rows
    )


def _subject(decision: Any) -> str:
    if decision.participant:
        return str(decision.participant.full_name)
    if decision.attempt:
        return _("%(name)s (lượt thi %(receipt)s)") % {
            "name": decision.attempt.participant.full_name,
            "receipt": readable(decision.attempt.receipt_code or ""),
        }
    if decision.undoes:
        return _("Quyết định số %(number)d") % {"number": decision.undoes.number}
    return _("Hội thi")


def _statistics(contest: Contest, rounds: Sequence[Span]) -> tuple[ItemLine, ...]:
    """Of the rounds that have been measured, the gravest first. One query."""
    names = {sitting_code(contest.slug, each.slug): each.name for each in rounds}
    items = (
        ItemStatistic.objects.filter(sitting__sitting__in=names)
        .select_related("sitting", "revision__question")
        .order_by("sitting__sitting", "-concern", "revision__question__code", "pk")
    )
    return tuple(
        ItemLine(
            round=names[item.sitting.sitting],
            code=item.revision.question.code,
            stem=item.revision.stem,
            answered=item.answered,
            facility=item.facility,
            discrimination=item.discrimination,
            omitted_share=item.omitted_share,
            median_ms=item.median_ms,
        )
        for item in items
    )
