from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import ResultState, RoundKind
from contest.errors import ContestError
from contest.models import Complaint, Decision, ResultPart, ResultVersion
from contest.sealing.sealing import confirm, publish, seal, withdraw
from contest.services.deciding import disqualify
from tests.contest.sealing.results import (
    AFTER,
    answered_round,
    closed_round,
    file_of,
    juror,
    published,
    sealed,
    sealed_contest,
)
from tests.factories import (
    NOON,
    AttemptFactory,
    ContestFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def refusal(deed, **arguments):
    with pytest.raises(ContestError) as refused:
        deed(**arguments)
    return refused.value.code


def refusal_to_seal(contest_round, *, at=AFTER, actor=None):
    return refusal(sealed, contest_round=contest_round, at=at, actor=actor)


def test_a_sealed_round_holds_its_standings_in_order():
    version = sealed(closed_round(scores=(18, 20, 15)))

    file = file_of(version)
    [board] = file["boards"].values()
    assert [(row["place"], row["score"]) for row in board] == [
        (1, "20.00"),
        (2, "18.00"),
        (3, "15.00"),
    ]
    assert version.content["attempts"]["count"] == 3
    assert version.state == ResultState.SEALED


def test_the_same_state_sealed_twice_has_one_digest():
    contest_round = answered_round()
    first = sealed(contest_round)
    withdraw(version_id=first.pk, reason="Đọc lại", actor=juror(), at=AFTER)

    second = sealed(contest_round, at=AFTER + HOUR)

    assert (second.digest, second.number) == (first.digest, 2)
    assert file_of(second) == file_of(first)


def test_an_answer_changed_afterwards_changes_the_digest():
    contest_round = answered_round()
    first = sealed(contest_round)
    withdraw(version_id=first.pk, reason="Đọc lại", actor=juror(), at=AFTER)
    contest_round.attempts.first().answers.filter(position=1).update(response="D")

    assert sealed(contest_round).digest != first.digest


def test_a_sealed_contest_holds_every_round_and_the_whole():
    first = closed_round()
    closed_round(contest=first.contest)

    version = sealed_contest(first.contest)

    codes = [board["code"] for board in version.content["boards"]]
    assert codes == [f"ky/{it.slug}" for it in first.contest.rounds.all()] + ["hoi-thi"]
    assert [board["count"] for board in version.content["boards"]] == [3, 3, 6]


def test_struck_attempts_are_sealed_without_a_row():
    contest_round = closed_round()
    attempt = contest_round.attempts.get(score=20)
    disqualify(participant=attempt.participant, reason="Thi hộ", actor=juror(), at=AFTER)

    version = sealed(contest_round)

    assert version.content["attempts"] | {"root": ""} == {
        "count": 3,
        "counted": 2,
        "struck": 1,
        "root": "",
    }
    assert version.content["decisions"]["count"] == 1
    assert [row["score"] for row in file_of(version)["boards"][f"ky/{contest_round.slug}"]] == [
        "18.00",
        "15.00",
    ]


# Refusals ---------------------------------------------------------------------------------------


def test_seal_waits_for_the_end_of_the_round_with_its_grace(settings):
    contest_round = closed_round()

    at = contest_round.over_at
    assert refusal_to_seal(contest_round, at=at - timedelta(seconds=1)) == "not_over"
    assert sealed(contest_round, at=at + timedelta(seconds=1)).number == 1


def test_seal_refuses_while_an_attempt_runs():
    contest_round = closed_round()
    AttemptFactory(round=contest_round)

    assert refusal_to_seal(contest_round) == "attempts_running"


def test_seal_refuses_an_empty_round():
    assert refusal_to_seal(RoundFactory()) == "nothing_submitted"


def test_seal_refuses_a_practice_round():
    assert refusal_to_seal(closed_round(kind=RoundKind.PRACTICE)) == "practice_round"


def test_seal_refuses_a_contest_without_official_rounds():
    assert refusal(sealed_contest, contest=ContestFactory()) == "no_rounds"


def test_seal_refuses_a_broken_chain_of_decisions():
    contest_round = closed_round()
    person = contest_round.attempts.first().participant
    decision = disqualify(participant=person, reason="Thi hộ", actor=juror(), at=AFTER)
    Decision(
        contest=contest_round.contest,
        number=2,
        kind="undo",
        undoes=decision,
        reason="Nhầm",
        actor=decision.actor,
        at=AFTER,
        previous_digest=decision.digest,
        digest="0" * 64,
    ).save()

    assert refusal_to_seal(contest_round) == "chain_broken"


def test_seal_refuses_open_complaints_only_where_the_contest_says_so():
    contest_round = closed_round()
    contest = contest_round.contest
    Complaint.objects.create(
        contest=contest, attempt=contest_round.attempts.first(), text="Sai đáp án", filed_at=AFTER
    )
    contest.seal_waits_for_complaints = True
    contest.save()

    assert refusal_to_seal(contest_round) == "complaints_open"
    contest.seal_waits_for_complaints = False
    contest.save()
    assert sealed(contest_round).number == 1


def test_seal_refuses_while_another_seal_is_pending():
    contest_round = closed_round()
    sealed(contest_round)

    assert refusal_to_seal(contest_round) == "seal_pending"


def test_seal_refuses_what_is_published_already():
    contest_round = closed_round()
    published(sealed(contest_round))

    assert refusal_to_seal(contest_round) == "nothing_changed"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.JURY])
def test_only_the_jury_seals(role):
    unit = None
    actor = RoleGrantFactory(role=role, unit=unit).user if role is not Role.COORDINATOR else None
    actor = actor or SubmittedAttemptFactory().participant.user

    assert refusal_to_seal(closed_round(), actor=actor) == "not_allowed"


# The second person ------------------------------------------------------------------------------


def test_one_person_cannot_seal_and_confirm():
    actor = juror()
    version = sealed(closed_round(), actor=actor)

    assert refusal(confirm, version_id=version.pk, actor=actor, at=AFTER) == "own_seal"


def test_the_database_too_wants_two_people():
    version = sealed(closed_round())

    with pytest.raises(IntegrityError, match="result_confirmed_by_somebody_else"):
        ResultVersion.objects.update(
            state=ResultState.CONFIRMED, confirmed_by=version.sealed_by, confirmed_at=AFTER
        )


def test_from_the_seal_to_the_publication_everything_is_signed_and_recorded():
    version = published(sealed(closed_round()))

    assert version.state == ResultState.PUBLISHED
    assert version.confirmed_by != version.sealed_by
    log = AuditEntry.objects.filter(action__startswith="result.").order_by("pk")
    assert [entry.action for entry in log] == ["result.seal", "result.confirm", "result.publish"]
    assert {entry.after["digest"] for entry in log} == {version.digest}


def test_publication_needs_the_confirmation():
    version = sealed(closed_round())

    assert refusal(publish, version_id=version.pk, actor=juror(), at=AFTER) == "wrong_state"


@pytest.mark.parametrize("deed", [confirm, publish])
def test_what_was_decided_after_the_seal_stops_the_next_step(deed):
    contest_round = closed_round()
    version = sealed(contest_round)
    if deed is publish:
        confirm(version_id=version.pk, actor=juror(), at=AFTER)
    person = contest_round.attempts.first().participant
    disqualify(participant=person, reason="Thi hộ", actor=juror(), at=AFTER)

    assert refusal(deed, version_id=version.pk, actor=juror(), at=AFTER) == "stale"


def test_an_outage_recorded_after_the_seal_stops_the_confirmation():
    contest_round = closed_round()
    version = sealed(contest_round)
    contest_round.outages.create(began_at=NOON, ended_at=NOON + HOUR)

    assert refusal(confirm, version_id=version.pk, actor=juror(), at=AFTER) == "stale"


def test_a_new_version_takes_the_place_of_the_published_one_which_stays_readable():
    contest_round = closed_round()
    first = published(sealed(contest_round))
    before = file_of(first)
    person = contest_round.attempts.get(score=20).participant
    disqualify(participant=person, reason="Thi hộ", actor=juror(), at=AFTER)

    second = published(sealed(contest_round))

    first.refresh_from_db()
    assert (first.state, first.withdrawal_reason) == (
        ResultState.WITHDRAWN,
        "Thay bằng phiên bản số 2.",
    )
    assert second.state == ResultState.PUBLISHED
    assert file_of(first) == before


def test_withdrawal_wants_a_reason_and_happens_once():
    version = sealed(closed_round())

    assert (
        refusal(withdraw, version_id=version.pk, reason=" ", actor=juror(), at=AFTER)
        == "reason_missing"
    )
    withdraw(version_id=version.pk, reason="Sai tên", actor=juror(), at=AFTER)
    assert (
        refusal(withdraw, version_id=version.pk, reason="Sai", actor=juror(), at=AFTER)
        == "wrong_state"
    )


# Append-only ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "0" * 64},
        {"head": "{}"},
        {"number": 7},
        {"sealed_at": NOON},
        {"confirmed_at": NOON},
        {"published_at": NOON},
    ],
)
def test_the_database_refuses_to_change_what_was_sealed_or_signed(change):
    published(sealed(closed_round()))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ResultVersion.objects.update(**change)


def test_the_database_refuses_to_change_a_part():
    sealed(closed_round())

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ResultPart.objects.update(content=b"")


@pytest.mark.postgres
@pytest.mark.parametrize("model", [ResultPart, ResultVersion])
def test_the_database_refuses_to_delete(model):
    sealed(closed_round())

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


def test_a_withdrawn_version_stays_withdrawn():
    version = sealed(closed_round())
    withdraw(version_id=version.pk, reason="Sai tên", actor=juror(), at=AFTER)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ResultVersion.objects.update(state=ResultState.SEALED)


# At the same moment -----------------------------------------------------------------------------


def at_once(deeds):
    """What became of each: a version, or the code of the refusal."""
    barrier, outcomes = Barrier(len(deeds)), []

    def run(deed):
        barrier.wait()
        try:
            outcomes.append(deed().state)
        except ContestError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_seals_one_is_made():
    contest_round = closed_round()
    people = [juror() for _person in range(8)]

    outcomes = at_once([lambda it=it: sealed(contest_round, actor=it) for it in people])

    assert outcomes == ["seal_pending"] * 7 + ["sealed"]
    assert ResultVersion.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_confirmations_one_signs():
    version = sealed(closed_round())
    people = [juror() for _person in range(8)]

    outcomes = at_once(
        [lambda it=it: confirm(version_id=version.pk, actor=it, at=AFTER) for it in people]
    )

    assert outcomes == ["confirmed"] + ["wrong_state"] * 7


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_decision_lands_before_a_seal_or_stops_its_confirmation():
    contest_round = closed_round()
    person = contest_round.attempts.first().participant
    actor = juror()

    class Done:
        state = "decided"

    def decide():
        disqualify(participant=person, reason="Thi hộ", actor=actor, at=AFTER)
        return Done

    assert at_once([decide, lambda: sealed(contest_round)]) == ["decided", "sealed"]

    version = ResultVersion.objects.get()
    struck = version.content["attempts"]["struck"]
    if struck == 0:
        assert refusal(confirm, version_id=version.pk, actor=juror(), at=AFTER) == "stale"
    else:
        assert (struck, version.content["decisions"]["count"]) == (1, 1)


def test_progress_hears_of_every_attempt():
    heard = []
    contest_round = closed_round()

    seal(
        contest_id=contest_round.contest_id,
        contest_round=contest_round,
        actor=juror(),
        at=AFTER,
        progress=heard.append,
    )

    assert heard == [3]
