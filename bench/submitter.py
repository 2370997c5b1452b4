"""Hand in open papers one after the other, as a WSGI process would; tell when each was committed.

    python -m bench.submitter PER_SECOND COUNT

Prints a JSON line of bench.plan.Submitted for each.
"""

import os
import sys
import time

import django
import msgspec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the apps are loaded from here on
from django.utils import timezone  # noqa: E402

from bench.plan import Submitted  # noqa: E402
from contest.models import Attempt  # noqa: E402
from contest.services.submitting import submit_attempt  # noqa: E402
from leaderboard.boards import round_board  # noqa: E402
from leaderboard.services.announcing import settle  # noqa: E402
from leaderboard.stores import main_store  # noqa: E402


def main() -> None:
    per_second, count = float(sys.argv[1]), int(sys.argv[2])
    attempts = (
        Attempt.objects.running().select_related("round", "participant").order_by("pk")[:count]
    )
    due_at = time.monotonic()
    for attempt in attempts:
        time.sleep(max(0.0, due_at - time.monotonic()))
        due_at += 1 / per_second
        at = time.monotonic()
        user_id = attempt.participant.user_id
        submit_attempt(code=attempt.code, user_id=user_id, at=timezone.now())
        state = main_store().state(round_board(attempt.round, at=timezone.now()).name)
        if state is None:
            raise RuntimeError("the board is not there")
        told = Submitted(at, state.version)
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        sys.stdout.flush()
    settle()


if __name__ == "__main__":
    main()
