"""How often a process of the command line looks for cycles among its values."""

import gc

#: A big cluster is millions of values that last until the end. Looking through them for cycles, of
#: which there are none, again and again costs a quarter of the time (bench/cluster.py).
_THRESHOLD = (100_000, 50, 50)


def collect_rarely() -> None:
    """Let Python collect cycles rarely, for the rest of this process."""
    gc.set_threshold(*_THRESHOLD)
