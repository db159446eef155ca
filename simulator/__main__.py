"""`python -m simulator …`: the command line of `simulator.cli`."""

import sys

from simulator.cli.collector import collect_rarely
from simulator.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    collect_rarely()
    sys.exit(main())
