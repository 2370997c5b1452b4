"""News for the higher rooms."""

from django.dispatch import Signal

# `indexes`: what people's numbers are found by now, {user id: blind index}. Sent in the transaction
# that stores them, so that a copy moves along or the change is refused.
national_ids_indexed = Signal()
