"""ASGI entry point: pages, sockets, and the closing of expired attempts."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

# the apps are loaded from here on
from config.lifespan import Lifespan  # noqa: E402
from config.memory import settle  # noqa: E402
from config.sockets import OwnOriginOnly, SessionAndUser  # noqa: E402
from config.static_files import with_static_files  # noqa: E402
from contest.routing import websocket_urlpatterns as paper_sockets  # noqa: E402
from leaderboard.routing import websocket_urlpatterns as board_sockets  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": with_static_files(pages),
        "websocket": OwnOriginOnly(SessionAndUser(URLRouter([*paper_sockets, *board_sockets]))),
        "lifespan": Lifespan(),
    }
)
settle()
