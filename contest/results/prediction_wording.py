"""What a round asks people to predict, in sentences."""

from django.utils.translation import gettext as _

from contest.enums import Criterion, PredictionScope, PredictionSubject, PredictionUnit
from contest.models import PredictionQuestion
from contest.rules.ranking_rules import Rules


def prediction_stem(question: PredictionQuestion) -> str:
    """The question itself."""
    stems = {
        (PredictionSubject.TAKING_PART, PredictionUnit.PERSONS): _(
            "Anh/Chị dự đoán có bao nhiêu người dự thi %(where)s?"
        ),
        (PredictionSubject.TAKING_PART, PredictionUnit.ATTEMPTS): _(
            "Anh/Chị dự đoán có bao nhiêu lượt thi được nộp %(where)s?"
        ),
        (PredictionSubject.ALL_CORRECT, PredictionUnit.PERSONS): _(
            "Anh/Chị dự đoán có bao nhiêu người trả lời đúng tất cả các câu hỏi %(where)s?"
        ),
        (PredictionSubject.ALL_CORRECT, PredictionUnit.ATTEMPTS): _(
            "Anh/Chị dự đoán có bao nhiêu lượt thi đúng tất cả các câu hỏi %(where)s?"
        ),
    }
    stem = stems[PredictionSubject(question.subject), PredictionUnit(question.unit)]
    return stem % {"where": _where(question)}


def _where(question: PredictionQuestion) -> str:
    if question.scope == PredictionScope.DIVISION:
        return _("trong bảng dự thi của mình ở kỳ thi này")
    return _("trong kỳ thi này")


def prediction_notes(question: PredictionQuestion, rules: Rules) -> list[str]:
    """How the right number is counted, and what it is for by the contest's rules."""
    counted = (
        _("Mỗi người được đếm một lần, dù thi nhiều lượt.")
        if question.unit == PredictionUnit.PERSONS
        else _("Đếm từng lượt thi đã nộp.")
    )
    struck = (
        _("Không đếm bài bị Ban giám khảo hủy.")
        if question.leaves_out_struck
        else _("Đếm cả bài sau đó bị Ban giám khảo hủy.")
    )
    use = _("Câu này không tính điểm, chỉ dùng để xếp hạng khi bằng điểm.")
    return [counted, struck, use, *_nearness(rules)]


def _nearness(rules: Rules) -> list[str]:
    if Criterion.NEAREST_BELOW in rules.chain:
        return [
            _("Số gần số đúng nhất mà không vượt quá được xếp trước; số vượt quá không được xét.")
        ]
    if Criterion.NEAREST in rules.chain:
        return [_("Số gần số đúng nhất được xếp trước, dù lớn hơn hay nhỏ hơn.")]
    return []
