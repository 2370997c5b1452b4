from django.urls import path

from leaderboard import views

app_name = "leaderboard"
urlpatterns = [
    path("bang-xep-hang/<slug:slug>/", views.board, name="board"),
    path("bang-xep-hang/<slug:slug>/<slug:round_slug>/", views.board, name="round_board"),
]
