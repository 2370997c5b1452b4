"""Where the exports take results from: as they stand now, or as a version holds them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from contest.enums import AttemptPolicy, RoundsPolicy
from contest.exports.attempts import AttemptLines, LiveAttempts, SealedAttempts
from contest.exports.rows import LiveRows, SheetRow
from contest.models import Contest, ResultVersion, Round
from contest.results.queries import contest_standings, round_standings
from contest.results.wording import ranking_rule
from contest.rules.predicting import NO_GAP, Gap
from contest.rules.ranking_rules import Rules, chain_of
from contest.sealing.boards import board_code
from contest.sealing.leads import read_lead
from contest.sealing.reading import opened_rows

_instant = datetime.fromisoformat


@dataclass(frozen=True)
class Span:
    """A round that counts."""

    slug: str
    name: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Source:
    """Results of a round, or of a contest over its official rounds.

    `is_ranked` is False where each round of a contest is ranked by itself: then `people` are all
    who took part, added up, and their order says nothing.
    """

    contest: str
    host: str
    rounds: tuple[Span, ...]
    rules: Rules
    rule: str  # in words
    is_ranked: bool
    people: Iterable[SheetRow]
    count: int
    attempts: AttemptLines
    version: ResultVersion | None = None  # none: as they stand now

    @property
    def last_decision(self) -> int | None:
        """The number of the last one that the version knows; None: all."""
        return self.version.content["decisions"]["count"] if self.version else None


def version_to_show(contest: Contest, contest_round: Round | None) -> ResultVersion | None:
    """The newest seal that stands: awaiting its second signature, or published. One query."""
    standing = ResultVersion.objects.of(contest, contest_round).standing()
    return standing.order_by("-number").first()


def versions_to_show(contest: Contest) -> list[tuple[Round | None, ResultVersion | None]]:
    """The same for the contest and each of its official rounds. Two queries."""
    newest: dict[int | None, ResultVersion] = {}
    for version in ResultVersion.objects.filter(contest=contest).standing().order_by("number"):
        newest[version.round_id] = version
    rounds = [None, *contest.rounds.official().order_by("opens_at", "pk")]
    return [(it, newest.get(it.pk if it else None)) for it in rounds]


def live_source(
    contest: Contest, contest_round: Round | None, *, by_given_name: bool = False
) -> Source:
    """Read now, and held: see `round_standings` and `contest_standings` for the queries."""
    standings = (
        round_standings(contest_round)
        if contest_round
        else contest_standings(contest, of_units=True)
    )
    rules = standings.rules
    return Source(
        contest=contest.name,
        host=contest.host,
        rounds=tuple(Span(it.slug, it.name, it.opens_at, it.closes_at) for it in standings.rounds),
        rules=rules,
        rule=ranking_rule(rules, over_rounds=contest_round is None),
        is_ranked=contest_round is not None or rules.rounds is not RoundsPolicy.SEPARATE,
        people=LiveRows(standings),
        count=len(standings.rows),
        attempts=LiveAttempts(standings.rounds, by_given_name=by_given_name),
    )


def sealed_source(version: ResultVersion, *, by_given_name: bool = False) -> Source:
    """What was sealed, whatever has become of the rows it was made from."""
    head = version.content
    code = board_code(version.round)
    boards = {it["code"]: it for it in head["boards"]}
    is_ranked = code in boards  # rounds that are ranked apart have no common board
    board = boards[code] if is_ranked else head["boards"][0]
    rules = _rules(board["rules"])
    rounds = [it["slug"] for it in head["rounds"]]
    people = (
        SealedRows(version, code, rounds=rounds if len(rounds) > 1 else [])
        if is_ranked
        else _added_up(version, rounds)
    )
    divisions = {row.participant_id: row.division_label for row in people}
    attempts = SealedAttempts(version, divisions=divisions, by_given_name=by_given_name)
    if isinstance(people, SealedRows):
        people.codes = attempts.codes
    return Source(
        contest=head["contest"]["name"],
        host=head["contest"]["host"],
        rounds=tuple(
            Span(
                it["slug"],
                it["name"],
                _instant(it["opens_at"]),
                _instant(it["closes_at"]),
            )
            for it in head["rounds"]
        ),
        rules=rules,
        rule=board["rules_text"],
        is_ranked=is_ranked,
        people=people,
        count=len(divisions),
        attempts=attempts,
        version=version,
    )


class SealedRows(Iterable[SheetRow]):
    """The lines of a sealed board, read part by part, as often as they are asked for.

    `rounds`: of which the scores stand beside those of the whole contest.
    """

    def __init__(self, version: ResultVersion, code: str, *, rounds: Sequence[str] = ()) -> None:
        self._version = version
        self._code = code
        self._scores = [_scores(version, slug) for slug in rounds]
        self.codes: Sequence[str] = ()  # of all receipts, in the order of their numbers

    def __iter__(self) -> Iterator[SheetRow]:
        for shown, opened in opened_rows(self._version, f"board:{self._code}"):
            scores = tuple(it.get(opened["person"]) for it in self._scores)
            codes = [self.codes[n - 1] for n in shown["attempts"]] if self.codes else []
            yield _sealed_row(shown, opened, scores, codes)


def _scores(version: ResultVersion, slug: str) -> dict[int, Decimal]:
    """By person; equal ones once in the memory."""
    once: dict[str, Decimal] = {}
    return {
        opened["person"]: once.setdefault(shown["score"], Decimal(shown["score"]))
        for shown, opened in opened_rows(version, f"board:ky/{slug}")
    }


def _sealed_row(
    shown: dict[str, Any],
    opened: dict[str, Any],
    scores: tuple[Decimal | None, ...],
    codes: Sequence[str],
) -> SheetRow:
    return SheetRow(
        place=shown["place"],
        participant_id=opened["person"],
        full_name=opened["full_name"],
        kind=opened["kind"],
        division=shown["division"],
        unit_id=opened["unit_key"],
        unit=opened["unit"],
        unit_kind=opened["unit_kind"],
        score=Decimal(shown["score"]),
        max_score=Decimal(shown["max_score"]),
        correct_count=shown["correct_count"],
        elapsed_ms=shown["elapsed_ms"],
        submitted_at=_instant(shown["submitted_at"]),
        gap=Gap(*shown["gap"]),
        lead=read_lead(opened["lead"]),
        round_scores=scores,
        receipt_codes=codes,
    )


def _added_up(version: ResultVersion, rounds: Sequence[str]) -> list[SheetRow]:
    """Everybody with a place in some round, once; in the order of their numbers."""
    people: dict[int, SheetRow] = {}
    for slug in rounds:
        for shown, opened in opened_rows(version, f"board:ky/{slug}"):
            row = _sealed_row(shown, opened, (), [])._replace(place=0, gap=NO_GAP, lead=None)
            before = people.get(row.participant_id)
            people[row.participant_id] = row if before is None else _sum(before, row)
    return [people[pk] for pk in sorted(people)]


def _sum(one: SheetRow, other: SheetRow) -> SheetRow:
    return other._replace(
        score=one.score + other.score,
        max_score=one.max_score + other.max_score,
        correct_count=one.correct_count + other.correct_count,
        elapsed_ms=one.elapsed_ms + other.elapsed_ms,
    )


def _rules(content: dict[str, Any]) -> Rules:
    return Rules(
        chain=chain_of(content["chain"]),
        attempts=AttemptPolicy(content["attempts"]),
        rounds=RoundsPolicy(content["rounds"]),
        best_rounds=content["best_rounds"],
    )
