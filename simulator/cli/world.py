"""What `-f` names: a cluster, its policies, and the texts that they stand in."""

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from simulator.cli.files import File, all_problem_lines, gather, problem_lines
from simulator.cli.progress import finish, reading
from simulator.cli.screen import complain, counted
from simulator.cli.stop import Stop
from simulator.document import read_document
from simulator.model import Cluster, NetworkPolicy, Plugin, Problem, Severity
from simulator.scenario import Scenario
from simulator.snapshot import read_snapshot
from simulator.words import quote

T = TypeVar("T")

#: Of the problems in all files, this many are shown.
MOST_TOLD = 10
_SCENARIO = re.compile(rb"(?m)^kind:[ ]*Scenario[ ]*\r?$")


@dataclass(frozen=True, slots=True)
class World:
    """A cluster as files tell it; `sources` has the file of each policy by namespace and name."""

    cluster: Cluster
    policies: tuple[NetworkPolicy, ...] = ()
    sources: Mapping[tuple[str, str], File] = field(default_factory=dict)

    def source_of(self, policy: NetworkPolicy) -> File | None:
        """The file in which one of the policies stands."""
        return self.sources.get((policy.namespace, policy.name))


def add_files(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """`-f` and `--plugin`, which every command that asks about a cluster has."""
    parser.add_argument(
        "-f",
        "--file",
        dest="files",
        action="append",
        required=required,
        metavar="DIR|FILE",
        help="what kubectl get ns,pods,svc,netpol,deploy -A -o yaml prints, manifests, or a "
        "scenario; a folder is searched for .yaml, .yml and .json, - is standard input; may be "
        "given several times",
    )
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="settle what the API leaves open as your network plugin does: " + _plugin_help(),
    )


def read_world(options: argparse.Namespace) -> World:
    """Read everything that `-f` names; stops where a text is refused."""
    world = read_files(gather(options.files or []))
    plugin = settled(world.cluster.plugin, options.plugin)
    return replace(world, cluster=replace(world.cluster, plugin=plugin))


def read_files(files: Sequence[File]) -> World:
    """Scenarios and manifests as one cluster; warnings go to standard error."""
    stories = [file for file in files if _SCENARIO.search(file.data)]
    world = _manifests([file for file in files if file not in stories])
    for file in stories:
        world = replace(world, cluster=_joined(read_scenario(file).cluster, world.cluster))
    return world


def read_scenario(file: File) -> Scenario:
    """A scenario document; stops where it has a problem."""
    return document(file, Scenario)


def document(file: File, kind: type[T]) -> T:
    """A document of one kind; stops where it has a problem or is another."""
    reading = read_document(file.data)
    if not isinstance(reading.document, kind):
        lines = list(all_problem_lines(file, reading.problems))
        raise Stop("\n".join(lines or [f"{file.name}: this is no {kind.__name__.lower()}"]))
    return reading.document


def _joined(story: Cluster, other: Cluster) -> Cluster:
    named = set(story.namespace_names)
    return replace(
        story,
        namespaces=story.namespaces + tuple(n for n in other.namespaces if n.name not in named),
        pods=story.pods + other.pods,
        hosts=story.hosts + other.hosts,
        services=story.services + other.services,
    )


def _manifests(files: Sequence[File]) -> World:
    by_name = {file.name: file for file in files}
    texts = ((file.name, file.data) for file in files)
    snapshot = read_snapshot(texts, progress=reading(len(files)))
    finish()
    found: dict[File, list[Problem]] = {}
    for each in snapshot.problems:
        found.setdefault(by_name[each.file], []).append(each.problem)
    tell(found)
    pairs = zip(snapshot.policies, snapshot.origins, strict=True)
    sources = {(policy.namespace, policy.name): by_name[name] for policy, name in pairs}
    return World(snapshot.cluster, snapshot.policies, sources)


def tell(found: Mapping[File, Sequence[Problem]]) -> None:
    """Print warnings on standard error; stop where there is an error."""
    refused = {file: errors for file, each in found.items() if (errors := _errors(each))}
    shown = [(file, problem) for file, each in (refused or found).items() for problem in each]
    lines = [line for file, each in shown[:MOST_TOLD] for line in problem_lines(file, each)]
    if more := shown[MOST_TOLD:]:
        lines.append(f"… and {counted(len(more), 'further problem')}; validate shows them all")
    if refused:
        raise Stop("\n".join(lines))
    if lines:
        complain("\n".join(lines))


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


# ── Plugins ──────────────────────────────────────────────────────────────────────────────────


def _choices() -> dict[str, tuple[str, ...]]:
    """Each setting of a plugin, as one types it, with its values."""
    found = {}
    for setting in fields(Plugin):
        kind = type(setting.default)
        values = tuple(kind) if issubclass(kind, StrEnum) else ("true", "false")
        found[setting.name.replace("_", "-")] = tuple(map(str, values))
    return found


def _plugin_help() -> str:
    return "; ".join(f"{name}={'|'.join(values)}" for name, values in _choices().items())


def _no_setting(text: str, choices: Mapping[str, tuple[str, ...]]) -> str:
    name, equals, _ = text.partition("=")
    if name in choices and equals:
        return f"--plugin {quote(text)}: {name} is one of {', '.join(choices[name])}"
    known = (f"  {each}={'|'.join(values)}" for each, values in choices.items())
    return "\n".join((f"--plugin {quote(text)} is no setting; these are:", *known))


def settled(plugin: Plugin, texts: Iterable[str]) -> Plugin:
    """A plugin with settings like `ip-block-on-pods=matches` put in."""
    choices = _choices()
    for text in texts:
        name, _, value = text.partition("=")
        if value not in choices.get(name, ()):
            raise Stop(_no_setting(text, choices))
        known = name.replace("-", "_")
        kind = type(getattr(plugin, known))
        setting: Any = value == "true" if kind is bool else kind(value)
        changes: dict[str, Any] = {known: setting}
        plugin = replace(plugin, **changes)
    return plugin
