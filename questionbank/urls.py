from django.urls import URLPattern, path

from questionbank import views

app_name = "questionbank"
urlpatterns: list[URLPattern] = [
    path("ngan-hang/", views.question_list, name="question_list"),
    path("ngan-hang/<path:code>/", views.question_detail, name="question_detail"),
]
