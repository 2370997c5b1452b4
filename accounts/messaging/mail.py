import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.messaging.messages import Backend, Message, NotSent


class MailBackend(Backend):
    """Sends through Django's mail; to a phone by way of an office's mail-to-SMS address."""

    def send(self, message: Message) -> None:
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            to=[_address(message.to)],
            headers={"Message-ID": f"<{message.key}@{_host()}>"},
        )
        try:
            mail.send()
        except (OSError, smtplib.SMTPException) as fault:
            raise NotSent(type(fault).__name__) from fault


def _address(contact: str) -> str:
    if "@" in contact:
        return contact
    return settings.MESSAGE_MAIL_ADDRESS.replace("{phone}", contact.removeprefix("+"))


def _host() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
