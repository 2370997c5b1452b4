"""Where attempts came from, and what the scan found for the jury to look at."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest.enums import ClusterStatus, ClusterVerdict, ScanState
from contest.models.attempt import Attempt, Participant
from contest.models.contest import Contest


class AttemptOrigin(models.Model):
    """The device and the address that an attempt was started from, as keyed digests.

    They are compared, never read back. A shared counter's device says nothing and is left empty.
    """

    attempt = models.OneToOneField(Attempt, models.CASCADE, primary_key=True, related_name="origin")
    device_digest = models.CharField(max_length=64, blank=True)
    address_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("nơi bắt đầu lượt thi")
        verbose_name_plural = _("nơi bắt đầu lượt thi")

    def __str__(self) -> str:
        return str(self.attempt_id)


class IntegrityCluster(models.Model):
    """Participants whom evidence ties together, for people to judge.

    The same people with the same evidence are one cluster in every scan (`key`). What a scan no
    longer finds is not current; what was settled stays as it was.
    """

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="integrity_clusters")
    key = models.CharField(max_length=64)
    severity = models.FloatField(_("mức độ"))  # 0 to 1
    found_at = models.DateTimeField(_("phát hiện lúc"))
    is_current = models.BooleanField(default=True)
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=ClusterStatus, default=ClusterStatus.OPEN
    )
    verdict = models.CharField(_("kết luận"), max_length=20, choices=ClusterVerdict, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("nhóm cần xem xét")
        verbose_name_plural = _("nhóm cần xem xét")
        ordering = ["contest", "-severity", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "key"], name="cluster_once_per_contest"),
            models.CheckConstraint(
                condition=Q(severity__gte=0, severity__lte=1), name="cluster_severity_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(status=ClusterStatus.SETTLED),
                    verdict="",
                    settled_by=None,
                    settled_at=None,
                )
                | Q(
                    status=ClusterStatus.SETTLED,
                    verdict__in=ClusterVerdict.values,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
                name="cluster_settled_exactly_with_a_verdict",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ClusterStatus.values), name="cluster_status_known"
            ),
        ]
        indexes = [  # the review queue
            models.Index(
                fields=["contest", "status", "-severity"], name="cluster_queue_by_severity"
            ),
        ]

    def __str__(self) -> str:
        return self.key[:12]


class ClusterMember(models.Model):
    cluster = models.ForeignKey(IntegrityCluster, models.CASCADE, related_name="members")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="cluster_memberships")

    class Meta:
        verbose_name = _("người trong nhóm")
        verbose_name_plural = _("người trong nhóm")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "participant"], name="cluster_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_id}/{self.participant_id}"


class ClusterEvidence(models.Model):
    """One signal's finding about some of a cluster's members."""

    cluster = models.ForeignKey(IntegrityCluster, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=24)  # of contest.rules.integrity.evidence.SignalKind
    score = models.FloatField()
    participants = models.JSONField(default=list)  # their row numbers, ascending
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("dấu hiệu")
        verbose_name_plural = _("dấu hiệu")
        ordering = ["cluster", "-score", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="evidence_score_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.kind}"


class IntegrityScan(models.Model):
    """One look through a contest: who asked for it, how far it is, what it found."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="integrity_scans")
    started_by = models.ForeignKey(  # None: by command
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    told_at = models.DateTimeField()  # the last sign of life
    step = models.PositiveSmallIntegerField(default=0)  # under way, of STEP_COUNT
    state = models.CharField(max_length=10, choices=ScanState, default=ScanState.RUNNING)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    summary = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("lần rà soát")
        verbose_name_plural = _("các lần rà soát")
        ordering = ["contest", "-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest"],
                condition=Q(state=ScanState.RUNNING),
                name="scan_one_at_a_time_in_a_contest",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ScanState.values), name="scan_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest_id} {self.started_at:%Y-%m-%d %H:%M}"
