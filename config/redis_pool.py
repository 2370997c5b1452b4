"""Redis connections shared by everything in the process that uses Django's cache."""

from functools import cache
from typing import Any

from redis import ConnectionPool


class SharedConnectionPool:
    """Gives one pool for each address.

    Django makes a cache object for each thread and each connection of an ASGI server, and each
    would open connections of its own: a process with ten thousand sockets, as many connections.
    """

    @staticmethod
    @cache
    def from_url(url: str, **options: Any) -> ConnectionPool:
        return ConnectionPool.from_url(url, **options)
