"""What a contest asks of people, and what they answered on registering."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import PersonKind, Sex
from accounts.models import Unit, User
from contest.enums import IDENTIFYING, OnRepeat, PersonField, RegisteredBy, Requirement
from contest.models.attempt import Participant
from contest.models.contest import Contest


class RegistrationRules(models.Model):
    """That people register before their first paper, and who may.

    A contest without such a row takes everybody with an account, as they are.
    """

    contest = models.OneToOneField(Contest, models.CASCADE, related_name="registration_rules")
    min_age = models.PositiveSmallIntegerField(_("tuổi từ"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("đến hết tuổi"), null=True, blank=True)
    age_on = models.DateField(
        _("tính tuổi đến ngày"),
        null=True,
        blank=True,
        help_text=_("Để trống: tính đến ngày đăng ký."),
    )
    bars_listed = models.BooleanField(
        _("người trong danh sách loại trừ không được đăng ký"),
        default=False,
        help_text=_("Bỏ chọn: họ được dự thi nhưng Ban giám khảo sẽ không xếp hạng."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("số ngày giữ dữ liệu cá nhân sau khi hội thi kết thúc"), default=365
    )

    class Meta:
        verbose_name = _("điều kiện đăng ký")
        verbose_name_plural = _("điều kiện đăng ký")
        constraints = [
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                name="registration_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.contest)


class AskedField(models.Model):
    """A field of a contest's registration; one that has no row is not asked for."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="asked_fields")
    field = models.CharField(_("thông tin"), max_length=12, choices=PersonField)
    requirement = models.CharField(max_length=10, choices=Requirement, default=Requirement.REQUIRED)
    on_repeat = models.CharField(
        _("khi trùng người khác"), max_length=10, choices=OnRepeat, blank=True
    )

    class Meta:
        verbose_name = _("thông tin đăng ký")
        verbose_name_plural = _("thông tin đăng ký")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "field"], name="asked_field_once_per_contest"
            ),
            models.CheckConstraint(
                condition=Q(field__in=PersonField.values), name="asked_field_known"
            ),
            models.CheckConstraint(
                condition=Q(requirement__in=Requirement.values), name="asked_field_requirement"
            ),
            models.CheckConstraint(
                condition=Q(field__in=IDENTIFYING, on_repeat__in=OnRepeat.values)
                | (~Q(field__in=IDENTIFYING) & Q(on_repeat="")),
                name="asked_field_repeats_only_of_identifiers",
            ),
        ]

    def __str__(self) -> str:
        return self.get_field_display()


class EligibleKind(models.Model):
    """A kind of person that may register; a contest without such rows takes all kinds."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="eligible_kinds")
    kind = models.CharField(_("đối tượng"), max_length=20, choices=PersonKind)

    class Meta:
        verbose_name = _("đối tượng được dự thi")
        verbose_name_plural = _("đối tượng được dự thi")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "kind"], name="eligible_kind_once_per_contest"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PersonKind.values), name="eligible_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class UnitCondition(models.Model):
    """A unit, with all below it, that may take part, or may not."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="unit_conditions")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("đơn vị"), related_name="+")
    is_admitted = models.BooleanField(_("được dự thi"), default=True)

    class Meta:
        verbose_name = _("điều kiện về đơn vị")
        verbose_name_plural = _("điều kiện về đơn vị")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "unit"], name="unit_condition_once_per_contest"
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class ConsentText(models.Model):
    """What a person agrees to. Never edited: a change is the next version."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="consent_texts")
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    body = models.TextField(_("nội dung"), help_text=_("Markdown"))
    published_at = models.DateTimeField(_("áp dụng từ"))

    class Meta:
        verbose_name = _("nội dung đồng ý")
        verbose_name_plural = _("nội dung đồng ý")
        ordering = ["contest", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "version"], name="consent_version_once_per_contest"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="consent_text_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.contest} {self.version}"


class Registration(models.Model):
    """What a participant told a contest of themselves. Goes when the data are anonymised."""

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="registration")
    born_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    sex = models.CharField(_("giới tính"), max_length=8, choices=Sex, blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=16, blank=True)  # E.164
    email = models.EmailField(_("thư điện tử"), blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    position = models.CharField(_("chức vụ, công việc"), max_length=150, blank=True)
    name_key = models.CharField(max_length=120, editable=False)  # to compare names by
    findings = models.JSONField(_("điểm cần xem"), default=list, blank=True)  # codes
    consent = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(_("đồng ý lúc"), null=True, blank=True)
    registered_by = models.CharField(
        max_length=10, choices=RegisteredBy, default=RegisteredBy.PERSON
    )
    registered_at = models.DateTimeField(_("đăng ký lúc"))

    class Meta:
        verbose_name = _("đăng ký dự thi")
        verbose_name_plural = _("đăng ký dự thi")
        constraints = [
            models.CheckConstraint(
                condition=Q(sex="") | Q(sex__in=Sex.values), name="registration_sex_known"
            ),
            models.CheckConstraint(
                condition=Q(consent=None, consented_at=None)
                | Q(consent__isnull=False, consented_at__isnull=False),
                name="registration_consent_has_its_time",
            ),
        ]
        indexes = [  # likely duplicates
            models.Index(fields=["name_key", "born_on"], name="registration_by_name"),
        ]

    def __str__(self) -> str:
        return str(self.participant_id)


class Identifier(models.Model):
    """A value that tells people apart, by its keyed digest: nobody reads it back from here.

    The database holds one participant of a contest to each value that is exclusive there.
    """

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="+")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="identifiers")
    field = models.CharField(max_length=12, choices=PersonField)
    digest = models.CharField(max_length=64)  # of accounts' blind index, hexadecimal
    is_exclusive = models.BooleanField()

    class Meta:
        verbose_name = _("định danh")
        verbose_name_plural = _("định danh")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "field", "digest"],
                condition=Q(is_exclusive=True),
                name="identifier_exclusive_in_contest",
            ),
            models.UniqueConstraint(
                fields=["participant", "field"], name="identifier_once_per_participant"
            ),
            models.CheckConstraint(condition=Q(field__in=IDENTIFYING), name="identifier_known"),
        ]
        indexes = [  # who else has this value
            models.Index(fields=["contest", "field", "digest"], name="identifier_by_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.field}"


class ListedPerson(models.Model):
    """Somebody who may not win: a member of the committee, a secretary, a question writer.

    Matched for certain by CCCD or phone; a namesake is only shown to the jury.
    """

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="listed_people")
    full_name = models.CharField(_("họ và tên"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    born_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    cccd_digest = models.CharField(max_length=64, blank=True)
    phone_digest = models.CharField(max_length=64, blank=True)
    # what the digests are made from, encrypted: only a change of keys reads it
    cccd_sealed = models.BinaryField(default=b"", editable=False)
    phone_sealed = models.BinaryField(default=b"", editable=False)
    duty = models.CharField(_("nhiệm vụ"), max_length=200, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("thêm lúc"))

    class Meta:
        verbose_name = _("người không được dự giải")
        verbose_name_plural = _("người không được dự giải")
        ordering = ["contest", "full_name", "pk"]
        indexes = [
            models.Index(fields=["contest", "name_key"], name="listed_by_name"),
            models.Index(fields=["contest", "cccd_digest"], name="listed_by_cccd"),
            models.Index(fields=["contest", "phone_digest"], name="listed_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name
