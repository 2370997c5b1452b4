from typing import Any

from django.urls import path

from contest.consumers import paper_socket

_paper: Any = paper_socket  # Django's stubs know only views in a path
websocket_urlpatterns = [path("ws/thi/<uuid:code>/", _paper)]
