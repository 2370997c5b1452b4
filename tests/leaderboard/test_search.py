"""Search by name in the board: finds what is shown, in its exact place, and nothing else."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from contest.enums import NameDisplay
from contest.models import Participant
from leaderboard.forms import NAME_LENGTH
from leaderboard.services import searching
from tests.factories import (
    NOON,
    ContestFactory,
    DivisionFactory,
    ParticipantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(params=["small", "large"])
def contest_round(request, monkeypatch):
    """Both ways of looking: through the board's own people, and through the contest's names."""
    if request.param == "large":
        monkeypatch.setattr(searching, "SMALL_BOARD", 0)
    return RoundFactory()


def submit(contest_round, name, score=10, **fields):
    person = ParticipantFactory(contest=contest_round.contest, full_name=name)
    return SubmittedAttemptFactory(round=contest_round, participant=person, score=score, **fields)


def address(contest_round):
    return reverse("leaderboard:round_board", args=[contest_round.contest.slug, contest_round.slug])


def display(contest_round, name_display):
    contest_round.contest.name_display = name_display
    contest_round.contest.save(update_fields=["name_display"])


def look_for(client, contest_round, name, **headers):
    return client.post(address(contest_round), {"ten": name}, headers=headers)


def found(response):
    """Place and name of each hit."""
    part = response.content.decode().partition('id="board-found"')[2].partition("data-board ")[0]
    rows = re.findall(r'board-near-place">(\d+)</span>.*?<a [^>]+>([^<]*)</a>', part, re.DOTALL)
    return [(int(place), unescape(name)) for place, name in rows]


@pytest.mark.parametrize(
    "typed",
    [
        "nguyen van an",
        "NGUYỄN VĂN AN",
        "Nguyễn Văn An",
        "  nguyen   van an ",
        "van an",
        "nguyen v",
        "an",
        "Nguye\u0302\u0303n Va\u0306n An",
        "nguyen, van. an!",
    ],
)
def test_a_name_is_found_without_accents_and_from_any_word_on(client, contest_round, typed):
    submit(contest_round, "Nguyễn Văn An", 12)
    submit(contest_round, "Trần Thị Thanh", 15)
    submit(contest_round, "Đoàn Lan", 10)

    assert found(look_for(client, contest_round, typed)) == [(2, "Nguyễn Văn An")]


def test_d_with_a_stroke_is_found(client, contest_round):
    submit(contest_round, "Đặng Đình Đạt")

    assert found(look_for(client, contest_round, "dang dinh dat")) == [(1, "Đặng Đình Đạt")]


@pytest.mark.parametrize("typed", ["", " ", "a", "%", "__", "?!", "\x00\x00", "đ"])
def test_too_little_to_look_for_is_said_courteously(client, contest_round, typed):
    submit(contest_round, "An")

    response = look_for(client, contest_round, typed)

    assert response.status_code == 200
    assert found(response) == []
    assert "Vui lòng ghi ít nhất hai chữ cái" in response.content.decode()


@pytest.mark.parametrize("typed", ["zz top", "%%", "a_%", "' OR 1=1 --", "<script>", "x" * 5000])
def test_what_nobody_is_called_finds_nobody(client, contest_round, typed):
    submit(contest_round, "Nguyễn Văn Anh")

    response = look_for(client, contest_round, typed)

    assert found(response) == []
    assert "<script>alert" not in response.content.decode()
    assert len(typed) < 100 or typed[: NAME_LENGTH + 1] not in response.content.decode()


def test_hits_have_exact_and_shared_places_best_first_and_a_link_to_their_page(
    client, contest_round
):
    for number in range(55):
        submit(contest_round, f"Người {number:02}", 15, elapsed_ms=1000 + number)
    for elapsed_ms in (9000, 9000, 8000):
        submit(contest_round, "Lê Thị Hà", 12, elapsed_ms=elapsed_ms)

    response = look_for(client, contest_round, "le thi ha")

    assert found(response) == [(56, "Lê Thị Hà"), (57, "Lê Thị Hà"), (57, "Lê Thị Hà")]
    links = re.findall(r'href="(\?xem=ca-nhan&amp;trang=2)#(r\w+)"', response.content.decode())
    assert len(set(links)) == 3
    page = client.get(address(contest_round) + unescape(links[0][0])).content.decode()
    assert all(f'id="{anchor}"' in page for _query, anchor in links)


def test_at_most_twenty_are_listed_and_the_rest_is_said(client, contest_round):
    for number in range(21):
        submit(contest_round, "Lê Thị Hà", elapsed_ms=1000 + number)

    response = look_for(client, contest_round, "ha")

    assert len(found(response)) == 20
    assert "Còn nhiều người khác có tên này" in response.content.decode()


def test_only_people_of_this_board_are_found(client, contest_round):
    ParticipantFactory(contest=contest_round.contest, full_name="Lê Thị Hà")  # no result
    submit(RoundFactory(contest=contest_round.contest), "Lê Văn Hà")  # another round
    submit(RoundFactory(), "Trần Hà")  # another contest

    assert found(look_for(client, contest_round, "ha")) == []


def test_the_total_is_searched_too(client, contest_round):
    attempt = submit(contest_round, "Lê Thị Hà", 5)
    other = RoundFactory(contest=contest_round.contest)
    SubmittedAttemptFactory(round=other, participant=attempt.participant, score=5)
    submit(other, "Trần Hà", 8)
    url = reverse("leaderboard:board", args=[contest_round.contest.slug])

    assert found(client.post(url, {"ten": "hà"})) == [(1, "Lê Thị Hà"), (2, "Trần Hà")]


def test_a_corrected_name_is_found(client, contest_round):
    person = submit(contest_round, "Lê Thị Hà").participant
    person.full_name = "Lê Thị Hạnh"
    person.save()

    assert found(look_for(client, contest_round, "hanh")) == [(1, "Lê Thị Hạnh")]


# What is not shown is not found ------------------------------------------------------------------


def test_a_short_name_is_found_by_what_is_left_of_it(client, contest_round):
    submit(contest_round, "Nguyễn Văn An")
    display(contest_round, NameDisplay.SHORT)

    for typed in ("nguyen", "Nguyễn V. A.", "v a", "nguyen v"):
        assert found(look_for(client, contest_round, typed)) == [(1, "Nguyễn V. A.")]
    for typed in ("nguyen van", "nguyen van an", "van an", "an", "nguyen v an"):
        assert found(look_for(client, contest_round, typed)) == []


def test_hidden_names_are_not_searched(client, contest_round):
    submit(contest_round, "Nguyễn Văn An")
    display(contest_round, NameDisplay.HIDDEN)

    assert look_for(client, contest_round, "nguyen van an").status_code == 403
    assert 'name="ten"' not in client.get(address(contest_round)).content.decode()


@pytest.mark.parametrize("show_score", ["after_close", "never"])
def test_before_the_reveal_nothing_is_searched(client, show_score):
    contest_round = RoundFactory(show_score=show_score)
    submit(contest_round, "Nguyễn Văn An")

    assert look_for(client, contest_round, "nguyen van an").status_code == 403
    assert 'name="ten"' not in client.get(address(contest_round)).content.decode()


def test_a_frozen_board_is_searched_as_it_stands(client, contest_round, noon):
    contest_round.freeze_minutes = 30
    contest_round.save()
    before = submit(contest_round, "Lê Thị Hà", 10)
    noon.move_to(NOON + timedelta(minutes=45))
    late = {"started_at": NOON + timedelta(minutes=35)}
    submit(contest_round, "Trần Hà", 20, **late)
    SubmittedAttemptFactory(
        round=contest_round, participant=before.participant, number=2, score=20, **late
    )

    response = look_for(client, contest_round, "ha")

    assert found(response) == [(1, "Lê Thị Hà")]
    assert '<b class="num">10</b>' in response.content.decode()


def test_an_unpublished_contest_is_not_searched(client, contest_round):
    submit(contest_round, "Nguyễn Văn An")
    contest_round.contest.is_published = False
    contest_round.contest.save()

    assert look_for(client, contest_round, "an").status_code == 404


# The way it is asked -----------------------------------------------------------------------------


def test_htmx_gets_the_results_alone_and_everybody_else_the_page(client, contest_round):
    submit(contest_round, "Nguyễn Văn An")

    part = look_for(client, contest_round, "van an", **{"HX-Request": "true"})
    page = look_for(client, contest_round, "van an")

    assert found(part) == found(page) == [(1, "Nguyễn Văn An")]
    assert "<html" not in part.content.decode()
    assert "<html" in page.content.decode()
    assert 'value="van an"' in page.content.decode()
    for response in (part, page):
        assert "no-store" in response["Cache-Control"]


def test_a_name_in_an_address_is_not_looked_for(client, contest_round):
    submit(contest_round, "Nguyễn Văn An")

    assert found(client.get(address(contest_round), {"ten": "van an"})) == []


def test_a_search_needs_a_csrf_token(contest_round):
    client = Client(enforce_csrf_checks=True)

    assert look_for(client, contest_round, "van an").status_code == 403


def test_too_many_searches_are_refused_for_a_while(client, contest_round, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "board_search": "2/m/ip"}
    submit(contest_round, "Nguyễn Văn An")

    answers = [look_for(client, contest_round, "van an") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert found(answers[-1]) == []
    assert "quá nhiều lần" in answers[-1].content.decode()
    assert 'value="van an"' in answers[-1].content.decode()
    assert client.get(address(contest_round)).status_code == 200


@pytest.mark.parametrize("count", [1, 20])
def test_a_search_takes_the_same_queries_for_any_number_of_hits(
    client, django_assert_num_queries, count
):
    contest_round = RoundFactory()
    for _ in range(count):
        submit(contest_round, "Lê Thị Hà")
    client.get(address(contest_round))

    # contest, rounds, divisions; people of the board, names among them, rows
    with django_assert_num_queries(6):
        assert len(found(look_for(client, contest_round, "ha"))) == count


# The stored keys ---------------------------------------------------------------------------------


def test_keys_follow_the_name_one_by_one_and_in_bulk():
    one = ParticipantFactory(full_name="Đặng Văn Đạt")
    one.refresh_from_db()
    assert (one.folded_name, one.folded_short) == (" dang van dat", " dang v d")

    contest, user = ContestFactory(), one.user
    Participant.objects.bulk_create(
        [Participant(contest=contest, user=user, full_name="Lê Hà", kind=one.kind, joined_at=NOON)]
    )
    many = Participant.objects.get(contest=contest)
    assert (many.folded_name, many.folded_short) == (" le ha", " le h")


# How names are shown -----------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?phan=bang", "?bang=cb"])
@pytest.mark.parametrize(
    ("name_display", "pattern"),
    [
        (NameDisplay.FULL, "Nguyễn Văn An"),
        (NameDisplay.SHORT, r"Nguyễn V\. A\."),
        (NameDisplay.HIDDEN, r"Thí sinh [A-Z2-7]{8}"),
    ],
)
def test_the_board_shows_names_as_the_contest_says(client, name_display, pattern, query):
    contest_round = RoundFactory(contest__name_display=name_display)
    division = DivisionFactory(contest=contest_round.contest, code="cb")
    person = ParticipantFactory(
        contest=contest_round.contest, full_name="Nguyễn Văn An", division=division
    )
    SubmittedAttemptFactory(round=contest_round, participant=person)

    page = client.get(address(contest_round) + query).content.decode()

    shown = re.search(r'class="board-name" data-slot="name">([^<]+)<', page)
    assert re.fullmatch(pattern, shown.group(1))
    assert name_display == NameDisplay.FULL or "Văn An" not in page


@pytest.mark.parametrize("name_display", [NameDisplay.SHORT, NameDisplay.HIDDEN])
def test_only_the_personal_part_has_a_full_name_and_only_ones_own(client, name_display):
    contest_round = RoundFactory(contest__name_display=name_display)
    submit(contest_round, "Trần Thị Mai", 20)
    me = submit(contest_round, "Nguyễn Văn An", 15).participant
    client.force_login(me.user)

    own = client.get(address(contest_round) + "?phan=toi").content.decode()
    table = client.get(address(contest_round) + "?phan=bang").content.decode()

    assert "Nguyễn Văn An" in own
    assert "Thị Mai" not in own
    assert "Văn An" not in table


def test_a_change_of_the_setting_shows_at_once(client):
    contest_round = RoundFactory()
    submit(contest_round, "Nguyễn Văn An")
    first = client.get(address(contest_round) + "?phan=bang")

    display(contest_round, NameDisplay.SHORT)
    tag = {"If-None-Match": first["ETag"]}
    second = client.get(address(contest_round) + "?phan=bang", headers=tag)

    assert second.status_code == 200
    assert "Nguyễn V. A." in second.content.decode()


def test_a_code_is_the_same_on_a_board_and_another_on_the_next(client):
    contest_round = RoundFactory(contest__name_display=NameDisplay.HIDDEN)
    other = RoundFactory(contest=contest_round.contest)
    person = submit(contest_round, "Nguyễn Văn An").participant
    SubmittedAttemptFactory(round=other, participant=person)

    pages = [client.get(address(it)).content.decode() for it in (contest_round, other)]
    again = client.get(address(contest_round) + "?phan=bang").content.decode()

    codes = [re.search(r"Thí sinh (\w{8})<", page).group(1) for page in (*pages, again)]
    assert codes[0] == codes[2] != codes[1]
