"""The organisers' page of registration."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from accounts.models import AuditEntry
from contest.enums import OnRepeat, PersonField, Requirement
from contest.models import AskedField, ConsentText, UnitCondition
from contest.registration.queries import asks_registration, conditions, questionnaire
from tests.contest.papers import playable_round
from tests.factories import (
    NOON,
    ContestFactory,
    ParticipantFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return ContestFactory(slug="cchc", host="Sở Nội vụ tỉnh Sóc Trăng")


@pytest.fixture
def desk(client, contest):
    client.force_login(RoleGrantFactory().user)
    return reverse("contest:registration_rules", args=["cchc"])


def said(**changes):
    fields = {f"requirement_{field}": "off" for field in PersonField}
    repeats = {"on_repeat_cccd": "refuse", "on_repeat_phone": "refuse", "on_repeat_email": "flag"}
    plain = {"is_on": "on", "retention_days": 365, "consent": "Đồng ý."}
    return {**fields, **repeats, **plain, **changes}


def test_the_form_opens_with_sound_defaults(client, desk):
    form = client.get(desk).context["form"]

    assert form["on_repeat_cccd"].value() == OnRepeat.REFUSE
    assert form["on_repeat_phone"].value() == OnRepeat.REFUSE
    assert form["requirement_cccd"].value() == "off"
    consent = form["consent"].value()
    for part in ("Sở Nội vụ tỉnh Sóc Trăng", "91/2025/QH15", "365 ngày", "Mục đích"):
        assert part in consent


def test_what_is_saved_is_what_people_are_asked(client, desk, contest):
    answer = client.post(
        desk,
        said(
            requirement_cccd="required",
            requirement_born_on="required",
            requirement_email="optional",
            min_age=18,
            max_age=60,
            age_on="01/09/2026",
            kinds=["official", "citizen"],
            bars_listed="on",
            retention_days=90,
        ),
    )

    assert answer.url == desk
    asked, who = questionnaire(contest, at=client.get(desk).wsgi_request.at), conditions(contest)
    assert asked.requirements == {
        PersonField.BORN_ON: Requirement.REQUIRED,
        PersonField.CCCD: Requirement.REQUIRED,
        PersonField.EMAIL: Requirement.OPTIONAL,
    }
    assert asked.on_repeat == {
        PersonField.CCCD: OnRepeat.REFUSE,
        PersonField.EMAIL: OnRepeat.FLAG,
    }
    assert (who.min_age, who.max_age, who.bars_listed) == (18, 60, True)
    assert who.age_on.isoformat() == "2026-09-01"
    assert who.kinds == {PersonKind.OFFICIAL, PersonKind.CITIZEN}
    assert contest.registration_rules.retention_days == 90


def test_each_change_is_recorded_with_before_and_after(client, desk):
    client.post(desk, said())
    client.post(desk, said(requirement_cccd="required"))
    client.post(desk, said(requirement_cccd="required"))

    first, second = AuditEntry.objects.filter(action="registration.ask").order_by("id")
    assert (first.before["is_on"], first.after["is_on"]) == (False, True)
    assert (second.before["fields"], second.after["fields"]) == (
        {},
        {"cccd": ["required", "refuse"]},
    )


def test_another_wording_is_the_next_version_and_the_same_is_not(client, desk, contest):
    client.post(desk, said())
    client.post(desk, said(consent=" Đồng ý.\r\n"))
    client.post(desk, said(consent="Đồng ý hơn."))

    texts = ConsentText.objects.filter(contest=contest).order_by("version")
    assert list(texts.values_list("version", "body")) == [(1, "Đồng ý."), (2, "Đồng ý hơn.")]


def test_switched_off_everybody_with_an_account_may_start(client, desk, contest):
    client.post(desk, said())
    assert asks_registration(contest.pk)

    client.post(desk, {name: value for name, value in said().items() if name != "is_on"})

    assert not asks_registration(contest.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"consent": "  "}, "consent"),
        ({"min_age": 60, "max_age": 18, "requirement_born_on": "required"}, "max_age"),
        ({"min_age": 18}, "requirement_born_on"),
        ({"min_age": -1, "requirement_born_on": "required"}, "min_age"),
        ({"retention_days": 0}, "retention_days"),
        ({"requirement_cccd": "maybe"}, "requirement_cccd"),
        ({"kinds": ["king"]}, "kinds"),
    ],
)
def test_what_does_not_go_together_is_said_and_nothing_is_stored(client, desk, change, field):
    answer = client.post(desk, said(**change))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.context["form"].errors) == [field]
    assert not AskedField.objects.exists()
    assert not ConsentText.objects.exists()


def test_units_are_let_in_kept_out_and_lifted(client, desk, contest):
    unit = UnitFactory(code="so-noi-vu", name="Sở Nội vụ", search_key="so noi vu snv")
    add = reverse("contest:unit_condition_set", args=["cchc"])

    client.post(add, {"unit": "so-noi-vu", "unit_query": "Sở Nội vụ", "is_admitted": "1"})
    client.post(add, {"unit": "", "unit_query": "so noi vu", "is_admitted": "0"})

    assert conditions(contest).units_excluded == {unit.pk}
    assert UnitCondition.objects.count() == 1
    lift = reverse("contest:unit_condition_lift", args=["cchc"])
    client.post(lift, {"unit": "so-noi-vu"})
    assert not UnitCondition.objects.exists()
    assert AuditEntry.objects.filter(action="registration.ask").count() == 3


def test_a_unit_that_is_not_clear_is_asked_for_again(client, desk):
    add = reverse("contest:unit_condition_set", args=["cchc"])

    answer = client.post(add, {"unit": "", "unit_query": "không có", "is_admitted": "1"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.context["unit_form"].errors) == ["unit"]


def test_a_warning_says_what_a_change_does_not_undo(client, desk, contest):
    assert "notice--warning" not in client.get(desk).content.decode()

    ParticipantFactory(contest=contest)
    assert "Đã có 1 người tham gia" in client.get(desk).content.decode()

    RoundFactory(contest=contest, opens_at="2020-01-01T00:00Z", closes_at="2100-01-01T00:00Z")
    assert "Đang có kỳ thi mở" in client.get(desk).content.decode()


class TestEntry:
    """From the contest's pages to registration, then to the quiz."""

    @pytest.fixture
    def contest_round(self):
        contest_round = playable_round(opens_at="2020-01-01T00:00Z", closes_at="2100-01-01T00:00Z")
        RegistrationRulesFactory(contest=contest_round.contest)
        return contest_round

    def pages(self, client, contest_round):
        slug = contest_round.contest.slug
        for name, args in (
            ("contest_detail", [slug]),
            ("round_detail", [slug, contest_round.slug]),
        ):
            yield client.get(reverse(f"contest:{name}", args=args)).content.decode()

    def test_a_visitor_signs_up_and_goes_on_to_register(self, client, contest_round):
        leads_to = f"?next=/hoi-thi/{contest_round.contest.slug}/dang-ky/"
        for page in self.pages(client, contest_round):
            assert leads_to in page

    def test_who_has_not_registered_is_led_there_and_not_into_the_quiz(self, client, contest_round):
        client.force_login(UserFactory())
        address = reverse("contest:registration", args=[contest_round.contest.slug])
        for page in self.pages(client, contest_round):
            assert f'href="{address}"' in page
            assert "bat-dau" not in page

    def test_who_has_registered_goes_in(self, client, contest_round):
        client.force_login(ParticipantFactory(contest=contest_round.contest).user)
        for page in self.pages(client, contest_round):
            assert "bat-dau" in page

    def test_who_waits_to_confirm_confirms_first(self, client, contest_round):
        waiting = ParticipantFactory(contest=contest_round.contest, is_confirmed=False)
        client.force_login(waiting.user)
        for page in self.pages(client, contest_round):
            assert "bat-dau" not in page


def test_nobody_registers_at_an_instant_before_the_consent(contest):
    assert questionnaire(contest, at=NOON).consent is None
