from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import ClusterStatus, ClusterVerdict, DecisionKind, RoundKind
from contest.errors import ContestError
from contest.integrity.plans import duplicate_plan
from contest.integrity.queue import queue_counts
from contest.integrity.settling import (
    ask_unit,
    reopen,
    settle_against,
    settle_as_one_person,
    settle_listed,
    settle_without_consequence,
)
from contest.models import Attempt, Decision
from contest.results.exporting import FileFormat, export_standings
from contest.rules.chaining import first_broken
from contest.services.deciding import disqualify, exclude_attempt
from leaderboard.boards import round_board
from leaderboard.services.standings import board_state, read_board
from tests.factories import (
    NOON,
    AttemptFactory,
    ClusterFactory,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def cluster():
    """Two registrations: the first one's earlier attempt is worse than the second one's."""
    contest_round = RoundFactory(opens_at=NOON - timedelta(hours=1))
    contest = contest_round.contest
    people = ParticipantFactory.create_batch(2, contest=contest)
    for place, (person, score) in enumerate(zip(people, (5, 9), strict=True)):
        SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            score=score,
            started_at=NOON + place * MINUTE,
        )
    other = ParticipantFactory(contest=contest)
    SubmittedAttemptFactory(round=contest_round, participant=other, score=1)
    return ClusterFactory(contest=contest, people=people)


def people_of(cluster):
    members = cluster.members.order_by("participant").select_related("participant")
    return [member.participant for member in members]


def plan_of(cluster):
    return duplicate_plan(cluster.contest, [person.pk for person in people_of(cluster)])


def as_one_person(cluster, jury, *, at=NOON, reason="Cùng một người"):
    planned = plan_of(cluster).numbers
    return settle_as_one_person(cluster=cluster, planned=planned, reason=reason, actor=jury, at=at)


def struck_scores():
    struck = Attempt.objects.filter(is_counted=False).order_by("score")
    return [int(score) for score in struck.values_list("score", flat=True)]


@pytest.mark.parametrize(("rule", "struck"), [("first", [9]), ("best", [5]), ("last", [5])])
def test_of_one_person_the_attempt_stays_that_the_contests_rule_keeps(cluster, jury, rule, struck):
    cluster.contest.duplicate_attempts = rule
    cluster.contest.save()

    settled = as_one_person(cluster, jury)

    assert struck_scores() == struck
    assert (settled.status, settled.verdict) == ("settled", "same_person")
    assert (settled.settled_by, settled.settled_at) == (jury, NOON)


def test_a_contest_keeps_the_first_unless_it_says_otherwise():
    assert ContestFactory().duplicate_attempts == "first"


def test_each_round_keeps_one_and_practice_keeps_all(cluster, jury):
    contest = cluster.contest
    later = RoundFactory(contest=contest)
    practice = RoundFactory(contest=contest, kind=RoundKind.PRACTICE)
    for person in people_of(cluster):
        SubmittedAttemptFactory(round=later, participant=person, score=7)
        SubmittedAttemptFactory(round=practice, participant=person, score=8)

    as_one_person(cluster, jury)

    assert struck_scores() == [7, 9]
    counting = Attempt.objects.counting().filter(participant__in=people_of(cluster))
    assert sorted(counting.values_list("score", flat=True)) == [5, 7, 8, 8]


def test_what_is_struck_already_is_neither_kept_nor_struck_again(cluster, jury):
    first = Attempt.objects.get(score=5)
    exclude_attempt(attempt=first, reason="Thi hộ", actor=jury, at=NOON)

    as_one_person(cluster, jury)

    assert struck_scores() == [5]


def test_every_decision_names_the_cluster_and_what_stayed(cluster, jury):
    as_one_person(cluster, jury)

    decision = Decision.objects.get()
    assert (decision.kind, decision.attempt.score) == (DecisionKind.EXCLUDE_ATTEMPT, 9)
    assert decision.details == {
        "cluster": cluster.key,
        "rule": "first",
        "kept_attempt": Attempt.objects.get(score=5).pk,
    }


def test_the_settlement_is_recorded_with_what_it_changed(cluster, jury):
    one, two = people_of(cluster)
    as_one_person(cluster, jury)

    entry = AuditEntry.objects.get(action="cluster.settle")
    assert (entry.actor, entry.reason) == (jury, "Cùng một người")
    slug = cluster.contest.rounds.get().slug
    kept = Attempt.objects.get(score=5)
    gone = Attempt.objects.get(score=9)
    assert entry.before == {
        "status": "open",
        "results": {
            str(one.pk): {slug: f"{kept.receipt_code} 5.00 300000"},
            str(two.pk): {slug: f"{gone.receipt_code} 9.00 300000"},
        },
    }
    assert entry.after == {
        "status": "settled",
        "verdict": "same_person",
        "results": {str(one.pk): {slug: f"{kept.receipt_code} 5.00 300000"}, str(two.pk): {}},
        "decisions": [1],
    }


def test_a_plan_that_changed_since_it_was_shown_is_refused(cluster, jury):
    planned = plan_of(cluster).numbers
    SubmittedAttemptFactory(
        round=cluster.contest.rounds.get(), participant=people_of(cluster)[1], number=2, score=3
    )

    with pytest.raises(ContestError) as refused:
        settle_as_one_person(
            cluster=cluster, planned=planned, reason="Cùng một người", actor=jury, at=NOON
        )

    assert (refused.value.code, struck_scores()) == ("plan_changed", [])


def test_attempts_under_way_wait_and_are_struck_once_they_are_handed_in(cluster, jury):
    later = RoundFactory(contest=cluster.contest)
    one, two = people_of(cluster)
    SubmittedAttemptFactory(round=later, participant=one, score=2)
    running = AttemptFactory(round=later, participant=two)
    as_one_person(cluster, jury)
    assert queue_counts(cluster.contest).further == 0

    running.delete()
    SubmittedAttemptFactory(round=later, participant=two, score=8, started_at=NOON + MINUTE)
    assert queue_counts(cluster.contest).further == 1
    as_one_person(cluster, jury, at=NOON + MINUTE)

    assert struck_scores() == [8, 9]
    assert queue_counts(cluster.contest).further == 0


def test_nothing_further_to_strike_is_refused(cluster, jury):
    as_one_person(cluster, jury)

    with pytest.raises(ContestError) as refused:
        as_one_person(cluster, jury)

    assert refused.value.code == "plan_changed"


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (ClusterVerdict.DISQUALIFIED, DecisionKind.DISQUALIFY),
        (ClusterVerdict.SET_ASIDE, DecisionKind.SET_ASIDE),
    ],
)
def test_only_those_chosen_are_out(cluster, jury, verdict, kind):
    chosen = people_of(cluster)[1]

    settle_against(
        cluster=cluster,
        verdict=verdict,
        participant_ids=[chosen.pk],
        reason="Thi hộ",
        actor=jury,
        at=NOON,
    )

    assert struck_scores() == [9]
    (decision,) = Decision.objects.all()
    assert (decision.kind, decision.participant, decision.details) == (
        kind,
        chosen,
        {"cluster": cluster.key},
    )


@pytest.mark.parametrize("who", ["nobody", "a stranger"])
def test_whoever_is_not_in_the_cluster_cannot_be_struck_by_it(cluster, jury, who):
    ids = [] if who == "nobody" else [Attempt.objects.get(score=1).participant_id]

    with pytest.raises(ContestError) as refused:
        settle_against(
            cluster=cluster,
            verdict=ClusterVerdict.DISQUALIFIED,
            participant_ids=ids,
            reason="Thi hộ",
            actor=jury,
            at=NOON,
        )

    assert (refused.value.code, struck_scores()) == ("not_members", [])


def test_whoever_is_out_by_another_decision_stays_out_when_the_cluster_is_opened_again(
    cluster, jury
):
    one, two = people_of(cluster)
    disqualify(participant=one, reason="Khai sai", actor=jury, at=NOON)
    settle_against(
        cluster=cluster,
        verdict=ClusterVerdict.DISQUALIFIED,
        participant_ids=[one.pk, two.pk],
        reason="Thi hộ",
        actor=jury,
        at=NOON,
    )
    assert struck_scores() == [5, 9]

    reopen(cluster=cluster, reason="Xác minh lại", actor=jury, at=NOON)

    assert struck_scores() == [5]


@pytest.mark.parametrize(("size", "verdict"), [(1, "dismissed"), (2, "different_people")])
def test_settling_without_consequence_strikes_nobody(jury, size, verdict):
    contest = ContestFactory()
    cluster = ClusterFactory(
        contest=contest, people=ParticipantFactory.create_batch(size, contest=contest)
    )

    settled = settle_without_consequence(
        cluster=cluster, reason="Anh em sinh đôi", actor=jury, at=NOON
    )

    assert (settled.verdict, Decision.objects.count()) == (verdict, 0)
    assert AuditEntry.objects.get(action="cluster.settle").reason == "Anh em sinh đôi"


def test_asking_the_unit_keeps_the_cluster_unsettled_with_the_question(cluster, jury):
    ask_unit(cluster=cluster, note="Hai người này là ai?", actor=jury, at=NOON)

    cluster.refresh_from_db()
    assert (cluster.status, cluster.note) == ("asked", "Hai người này là ai?")
    assert AuditEntry.objects.get(action="cluster.ask").after["note"] == "Hai người này là ai?"
    as_one_person(cluster, jury)
    assert struck_scores() == [9]


def second_deed(cluster, jury, deed):
    common = {"cluster": cluster, "actor": jury, "at": NOON}
    if deed == "different":
        return settle_without_consequence(**common, reason="Khác nhau")
    if deed == "against":
        ids = [person.pk for person in people_of(cluster)]
        verdict = ClusterVerdict.DISQUALIFIED
        return settle_against(**common, verdict=verdict, participant_ids=ids, reason="Thi hộ")
    return ask_unit(**common, note="Ai?")


@pytest.mark.parametrize("deed", ["different", "against", "ask"])
def test_a_settled_cluster_is_not_settled_otherwise(cluster, jury, deed):
    as_one_person(cluster, jury)

    with pytest.raises(ContestError) as refused:
        second_deed(cluster, jury, deed)

    assert (refused.value.code, Decision.objects.count()) == ("settled_already", 1)


@pytest.mark.parametrize(
    ("role", "reason", "code"),
    [(Role.OBSERVER, "Thi hộ", "not_allowed"), (Role.JURY, " ", "reason_missing")],
)
def test_refusals(cluster, role, reason, code):
    actor = RoleGrantFactory(role=role).user

    for deed in (
        as_one_person,
        lambda *args, reason: reopen(cluster=args[0], actor=args[1], reason=reason, at=NOON),
    ):
        with pytest.raises(ContestError) as refused:
            deed(cluster, actor, reason=reason)
        assert refused.value.code == code

    assert struck_scores() == []


def exported(contest, jury):
    export = export_standings(
        contest=contest, contest_round=None, file_format=FileFormat.CSV, actor=jury, at=NOON
    )
    return b"".join(export.chunks)


def board_of(contest):
    """Who stands on the round's board, and where."""
    board = round_board(contest.rounds.get(), at=NOON)
    board_state(board)
    page = read_board(
        board, lambda store: store.page(board.name, division_id=None, offset=0, limit=10)
    )
    return page.members, page.places


def test_board_and_export_follow_and_come_back_byte_for_byte(
    cluster, jury, django_capture_on_commit_callbacks
):
    contest = cluster.contest
    file, board = exported(contest, jury), board_of(contest)

    with django_capture_on_commit_callbacks(execute=True):
        as_one_person(cluster, jury)
    struck_file, struck_board = exported(contest, jury), board_of(contest)
    with django_capture_on_commit_callbacks(execute=True):
        reopen(cluster=cluster, reason="Xác minh lại", actor=jury, at=NOON + MINUTE)

    assert (board[1], struck_board[1]) == ([1, 2, 3], [1, 2])
    assert (file.count(b"\n"), struck_file.count(b"\n")) == (4, 3)
    assert (exported(contest, jury), board_of(contest)) == (file, board)
    cluster.refresh_from_db()
    assert (cluster.status, cluster.verdict, cluster.settled_by) == ("open", "", None)
    assert first_broken(it.link() for it in contest.decisions.order_by("number")) is None


def test_opening_again_what_is_open_changes_nothing(cluster, jury):
    reopen(cluster=cluster, reason="Nhầm", actor=jury, at=NOON)

    assert (Decision.objects.count(), AuditEntry.objects.count()) == (0, 0)


def listed_cluster(contest, *, by, others=0):
    person = ParticipantFactory(contest=contest)
    SubmittedAttemptFactory(round=contest.rounds.get(), participant=person, score=Decimal(4))
    facts = {"by": by, "duty": "Tổ thư ký", "listed": 1}
    cluster = ClusterFactory(
        contest=contest,
        people=[person],
        people__kind="listed",
        people__score=1.0,
        people__facts=facts,
    )
    for _ in range(others):
        cluster.members.create(participant=ParticipantFactory(contest=contest))
    return cluster


def test_those_listed_for_certain_are_set_aside_at_once_and_nobody_else(jury):
    contest = RoundFactory().contest
    by_cccd, by_phone = (listed_cluster(contest, by=by) for by in ("cccd", "phone"))
    namesake = listed_cluster(contest, by="name_and_date")
    with_others = listed_cluster(contest, by="cccd", others=1)
    left_out = listed_cluster(contest, by="cccd")
    keys = [it.key for it in (by_cccd, by_phone, namesake, with_others)]

    count = settle_listed(
        contest=contest, keys=keys, reason="Thành viên Ban tổ chức", actor=jury, at=NOON
    )
    again = settle_listed(contest=contest, keys=keys, reason="Lần nữa", actor=jury, at=NOON)

    settled = contest.integrity_clusters.filter(status=ClusterStatus.SETTLED)
    assert (count, again, set(settled)) == (2, 0, {by_cccd, by_phone})
    assert Decision.objects.count() == 2
    left_out.refresh_from_db()
    assert left_out.status == "open"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_judges_at_once_one_settles_and_the_other_is_told(cluster, jury):
    planned = plan_of(cluster).numbers
    chosen = [person.pk for person in people_of(cluster)]
    barrier = Barrier(8)
    told = []

    def settle(number):
        barrier.wait()
        try:
            if number % 2:
                settle_as_one_person(
                    cluster=cluster, planned=planned, reason="Một", actor=jury, at=NOON
                )
            else:
                settle_against(
                    cluster=cluster,
                    verdict=ClusterVerdict.DISQUALIFIED,
                    participant_ids=chosen,
                    reason="Thi hộ",
                    actor=jury,
                    at=NOON,
                )
            told.append("done")
        except ContestError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=settle, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told.count("done") == 1
    assert set(told) <= {"done", "settled_already", "plan_changed"}
    assert AuditEntry.objects.filter(action="cluster.settle").count() == 1
    cluster.refresh_from_db()
    expected = 1 if cluster.verdict == ClusterVerdict.SAME_PERSON else 2
    assert Decision.objects.count() == expected
