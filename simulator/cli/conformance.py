"""`conformance`: the evaluator against recorded verdicts."""

import argparse
import sys
from collections.abc import Iterator

from simulator import conformance
from simulator.cli.files import File, one
from simulator.cli.helping import Command, Commands
from simulator.cli.screen import say, screen
from simulator.cli.stop import EXIT_FAILED, EXIT_OK, Stop
from simulator.words import clip


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "conformance",
        "compare the evaluator with recorded verdicts",
        "Does the simulator agree with what real network plugins did? Evaluates every probe of the "
        "vector files (one JSON object a line), prints each mismatch, then 'N passed, N failed'.",
        (
            ("All vectors:", "python -m simulator conformance ../shared/conformance/*.jsonl"),
            ("From a pipe:", "zcat vectors.jsonl.gz | python -m simulator conformance -"),
        ),
        ((0, "every probe agrees"), (1, "a probe differs"), (2, "wrong use, or no vector")),
        run,
    ).add(commands)
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON lines; - is standard input")


def run(options: argparse.Namespace) -> int:
    """Print each mismatch, then how many probes passed and failed; 1 if any failed."""
    passed = failed = 0
    on = screen()
    for name in options.files:
        for mismatch in _compared(one(name)):
            if mismatch is None:
                passed += 1
            else:
                failed += 1
                say([str(mismatch)], on)
        if sys.stderr.isatty():
            print(f"{clip(name)}: done", file=sys.stderr)
    say([f"{passed} passed, {failed} failed"], on)
    return EXIT_FAILED if failed else EXIT_OK


def _compared(file: File) -> Iterator[conformance.Mismatch | None]:
    for number, line in enumerate(file.data.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = conformance.read_case(line)
        except conformance.BadVector as error:
            raise Stop(f"{file.name}:{number}: {clip(str(error))}") from error
        yield from conformance.mismatches(case)
