import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connections
from django.urls import reverse

from accounts.enums import Role
from contest.enums import RoundKind
from contest.models import Attempt
from contest.signals import attempt_graded
from leaderboard.services import snapshots
from tests.factories import (
    NOON,
    AttemptFactory,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def contest_round():
    return RoundFactory(contest__name="Hội thi CCHC", name="Tuần 1")


def address(contest_round, **query):
    url = reverse("leaderboard:round_board", args=[contest_round.contest.slug, contest_round.slug])
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def total_address(contest):
    return reverse("leaderboard:board", args=[contest.slug])


def text(response):
    """What is read in the page's main part, without tags, spaces squeezed."""
    return plain(markup(response).split("<main", 1)[-1].split("</main>")[0])


def markup(response):
    """The page without the patterns that scripts fill."""
    return re.sub(r"<template.*?</template>", "", response.content.decode(), flags=re.DOTALL)


def rows(response):
    """The table's rows as lists of what stands in their cells."""
    body = markup(response).partition("<tbody")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[dh].*?</t[dh]>", row, flags=re.DOTALL) for row in body.split("</tr>")]
    return [[plain(cell) for cell in row] for row in cells if row]


def plain(piece):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", piece)).split())


def submit(contest_round, name, score, *, unit=None, elapsed_ms=192_400, **fields):
    participant = ParticipantFactory(
        contest=contest_round.contest,
        full_name=name,
        unit=unit or UnitFactory(name="Sở Nội vụ"),
        **fields,
    )
    return SubmittedAttemptFactory(
        round=contest_round, participant=participant, score=score, elapsed_ms=elapsed_ms
    )


# Individuals ------------------------------------------------------------------------------------


def test_board_shows_place_name_unit_score_times_and_correct_answers(client, contest_round):
    submit(contest_round, "Trần Thị Mai", 18)

    response = client.get(address(contest_round))

    assert rows(response) == [
        [
            "1",
            "Trần Thị Mai Sở Nội vụ 18 câu đúng 12:03:12 15/09/2026",
            "18",
            "18",
            "03:12,4",
            "12:03:12 15/09/2026",
        ]
    ]


def test_board_orders_and_shares_places(client, contest_round):
    for name, score in (("An", 10), ("Bình", 12), ("Chi", 12), ("Dung", 15)):
        submit(contest_round, name, score)

    response = client.get(address(contest_round))

    assert [(row[0], row[1].split()[0]) for row in rows(response)] == [
        ("1", "Dung"),
        ("2", "Bình"),
        ("2", "Chi"),
        ("4", "An"),
    ]


def test_board_counts_participants_attempts_and_units(client, contest_round):
    unit = UnitFactory(name="Sở Tài chính")
    first = submit(contest_round, "An", 10, unit=unit)
    submit(contest_round, "Bình", 12, unit=unit)
    SubmittedAttemptFactory(round=contest_round, participant=first.participant, number=2, score=11)

    page = text(client.get(address(contest_round)))

    assert "người dự thi 2 lượt thi đã nộp 3 đơn vị tham gia 1" in page


def test_total_adds_official_rounds_only(client, contest_round):
    first = submit(contest_round, "An", 10)
    practice = RoundFactory(contest=contest_round.contest, kind=RoundKind.PRACTICE)
    second = RoundFactory(contest=contest_round.contest)
    for other in (practice, second):
        SubmittedAttemptFactory(round=other, participant=first.participant, score=7)

    total = client.get(total_address(contest_round.contest))

    assert [(row[2], row[3], row[4]) for row in rows(total)] == [("17", "17", "08:12,4")]
    assert [row[2] for row in rows(client.get(address(practice)))] == ["7"]


def test_division_filter_shows_only_its_people(client, contest_round):
    division = DivisionFactory(contest=contest_round.contest, code="cong-chuc")
    submit(contest_round, "An", 10, division=division)
    submit(contest_round, "Bình", 12)

    response = client.get(address(contest_round, bang="cong-chuc"))

    assert [(row[0], row[1].split()[0]) for row in rows(response)] == [("1", "An")]


def test_division_of_another_contest_is_not_found(client, contest_round):
    DivisionFactory(code="khac")

    assert client.get(address(contest_round, bang="khac")).status_code == 404


def test_pages_hold_fifty_rows_and_link_to_each_other(client, contest_round):
    for number in range(51):
        submit(contest_round, f"Người {number:02}", 10, elapsed_ms=1000 + number)

    first = client.get(address(contest_round))
    second = client.get(address(contest_round, trang=2))

    assert len(rows(first)) == 50
    assert [row[0] for row in rows(second)] == ["51"]
    assert 'href="?xem=ca-nhan&amp;trang=2"' in first.content.decode()
    assert 'href="?xem=ca-nhan&amp;trang=1"' in second.content.decode()


@pytest.mark.parametrize("number", ["99", "0", "-1", "abc", "9" * 30, "٣"])
def test_a_page_that_makes_no_sense_shows_one_that_does(client, contest_round, number):
    submit(contest_round, "An", 10)

    assert [row[0] for row in rows(client.get(address(contest_round, trang=number)))] == ["1"]


def test_names_are_escaped(client, contest_round):
    submit(contest_round, "<script>alert(1)</script>", 10)

    assert "<script>alert" not in client.get(address(contest_round)).content.decode()


def test_nobody_yet_is_said_courteously(client, contest_round):
    AttemptFactory(round=contest_round)  # somebody is at it

    response = client.get(address(contest_round))

    assert "Chưa có kết quả" in text(response)
    assert response.status_code == 200


# Units ------------------------------------------------------------------------------------------


def test_units_by_mean_with_participants_rate_and_total(client, contest_round):
    small = UnitFactory(name="Sở Y tế", headcount=10)
    large = UnitFactory(name="Sở Nội vụ", headcount=3)
    for name, score in (("An", 10), ("Bình", 11), ("Chi", 12), ("Dung", 13)):
        submit(contest_round, name, score, unit=large)
    for name, score in (("Giang", 20), ("Hà", 19), ("Khánh", 18)):
        submit(contest_round, name, score, unit=small)

    response = client.get(address(contest_round, xem="don-vi"))

    assert [[row[0], *row[2:]] for row in rows(response)] == [
        ["1", "19,00", "3", "30,0 %", "57"],
        ["2", "11,50", "4", "133,3 %", "46"],
    ]
    assert "133,3 % số người: cần kiểm tra" in rows(response)[1][1]
    assert "Xếp theo điểm trung bình" in text(response)


def test_a_unit_of_two_is_listed_without_its_score(client, contest_round):
    contest_round.contest.min_unit_size = 3
    contest_round.contest.save()
    unit = UnitFactory(name="Sở Y tế")
    submit(contest_round, "An", 13, unit=unit)
    submit(contest_round, "Bình", 14, unit=unit)

    response = client.get(address(contest_round, xem="don-vi"))

    assert [[row[0], *row[2:]] for row in rows(response)] == [
        ["– không xếp hạng", "–", "2", "–", "–"]
    ]
    assert "Dưới 3 người dự thi: không công bố điểm" in rows(response)[0][1]
    assert not {"13", "14", "13,50", "27"} & set(text(response).split())


def test_units_of_a_division_show_no_rate_of_the_whole_unit(client, contest_round):
    division = DivisionFactory(contest=contest_round.contest, code="cong-chuc")
    unit = UnitFactory(headcount=4)
    for name in ("An", "Bình", "Chi"):
        submit(contest_round, name, 10, unit=unit, division=division)

    response = client.get(address(contest_round, xem="don-vi", bang="cong-chuc"))

    assert [row[4] for row in rows(response)] == ["–"]


# One's own place --------------------------------------------------------------------------------


def test_a_participant_sees_their_place_with_neighbours(client, contest_round):
    attempts = [
        submit(contest_round, name, score)
        for name, score in zip("ABCDEFG", range(20, 13, -1), strict=True)
    ]
    client.force_login(attempts[3].participant.user)

    response = client.get(address(contest_round))

    own = response.context["own"]
    assert (own.row.place, own.participant_count) == (4, 7)
    assert [row.name for row in own.neighbours] == ["B", "C", "D", "E", "F"]
    assert "Hạng của anh/chị 4 trên 7 người" in text(response)
    assert response.content.decode().count('class="board-row is-me"') == 1


def test_a_participant_sees_the_place_in_their_division(client, contest_round):
    division = DivisionFactory(contest=contest_round.contest, name="Công chức")
    submit(contest_round, "An", 15)
    attempt = submit(contest_round, "Bình", 10, division=division)
    client.force_login(attempt.participant.user)

    assert "Hạng 1 trong Công chức" in text(client.get(address(contest_round)))


def test_a_participant_without_result_is_told(client, contest_round):
    participant = ParticipantFactory(contest=contest_round.contest)
    client.force_login(participant.user)

    assert "Anh/Chị chưa có kết quả" in text(client.get(address(contest_round)))


def test_a_visitor_has_no_own_place(client, contest_round):
    submit(contest_round, "An", 15)

    assert "Hạng của anh/chị" not in text(client.get(address(contest_round)))


def test_own_place_alone_is_never_stored(client, contest_round):
    attempt = submit(contest_round, "An", 15)
    client.force_login(attempt.participant.user)

    response = client.get(address(contest_round, phan="toi"))

    assert "no-store" in response["Cache-Control"]
    assert "<html" not in response.content.decode()
    assert response.context["own"].row.name == "An"


def test_the_shared_table_is_the_same_for_everybody(client, contest_round):
    attempt = submit(contest_round, "An", 15)
    visitor = client.get(address(contest_round, phan="bang"))
    client.force_login(attempt.participant.user)

    assert client.get(address(contest_round, phan="bang")).content == visitor.content


# Refresh ----------------------------------------------------------------------------------------


def test_an_unchanged_table_costs_no_body(client, contest_round):
    submit(contest_round, "An", 15)
    first = client.get(address(contest_round, phan="bang"))

    again = client.get(
        address(contest_round, phan="bang"), headers={"If-None-Match": first["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_table_is_sent_anew(client, contest_round):
    submit(contest_round, "An", 15)
    first = client.get(address(contest_round, phan="bang"))
    better = submit(contest_round, "Bình", 16)
    attempt_graded.send_robust(sender=Attempt, attempt=better)

    again = client.get(
        address(contest_round, phan="bang"), headers={"If-None-Match": first["ETag"]}
    )

    assert [row[1].split()[0] for row in rows(again)] == ["Bình", "An"]
    assert again["ETag"] != first["ETag"]


def test_the_table_is_the_one_on_the_page(client, contest_round):
    submit(contest_round, "An", 15)

    table = client.get(address(contest_round, phan="bang")).content.decode()

    assert table.strip() in client.get(address(contest_round)).content.decode()


def test_a_dropped_store_gives_the_same_page(client, contest_round, drop_store):
    for number in range(5):
        submit(contest_round, f"Người {number}", 10 + number)
    before = rows(client.get(address(contest_round)))

    drop_store()

    assert rows(client.get(address(contest_round))) == before


def test_a_thousand_simultaneous_loads_compute_one(contest_round, monkeypatch):
    submit(contest_round, "An", 15)
    place = snapshots.BoardPlace(contest_round.contest, [contest_round], contest_round, NOON)
    asked = snapshots.BoardRequest()
    state = snapshots.board_state(place.board)
    monkeypatch.setattr(snapshots, "board_state", lambda board: state)
    data = snapshots._compute(place, asked, None)
    computed, barrier, found = [], Barrier(100), []

    def compute(*args):
        computed.append(1)
        return data

    monkeypatch.setattr(snapshots, "_compute", compute)

    def load():
        barrier.wait()
        found.extend(snapshots.board_snapshot(place, asked, None) for _ in range(10))
        connections.close_all()

    threads = [Thread(target=load) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(computed) == 1
    assert found == [data] * 1000


# Who may see ------------------------------------------------------------------------------------


def test_an_unknown_contest_and_an_unknown_round_are_not_found(client, contest_round):
    assert client.get(reverse("leaderboard:board", args=["khong-co"])).status_code == 404
    slug = contest_round.contest.slug
    assert client.get(reverse("leaderboard:round_board", args=[slug, "x"])).status_code == 404


@pytest.mark.parametrize("part", [None, "bang", "toi"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (None, 404),
        (Role.ORGANISER, 200),
        (Role.JURY, 200),
        (Role.OBSERVER, 200),
        (Role.AUTHOR, 404),
    ],
)
def test_an_unpublished_contest_is_for_those_who_run_it(client, role, status, part):
    contest_round = RoundFactory(contest__is_published=False)
    user = RoleGrantFactory(role=role).user if role else UserFactory()
    client.force_login(user)

    assert client.get(address(contest_round, phan=part)).status_code == status
    client.logout()
    assert client.get(address(contest_round, phan=part)).status_code == 404


def test_a_round_of_another_contest_is_not_found(client, contest_round):
    url = reverse("leaderboard:round_board", args=[ContestFactory().slug, contest_round.slug])

    assert client.get(url).status_code == 404


# The reveal -------------------------------------------------------------------------------------

HIDDEN = ["after_close", "never"]


@pytest.fixture
def secret():
    """A result whose figures can be told from everything else on a page."""
    contest_round = RoundFactory()
    unit = UnitFactory(name="Sở Bí mật")
    attempts = [
        submit(contest_round, f"Người Bí Mật {n}", Decimal("13.37"), unit=unit, elapsed_ms=471_100)
        for n in range(3)
    ]
    return contest_round, attempts


@pytest.mark.parametrize("show_score", HIDDEN)
@pytest.mark.parametrize("query", [{}, {"xem": "don-vi"}, {"phan": "bang"}, {"phan": "toi"}])
@pytest.mark.parametrize("signed_in", ["visitor", "participant", "organiser"])
def test_before_the_reveal_nothing_of_a_result_is_shown(
    client, secret, show_score, query, signed_in
):
    contest_round, attempts = secret
    contest_round.show_score = show_score
    contest_round.save(update_fields=["show_score"])
    users = {"participant": attempts[0].participant.user, "organiser": RoleGrantFactory().user}
    if signed_in in users:
        client.force_login(users[signed_in])

    for url in (address(contest_round, **query), total_address(contest_round.contest)):
        response = client.get(url)
        body = markup(response).split("<main", 1)[-1]  # the header greets the person by name
        for leak in ("13,37", "40,11", "07:51,1", "Bí Mật", "Bí mật", "board-row", "data-own-key"):
            assert leak not in body


def test_before_the_reveal_a_courteous_notice_says_when(client, secret):
    contest_round, _ = secret
    contest_round.show_score = "after_close"
    contest_round.save(update_fields=["show_score"])

    page = text(client.get(address(contest_round)))

    assert "Điểm và thứ hạng chưa được công bố" in page
    assert "sau khi kỳ thi kết thúc lúc 13:00, 15/09/2026" in page


def test_before_the_reveal_the_tag_does_not_change_with_results(client, secret, drop_store):
    contest_round, _ = secret
    contest_round.show_score = "after_close"
    contest_round.save(update_fields=["show_score"])
    before = client.get(address(contest_round, phan="bang"))["ETag"]

    submit(contest_round, "An", 20)
    drop_store()

    assert client.get(address(contest_round, phan="bang"))["ETag"] == before


@pytest.mark.parametrize(
    ("after", "shown"),
    [(timedelta(seconds=4), 0), (timedelta(seconds=5), 0), (timedelta(seconds=6), 3)],
)
def test_after_close_shows_once_nobody_can_answer_any_more(client, secret, after, shown):
    contest_round, _ = secret
    contest_round.show_score = "after_close"
    contest_round.save(update_fields=["show_score"])

    with time_machine.travel(contest_round.closes_at + after, tick=False):
        assert len(rows(client.get(address(contest_round)))) == shown


def test_total_leaves_a_hidden_round_out_and_says_so(client, secret):
    contest_round, attempts = secret
    hidden = RoundFactory(contest=contest_round.contest, name="Tuần ẩn", show_score="after_close")
    SubmittedAttemptFactory(round=hidden, participant=attempts[0].participant, score=6)

    response = client.get(total_address(contest_round.contest))

    assert {row[2] for row in rows(response)} == {"13,37"}
    assert "Tổng điểm hiện chưa gồm: Tuần ẩn" in text(response)


# Cost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(("view", "queries"), [("ca-nhan", 3 + 3 + 1), ("don-vi", 3 + 3 + 1)])
def test_a_fresh_board_takes_the_same_queries_for_any_number_of_rows(
    client, contest_round, django_assert_num_queries, count, view, queries
):
    for number in range(count):
        submit(contest_round, f"Người {number}", 10)

    # contest, rounds, divisions; building: results, counts, people; then the check and the rows
    with django_assert_num_queries(queries + 1):
        client.get(address(contest_round, xem=view))


@pytest.mark.parametrize("count", [1, 50])
def test_a_known_board_takes_three_queries(client, contest_round, django_assert_num_queries, count):
    for number in range(count):
        submit(contest_round, f"Người {number}", 10)
    client.get(address(contest_round))

    with django_assert_num_queries(3):
        client.get(address(contest_round))


def test_an_unchanged_table_takes_two_queries(client, contest_round, django_assert_num_queries):
    submit(contest_round, "An", 10)
    tag = client.get(address(contest_round, phan="bang"))["ETag"]

    with django_assert_num_queries(2):
        client.get(address(contest_round, phan="bang"), headers={"If-None-Match": tag})


@pytest.mark.parametrize("count", [1, 50])
def test_own_place_takes_the_same_queries_for_any_number_of_rows(
    client, contest_round, django_assert_num_queries, count
):
    attempts = [submit(contest_round, f"Người {number}", 10) for number in range(count)]
    client.force_login(attempts[0].participant.user)
    client.get(address(contest_round, phan="toi"))

    # contest, rounds, user, participant, the rows of the neighbours; the session is in the cache
    with django_assert_num_queries(5):
        client.get(address(contest_round, phan="toi"))
