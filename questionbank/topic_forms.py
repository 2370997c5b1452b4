from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rules.folding import tidy
from questionbank.topic_field import TopicField


class TopicForm(forms.Form):
    """What a topic is called and where it hangs."""

    name = forms.CharField(label=_("Tên chủ đề"), max_length=200)
    parent = TopicField(
        label=_("Nằm trong chủ đề"), required=False, empty_label=_("Không: là chủ đề gốc")
    )

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])


class ShiftForm(forms.Form):
    """Up or down among the siblings."""

    places = forms.TypedChoiceField(choices=[("-1", "-1"), ("1", "1")], coerce=int)
