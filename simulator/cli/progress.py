"""How far long work has come: on standard error, and only where somebody looks at it."""

import sys
from collections.abc import Callable

from simulator.words import harmless


def progress(what: str) -> Callable[[int, int], None]:
    """A function that shows `what 3/40` in one line; it takes (done, whole)."""
    if not sys.stderr.isatty():
        return lambda done, whole: None

    def show(done: int, whole: int) -> None:
        step = max(1, whole // 50)
        if whole >= 50 and done % step == 0:
            print(f"\r{what} {done:,}/{whole:,}", end="", file=sys.stderr, flush=True)

    return show


def reading(files: int) -> Callable[[str, int], None] | None:
    """The same for `read_snapshot`, which tells of each text as it is done."""
    if files < 2 or not sys.stderr.isatty():
        return None

    def show(name: str, objects: int) -> None:
        print(f"\r\x1b[Kread {harmless(name)[-40:]}, {objects:,} objects", end="", file=sys.stderr)

    return show


def finish() -> None:
    """Wipe the line of progress."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
