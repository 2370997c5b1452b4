from io import BytesIO

import pytest
from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from contest.results.downloads import download
from contest.results.exporting import Export


class Chunks:
    """Two pieces, and a note of whether they were closed."""

    def __init__(self):
        self.left = [b"hai", b"mot"]
        self.is_closed = False

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        return self.left.pop()

    def close(self):
        self.is_closed = True


@pytest.fixture
def chunks():
    return Chunks()


@pytest.fixture
def export(chunks):
    return Export("xep-hang.csv", "text/csv; charset=utf-8", chunks, size=6)


def asgi_request():
    return ASGIRequest({"type": "http", "path": "/", "method": "POST", "headers": []}, BytesIO())


def test_download_has_a_name_a_size_and_no_cache(export):
    response = download(RequestFactory().post("/"), export)

    assert response["Content-Disposition"] == 'attachment; filename="xep-hang.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Length"] == "6"
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content) == b"mothai"


def test_download_under_asgi_streams_without_collecting(export):
    response = download(asgi_request(), export)

    async def read():
        return [piece async for piece in response]

    assert response.is_async
    assert async_to_sync(read)() == [b"mot", b"hai"]


@pytest.mark.django_db  # the end of a response looks after the connections
@pytest.mark.parametrize("request_of", [RequestFactory().post, lambda _path: asgi_request()])
def test_download_that_is_broken_off_closes_its_file(request_of, export, chunks):
    download(request_of("/"), export).close()

    assert chunks.is_closed
