"""What is sealed of a result: the rows of every section, in parts, and the head over them.

docs/verification.md has the format. Every row is public; what would tell who somebody is, what was
asked or why the jury decided stands beside it, in `opened`, and the row holds only its digest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import override

from contest.enums import RoundsPolicy
from contest.models import Contest, Decision, KeyChange, Round
from contest.queries.keys import answer_keys
from contest.results.queries import Standings, contest_standings, round_standings, within
from contest.results.wording import ranking_rule
from contest.rules.canonical import canonical, instant_text, points_text
from contest.rules.chaining import FIRST
from contest.rules.grading import Key
from contest.rules.merkle import leaf_hash
from contest.rules.regrading import Change, regraded
from contest.sealing.attempts import SealedAttempt, sealed_attempts
from contest.sealing.boards import Places, SealedBoard, board_code, board_rules
from contest.sealing.facts import basis, lot_rows, prediction_rows, scope_boards, scope_rounds
from contest.sealing.parts import Part, Row, Sealing, checked, closing_row, nonce
from contest.sealing.prizes import SealedPrizes
from questionbank.models import Revision
from questionbank.wordings import wordings

FORMAT = "ket-qua-hoi-thi/2"
LANGUAGE = "vi"  # of the sentences in it, whoever seals


def sealed_content(
    contest: Contest,
    contest_round: Round | None,
    *,
    keep: Callable[[Part], None],
    progress: Callable[[int], None] = lambda _done: None,
) -> dict[str, Any]:
    """Hand all parts to `keep` and return the head, of which the digest is taken.

    The same state of the database gives the same bytes. `progress` hears how many attempts are
    done. Raises ContestError "awards_outdated".
    """
    with override(LANGUAGE):
        return _content(contest, contest_round, keep, progress)


def _content(
    contest: Contest,
    contest_round: Round | None,
    keep: Callable[[Part], None],
    progress: Callable[[int], None],
) -> dict[str, Any]:
    # read first: what changes while the rest is read makes the seal stale, not wrong
    followed = basis(contest, contest_round)
    rounds = scope_rounds(contest, contest_round)
    sealing = Sealing(keep)
    register = _Register()
    attempts = sealed_attempts(rounds, revisions=register.revisions, progress=progress)
    told_attempts = sealing.add("attempts", map(_attempt_row, register.taking(attempts)))
    told_questions = sealing.add("questions", _question_rows(contest, rounds, register.revisions))
    decisions = list(Decision.objects.filter(contest=contest).order_by("number"))
    sealing.add("decisions", map(_decision_row, decisions))
    is_whole = contest_round is None
    told_predictions = sealing.add("predictions", prediction_rows(contest, rounds))
    told_lots = sealing.add("lots", lot_rows(contest, rounds, is_whole=is_whole))
    prize_boards = scope_boards(contest, rounds, is_whole=is_whole)
    prizes = SealedPrizes(sealing, {it.pk: n for n, it in enumerate(prize_boards, start=1)})
    boards = []
    for board_round, standings in _standings(contest, contest_round, rounds):
        sealed = SealedBoard(contest, board_code(board_round), standings, register.places)
        codes = {}
        for division_id, told in _boards(sealed, board_round, sealing):
            boards.append(told)
            codes[division_id] = told["code"]
        of_round = [it for it in prize_boards if it.round == board_round]
        for prize_board in of_round:
            goes_by = codes.get(prize_board.division_id, "")
            prizes.add(prize_board, standings, sealed, goes_by=goes_by)
    return {
        "format": FORMAT,
        "contest": {"slug": contest.slug, "name": contest.name, "host": contest.host},
        "scope": board_code(contest_round),
        "basis": followed,
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
            "counted": register.counted,
            "struck": told_attempts["count"] - register.counted,
            **told_attempts,
        },
        "boards": boards,
        "decisions": {
            "count": len(decisions),
            "head": decisions[-1].digest if decisions else FIRST,
        },
        "questions": told_questions,
        "predictions": told_predictions,
        "lots": told_lots,
        "units": prizes.unit_heads,
        "prizes": prizes.heads,
    }


class _Register:
    """What later sections must know of the attempts that went by."""

    def __init__(self) -> None:
        self.places: Places = {}
        self.revisions: set[int] = set()
        self.counted = 0

    def taking(self, attempts: Iterable[SealedAttempt]) -> Iterator[SealedAttempt]:
        for attempt in attempts:
            self.places[attempt.receipt["receipt"]] = attempt.number, attempt.receipt["person"]
            self.counted += attempt.receipt["counted"]
            yield attempt


def _standings(
    contest: Contest, contest_round: Round | None, rounds: list[Round]
) -> Iterator[tuple[Round | None, Standings]]:
    for it in rounds:
        yield it, round_standings(it)
    if contest_round is None:  # also where rounds are ranked apart: units count over all of them
        yield None, contest_standings(contest, of_units=True)


def _boards(
    sealed: SealedBoard, board_round: Round | None, sealing: Sealing
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """A board of everybody (None), and one of each division; what the head says of them."""
    standings = sealed.standings
    if board_round is None and standings.rules.rounds is RoundsPolicy.SEPARATE:
        return
    common = {
        "rounds": [it.slug for it in standings.rounds],
        "rules": board_rules(standings.rules),
        "rules_text": ranking_rule(standings.rules, over_rounds=board_round is None),
    }
    code, name = sealed.code, board_round.name if board_round else sealed.contest.name
    told = sealing.add(f"board:{code}", sealed.rows())
    yield None, {"code": code, "name": name, "division": "", "within": "", **common, **told}
    for number, (pk, division) in enumerate(sealed.divisions.items(), start=1):
        own_code = f"{code}/bang-{number}"
        told = sealing.add(f"board:{own_code}", sealed.rows_within(within(standings, pk)))
        title = f"{name} · {division}"
        own_head = {"code": own_code, "name": title, "division": division, "within": code}
        yield pk, own_head | common | told


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
            "nonce": nonce(contest, "question", pk),
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
        yield closing_row({"n": n, "question": code, "revision": number}, opened)


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
