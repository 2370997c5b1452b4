"""A person's own data, and what organisers do when somebody asks to be forgotten."""

from django.urls import URLPattern, path

from contest.views import privacy

urlpatterns: list[URLPattern] = [
    path("quyen-rieng-tu/", privacy.privacy_notice, name="privacy_notice"),
    path("tai-khoan/du-lieu/", privacy.own_data_page, name="own_data"),
    path("tai-khoan/du-lieu/tep/", privacy.own_data_export, name="own_data_export"),
    path("tai-khoan/du-lieu/xoa/", privacy.deletion_ask, name="deletion_ask"),
    path(
        "tai-khoan/du-lieu/xoa/<uuid:code>/rut-lai/",
        privacy.deletion_withdraw,
        name="deletion_withdraw",
    ),
    path(
        "tai-khoan/du-lieu/rut-dong-y/<slug:slug>/",
        privacy.consent_withdraw,
        name="consent_withdraw",
    ),
    path("to-chuc/du-lieu-ca-nhan/", privacy.deletion_list, name="deletion_list"),
    path(
        "to-chuc/du-lieu-ca-nhan/<uuid:code>/",
        privacy.deletion_answer,
        name="deletion_answer",
    ),
]
