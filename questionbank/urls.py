from django.urls import URLPattern, path

from questionbank.views import (
    blueprints,
    comparing,
    editing,
    files,
    handling_many,
    pictures,
    questions,
    reviewing,
    statistics,
    topics,
)

app_name = "questionbank"
urlpatterns: list[URLPattern] = [
    path("ngan-hang/", questions.question_list, name="question_list"),
    path("ngan-hang/van-ban/", questions.document_list, name="document_list"),
    path("ngan-hang/chu-de/", topics.topic_list, name="topic_list"),
    path("ngan-hang/chu-de/them/", topics.topic_create, name="topic_create"),
    path("ngan-hang/chu-de/sua/<slug:code>/", topics.topic_change, name="topic_change"),
    path("ngan-hang/chu-de/xep/<slug:code>/", topics.topic_shift, name="topic_shift"),
    path("ngan-hang/chu-de/xoa/<slug:code>/", topics.topic_delete, name="topic_delete"),
    path("ngan-hang/ma-tran/", blueprints.blueprint_check, name="blueprint_check"),
    path("ngan-hang/thong-ke/", statistics.sitting_list, name="sitting_list"),
    path("ngan-hang/thong-ke/<path:code>/", statistics.sitting_detail, name="sitting_detail"),
    path("ngan-hang/chon/", handling_many.bulk_act, name="bulk_act"),
    path("ngan-hang/soan/", editing.question_create, name="question_create"),
    path("ngan-hang/soan/xem-truoc/", editing.question_preview, name="question_preview"),
    path("ngan-hang/soan/hinh/", pictures.picture_choose, name="picture_choose"),
    path("ngan-hang/hinh/<slug:digest>/", pictures.picture, name="picture"),
    path("ngan-hang/nhap/", files.file_upload, name="file_upload"),
    path("ngan-hang/nhap/mau.xlsx", files.template_download, name="template_download"),
    path("ngan-hang/nhap/<uuid:code>/", files.file_detail, name="file_detail"),
    path("ngan-hang/nhap/<uuid:code>/nhap/", files.file_apply, name="file_apply"),
    path(
        "ngan-hang/nhap/<uuid:code>/so-sanh/<int:place>/", comparing.row_compare, name="row_compare"
    ),
    path("ngan-hang/xuat/", files.questions_export, name="questions_export"),
    path("ngan-hang/sua/<path:code>/", editing.question_revise, name="question_revise"),
    path("ngan-hang/gui/<path:code>/", reviewing.question_send, name="question_send"),
    path("ngan-hang/tham-dinh/<path:code>/", reviewing.question_review, name="question_review"),
    path("ngan-hang/ngung/<path:code>/", reviewing.question_retire, name="question_retire"),
    path("ngan-hang/soan-lai/<path:code>/", reviewing.question_reopen, name="question_reopen"),
    path("ngan-hang/nhan-xet/<path:code>/", reviewing.question_comment, name="question_comment"),
    path("ngan-hang/so-sanh/<path:code>/", comparing.question_compare, name="question_compare"),
    path(
        "ngan-hang/gan-giong/<path:code>/",
        comparing.question_neighbours,
        name="question_neighbours",
    ),
    path("ngan-hang/cau-hoi/<path:code>/", questions.question_detail, name="question_detail"),
]
