"""Static files where no web server stands in front, before any of Django's middleware."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from servestatic import ServeStaticASGI

HASHED_NAME = r"\.[0-9a-f]{12}\."  # such a file never changes


def with_static_files(pages: Any) -> Any:
    """Files straight from the sources in development, else those that collectstatic gathered."""
    if settings.DEBUG:
        return ASGIStaticFilesHandler(pages)
    return ServeStaticASGI(
        pages,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        immutable_file_test=HASHED_NAME,
        add_headers_function=_no_sniffing,
    )


def _no_sniffing(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
