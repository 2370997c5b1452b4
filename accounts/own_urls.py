"""Our own pages under /tai-khoan/; those of allauth stand beside them in `urls`."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.profile, name="profile"),
    path("lien-he/", views.contact_change, name="contact_change"),
    path("don-vi/", views.unit_search, name="unit_search"),
]
