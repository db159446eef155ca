"""`validate`: what kubectl apply would say of NetworkPolicy files."""

import argparse

from simulator.cli.files import File, all_problem_lines, gather
from simulator.cli.helping import Command, Commands
from simulator.cli.screen import counted, say, screen
from simulator.cli.stop import EXIT_FAILED, EXIT_OK
from simulator.limits import COMMAND_LINE, SUBMISSION
from simulator.parse import Reading, read_policies
from simulator.versions import API_SERVERS, DEFAULT_VERSION


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "validate",
        "say what kubectl apply would say of NetworkPolicy files, with line and column",
        "Would the API server take these NetworkPolicies? Prints file:line:col: message, the line "
        "with a caret, and a hint; what kubectl takes although nobody can mean it is a warning.",
        (
            ("Every file of a folder:", "python -m simulator validate policies/"),
            (
                "What the cluster holds:",
                "kubectl get netpol -A -o yaml | python -m simulator validate -",
            ),
        ),
        ((0, "all accepted, perhaps with warnings"), (1, "one is refused"), (2, "wrong use")),
        run,
    ).add(commands)
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="YAML or JSON, or a folder; - is standard input"
    )
    parser.add_argument(
        "--no-limits",
        action="store_true",
        help="count nothing (documents, policies, rules, size): for large files of your own",
    )
    parser.add_argument(
        "--kubernetes",
        choices=API_SERVERS,
        default=DEFAULT_VERSION,
        help="the API server's version (default: %(default)s); 1.37 refuses CIDRs with host bits "
        "or leading zeros, of which 1.35 warns",
    )


def run(options: argparse.Namespace) -> int:
    """Print every problem of every file; 1 if one is refused."""
    limits = COMMAND_LINE if options.no_limits else SUBMISSION
    refused = False
    for file in gather(options.files):
        reading = read_policies(file.data, limits=limits, version=options.kubernetes)
        refused |= not reading.accepted
        _report(file, reading)
    return EXIT_FAILED if refused else EXIT_OK


def _report(file: File, reading: Reading) -> None:
    lines = list(all_problem_lines(file, reading.problems))
    if reading.accepted:
        lines.append(
            f"{file.name}: {counted(len(reading.policies), 'policy', 'policies')} accepted"
        )
    say(lines, screen())
