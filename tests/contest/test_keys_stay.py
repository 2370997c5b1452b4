"""No key leaves the server before its reveal.

Everything that a participant can reach in a round is read twice: with one key in the bank and with
another. Whatever differs between the two worlds would tell the key; nothing may. Texts that only a
review shows (explanations, sources) may not appear at all.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contest import draw_plans
from contest.enums import RevealTime
from contest.models import Attempt
from questionbank import wordings
from questionbank.models import AcceptedAnswer, Choice, Question, Revision
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import NOON, QuestionFactory, UnitFactory, UserFactory
from tests.questionbank.pictures import with_picture

pytestmark = pytest.mark.django_db(transaction=True)

QUESTIONS = 9
SECRET = "Căn cứ giải thích của đáp án"
ACCEPTED, NUMBER, TOLERANCE = "Cụm từ được chấp nhận", Decimal("4711.25"), Decimal("0.75")
LINK = re.compile(r"""(?:href|action|src|data-[a-z-]*(?:url|path))="([^"]*)\"""")
VARIES = [  # what is new in every answer, whatever the key
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r'name="was\d+" value="[^"]*"|data-(newest-)?number="\d+"'),
    re.compile(r'class="receipt-code">[^<]+'),
    re.compile(r'"number":\d+'),
    re.compile(r"(csrftoken|sessionid)=[^;]+"),
]
BAD_SAVES = [{"answers": []}, {"answers": [{"position": "key"}]}]
FOREIGN = ("/static/", "/ngon-ngu/", "/tai-khoan/dang-xuat", "/kieu-mau/")


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON + MINUTE, tick=False):
        yield


@pytest.fixture
def contest_round():
    contest_round = playable_round(
        question_count=4,
        key="B",
        show_key=RevealTime.AFTER_CLOSE,
        show_score=RevealTime.AFTER_CLOSE,
        slug="tuan-1",
    )
    topic = contest_round.blueprint.get().topic
    for revision in (
        {"kind": "multiple_choice", "key": "BD", "scoring": "partial"},
        {"kind": "multiple_choice", "key": "BD"},
        {"kind": "true_false", "key": "A"},
        {"kind": "short_text", "accepted": (ACCEPTED, "đáp án khác")},
        {"kind": "number", "number_key": NUMBER, "tolerance": TOLERANCE},
    ):
        settings = {f"revision__{name}": value for name, value in revision.items()}
        QuestionFactory(topic=topic, question_set=contest_round.question_set, **settings)
    contest_round.blueprint.update(question_count=QUESTIONS)
    Revision.objects.update(explanation=SECRET)
    for question in Question.objects.all():
        with_picture(question.approved_revision)
    return contest_round


@pytest.fixture
def person(contest_round):
    """At work on a paper, beside somebody who has handed one in."""
    neighbour = started_attempt(contest_round=contest_round)
    handed_in(neighbour, at=NOON + MINUTE)
    user = UserFactory()
    started_attempt(contest_round=contest_round, user=user)
    return user


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change_keys() -> None:
    """Other answers are right and count otherwise, in every question; nothing else changes."""
    for revision in Revision.objects.prefetch_related("choices"):
        choices = list(revision.choices.all())
        right = [choice.is_correct for choice in choices]
        for choice, is_correct in zip(choices, right[1:] + right[:1], strict=True):
            Choice.objects.filter(pk=choice.pk).update(is_correct=is_correct)
    AcceptedAnswer.objects.update(text=Concat(F("text"), Value(" 2")))
    AcceptedAnswer.objects.filter(position=1).delete()
    Revision.objects.filter(kind="number").update(number_key=12, tolerance=0)
    several = Revision.objects.filter(kind="multiple_choice")
    several.update(
        scoring=Case(
            When(scoring="partial", then=Value("all_or_nothing")), default=Value("partial")
        )
    )


def forget_everything() -> None:
    for each in caches.all():
        each.clear()
    cache.clear()
    wordings.forget_wordings()
    draw_plans.forget_draw_plans()


def normalised(answer) -> str:
    text = f"{answer.status_code} {sorted(answer.headers.items())}\n{_shown(answer)}"
    for pattern in VARIES:
        text = pattern.sub("", text)
    return text


def _shown(answer) -> str:
    is_picture = answer.get("Content-Type", "").startswith("image/")
    return answer.content.hex() if is_picture else answer.content.decode()


def links(page: str, base: str) -> Iterator[str]:
    for found in LINK.findall(page):
        address = urldefrag(urljoin(base, unescape(found))).url
        if not urlsplit(address).netloc and not address.startswith(("mailto:", "tel:", *FOREIGN)):
            yield address


def crawl(user) -> dict[str, str]:
    """Every page within reach of a participant, and what the hot endpoints answer."""
    client = signed_in(user)
    attempt = Attempt.objects.get(participant__user=user)
    code = attempt.code
    seen: dict[str, str] = {}
    waiting = ["/", f"/thi/{code}/", f"/thi/{code}/dong-ho/", f"/thi/{code}/nop-bai/"]
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith("/ws/"):
            continue
        answer = client.get(address)
        seen[address] = normalised(answer)
        if "html" in answer.get("Content-Type", ""):
            waiting.extend(links(answer.content.decode(), address))
    for number, body in enumerate([*_good_saves(), *BAD_SAVES], start=1):
        answer = client.post(f"/thi/{code}/luu/", body, content_type="application/json")
        seen[f"save {number}"] = normalised(answer)
    for page in ("/thi/khong-co/", f"/thi/{Attempt.objects.exclude(pk=attempt.pk)[0].code}/"):
        seen[page] = normalised(client.get(page))
    for word in ("B", ACCEPTED, "4711,25"):
        form = {f"q{position}": word for position in range(1, QUESTIONS + 1)}
        seen[f"form {word}"] = normalised(client.post(f"/thi/{code}/", form))
    seen["form, said"] = normalised(client.get(f"/thi/{code}/"))
    seen["memory of the process"] = f"{wordings._kept} {_plans(attempt)}"
    seen["cache"] = _cached()
    return seen


def _good_saves() -> Iterator[dict[str, object]]:
    """Right and wrong answers alike, and some that do not fit, to every question."""
    responses = ("A", "B", "C", "D", "", "Z", "AB", ACCEPTED, "đáp án", "4711,25", "4712", "12")
    places = range(1, QUESTIONS + 2)
    for number, response in enumerate(responses, start=1):
        yield {
            "answers": [{"position": it, "response": response, "number": number} for it in places]
        }


def _plans(attempt) -> str:
    return repr(draw_plans.draw_plan(attempt.round, on=timezone.localdate(attempt.started_at)))


def _cached() -> str:
    """What the in-process caches hold."""
    held = [each._cache for each in caches.all() if isinstance(each, LocMemCache)]
    return b" ".join(value for values in held for value in values.values()).decode("latin-1")


def worlds(user) -> tuple[dict[str, str], dict[str, str]]:
    crawl(user)  # the first visit leaves answers and messages behind, whatever the key
    forget_everything()
    one = crawl(user)
    change_keys()
    forget_everything()
    return one, crawl(user)


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return [
        address
        for address in sorted(one.keys() | other.keys())
        if one.get(address) != other.get(address) and address != "cache"
    ]


def test_a_participant_reads_the_same_whatever_the_key(person, contest_round):
    one, other = worlds(person)

    assert differing(one, other) == []
    for secret in (SECRET, "đáp án khác", "0.75", "0,75"):
        assert [address for address, text in one.items() if secret in text] == []
    assert SECRET.encode().decode("latin-1") not in one["cache"]
    assert {f"/hoi-thi/{contest_round.contest.slug}/", "/tai-khoan/"} <= one.keys()
    assert len(one) > 30


def _right_options():
    return sum(Choice.objects.filter(is_correct=True).values_list("pk", flat=True))


def _accepted_texts():
    return AcceptedAnswer.objects.count()


def _number_keys():
    return int(Revision.objects.get(kind="number").number_key)


def _tolerances():
    return int(100 * Revision.objects.get(kind="number").tolerance)


def _scorings():
    return Revision.objects.get(scoring="partial").pk


@pytest.mark.parametrize(
    "told", [_right_options, _accepted_texts, _number_keys, _tolerances, _scorings]
)
def test_the_crawl_finds_a_planted_leak(person, monkeypatch, told):
    real = wordings._read

    def leaky(revision_ids):
        shift = told() % 11
        return {
            pk: replace(it, stem=f"{it.stem}{'.' * shift}") for pk, it in real(revision_ids).items()
        }

    monkeypatch.setattr(wordings, "_read", leaky)

    one, other = worlds(person)

    assert any(address.startswith("/thi/") for address in differing(one, other))


def test_the_receipt_tells_nothing_of_the_key_before_the_reveal(contest_round):
    unit = UnitFactory()
    worlds = []
    for _world in range(2):
        user = UserFactory(full_name="Lâm Thị Sóc", unit=unit)
        attempt = started_attempt(contest_round=contest_round, user=user)
        client = signed_in(user)
        receipt = client.post(reverse("contest:attempt_submit", args=[attempt.code])).url
        pages = [normalised(client.get(address)) for address in (receipt, f"{receipt}xem-lai/")]
        pages = [page.replace(receipt.split("/")[2], "") for page in pages]
        # of the attempt's own code and the answers, neither of which the worlds share
        worlds.append([re.sub("data-digest>[^<]*<", "", page) for page in pages])
        change_keys()
        forget_everything()

    assert worlds[0] == worlds[1]
    assert SECRET not in str(worlds)


async def test_frames_are_the_same_whatever_the_key(person, open_socket):
    attempt = await sync_to_async(Attempt.objects.get)(participant__user=person)
    await frames(open_socket, attempt, person)  # what is stored now is the same in both worlds

    one = await frames(open_socket, attempt, person)
    await sync_to_async(change_keys)()
    other = await frames(open_socket, attempt, person)

    assert one == other
    assert len(one) > 10


async def frames(open_socket, attempt, person):
    socket = await open_socket(f"/ws/thi/{attempt.code}/", user=person)
    heard = [await socket.receive_json()]
    for number, body in enumerate(_good_saves()):
        await socket.send_json({"id": number, **body})
        heard.append(await socket.receive_json())
    return heard
