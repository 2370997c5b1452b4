"""Who may open what: every address of the site, tried as everybody; docs/access.md is its table.

`make access-table` writes the table anew; tests/test_access.py compares.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.enums import Role
from accounts.models import User
from contest.complaints.filing import file_complaint
from contest.enums import KeyChangeKind, PeopleFileKind
from contest.models import Certificate, DeletionRequest, ExportFile, PeopleFile
from contest.regrading.applying import apply_regrade
from contest.regrading.proposing import Proposal
from contest.sealing.sealing import seal
from contest.services.starting import start_attempt
from questionbank.models import ImportFile
from questionbank.rules.item_responses import ItemResponse
from questionbank.services.measuring import Sitting, store_statistics
from tests.contest.papers import playable_round
from tests.factories import (
    NOON,
    ClusterFactory,
    QuestionFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
    UserFactory,
)
from tests.questionbank.pictures import with_picture

PAGE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
PEOPLE = ["visitor", "owner", "stranger", *(role.value for role in Role), "superuser"]
ADMIN = "/quan-tri/"
ADMIN_LOGIN = f"{ADMIN}login/"
ADMIN_DOORS = (ADMIN_LOGIN, f"{ADMIN}logout/")
ADMIN_PAGES = f"{ADMIN}…"
_PART = r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)"
_ADMIN_PARTS = {"app_label": "accounts", "url": "khong-co/"}
SKIPPED = ("/kieu-mau/",)  # with DEBUG only
HEAD = f"""# Who may open what

Every address of the site, tried as everybody by `tests/test_access.py`. A page without a row here
fails that test; `make access-table` writes this page anew, and the difference is to be read like
code.

*owner* is a participant to whom the attempt, the receipt or the request in the address belongs;
*stranger* is signed in and holds no duty; then one person for each duty; a *superuser* holds all.

- **yes**: the person gets an answer: a page, a file, a redirect onwards, or a form that is sent
  back because it was empty
- **sign in**: led to the sign-in page
- **401**, **403**, **404**: refused; 401 is told to scripts, and 404 also where what the address
  names is not the person's own
- a method that a page does not know (405) has no row

Every page of Django's admin answers alike but for superusers, who may not change everything there:
`{ADMIN_PAGES}` is all of them. It asks a signed-in person without the right to sign in as somebody
else, and that page refuses.

"""


class Unknown(AssertionError):
    """An address whose parts the table cannot fill in."""


def table() -> str:
    """The page as it should be. Needs the database, and NOON as the time."""
    people = _people()
    parts = _site(people)
    clients = {person: _client_of(people.get(person)) for person in PEOPLE}
    rows: dict[tuple[str, str, tuple[str, ...]], None] = {}
    for path, name in addresses():
        if path.startswith(SKIPPED):
            continue
        address = _filled(path, name, parts)
        found = {method: _tried(clients, method, address) for method in _methods(path)}
        if found["GET"] == found.get("POST"):
            found = {"GET, POST": found["GET"]}
        for method, outcomes in found.items():
            if outcomes:
                rows[row_of(path), method, outcomes] = None
    lines = [
        f"| address | method | {' | '.join(PEOPLE)} |",
        f"| --- | --- |{' --- |' * len(PEOPLE)}",
        *(f"| `{path}` | {method} | {' | '.join(told)} |" for path, method, told in rows),
    ]
    return HEAD + "\n".join(lines) + "\n"


def addresses() -> Iterator[tuple[str, str]]:
    """Every pattern as people would write it, with the view's full name; walks includes too."""
    yield from sorted(set(_walk(get_resolver().url_patterns, "/", "")))


def row_of(path: str) -> str:
    """The address as the table shows it: Django's admin in one, but for its doors."""
    return ADMIN_PAGES if path.startswith(ADMIN) and path not in ADMIN_DOORS else path


def _methods(path: str) -> list[str]:
    """What a page of the admin takes is Django's own affair."""
    return ["GET"] if path.startswith(ADMIN) else ["GET", "POST"]


def _walk(patterns: list, prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for it in patterns:
        path = prefix + str(it.pattern).lstrip("^").replace("\\Z", "").rstrip("$")
        if isinstance(it, URLResolver):
            inner = f"{space}{it.namespace}:" if it.namespace else space
            yield from _walk(it.url_patterns, path, inner)
        elif isinstance(it, URLPattern):
            yield path, f"{space}{it.name}" if it.name else ""


def _filled(path: str, name: str, parts: dict[str, dict[str, Any]]) -> str:
    """The address with something at its end; Django's admin takes what need not be there."""
    if path.startswith(ADMIN):
        return re.sub(_PART, lambda part: _ADMIN_PARTS.get(part[1] or part[2], "1"), path)
    wanted = [named or typed for typed, named in re.findall(_PART, path)]
    if not wanted:
        return path
    known = parts.get(name) or parts.get(name.rpartition(":")[0] or "account", {})
    try:
        return reverse(name, kwargs={key: known[key] for key in wanted}) + known.get("?", "")
    except (KeyError, NoReverseMatch) as error:
        raise Unknown(f"_site() of tests/access.py knows nothing for {path} ({name})") from error


def _site(people: dict[str, User]) -> dict[str, dict[str, Any]]:
    """Something at each address: by namespace, or by name where it differs."""
    contest_round = playable_round()
    contest, owner = contest_round.contest, people["owner"]
    revision = QuestionFactory().current_revision
    digest = with_picture(revision)
    running = start_attempt(contest_round=contest_round, user=owner, at=NOON)
    with_picture(running.answers.first().revision)
    submitted = SubmittedAttemptFactory(
        round=RoundFactory(contest=contest),
        participant=running.participant,
        receipt_code="ABCDE23456",
    )
    asked = DeletionRequest.objects.create(user=owner, asked_at=NOON, due_at=NOON)
    file = ImportFile.objects.create(
        owner=people[Role.AUTHOR], name="de.txt", format="aiken", content=b"", uploaded_at=NOON
    )
    people_file = PeopleFile.objects.create(
        contest=contest,
        owner=people[Role.ORGANISER],
        kind=PeopleFileKind.PARTICIPANTS,
        name="don-vi.xlsx",
        content=b"",
        uploaded_at=NOON,
    )
    sitting = Sitting(f"{contest.slug}/{contest_round.slug}", "Tuần")
    store_statistics(sitting, [[ItemResponse(revision.pk, "B", True, 1.0, None)]], at=NOON)
    after = NOON + timedelta(hours=3)
    version = seal(
        contest_id=contest.pk, contest_round=submitted.round, actor=people[Role.JURY], at=after
    )
    complaint = file_complaint(attempt=submitted, position=None, text="Sai giờ", at=after)
    asked_question = running.answers.first().revision.question
    regrade = apply_regrade(
        contest_id=contest.pk,
        proposal=Proposal(asked_question, (contest_round,), KeyChangeKind.VOID),
        seen=0,
        reason="Sai đáp án",
        actor=people[Role.JURY],
        at=after,
    )
    certificate = Certificate.objects.create(
        participant=running.participant,
        title="Giải Nhất",
        full_name="Nguyễn Văn An",
        issued_at=NOON,
        issued_by=people[Role.JURY],
    )
    result_file = ExportFile.objects.create(
        owner=people[Role.JURY],
        contest=contest,
        kind="workbook",
        name="ket-qua.xlsx",
        begun_at=NOON,
        expires_at=after,
    )
    template = {"slug": contest.slug, "kind": "report"}
    receipt = {"code": submitted.receipt_code}
    return {
        "account": {"uidb36": "1", "key": "khong-co", "pk": 1, "provider_id": "oidc"},
        "contest": {
            "slug": contest.slug,
            "round_slug": contest_round.slug,
            "code": running.code,
            "digest": digest,
            "kind": PeopleFileKind.PARTICIPANTS.value,
            "key": ClusterFactory(contest=contest).key,
            "number": version.number,
        },
        "contest:certificate": {"code": certificate.code},
        "contest:certificate_revoke": {"slug": contest.slug, "code": certificate.code},
        "contest:result_file_fetch": {"slug": contest.slug, "code": result_file.code},
        "contest:document_template": template,
        "contest:template_remove": template,
        "contest:receipt_qr": receipt,
        "contest:answers_file": receipt,
        "contest:complaint_file": receipt,
        "contest:proof_file": receipt | {"number": version.number},
        "contest:proof_qr": receipt | {"number": version.number},
        "contest:complaint_answer": {"slug": contest.slug, "code": complaint.code},
        "contest:regrade_question": {"slug": contest.slug, "code": asked_question.code},
        "contest:regrade_preview": {"slug": contest.slug, "code": asked_question.code},
        "contest:regrade_detail": {"slug": contest.slug, "number": regrade.number},
        "contest:people_file": {"code": people_file.code},
        "contest:people_file_apply": {"code": people_file.code},
        "contest:receipt": receipt,
        "contest:attempt_review": receipt,
        "contest:deletion_withdraw": {"code": asked.code},
        "contest:deletion_answer": {"code": asked.code},
        "leaderboard": {"slug": contest.slug, "round_slug": contest_round.slug},
        "questionbank": {"code": revision.question.code, "digest": digest},
        "questionbank:question_compare": {
            "code": revision.question.code,
            "?": f"?voi={running.answers.first().revision.question.code}",
        },
        "questionbank:topic_change": {"code": revision.question.topic.code},
        "questionbank:topic_shift": {"code": revision.question.topic.code},
        "questionbank:topic_delete": {"code": revision.question.topic.code},
        "questionbank:sitting_detail": {"code": sitting.code},
        "questionbank:file_detail": {"code": file.code},
        "questionbank:file_apply": {"code": file.code},
        "questionbank:row_compare": {"code": file.code, "place": 0},
        "units": {"code": UnitFactory().code},
    }


def _people() -> dict[str, User]:
    """By the names of PEOPLE, without the visitor."""
    duties = [
        RoleGrantFactory(role=role, unit=UnitFactory() if role is Role.COORDINATOR else None)
        for role in Role
    ]
    return {
        "owner": UserFactory(),
        "stranger": UserFactory(),
        **{grant.role.value: grant.user for grant in duties},
        "superuser": UserFactory(is_staff=True, is_superuser=True),
    }


def _client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def _tried(clients: dict[str, Client], method: str, address: str) -> tuple[str, ...]:
    """What each person gets, by PEOPLE; empty where the page does not know the method."""
    found = tuple(_outcome(clients[person], method, address) for person in PEOPLE)
    if address.startswith(ADMIN) and found[-1] != "sign in":
        found = (*found[:-1], "yes")
    return () if {"405"} >= set(found) else found


def _outcome(client: Client, method: str, address: str) -> str:
    """Whatever the page does is undone, signing out included."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        response = client.generic(method, address, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies.load(cookies)
    if response.status_code in (401, 403, 404, 405):
        return str(response.status_code)
    if response.get("Location", "").startswith((reverse("account_login"), ADMIN_LOGIN)):
        return "sign in"
    return "yes"
