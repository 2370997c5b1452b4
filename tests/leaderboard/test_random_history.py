"""After any history the boards are what the pure ranking function says of the database."""

import random
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import Role
from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.errors import ContestError
from contest.models import Attempt, Decision
from contest.queries.results import TRIED
from contest.rules.ranking import Tried, person_result, rank
from contest.rules.ranking_rules import KNOWN_AT_ONCE, USUAL, Rules
from contest.services.deciding import disqualify, exclude_attempt, undo
from contest.services.releasing import release_board
from contest.signals import attempt_graded, attempt_reopened
from leaderboard.queries import boards_of_contest
from leaderboard.rules.members import decode
from leaderboard.services import standings
from leaderboard.services.standings import forget_checks, read_board
from tests.factories import (
    NOON,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

STEPS = 60
UNGRADED = {
    "submitted_at": None,
    "elapsed_ms": None,
    "score": None,
    "max_score": None,
    "correct_count": None,
    "receipt_code": None,
    "closed_by": "",
}


class History:
    """Chance decides what happens next in a contest of two rounds, one of which freezes."""

    def __init__(self, seed, store, clock, committed, rules):
        self.chance, self.store, self.clock = random.Random(seed), store, clock
        self.committed = committed
        self.jury = RoleGrantFactory(role=Role.JURY).user
        self.contest = ContestFactory()
        if rules is not USUAL:
            RankingRulesFactory(
                contest=self.contest,
                chain=list(rules.chain),
                attempts=rules.attempts,
                rounds=rules.rounds,
                best_rounds=rules.best_rounds,
            )
        self.rounds = [
            RoundFactory(contest=self.contest, freeze_minutes=30),
            RoundFactory(contest=self.contest),
        ]
        self.divisions = [None, *DivisionFactory.create_batch(2, contest=self.contest)]
        self.units = [None, *UnitFactory.create_batch(3)]
        self.people = []

    def step(self):
        deeds = {
            self.submit: 10,
            self.regrade: 4,
            self.lose_attempt: 1,
            self.decide: 4,
            self.lift: 2,
            self.reopen: 1,
            self.empty_store: 1,
            self.wait: 4,
            self.release: 1,
        }
        (deed,) = self.chance.choices(list(deeds), weights=list(deeds.values()))
        deed()

    def submit(self):
        if not self.people or self.chance.random() < 0.4:
            self.people.append(
                ParticipantFactory(
                    contest=self.contest,
                    division=self.chance.choice(self.divisions),
                    unit=self.chance.choice(self.units),
                )
            )
        person, contest_round = self.chance.choice(self.people), self.chance.choice(self.rounds)
        elapsed_ms = self.chance.choice([60_000, 61_000, 120_000])
        attempt = SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            number=self._next_number(contest_round, person),
            score=self.chance.choice([0, 5, 10, 10, 20]),
            elapsed_ms=elapsed_ms,
            started_at=timezone.now() - timedelta(milliseconds=elapsed_ms),
        )
        attempt_graded.send_robust(sender=Attempt, attempt=attempt)

    def _next_number(self, contest_round, person):
        numbers = Attempt.objects.filter(round=contest_round, participant=person)
        return max(numbers.values_list("number", flat=True), default=0) + 1

    def regrade(self):
        if attempt := self._any():
            attempt.score = self.chance.choice([0, 3, 10, 20])
            attempt.save(update_fields=["score"])
            attempt_graded.send_robust(sender=Attempt, attempt=attempt)

    def lose_attempt(self):
        """Nothing of ours deletes attempts; boards are right even so."""
        attempt = self._any()
        if attempt and not attempt.decisions.exists():
            attempt.delete()
            attempt_graded.send_robust(sender=Attempt, attempt=attempt)

    def decide(self):
        if attempt := self._any():
            about = {"reason": "Thi hộ", "actor": self.jury, "at": timezone.now()}
            with suppress(ContestError), self.committed(execute=True):
                if self.chance.random() < 0.5:
                    exclude_attempt(attempt=attempt, **about)
                else:
                    disqualify(participant=attempt.participant, **about)

    def lift(self):
        if decisions := list(Decision.objects.in_force()):
            with self.committed(execute=True):
                undo(
                    decision=self.chance.choice(decisions),
                    reason="Xác minh lại",
                    actor=self.jury,
                    at=timezone.now(),
                )

    def reopen(self):
        attempt = self._any()
        if attempt is None or self._is_running(attempt):
            return
        for field, value in UNGRADED.items():
            setattr(attempt, field, value)
        attempt.save()
        attempt_reopened.send_robust(sender=Attempt, attempt=attempt)

    def empty_store(self):
        for board in boards_of_contest(self.contest, at=timezone.now()):
            self.store.clear(board.name)

    def wait(self):
        self.clock.shift(timedelta(seconds=self.chance.randrange(0, 600)))

    def release(self):
        frozen = self.rounds[0]
        if frozen.frozen_since(at=timezone.now()):
            self.rounds[0] = release_board(
                round_id=frozen.pk, actor=RoleGrantFactory().user, at=timezone.now()
            )

    def _any(self):
        attempts = Attempt.objects.submitted().filter(round__contest=self.contest)
        return self.chance.choice(list(attempts.order_by("pk"))) if attempts.exists() else None

    def _is_running(self, attempt):
        running = Attempt.objects.running()
        return running.filter(round=attempt.round, participant=attempt.participant).exists()


def truth(board):
    """The board by division and by unit from nothing but the attempts and the pure functions."""
    frozen = dict(board.frozen)
    tries = defaultdict(list)
    people = {}
    for it in Attempt.objects.counting().select_related("participant"):
        since = frozen.get(it.round_id)
        if it.round_id in board.round_ids and (since is None or it.submitted_at < since):
            tries[it.participant_id].append(Tried(*(getattr(it, field) for field in TRIED)))
            people[it.participant_id] = it.participant
    results = {pk: person_result(own, board.rules) for pk, own in tries.items()}
    orders = {}
    for division_id in {None, *(it.division_id for it in people.values())}:
        wanted = [
            result
            for pk, result in results.items()
            if division_id in (None, people[pk].division_id)
        ]
        orders[division_id] = [(it.place, it.result) for it in rank(wanted, board.rules.live_chain)]
    tallies = defaultdict(lambda: [0, 0])
    for pk, result in results.items():
        if people[pk].unit_id is not None:
            tallies[people[pk].unit_id][0] += 1
            tallies[people[pk].unit_id][1] += int(result.score * 100)
    return orders, {pk: tuple(tally) for pk, tally in tallies.items()}


def shown(board, division_ids):
    orders = {}
    for division_id in division_ids:
        page = read_board(
            board,
            lambda store, division_id=division_id: store.page(
                board.name, division_id=division_id, offset=0, limit=1000
            ),
        )
        results = [decode(member, board.rules.live_chain) for member in page.members]
        orders[division_id] = list(zip(page.places, results, strict=True))
    tallies = read_board(board, lambda store: store.units(board.name, division_id=None))
    return orders, {it.unit_id: (it.participant_count, it.total_hundredths) for it in tallies}


SCORE, TIME, EARLIER = KNOWN_AT_ONCE
VARIOUS = {
    "usual": (USUAL, 4),
    "best by the earlier": (Rules(chain=(SCORE, EARLIER, TIME)), 2),
    "score only": (Rules(chain=(SCORE, Criterion.NEAREST, Criterion.LOT)), 2),
    "first": (Rules(attempts=AttemptPolicy.FIRST), 2),
    "last": (Rules(attempts=AttemptPolicy.LAST, chain=(SCORE, Criterion.NEAREST, EARLIER)), 2),
    "sum": (Rules(attempts=AttemptPolicy.SUM), 2),
    "average": (Rules(attempts=AttemptPolicy.AVERAGE), 2),
    "best round": (Rules(rounds=RoundsPolicy.BEST_ROUNDS, best_rounds=1), 2),
    "rounds apart": (Rules(rounds=RoundsPolicy.SEPARATE), 2),
}


@pytest.mark.parametrize("name", VARIOUS)
def test_boards_equal_the_pure_ranking_after_random_histories(
    store, monkeypatch, django_capture_on_commit_callbacks, name
):
    rules, seeds = VARIOUS[name]
    monkeypatch.setattr(standings, "main_store", lambda: store)
    forget_checks()
    phases, totals = set(), set()
    for seed in range(seeds):
        with time_machine.travel(NOON, tick=False) as clock:
            history = History(seed, store, clock, django_capture_on_commit_callbacks, rules)
            for _ in range(STEPS):
                history.step()
                for board in boards_of_contest(history.contest, at=timezone.now()):
                    assert board.rules == rules
                    orders, tallies = truth(board)
                    assert shown(board, orders) == (orders, tallies), (seed, board.name)
                    phases.add((bool(board.frozen), bool(board.released)))
                    totals.add(board.is_total)

    assert {(False, False), (True, False)} <= phases
    if name == "usual":
        assert phases == {(False, False), (True, False), (False, True)}
    assert totals == ({False} if name == "rounds apart" else {False, True})
