import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.rules.masking import mask_contact


class NotSent(Exception):
    """A message did not leave; the text says why and names no person."""


@dataclass(frozen=True)
class Message:
    """A text for a phone number (E.164) or an e-mail address."""

    to: str
    text: str
    subject: str = ""  # of mail
    # what gateways with templates of their own fill in: {"code": "123456", "minutes": "10"}
    values: Mapping[str, str] = field(default_factory=dict)
    # the same for every try: a gateway that knows it does not send twice
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __str__(self) -> str:
        return f"{self.key} to {mask_contact(self.to)}"

    def __repr__(self) -> str:  # tracebacks and logs show it
        return f"<Message {self}>"


class Backend(ABC):
    """A way for messages to leave."""

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand the message on. Raises NotSent."""
