"""The tree of topics is changed as a whole, and every change is a line in the decision log."""

import threading

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import AuditEntry
from questionbank.errors import BankError
from questionbank.models import Topic
from questionbank.rules.topic_tree import MOST_LEVELS
from questionbank.services.arranging import (
    change_topic,
    create_topic,
    delete_topic,
    shift_topic,
)
from tests.factories import (
    NOON,
    BlueprintRowFactory,
    QuestionFactory,
    RoleGrantFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return RoleGrantFactory(role=Role.AUTHOR).user


def told():
    entries = AuditEntry.objects.order_by("pk")
    return [(it.action, it.target, it.before, it.after) for it in entries]


def refusal_of(deed, **arguments):
    with pytest.raises(BankError) as refusal:
        deed(**arguments, at=NOON)
    assert not AuditEntry.objects.exists()
    return refusal.value.code


def under(topic):
    return list(Topic.objects.filter(parent=topic).values_list("name", flat=True))


def test_a_new_topic_gets_a_code_and_the_last_place(author):
    area = TopicFactory(name="Thể chế", position=4)

    first = create_topic(name="Văn bản", parent=area, actor=author, at=NOON)
    second = create_topic(name="Cán bộ", parent=area, actor=author, at=NOON)
    root = create_topic(name="Đất đai", parent=None, actor=author, at=NOON)

    assert (first.code, second.code, root.code) == ("van-ban", "can-bo", "dat-dai")
    assert under(area) == ["Văn bản", "Cán bộ"]
    assert under(None) == ["Thể chế", "Đất đai"]
    assert told()[0] == (
        "topic.create",
        "topic:van-ban",
        {},
        {"name": "Văn bản", "parent": area.code},
    )


def test_a_code_that_is_taken_gets_a_number(author):
    TopicFactory(code="dat-dai", name="Tên cũ")

    assert create_topic(name="Đất đai", parent=None, actor=author, at=NOON).code == "dat-dai-2"


def test_a_topic_is_renamed_and_moved_with_all_below_it(author):
    area, other = TopicFactory(code="a"), TopicFactory(code="b", name="Nơi mới")
    topic = TopicFactory(code="c", name="Cũ", parent=area)
    TopicFactory(name="Cháu", parent=topic)
    TopicFactory(name="Có trước", parent=other, position=7)

    change_topic(topic_id=topic.pk, name="Mới", parent=other, actor=author, at=NOON)

    assert under(other) == ["Có trước", "Mới"]
    assert under(topic) == ["Cháu"]
    assert told() == [
        (
            "topic.change",
            "topic:c",
            {"name": "Cũ", "parent": "a"},
            {"name": "Mới", "parent": "b"},
        )
    ]


def test_a_change_that_changes_nothing_is_no_decision(author):
    topic = TopicFactory(name="Tên")

    change_topic(topic_id=topic.pk, name="Tên", parent=None, actor=author, at=NOON)

    assert told() == []


def test_a_topic_cannot_hang_under_itself_or_its_own(author):
    area = TopicFactory()
    topic = TopicFactory(parent=TopicFactory(parent=area))

    for parent in (area, topic):
        code = refusal_of(
            change_topic, topic_id=area.pk, name=area.name, parent=parent, actor=author
        )
        assert code == "circle"


def test_the_tree_has_so_many_levels_and_no_more(author):
    lowest = None
    for _level in range(MOST_LEVELS - 1):
        lowest = TopicFactory(parent=lowest)
    pair = TopicFactory()
    TopicFactory(parent=pair)

    moved = refusal_of(change_topic, topic_id=pair.pk, name=pair.name, parent=lowest, actor=author)
    last = TopicFactory(parent=lowest)
    added = refusal_of(create_topic, name="Cấp sáu", parent=last, actor=author)

    assert (moved, added) == ("too_deep", "too_deep")


def test_a_name_is_given_once_however_it_is_written(author):
    topic = TopicFactory(name="Cải cách hành chính")
    other = TopicFactory(name="Khác")

    assert refusal_of(create_topic, name="CAI CACH hành chính", parent=None, actor=author) == (
        "name_taken"
    )
    assert refusal_of(
        change_topic, topic_id=other.pk, name=topic.name, parent=None, actor=author
    ) == ("name_taken")


def test_topics_change_places_with_their_siblings(author):
    names = ["Một", "Hai", "Ba"]
    topics = [TopicFactory(name=name, position=0) for name in names]  # in no order yet
    by_name = sorted(names)  # as topics in one place stand

    shift_topic(
        topic_id=next(it.pk for it in topics if it.name == by_name[2]),
        places=-1,
        actor=author,
        at=NOON,
    )

    assert under(None) == [by_name[0], by_name[2], by_name[1]]
    assert [(action, before, after) for action, _target, before, after in told()] == [
        ("topic.shift", {"place": 3}, {"place": 2})
    ]


def test_the_first_cannot_go_up_nor_the_last_down(author):
    first, last = TopicFactory(position=0), TopicFactory(position=1)

    shift_topic(topic_id=first.pk, places=-1, actor=author, at=NOON)
    shift_topic(topic_id=last.pk, places=1, actor=author, at=NOON)

    assert under(None) == [first.name, last.name]
    assert told() == []


def test_an_empty_topic_is_deleted(author):
    topic = TopicFactory(code="a", name="Tên")

    delete_topic(topic_id=topic.pk, actor=author, at=NOON)

    assert not Topic.objects.exists()
    assert told() == [("topic.delete", "topic:a", {"name": "Tên", "parent": None}, {})]


@pytest.mark.parametrize(
    "hang_something_on",
    [
        lambda topic: QuestionFactory(topic=topic),
        lambda topic: TopicFactory(parent=topic),
        lambda topic: BlueprintRowFactory(topic=topic),
    ],
    ids=["question", "topic", "blueprint"],
)
def test_a_topic_that_something_hangs_on_stays(hang_something_on, author):
    topic = TopicFactory()
    hang_something_on(topic)

    assert refusal_of(delete_topic, topic_id=topic.pk, actor=author) == "not_empty"
    assert Topic.objects.filter(pk=topic.pk).exists()


@pytest.mark.parametrize("role", set(Role) - {Role.AUTHOR, Role.ORGANISER})
def test_others_arrange_nothing(role):
    user = RoleGrantFactory(role=role, unit=None).user if role != Role.COORDINATOR else None
    user = user or RoleGrantFactory(role=Role.OBSERVER).user
    topic = TopicFactory()

    assert refusal_of(create_topic, name="Mới", parent=None, actor=user) == "not_allowed"
    assert refusal_of(shift_topic, topic_id=topic.pk, places=1, actor=user) == "not_allowed"
    assert refusal_of(delete_topic, topic_id=topic.pk, actor=user) == "not_allowed"
    assert refusal_of(change_topic, topic_id=topic.pk, name="Mới", parent=None, actor=user) == (
        "not_allowed"
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_move_topics_into_each_other_make_no_circle(author):
    one, two = TopicFactory(), TopicFactory()
    barrier = threading.Barrier(2)
    refused = []

    def move(topic, parent):
        barrier.wait(timeout=30)
        try:
            change_topic(topic_id=topic.pk, name=topic.name, parent=parent, actor=author, at=NOON)
        except BankError as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in [(one, two), (two, one)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["circle"]
    assert Topic.objects.filter(parent=None).count() == 1
