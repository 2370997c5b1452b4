"""A topic to choose, offered as the tree it stands in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.forms import ModelChoiceField
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue

from questionbank.models import Topic
from questionbank.queries import leveled_topics

if TYPE_CHECKING:
    _Iterator = ModelChoiceIterator[Topic]
    _Field = ModelChoiceField[Topic]
else:
    _Iterator = ModelChoiceIterator
    _Field = ModelChoiceField

INDENT = "\N{EM SPACE}"


class _InTree(_Iterator):
    def __iter__(self) -> Iterator[tuple[ModelChoiceIteratorValue | str, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        for topic, level in leveled_topics():
            yield ModelChoiceIteratorValue(topic.code, topic), INDENT * (level - 1) + topic.name


class TopicField(_Field):
    """The value sent is the topic's code. One query to show it."""

    iterator = _InTree

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Topic.objects.all(), to_field_name="code", **kwargs)
