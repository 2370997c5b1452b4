import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.enums import Role
from accounts.rules.names import person_name_key
from contest.enums import ClusterStatus, ClusterVerdict
from contest.integrity.population import read_population
from contest.integrity.scanning import scan_integrity
from contest.models import IntegrityCluster, ListedPerson
from contest.rules.integrity.evidence import SignalKind
from tests.contest.integrity.crowd import duplicates_found, found_pairs, make_crowd
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_planted_duplicates_relays_and_copies_are_found_in_a_crowd():
    contest_round = RoundFactory()
    planted = make_crowd(contest_round, size=4000)

    result = scan_integrity(contest_round.contest, at=NOON)

    found = duplicates_found(result.clusters)
    recall = len(found & planted.duplicates) / len(planted.duplicates)
    precision = len(found & planted.duplicates) / len(found)
    assert (recall > 0.9, precision > 0.9) == (True, True), (recall, precision)
    groups = [set(cluster.participants) for cluster in result.clusters]
    assert all(any(set(relay) <= group for group in groups) for relay in planted.relays)
    copies = found_pairs(
        [
            it.participants
            for cluster in result.clusters
            for it in cluster.evidence
            if it.kind is SignalKind.SAME_WRONG_ANSWERS
        ]
    )
    assert copies <= planted.copies | found  # nobody honest
    assert (result.people, result.attempts) == (4000, 4000)


def test_two_accounts_of_one_person_are_one_cluster_in_every_scan():
    contest = ContestFactory()
    for _ in range(2):
        user = UserFactory(full_name="Trần Văn Hoà", born_on="1990-05-19")
        ParticipantFactory(contest=contest, user=user)

    first = scan_integrity(contest, at=NOON)
    again = scan_integrity(contest, at=NOON + timedelta(hours=1))

    cluster = IntegrityCluster.objects.get()
    assert (first.new, again.new) == (1, 0)
    assert (cluster.found_at, cluster.is_current, cluster.members.count()) == (NOON, True, 2)


def test_what_is_no_longer_found_leaves_the_queue_and_what_is_settled_stays():
    contest = ContestFactory()
    people = []
    for name in ("Trần Văn Hoà", "Trần Văn Hoà", "Lê Thị Bích", "Lê Thị Bích"):
        user = UserFactory(full_name=name, born_on="1990-05-19")
        people.append(ParticipantFactory(contest=contest, user=user))
    scan_integrity(contest, at=NOON)
    settled = IntegrityCluster.objects.get(members__participant=people[2])
    settled.status, settled.verdict = ClusterStatus.SETTLED, ClusterVerdict.DIFFERENT_PEOPLE
    settled.settled_by = RoleGrantFactory(role=Role.JURY).user
    settled.settled_at = NOON
    settled.save()
    for person in (people[1], people[3]):
        person.full_name = "Tên Khác Hẳn"
        person.save()

    scan_integrity(contest, at=NOON)

    (left,) = IntegrityCluster.objects.exclude(members__participant=people[1])
    assert (left, left.is_current, left.verdict) == (settled, False, "different_people")


def test_a_listed_namesake_is_shown_and_not_set_aside():
    contest = ContestFactory()
    user = UserFactory(full_name="Trần Văn Hoà", born_on=None)
    attempt = SubmittedAttemptFactory(round=RoundFactory(contest=contest), participant__user=user)
    ListedPerson.objects.create(
        contest=contest,
        full_name="Trần Văn Hòa",
        name_key=person_name_key("Trần Văn Hòa"),
        added_by=user,
        added_at=NOON,
        duty="Tổ thư ký",
    )

    scan_integrity(contest, at=NOON)

    (evidence,) = IntegrityCluster.objects.get().evidence.all()
    assert (evidence.kind, evidence.facts["by"]) == ("listed", "name")
    attempt.refresh_from_db()
    assert attempt.is_counted


@pytest.mark.parametrize("size", [100, 300])
def test_the_scan_reads_in_a_constant_number_of_statements(django_assert_num_queries, size):
    contest_round = RoundFactory()
    make_crowd(contest_round, size=size)

    with django_assert_num_queries(7):
        read_population(contest_round.contest)


def test_the_command_ends_with_a_summary_and_writes_every_cluster(tmp_path, capsys):
    contest = ContestFactory(slug="cchc")
    for _ in range(2):
        user = UserFactory(full_name="Trần Văn Hoà", born_on="1990-05-19")
        ParticipantFactory(contest=contest, user=user)
    file = tmp_path / "clusters.json"

    call_command("scan_integrity", "cchc", to=file)

    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["participants"], summary["clusters"]) == (2, 1)
    (cluster,) = json.loads(file.read_text())
    assert [it["name"] for it in cluster["members"]] == ["Trần Văn Hoà"] * 2
    assert cluster["evidence"][0]["sentence"] == "2 người cùng họ tên và cùng ngày sinh."


def test_the_command_names_an_unknown_contest():
    with pytest.raises(CommandError, match="there is no contest 'x'"):
        call_command("scan_integrity", "x")
