"""What a person sends to register for a contest."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from accounts.adapter import PhoneField
from accounts.enums import PersonKind, Sex
from accounts.forms import INVALID_EMAIL, PersonFields
from accounts.models import User
from accounts.rules.citizen_ids import CitizenIdError, parse_citizen_id
from accounts.rules.folding import tidy
from accounts.rules.phones import phone_as_dialled
from contest.enums import PersonField
from contest.models import Participant
from contest.registration.queries import Questionnaire
from contest.registration.registering import Entry


class CitizenIdField(forms.CharField):
    """Twelve digits, typed with spaces or dots or without."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return parse_citizen_id(text)
        except CitizenIdError as error:
            raise forms.ValidationError(str(error.fault.label)) from error


class RegistrationForm(PersonFields):
    """Name and kind, what the contest asks beside, and the consent where it has a text."""

    sex = forms.ChoiceField(
        label=gettext_lazy("Giới tính"), choices=Sex.choices, widget=forms.RadioSelect
    )
    cccd = CitizenIdField(
        label=gettext_lazy("Số căn cước (CCCD)"),
        max_length=40,
        help_text=gettext_lazy(
            "12 chữ số. Được mã hóa khi lưu, chỉ dùng để mỗi người dự thi một lần."
        ),
    )
    phone = PhoneField(label=gettext_lazy("Số điện thoại"), max_length=40)
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": INVALID_EMAIL},
    )
    address = forms.CharField(
        label=gettext_lazy("Địa chỉ"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    position = forms.CharField(
        label=gettext_lazy("Chức vụ, công việc"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Tôi đã đọc và đồng ý với nội dung trên."),
        error_messages={"required": gettext_lazy("Cần có sự đồng ý này để đăng ký dự thi.")},
    )
    field_order = (
        "full_name",
        "born_on",
        "sex",
        "cccd",
        "kind",
        "unit_choice",
        "unit",
        "position",
        "phone",
        "email",
        "address",
        "consent",
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        asked: Questionnaire,
        known: Participant | None,
        known_cccd: str = "",
        **kwargs: Any,
    ) -> None:
        """`known_cccd` is what the account holds already, masked: an empty field keeps it."""
        kwargs["initial"] = _initial(user, known)
        super().__init__(*args, **kwargs)
        self.user, self.asked = user, asked
        for field in PersonField:
            self._ask(field)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in asked.kinds
        ]
        if asked.consent is None:
            del self.fields["consent"]
        if known_cccd and "cccd" in self.fields:
            self.fields["cccd"].required = False
            self.fields["cccd"].help_text = _("Đã có số %(number)s. Chỉ điền nếu cần sửa.") % {
                "number": known_cccd
            }

    def _ask(self, field: PersonField) -> None:
        if self.asked.asks(field):
            self.fields[field].required = self.asked.requires(field)
            return
        del self.fields[field]
        if field is PersonField.UNIT:
            del self.fields["unit_choice"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def clean_address(self) -> str:
        return tidy(self.cleaned_data["address"])

    def clean_position(self) -> str:
        return tidy(self.cleaned_data["position"])

    def entry(self) -> Entry:
        """What was said, of a form that is valid."""
        said = self.cleaned_data
        return Entry(
            full_name=said["full_name"],
            kind=PersonKind(said["kind"]),
            unit=said.get("unit"),
            born_on=said.get("born_on"),
            sex=Sex(said["sex"]) if said.get("sex") else None,
            cccd=said.get("cccd") or "",
            phone=said.get("phone") or "",
            email=said.get("email") or "",
            address=said.get("address") or "",
            position=said.get("position") or "",
            consent=self.asked.consent,
        )


def _initial(user: User, known: Participant | None) -> dict[str, Any]:
    """What the contest knows already, else what the account says."""
    unit = known.unit if known else user.unit
    said = known.registration if known else None
    return {
        "full_name": known.full_name if known else user.full_name,
        "kind": known.kind if known else user.kind,
        "unit": unit.code if unit else "",
        "unit_name": unit.name if unit else "",
        "born_on": said.born_on if said else user.born_on,
        "sex": said.sex if said else "",
        "phone": phone_as_dialled((said.phone if said else user.phone) or ""),
        "email": (said.email if said else user.email) or "",
        "address": said.address if said else "",
        "position": said.position if said else "",
    }
