"""Certificates: one for a prize, as a page of paper and as a page that anybody can ask."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import NameDisplay
from contest.errors import ContestError
from contest.exports.certificates import (
    issue_certificates,
    revoke_certificate,
    valid_certificates,
)
from contest.exports.making import Product, write_product
from contest.models import Award, Certificate, PrizeBoard, ResultVersion
from contest.sealing.sealing import is_stale
from contest.services.awarding import take_over
from contest.services.deciding import disqualify
from tests.contest.exports.material import AT, filled_round, give_awards, material, sealed
from tests.contest.sealing.results import published
from tests.factories import (
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury():
    return RoleGrantFactory(role=Role.JURY).user


@pytest.fixture
def contest_round():
    contest_round = filled_round()
    give_awards(contest_round)
    published(sealed(contest_round), at=AT)
    return contest_round


def issued(contest_round, jury, *, at=AT):
    return issue_certificates(
        contest=contest_round.contest, contest_round=contest_round, actor=jury, at=at
    )


def made(product, contest_round):
    certificates = valid_certificates(contest_round.contest, contest_round, by_given_name=False)
    stuff = replace(material(contest_round), certificates=certificates)
    file = BytesIO()
    write_product(product, stuff, file)
    return file


def test_a_prize_gives_one_certificate_however_often_it_is_asked(contest_round, jury):
    assert issued(contest_round, jury) == 2
    assert issued(contest_round, jury, at=AT + timedelta(hours=1)) == 0

    certificates = Certificate.objects.order_by("pk")
    assert [(it.title, it.issued_at) for it in certificates] == [
        ("Giải Nhất", AT),
        ("Giải Nhì", AT),
    ]
    assert len({it.code for it in certificates}) == 2
    assert {len(it.code) for it in certificates} == {24}
    logged = AuditEntry.objects.get(action="certificates.issue")
    assert logged.after == {"codes": [it.code for it in certificates]}


def test_without_prizes_there_is_nothing_to_issue(jury):
    contest_round = filled_round()
    published(sealed(contest_round), at=AT)

    with pytest.raises(ContestError) as refusal:
        issued(contest_round, jury)

    assert refusal.value.code == "no_awards"


def test_nothing_is_issued_before_the_result_is_published(jury):
    contest_round = filled_round()
    give_awards(contest_round)
    sealed(contest_round)

    with pytest.raises(ContestError) as refusal:
        issued(contest_round, jury)

    assert refusal.value.code == "not_published"


def test_nothing_is_issued_of_a_result_that_has_changed_since(contest_round, jury):
    winner = Award.objects.order_by("pk").first().participant
    disqualify(participant=winner, reason="Thi hộ", actor=jury, at=AT)

    with pytest.raises(ContestError) as refusal:
        issued(contest_round, jury)

    assert refusal.value.code == "changed_since"


def test_another_week_changes_nothing_of_what_was_published(jury):
    contest_round = filled_round(one_prize_per_person=True)
    contest = contest_round.contest
    give_awards(contest_round)
    published(sealed(contest_round), at=AT)
    next_week = RoundFactory(contest=contest, slug="tuan-2")
    winner = SubmittedAttemptFactory(round=next_week).participant
    board = PrizeBoard.objects.create(contest=contest, round=next_week, name="Tuần 2")
    board.prizes.create(position=1, name="Giải Nhất", count=1)
    take_over(board_id=board.pk, actor=jury, at=AT)
    other = SubmittedAttemptFactory(round=next_week).participant
    disqualify(participant=other, reason="Thi hộ", actor=jury, at=AT)

    assert winner.awards.count() == 1
    assert is_stale(ResultVersion.objects.latest("number"))
    assert issued(contest_round, jury) == 2


def test_a_certificate_whose_prize_is_gone_is_marked(contest_round, jury, client):
    issued(contest_round, jury)
    Award.objects.order_by("pk").first().delete()
    client.force_login(jury)

    page = client.get("/giam-khao/cchc/giay-chung-nhan/")

    assert [it.has_award for it in page.context["page"]] == [True, False]
    assert "không còn trong danh sách giải" in page.content.decode()


def test_only_the_jury_issues_and_revokes(contest_round, jury):
    issued(contest_round, jury)
    organiser = RoleGrantFactory(role=Role.ORGANISER).user
    code = Certificate.objects.first().code

    with pytest.raises(ContestError) as issuing:
        issued(contest_round, organiser)
    with pytest.raises(ContestError) as revoking:
        revoke_certificate(code=code, reason="Nhầm", actor=organiser, at=AT)

    assert (issuing.value.code, revoking.value.code) == ("not_allowed", "not_allowed")


def test_revoked_once_for_a_reason_and_issued_anew(contest_round, jury):
    issued(contest_round, jury)
    code = Certificate.objects.first().code
    with pytest.raises(ContestError) as refusal:
        revoke_certificate(code=code, reason=" ", actor=jury, at=AT)

    for hours in (1, 2):
        revoke_certificate(code=code, reason="Sai tên", actor=jury, at=AT + timedelta(hours=hours))

    assert refusal.value.code == "reason_missing"
    assert Certificate.objects.get(code=code).revoked_at == AT + timedelta(hours=1)
    assert AuditEntry.objects.filter(action="certificate.revoke").count() == 1
    assert issued(contest_round, jury) == 1


def test_one_file_has_a_landscape_page_for_each(contest_round, jury):
    issued(contest_round, jury)
    names = list(Certificate.objects.order_by("pk").values_list("full_name", flat=True))

    pages = PdfReader(made(Product.CERTIFICATES_PDF, contest_round)).pages

    assert len(pages) == 2
    for page, name, title in zip(pages, names, ("Giải Nhất", "Giải Nhì"), strict=True):
        width, height = (round(float(it) / 72 * 25.4) for it in page.mediabox[2:])
        assert (width, height) == (297, 210)
        text = " ".join(page.extract_text().split())
        assert name in text
        assert f"Đã đạt {title} – Cá nhân" in text
        assert "Cần Thơ, ngày 01 tháng 3 năm 2026" in text


def test_the_qr_leads_to_the_page_that_checks(contest_round, jury):
    issued(contest_round, jury)
    codes = list(Certificate.objects.order_by("pk").values_list("code", flat=True))

    with ZipFile(made(Product.CERTIFICATES_ZIP, contest_round)) as archive:
        files = [PdfReader(BytesIO(archive.read(name))) for name in archive.namelist()]

    pictures = [[it.data for it in file.pages[0].images] for file in files]
    found = [
        zxingcpp.read_barcode(Image.open(BytesIO(picture)).convert("L")).text
        for (picture,) in pictures
    ]
    assert found == [f"https://hoithi.example/chung-nhan/{code}/" for code in codes]


def test_one_per_person_comes_as_an_archive(contest_round, jury):
    issued(contest_round, jury)

    with ZipFile(made(Product.CERTIFICATES_ZIP, contest_round)) as archive:
        names = archive.namelist()
        counts = [len(PdfReader(BytesIO(archive.read(name))).pages) for name in names]

    assert counts == [1, 1]
    assert [name[:4] for name in names] == ["001-", "002-"]
    assert all(name.isascii() and name.endswith(".pdf") for name in names)


def test_revoked_ones_are_not_printed(contest_round, jury):
    issued(contest_round, jury)
    revoke_certificate(code=Certificate.objects.first().code, reason="Sai tên", actor=jury, at=AT)

    assert len(PdfReader(made(Product.CERTIFICATES_PDF, contest_round)).pages) == 1


@pytest.mark.parametrize(
    ("display", "shown"),
    [
        (NameDisplay.FULL, "Lê Thị An"),
        (NameDisplay.SHORT, "Lê T. A."),
        (NameDisplay.HIDDEN, "Thí sinh"),
    ],
)
def test_anybody_may_check_and_sees_the_name_as_the_contest_shows_names(
    contest_round, jury, client, display, shown
):
    issued(contest_round, jury)
    contest_round.contest.name_display = display
    contest_round.contest.save()
    certificate = Certificate.objects.first()
    certificate.full_name = "Lê Thị An"
    certificate.save()

    response = client.get(f"/chung-nhan/{certificate.code}/")

    assert response.context["name"] == shown
    assert "còn hiệu lực" in response.content.decode()
    assert ("Lê Thị An" in response.content.decode()) is (display is NameDisplay.FULL)


def test_a_revoked_one_says_so_without_the_reason(contest_round, jury, client):
    issued(contest_round, jury)
    code = Certificate.objects.first().code
    revoke_certificate(code=code, reason="Thi hộ", actor=jury, at=AT)

    page = client.get(f"/chung-nhan/{code}/").content.decode()

    assert "đã bị thu hồi" in page
    assert "Thi hộ" not in page
    assert "còn hiệu lực" not in page


def test_an_unknown_code_is_not_found(client):
    assert client.get("/chung-nhan/000000000000000000000000/").status_code == 404


def test_the_desk_issues_lists_and_revokes(contest_round, jury, client):
    client.force_login(jury)
    address = "/giam-khao/cchc/giay-chung-nhan/"

    client.post(f"{address}cap/", {"round": "tuan-1"})
    code = Certificate.objects.first().code
    client.post(f"{address}{code}/thu-hoi/", {"reason": "Sai tên"})

    page = client.get(address)
    assert [it.is_valid for it in page.context["page"]] == [True, False]
    assert "Sai tên" in page.content.decode()


def test_an_archive_without_certificates_is_refused(contest_round):
    with pytest.raises(ContestError) as refusal:
        made(Product.CERTIFICATES_PDF, contest_round)

    assert refusal.value.code == "no_certificates"


def test_a_participant_cannot_issue(contest_round, client):
    client.force_login(UserFactory())

    assert client.post("/giam-khao/cchc/giay-chung-nhan/cap/", {"round": ""}).status_code == 403
