"""An export as a download, streamed under ASGI and WSGI alike."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from contest.results.exporting import Export


def download(request: HttpRequest, export: Export) -> StreamingHttpResponse:
    """The answer that saves the file under its name and is kept by no cache."""
    asynchronous = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(
        _in_threads(export.chunks) if asynchronous else export.chunks,
        content_type=export.content_type,
    )
    disposition = content_disposition_header(as_attachment=True, filename=export.file_name)
    if disposition:
        response["Content-Disposition"] = disposition
    if export.size is not None:
        response["Content-Length"] = str(export.size)
    response["Cache-Control"] = "no-store"
    return response


async def _in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces without blocking the loop; Django would else collect them all first."""
    next_chunk = sync_to_async(_next, thread_sensitive=False)
    while (chunk := await next_chunk(chunks)) is not None:
        yield chunk


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)
