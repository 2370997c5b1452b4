"""Desks of organiser, jury and coordinator, and the printed way into a contest."""

from django.urls import URLPattern, path

from contest.views import (
    activation,
    asking,
    closing,
    complaint_rules,
    complaints,
    coordinator,
    counter,
    decisions,
    giving_time,
    integrity,
    invitation,
    jury,
    listed_people,
    national_ids,
    organiser,
    people_lists,
    prize_boards,
    prizes,
    questions,
    ranking,
    regrading,
    releasing,
    settling,
)

_QUEUE = "giam-khao/<slug:slug>/trung-lap/"
_LOG = "giam-khao/<slug:slug>/quyet-dinh/"
_REGRADES = "giam-khao/<slug:slug>/cham-lai/"

_registration = [
    path("to-chuc/<slug:slug>/dang-ky/", asking.registration_rules, name="registration_rules"),
    path(
        "to-chuc/<slug:slug>/dang-ky/don-vi/", asking.unit_condition_set, name="unit_condition_set"
    ),
    path(
        "to-chuc/<slug:slug>/dang-ky/don-vi/bo/",
        asking.unit_condition_lift,
        name="unit_condition_lift",
    ),
    path("to-chuc/<slug:slug>/khong-du-giai/", listed_people.listed_people, name="listed_people"),
    path(
        "to-chuc/<slug:slug>/khong-du-giai/them/",
        listed_people.listed_person_add,
        name="listed_person_add",
    ),
    path(
        "to-chuc/<slug:slug>/khong-du-giai/bo/",
        listed_people.listed_person_remove,
        name="listed_person_remove",
    ),
    path(
        "to-chuc/<slug:slug>/khong-du-giai/tep/",
        listed_people.listed_people_upload,
        name="listed_people_upload",
    ),
    path("danh-sach/mau/<slug:kind>.xlsx", people_lists.people_template, name="people_template"),
    path("danh-sach/tep/<uuid:code>/", people_lists.people_file, name="people_file"),
    path(
        "danh-sach/tep/<uuid:code>/nhap/", people_lists.people_file_apply, name="people_file_apply"
    ),
    path("danh-sach/<slug:slug>/", people_lists.people_list, name="people_list"),
    path("danh-sach/<slug:slug>/in-phieu/", people_lists.slips_print, name="slips_print"),
    path("kich-hoat/", activation.activation, name="activation"),
    path("kich-hoat/mat-khau/", activation.activation_password, name="activation_password"),
]
_counters = [
    path("quay/<slug:slug>/", counter.counter, name="counter"),
    path("quay/<slug:slug>/xong/", counter.counter_done, name="counter_done"),
    path("quay/<slug:slug>/mo/", counter.counter_authorise, name="counter_authorise"),
    path("ban-quay/<slug:slug>/", counter.counter_desk, name="counter_desk"),
    path("ban-quay/<slug:slug>/phieu/", counter.counter_slip, name="counter_slip"),
    path("ban-quay/<slug:slug>/dong/", counter.counter_revoke, name="counter_revoke"),
]
urlpatterns: list[URLPattern] = [
    path("hoi-thi/<slug:slug>/qr.svg", invitation.contest_qr_svg, name="qr_svg"),
    path("hoi-thi/<slug:slug>/qr.png", invitation.contest_qr_png, name="qr_png"),
    path("hoi-thi/<slug:slug>/ap-phich/", invitation.poster, name="poster"),
    path("to-chuc/", organiser.organiser_desk, name="organiser_desk"),
    path("to-chuc/<slug:slug>/", organiser.organiser_contest, name="organiser_contest"),
    path("to-chuc/<slug:slug>/cong-khai/", organiser.contest_publish, name="contest_publish"),
    path(
        "to-chuc/<slug:slug>/<slug:round_slug>/mo-bang/",
        releasing.board_release,
        name="board_release",
    ),
    path("to-chuc/<slug:slug>/cau-hoi/", questions.contest_questions, name="contest_questions"),
    path(
        "to-chuc/<slug:slug>/<slug:round_slug>/thong-ke/",
        questions.questions_measure,
        name="questions_measure",
    ),
    path("to-chuc/<slug:slug>/xep-hang/", ranking.ranking_rules, name="ranking_rules"),
    path(
        "to-chuc/<slug:slug>/xep-hang/du-doan/",
        ranking.prediction_set,
        name="prediction_set",
    ),
    path("to-chuc/<slug:slug>/giai/", prize_boards.prize_board_list, name="prize_board_list"),
    path(
        "to-chuc/<slug:slug>/giai/bo/",
        prize_boards.prize_board_delete,
        name="prize_board_delete",
    ),
    path("to-chuc/<slug:slug>/khieu-nai/", complaint_rules.complaint_rules, name="complaint_rules"),
    path("to-chuc/<slug:slug>/thoi-gian/", giving_time.giving_time, name="giving_time"),
    path("to-chuc/<slug:slug>/thoi-gian/su-co/", giving_time.outage_record, name="outage_record"),
    path(
        "to-chuc/<slug:slug>/thoi-gian/ca-nhan/",
        giving_time.extra_time_give,
        name="extra_time_give",
    ),
    path("giam-khao/", jury.jury_desk, name="jury_desk"),
    path("giam-khao/<slug:slug>/", jury.jury_contest, name="jury_contest"),
    path("giam-khao/<slug:slug>/xuat/", jury.standings_export, name="standings_export"),
    path(_QUEUE, integrity.integrity_queue, name="integrity_queue"),
    path(f"{_QUEUE}ra-soat/", integrity.integrity_scan, name="integrity_scan"),
    path(f"{_QUEUE}danh-sach/", settling.integrity_listed, name="integrity_listed"),
    path(f"{_QUEUE}<slug:key>/", integrity.cluster_detail, name="cluster_detail"),
    path(f"{_QUEUE}<slug:key>/ket-luan/", settling.cluster_settle, name="cluster_settle"),
    path(f"{_QUEUE}<slug:key>/luot-moi/", settling.cluster_strike, name="cluster_strike"),
    path(f"{_QUEUE}<slug:key>/mo-lai/", settling.cluster_reopen, name="cluster_reopen"),
    path(f"{_QUEUE}<slug:key>/phieu-hoi/", integrity.cluster_questions, name="cluster_questions"),
    path(_LOG, decisions.decision_log, name="decision_log"),
    path(f"{_LOG}tim/", decisions.decision_search, name="decision_search"),
    path(f"{_LOG}ra/", decisions.decision_make, name="decision_make"),
    path(f"{_LOG}huy/", decisions.decision_undo, name="decision_undo"),
    path("so-dinh-danh/", national_ids.national_id_desk, name="national_id_desk"),
    path("so-dinh-danh/<slug:slug>/", national_ids.national_id, name="national_id"),
    path("giam-khao/<slug:slug>/giai/", prizes.jury_prizes, name="jury_prizes"),
    path("giam-khao/<slug:slug>/giai/quyet-dinh/", prizes.award_override, name="award_override"),
    path("giam-khao/<slug:slug>/giai/bo-quyet-dinh/", prizes.override_lift, name="override_lift"),
    path("giam-khao/<slug:slug>/giai/ghi-nhan/", prizes.awards_take_over, name="awards_take_over"),
    path("giam-khao/<slug:slug>/giai/dem/", prizes.prediction_count, name="prediction_count"),
    path("giam-khao/<slug:slug>/giai/boc-tham/", prizes.lot_draw, name="lot_draw"),
    path("giam-khao/<slug:slug>/ket-thuc/", closing.contest_closing, name="contest_closing"),
    path("giam-khao/<slug:slug>/ket-thuc/niem-phong/", closing.result_seal, name="result_seal"),
    path(
        "giam-khao/<slug:slug>/ket-qua/<int:number>/",
        closing.result_version,
        name="result_version",
    ),
    path(
        "giam-khao/<slug:slug>/ket-qua/<int:number>/xac-nhan/",
        closing.result_confirm,
        name="result_confirm",
    ),
    path(
        "giam-khao/<slug:slug>/ket-qua/<int:number>/cong-bo/",
        closing.result_publish,
        name="result_publish",
    ),
    path(
        "giam-khao/<slug:slug>/ket-qua/<int:number>/thu-hoi/",
        closing.result_withdraw,
        name="result_withdraw",
    ),
    path(
        "giam-khao/<slug:slug>/ket-qua/<int:number>/tep/",
        closing.result_whole_file,
        name="result_whole_file",
    ),
    path("giam-khao/<slug:slug>/khieu-nai/", complaints.complaint_list, name="complaint_list"),
    path(
        "giam-khao/<slug:slug>/khieu-nai/<uuid:code>/",
        complaints.complaint_answer,
        name="complaint_answer",
    ),
    path(_REGRADES, regrading.regrade_list, name="regrade_list"),
    path(f"{_REGRADES}<int:number>/", regrading.regrade_detail, name="regrade_detail"),
    path(
        f"{_REGRADES}cau/<path:code>/xem-truoc/",
        regrading.regrade_preview,
        name="regrade_preview",
    ),
    path(f"{_REGRADES}cau/<path:code>/", regrading.regrade_question, name="regrade_question"),
    path("don-vi/", coordinator.coordinator_desk, name="coordinator_desk"),
    path("don-vi/<slug:slug>/nguoi/", coordinator.unit_people_list, name="unit_people_list"),
    path("don-vi/<slug:slug>/nhac-thi/", coordinator.reminder_list, name="reminder_list"),
    path("don-vi/<slug:slug>/xuat/", coordinator.turnout_export, name="turnout_export"),
    *_registration,
    *_counters,
]
