"""From a template to a person."""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from accounts.messaging.mail import MailBackend
from accounts.messaging.messages import Backend, Message, NotSent

MAIL = MailBackend()

logger = logging.getLogger(__name__)

# A slow gateway holds up no page, and a page that sends nothing, since nobody has that number,
# takes as long as one that does. A process that ends first sends what waits.
_background = ThreadPoolExecutor(max_workers=4, thread_name_prefix="messages")


def can_text() -> bool:
    """Whether phone numbers can be reached at all."""
    return bool(settings.MESSAGE_BACKEND)


def send_message(*, to: str, template: str, values: Mapping[str, str]) -> None:
    """Render `template` (a text file, in the language now active) and deliver it to a phone."""
    text = render_to_string(template, dict(values)).strip()
    deliver(Message(to=to, text=text, values=values))


def deliver(message: Message) -> None:
    """Send it soon, in a thread; a failure is logged, as whoever asked can ask again."""
    if settings.MESSAGES_IN_BACKGROUND:
        _background.submit(_deliver, message)
    else:
        _deliver(message)


def _deliver(message: Message) -> None:
    try:
        _backend_for(message.to).send(message)
    except NotSent as failure:
        logger.error("message %s was not sent: %s", message, failure)
    except Exception as fault:  # a thread's own errors are seen by nobody
        logger.error("message %s was not sent: %s", message, type(fault).__name__)
    else:
        logger.info("message %s was sent", message)


def _backend_for(contact: str) -> Backend:
    """Read anew each time, as tests and Django's own mail do; making one costs nothing."""
    if "@" in contact:
        return MAIL
    if not can_text():
        raise NotSent("MESSAGE_BACKEND is not set")
    backend: Backend = import_string(settings.MESSAGE_BACKEND)()
    return backend
