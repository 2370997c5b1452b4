"""The tree of topics: grown, renamed, rearranged and pruned; each of it is recorded."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.rules.folding import fold
from accounts.services.auditing import record_decision
from questionbank.errors import BankError
from questionbank.models import Topic
from questionbank.rules.topic_tree import MOST_LEVELS, levels_with, makes_a_circle

ARRANGERS = (Role.AUTHOR, Role.ORGANISER)


@transaction.atomic
def create_topic(*, name: str, parent: Topic | None, actor: User, at: datetime) -> Topic:
    """A new topic, the last below its parent.

    Raises BankError "not_allowed", "name_taken" or "too_deep".
    """
    topics = _locked_topics(actor)
    _refuse_taken_name(name, topics.values())
    _refuse_too_deep(None, parent, topics)
    topic = Topic.objects.create(
        code=free_topic_code(name, taken={it.code for it in topics.values()}),
        name=name,
        parent=parent,
        position=_last_position(parent, topics.values()),
    )
    _record("topic.create", topic, actor=actor, at=at, after=_state(topic))
    return topic


@transaction.atomic
def change_topic(
    *, topic_id: int, name: str, parent: Topic | None, actor: User, at: datetime
) -> Topic:
    """Rename a topic, or hang it with all below it under another parent, or under none.

    Raises BankError "not_allowed", "name_taken", "circle" or "too_deep".
    """
    topics = _locked_topics(actor)
    topic = topics[topic_id]
    before = _state(topic)
    parent_id = _pk(parent)
    _refuse_taken_name(name, (it for it in topics.values() if it != topic))
    if parent_id != topic.parent_id:
        parents = {pk: it.parent_id for pk, it in topics.items()}
        if makes_a_circle(topic.pk, parent_id, parents):
            raise BankError(
                "circle",
                _("Không thể đưa chủ đề vào chính nó hoặc vào một chủ đề nằm bên trong nó."),
            )
        _refuse_too_deep(topic, parent, topics)
        topic.position = _last_position(parent, topics.values())
    topic.name, topic.parent = name, parent
    if _state(topic) == before:
        return topic
    topic.save(update_fields=["name", "parent", "position"])
    _record("topic.change", topic, actor=actor, at=at, before=before, after=_state(topic))
    return topic


@transaction.atomic
def shift_topic(*, topic_id: int, places: int, actor: User, at: datetime) -> None:
    """Move a topic up (-1) or down (+1) among its siblings; at the end it stays.

    Raises BankError "not_allowed".
    """
    topics = _locked_topics(actor)
    topic = topics[topic_id]
    siblings = [it for it in topics.values() if it.parent_id == topic.parent_id]
    place = siblings.index(topic)
    new_place = place + places
    if not 0 <= new_place < len(siblings):
        return
    siblings.insert(new_place, siblings.pop(place))
    for position, sibling in enumerate(siblings):
        sibling.position = position
    Topic.objects.bulk_update(siblings, ["position"])
    _record(
        "topic.shift",
        topic,
        actor=actor,
        at=at,
        before={"place": place + 1},
        after={"place": new_place + 1},
    )


@transaction.atomic
def delete_topic(*, topic_id: int, actor: User, at: datetime) -> None:
    """Remove a topic that nothing hangs on. Raises BankError "not_allowed", "not_empty"."""
    topic = _locked_topics(actor)[topic_id]
    before = _state(topic)
    try:
        topic.delete()
    except models.ProtectedError as error:
        raise BankError(
            "not_empty",
            _(
                "Chỉ xóa được chủ đề trống: không có câu hỏi (kể cả bản nháp và câu ngừng dùng),"
                " không có chủ đề con và không nằm trong ma trận đề của kỳ thi nào."
            ),
        ) from error
    _record("topic.delete", topic, actor=actor, at=at, before=before)


def free_topic_code(name: str, *, taken: Collection[str]) -> str:
    """A code that nobody has yet, made of the name."""
    base = slugify(fold(name))[:50] or "chu-de"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(it for it in numbered if it not in taken)


def _locked_topics(actor: User) -> dict[int, Topic]:
    """The whole tree in order. Locked as one: two moves at a time could make a circle."""
    if not has_role(actor, *ARRANGERS):
        raise BankError(
            "not_allowed", _("Chỉ người soạn câu hỏi hoặc Ban tổ chức được sắp xếp chủ đề.")
        )
    list(Topic.objects.select_for_update().order_by("pk"))  # always in one order
    return {topic.pk: topic for topic in Topic.objects.order_by("position", "name")}


def _refuse_taken_name(name: str, others: Iterable[Topic]) -> None:
    if any(fold(other.name) == fold(name) for other in others):
        raise BankError(
            "name_taken",
            _("Đã có chủ đề mang tên này. Tệp câu hỏi gọi chủ đề bằng tên, nên không được trùng."),
        )


def _refuse_too_deep(topic: Topic | None, parent: Topic | None, topics: dict[int, Topic]) -> None:
    parents = {pk: it.parent_id for pk, it in topics.items()}
    if levels_with(_pk(topic), _pk(parent), parents) > MOST_LEVELS:
        raise BankError(
            "too_deep", _("Cây chủ đề chỉ có tối đa %(count)d cấp.") % {"count": MOST_LEVELS}
        )


def _last_position(parent: Topic | None, topics: Iterable[Topic]) -> int:
    siblings = [it.position for it in topics if it.parent_id == _pk(parent)]
    return max(siblings, default=-1) + 1


def _pk(topic: Topic | None) -> int | None:
    return topic.pk if topic else None


def _state(topic: Topic) -> dict[str, Any]:
    return {"name": topic.name, "parent": topic.parent.code if topic.parent else None}


def _record(action: str, topic: Topic, *, actor: User, at: datetime, **states: Any) -> None:
    record_decision(actor=actor, at=at, action=action, target=f"topic:{topic.code}", **states)
