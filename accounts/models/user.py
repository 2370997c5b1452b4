from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import PersonKind, Role
from accounts.models.unit import Unit


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        # stored in lower case, so the index serves: `iexact` would read the whole table
        return self.get(email=(username or "").lower())

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(email=email.lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail address or by phone number."""

    email = models.EmailField(_("thư điện tử"), unique=True, null=True, blank=True)
    phone = models.CharField(
        _("số điện thoại"), max_length=16, unique=True, null=True, blank=True
    )  # E.164
    phone_verified = models.BooleanField(default=False)
    full_name = models.CharField(_("họ và tên"), max_length=120)
    born_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    kind = models.CharField(
        _("đối tượng dự thi"), max_length=20, choices=PersonKind, default=PersonKind.CITIZEN
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("đơn vị"), null=True, blank=True, related_name="users"
    )
    is_staff = models.BooleanField(_("vào trang quản trị"), default=False)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    joined_at = models.DateTimeField(_("đăng ký lúc"), default=timezone.now)
    # a unit's list made the account and told no way to reach its owner, who tells one on activating
    # (the default is the database's: a server of the version before may still be adding rows)
    awaits_contact = models.BooleanField(
        _("chưa có cách liên hệ"), default=False, db_default=False, editable=False
    )
    # from then on the row says nothing of anybody: it stays for what points to it
    anonymised_at = models.DateTimeField(_("ẩn danh lúc"), null=True, blank=True, editable=False)

    # set for people of a session that has not shown the second factor that their duties need
    lacks_second_factor = False

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(phone__isnull=False)
                | Q(awaits_contact=True)
                | Q(anonymised_at__isnull=False),
                name="user_has_email_or_phone",
            ),
            models.CheckConstraint(
                condition=Q(awaits_contact=False) | Q(email=None, phone=None),
                name="user_awaits_contact_without_any",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at=None)
                | Q(email=None, phone=None, born_on=None, unit=None, is_active=False),
                name="user_anonymised_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(email=None) | Q(email=Lower("email")), name="user_email_in_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(phone=None) | Q(phone__startswith="+"), name="user_phone_is_e164"
            ),
            models.CheckConstraint(condition=Q(kind__in=PersonKind.values), name="user_kind_known"),
            models.CheckConstraint(condition=~Q(full_name=""), name="user_full_name_given"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """The given name, which stands last in a Vietnamese name."""
        return self.full_name.rsplit(maxsplit=1)[-1]


class RoleGrant(models.Model):
    """A duty given to a person; a coordinator's duty is for one unit."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, models.CASCADE, verbose_name=_("đơn vị"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("phân công")
        verbose_name_plural = _("phân công")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_grant_role_known"),
            models.CheckConstraint(
                condition=(
                    Q(role=Role.COORDINATOR, unit__isnull=False)
                    | ~Q(role=Role.COORDINATOR) & Q(unit__isnull=True)
                ),
                name="role_grant_unit_for_coordinators_only",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(unit=None),
                name="role_grant_given_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"], name="role_grant_given_once_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
