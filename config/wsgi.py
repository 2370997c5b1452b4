"""WSGI entry point: pages without sockets."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.memory import settle  # noqa: E402 (the apps are loaded from here on)

settle()
