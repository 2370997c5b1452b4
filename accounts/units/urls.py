"""The organisers' desk for units, under /to-chuc/don-vi/."""

from django.urls import path

from accounts.units import changing_views, import_views, views

app_name = "units"
urlpatterns = [
    path("", views.unit_list, name="unit_list"),
    path("them/", views.unit_create, name="unit_create"),
    path("ket-thuc/", changing_views.unit_succession, name="unit_succession"),
    path("nhap/", import_views.units_upload, name="units_upload"),
    path("nhap/tep/", import_views.units_preview, name="units_preview"),
    path("nhap/tep/dong-y/", import_views.units_apply, name="units_apply"),
    path("nhap/mau.xlsx", import_views.units_template, name="units_template"),
    path("ma/<slug:code>/", views.unit_detail, name="unit_detail"),
    path("ma/<slug:code>/sua/", views.unit_edit, name="unit_edit"),
    path("ma/<slug:code>/chuyen/", changing_views.unit_move, name="unit_move"),
    path("ma/<slug:code>/khoi-phuc/", changing_views.succession_undo, name="succession_undo"),
]
