"""Evidence in words that a member of the jury understands."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from contest.enums import PersonField
from contest.rules.integrity.evidence import SignalKind

_HIGH, _MIDDLE = 0.85, 0.65
SIGNAL_NAMES = {
    SignalKind.SAME_IDENTIFIER: gettext_lazy("Trùng thông tin định danh"),
    SignalKind.SAME_PERSON_DATA: gettext_lazy("Trùng họ tên và ngày sinh"),
    SignalKind.SIMILAR_NAME: gettext_lazy("Họ tên hoặc ngày sinh gần giống"),
    SignalKind.SHARED_DEVICE: gettext_lazy("Dùng chung thiết bị"),
    SignalKind.ADDRESS_BURST: gettext_lazy("Nhiều lượt thi từ một địa chỉ mạng"),
    SignalKind.SAME_WRONG_ANSWERS: gettext_lazy("Sai giống nhau"),
    SignalKind.TOO_FAST: gettext_lazy("Làm bài rất nhanh"),
    SignalKind.REGULAR_SAVES: gettext_lazy("Thời điểm trả lời bất thường"),
    SignalKind.LISTED: gettext_lazy("Có trong danh sách không được dự giải"),
}


def sentence(kind: SignalKind, facts: Mapping[str, Any]) -> str:
    """What a signal found, as one sentence."""
    return _SENTENCES[kind](facts)


def severity_word(severity: float) -> str:
    """How urgent a cluster is, for people who need no figure."""
    if severity >= _HIGH:
        return _("Cao")
    return _("Vừa") if severity >= _MIDDLE else _("Thấp")


def _same_identifier(facts: Mapping[str, Any]) -> str:
    return _("%(count)d người khai cùng một “%(field)s”.") % {
        "count": facts["count"],
        "field": PersonField(facts["field"]).label,
    }


def _same_person_data(facts: Mapping[str, Any]) -> str:
    if facts["spelt_alike"]:
        return _("%(count)d người cùng họ tên và cùng ngày sinh.") % facts
    return _("%(count)d người cùng ngày sinh, họ tên chỉ khác dấu.") % facts


def _similar_name(facts: Mapping[str, Any]) -> str:
    return {
        "name": _("Cùng đơn vị, cùng ngày sinh, họ tên chỉ khác một ký tự."),
        "date": _("Cùng đơn vị, cùng họ tên, ngày sinh chỉ khác một chữ số hoặc đảo ngày tháng."),
        "no_date": _("Cùng đơn vị, cùng họ tên, có người không khai ngày sinh."),
    }[facts["slip"]]


def _shared_device(facts: Mapping[str, Any]) -> str:
    told = _("%(count)d người thi %(attempts)d lượt trên cùng một thiết bị.") % facts
    if facts["relay_percent"] < 50:
        return told
    return told + " " + _("Phần lớn người sau bắt đầu ngay khi người trước nộp bài.")


def _address_burst(facts: Mapping[str, Any]) -> str:
    return (
        _(
            "%(count)d người bắt đầu thi trong %(minutes)d phút từ cùng một địa chỉ mạng; "
            "cơ quan, trường học dùng chung địa chỉ là bình thường."
        )
        % facts
    )


def _same_wrong_answers(facts: Mapping[str, Any]) -> str:
    return _(
        "Trong %(both_wrong)d câu cả hai cùng sai, có %(same)d câu chọn cùng một phương án sai "
        "(ngẫu nhiên thì khoảng %(expected)s câu); xác suất ngẫu nhiên dưới 1 phần %(one_in)s."
    ) % {
        "both_wrong": facts["both_wrong"],
        "same": facts["same"],
        "expected": str(facts["expected"]).replace(".", ","),
        "one_in": f"{facts['one_in']:,}".replace(",", "."),
    }


def _too_fast(facts: Mapping[str, Any]) -> str:
    return _(
        "Làm %(questions)d câu trong %(seconds)s giây, đúng %(correct)d câu; "
        "thường lệ khoảng %(usual_seconds)d giây."
    ) % {**facts, "seconds": str(facts["seconds"]).replace(".", ",")}


def _regular_saves(facts: Mapping[str, Any]) -> str:
    if facts["pattern"] == "at_once":
        return _("%(saves)d câu trả lời được lưu gần như cùng một lúc.") % facts
    return _("%(saves)d câu trả lời được lưu đều đặn, cứ %(pause)s giây một câu.") % {
        "saves": facts["saves"],
        "pause": str(facts["pause_seconds"]).replace(".", ","),
    }


def _listed(facts: Mapping[str, Any]) -> str:
    told = {
        "cccd": _("Trùng số căn cước với người trong danh sách không được dự giải."),
        "phone": _("Trùng số điện thoại với người trong danh sách không được dự giải."),
        "name_and_date": _(
            "Trùng họ tên và ngày sinh với người trong danh sách không được dự giải."
        ),
        "name": _("Trùng họ tên với người trong danh sách không được dự giải; cần xác minh."),
    }[facts["by"]]
    return f"{told} ({facts['duty']})" if facts["duty"] else told


_SENTENCES = {
    SignalKind.SAME_IDENTIFIER: _same_identifier,
    SignalKind.SAME_PERSON_DATA: _same_person_data,
    SignalKind.SIMILAR_NAME: _similar_name,
    SignalKind.SHARED_DEVICE: _shared_device,
    SignalKind.ADDRESS_BURST: _address_burst,
    SignalKind.SAME_WRONG_ANSWERS: _same_wrong_answers,
    SignalKind.TOO_FAST: _too_fast,
    SignalKind.REGULAR_SAVES: _regular_saves,
    SignalKind.LISTED: _listed,
}
