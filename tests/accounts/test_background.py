"""Work that goes on behind a page."""

from threading import Event

import pytest
from django.db import transaction
from django.utils import translation

from accounts.background import in_background

pytestmark = pytest.mark.django_db(transaction=True)


class Refused(Exception):
    pass


@pytest.fixture
def outcome():
    """Begin work; what it was heard to end with."""

    def end(work, **how):
        heard, is_over = [], Event()

        def failed(refusal):
            heard.append(refusal)
            is_over.set()

        def done():
            work()
            is_over.set()

        in_background(done, name="a deed", failed=failed, **how)
        assert is_over.wait(timeout=10)
        return heard

    return end


def test_it_begins_once_what_it_needs_is_stored():
    is_done = Event()
    with transaction.atomic():
        in_background(is_done.set, name="a deed", failed=lambda _refusal: None)
        assert not is_done.is_set()

    assert is_done.wait(timeout=10)


def test_it_speaks_the_language_of_whoever_asked(outcome):
    spoken = []
    with translation.override("en"):
        assert outcome(lambda: spoken.append(translation.get_language())) == []

    assert spoken == ["en"]


def test_a_refusal_is_told_and_not_logged(outcome, caplog):
    refusal = Refused("not today")

    def work():
        raise refusal

    assert outcome(work, refusals=(Refused,)) == [refusal]
    assert caplog.text == ""


def test_what_nobody_foresaw_is_logged_by_name(outcome, caplog):
    def work():
        raise Refused

    assert outcome(work) == [None]
    assert "a deed failed" in caplog.text
