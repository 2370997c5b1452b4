"""The published result as everybody sees it, and its files."""

import json

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from contest.enums import NameDisplay
from contest.models import Award
from contest.rules.naming import short_name
from contest.sealing.reading import inclusion
from contest.sealing.sealing import withdraw
from contest.services.deciding import disqualify
from tests.contest.sealing.results import (
    AFTER,
    closed_round,
    juror,
    published,
    sealed,
    sealed_contest,
    settled_contest,
)
from tests.factories import (
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)
from verifier.checking import check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afterwards():
    with time_machine.travel(AFTER, tick=False):
        yield


def page(client, contest, query=""):
    return client.get(reverse("contest:result", args=[contest.slug]) + query)


def text(response):
    return response.content.decode()


def named_round(display, *names, unit=None):
    contest_round = RoundFactory(contest__name_display=display)
    for name in names:
        person = ParticipantFactory(contest=contest_round.contest, full_name=name, user__unit=unit)
        SubmittedAttemptFactory(round=contest_round, participant=person)
    return contest_round


def test_before_the_publication_the_page_says_so_and_shows_nobody(client):
    contest_round = named_round(NameDisplay.FULL, "Lê Thị Chờ")
    sealed(contest_round)

    shown = text(page(client, contest_round.contest))

    assert "Kết quả chưa được công bố" in shown
    assert "Lê Thị Chờ" not in shown


def test_the_published_result_prints_its_digest_and_root(client):
    contest_round = closed_round()
    version = published(sealed(contest_round))

    shown = text(page(client, contest_round.contest))

    assert version.digest in shown
    assert version.content["attempts"]["root"] in shown
    assert reverse("contest:result_file", args=[contest_round.contest.slug, 1]) in shown


def test_the_page_of_the_contest_leads_there_once_there_is_a_result(client):
    contest_round = closed_round()
    address = reverse("contest:contest_detail", args=[contest_round.contest.slug])
    link = reverse("contest:result", args=[contest_round.contest.slug])
    assert link not in text(client.get(address))

    published(sealed(contest_round))

    assert link in text(client.get(address))


@pytest.mark.parametrize("where", ["page", "file"])
@pytest.mark.parametrize(
    ("display", "shown", "hidden"),
    [
        (NameDisplay.FULL, "Nguyễn Văn Công Khai", []),
        (NameDisplay.SHORT, "Nguyễn V. C. K.", ["Công Khai", "Sở Kín"]),
        (NameDisplay.HIDDEN, "Thí sinh ", ["Nguyễn", "Công Khai", "Sở Kín"]),
    ],
)
def test_page_and_file_name_people_as_the_contest_says(client, where, display, shown, hidden):
    unit = UnitFactory(name="Sở Kín")
    contest_round = named_round(display, "Nguyễn Văn Công Khai", unit=unit)
    published(sealed(contest_round))

    if where == "page":
        content = text(page(client, contest_round.contest))
    else:
        address = reverse("contest:result_file", args=[contest_round.contest.slug, 1])
        content = b"".join(client.get(address).streaming_content).decode()

    assert shown in content
    assert [word for word in hidden if word in content] == []


@pytest.mark.parametrize(("count", "is_shown"), [(2, False), (3, True)])
def test_a_small_unit_is_not_named_where_names_are_not(client, count, is_shown):
    unit = UnitFactory(name="Xã Nhỏ")
    names = ["Lê A", "Lê B", "Lê C"][:count]
    contest_round = named_round(NameDisplay.HIDDEN, *names, unit=unit)
    published(sealed(contest_round))

    assert ("Xã Nhỏ" in text(page(client, contest_round.contest))) is is_shown


def test_the_public_file_checks_and_holds_no_receipt_codes(client):
    contest_round = closed_round()
    version = published(sealed(contest_round))
    address = reverse("contest:result_file", args=[contest_round.contest.slug, 1])

    content = b"".join(client.get(address).streaming_content)

    assert check(json.loads(content), printed=version.digest).faults == []
    codes = contest_round.attempts.values_list("receipt_code", flat=True)
    assert [code for code in codes if code.encode() in content] == []
    assert b'"open"' not in content


def test_a_withdrawn_version_stays_readable_with_its_reason(client):
    contest_round = closed_round()
    version = published(sealed(contest_round))
    withdraw(version_id=version.pk, reason="Sai đáp án câu 7", actor=juror(), at=AFTER)

    shown = text(page(client, contest_round.contest, "?ban=1"))

    assert "Sai đáp án câu 7" in shown
    assert version.digest in shown


def test_the_standing_version_comes_first_and_names_the_others(client):
    contest_round = closed_round()
    published(sealed(contest_round))
    person = contest_round.attempts.get(score=20).participant
    disqualify(participant=person, reason="Thi hộ", actor=juror(), at=AFTER)
    second = published(sealed(contest_round))

    shown = text(page(client, contest_round.contest))

    assert second.digest in shown
    assert "?ban=1" in shown


def test_a_version_that_was_never_published_is_404(client):
    contest_round = closed_round()
    published(sealed(contest_round))
    sealed_contest(contest_round.contest)

    assert page(client, contest_round.contest, "?ban=2").status_code == 404
    address = reverse("contest:result_file", args=[contest_round.contest.slug, 2])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["?ban=x", "?ban=0", "?bang=khong-co", "?dong=1&la=zz"])
def test_nonsense_in_the_address_is_404(client, query):
    contest_round = closed_round()
    published(sealed(contest_round))

    assert page(client, contest_round.contest, query).status_code == 404


def test_of_a_contest_that_is_not_public_strangers_see_nothing(client):
    contest_round = closed_round(contest__is_published=False)
    published(sealed(contest_round))

    assert page(client, contest_round.contest).status_code == 404


@pytest.mark.parametrize("count", [1, 70])
def test_the_page_takes_two_queries_and_one_for_rows_not_read_lately(
    client, django_assert_num_queries, count
):
    contest_round = closed_round(scores=[10] * count)
    published(sealed(contest_round))

    with django_assert_num_queries(3):
        page(client, contest_round.contest)
    with django_assert_num_queries(2):
        page(client, contest_round.contest)


def test_pages_go_on_where_the_last_one_ended(client):
    contest_round = closed_round(scores=[10] * 70)
    published(sealed(contest_round))

    assert 'id="dong-64"' in text(page(client, contest_round.contest))
    second = text(page(client, contest_round.contest, "?page=2"))
    assert 'id="dong-64"' not in second
    assert 'id="dong-65"' in second
    assert 'id="dong-70"' in second


def test_anybody_can_look_up_a_leaf_without_learning_whose_it_is(client):
    contest_round = named_round(NameDisplay.HIDDEN, "Trần Ẩn Danh")
    version = published(sealed(contest_round))
    found = inclusion(version, contest_round.attempts.get())
    asked = f"?ban=1&dong={found.number}&la="

    assert "đúng là dòng 1" in text(page(client, contest_round.contest, asked + found.leaf))
    other = text(page(client, contest_round.contest, asked + "0" * 64))
    assert "không có trong kết quả" in other


# Behind permission ------------------------------------------------------------------------------


def test_the_full_list_names_people_to_those_with_the_duty(client):
    contest_round = named_round(NameDisplay.HIDDEN, "Trần Ẩn Danh")
    version = sealed(contest_round)
    client.force_login(RoleGrantFactory(role=Role.OBSERVER).user)

    address = reverse("contest:result_version", args=[contest_round.contest.slug, version.number])

    assert "Trần Ẩn Danh" in text(client.get(address))


def test_the_whole_file_is_recorded_and_checks(client):
    contest_round = closed_round()
    version = sealed(contest_round)
    client.force_login(RoleGrantFactory(role=Role.ORGANISER).user)

    address = reverse("contest:result_whole_file", args=[contest_round.contest.slug, 1])
    content = b"".join(client.post(address).streaming_content)

    report = check(json.loads(content), printed=version.digest)
    assert (report.faults, report.unchecked) == ([], [])
    assert AuditEntry.objects.filter(action="result.export").count() == 1


def test_a_stranger_sees_no_full_list(client):
    contest_round = closed_round()
    sealed(contest_round)
    client.force_login(UserFactory())

    address = reverse("contest:result_version", args=[contest_round.contest.slug, 1])

    assert client.get(address).status_code == 403


# Prizes, divisions, explanations -----------------------------------------------------------------


@pytest.fixture
def settled(client):
    """The page of a published result with everything in it."""
    contest = settled_contest(name_display=NameDisplay.SHORT)
    published(sealed_contest(contest))
    return contest


def test_the_page_names_the_winners_as_the_contest_says(client, settled):
    shown = text(page(client, settled))

    awards = Award.objects.filter(prize__board__name="Chung cuộc").select_related("participant")
    assert awards.count() == 2
    for award in awards:
        assert short_name(award.participant.full_name) in shown
        assert award.participant.full_name not in shown
    assert "Giải Nhất, 3.000.000 đồng" in shown
    assert "Quyết định của Ban giám khảo" in shown  # the unit's
    assert "đã có giải ở bảng khác" in shown
    assert "Xin không nhận giải" not in shown


def test_each_division_has_its_board_and_its_prizes(client, settled):
    second = settled.divisions.order_by("position", "pk")[1]

    shown = text(page(client, settled, "?bang=hoi-thi/bang-2"))

    assert f'aria-current="page">{second.name}</a>' in shown
    assert "Chung cuộc" not in shown.partition("Giải thưởng")[2]
    assert ">Bảng</h3>" in shown
    assert shown.count('<tr role="row" id="dong-') == 4


def test_each_place_is_explained_where_the_rules_ask_for_a_prediction_too(client, settled):
    first = settled.rounds.order_by("opens_at", "pk")[0]

    shown = text(page(client, settled, f"?bang=ky/{first.slug}"))

    assert "Dự đoán lệch" in shown
    assert f"Số đúng của câu dự đoán, {first.name}: <b>8</b>" in shown
    assert "Số bốc thăm đã công bố: <b>58213</b> (XSMT)" in shown
    assert shown.count("gần số dự đoán hơn người sau 1") == 3
    assert shown.count("bốc thăm trước người sau") == 1
    assert shown.count("hơn người sau 5 điểm") == 1


def test_a_result_without_predictions_has_no_column_for_them(client):
    contest_round = closed_round()
    published(sealed(contest_round))

    shown = text(page(client, contest_round.contest))

    assert "Dự đoán lệch" not in shown
    assert "hơn người sau 2 điểm" in shown


def test_the_jury_reads_prizes_under_the_versions_board(client, settled):
    client.force_login(juror())

    shown = text(client.get(reverse("contest:result_version", args=[settled.slug, 1])))

    assert "Người và đơn vị được trao giải" in shown
