"""No page of a contest or a round is hidden by another page."""

import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver

from contest.models import Contest, Round
from contest.models.contest import RESERVED_CONTEST_SLUGS, RESERVED_ROUND_SLUGS


def routes(patterns, prefix="") -> Iterator[list[str]]:
    for it in patterns:
        if isinstance(it, URLResolver):
            yield from routes(it.url_patterns, prefix + str(it.pattern))
        elif isinstance(it, URLPattern):
            yield (prefix + str(it.pattern)).split("/")


def words_in_the_place_of(parameter):
    """Slugs with which an address of the one kind would be an address of the other."""
    known = list(routes(get_resolver().url_patterns))
    return {
        other[place]
        for route in known
        if parameter in route
        for place in [route.index(parameter)]
        for other in known
        if len(other) == len(route) and other[:place] == route[:place]
        if re.fullmatch(r"[-\w]+", other[place])
        if all(
            a == b or "<" in a or "<" in b
            for a, b in zip(route[place + 1 :], other[place + 1 :], strict=True)
        )
    }


def test_the_words_of_addresses_are_reserved():
    assert words_in_the_place_of("<slug:slug>") == RESERVED_CONTEST_SLUGS
    assert words_in_the_place_of("<slug:round_slug>") == RESERVED_ROUND_SLUGS


@pytest.mark.parametrize(
    ("model", "words"), [(Contest, RESERVED_CONTEST_SLUGS), (Round, RESERVED_ROUND_SLUGS)]
)
def test_a_reserved_word_is_no_slug(model, words):
    for word in words:
        with pytest.raises(ValidationError, match="trùng với địa chỉ"):
            model(slug=word).clean()
    model(slug="tuan-1").clean()
