"""A blueprint as it stands in an address: three parameters for each row, in their order."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from questionbank.enums import Difficulty
from questionbank.models import QuestionSet, Topic
from questionbank.queries import leveled_topics
from questionbank.topic_field import INDENT

MOST_ROWS = 40
MOST_QUESTIONS = 100  # on a paper
MOST_PEOPLE = 1_000_000
FIRST_ROWS = 6  # of an empty form
SPARE_ROWS = 3  # behind those that are filled in


class RowForm(forms.Form):
    """So many questions of a topic and a difficulty. Unbound: a spare row."""

    topic = forms.ChoiceField(label=_("Chủ đề"), required=False)
    difficulty = forms.ChoiceField(
        label=_("Mức độ"), choices=[("", _("Mọi mức độ")), *Difficulty.choices], required=False
    )
    count = forms.IntegerField(
        label=_("Số câu"),
        min_value=1,
        max_value=MOST_QUESTIONS,
        required=False,
        widget=forms.NumberInput(attrs={"placeholder": _("Số câu")}),
    )

    def __init__(
        self, data: dict[str, str] | None, *, topics: Sequence[tuple[str, str]], number: int
    ) -> None:
        super().__init__(data, auto_id=f"id_%s_{number}")
        self.number = number
        self.fields["topic"].choices = [("", _("Chọn chủ đề")), *topics]  # type: ignore[attr-defined]  # a ChoiceField
        for field in self.fields.values():
            label = gettext("%(field)s, dòng %(number)d") % {"field": field.label, "number": number}
            field.widget.attrs["aria-label"] = label

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("topic") and not sent.get("count") and not self.errors:
            self.add_error("count", _("Xin ghi số câu."))
        if sent.get("count") and not sent.get("topic") and not self.errors:
            self.add_error("topic", _("Xin chọn chủ đề."))
        return sent


class BlueprintForm(forms.Form):
    """The frame, and `rows`: the forms of the rows. `asked` is what they say once it is valid."""

    question_set = forms.ModelChoiceField(
        label=_("Bộ câu hỏi"),
        queryset=QuestionSet.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi bộ câu hỏi"),
    )
    people = forms.IntegerField(
        label=_("Số người dự thi"), min_value=1, max_value=MOST_PEOPLE, initial=1000
    )

    def __init__(self, sent: QueryDict) -> None:
        super().__init__(sent if "people" in sent else None)
        topics = leveled_topics()
        labels = [(topic.code, INDENT * (level - 1) + topic.name) for topic, level in topics]
        self._topics = {topic.code: topic for topic, _level in topics}
        columns = [sent.getlist(name)[:MOST_ROWS] for name in ("topic", "difficulty", "count")]
        rows = [
            dict(zip(("topic", "difficulty", "count"), row, strict=True))
            for row in zip_longest(*columns, fillvalue="")
        ]
        filled = [row for row in rows if row["topic"] or row["count"]]
        spare = max(SPARE_ROWS, FIRST_ROWS - len(filled))
        self.rows = [
            RowForm(row, topics=labels, number=number)
            for number, row in enumerate([*filled, *[None] * spare], start=1)
        ]

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        bound = [row for row in self.rows if row.is_bound]
        if not bound:
            raise forms.ValidationError(_("Xin điền ít nhất một dòng: chủ đề và số câu."))
        if any([row.errors for row in bound]):  # noqa: C419 (each is to show its own)
            raise forms.ValidationError(_("Có dòng chưa điền đủ hoặc chưa đúng."))
        if sum(row.cleaned_data["count"] for row in bound) > MOST_QUESTIONS:
            raise forms.ValidationError(
                _("Một đề có tối đa %(count)d câu."), params={"count": MOST_QUESTIONS}
            )
        return sent

    def asked(self) -> list[tuple[Topic, str, int]]:
        """Topic, difficulty ("": any) and count of each row."""
        return [
            (
                self._topics[row.cleaned_data["topic"]],
                row.cleaned_data["difficulty"],
                row.cleaned_data["count"],
            )
            for row in self.rows
            if row.is_bound
        ]
