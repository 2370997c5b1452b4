"""Files asked for at the desk: made in the background, fetched by their owner, gone after a day."""

import stat
import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from docx import Document
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import AuditEntry, RoleGrant
from contest.enums import ExportState
from contest.errors import ContestError
from contest.exports import desk_files
from contest.exports.desk_files import (
    KEPT,
    begin_export,
    fetch,
    give_up_if_dead,
    progress_of,
    remove_expired,
)
from contest.exports.making import Product
from contest.models import ExportFile
from tests.contest.exports.material import AT, filled_round, sealed
from tests.factories import RoleGrantFactory, RoundFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def at_once(at_once, django_capture_on_commit_callbacks):
    """Begin an export whose work is done before this returns."""

    def begin(**asked):
        with django_capture_on_commit_callbacks(execute=True):
            return begun(**asked)

    return begin


def begun(contest_round, owner, product=Product.WORKBOOK, *, reason="", whole_ids=False, at=AT):
    return begin_export(
        contest=contest_round.contest,
        contest_round=contest_round,
        product=product,
        by_given_name=False,
        whole_ids=whole_ids,
        reason=reason,
        owner=owner,
        site="https://hoithi.example",
        at=at,
    )


def test_export_is_made_then_fetched_and_both_are_recorded(at_once, jury):
    file = at_once(contest_round=filled_round(), owner=jury)
    file.refresh_from_db()

    export = fetch(file, actor=jury, at=AT + timedelta(minutes=1))
    content = b"".join(export.chunks)

    assert file.state == ExportState.READY
    assert export.file_name == "ket-qua-cchc-tuan-1-20260915-1500.xlsx"
    assert len(content) == file.size == export.size
    assert "Xếp hạng chung" in load_workbook(BytesIO(content)).sheetnames
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    logged = AuditEntry.objects.filter(target="round:cchc/tuan-1").order_by("pk")
    assert [(it.actor, it.action) for it in logged] == [
        (jury, "results.export"),
        (jury, "results.download"),
    ]
    assert logged[1].at == AT + timedelta(minutes=1)


def test_whole_numbers_need_the_duty_and_a_reason(at_once, jury):
    contest_round = filled_round()
    with pytest.raises(ContestError) as without_duty:
        begun(contest_round, jury, whole_ids=True, reason="Trao giải")
    RoleGrant.objects.create(user=jury, role=Role.IDENTITY_VIEWER)
    with pytest.raises(ContestError) as without_reason:
        begun(contest_round, jury, whole_ids=True, reason="  ")

    file = at_once(contest_round=contest_round, owner=jury, whole_ids=True, reason="Trao giải")
    file.refresh_from_db()

    assert without_duty.value.code == "not_allowed"
    assert without_reason.value.code == "reason_missing"
    revealed = AuditEntry.objects.get(action="national_id.reveal")
    assert (revealed.reason, len(revealed.after["user_ids"])) == ("Trao giải", 31)
    with file.path.open("rb") as content:
        rows = load_workbook(content)["Xếp hạng chung"]
    assert rows["D2"].value == "087087000000"


def test_who_lost_the_duty_cannot_fetch_whole_numbers(at_once, jury):
    grant = RoleGrant.objects.create(user=jury, role=Role.IDENTITY_VIEWER)
    file = at_once(contest_round=filled_round(), owner=jury, whole_ids=True, reason="Trao giải")
    file.refresh_from_db()
    grant.delete()

    with pytest.raises(ContestError) as refusal:
        fetch(file, actor=jury, at=AT)

    assert refusal.value.code == "not_allowed"


def test_a_colleagues_file_cannot_be_fetched(at_once, jury):
    file = at_once(contest_round=filled_round(), owner=jury)
    file.refresh_from_db()

    with pytest.raises(ContestError) as refusal:
        fetch(file, actor=RoleGrantFactory(role=Role.JURY).user, at=AT)

    assert refusal.value.code == "not_allowed"


def test_the_file_shows_the_seal_that_stood_when_it_was_asked_for(at_once, jury):
    contest_round = filled_round()
    version = sealed(contest_round)
    file = at_once(contest_round=contest_round, owner=jury)
    file.refresh_from_db()

    assert file.version == version
    logged = AuditEntry.objects.get(action="results.export")
    assert (logged.after["version"], logged.after["digest"]) == (1, version.digest)
    with file.path.open("rb") as content:
        cover = dict(load_workbook(content)["Thông tin"].values)
    assert cover["Mã niêm phong"] == version.digest


def test_official_papers_are_vietnamese_for_somebody_who_reads_english(at_once, jury):
    contest_round = filled_round()
    with translation.override("en"):
        file = at_once(contest_round=contest_round, owner=jury, product=Product.MINUTES_DOCX)
    file.refresh_from_db()

    with file.path.open("rb") as content:
        document = Document(content)
    texts = [it.text for it in document.paragraphs]
    assert "Xếp hạng chung (31 người)" in texts
    assert document.tables[1].rows[2].cells[0].text == "Người dân"


def test_others_may_not_export():
    with pytest.raises(ContestError) as refusal:
        begun(RoundFactory(), UserFactory())

    assert refusal.value.code == "not_allowed"
    assert not ExportFile.objects.exists()


def test_one_file_at_a_time(jury):
    contest_round = RoundFactory()
    begun(contest_round, jury)

    with pytest.raises(ContestError) as refusal:
        begun(contest_round, jury)

    assert refusal.value.code == "export_running"
    assert ExportFile.objects.count() == 1


def test_a_refusal_is_told_to_the_owner(at_once, jury):
    file = at_once(contest_round=RoundFactory(), owner=jury, product=Product.WINNERS_DOCX)
    file.refresh_from_db()

    assert file.state == ExportState.FAILED
    assert file.refusal == "Chưa có giải nào được xác định."
    with pytest.raises(ContestError) as refusal:
        fetch(file, actor=jury, at=AT)
    assert refusal.value.code == "not_ready"


def test_a_fault_leaves_no_half_file(at_once, jury, monkeypatch, caplog):
    def broken(_product, _material, file, **_how):
        file.write(b"half")
        raise RuntimeError("disk")

    monkeypatch.setattr(desk_files, "write_product", broken)
    file = at_once(contest_round=RoundFactory(), owner=jury)
    file.refresh_from_db()

    assert (file.state, file.refusal) == (ExportState.FAILED, "")
    assert list(file.path.parent.glob(f"{file.path.name}*")) == []
    assert "result-file failed" in caplog.text


def test_a_file_whose_process_died_makes_way(jury):
    file = begun(RoundFactory(), jury)
    give_up_if_dead(file)
    assert file.state == ExportState.WORKING
    cache.clear()

    again = begun(RoundFactory(), jury)

    file.refresh_from_db()
    assert file.state == ExportState.FAILED
    assert progress_of(again) == (0, 0)


def test_files_go_after_a_day(at_once, jury):
    file = at_once(contest_round=RoundFactory(), owner=jury)
    file.refresh_from_db()

    assert remove_expired(at=AT + KEPT - timedelta(seconds=1)) == 0
    with pytest.raises(ContestError):
        fetch(file, actor=jury, at=AT + KEPT)
    assert remove_expired(at=AT + KEPT) == 1

    assert not file.path.exists()
    assert not ExportFile.objects.exists()


def test_a_file_gone_from_the_disk_is_not_ready(at_once, jury):
    file = at_once(contest_round=RoundFactory(), owner=jury)
    file.refresh_from_db()
    file.path.unlink()

    with pytest.raises(ContestError) as refusal:
        fetch(file, actor=jury, at=AT)

    assert refusal.value.code == "not_ready"
    assert not AuditEntry.objects.filter(action="results.download").exists()


@pytest.mark.django_db(transaction=True)
def test_the_work_is_done_in_a_thread_of_its_own(jury):
    file = begun(filled_round(), jury, Product.CSV)

    for thread in threading.enumerate():
        if thread.name == "result-file":
            thread.join(timeout=60)

    file.refresh_from_db()
    assert file.state == ExportState.READY
    done, total = progress_of(file)
    assert done == total > 0


def test_the_page_shows_own_files_only(client, at_once, jury):
    contest_round = filled_round()
    for owner in (jury, RoleGrantFactory(role=Role.JURY).user):
        at_once(contest_round=contest_round, owner=owner, at=timezone.now())
    client.force_login(jury)

    response = client.get("/giam-khao/cchc/ho-so/")

    assert [file.owner for file, _product, _progress in response.context["files"]] == [jury]


def test_a_strangers_file_is_not_found(client, at_once, jury):
    file = at_once(contest_round=filled_round(), owner=RoleGrantFactory(role=Role.JURY).user)
    client.force_login(jury)

    assert client.post(f"/giam-khao/cchc/ho-so/tep/{file.code}/").status_code == 404


def test_the_form_makes_a_file_that_is_then_fetched(client, at_once, jury):
    contest_round = filled_round()
    client.force_login(jury)
    file = at_once(contest_round=contest_round, owner=jury, at=timezone.now())

    response = client.post(f"/giam-khao/cchc/ho-so/tep/{file.code}/")

    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_the_form_without_a_product_is_refused(client, jury):
    contest_round = RoundFactory()
    client.force_login(jury)

    response = client.post(f"/giam-khao/{contest_round.contest.slug}/ho-so/tao/", {})

    assert response.status_code == 422
    assert not ExportFile.objects.exists()


def test_the_form_offers_whole_numbers_to_those_who_may_see_them(client, jury):
    contest_round = RoundFactory()
    client.force_login(jury)
    address = f"/giam-khao/{contest_round.contest.slug}/ho-so/"
    before = client.get(address).context["form"].fields
    RoleGrant.objects.create(user=jury, role=Role.IDENTITY_VIEWER)

    after = client.get(address).context["form"].fields

    assert set(after) - set(before) == {"whole_ids", "reason"}


def test_the_page_asks_as_much_for_three_files_as_for_one(client, at_once, jury):
    contest_round = RoundFactory()
    address = f"/giam-khao/{contest_round.contest.slug}/ho-so/"
    client.force_login(jury)
    counts = []
    for _time in range(3):
        at_once(contest_round=contest_round, owner=jury, at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2]
