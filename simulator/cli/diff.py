"""`diff`: which connections two sets of policies decide differently."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulator.cli.evidence import Json, spans_json, verdict_json
from simulator.cli.files import gather, shown
from simulator.cli.helping import Command, Commands
from simulator.cli.outside import strangers
from simulator.cli.screen import Screen, complain, counted, say, screen
from simulator.cli.stop import EXIT_FAILED, EXIT_OK
from simulator.cli.wording import spans_words
from simulator.cli.world import World, add_files, read_files, read_world
from simulator.diff import Change, Diff, Difference, diff
from simulator.explain import explain
from simulator.model import Cluster, Verdict
from simulator.words import renamed

_SHADES = {Change.OPENED: "bad", Change.CLOSED: "good", Change.UNDEFINED: "open"}
_SIGNS = {Change.OPENED: "+", Change.CLOSED: "-", Change.UNDEFINED: "?"}


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "diff",
        "which connections two sets of policies decide differently",
        "What do these changes to the policies really change? Compares by meaning, not by text: in "
        "the cluster that -f names, or else in every cluster that there can be. Each difference "
        "comes with a connection to show for it.",
        (
            (
                "Before a merge, in the cluster as it is:",
                "python -m simulator diff main/policies policies -f cluster.yaml",
            ),
            (
                "Did the clean-up keep the meaning, whatever runs in the cluster?",
                "python -m simulator diff old.yaml new.yaml",
            ),
        ),
        (
            (0, "both mean the same (or no difference was found within the bounds told)"),
            (1, "something differs"),
            (2, "wrong use, or a text that cannot be read"),
        ),
        run,
    ).add(commands)
    parser.add_argument("old", metavar="OLD", help="a file or a folder of policies; - is stdin")
    parser.add_argument("new", metavar="NEW", help="the same after the change")
    add_files(parser, required=False)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print every difference; 1 if there is one."""
    old, new = _side(options.old), _side(options.new)
    cluster = _cluster(read_world(options), old, new) if options.files else None
    found = diff(old.policies, new.policies, cluster=cluster)
    show = _json_lines if options.format == "json" else _text_lines
    say(show((old, new), found, screen()), screen())
    return EXIT_FAILED if found.differences else EXIT_OK


def _side(name: str) -> World:
    """The policies of one side; that there are none is right at times, and worth a note."""
    side = read_files(gather([name]))
    if not side.policies:
        complain(f"note: there is no NetworkPolicy in {shown(name)}")
    return side


def _cluster(world: World, old: World, new: World) -> Cluster:
    """The cluster with some addresses outside, where its files name none."""
    cluster = world.cluster
    if any(not host.node for host in cluster.hosts):
        return cluster
    outside = strangers(cluster, (*old.policies, *new.policies))
    return replace(cluster, hosts=cluster.hosts + outside)


# ── In words ─────────────────────────────────────────────────────────────────────────────────


def _text_lines(sides: Sequence[World], found: Diff, on: Screen) -> Iterator[str]:
    for difference in found.differences:
        yield from _difference_lines(difference, on)
    if more := found.many - len(found.differences):
        yield f"… and {more:,} more"
    yield from on.wrapped(_summary(found))


def _difference_lines(difference: Difference, on: Screen) -> Iterator[str]:
    source, target = difference.names
    ports = difference.named_port or spans_words(difference.ports)
    what = f"{difference.change}: {source} → {target} on {ports}"
    first, *rest = on.wrapped(what, first=f"{_SIGNS[difference.change]} ", rest="  ")
    yield on.paint(_SHADES[difference.change], first)
    yield from rest
    for when, verdict in (("before", difference.old), ("now", difference.new)):
        yield from on.wrapped(_reason(difference, verdict), first=f"    {when}: ", rest="      ")
    if difference.alike > 1:
        yield f"    and {counted(difference.alike - 1, 'further pair')} for the same reason"


def _reason(difference: Difference, verdict: Verdict) -> str:
    """The gates at which the two sides part, with the ends called as the headline calls them."""
    gates = zip(explain(verdict).gates, difference.old.gates, difference.new.gates, strict=True)
    told = [
        f"{text.heading}: {text.text}" for text, old, new in gates if old.outcome is not new.outcome
    ]
    said = " ".join(told)
    for end, name in zip(
        (verdict.probe.source, verdict.probe.target), difference.names, strict=True
    ):
        if name != end.ref:  # a made-up pod, whose own name says nothing
            said = renamed(said, end.ref, name)
            said = said.replace(f". {name}", f". {name[0].upper()}{name[1:]}")
    return said


def _summary(found: Diff) -> str:
    bounds = "" if found.exact else f" But {found.reason}."
    if not found.differences:
        same = "Both mean the same." if found.exact else "No difference found."
        return same + bounds
    return f"{counted(found.many, 'connection differs', 'connections differ')}.{bounds}"


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────


def _json_lines(sides: Sequence[World], found: Diff, on: Screen) -> Iterator[str]:
    """See docs/simulator.md for the shape."""
    document: dict[str, Json] = {
        "version": 1,
        "equal": found.equal,
        "exact": found.exact,
        "reason": found.reason,
        "many": found.many,
        "differences": [_difference(sides, difference) for difference in found.differences],
    }
    yield json.dumps(document, indent=2)


def _difference(sides: Sequence[World], difference: Difference) -> Json:
    old, new = sides
    return {
        "change": difference.change.value,
        "from": difference.names[0],
        "to": difference.names[1],
        "ports": spans_json(difference.ports),
        "portNames": list(difference.port_names),
        "alike": difference.alike,
        "sentence": difference.sentence,
        "old": verdict_json(old, difference.old),
        "new": verdict_json(new, difference.new),
    }
