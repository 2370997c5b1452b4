"""Short messages to people, sent as Django sends mail: by a backend that a setting names.

A phone number is reached by MESSAGE_BACKEND (console, file, mail, HTTP gateway), an e-mail address
by Django's mail. Nothing here logs a whole number, an address or a code.
"""

from accounts.messaging.messages import Message, NotSent
from accounts.messaging.sending import can_text, deliver, send_message

__all__ = ["Message", "NotSent", "can_text", "deliver", "send_message"]
