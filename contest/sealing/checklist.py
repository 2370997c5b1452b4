"""The closing of a round, or of the contest, as steps: what is done, what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import groupby

from django.db.models import Max
from django.utils.translation import gettext as _, ngettext

from contest.enums import ClusterStatus, ResultState, ScanState
from contest.models import (
    Attempt,
    Award,
    AwardOverride,
    Contest,
    PredictionTruth,
    PrizeBoard,
    ResultVersion,
    Round,
)
from contest.results.queries import StandingRow, contest_standings, leading_rows
from contest.rules.chaining import first_broken
from contest.sealing.facts import newest_truths, scope_boards
from contest.services.predicting import uncounted

LEADING = 20  # places that may come with a prize


class Mark(Enum):
    DONE = "done"
    WARNING = "warning"  # to be looked at; it does not stop the seal
    STOP = "stop"


@dataclass(frozen=True)
class Step:
    title: str
    mark: Mark
    text: str
    page: str = ""  # the URL name of the contest's page where it is dealt with


@dataclass(frozen=True)
class Closing:
    steps: list[Step]
    leading: Sequence[StandingRow]
    version: ResultVersion | None  # pending, else published
    published: ResultVersion | None

    @property
    def may_seal(self) -> bool:
        is_pending = self.version is not None and self.version.published_at is None
        return not is_pending and all(step.mark is not Mark.STOP for step in self.steps)


def closing(contest: Contest, contest_round: Round | None, *, at: datetime) -> Closing:
    """Of a round, or of the whole contest. A constant number of queries beside the standings."""
    rounds = [contest_round] if contest_round else list(contest.rounds.official())
    leading = (
        leading_rows(contest_round, count=LEADING)
        if contest_round
        else contest_standings(contest).rows[:LEADING]
    )
    versions = ResultVersion.objects.of(contest, contest_round).exclude(state=ResultState.WITHDRAWN)
    live = list(versions.select_related("sealed_by", "confirmed_by", "published_by"))
    published = next((it for it in live if it.state == ResultState.PUBLISHED), None)
    pending = next((it for it in live if it.state != ResultState.PUBLISHED), None)
    return Closing(
        steps=[
            _rounds_step(rounds, at=at),
            _attempts_step(rounds),
            _prediction_step(rounds),
            _chain_step(contest),
            _review_step(contest, rounds),
            _complaints_step(contest),
            _ties_step(leading),
            _prizes_step(contest, rounds, is_whole=contest_round is None),
        ],
        leading=leading,
        version=pending or published,
        published=published,
    )


def _rounds_step(rounds: Sequence[Round], *, at: datetime) -> Step:
    title = _("Kỳ thi đã kết thúc")
    if not rounds:
        return Step(title, Mark.STOP, _("Hội thi chưa có kỳ thi chính thức nào."))
    running = [it.name for it in rounds if not it.is_over(at=at)]
    if running:
        return Step(
            title, Mark.STOP, _("Chưa kết thúc: %(names)s.") % {"names": ", ".join(running)}
        )
    return Step(title, Mark.DONE, _("Không còn ai có thể nộp bài."))


def _attempts_step(rounds: Sequence[Round]) -> Step:
    title = _("Mọi lượt thi đã đóng")
    attempts = Attempt.objects.filter(round__in=rounds)
    running = attempts.running().count()
    if running:
        words = ngettext(
            "Còn %(count)d lượt thi đang chạy.", "Còn %(count)d lượt thi đang chạy.", running
        )
        return Step(title, Mark.STOP, words % {"count": running})
    submitted = attempts.submitted().count()
    if not submitted:
        return Step(title, Mark.STOP, _("Chưa có bài nào được nộp."))
    struck = submitted - attempts.counting().count()
    text = _("%(count)d lượt thi đã nộp, %(struck)d lượt không được tính.")
    return Step(title, Mark.DONE, text % {"count": submitted, "struck": struck})


def _prediction_step(rounds: Sequence[Round]) -> Step:
    title, page = _("Số đúng của câu dự đoán"), "contest:jury_prizes"
    open_ones = uncounted(rounds)
    if open_ones:
        text = _("Chưa đếm hoặc cần đếm lại: %(names)s.")
        names = ", ".join(it.round.name for it in open_ones)
        return Step(title, Mark.STOP, text % {"names": names}, page)
    truths = newest_truths(rounds)
    if not truths:
        return Step(title, Mark.DONE, _("Không có câu hỏi dự đoán."))
    told = "; ".join(_truth(it) for it in truths)
    return Step(title, Mark.DONE, _("Đã đếm: %(numbers)s.") % {"numbers": told}, page)


def _truth(truth: PredictionTruth) -> str:
    where = [truth.round.name, *([truth.division.name] if truth.division else [])]
    return f"{', '.join(where)}: {truth.value}"


def _chain_step(contest: Contest) -> Step:
    title = _("Nhật ký quyết định nguyên vẹn")
    links = [it.link() for it in contest.decisions.order_by("number")]
    broken = first_broken(links)
    if broken is not None:
        text = _("Quyết định thứ %(number)d không khớp với chuỗi: nhật ký đã bị sửa.")
        return Step(title, Mark.STOP, text % {"number": broken})
    text = _("%(count)d quyết định, chuỗi mã băm liền mạch.") % {"count": len(links)}
    return Step(title, Mark.DONE, text)


def _review_step(contest: Contest, rounds: Sequence[Round]) -> Step:
    """A queue may be empty because nobody has looked: for duplicates, or for people who may not
    win."""
    title, page = _("Đã xem xét các dấu hiệu bất thường"), "contest:integrity_queue"
    clusters = contest.integrity_clusters.filter(is_current=True)
    waiting = clusters.exclude(status=ClusterStatus.SETTLED).count()
    if waiting:
        words = ngettext(
            "Còn %(count)d nhóm chưa kết luận.", "Còn %(count)d nhóm chưa kết luận.", waiting
        )
        return Step(title, Mark.WARNING, words % {"count": waiting}, page)
    over_at = max((it.over_at for it in rounds), default=None)
    scans = contest.integrity_scans.filter(state=ScanState.DONE)
    if over_at is not None and not scans.filter(started_at__gte=over_at).exists():
        text = _("Chưa rà soát từ khi kỳ thi kết thúc, kể cả danh sách người không được dự giải.")
        return Step(title, Mark.WARNING, text, page)
    return Step(title, Mark.DONE, _("Không còn nhóm nào chờ kết luận."), page)


def _complaints_step(contest: Contest) -> Step:
    title, page = _("Đã trả lời khiếu nại"), "contest:complaint_list"
    waiting = contest.complaints.open().count()
    if not waiting:
        return Step(title, Mark.DONE, _("Không còn khiếu nại nào chờ trả lời."), page)
    words = ngettext(
        "Còn %(count)d khiếu nại chưa trả lời.",
        "Còn %(count)d khiếu nại chưa trả lời.",
        waiting,
    )
    mark = Mark.STOP if contest.seal_waits_for_complaints else Mark.WARNING
    return Step(title, mark, words % {"count": waiting}, page)


def _ties_step(leading: Sequence[StandingRow]) -> Step:
    title = _("Đồng hạng trong nhóm đầu")
    shared = [
        (place, len(list(rows))) for place, rows in groupby(leading, key=lambda row: row.place)
    ]
    tied = [
        _("hạng %(place)d: %(count)d người") % {"place": place, "count": count}
        for place, count in shared
        if count > 1
    ]
    if tied:
        text = _("Có đồng hạng, xin xét theo thể lệ: %(ties)s.")
        return Step(title, Mark.WARNING, text % {"ties": "; ".join(tied)})
    text = _("Không có đồng hạng trong %(count)d người đứng đầu.")
    return Step(title, Mark.DONE, text % {"count": len(leading)})


def _prizes_step(contest: Contest, rounds: Sequence[Round], *, is_whole: bool) -> Step:
    """Awards that were taken down before something they follow from are looked at again; the seal
    compares them with what follows now."""
    title, page = _("Đã ghi nhận danh sách giải"), "contest:jury_prizes"
    boards = scope_boards(contest, rounds, is_whole=is_whole)
    if not boards:
        return Step(title, Mark.DONE, _("Không có bảng giải nào thuộc kết quả này."))
    awards = Award.objects.filter(prize__board__in=boards).order_by()
    given = dict(awards.values_list("prize__board").annotate(at=Max("given_at")))
    changed = _last_change(contest, rounds, boards)
    missing = [it.name for it in boards if it.pk not in given]
    older = [it.name for it in boards if it.pk in given and given[it.pk] < changed]
    if missing:
        text = _("Chưa ghi nhận: %(names)s.") % {"names": ", ".join(missing)}
        return Step(title, Mark.WARNING, text, page)
    if older:
        text = _("Đã có quyết định mới sau khi ghi nhận, xin xem lại: %(names)s.")
        return Step(title, Mark.WARNING, text % {"names": ", ".join(older)}, page)
    return Step(title, Mark.DONE, _("Mọi bảng giải đã được ghi nhận."), page)


def _last_change(
    contest: Contest, rounds: Sequence[Round], boards: Sequence[PrizeBoard]
) -> datetime:
    """When something was last decided that awards follow from. Four queries."""
    ruled = AwardOverride.objects.filter(board__in=boards).aggregate(
        at=Max("at"), lifted_at=Max("lifted_at")
    )
    found = [
        ruled["at"],
        ruled["lifted_at"],
        contest.decisions.aggregate(at=Max("at"))["at"],
        contest.lot_draws.aggregate(at=Max("announced_at"))["at"],
        max((it.counted_at for it in newest_truths(rounds)), default=None),
    ]
    return max((it for it in found if it), default=datetime.min.replace(tzinfo=UTC))
