"""News for the higher rooms."""

from django.dispatch import Signal

# `indexes`: what people's numbers are found by now, {user id: blind index}. Sent in the transaction
# that stores them, so that a copy moves along or the change is refused.
national_ids_indexed = Signal()

# `with_index`: whether BLIND_INDEX_KEY changed, too. Sent when every number is under today's keys,
# for what else is encrypted or indexed with them. Receivers give back how many of their rows no key
# opens; they may be called again, as what was interrupted is.
keys_rotated = Signal()
