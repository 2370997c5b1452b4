from django.urls import path

from leaderboard.views import board, ceremony, hall

app_name = "leaderboard"
urlpatterns = [
    path("bang-xep-hang/<slug:slug>/", board.board, name="board"),
    path("bang-xep-hang/<slug:slug>/<slug:round_slug>/", board.board, name="round_board"),
    path("man-hinh/<slug:slug>/", hall.hall, name="hall"),
    path("man-hinh/<slug:slug>/<slug:round_slug>/", hall.hall, name="round_hall"),
    path("man-hinh/<slug:slug>/<slug:round_slug>/cong-bo/", ceremony.ceremony, name="ceremony"),
]
