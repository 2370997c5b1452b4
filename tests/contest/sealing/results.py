"""Results to seal: people with attempts in rounds that are over."""

import json
from datetime import timedelta

from accounts.enums import Role
from contest.sealing.reading import bundle
from contest.sealing.sealing import confirm, publish, seal
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import NOON, RoleGrantFactory, RoundFactory, SubmittedAttemptFactory

AFTER = NOON + timedelta(hours=3)  # the rounds of the factories are over


def juror():
    return RoleGrantFactory(role=Role.JURY).user


def closed_round(scores=(18, 20, 15), **fields):
    """A round with an attempt for each score, none with answers; the first person is slowest."""
    contest_round = RoundFactory(**fields)
    for place, score in enumerate(scores):
        SubmittedAttemptFactory(
            round=contest_round, score=score, elapsed_ms=600_000 - place * 5_000
        )
    return contest_round


def answered_round(*, people=3, **fields):
    """A round that people took in earnest: questions, papers, answers."""
    contest_round = playable_round(**fields)
    for place in range(people):
        attempt = started_attempt(contest_round=contest_round)
        attempt.answers.filter(position=1).update(response="ABC"[place % 3])
        handed_in(attempt, at=NOON + (place + 1) * MINUTE)
    return contest_round


def sealed(contest_round, *, actor=None, at=AFTER):
    return seal(
        contest_id=contest_round.contest_id,
        contest_round=contest_round,
        actor=actor or juror(),
        at=at,
    )


def sealed_contest(contest, *, actor=None):
    return seal(contest_id=contest.pk, contest_round=None, actor=actor or juror(), at=AFTER)


def published(version, *, at=AFTER):
    confirm(version_id=version.pk, actor=juror(), at=at)
    return publish(version_id=version.pk, actor=juror(), at=at)


def file_of(version, *, is_open=True):
    return json.loads(b"".join(bundle(version, is_open=is_open)))
