"""The garbage collector of a server process that holds thousands of sockets."""

import gc

# Allocations that outlive their moment, between collections of the youngest objects; how many
# of those make one of the middle; and how many of these make one of everything. By default
# (700, 10, 10) every few seconds a collection walks over all sockets and holds up all of them.
THRESHOLDS = 10_000, 50, 100


def settle() -> None:
    """Call when everything is loaded: what is there now stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
