import logging

import pytest

from accounts import closings


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(closings, "closed", type(closings.closed)())
    monkeypatch.setattr(closings, "_said_at", float("-inf"))


def lines(caplog):
    return [record.getMessage() for record in caplog.records]


def test_every_closing_is_counted_and_said_at_most_once_a_minute(caplog, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(closings.time, "monotonic", lambda: now[0])

    with caplog.at_level(logging.WARNING, logger="accounts.closings"):
        for _number in range(3):
            closings.note_closing(4400)
        now[0] += closings.SECONDS_BETWEEN_LINES - 1
        closings.note_closing(4429)
        now[0] += 1
        closings.note_closing(4400)

    assert closings.closed == {4400: 4, 4429: 1}
    assert lines(caplog) == [
        "sockets closed so far, by code: {4400: 1}",
        "sockets closed so far, by code: {4400: 4, 4429: 1}",
    ]
