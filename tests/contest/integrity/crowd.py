"""A made-up crowd with planted duplicates, relays and copied papers, and the honest look-alikes
that real crowds have: namesakes, couples on one telephone, offices behind one address.

Everything follows from the seed.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import yaml
from django.db import connection, transaction

from accounts.encryption import blind_index
from accounts.enums import PersonKind
from accounts.models import Unit, User
from accounts.rules.folding import fold
from accounts.rules.names import person_name_key
from contest.enums import ClosedBy, PersonField
from contest.models import Attempt, AttemptOrigin, Identifier, Participant, Registration, Round
from contest.rules.integrity.clustering import Cluster
from contest.rules.integrity.evidence import SignalKind
from tests.factories import NOON, QuestionFactory, TopicFactory, UnitFactory

NAMES = Path(__file__).parents[3] / "contest" / "sample" / "people.yaml"
QUESTIONS, ON_PAPER = 300, 20
PEOPLE_IN_UNIT = 100
LARGEST_GROUP = 10  # who share a value with more are an office's people, not one person
ABOUT_PERSONS = {
    SignalKind.SAME_IDENTIFIER,
    SignalKind.SAME_PERSON_DATA,
    SignalKind.SIMILAR_NAME,
}
_DAY = timedelta(days=1)
_TONES = {"oà": "òa", "uý": "úy", "ỷ": "ỉ", "ý": "í", "ỳ": "ì"}
_KEYS = "qwertyuiopasdfghjklzxcvbnm"


@dataclass
class Planted:
    """What the scan ought to find; pairs are in ascending order."""

    duplicates: set[tuple[int, int]] = field(default_factory=set)
    relays: list[tuple[int, ...]] = field(default_factory=list)
    copies: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class _Somebody:
    name: str
    born_on: date
    unit: int
    phone: str
    tells_date: bool = True
    device: str = ""
    address: str = ""
    twin_of: int | None = None  # place of the person that this account repeats
    copies_from: int | None = None
    relay: int | None = None


def make_crowd(contest_round: Round, *, size: int, seed: int = 1) -> Planted:
    """Store `size` participants with a submitted paper each; of a hundred, two are duplicates."""
    chance = random.Random(seed)
    units = UnitFactory.create_batch(max(2, size // PEOPLE_IN_UNIT))
    people = _people(size, units, chance)
    pks = _store_people(contest_round, people)
    _store_papers(contest_round, people, pks, chance)
    planted = Planted()
    relays: dict[int, list[int]] = {}
    for place, it in enumerate(people):
        if it.twin_of is not None:
            planted.duplicates.add(_pair(pks[it.twin_of], pks[place]))
        if it.copies_from is not None:
            planted.copies.add(_pair(pks[it.copies_from], pks[place]))
        if it.relay is not None:
            relays.setdefault(it.relay, []).append(pks[place])
    planted.relays = [tuple(sorted(members)) for members in relays.values()]
    return planted


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _people(size: int, units: Sequence[Unit], chance: random.Random) -> list[_Somebody]:
    names = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    people: list[_Somebody] = []
    while len(people) < size:
        roll = chance.random()
        if roll < 0.02 and people:
            people.append(_again(people, chance))
        elif roll < 0.024 and people:
            people.append(_copier(people, names, units, chance))
        else:
            people.append(_somebody(names, units, chance))
    for number in range(size // 2000):  # a helpful clerk fills in for ten colleagues
        for it in chance.sample(people, 10):
            if it.twin_of is None:
                it.device, it.relay = f"relay-{number}", number
    return people


def _somebody(
    names: dict[str, list[str]], units: Sequence[Unit], chance: random.Random
) -> _Somebody:
    unit = chance.choice(units)
    return _Somebody(
        name=" ".join(chance.choice(names[part]) for part in ("families", "middles", "givens")),
        born_on=date(1962, 1, 1) + _DAY * int(chance.triangular(0, 16_000, 9_000)),
        unit=unit.pk,
        phone=f"+849{chance.randrange(10**8):08}",
        tells_date=chance.random() > 0.03,
        device="" if chance.random() < 0.2 else f"device-{chance.randrange(10**12)}",
        address=f"office-{unit.pk}" if chance.random() < 0.7 else f"home-{chance.randrange(10**9)}",
    )


def _again(people: list[_Somebody], chance: random.Random) -> _Somebody:
    """A second account of somebody, with what changes when a person registers twice."""
    place = chance.randrange(len(people))
    first = people[place]
    while first.twin_of is not None:
        place = first.twin_of
        first = people[place]
    name, born_on, tells_date = first.name, first.born_on, True
    phone = f"+849{chance.randrange(10**8):08}"
    how = chance.choices(
        ["same", "marks", "typo", "date", "phone", "no_date"], weights=[30, 25, 15, 15, 10, 5]
    )[0]
    if how == "marks":
        name = _other_marks(name, chance)
    elif how == "typo":
        name = _typo(name, chance)
    elif how == "date":
        born_on = _slipped(born_on, chance)
    elif how == "phone":
        name, phone = _typo(_other_marks(name, chance), chance), first.phone
    elif how == "no_date":
        tells_date = False
    return _Somebody(
        name, born_on, first.unit, phone, tells_date, first.device, first.address, twin_of=place
    )


def _copier(
    people: list[_Somebody],
    names: dict[str, list[str]],
    units: Sequence[Unit],
    chance: random.Random,
) -> _Somebody:
    copier = _somebody(names, units, chance)
    copier.copies_from = chance.randrange(len(people))
    copier.unit = people[copier.copies_from].unit
    return copier


def _other_marks(name: str, chance: random.Random) -> str:
    """Old and new tone places, i for y, or no marks at all."""

    if chance.random() < 0.4:
        return fold(name).title()
    for before, after in _TONES.items():
        if before in name:
            return name.replace(before, after)
    return name.upper()


def _typo(name: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(name) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return name[:place] + chance.choice(_KEYS) + name[place + 1 :]
    if kind == 1:
        return name[:place] + name[place + 1 :]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _slipped(born_on: date, chance: random.Random) -> date:
    if born_on.day <= 12 and born_on.day != born_on.month and chance.random() < 0.5:
        return born_on.replace(day=born_on.month, month=born_on.day)
    year = born_on.year
    return date(year - year % 10 + (year + 1) % 10, born_on.month, min(born_on.day, 28))


def _store_people(contest_round: Round, people: list[_Somebody]) -> list[int]:
    contest = contest_round.contest
    users = User.objects.bulk_create(
        (
            User(
                email=f"{contest.pk}-{place}@vidu.vn",
                password="!",
                full_name=it.name,
                unit_id=it.unit,
                kind=PersonKind.OFFICIAL,
            )
            for place, it in enumerate(people)
        ),
        batch_size=5000,
    )
    participants = Participant.objects.bulk_create(
        (
            Participant(
                contest=contest,
                user=user,
                unit_id=it.unit,
                full_name=it.name,
                kind=PersonKind.OFFICIAL,
                joined_at=NOON,
            )
            for user, it in zip(users, people, strict=True)
        ),
        batch_size=5000,
    )
    pairs = list(zip(participants, people, strict=True))
    Registration.objects.bulk_create(
        (
            Registration(
                participant=participant,
                born_on=it.born_on if it.tells_date else None,
                phone=it.phone,
                name_key=person_name_key(it.name),
                registered_at=NOON,
            )
            for participant, it in pairs
        ),
        batch_size=5000,
    )
    Identifier.objects.bulk_create(
        (
            Identifier(
                contest=contest,
                participant=participant,
                field=PersonField.PHONE,
                digest=blind_index(PersonField.PHONE, it.phone),
                is_exclusive=False,
            )
            for participant, it in pairs
        ),
        batch_size=5000,
    )
    return [participant.pk for participant in participants]


def _store_papers(
    contest_round: Round, people: list[_Somebody], pks: list[int], chance: random.Random
) -> None:
    topic = TopicFactory()
    keys = [chance.choice("ABCD") for _ in range(QUESTIONS)]
    revisions = [
        QuestionFactory(
            topic=topic, question_set=contest_round.question_set, revision__key=key
        ).current_revision_id
        for key in keys
    ]
    papers: list[list[tuple[int, str]]] = []  # question, the author's letter chosen
    for it in people:
        if it.copies_from is not None:
            papers.append(_copied(papers[it.copies_from], chance))
        else:
            papers.append(_answered(keys, chance))
    starts = _starts(people, chance)
    attempts = Attempt.objects.bulk_create(
        (
            Attempt(
                round=contest_round,
                participant_id=pk,
                number=1,
                seed=1,
                started_at=started_at,
                deadline_at=started_at + timedelta(minutes=15),
                submitted_at=started_at + timedelta(milliseconds=elapsed),
                elapsed_ms=elapsed,
                closed_by=ClosedBy.PARTICIPANT,
                score=sum(keys[question] == letter for question, letter in paper),
                max_score=ON_PAPER,
                correct_count=sum(keys[question] == letter for question, letter in paper),
                receipt_code=f"{contest_round.pk}-{pk}"[:12],
            )
            for pk, paper, (started_at, elapsed) in zip(pks, papers, starts, strict=True)
        ),
        batch_size=5000,
    )
    AttemptOrigin.objects.bulk_create(
        (
            AttemptOrigin(
                attempt=attempt,
                device_digest=blind_index("device", it.device) if it.device else "",
                address_digest=blind_index("address", it.address),
            )
            for attempt, it in zip(attempts, people, strict=True)
        ),
        batch_size=5000,
    )
    _store_answers(attempts, papers, revisions, chance)


def _answered(keys: list[str], chance: random.Random) -> list[tuple[int, str]]:
    skill = chance.betavariate(6, 2)
    paper = []
    for question in chance.sample(range(QUESTIONS), ON_PAPER):
        wrong = "ABCD".replace(keys[question], "")
        is_right = chance.random() < skill
        letter = keys[question] if is_right else chance.choices(wrong, weights=[6, 3, 1])[0]
        paper.append((question, letter))
    return paper


def _copied(paper: list[tuple[int, str]], chance: random.Random) -> list[tuple[int, str]]:
    """Somebody who was handed another's answers on the same questions, a slip or two aside."""
    return [
        (question, letter if chance.random() < 0.95 else chance.choice("ABCD"))
        for question, letter in paper
    ]


def _starts(people: list[_Somebody], chance: random.Random) -> list[tuple[object, int]]:
    opens, window = NOON - timedelta(days=5), 4 * 24 * 3600
    turns: dict[int, object] = {}
    starts: list[tuple[object, int]] = []
    for it in people:
        elapsed = min(880_000, round(1000 * chance.lognormvariate(5.8, 0.35)))
        began = opens + timedelta(seconds=chance.uniform(0, window))
        if it.relay is not None:
            began = turns.get(it.relay, began)
            turns[it.relay] = began + timedelta(milliseconds=elapsed + 60_000)
        starts.append((began, elapsed))
    return starts


def _store_answers(
    attempts: list[Attempt],
    papers: list[list[tuple[int, str]]],
    revisions: list[int],
    chance: random.Random,
) -> None:
    """Two million rows of a hundred thousand papers: past the ORM, which would take minutes."""
    instant = connection.ops.adapt_datetimefield_value

    def rows():
        for attempt, paper in zip(attempts, papers, strict=True):
            pause = attempt.elapsed_ms / (ON_PAPER + 1)
            now = attempt.started_at
            for position, (question, letter) in enumerate(paper, start=1):
                now += timedelta(milliseconds=pause * chance.uniform(0.4, 1.6))
                now = min(now, attempt.submitted_at)
                yield attempt.pk, position, revisions[question], "ABCD", letter, 1, instant(now)

    statement = (
        "INSERT INTO contest_answer (attempt_id, position, revision_id, choice_order, response,"
        " client_number, saved_at) VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        batch = []
        for row in rows():
            batch.append(row)
            if len(batch) == 50_000:
                cursor.executemany(statement, batch)
                batch.clear()
        cursor.executemany(statement, batch)
        cursor.execute("ANALYZE")  # as the database does by itself soon after so many rows


def found_pairs(members: Sequence[tuple[int, ...]]) -> set[tuple[int, int]]:
    """Every two people of one group."""
    return {pair for group in members for pair in combinations(sorted(group), 2)}


def duplicates_found(clusters: Sequence[Cluster]) -> set[tuple[int, int]]:
    """Pairs that evidence about names, dates and numbers ties together."""
    groups = [
        it.participants
        for cluster in clusters
        for it in cluster.evidence
        if it.kind in ABOUT_PERSONS
    ]
    return found_pairs([group for group in groups if len(group) <= LARGEST_GROUP])
