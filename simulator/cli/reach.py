"""`reach`: who can reach whom."""

import argparse

from simulator.cli.cells import Table, service_table, table
from simulator.cli.ends import AskedPort, End, add_ends, asked_port, find
from simulator.cli.formats import FORMATS
from simulator.cli.groups import Group, among, group
from simulator.cli.helping import Command, Commands
from simulator.cli.outside import left_out, shown_ends
from simulator.cli.progress import finish, progress
from simulator.cli.screen import complain, counted, say, screen
from simulator.cli.stop import EXIT_OK, Stop
from simulator.cli.world import World, add_files, read_world
from simulator.model import Endpoint

#: Pairs of groups in one answer: that many make some thousands of lines.
MOST_PAIRS = 250_000


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "reach",
        "who can reach whom, on which ports",
        "Who can reach whom, and on which ports? Pods that no policy can tell apart stand together "
        "under their workload's name. A verdict speaks of policy alone: nothing need listen.",
        (
            (
                "The whole cluster:",
                "kubectl get ns,pods,svc,netpol,deploy -A -o yaml | python -m simulator reach -f -",
            ),
            (
                "Who reaches the database on its port, as a table for a pull request:",
                "python -m simulator reach -f cluster.yaml --to prod/db --port 3306 --format md",
            ),
        ),
        ((0, "the question was answered"), (2, "wrong use, or a text that cannot be read")),
        run,
    ).add(commands)
    add_files(parser)
    add_ends(parser)
    parser.add_argument("--port", type=str, help="3306, 53/UDP, http or ping; default: every port")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: %(default)s")


def run(options: argparse.Namespace) -> int:
    """Print the answer in the format asked for."""
    world = read_world(options)
    port = asked_port(options.port) if options.port else None
    source = find(world.cluster, options.source, services=False) if options.source else None
    space = source.namespace if source else ""
    target = find(world.cluster, options.target, namespace=space) if options.target else None
    answer = _answer(world, source, target, port)
    say(FORMATS[options.format](world, answer, screen()), screen())
    return EXIT_OK


def _answer(world: World, source: End | None, target: End | None, port: AskedPort | None) -> Table:
    if not world.cluster.pods:
        raise Stop("there are no pods in these files: name them with a further -f")
    shown = shown_ends(world.cluster, world.policies)
    sources = source.endpoints if source else shown
    targets = target.endpoints if target else shown
    if target and target.service:
        return service_table(
            world.cluster, world.policies,
            sources=_groups(world, sources, ())[0],
            service=target.service, name=target.text, port=port,
        )  # fmt: skip
    if (source is None or target is None) and (hidden := left_out(world.cluster, shown)):
        complain(f"note: {counted(hidden, 'hostNetwork pod')} left out; name one to see it")
    from_groups, to_groups = _groups(world, sources, targets)
    cells = table(
        world.cluster, world.policies,
        sources=from_groups, targets=to_groups, port=port, progress=progress("sources"),
    )  # fmt: skip
    finish()
    return cells


def _groups(
    world: World, sources: tuple[Endpoint, ...], targets: tuple[Endpoint, ...]
) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The ends in groups, in the cluster's order whichever side they are on."""
    asked = set(sources + targets)
    in_order = (end for end in world.cluster.endpoints if end in asked)
    groups = group(world.policies, tuple(dict.fromkeys((*in_order, *sources, *targets))))
    found = among(groups, sources), among(groups, targets)
    if (pairs := len(found[0]) * len(found[1])) > MOST_PAIRS:
        raise Stop(
            f"{len(groups):,} kinds of pods and hosts make {pairs:,} pairs, more than anybody "
            f"reads (at most {MOST_PAIRS:,}): ask for a part, for example --to 'prod/*'"
        )
    return found
