"""The command line: `python -m simulator …`. The only module of the simulator that opens files."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from simulator import conformance
from simulator.limits import COMMAND_LINE, SUBMISSION
from simulator.model import Problem, Severity
from simulator.parse import Reading, read_policies
from simulator.versions import API_SERVERS, DEFAULT_VERSION
from simulator.words import caret, clip

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 fine, 1 refused or differing, 2 wrong use)."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone (| head): Python must not complain at exit
        return EXIT_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Says what Kubernetes NetworkPolicies really do, without a cluster.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_validate(commands)
    _add_conformance(commands)
    return parser


def _add_validate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "validate",
        help="say what kubectl apply would say of NetworkPolicy files, with line and column",
        description="Checks NetworkPolicy manifests as kubectl apply and an API server do. "
        "Prints file:line:col: message. Exit code 1 if one is refused, 0 with warnings alone.",
        epilog="example: kubectl get netpol -A -o yaml | python -m simulator validate -",
    )
    command.add_argument(
        "files", nargs="+", metavar="FILE", help="YAML or JSON; - is standard input"
    )
    command.add_argument(
        "--no-limits",
        action="store_true",
        help="count nothing (documents, policies, rules, size): for large files of your own",
    )
    command.add_argument(
        "--kubernetes",
        choices=API_SERVERS,
        default=DEFAULT_VERSION,
        help="the API server's version (default: %(default)s); 1.37 refuses CIDRs with host bits "
        "or leading zeros, of which 1.35 warns",
    )
    command.set_defaults(run=_validate)


def _add_conformance(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "conformance",
        help="compare the evaluator with recorded verdicts",
        description="Evaluates every probe of the vector files (one JSON object a line), prints "
        "each mismatch, then 'N passed, N failed' (probes). Exit code 1 if any failed.",
    )
    command.add_argument("files", nargs="+", metavar="FILE", help="JSON lines; - is standard input")
    command.set_defaults(run=_conformance)


# ── validate ─────────────────────────────────────────────────────────────────────────────────


def _validate(options: argparse.Namespace) -> int:
    limits = COMMAND_LINE if options.no_limits else SUBMISSION
    refused = False
    for name in options.files:
        data = _read(name)
        if data is None:
            return EXIT_USAGE
        reading = read_policies(data, limits=limits, version=options.kubernetes)
        refused |= not reading.accepted
        _report(_shown_name(name), data, reading)
    return EXIT_FAILED if refused else EXIT_OK


def _report(name: str, data: bytes, reading: Reading) -> None:
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in reading.problems:
        _print("\n".join(_problem_lines(name, problem, lines)))
    if reading.accepted:
        number = len(reading.policies)
        _print(f"{name}: {number} {'policy' if number == 1 else 'policies'} accepted")


def _problem_lines(name: str, problem: Problem, lines: list[str]) -> Iterator[str]:
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    if problem.mark is None:
        yield f"{name}: {warning}{problem.message}"
        return
    mark = problem.mark
    yield f"{name}:{mark.line}:{mark.column}: {warning}{problem.message}"
    if mark.line <= len(lines):
        excerpt, pointer = caret(lines[mark.line - 1], mark.column)
        yield f"    {excerpt}"
        yield f"    {pointer}"
    if problem.hint:
        yield f"    hint: {problem.hint}"


# ── conformance ──────────────────────────────────────────────────────────────────────────────


def _conformance(options: argparse.Namespace) -> int:
    passed = failed = 0
    for name in options.files:
        data = _read(name)
        if data is None:
            return EXIT_USAGE
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if not line.strip():
                continue
            try:
                case = conformance.read_case(line)
            except conformance.BadVector as error:
                print(f"{_shown_name(name)}:{number}: {clip(str(error))}", file=sys.stderr)
                return EXIT_USAGE
            for mismatch in conformance.mismatches(case):
                if mismatch is None:
                    passed += 1
                else:
                    failed += 1
                    _print(str(mismatch))
        if sys.stderr.isatty():
            print(f"{_shown_name(name)}: done", file=sys.stderr)
    _print(f"{passed} passed, {failed} failed")
    return EXIT_FAILED if failed else EXIT_OK


# ── input and output ─────────────────────────────────────────────────────────────────────────


def _read(name: str) -> bytes | None:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        print(f"{_shown_name(name)}: {error.strerror or error}", file=sys.stderr)
        return None


def _shown_name(name: str) -> str:
    return "standard input" if name == "-" else clip(name)


def _print(text: str) -> None:
    # A terminal that cannot show a character gets its code instead of a crash.
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


if __name__ == "__main__":
    sys.exit(main())
