"""News for higher apps. Sent after commit, and robustly: a listener cannot undo the deed."""

from django.dispatch import Signal

# kwargs: attempt (graded, with round_id and participant_id)
attempt_graded = Signal()
