"""Contests whose time is over: the people go, the results stay."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.enums import Role
from accounts.models import AuditEntry, NationalId, User
from contest.enums import ExportState, NameDisplay
from contest.models import (
    AttemptOrigin,
    Certificate,
    ClusterEvidence,
    ClusterMember,
    ExportFile,
    Identifier,
    IntegrityCluster,
    ListedPerson,
    Participant,
    Registration,
)
from contest.privacy import anonymising
from contest.registration.registering import Entry, register
from contest.results.queries import contest_standings
from contest.services.deciding import disqualify
from leaderboard.boards import round_board
from leaderboard.queries import people
from tests.factories import (
    NOON,
    ConsentTextFactory,
    ParticipantFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CCCD = "087084000999"
RETENTION = timedelta(days=100)


@pytest.fixture
def contest_round():
    """Over an hour after NOON, and kept for a hundred days."""
    contest_round = RoundFactory()
    RegistrationRulesFactory(contest=contest_round.contest, retention_days=RETENTION.days)
    return contest_round


@pytest.fixture
def due(contest_round):
    with time_machine.travel(contest_round.over_at + RETENTION, tick=False) as clock:
        yield clock


@pytest.fixture
def organiser():
    return RoleGrantFactory(role=Role.ORGANISER, user__email="truong-ban@vidu.vn").user


def entrant(contest_round, *, name="Trần Thị Bí Mật", score=10, cccd="", **account):
    """Somebody who told the contest everything and took part."""
    user = UserFactory(full_name=name, born_on=date(1984, 5, 6), **account)
    entry = Entry(
        full_name=name,
        kind=user.kind,
        unit=user.unit,
        born_on=user.born_on,
        cccd=cccd,
        phone="+84912345678",
        address="Số 1 đường Bí Mật",
        consent=ConsentTextFactory(contest=contest_round.contest, version=user.pk),
    )
    participant = register(contest=contest_round.contest, user=user, entry=entry, at=NOON)
    attempt = SubmittedAttemptFactory(round=contest_round, participant=participant, score=score)
    AttemptOrigin.objects.create(attempt=attempt, device_digest="a" * 64)
    return participant


def run(command, *args):
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def anonymise(contest_round):
    slug = contest_round.contest.slug
    return run("anonymise_contest", slug, "--apply", "--by", "truong-ban@vidu.vn")


def nameless(standings):
    return [replace(row, entrant=replace(row.entrant, full_name="")) for row in standings.rows]


def test_everything_personal_goes_and_the_account_with_it(contest_round, due, organiser, client):
    participant = entrant(contest_round, cccd=CCCD)
    user, unit = participant.user, participant.unit
    EmailAddress.objects.create(user=user, email=user.email)
    client.force_login(user)

    anonymise(contest_round)

    participant.refresh_from_db()
    user.refresh_from_db()
    assert participant.full_name == f"Người dự thi đã ẩn danh {participant.pk}"
    assert "bi mat" not in participant.folded_name + participant.folded_short
    assert (participant.user, participant.unit) == (user, unit)
    assert (user.email, user.phone, user.born_on, user.unit) == (None, None, None, None)
    assert user.full_name == f"Tài khoản đã ẩn danh {user.pk}"
    assert not user.is_active
    assert not user.has_usable_password()
    for model in (Registration, Identifier, AttemptOrigin, NationalId, EmailAddress, Session):
        assert not model.objects.exists(), model
    assert client.get("/tai-khoan/").status_code == 302


def test_certificates_lose_the_name_and_files_of_results_go(contest_round, due, organiser):
    participant = entrant(contest_round)
    other = RoundFactory()
    certificate = Certificate.objects.create(
        participant=participant,
        title="Giải Nhất",
        full_name=participant.full_name,
        issued_at=NOON,
        issued_by=organiser,
        revoked_at=NOON,
        revoked_by=organiser,
        reason="Sai tên Bí Mật",
    )
    files = [
        ExportFile.objects.create(
            owner=organiser,
            contest=it.contest,
            kind="workbook",
            state=ExportState.READY,
            name="ket-qua.xlsx",
            begun_at=NOON,
            expires_at=contest_round.over_at + RETENTION + timedelta(hours=1),
        )
        for it in (contest_round, other)
    ]
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_bytes(b"PK")
    run("anonymise_contest", contest_round.contest.slug)
    assert all(file.path.exists() for file in files)

    anonymise(contest_round)

    certificate.refresh_from_db()
    assert certificate.full_name == "Người dự thi đã ẩn danh"
    assert "Bí Mật" not in certificate.reason
    assert not certificate.is_valid
    assert [file.path.exists() for file in files] == [False, True]
    assert list(ExportFile.objects.all()) == files[1:]


def test_standings_are_the_same_but_for_the_names(contest_round, due, organiser):
    for number, score in enumerate([12, 18, 12, 7]):
        entrant(contest_round, name=f"Người Số {number}", score=score)
    struck = entrant(contest_round, name="Người Bị Loại", score=20)
    jury = RoleGrantFactory(role=Role.JURY).user
    disqualify(participant=struck, reason="Thi hộ", actor=jury, at=NOON)
    before = contest_standings(contest_round.contest)

    anonymise(contest_round)

    after = contest_standings(contest_round.contest)
    assert len(after.rows) == 4
    assert nameless(after) == nameless(before)
    assert {row.entrant.full_name.rsplit(maxsplit=1)[0] for row in after.rows} == {
        "Người dự thi đã ẩn danh"
    }
    assert struck.decisions.count() == 1


def test_account_that_is_needed_elsewhere_stays_and_the_entry_leads_there_no_more(
    contest_round, due, organiser
):
    again = entrant(contest_round, name="Người Thi Tiếp")
    ParticipantFactory(user=again.user)
    juror = entrant(contest_round, name="Người Có Nhiệm Vụ")
    RoleGrantFactory(user=juror.user, role=Role.JURY)
    former = entrant(contest_round, name="Người Từng Có Nhiệm Vụ")
    AuditEntry.objects.create(actor=former.user, at=NOON, action="contest.publish", target="x")
    reader = entrant(contest_round, name="Người Xem Dữ Liệu Mình")
    AuditEntry.objects.create(
        actor=reader.user, at=NOON, action="own_data.export", target=f"user:{reader.user_id}"
    )

    summary = anonymise(contest_round)

    assert summary["accounts"] == 1
    names = {again: "Người Thi Tiếp", juror: "Người Có Nhiệm Vụ", former: "Người Từng Có Nhiệm Vụ"}
    for participant, name in names.items():
        owner = participant.user
        owner.refresh_from_db()
        participant.refresh_from_db()
        assert owner.full_name == name
        assert owner.email
        assert participant.user != owner
        assert participant.user.anonymised_at == contest_round.over_at + RETENTION
    reader.user.refresh_from_db()
    assert reader.user.email is None


def test_evidence_about_people_goes_and_the_verdict_stays(contest_round, due, organiser):
    participant = entrant(contest_round)
    cluster = IntegrityCluster.objects.create(
        contest=contest_round.contest, key="k", severity=0.5, found_at=NOON, note="Bí Mật trả lời"
    )
    ClusterMember.objects.create(cluster=cluster, participant=participant)
    ClusterEvidence.objects.create(cluster=cluster, kind="shared_device", score=0.5)
    ListedPerson.objects.create(
        contest=contest_round.contest,
        full_name="Người Ra Đề",
        name_key="ra de",
        added_by=organiser,
        added_at=NOON,
    )

    summary = anonymise(contest_round)

    cluster.refresh_from_db()
    assert (cluster.note, cluster.is_current) == ("", False)
    assert not ClusterEvidence.objects.exists()
    assert not ClusterMember.objects.exists()
    assert not ListedPerson.objects.exists()
    assert (summary["evidence"], summary["listed"]) == (1, 1)


def test_dry_run_says_the_same_and_changes_nothing(contest_round, due, organiser):
    participant = entrant(contest_round, cccd=CCCD)

    dry = run("anonymise_contest", contest_round.contest.slug)
    participant.refresh_from_db()
    untouched = (participant.full_name, Registration.objects.count(), AuditEntry.objects.count())
    applied = anonymise(contest_round)

    assert untouched == ("Trần Thị Bí Mật", 1, 0)
    assert dry == applied | {"applied": False}
    assert applied == {
        "contest": contest_round.contest.slug,
        "applied": True,
        "participants": 1,
        "registrations": 1,
        "identifiers": 2,
        "origins": 1,
        "evidence": 0,
        "listed": 0,
        "accounts": 1,
    }


def test_second_run_finds_nobody_and_records_nothing(contest_round, due, organiser, monkeypatch):
    monkeypatch.setattr(anonymising, "BATCH", 2)
    for number in range(5):
        entrant(contest_round, name=f"Người Số {number}")

    first, second = anonymise(contest_round), anonymise(contest_round)

    assert (first["participants"], second["participants"]) == (5, 0)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.after["participants"]) == (
        organiser,
        "contest.anonymise",
        5,
    )


def test_people_of_other_contests_are_left_alone(contest_round, due, organiser):
    entrant(contest_round)
    other = entrant(RoundFactory(), name="Người Hội Thi Khác")

    anonymise(contest_round)

    other.refresh_from_db()
    assert other.full_name == "Người Hội Thi Khác"
    assert Registration.objects.get().participant == other


def test_nothing_goes_a_second_before_its_time(contest_round, due, organiser):
    entrant(contest_round)
    due.shift(timedelta(seconds=-1))

    with pytest.raises(CommandError, match="retention is not over"):
        anonymise(contest_round)
    due.shift(timedelta(seconds=1))

    assert anonymise(contest_round)["participants"] == 1


def test_retention_ends_no_earlier_than_results_are_final(contest_round, due, organiser):
    contest_round.contest.registration_rules.retention_days = 0
    contest_round.contest.registration_rules.save()
    due.move_to(contest_round.over_at + timedelta(days=30, seconds=-1))

    with pytest.raises(CommandError):
        anonymise(contest_round)
    due.shift(timedelta(seconds=1))

    assert anonymise(contest_round)["participants"] == 0


@pytest.mark.parametrize("by", [[], ["--by", "nguoi-la@vidu.vn"], ["--by", "khong-ai@vidu.vn"]])
def test_only_an_organiser_applies_it(by, contest_round, due):
    UserFactory(email="nguoi-la@vidu.vn")
    entrant(contest_round)

    for command in (["anonymise_contest", contest_round.contest.slug], ["anonymise_expired"]):
        with pytest.raises(CommandError, match="organiser"):
            run(*command, "--apply", *by)

    assert Registration.objects.count() == 1


def test_expired_are_all_those_and_only_those(contest_round, due, organiser):
    entrant(contest_round)
    later = RoundFactory(
        contest__slug="con-han",
        opens_at=NOON + timedelta(days=90),
        closes_at=NOON + timedelta(days=91),
    )
    kept = entrant(later, name="Người Còn Hạn")

    dry = run("anonymise_expired")
    applied = run("anonymise_expired", "--apply", "--by", "truong-ban@vidu.vn")

    assert [it["contest"] for it in dry["contests"]] == [contest_round.contest.slug]
    assert applied == dry | {"applied": True}
    kept.refresh_from_db()
    assert kept.full_name == "Người Còn Hạn"


def test_an_account_says_nothing_or_was_not_anonymised():
    with pytest.raises(IntegrityError):
        User.objects.create(full_name="Ai đó", email="con@vidu.vn", anonymised_at=NOON)


def test_a_participants_board_search_finds_no_old_name(contest_round, due, organiser):
    entrant(contest_round)

    anonymise(contest_round)

    assert not Participant.objects.filter(folded_name__contains="bi mat").exists()


@pytest.mark.parametrize("display", NameDisplay)
def test_boards_show_a_code_in_the_place_of_the_name(display, contest_round, due, organiser):
    contest_round.contest.name_display = display
    contest_round.contest.save()
    participant = entrant(contest_round)

    anonymise(contest_round)

    board = round_board(contest_round, at=due_at(contest_round))
    assert re.fullmatch(r"Thí sinh \w{8}", people(board, [participant.pk])[participant.pk].name)


def due_at(contest_round):
    return contest_round.over_at + RETENTION


@pytest.mark.parametrize("count", [1, 30])
def test_a_batch_costs_the_same_for_one_person_and_for_thirty(
    count, contest_round, due, organiser, django_assert_num_queries
):
    for number in range(count):
        entrant(contest_round, name=f"Người Số {number}")

    with django_assert_num_queries(72):
        anonymise(contest_round)
