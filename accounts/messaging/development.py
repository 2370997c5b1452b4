"""Messages that stay on this machine, whole: for development and tests only."""

import itertools
import sys
import time
from pathlib import Path

from django.conf import settings

from accounts.messaging.messages import Backend, Message

_count = itertools.count()  # within one tick of the clock


class ConsoleBackend(Backend):
    """Prints to the terminal."""

    def send(self, message: Message) -> None:
        sys.stdout.write(f"\n--- message to {message.to}\n{message.text}\n---\n")
        sys.stdout.flush()


class FileBackend(Backend):
    """Writes one file for each message to MESSAGE_DIR; their names sort by time."""

    def send(self, message: Message) -> None:
        folder = Path(settings.MESSAGE_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{next(_count):06}-{message.key}.txt"
        (folder / name).write_text(f"{message.to}\n\n{message.text}\n", encoding="utf-8")
