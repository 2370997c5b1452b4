import signal
from typing import Any

from django.core.management.base import BaseCommand

from contest.tasks import INTERVAL_SECONDS, Expiry

STOPS = {signal.SIGTERM, signal.SIGINT}


class Command(BaseCommand):
    help = "Close expired attempts once a second, until SIGTERM; see EXPIRY_IN_ASGI."

    def handle(self, *args: Any, **options: Any) -> None:
        # held back until we ask for them, so that none interrupts a turn
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        self.stdout.write("closing expired attempts once a second")
        expiry = Expiry()
        while signal.sigtimedwait(STOPS, INTERVAL_SECONDS) is None:
            expiry.turn()
