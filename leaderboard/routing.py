from typing import Any

from django.urls import path

from leaderboard.consumers import board_socket

_board: Any = board_socket  # Django's stubs know only views in a path
websocket_urlpatterns = [
    path("ws/bang-xep-hang/<slug:slug>/", _board),
    path("ws/bang-xep-hang/<slug:slug>/<slug:round_slug>/", _board),
]
