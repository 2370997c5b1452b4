from http import HTTPStatus
from types import SimpleNamespace

import pytest


def test_healthz_answers_without_the_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_answers_when_database_and_cache_do(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["failing"]) == (HTTPStatus.OK, [])


@pytest.mark.django_db
def test_readyz_names_what_does_not_answer(client, monkeypatch):
    def away(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr("config.health.cache", SimpleNamespace(get=away))

    answer = client.get("/readyz")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json()["failing"] == ["cache"]
