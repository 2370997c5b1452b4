import logging
import threading

import pytest
from django.core import mail

from accounts.messaging import Message, can_text, deliver, send_message, sending
from tests.accounts.gateways import sms_provider
from tests.machine import free_port

PHONE = "+84912345678"
CODE = {"code": "123456", "minutes": "10"}
DEVELOPMENT = "accounts.messaging.development"


@pytest.fixture
def folder(settings, tmp_path):
    settings.MESSAGE_BACKEND = f"{DEVELOPMENT}.FileBackend"
    settings.MESSAGE_DIR = tmp_path / "messages"
    return settings.MESSAGE_DIR


def send_code():
    send_message(to=PHONE, template="accounts/messages/code.txt", values=CODE)


def test_a_file_for_each_message(folder):
    send_code()
    send_code()

    first, second = sorted(folder.iterdir())
    assert first.read_text().startswith(f"{PHONE}\n\n123456 là mã xác nhận của Anh/Chị")
    assert first.read_text() == second.read_text()


def test_the_console(settings, capsys):
    settings.MESSAGE_BACKEND = f"{DEVELOPMENT}.ConsoleBackend"

    send_code()

    assert f"message to {PHONE}\n123456 là mã" in capsys.readouterr().out


def test_a_mail_to_sms_address(settings):
    settings.MESSAGE_BACKEND = "accounts.messaging.mail.MailBackend"
    settings.MESSAGE_MAIL_ADDRESS = "{phone}@sms.vidu.vn"

    send_code()

    (sent,) = mail.outbox
    assert sent.to == ["84912345678@sms.vidu.vn"]
    assert sent.body.startswith("123456 là mã")


def test_addresses_are_reached_by_mail_whatever_the_backend(folder):
    deliver(Message(to="anh@vidu.vn", subject="Mã đăng nhập", text="123456"))

    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["anh@vidu.vn"], "Mã đăng nhập", "123456")
    assert not folder.exists()


def test_without_a_backend_no_phone_is_reached(settings, caplog):
    settings.MESSAGE_BACKEND = ""

    send_code()

    assert not can_text()
    assert caplog.messages[0].endswith("to 0912***678 was not sent: MESSAGE_BACKEND is not set")


@pytest.mark.parametrize("answers", [[(200, {})], [(500, {}), (200, {})], [(400, {})], [(500, {})]])
def test_logs_hold_no_number_and_no_code(settings, caplog, answers):
    settings.MESSAGE_BACKEND = "accounts.messaging.gateway.HttpBackend"
    caplog.set_level(logging.DEBUG)
    with sms_provider() as provider:
        provider.answers = answers
        settings.SMS_GATEWAY = {
            "url": provider.url,
            "method": "GET",
            "body": {"to": "{phone}", "code": "{code}", "text": "{text}"},
            "body_format": "query",
            "tries": 2,
            "backoff_seconds": 0.01,
        }
        send_code()

    told = "\n".join(caplog.messages)
    assert "0912***678" in told
    assert not {"912345678", "84912345678", "123456"} & set(told.replace("=", " ").split())
    assert "912345678" not in told
    assert "123456" not in told


def test_a_mail_server_that_is_away_is_logged_without_the_address(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    deliver(Message(to="nguyenvana@vidu.vn", text="123456"))

    assert caplog.messages[0].endswith("to n***@vidu.vn was not sent: ConnectionRefusedError")


def test_a_fault_of_a_backend_is_logged_by_its_kind_alone(settings, caplog):
    settings.MESSAGE_BACKEND = "builtins.int"

    send_code()

    assert caplog.messages[0].endswith("was not sent: AttributeError")


def test_a_page_waits_for_no_gateway(settings):
    settings.MESSAGES_IN_BACKGROUND = True
    settings.MESSAGE_BACKEND = "accounts.messaging.gateway.HttpBackend"
    with sms_provider() as provider:
        provider.answers = [None]
        settings.SMS_GATEWAY = {"url": provider.url, "tries": 1}
        send_code()  # comes back although nobody answers
        names = {thread.name.rpartition("_")[0] for thread in threading.enumerate()}
        assert "messages" in names
        # the thread's own end: what waits is sent before a process ends
        provider.is_over.set()
        sending._background.submit(lambda: None).result(timeout=10)
