"""Pictures as browsers are given them. Whoever calls has asked whether the person may see it."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from questionbank.models import Image

MOST_KEPT = 32  # in each process, of at most 400 kB: a paper's pictures are asked for all at once
A_YEAR = 31_536_000  # seconds


def picture_answer(request: HttpRequest, digest: str) -> HttpResponseBase:
    """The picture, which never changes under its digest, or that the browser has it."""
    etag = quote_etag(digest)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        content, media_type = _kept(digest)
        answer = HttpResponse(content, content_type=media_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return answer


@lru_cache(MOST_KEPT)
def _kept(digest: str) -> tuple[bytes, str]:
    content, media_type = Image.objects.values_list("content", "media_type").get(digest=digest)
    return bytes(content), media_type
