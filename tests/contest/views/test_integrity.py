from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.services.identity import set_national_id
from contest.enums import ClusterVerdict, RegisteredBy
from contest.integrity.settling import settle_as_one_person, settle_without_consequence
from contest.models import Attempt, Decision, IntegrityCluster, Registration
from contest.services.deciding import disqualify, set_aside
from tests.contest.papers import MINUTE, handed_in, playable_round, started_attempt
from tests.factories import (
    NOON,
    ClusterFactory,
    ContestFactory,
    ParticipantFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
PHONE, EMAIL, CCCD = "+84912345678", "hoa.tran@vidu.vn", "087090000999"


@pytest.fixture
def jury(client):
    user = RoleGrantFactory(role=Role.JURY).user
    client.force_login(user)
    return user


@pytest.fixture
def cluster():
    """Two people with an attempt each; the first has told everything of themselves."""
    contest_round = RoundFactory()
    contest = contest_round.contest
    people = [
        ParticipantFactory(contest=contest, user__full_name=name)
        for name in ("Trần Văn Hoà", "Trần Văn Hòa")
    ]
    Registration.objects.create(
        participant=people[0],
        born_on=date(1990, 5, 19),
        phone=PHONE,
        email=EMAIL,
        registered_by=RegisteredBy.LIST,
        registered_at=NOON,
    )
    set_national_id(user=people[0].user, typed=CCCD, sex=None, at=NOON)
    for place, person in enumerate(people):
        started_at = NOON + timedelta(minutes=place)
        SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            started_at=started_at,
            receipt_code=f"ABCDE2345{place + 2}",
        )
    return ClusterFactory(contest=contest, people=people)


def page_of(cluster, name="cluster_detail"):
    return reverse(f"contest:{name}", args=[cluster.contest.slug, cluster.key])


def queue_of(contest):
    return reverse("contest:integrity_queue", args=[contest.slug])


def planned(client, cluster):
    return client.get(page_of(cluster)).context["planned"]


# The list ---------------------------------------------------------------------------------------


def test_the_queue_shows_what_is_open_the_most_severe_first(client, jury):
    contest = ContestFactory()
    mild, severe = (ClusterFactory(contest=contest, severity=it) for it in (0.6, 0.95))
    ClusterFactory(contest=contest, status="asked")
    ClusterFactory()  # of another contest

    page = client.get(queue_of(contest))

    assert [row.cluster for row in page.context["rows"]] == [severe, mild]
    assert [row.severity for row in page.context["rows"]] == ["Cao", "Thấp"]
    counts = page.context["counts"]
    assert (counts.open, counts.asked, counts.settled) == (2, 1, 0)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"status": "asked"}, {"b"}),
        ({"kind": "too_fast"}, {"c"}),
        ({"unit": "so-y-te"}, {"a"}),
        ({"status": "open", "kind": "same_person_data"}, {"a"}),
        ({"status": "further"}, set()),
        ({"status": "x", "kind": "x", "unit": "x"}, {"a", "b", "c"}),
    ],
)
def test_filters(client, jury, wanted, found):
    contest = ContestFactory()
    person = ParticipantFactory(contest=contest, user__unit=UnitFactory(code="so-y-te"))
    clusters = {
        "a": ClusterFactory(contest=contest, people=[person]),
        "b": ClusterFactory(contest=contest, status="asked"),
        "c": ClusterFactory(
            contest=contest,
            people__kind="too_fast",
            people__facts={"questions": 5, "seconds": 9.5, "correct": 5, "usual_seconds": 90},
        ),
    }

    page = client.get(queue_of(contest), wanted or {"status": ""})

    assert {row.cluster for row in page.context["rows"]} == {clusters[name] for name in found}


@pytest.mark.parametrize("count", [1, 6])
def test_the_queue_takes_a_constant_number_of_queries(
    client, jury, count, django_assert_num_queries
):
    contest = ContestFactory()
    ClusterFactory.create_batch(count, contest=contest)
    client.get(queue_of(contest))

    with django_assert_num_queries(15):
        client.get(queue_of(contest))


def test_a_long_queue_has_pages(client, jury):
    contest = ContestFactory()
    ClusterFactory.create_batch(26, contest=contest)

    page = client.get(queue_of(contest), {"page": 2, "status": "open"})

    assert len(page.context["rows"]) == 1
    assert "?status=open&amp;page=1" in page.content.decode()


# One cluster ------------------------------------------------------------------------------------


def test_contacts_and_numbers_are_masked(client, jury, cluster):
    html = client.get(page_of(cluster)).content.decode()

    member = client.get(page_of(cluster)).context["dossier"].members[0]
    assert (member.phone, member.email, member.cccd) == (
        "0912***678",
        "h***@vidu.vn",
        "********0999",
    )
    assert (member.born_on, member.registered_how) == (date(1990, 5, 19), "Danh sách của đơn vị")
    for whole in (PHONE, PHONE[3:], EMAIL, CCCD):
        assert whole not in html


def test_evidence_stands_as_its_sentence_with_whom_it_concerns(client, jury, cluster):
    (finding,) = client.get(page_of(cluster)).context["dossier"].findings

    assert finding.sentence == "2 người cùng họ tên và cùng ngày sinh."
    assert [member.number for member in finding.about] == [1, 2]


def test_another_settled_cluster_of_a_member_is_shown(client, jury, cluster):
    person = cluster.members.order_by("participant").first().participant
    other = ClusterFactory(contest=cluster.contest, people=[person])
    ClusterFactory(contest=cluster.contest, people=[person])  # still open
    settle_without_consequence(cluster=other, reason="Đúng người", actor=jury, at=NOON)

    members = client.get(page_of(cluster)).context["dossier"].members

    assert [member.other_settled for member in members] == [[other], []]
    assert page_of(other) in client.get(page_of(cluster)).content.decode()


@pytest.mark.parametrize("count", [2, 5])
def test_a_cluster_takes_a_constant_number_of_queries(
    client, jury, count, django_assert_num_queries
):
    contest_round = playable_round()
    people = []
    for _ in range(count):
        attempt = handed_in(started_attempt(contest_round=contest_round), at=NOON + MINUTE)
        people.append(attempt.participant)
    cluster = ClusterFactory(contest=contest_round.contest, people=people)
    client.get(page_of(cluster))

    with django_assert_num_queries(20):
        client.get(page_of(cluster))


def test_the_key_is_on_the_page_only_after_the_round_and_for_the_jury(client, jury, time_machine):
    contest_round = playable_round()
    people = [
        handed_in(started_attempt(contest_round=contest_round), at=NOON + MINUTE).participant
        for _ in range(2)
    ]
    cluster = ClusterFactory(contest=contest_round.contest, people=people)

    def shown(at):
        time_machine.move_to(at, tick=False)
        return [it.shows_key for it in client.get(page_of(cluster)).context["comparisons"]]

    assert shown(contest_round.over_at) == [False]
    assert shown(contest_round.over_at + timedelta(seconds=1)) == [True]
    client.force_login(RoleGrantFactory(role=Role.OBSERVER).user)
    assert shown(contest_round.over_at + timedelta(seconds=1)) == [False]


def test_the_preview_names_exactly_what_is_struck_then(client, jury, cluster):
    first, second = Attempt.objects.order_by("started_at")
    plan = client.get(page_of(cluster)).context["plan"]
    assert ([it.kept for it in plan.rounds], plan.struck) == ([first], [second])

    sent = {"verdict": "same_person", "reason": "Một người", "planned": planned(client, cluster)}
    answer = client.post(page_of(cluster, "cluster_settle"), sent)

    assert answer.status_code == 302
    assert list(Attempt.objects.filter(is_counted=False)) == [second]
    assert Decision.objects.get().actor == jury


def test_a_stale_preview_is_shown_anew_with_a_word(client, jury, cluster):
    answer = client.post(
        page_of(cluster, "cluster_settle"),
        {"verdict": "same_person", "reason": "Một người", "planned": ""},
    )

    assert answer.status_code == 422
    assert "vừa thay đổi" in answer.content.decode()
    assert answer.context["planned"] == planned(client, cluster) != ""


def test_whoever_comes_second_is_told(client, jury, cluster):
    settle_without_consequence(cluster=cluster, reason="Khác nhau", actor=jury, at=NOON)

    answer = client.post(
        page_of(cluster, "cluster_settle"),
        {"verdict": "same_person", "reason": "Một người", "planned": planned(client, cluster)},
    )

    assert answer.status_code == 422
    assert "Nhóm này đã được kết luận" in answer.content.decode()
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("verdict", "status", "settled"),
    [
        ("disqualified", "settled", "disqualified"),
        ("set_aside", "settled", "set_aside"),
        ("different_people", "settled", "different_people"),
        ("ask", "asked", ""),
    ],
)
def test_the_form_settles_as_it_says(client, jury, cluster, verdict, status, settled):
    chosen = cluster.members.order_by("participant").last().participant_id
    client.post(
        page_of(cluster, "cluster_settle"),
        {"verdict": verdict, "reason": "Xin cho biết", "people": [chosen]},
    )

    cluster.refresh_from_db()
    assert (cluster.status, cluster.verdict) == (status, settled)
    struck = {"disqualified", "set_aside"} & {settled}
    assert [it.participant_id for it in Decision.objects.all()] == [chosen] * len(struck)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"verdict": "disqualified", "reason": "Thi hộ"}, "people"),
        ({"verdict": "disqualified", "reason": "Thi hộ TRAN VAN HOA", "people": "1"}, "reason"),
        ({"verdict": "same_person", "reason": ""}, "reason"),
        ({"verdict": "dismissed", "reason": "Không sao"}, "verdict"),
        ({"verdict": "same_person", "reason": "Một người", "planned": "x"}, "planned"),
    ],
)
def test_what_is_missing_or_would_tell_names_is_refused(client, jury, cluster, sent, field):
    if "people" in sent:
        sent = {**sent, "people": cluster.members.first().participant_id}

    answer = client.post(page_of(cluster, "cluster_settle"), sent)

    assert answer.status_code == 422
    assert list(answer.context["settle_form"].errors) == [field]
    assert Decision.objects.count() == 0


def test_opening_again_brings_the_attempts_back(client, jury, cluster):
    sent = {"verdict": "same_person", "reason": "Một người", "planned": planned(client, cluster)}
    client.post(page_of(cluster, "cluster_settle"), sent)

    client.post(page_of(cluster, "cluster_reopen"), {"mo-lai-reason": "Xác minh lại"})

    cluster.refresh_from_db()
    assert (cluster.status, Attempt.objects.filter(is_counted=False).count()) == ("open", 0)
    history = client.get(page_of(cluster)).context["dossier"].history
    assert [entry.action for entry in history] == ["cluster.settle", "cluster.reopen"]


def test_what_was_handed_in_since_is_struck_from_the_page(client, jury, cluster):
    settle_as_one_person(
        cluster=cluster,
        planned=[Attempt.objects.order_by("started_at").last().pk],
        reason="Một người",
        actor=jury,
        at=NOON,
    )
    later = RoundFactory(contest=cluster.contest)
    for member in cluster.members.all():
        SubmittedAttemptFactory(round=later, participant=member.participant)
    page = client.get(page_of(cluster))
    assert "Không tính các lượt thi mới" in page.content.decode()

    client.post(
        page_of(cluster, "cluster_strike"),
        {"moi-planned": page.context["planned"], "moi-reason": "Lượt mới"},
    )

    assert Attempt.objects.filter(is_counted=False).count() == 2


def test_nothing_is_struck_from_the_page_of_different_people(client, jury, cluster):
    settle_without_consequence(cluster=cluster, reason="Khác nhau", actor=jury, at=NOON)

    client.post(page_of(cluster, "cluster_strike"), {"moi-planned": "", "moi-reason": "Lượt mới"})

    assert Decision.objects.count() == 0


def test_the_question_sheet_tells_each_unit_of_its_own_people_only(client, jury, cluster):
    page = client.get(page_of(cluster, "cluster_questions"))

    assert [[it.participant.full_name for it in people] for _unit, people in page.context["sheets"]]
    assert len(page.context["sheets"]) == 2
    html = page.content.decode()
    assert "cùng ngày sinh." not in html
    assert CCCD not in html


def test_those_listed_for_certain_are_settled_from_one_page(client, jury):
    contest = ContestFactory()
    facts = {"by": "cccd", "duty": "Tổ thư ký", "listed": 1}
    people = ParticipantFactory.create_batch(2, contest=contest)
    one, two = (
        ClusterFactory(contest=contest, people=[it], people__kind="listed", people__facts=facts)
        for it in people
    )
    address = reverse("contest:integrity_listed", args=[contest.slug])
    assert [row.cluster for row in client.get(address).context["rows"]] == [one, two]

    assert client.post(address, {"reason": "Tổ thư ký"}).status_code == 422
    client.post(address, {"reason": "Tổ thư ký", "clusters": [two.key]})

    settled = IntegrityCluster.objects.exclude(verdict="")
    assert [(it, it.verdict) for it in settled] == [(two, ClusterVerdict.SET_ASIDE)]
    assert [it.participant for it in Decision.objects.all()] == [people[1]]


def test_an_observer_reads_and_is_offered_no_button(client, cluster):
    client.force_login(RoleGrantFactory(role=Role.OBSERVER).user)

    for address in (queue_of(cluster.contest), page_of(cluster)):
        html = client.get(address).content.decode().split("<main", 1)[1].split("</main>")[0]
        assert 'method="post"' not in html


# The receipt ------------------------------------------------------------------------------------


def receipt(client, attempt):
    client.force_login(attempt.participant.user)
    html = client.get(reverse("contest:receipt", args=[attempt.receipt_code])).content.decode()
    return " ".join(html.split())


def test_whoever_is_struck_as_a_duplicate_reads_why_and_nothing_of_others(client, jury, cluster):
    kept, struck = Attempt.objects.order_by("started_at")
    settle_as_one_person(
        cluster=cluster,
        planned=[struck.pk],
        reason=f"Cùng người với {kept.participant.full_name}",
        actor=jury,
        at=NOON,
    )

    html = receipt(client, struck)

    assert "Lượt thi này không được tính" in html
    assert "một người đã dự thi bằng nhiều hồ sơ" in html
    assert f"liên hệ {cluster.contest.host} và nêu mã phiếu cùng quyết định số 1" in html
    assert kept.participant.full_name not in html
    assert "không được tính" not in receipt(client, kept)


@pytest.mark.parametrize(
    ("deed", "words"),
    [(disqualify, "Lượt thi này không được tính"), (set_aside, "Lượt thi này không được xếp hạng")],
)
def test_whoever_is_out_reads_the_reason(client, jury, deed, words):
    attempt = SubmittedAttemptFactory(receipt_code="ABCDE23456")
    deed(participant=attempt.participant, reason="Thành viên tổ thư ký", actor=jury, at=NOON)

    html = receipt(client, attempt)

    assert words in html
    assert "Lý do theo quyết định của Ban giám khảo: Thành viên tổ thư ký" in html
