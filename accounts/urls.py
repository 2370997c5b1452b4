"""allauth's pages under Vietnamese addresses and its own names, and ours."""

from allauth.account import views as allauth
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import include, path, re_path

from accounts import signin_views, views

urlpatterns = [
    path("", include("accounts.own_urls")),
    path("dang-ky/", views.signup, name="account_signup"),
    path("dang-nhap/", allauth.login, name="account_login"),
    path("dang-nhap/ma/", allauth.request_login_code, name="account_request_login_code"),
    path(
        "dang-nhap/ma/xac-nhan/",
        signin_views.confirm_login_code,
        name="account_confirm_login_code",
    ),
    path("hai-lop/", include("accounts.two_factor_urls")),
    path("lien-ket/<slug:provider_id>/", signin_views.sso_login, name="openid_connect_login"),
    path(
        "lien-ket/<slug:provider_id>/xong/",
        openid_connect.callback,
        name="openid_connect_callback",
    ),
    path("lien-ket/", social.connections, name="socialaccount_connections"),
    path("dang-ky/hoan-tat/", signin_views.sso_signup, name="socialaccount_signup"),
    path("dang-nhap/da-huy/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("dang-nhap/chua-xong/", social.login_error, name="socialaccount_login_error"),
    path("dien-thoai/", signin_views.phone_confirm, name="account_change_phone"),
    path("dien-thoai/ma/", allauth.verify_phone, name="account_verify_phone"),
    path("dang-xuat/", allauth.logout, name="account_logout"),
    path("xac-nhan-mat-khau/", allauth.reauthenticate, name="account_reauthenticate"),
    path("tam-khoa/", allauth.account_inactive, name="account_inactive"),
    path("doi-mat-khau/", allauth.password_change, name="account_change_password"),
    path("dat-mat-khau/", allauth.password_set, name="account_set_password"),
    path("quen-mat-khau/", allauth.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^quen-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "quen-mat-khau/xong/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
