"""What people ask of us about their own data."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import DeletionStatus
from contest.models.contest import Contest

UNFINISHED = (DeletionStatus.ASKED, DeletionStatus.ACCEPTED)


class DeletionRequestQuerySet(models.QuerySet["DeletionRequest"]):
    def unfinished(self) -> Self:
        return self.filter(status__in=UNFINISHED)

    def accepted(self) -> Self:
        return self.filter(status=DeletionStatus.ACCEPTED)


class DeletionRequest(models.Model):
    """That a person wants their data deleted: all of them, or those of one contest.

    It can be withdrawn until `due_at`; organisers carry it out or refuse it from then on.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="deletion_requests")
    contest = models.ForeignKey(  # null: the whole account
        Contest, models.PROTECT, null=True, blank=True, related_name="deletion_requests"
    )
    asked_at = models.DateTimeField(_("gửi lúc"))
    due_at = models.DateTimeField(_("cân nhắc đến"))
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=DeletionStatus, default=DeletionStatus.ASKED
    )
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)
    done_at = models.DateTimeField(_("xóa xong lúc"), null=True, blank=True)

    objects = DeletionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu xóa dữ liệu")
        verbose_name_plural = _("yêu cầu xóa dữ liệu")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "contest"],
                condition=Q(status__in=UNFINISHED),
                name="deletion_request_one_unfinished_per_contest",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(status__in=UNFINISHED, contest=None),
                name="deletion_request_one_unfinished_of_account",
            ),
            models.CheckConstraint(
                condition=Q(status=DeletionStatus.ASKED, settled_by=None, settled_at=None)
                | Q(status=DeletionStatus.WITHDRAWN, settled_by=None, settled_at__isnull=False)
                | Q(
                    status__in=[DeletionStatus.ACCEPTED, DeletionStatus.DONE],
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                )
                | Q(
                    ~Q(answer=""),
                    status=DeletionStatus.REFUSED,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
                name="deletion_request_settled_by_somebody_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(status=DeletionStatus.DONE, done_at__isnull=False)
                | ~Q(status=DeletionStatus.DONE) & Q(done_at=None),
                name="deletion_request_done_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)
