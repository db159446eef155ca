"""The commands put together, and what surrounds each of them."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from simulator.cli import conformance, diff, explain, grade, reach, read, validate
from simulator.cli.screen import complain
from simulator.cli.stop import EXIT_FAILED, Stop

EXIT_INTERRUPTED = 130  # as a shell tells it of a command that Ctrl-C ended
_COMMANDS = (validate, read, reach, explain, diff, grade, conformance)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 fine, 1 refused or differing, 2 wrong use)."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        code = run(options)
        sys.stdout.flush()
        return code
    except Stop as stop:
        complain(stop.message)
        return stop.code
    except BrokenPipeError:  # the reader has gone (| head)
        _write_nowhere()
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _write_nowhere() -> None:
    """Python flushes standard output once more as it ends, and must not complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Says what Kubernetes NetworkPolicies really do, without a cluster.",
        epilog="Each command explains itself: python -m simulator COMMAND --help",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands)
    return parser
