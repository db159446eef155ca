"""`read`: what policies say, in plain words."""

import argparse
from collections.abc import Iterator

from simulator.aloud import read_aloud
from simulator.cli.files import gather
from simulator.cli.helping import Command, Commands
from simulator.cli.screen import Screen, say, screen
from simulator.cli.stop import EXIT_OK, Stop
from simulator.cli.world import World, add_files, read_files, read_world


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "read",
        "what policies say, rule by rule, in plain words",
        "What does this policy say? Reads each one aloud: whom it selects, what it isolates, and "
        "what each rule admits, every AND and OR spelled out. With -f it also names the pods that "
        "are meant now.",
        (
            ("One policy:", "python -m simulator read policy.yaml"),
            ("With the pods of a cluster:", "python -m simulator read policies/ -f cluster.yaml"),
        ),
        ((0, "it was read"), (2, "wrong use, or a text that cannot be read")),
        run,
    ).add(commands)
    parser.add_argument(
        "policies", nargs="+", metavar="FILE", help="YAML or JSON, or a folder; - is standard input"
    )
    add_files(parser, required=False)


def run(options: argparse.Namespace) -> int:
    """Print every policy in words."""
    policies = read_files(gather(options.policies))
    if not policies.policies:
        raise Stop("there is no NetworkPolicy in these files")
    told = read_world(options) if options.files else None
    on = screen()
    say(_lines(policies, told, on), on)
    return EXIT_OK


def _lines(policies: World, told: World | None, on: Screen) -> Iterator[str]:
    for number, policy in enumerate(policies.policies):
        words = read_aloud(policy, told.cluster if told else None)
        if number:
            yield ""
        yield from (on.paint("strong", line) for line in on.wrapped(words.heading))
        for line in words.lines:
            yield from on.wrapped(line.text, first="    - " if line.depth else "  ")
