"""What is sealed of a result: the rows of every section, in parts, and the head over them.

docs/verification.md has the format. Every row is public; what would tell who somebody is, what was
asked or why the jury decided stands beside it, in `opened`, and the row holds only its digest.
"""

import hmac
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from contest.enums import NameDisplay
from contest.models import Contest, Decision, KeyChange, Round
from contest.queries import answer_keys
from contest.results.queries import (
    StandingRow,
    Standings,
    contest_standings,
    round_standings,
)
from contest.results.wording import ranking_rule
from contest.rules.canonical import canonical, instant_text, points_text, sha256
from contest.rules.chaining import FIRST
from contest.rules.grading import Key
from contest.rules.merkle import BLOCK, leaf_hash, root_of
from contest.rules.naming import name_shown
from contest.rules.ranking_rules import Rules
from contest.rules.regrading import Change, regraded
from contest.sealing.attempts import SealedAttempt, sealed_attempts
from contest.sealing.leads import lead_content
from questionbank.models import Revision
from questionbank.wordings import wordings

FORMAT = "ket-qua-hoi-thi/1"
WHOLE = "hoi-thi"  # the board of the contest as a whole


# the rules that `contest.rules.ranking` follows
@dataclass(frozen=True)
class Part:
    """Up to BLOCK rows; both contents as canonical JSON arrays."""

    section: str
    number: int
    first_key: str
    root: bytes
    content: bytes
    opened: bytes


@dataclass
class Sealing:
    """Takes rows up, section by section; hands every part on as soon as it is full."""

    keep: Callable[[Part], None]
    roots: dict[str, list[bytes]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, section: str, rows: Iterable["Row"]) -> None:
        self.roots[section] = []
        rows = iter(rows)
        for number, block in enumerate(iter(lambda: list(islice(rows, BLOCK)), [])):
            root = root_of([row.leaf for row in block])
            content = b"[" + b",".join(canonical(row.shown) for row in block) + b"]"
            opened = b"[" + b",".join(canonical(row.opened) for row in block) + b"]"
            self.keep(Part(section, number, block[0].key, root, content, opened))
            self.roots[section].append(root)
            self.counts[section] += len(block)

    def root(self, section: str) -> str:
        return root_of(self.roots[section]).hex()


@dataclass(frozen=True)
class Row:
    shown: Mapping[str, Any]
    opened: Mapping[str, Any]
    leaf: bytes
    key: str = ""


def board_code(contest_round: Round | None) -> str:
    return f"ky/{contest_round.slug}" if contest_round else WHOLE


def sealed_content(
    contest: Contest,
    contest_round: Round | None,
    *,
    keep: Callable[[Part], None],
    progress: Callable[[int], None] = lambda _done: None,
) -> dict[str, Any]:
    """Hand all parts to `keep` and return the head, of which the digest is taken.

    The same state of the database gives the same bytes. `progress` hears how many attempts are
    done.
    """
    rounds = (
        [contest_round]
        if contest_round
        else list(contest.rounds.official().order_by("opens_at", "id"))
    )
    sealing = Sealing(keep)
    register = _Register()
    attempts = sealed_attempts(rounds, revisions=register.revisions, progress=progress)
    sealing.add("attempts", (_attempt_row(it) for it in register.taking(attempts)))
    sealing.add("questions", _question_rows(contest, rounds, register.revisions))
    decisions = list(Decision.objects.filter(contest=contest).order_by("number"))
    sealing.add("decisions", map(_decision_row, decisions))
    boards = []
    for board_round, standings in _boards(contest, contest_round, rounds):
        code = board_code(board_round)
        sealing.add(f"board:{code}", _board_rows(contest, code, standings, register))
        boards.append(
            {
                "code": code,
                "name": board_round.name if board_round else contest.name,
                "rounds": [it.slug for it in standings.rounds],
                "rules": _rules(standings.rules),
                "rules_text": ranking_rule(standings.rules, over_rounds=board_round is None),
                "count": sealing.counts[f"board:{code}"],
                "root": sealing.root(f"board:{code}"),
            }
        )
    return {
        "format": FORMAT,
        "contest": {"slug": contest.slug, "name": contest.name, "host": contest.host},
        "scope": board_code(contest_round),
        "rounds": [
            {
                "slug": it.slug,
                "name": it.name,
                "opens_at": instant_text(it.opens_at),
                "closes_at": instant_text(it.closes_at),
                "outages": it.outages.count(),
            }
            for it in rounds
        ],
        "names": {"display": contest.name_display, "min_unit_size": contest.min_unit_size},
        "attempts": {
            "count": sealing.counts["attempts"],
            "counted": register.counted,
            "struck": sealing.counts["attempts"] - register.counted,
            "root": sealing.root("attempts"),
        },
        "boards": boards,
        "decisions": {
            "count": len(decisions),
            "head": decisions[-1].digest if decisions else FIRST,
        },
        "questions": {"count": len(register.revisions), "root": sealing.root("questions")},
    }


class _Register:
    """What later sections must know of the attempts that went by."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[int, int]] = {}  # by receipt code: number and person
        self.revisions: set[int] = set()
        self.counted = 0

    def taking(self, attempts: Iterable[SealedAttempt]) -> Iterator[SealedAttempt]:
        for attempt in attempts:
            self.places[attempt.receipt["receipt"]] = attempt.number, attempt.receipt["person"]
            self.counted += attempt.receipt["counted"]
            yield attempt


def _boards(
    contest: Contest, contest_round: Round | None, rounds: Sequence[Round]
) -> Iterator[tuple[Round | None, Standings]]:
    for it in rounds:
        yield it, round_standings(it)
    if contest_round is None:
        yield None, contest_standings(contest)


def checked(shown: dict[str, Any]) -> dict[str, Any]:
    """A row with the digest that names it when something about it was changed."""
    return shown | {"check": sha256(shown)}


def _row(shown: dict[str, Any], opened: Mapping[str, Any]) -> Row:
    shown = checked(shown | {"sealed": sha256(opened)})
    return Row(shown, opened, leaf_hash(bytes.fromhex(shown["check"])))


def _attempt_row(attempt: SealedAttempt) -> Row:
    leaf = leaf_hash(canonical(attempt.receipt))
    shown = checked({"n": attempt.number, "leaf": leaf.hex()})
    return Row(shown, attempt.receipt, leaf, attempt.receipt["receipt"])


def _decision_row(decision: Decision) -> Row:
    shown = checked(
        {"n": decision.number, "previous": decision.previous_digest, "digest": decision.digest}
    )
    return Row(shown, decision.content(), leaf_hash(bytes.fromhex(shown["check"])))


def _question_rows(
    contest: Contest, rounds: Sequence[Round], revision_ids: set[int]
) -> Iterator[Row]:
    """The wordings on the papers, each with its key, and what the jury made of that in a round."""
    keys, words = answer_keys(revision_ids), wordings(revision_ids)
    changes = KeyChange.objects.by_place(round_ids=[it.pk for it in rounds])
    names = Revision.objects.filter(pk__in=revision_ids).order_by("question__code", "number")
    rows = names.values_list("pk", "question__code", "number")
    for n, (pk, code, number) in enumerate(rows, start=1):
        key, wording = keys[pk], words[pk]
        opened = {
            "nonce": _nonce(contest, "question", pk),
            "kind": key.kind.value,
            "stem": wording.stem,
            "choices": list(wording.choices),
            "picture": wording.picture.digest if wording.picture else "",
            "points": points_text(key.points),
            "scoring": key.scoring.value,
            **_key_content(key),
        }
        regraded_in = [
            _regraded_content(it, key, changes[it.pk, pk])
            for it in rounds
            if (it.pk, pk) in changes
        ]
        if regraded_in:
            opened["regraded"] = regraded_in
        yield _row({"n": n, "question": code, "revision": number}, opened)


def _key_content(key: Key) -> dict[str, Any]:
    return {
        "right": "".join(sorted(key.letters)),
        "accepted": list(key.accepted),
        "number": "" if key.number is None else str(key.number.normalize()),
        "tolerance": str(key.tolerance.normalize()),
    }


def _regraded_content(
    contest_round: Round, bank_key: Key, changes: Sequence[Change]
) -> dict[str, Any]:
    """The key that the papers of a round were graded by, and the decisions that made it so."""
    key = regraded(bank_key, changes)
    return {
        "round": contest_round.slug,
        "decisions": sorted(it.number for it in changes),
        "void": key.is_void,
        "given": key.is_given,
        "also": "".join(sorted(key.also)),
        **_key_content(key),
    }


def _rules(rules: Rules) -> dict[str, Any]:
    return {
        "chain": [criterion.value for criterion in rules.chain],
        "attempts": rules.attempts.value,
        "rounds": rules.rounds.value,
        "best_rounds": rules.best_rounds,
    }


def _board_rows(
    contest: Contest, board: str, standings: Standings, register: _Register
) -> Iterator[Row]:
    display = NameDisplay(contest.name_display)
    sizes = Counter(row.entrant.unit_id for row in standings.rows)
    for n, row in enumerate(standings.rows, start=1):
        unit = row.entrant.unit
        if display is not NameDisplay.FULL and sizes[row.entrant.unit_id] < contest.min_unit_size:
            unit = ""  # among so few it would tell who it is
        yield _board_row(contest, board, n, row, unit, display, register)


def _board_row(
    contest: Contest,
    board: str,
    n: int,
    row: StandingRow,
    unit: str,
    display: NameDisplay,
    register: _Register,
) -> Row:
    attempts = sorted(register.places[code] for code in row.receipt_codes)
    person = attempts[0][1]
    nonce = _nonce(contest, board, person)
    code = b32encode(bytes.fromhex(nonce)[:5]).decode()
    shown = {
        "n": n,
        "place": row.place,
        "name": name_shown(row.entrant.full_name, display=display, code=code),
        "unit": unit,
        "division": row.entrant.division,
        "score": points_text(row.score),
        "max_score": points_text(row.max_score),
        "correct_count": row.correct_count,
        "elapsed_ms": row.elapsed_ms,
        "submitted_at": instant_text(row.submitted_at),
        "attempts": [number for number, _person in attempts],
    }
    opened = {
        "nonce": sha256({"of": nonce}),  # the code of a nameless person must not lead to it
        "person": person,
        "full_name": row.entrant.full_name,
        "unit": row.entrant.unit,
        "unit_key": row.entrant.unit_id,
        "unit_kind": row.entrant.unit_kind,
        "kind": row.entrant.kind,
        "gap": list(row.result.gap),
        "lead": lead_content(row.lead),
    }
    return _row(shown, opened)


def _nonce(contest: Contest, what: str, pk: int) -> str:
    """Hard to guess, and the same whenever the same state is sealed."""
    key = bytes.fromhex(contest.sealing_salt)
    return hmac.digest(key, f"{what}:{pk}".encode(), "sha256").hex()
