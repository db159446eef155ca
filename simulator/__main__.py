"""`python -m simulator …`: the command line of `simulator.cli`."""

import gc
import sys

from simulator.cli.main import main

__all__ = ["GC_THRESHOLD", "main"]

#: A big cluster is millions of values that last until the end. Looking through them for cycles, of
#: which there are none, again and again costs a quarter of the time (bench/cluster.py).
GC_THRESHOLD = (100_000, 50, 50)

if __name__ == "__main__":
    gc.set_threshold(*GC_THRESHOLD)
    sys.exit(main())
