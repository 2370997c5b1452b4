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
    response = StreamingHttpResponse(  # closes what it streams
        _InThreads(export.chunks) if asynchronous else export.chunks,
        content_type=export.content_type,
    )
    disposition = content_disposition_header(as_attachment=True, filename=export.file_name)
    if disposition:
        response["Content-Disposition"] = disposition
    if export.size is not None:
        response["Content-Length"] = str(export.size)
    response["Cache-Control"] = "no-store"
    return response


class _InThreads(AsyncIterator[bytes]):
    """The same pieces without blocking the loop; Django would else collect them all first."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    async def __anext__(self) -> bytes:
        chunk = await sync_to_async(self._next, thread_sensitive=False)()
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    def _next(self) -> bytes | None:
        return next(self._chunks, None)

    def close(self) -> None:
        if close := getattr(self._chunks, "close", None):
            close()
