"""allauth's pages under Vietnamese addresses and its own names, and ours."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from accounts import views

urlpatterns = [
    path("", include("accounts.own_urls")),
    path("dang-ky/", views.signup, name="account_signup"),
    path("dang-nhap/", allauth.login, name="account_login"),
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
