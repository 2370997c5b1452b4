"""Everything people send is parsed and checked here."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from accounts.queries import person_with_contact
from accounts.rules.folding import tidy
from contest.errors import ContestError
from contest.messages import SentAnswer, parse_save
from contest.models import Contest, Round
from contest.queries.papers import PaperQuestion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def parse_answers(body: bytes) -> list[SentAnswer]:
    """The answers of a JSON body; docs/protocol.md has its form.

    Raises ContestError "malformed" (400).
    """
    try:
        return parse_save(body).answers
    except ValueError as error:
        message = _("Dữ liệu gửi lên không hợp lệ.")
        raise ContestError("malformed", message, HTTPStatus.BAD_REQUEST) from error


def changed_answers(
    post: QueryDict, *, paper: list[PaperQuestion], number: int
) -> list[SentAnswer]:
    """What a form without JavaScript changes, compared with what it showed when it was loaded.

    Untouched questions are not sent: a page that lay open must not undo what was answered on
    another device since.
    """
    changed = []
    for question in paper:
        was = post.get(f"was{question.position}", "")
        if question.kind.has_choices:
            response = "".join(sorted(post.getlist(question.input_name)))
        else:
            response = post.get(question.input_name, was)
        if response != was:
            newest = max(number, question.client_number + 1)
            changed.append(SentAnswer(question.position, response, newest))
    return changed


def with_refused(
    paper: list[PaperQuestion], sent: list[SentAnswer], refusals: Mapping[int, ContestError]
) -> list[PaperQuestion]:
    """The paper with what was typed and could not be taken, and why; nobody types it twice."""
    typed = {answer.position: answer.response for answer in sent if answer.position in refusals}
    return [
        replace(it, refused=typed[it.position], refusal=refusals[it.position].message)
        if it.position in typed and not it.kind.has_choices
        else it
        for it in paper
    ]


class ReasonField(forms.CharField):
    """Why a person decided something; it goes into the decision log."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Lý do"),
            max_length=500,
            help_text=gettext_lazy("Được ghi vào nhật ký quyết định."),
            error_messages={"required": gettext_lazy("Vui lòng ghi lý do.")},
        )

    def clean(self, value: Any) -> Any:
        return tidy(super().clean(value))


class InstantField(forms.DateTimeField):
    """A moment to the second, in local time."""

    widget = forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
    )

    def __init__(self, *, label: "StrOrPromise") -> None:
        super().__init__(
            label=label,
            error_messages={
                "required": gettext_lazy("Vui lòng ghi thời điểm."),
                "invalid": gettext_lazy("Thời điểm chưa đúng. Ví dụ: 20:15:00 ngày 15/09/2026."),
            },
        )


class OutageForm(forms.Form):
    """From when to when a round could not be worked on."""

    round = forms.ModelChoiceField(
        label=gettext_lazy("Kỳ thi"),
        queryset=Round.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("Chọn kỳ thi"),
    )
    began_at = InstantField(label=gettext_lazy("Bắt đầu sự cố"))
    ended_at = InstantField(label=gettext_lazy("Hết sự cố"))
    reason = ReasonField()
    prefix = "su-co"

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = contest.rounds.all()  # type: ignore[attr-defined]


class ExtraTimeForm(forms.Form):
    """Who gets how much more time than others."""

    contact = forms.CharField(
        label=gettext_lazy("Số điện thoại hoặc thư điện tử của người dự thi"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    percent = forms.TypedChoiceField(
        label=gettext_lazy("Cộng thêm"),
        choices=[
            ("25", gettext_lazy("25 % thời gian")),
            ("50", gettext_lazy("50 % thời gian")),
            ("100", gettext_lazy("100 % thời gian")),
            ("0", gettext_lazy("Không cộng thêm")),
        ],
        coerce=int,
    )
    reason = ReasonField()
    prefix = "ca-nhan"

    def clean_contact(self) -> str:
        contact: str = tidy(self.cleaned_data["contact"])
        person = person_with_contact(contact)
        if person is None:
            raise forms.ValidationError(
                _("Không có tài khoản nào dùng số điện thoại hoặc thư điện tử này.")
            )
        self.person = person
        return contact
