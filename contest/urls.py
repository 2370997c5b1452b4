from django.urls import path

from contest import desk_urls, privacy_urls
from contest.views import (
    attempts,
    complaints,
    contests,
    predicting,
    receipts,
    registration,
    results,
)

app_name = "contest"
urlpatterns = [
    path("", contests.contest_list, name="contest_list"),
    path("hoi-thi/<slug:slug>/", contests.contest_detail, name="contest_detail"),
    path("thi/<uuid:code>/", attempts.attempt_paper, name="attempt_paper"),
    path("thi/<uuid:code>/luu/", attempts.answer_save, name="answer_save"),
    path("thi/<uuid:code>/du-doan/", predicting.prediction_save, name="prediction_save"),
    path("thi/<uuid:code>/dong-ho/", attempts.attempt_clock, name="attempt_clock"),
    path("thi/<uuid:code>/nop-bai/", attempts.attempt_submit, name="attempt_submit"),
    path("thi/<uuid:code>/hinh/<slug:digest>/", attempts.paper_picture, name="paper_picture"),
    path("phieu/<slug:code>/", receipts.receipt, name="receipt"),
    path("phieu/<slug:code>/xem-lai/", receipts.attempt_review, name="attempt_review"),
    path("phieu/<slug:code>/qr.svg", receipts.receipt_qr, name="receipt_qr"),
    path("phieu/<slug:code>/bai-lam.json", receipts.answers_file, name="answers_file"),
    path("phieu/<slug:code>/chung-minh/<int:number>.json", receipts.proof_file, name="proof_file"),
    path("phieu/<slug:code>/chung-minh/<int:number>.svg", receipts.proof_qr, name="proof_qr"),
    path("phieu/<slug:code>/khieu-nai/", complaints.complaint_file, name="complaint_file"),
    path("ket-qua/<slug:slug>/", results.result_page, name="result"),
    path("ket-qua/<slug:slug>/<int:number>.json", results.result_file, name="result_file"),
    path("hoi-thi/<slug:slug>/dang-ky/", registration.registration, name="registration"),
    *privacy_urls.urlpatterns,  # before the desks: no contest takes their place
    *desk_urls.urlpatterns,
    # after the fixed words below a contest: a round may not take their place
    path("hoi-thi/<slug:slug>/<slug:round_slug>/", attempts.round_detail, name="round_detail"),
    path(
        "hoi-thi/<slug:slug>/<slug:round_slug>/bat-dau/",
        attempts.attempt_start,
        name="attempt_start",
    ),
]
