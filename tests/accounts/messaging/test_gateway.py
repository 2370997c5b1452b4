"""The HTTP gateway against a real server."""

from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.messaging import Message, NotSent
from accounts.messaging.gateway import Gateway, HttpBackend
from tests.accounts.gateways import sms_provider
from tests.machine import free_port

MESSAGE = Message(
    to="+84912345678",
    text="Mã của Anh/Chị là 123456.",
    values={"code": "123456", "minutes": "10"},
    key="khoa-1",
)


@pytest.fixture
def provider():
    with sms_provider() as it:
        yield it


def send(provider, message=MESSAGE, **settings):
    quick = {"url": provider.url, "backoff_seconds": 0.01, "timeout_seconds": 5.0}
    HttpBackend(Gateway(**{**quick, **settings})).send(message)


def test_json_with_a_secret_and_a_providers_own_template(provider):
    send(
        provider,
        headers={"Authorization": "Bearer {secret}"},
        body={
            "phone": "{phone}",
            "template_id": 7,
            "template_data": {"otp": "{code}", "parts": ["{minutes} phút"]},
            "tracking_id": "{key}",
        },
        secret="bi-mat",
    )

    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", "/send")
    assert asked.headers["authorization"] == "Bearer bi-mat"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "khoa-1"
    assert asked.json == {
        "phone": "84912345678",
        "template_id": 7,
        "template_data": {"otp": "123456", "parts": ["10 phút"]},
        "tracking_id": "khoa-1",
    }


def test_a_form_with_a_text_without_marks(provider):
    send(
        provider,
        body={"to": "{phone_local}", "msg": "{text_plain}"},
        body_format="form",
    )

    (asked,) = provider.asked
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body) == {"to": ["0912345678"], "msg": ["Ma cua Anh/Chi la 123456."]}


def test_a_query(provider):
    send(provider, method="GET", body={"to": "{phone}", "msg": "{text}"}, body_format="query")

    (asked,) = provider.asked
    assert asked.method == "GET"
    query = parse_qs(urlsplit(asked.path).query)
    assert query == {"to": ["84912345678"], "msg": [MESSAGE.text]}


def test_what_people_write_never_becomes_structure(provider):
    text = 'a", "to": "84900000000", "x": "{secret} {{code}} {unknown} {'
    send(provider, Message(to=MESSAGE.to, text=text), body={"t": "{text}"}, secret="bi-mat")

    assert provider.asked[0].json == {"t": text}


def test_a_fault_of_the_provider_is_tried_again_with_the_same_key(provider):
    provider.answers = [(500, {}), (429, {}), (200, {})]

    send(provider)

    assert [asked.headers["idempotency-key"] for asked in provider.asked] == ["khoa-1"] * 3


def test_tries_come_to_an_end(provider):
    provider.answers = [(503, {})]

    with pytest.raises(NotSent, match="the gateway answered 503"):
        send(provider, tries=2)

    assert len(provider.asked) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_a_refusal_is_not_tried_again(provider, status):
    provider.answers = [(status, {})]

    with pytest.raises(NotSent, match=f"the gateway answered {status}"):
        send(provider)

    assert len(provider.asked) == 1


def test_silence_is_cut_short_and_tried_again(provider):
    provider.answers = [None, (200, {})]

    send(provider, timeout_seconds=0.2)

    assert len(provider.asked) == 2


def test_silence_without_end_is_a_failure_that_names_nobody(provider):
    provider.answers = [None]

    with pytest.raises(NotSent) as failure:
        send(provider, timeout_seconds=0.1, tries=2, method="GET", body_format="query")

    assert len(provider.asked) == 2
    assert str(failure.value) == "no answer (MaxRetryError)"


def test_nobody_there_is_a_failure():
    gateway = Gateway(f"http://127.0.0.1:{free_port()}/send", backoff_seconds=0.01)

    with pytest.raises(NotSent, match="no answer"):
        HttpBackend(gateway).send(MESSAGE)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("CodeResult=100", {"CodeResult": "100"}),
        ("error=0", {"error": 0}),
        ("data.0.ok=true", {"data": [{"ok": True}]}),
    ],
)
def test_a_value_in_the_answer_says_that_it_was_taken(provider, condition, answer):
    provider.answers = [(200, answer)]

    send(provider, success_json=condition)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"error": -124}, "error is -124 where 0 was expected"),
        ({}, "error is null where 0 was expected"),
        ([], "error is null where 0 was expected"),
        (b"<html>", "error is null where 0 was expected"),
        ({"error": "no credit for 84912345678"}, "error is something else where 0 was expected"),
    ],
)
def test_another_value_is_a_refusal(provider, answer, told):
    provider.answers = [(200, answer)]

    with pytest.raises(NotSent) as failure:
        send(provider, success_json="error=0")

    assert str(failure.value) == told
