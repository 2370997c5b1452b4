"""Every desk page as every role: what each may open, and what each may do."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from contest.complaints.filing import file_complaint
from contest.enums import KeyChangeKind
from contest.models import Answer, Certificate, IntegrityScan
from contest.regrading.applying import apply_regrade
from contest.regrading.proposing import Proposal
from contest.sealing.sealing import seal
from questionbank.rules.item_responses import ItemResponse
from questionbank.services.measuring import Sitting, store_statistics
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

pytestmark = pytest.mark.django_db

ALL = ["visitor", "participant", *Role, "superuser"]
NO_FILE = "b6f3a1f2-0000-4000-8000-000000000000"
IN_CHARGE = {Role.ORGANISER, Role.COORDINATOR}
# page: method, URL name, whose argument it takes, and who gets an answer (the rest get 403,
# a visitor is sent to sign in)
PAGES = {
    "organiser_desk": ("get", "contest:organiser_desk", None, {Role.ORGANISER, Role.OBSERVER}),
    "organiser_contest": (
        *("get", "contest:organiser_contest", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "contest_publish": ("post", "contest:contest_publish", "contest", {Role.ORGANISER}),
    "giving_time": (
        *("get", "contest:giving_time", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "complaint_rules": (
        *("both", "contest:complaint_rules", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "ranking_rules": (
        *("both", "contest:ranking_rules", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "prediction_set": ("post", "contest:prediction_set", "contest", {Role.ORGANISER}),
    "prize_board_list": (
        *("both", "contest:prize_board_list", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "prize_board_delete": ("post", "contest:prize_board_delete", "contest", {Role.ORGANISER}),
    "jury_prizes": ("get", "contest:jury_prizes", "contest", {Role.JURY}),
    "award_override": ("post", "contest:award_override", "contest", {Role.JURY}),
    "override_lift": ("post", "contest:override_lift", "contest", {Role.JURY}),
    "awards_take_over": ("post", "contest:awards_take_over", "contest", {Role.JURY}),
    "prediction_count": ("post", "contest:prediction_count", "contest", {Role.JURY}),
    "lot_draw": ("post", "contest:lot_draw", "contest", {Role.JURY}),
    "outage_record": ("post", "contest:outage_record", "contest", {Role.ORGANISER}),
    "extra_time_give": ("post", "contest:extra_time_give", "contest", {Role.ORGANISER}),
    "jury_desk": ("get", "contest:jury_desk", None, {Role.JURY, Role.OBSERVER}),
    "jury_contest": ("get", "contest:jury_contest", "contest", {Role.JURY, Role.OBSERVER}),
    "integrity_queue": (
        *("get", "contest:integrity_queue", "contest"),
        {Role.JURY, Role.OBSERVER},
    ),
    "integrity_scan": ("post", "contest:integrity_scan", "contest", {Role.JURY}),
    "integrity_listed": ("both", "contest:integrity_listed", "contest", {Role.JURY}),
    "cluster_detail": ("get", "contest:cluster_detail", "cluster", {Role.JURY, Role.OBSERVER}),
    "cluster_questions": (
        *("get", "contest:cluster_questions", "cluster"),
        {Role.JURY, Role.OBSERVER},
    ),
    "cluster_settle": ("post", "contest:cluster_settle", "cluster", {Role.JURY}),
    "cluster_strike": ("post", "contest:cluster_strike", "cluster", {Role.JURY}),
    "cluster_reopen": ("post", "contest:cluster_reopen", "cluster", {Role.JURY}),
    "decision_log": ("get", "contest:decision_log", "contest", {Role.JURY, Role.OBSERVER}),
    "decision_search": ("post", "contest:decision_search", "contest", {Role.JURY}),
    "decision_make": ("post", "contest:decision_make", "contest", {Role.JURY}),
    "decision_undo": ("post", "contest:decision_undo", "contest", {Role.JURY}),
    "standings_export": (
        *("post", "contest:standings_export", "contest"),
        {Role.JURY, Role.ORGANISER},
    ),
    "regrade_list": ("get", "contest:regrade_list", "contest", {Role.JURY}),
    "regrade_question": ("get", "contest:regrade_question", "asked", {Role.JURY}),
    "regrade_preview": ("both", "contest:regrade_preview", "asked", {Role.JURY}),
    "regrade_detail": ("both", "contest:regrade_detail", "regrade", {Role.JURY}),
    "contest_closing": (
        *("get", "contest:contest_closing", "contest"),
        {Role.JURY, Role.ORGANISER, Role.OBSERVER},
    ),
    "result_seal": ("post", "contest:result_seal", "contest", {Role.JURY}),
    "result_version": (
        *("get", "contest:result_version", "version"),
        {Role.JURY, Role.ORGANISER, Role.OBSERVER},
    ),
    "result_confirm": ("post", "contest:result_confirm", "version", {Role.JURY}),
    "result_publish": (
        *("post", "contest:result_publish", "version"),
        {Role.JURY, Role.ORGANISER},
    ),
    "result_withdraw": ("post", "contest:result_withdraw", "version", {Role.JURY}),
    "result_whole_file": (
        *("post", "contest:result_whole_file", "version"),
        {Role.JURY, Role.ORGANISER},
    ),
    "complaint_list": ("get", "contest:complaint_list", "contest", {Role.JURY}),
    "complaint_answer": ("both", "contest:complaint_answer", "complaint", {Role.JURY}),
    "result_files": ("get", "contest:result_files", "contest", {Role.JURY, Role.ORGANISER}),
    "result_file_make": (
        *("post", "contest:result_file_make", "contest"),
        {Role.JURY, Role.ORGANISER},
    ),
    "result_file_fetch": (
        *("post", "contest:result_file_fetch", "result_file"),
        {Role.JURY, Role.ORGANISER},
    ),
    "letterhead": ("both", "contest:letterhead", "contest", {Role.JURY, Role.ORGANISER}),
    "template_replace": (
        *("post", "contest:template_replace", "contest"),
        {Role.JURY, Role.ORGANISER},
    ),
    "document_template": (
        *("get", "contest:document_template", "template"),
        {Role.JURY, Role.ORGANISER},
    ),
    "template_remove": (
        *("post", "contest:template_remove", "template"),
        {Role.JURY, Role.ORGANISER},
    ),
    "certificate_list": (
        *("get", "contest:certificate_list", "contest"),
        {Role.JURY, Role.ORGANISER},
    ),
    "certificates_issue": ("post", "contest:certificates_issue", "contest", {Role.JURY}),
    "certificate_revoke": ("post", "contest:certificate_revoke", "certificate", {Role.JURY}),
    "coordinator_desk": ("get", "contest:coordinator_desk", None, {Role.COORDINATOR}),
    "unit_list": ("get", "units:unit_list", None, {Role.ORGANISER, Role.OBSERVER}),
    "unit_detail": ("get", "units:unit_detail", "unit", {Role.ORGANISER, Role.OBSERVER}),
    "unit_create": ("both", "units:unit_create", None, {Role.ORGANISER}),
    "unit_edit": ("both", "units:unit_edit", "unit", {Role.ORGANISER}),
    "unit_move": ("both", "units:unit_move", "unit", {Role.ORGANISER}),
    "unit_succession": ("both", "units:unit_succession", None, {Role.ORGANISER}),
    "succession_undo": ("both", "units:succession_undo", "unit", {Role.ORGANISER}),
    "units_upload": ("both", "units:units_upload", None, {Role.ORGANISER}),
    "units_preview": ("get", "units:units_preview", None, {Role.ORGANISER}),
    "units_apply": ("post", "units:units_apply", None, {Role.ORGANISER}),
    "units_template": ("get", "units:units_template", None, {Role.ORGANISER}),
    "registration_rules": (
        *("get", "contest:registration_rules", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "registration_rules_set": (
        *("post", "contest:registration_rules", "contest"),
        {Role.ORGANISER},
    ),
    "unit_condition_set": ("post", "contest:unit_condition_set", "contest", {Role.ORGANISER}),
    "unit_condition_lift": ("post", "contest:unit_condition_lift", "contest", {Role.ORGANISER}),
    "listed_people": (
        *("get", "contest:listed_people", "contest"),
        {Role.ORGANISER, Role.OBSERVER},
    ),
    "listed_person_add": ("post", "contest:listed_person_add", "contest", {Role.ORGANISER}),
    "listed_person_remove": ("post", "contest:listed_person_remove", "contest", {Role.ORGANISER}),
    "listed_people_upload": ("post", "contest:listed_people_upload", "contest", {Role.ORGANISER}),
    "people_list": ("both", "contest:people_list", "contest", IN_CHARGE),
    "people_file": ("get", "contest:people_file", "file", IN_CHARGE),
    "people_file_apply": ("post", "contest:people_file_apply", "file", IN_CHARGE),
    "people_template": ("get", "contest:people_template", "kind", IN_CHARGE),
    "slips_print": ("post", "contest:slips_print", "contest", IN_CHARGE),
    "counter_authorise": ("both", "contest:counter_authorise", "contest", IN_CHARGE),
    "counter_desk": ("both", "contest:counter_desk", "contest", IN_CHARGE),
    "counter_slip": ("post", "contest:counter_slip", "contest", IN_CHARGE),
    "counter_revoke": ("post", "contest:counter_revoke", "contest", IN_CHARGE),
    "question_list": ("get", "questionbank:question_list", None, {Role.AUTHOR, Role.REVIEWER}),
    "question_detail": (
        *("get", "questionbank:question_detail", "question"),
        {Role.AUTHOR, Role.REVIEWER},
    ),
    "document_list": (
        *("get", "questionbank:document_list", None),
        {Role.AUTHOR, Role.REVIEWER},
    ),
    "bulk_act": ("post", "questionbank:bulk_act", None, {Role.AUTHOR, Role.REVIEWER}),
    "question_create": ("both", "questionbank:question_create", None, {Role.AUTHOR}),
    "question_preview": ("post", "questionbank:question_preview", None, {Role.AUTHOR}),
    "question_revise": ("both", "questionbank:question_revise", "question", {Role.AUTHOR}),
    "question_send": ("post", "questionbank:question_send", "question", {Role.AUTHOR}),
    "question_review": ("both", "questionbank:question_review", "question", {Role.REVIEWER}),
    "question_retire": ("post", "questionbank:question_retire", "question", {Role.REVIEWER}),
    "question_reopen": (
        *("post", "questionbank:question_reopen", "question"),
        {Role.AUTHOR, Role.REVIEWER},
    ),
    "question_comment": (
        *("post", "questionbank:question_comment", "question"),
        {Role.AUTHOR, Role.REVIEWER},
    ),
    "topic_list": (
        *("get", "questionbank:topic_list", None),
        {Role.AUTHOR, Role.REVIEWER, Role.ORGANISER},
    ),
    "topic_create": ("post", "questionbank:topic_create", None, {Role.AUTHOR, Role.ORGANISER}),
    "topic_change": (
        *("both", "questionbank:topic_change", "topic"),
        {Role.AUTHOR, Role.ORGANISER},
    ),
    "topic_shift": ("post", "questionbank:topic_shift", "topic", {Role.AUTHOR, Role.ORGANISER}),
    "topic_delete": ("post", "questionbank:topic_delete", "topic", {Role.AUTHOR, Role.ORGANISER}),
    "blueprint_check": (
        *("get", "questionbank:blueprint_check", None),
        {Role.AUTHOR, Role.REVIEWER, Role.ORGANISER},
    ),
    "sitting_list": (
        *("get", "questionbank:sitting_list", None),
        {Role.AUTHOR, Role.REVIEWER, Role.ORGANISER, Role.JURY},
    ),
    "sitting_detail": (
        *("get", "questionbank:sitting_detail", "sitting"),
        {Role.AUTHOR, Role.REVIEWER, Role.ORGANISER, Role.JURY},
    ),
    "contest_questions": (
        *("get", "contest:contest_questions", "contest"),
        {Role.ORGANISER, Role.JURY},
    ),
    "questions_measure": ("post", "contest:questions_measure", "round", {Role.ORGANISER}),
    "file_upload": ("both", "questionbank:file_upload", None, {Role.AUTHOR}),
    "template_download": ("get", "questionbank:template_download", None, {Role.AUTHOR}),
    "questions_export": (
        *("both", "questionbank:questions_export", None),
        {Role.AUTHOR, Role.REVIEWER},
    ),
}
OPENED_AND_SENT_BY_DIFFERENT_ROLES = {"registration_rules", "registration_rules_set"}
DATA = {
    "outage_record": {},
    "extra_time_give": {},
    "contest_publish": {"is_published": "0", "reason": "Lùi lịch"},
    "standings_export": {"format": "csv"},
}
ANSWER = {
    "registration_rules_set": 422,
    "unit_condition_set": 422,
    "unit_condition_lift": 404,
    "listed_person_add": 422,
    "listed_person_remove": 404,
    "listed_people_upload": 422,
    # nobody's own file
    "people_file": 404,
    "people_file_apply": 404,
    "slips_print": 302,
    "counter_slip": 302,
    "counter_revoke": 302,
    "result_file_make": 422,
    "result_file_fetch": 404,  # one's own, and there is none
    "template_replace": 422,
    **dict.fromkeys(("template_remove", "certificates_issue", "certificate_revoke"), 302),
    "contest_publish": 302,
    "regrade_preview": 422,  # nothing is proposed
    "outage_record": 422,
    "prediction_set": 302,
    "prize_board_delete": 302,
    # of a prize board, and there is none
    **dict.fromkeys(("award_override", "override_lift", "awards_take_over"), 404),
    **dict.fromkeys(("lot_draw", "prediction_count"), 404),
    "extra_time_give": 422,
    "integrity_scan": 302,  # one is under way
    "cluster_settle": 422,
    "cluster_strike": 302,
    "cluster_reopen": 422,
    "decision_search": 422,
    "decision_make": 404,  # about nobody
    "decision_undo": 302,
    "units_preview": 404,  # one's own file, and there is none
    "units_apply": 404,
    **dict.fromkeys(("bulk_act", "question_send", "question_retire", "question_reopen"), 302),
    "question_comment": 302,
    **dict.fromkeys(("result_seal", "result_confirm", "result_publish", "result_withdraw"), 302),
    "topic_create": 422,
    **dict.fromkeys(("topic_shift", "topic_delete", "questions_measure"), 302),
}


@pytest.fixture
def site():
    return made_site()


def made_site():
    """Something for every page to show, and the parts of its address."""
    contest_round = RoundFactory()
    attempt = SubmittedAttemptFactory(round=contest_round)
    contest = contest_round.contest
    question = QuestionFactory(question_set=contest_round.question_set)
    Answer.objects.create(attempt=attempt, position=1, revision=question.current_revision)
    regrade = _regraded(contest_round, question)
    IntegrityScan.objects.create(contest=contest, started_at=NOON, told_at=timezone.now())
    after = NOON + timedelta(hours=3)
    version = seal(
        contest_id=contest.pk,
        contest_round=contest_round,
        actor=RoleGrantFactory(role=Role.JURY).user,
        at=after,
    )
    complaint = file_complaint(attempt=attempt, position=None, text="Sai giờ", at=after)
    answer = ItemResponse(question.current_revision_id, "B", True, 1.0, None)
    store_statistics(Sitting("hoi-thi/tuan", "Tuần"), [[answer]], at=NOON)
    certificate = Certificate.objects.create(
        participant=attempt.participant,
        title="Giải Nhất",
        full_name="Nguyễn Văn An",
        issued_at=NOON,
        issued_by=UserFactory(),
    )
    return {
        "contest": [contest.slug],
        "round": [contest.slug, contest_round.slug],
        "cluster": [contest.slug, ClusterFactory(contest=contest).key],
        "question": [question.code],
        "asked": [contest.slug, question.code],
        "regrade": [contest.slug, regrade.number],
        "topic": [question.topic.code],
        "sitting": ["hoi-thi/tuan"],
        "unit": [UnitFactory().code],
        "file": [NO_FILE],
        "kind": ["participants"],
        "version": [contest.slug, version.number],
        "complaint": [contest.slug, complaint.code],
        "result_file": [contest_round.contest.slug, uuid4()],
        "template": [contest_round.contest.slug, "report"],
        "certificate": [contest_round.contest.slug, certificate.code],
    }


def _regraded(contest_round, question):
    return apply_regrade(
        contest_id=contest_round.contest_id,
        proposal=Proposal(question, (contest_round,), KeyChangeKind.VOID),
        seen=0,
        reason="Sai",
        actor=RoleGrantFactory(role=Role.JURY).user,
        at=contest_round.over_at + timedelta(seconds=1),
    )


def signed_in(client, role):
    if role == "visitor":
        return
    if role == "participant":
        user = UserFactory()
    elif role == "superuser":
        user = UserFactory(is_staff=True, is_superuser=True)
    else:
        unit = UnitFactory() if role == Role.COORDINATOR else None
        user = RoleGrantFactory(role=role, unit=unit).user
    client.force_login(user)


def address(page, site):
    _method, name, argument, _roles = PAGES[page]
    return reverse(name, args=site[argument] if argument else [])


def missing(part):
    """Of the same type, and nobody's."""
    return {int: 999, UUID: UUID(int=0)}.get(type(part), "khong-co")


def ask(client, method, address, data=None):
    """A page for both is opened."""
    return client.post(address, data) if method == "post" else client.get(address, data)


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("page", PAGES)
def test_page_as_role(page, role, site, client):
    method, _name, _argument, allowed = PAGES[page]
    signed_in(client, role)

    response = ask(client, method, address(page, site), DATA.get(page))

    if role == "visitor":
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    elif role == "superuser" or role in allowed:
        assert response.status_code == ANSWER.get(page, 200)
        if response.streaming:
            response.close()
    else:
        assert response.status_code == 403


@pytest.mark.parametrize("role", ["participant", *Role])
@pytest.mark.parametrize("page", [page for page in PAGES if PAGES[page][0] == "both"])
def test_form_cannot_be_sent_by_those_who_may_not_open_it(page, role, site, client):
    signed_in(client, role)

    response = client.post(address(page, site))

    assert (response.status_code == 403) is (role not in PAGES[page][3])


@pytest.mark.parametrize("page", PAGES)
def test_page_refuses_other_methods(page, site, client):
    signed_in(client, "superuser")
    other = {"get": "post", "post": "get", "both": "put"}[PAGES[page][0]]
    if page in OPENED_AND_SENT_BY_DIFFERENT_ROLES:
        other = "put"

    assert getattr(client, other)(address(page, site)).status_code == 405


@pytest.mark.parametrize("page", [page for page in PAGES if PAGES[page][0] != "get"])
def test_page_that_does_something_wants_a_csrf_token(page, site, client):
    client.handler.enforce_csrf_checks = True
    signed_in(client, "superuser")

    assert client.post(address(page, site), DATA.get(page)).status_code == 403


@pytest.mark.parametrize("page", [page for page in PAGES if PAGES[page][2]])
def test_page_of_what_does_not_exist_is_404(page, site, client):
    signed_in(client, "superuser")
    method = PAGES[page][0]

    response = ask(
        client,
        method,
        address(
            page,
            {name: list(map(missing, parts)) for name, parts in site.items()}
            | {"file": [NO_FILE], "cluster": [site["contest"][0], "khong-co"]},
        ),
        DATA.get(page),
    )

    assert response.status_code == 404
