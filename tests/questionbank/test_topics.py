"""The page of the tree: what it counts, where its links lead, and what its forms do."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.enums import Role
from questionbank.charts import WIDTH, Bar, stacked
from questionbank.enums import Difficulty
from questionbank.models import Topic
from tests.factories import QuestionFactory, RoleGrantFactory, TopicFactory

pytestmark = pytest.mark.django_db

TREE = reverse("questionbank:topic_list")


def page(name, *arguments):
    return reverse(f"questionbank:{name}", args=arguments)


def sign_in(client, role):
    user = RoleGrantFactory(role=role).user
    client.force_login(user)
    return user


def html_of(client, address=TREE):
    return " ".join(client.get(address).content.decode().split())


@pytest.fixture
def tree():
    area = TopicFactory(code="the-che", name="Thể chế", position=1)
    topic = TopicFactory(code="van-ban", name="Văn bản", parent=area)
    QuestionFactory.create_batch(2, topic=topic)
    QuestionFactory(topic=area, revision__difficulty=Difficulty.HARD)
    return area


def test_every_figure_leads_to_the_questions_that_it_counts(client, tree):
    sign_in(client, Role.AUTHOR)

    links = re.findall(r'href="(/ngan-hang/\?[^"]*)"[^>]*>(?:<b>)?(\d+)', html_of(client))

    assert len(links) == 5  # easy, hard and all; easy and all
    for address, count in links:
        listed = client.get(unescape(address)).context["page"].paginator.count
        assert listed == int(count)


def test_bars_are_as_long_as_the_figures(client, tree):
    sign_in(client, Role.AUTHOR)

    rows = client.get(TREE).context["rows"]

    assert [(row.topic.code, bars) for row, bars in rows] == [
        ("the-che", [Bar("easy", 0, 667), Bar("hard", 667, 333)]),
        ("van-ban", [Bar("easy", 0, 667)]),
    ]


def test_bars_of_nothing_are_no_bars():
    assert stacked([("easy", 0), ("hard", 0)], of=0) == []
    assert stacked([("right", 1.0)], of=1) == [Bar("right", 0, WIDTH)]


def test_an_organiser_sees_figures_without_links_into_the_bank(client, tree):
    sign_in(client, Role.ORGANISER)

    html = html_of(client)

    assert "/ngan-hang/?" not in html
    assert 'href="/ngan-hang/"' not in html
    assert page("topic_shift", "van-ban") in html


def test_a_reviewer_reads_the_tree_and_changes_nothing(client, tree):
    sign_in(client, Role.REVIEWER)

    html = html_of(client)

    assert 'action="/ngan-hang/chu-de/' not in html
    assert "Văn bản" in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_costs_the_same_for_few_and_many(count, client, django_assert_num_queries):
    sign_in(client, Role.AUTHOR)
    for _number in range(count):
        QuestionFactory(topic=TopicFactory(parent=TopicFactory()))

    # the person; duties for the page, its buttons, its links and the menu; questions counted,
    # topics, the topics to choose from
    with django_assert_num_queries(8):
        client.get(TREE)


def test_a_topic_is_added_changed_moved_and_deleted(client, tree):
    sign_in(client, Role.ORGANISER)

    added = client.post(page("topic_create"), {"name": " Cán  bộ ", "parent": "the-che"})
    client.post(page("topic_shift", "can-bo"), {"places": "-1"})
    order = list(Topic.objects.filter(parent=tree).values_list("code", flat=True))
    client.post(page("topic_change", "can-bo"), {"name": "Công chức", "parent": ""})

    assert added["Location"] == f"{TREE}#can-bo"
    assert order == ["can-bo", "van-ban"]
    changed = Topic.objects.get(code="can-bo")
    assert (changed.name, changed.parent) == ("Công chức", None)
    assert "Công chức" in html_of(client, page("topic_change", "can-bo"))
    assert client.post(page("topic_delete", "can-bo"))["Location"] == TREE
    assert not Topic.objects.filter(code="can-bo").exists()


def test_what_is_refused_is_said_and_keeps_what_was_typed(client, tree):
    sign_in(client, Role.AUTHOR)

    taken = client.post(page("topic_create"), {"name": "thể CHẾ", "parent": ""})
    circle = client.post(page("topic_change", "the-che"), {"name": "A", "parent": "van-ban"})
    kept = client.post(page("topic_delete", "the-che"), follow=True)

    assert (taken.status_code, circle.status_code) == (422, 422)
    assert "Đã có chủ đề mang tên này" in taken.content.decode()
    assert 'value="thể CHẾ"' in taken.content.decode()
    assert "nằm bên trong nó" in circle.content.decode()
    assert "Chỉ xóa được chủ đề trống" in kept.content.decode()


def test_a_shift_that_makes_no_sense_moves_nothing(client, tree):
    sign_in(client, Role.AUTHOR)
    TopicFactory(code="b", position=2)

    for places in ("", "2", "x"):
        client.post(page("topic_shift", "b"), {"places": places})

    assert list(Topic.objects.filter(parent=None).values_list("code", flat=True)) == [
        "the-che",
        "b",
    ]


def test_topics_are_offered_as_the_tree_they_are(client, tree):
    sign_in(client, Role.AUTHOR)

    html = client.get(reverse("questionbank:question_list")).content.decode()

    assert '<option value="the-che">Thể chế</option>' in html
    assert '<option value="van-ban">\N{EM SPACE}Văn bản</option>' in html
