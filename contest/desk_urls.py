"""Desks of organiser, jury and coordinator, and the printed way into a contest."""

from django.urls import URLPattern, path

from contest.views import (
    coordinator,
    giving_time,
    invitation,
    jury,
    organiser,
    questions,
    releasing,
)

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
    path("don-vi/", coordinator.coordinator_desk, name="coordinator_desk"),
]
