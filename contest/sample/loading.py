"""Load the sample contest from the files beside this module. Run twice, it changes nothing."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.enums import PersonKind, Role, UnitKind
from accounts.formats.units_yaml import read_units
from accounts.models import RoleGrant, Unit, User
from accounts.services.importing_units import Outcome as UnitOutcome, import_units
from contest.models import Answer, BlueprintRow, Contest, Division, DivisionKind, Round
from contest.queries.keys import graded_items
from contest.rules.grading import shown_letters
from contest.services.starting import start_attempt
from contest.services.submitting import submit_attempt
from questionbank.enums import QuestionStatus
from questionbank.formats import yaml_format
from questionbank.formats.reading import read_file
from questionbank.models import QuestionSet, Topic
from questionbank.services.importing import Options, Outcome, import_questions

FOLDER = Path(__file__).parent
CROWD_SEED = 2022  # the same made-up crowd every time


@dataclass(frozen=True)
class Loaded:
    """What a load did: False and zeros on the second run."""

    contest_created: bool
    questions_created: int
    units_created: int
    entrants_created: int


@transaction.atomic
def load_sample(*, at: datetime, password: str | None) -> Loaded:
    """Create the sample's units, questions, accounts, contest and past entrants once.

    `password` is given to the sample accounts; with None nobody can sign in to them.
    """
    plan = _read("contest.yaml")
    units = import_units(read_units((FOLDER / "units.yaml").read_bytes()), at=at, updates=False)
    units_created = len(units.of(UnitOutcome.CREATED))
    questions = sum(
        _import_sample(file, at=at, set_names=plan["question_sets"])
        for file in sorted((FOLDER / "questions").glob("*.yaml"))
    )
    _create_accounts(password)
    if Contest.objects.filter(slug=plan["contest"]["slug"]).exists():
        return Loaded(False, questions, units_created, 0)
    rounds = _create_contest(plan, at=at)
    entrants = sum(
        _play(contest_round, entry["crowd"]) for contest_round, entry in rounds if "crowd" in entry
    )
    return Loaded(True, questions, units_created, entrants)


def sample_accounts() -> list[dict[str, Any]]:
    """The accounts of `accounts.yaml`, for those who print them."""
    accounts: list[dict[str, Any]] = _read("accounts.yaml")
    return accounts


def _import_sample(file: Path, *, at: datetime, set_names: dict[str, str]) -> int:
    """How many questions were new. Raises ValueError when one cannot be taken."""
    options = Options(updates=False, takes_duplicates=True, status=QuestionStatus.APPROVED)
    parsed = read_file(yaml_format.FORMAT, file.read_bytes())
    done = import_questions(parsed, at=at, options=options, set_names=set_names)
    if refused := done.of(Outcome.REFUSED):
        raise ValueError(f"{file.name}: {refused}")
    return len(done.of(Outcome.CREATED))


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _create_accounts(password: str | None) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    for entry in sample_accounts():
        if User.objects.filter(email=entry["email"]).exists():
            continue
        unit = units[entry["unit"]]
        user = User.objects.create_user(
            entry["email"],
            password,
            full_name=entry["full_name"],
            kind=PersonKind(entry["kind"]),
            born_on=entry.get("born_on"),
            unit=unit,
        )
        if "role" in entry:
            role = Role(entry["role"])
            RoleGrant.objects.create(
                user=user, role=role, unit=unit if role is Role.COORDINATOR else None
            )


def _create_contest(plan: dict[str, Any], *, at: datetime) -> list[tuple[Round, dict[str, Any]]]:
    contest = Contest.objects.create(**plan["contest"], is_published=True)
    for position, entry in enumerate(plan["divisions"]):
        division = Division.objects.create(
            contest=contest, code=entry["code"], name=entry["name"], position=position
        )
        DivisionKind.objects.bulk_create(
            DivisionKind(contest=contest, division=division, kind=PersonKind(kind))
            for kind in entry["kinds"]
        )
    return [(_create_round(contest, entry, at=at), entry) for entry in plan["rounds"]]


def _create_round(contest: Contest, entry: dict[str, Any], *, at: datetime) -> Round:
    contest_round = Round.objects.create(
        contest=contest,
        slug=entry["slug"],
        name=entry["name"],
        kind=entry["kind"],
        opens_at=_instant(entry["opens"], at=at),
        closes_at=_instant(entry["closes"], at=at),
        duration_seconds=entry["minutes"] * 60,
        max_attempts=entry["attempts"],
        question_set=QuestionSet.objects.get(code=entry["question_set"]),
        show_score=entry["show_score"],
        show_key=entry["show_key"],
    )
    topics = Topic.objects.in_bulk(field_name="code")
    BlueprintRow.objects.bulk_create(
        BlueprintRow(
            round=contest_round, position=position, topic=topics[code], question_count=count
        )
        for position, (code, count) in enumerate(entry["blueprint"].items())
    )
    return contest_round


def _instant(text: str, *, at: datetime) -> datetime:
    """ "-3 22:00" is ten in the evening, Vietnamese time, three days before `at`."""
    days, hour = text.split()
    day = timezone.localtime(at).date() + timedelta(days=int(days))
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hour)))


# The made-up crowd of a closed round -----------------------------------------------------------


def _play(contest_round: Round, count: int) -> int:
    """Let `count` made-up people take a past round through the same services as real ones."""
    chance = random.Random(CROWD_SEED)  # noqa: S311 (made-up people)
    window = (contest_round.closes_at - contest_round.opens_at).total_seconds() - 3600
    for user in _crowd(count, chance):
        started_at = contest_round.opens_at + timedelta(seconds=chance.uniform(0, window))
        skill = chance.betavariate(6, 1.6)
        attempt = start_attempt(contest_round=contest_round, user=user, at=started_at)
        _answer(attempt.pk, skill, chance)
        used = timedelta(seconds=chance.uniform(95, 840) * (1.3 - 0.5 * skill))
        submit_attempt(code=attempt.code, user_id=user.pk, at=started_at + used)
    return count


def _crowd(count: int, chance: random.Random) -> list[User]:
    names = _read("people.yaml")
    units = list(Unit.objects.order_by("code"))
    people = []
    for number in range(1, count + 1):
        unit = chance.choice(units)
        name = " ".join(chance.choice(names[part]) for part in ("families", "middles", "givens"))
        user = User(
            email=f"mau-{number:04}@vidu.vn",
            full_name=name,
            kind=chance.choice(_KINDS_BY_UNIT.get(UnitKind(unit.kind), [PersonKind.OFFICIAL])),
            unit=unit,
        )
        user.set_unusable_password()
        people.append(user)
    User.objects.bulk_create(people)
    return people


_KINDS_BY_UNIT = {
    UnitKind.PUBLIC_SERVICE: [PersonKind.PUBLIC_EMPLOYEE],
    UnitKind.OTHER: [PersonKind.CITIZEN, PersonKind.BUSINESS],
}


def _answer(attempt_id: int, skill: float, chance: random.Random) -> None:
    answers = list(Answer.objects.filter(attempt_id=attempt_id).order_by("position"))
    for answer, item in zip(
        answers, graded_items(attempt_ids=[attempt_id])[attempt_id], strict=True
    ):
        right = shown_letters(item.choice_order, item.key.letters)
        wrong = sorted(set(ascii_uppercase[: len(item.choice_order)]) - set(right))
        answer.response = right if chance.random() < skill else chance.choice(wrong)
    Answer.objects.bulk_update(answers, ["response"])
