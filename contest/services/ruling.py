"""What the organisers settle before a round, and the lot that is drawn after it."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.policies import has_role
from accounts.services.auditing import record_decision
from contest.enums import Criterion, PredictionScope, PredictionSubject, PredictionUnit
from contest.errors import ContestError
from contest.models import Contest, LotDraw, PredictionQuestion, RankingRules, Round, rules_of
from contest.rules.ranking_rules import BadRulesError, Rules, checked_rules


@transaction.atomic
def set_ranking_rules(
    *, contest_id: int, rules: Rules, one_prize_per_person: bool, actor: User, at: datetime
) -> RankingRules:
    """Say how a contest ranks; recorded. The same rules once more change nothing.

    Raises ContestError "not_allowed", "rules_frozen" once an official round has opened, or the
    code of a BadRulesError.
    """
    _refuse_unless_organiser(actor)
    contest = Contest.objects.select_for_update().get(pk=contest_id)
    if rules_are_frozen(contest, at=at):
        message = _("Kỳ thi chính thức đã mở nên không thể thay đổi cách xếp hạng.")
        raise ContestError("rules_frozen", message)
    try:
        checked_rules(rules)
    except BadRulesError as bad:
        raise ContestError(
            bad.code, bad_rules_message(bad.code), HTTPStatus.UNPROCESSABLE_ENTITY
        ) from bad
    row = RankingRules.objects.filter(contest=contest).first() or RankingRules(contest=contest)
    before = _ruling(row) if row.pk else {}
    row.chain = [criterion.value for criterion in rules.chain]
    row.attempts, row.rounds = rules.attempts, rules.rounds
    row.best_rounds, row.one_prize_per_person = rules.best_rounds, one_prize_per_person
    if before == _ruling(row):
        return row
    row.save()
    record_decision(
        actor=actor,
        at=at,
        action="contest.ranking",
        target=f"contest:{contest.slug}",
        before=before,
        after=_ruling(row),
    )
    return row


def rules_are_frozen(contest: Contest, *, at: datetime) -> bool:
    """Whether an official round has opened. One query."""
    return Round.objects.official().filter(contest=contest, opens_at__lte=at).exists()


def bad_rules_message(code: str) -> str:
    return {
        "score_first": _("Điểm phải là tiêu chí đầu tiên."),
        "criterion_twice": _("Mỗi tiêu chí chỉ được chọn một lần."),
        "two_predictions": _("Chỉ chọn một trong hai cách so số dự đoán."),
        "two_ages": _("Chỉ chọn một trong hai: nhiều tuổi hơn hoặc ít tuổi hơn."),
        "lot_last": _("Bốc thăm phải là tiêu chí cuối cùng."),
        "best_rounds": _("Xin ghi số kỳ tốt nhất được cộng, từ 1 trở lên."),
    }[code]


@dataclass(frozen=True)
class Asked:
    """The settings of a prediction question."""

    subject: PredictionSubject
    scope: PredictionScope
    unit: PredictionUnit
    leaves_out_struck: bool
    is_required: bool


@transaction.atomic
def set_prediction(
    *, round_id: int, asked: Asked | None, actor: User, at: datetime
) -> PredictionQuestion | None:
    """Let a round ask for a prediction, or not (None); recorded. A second call changes nothing.

    Raises ContestError "not_allowed", "prediction_frozen" once the round has opened.
    """
    _refuse_unless_organiser(actor)
    contest_round = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if contest_round.has_opened(at=at):
        message = _("Kỳ thi đã mở nên không thể thay đổi câu hỏi dự đoán.")
        raise ContestError("prediction_frozen", message)
    row = PredictionQuestion.objects.filter(round=contest_round).first()
    before = row.settings() if row else {}
    if asked is None:
        if row:
            row.delete()
        row, after = None, {}
    else:
        row = row or PredictionQuestion(round=contest_round)
        row.subject, row.scope, row.unit = asked.subject, asked.scope, asked.unit
        row.leaves_out_struck, row.is_required = asked.leaves_out_struck, asked.is_required
        after = row.settings()
        if after != before:
            row.save()
    if before != after:
        record_decision(
            actor=actor,
            at=at,
            action="round.prediction",
            target=f"round:{contest_round.contest.slug}/{contest_round.slug}",
            before=before,
            after=after,
        )
    return row


@transaction.atomic
def draw_lot(
    *,
    contest_id: int,
    round_id: int | None,
    number: str,
    source: str,
    actor: User,
    at: datetime,
) -> LotDraw:
    """Take down the number announced in public; the lots of all follow from it. Once and for all.

    Raises ContestError "not_allowed", "no_lot" (the rules ask for none), "not_over", "bad_number",
    "source_missing" or "drawn_already".
    """
    if not has_role(actor, Role.JURY):
        message = _("Chỉ Ban giám khảo được ghi nhận số bốc thăm.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
    contest = Contest.objects.select_for_update().get(pk=contest_id)
    if Criterion.LOT not in rules_of(contest).chain:
        raise ContestError("no_lot", _("Cách xếp hạng của hội thi không có bốc thăm."))
    if not (number.isascii() and number.isdigit() and len(number) <= 40):
        message = _("Con số bốc thăm chỉ gồm các chữ số.")
        raise ContestError("bad_number", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not source.strip():
        message = _("Xin ghi con số được công bố ở đâu, khi nào.")
        raise ContestError("source_missing", message, HTTPStatus.UNPROCESSABLE_ENTITY)
    rounds = Round.objects.filter(contest=contest)
    rounds = rounds.filter(pk=round_id) if round_id else rounds.official()
    if not all(it.is_over(at=at) for it in rounds):
        message = _("Chỉ bốc thăm sau khi kỳ thi đã kết thúc.")
        raise ContestError("not_over", message)
    if LotDraw.objects.filter(contest=contest, round=round_id).exists():
        raise ContestError("drawn_already", _("Đã bốc thăm, không bốc lại."))
    draw = LotDraw.objects.create(
        contest=contest,
        round_id=round_id,
        number=number,
        source=source.strip(),
        announced_by=actor,
        announced_at=at,
    )
    record_decision(
        actor=actor,
        at=at,
        action="contest.lot",
        target=f"contest:{contest.slug}",
        reason=draw.source,
        after={"round": round_id, "number": number},
    )
    return draw


def _ruling(row: RankingRules) -> dict[str, Any]:
    return {
        "chain": list(row.chain),
        "attempts": str(row.attempts),
        "rounds": str(row.rounds),
        "best_rounds": row.best_rounds,
        "one_prize_per_person": row.one_prize_per_person,
    }


def _refuse_unless_organiser(actor: User) -> None:
    if not has_role(actor, Role.ORGANISER):
        message = _("Chỉ Ban tổ chức được đặt cách xếp hạng.")
        raise ContestError("not_allowed", message, HTTPStatus.FORBIDDEN)
