"""News for higher apps. Sent after commit, and robustly: a listener cannot undo the deed."""

from django.dispatch import Signal

# kwargs: attempt (graded, with round_id and participant_id)
attempt_graded = Signal()

# kwargs: attempt (under way again, no longer graded)
attempt_reopened = Signal()

# kwargs: round_id (of the attempts whose time was changed)
deadlines_moved = Signal()

# kwargs: contest_round (whose frozen board the public may now see as it is)
board_released = Signal()

# kwargs: contest, round_ids (of which many results changed at once)
results_regraded = Signal()

# kwargs: contest, participant_ids (whose attempts count anew, or no longer)
counting_changed = Signal()
