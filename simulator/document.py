"""The one reader of our own documents: scenario, exercise and lesson, as YAML text.

Fixtures, the instructor's editor and imports all come through `read`, which returns the document or
every located problem. The formats are described in docs/content.md.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeVar, cast

from simulator import validate
from simulator.check import Fault, Scope
from simulator.limits import COMMAND_LINE
from simulator.model import (
    Address,
    Cluster,
    ContainerPort,
    ExternalHost,
    Labels,
    Mark,
    Namespace,
    PingBehaviour,
    Plugin,
    Pod,
    PodAddressMatching,
    Probe,
    ProbeProtocol,
    Problem,
    Protocol,
    Severity,
)
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.ports import PortSet
from simulator.selectors import NAME_LABEL
from simulator.source import read
from simulator.words import nearest, quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A cluster plus its story; `arrows` are the probes that the picture draws."""

    slug: str
    title: str
    story: str
    cluster: Cluster
    arrows: tuple[Probe, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A probe by the names that it is written with: `prod/api -> prod/db:3306/TCP`."""

    source: str
    target: str
    protocol: ProbeProtocol
    port: int | None
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An answer that must fail, and for which flows: the exercise's proof that it grades well."""

    name: str
    answer: str
    differs: tuple[tuple[Flow, Fault], ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """Scenario, starter, solution and wrong answers; `task` is Markdown."""

    slug: str
    title: str
    scenario: str
    task: str
    starter: str
    solution: str
    scope: Scope
    wrong: tuple[WrongAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """Prose (Markdown) and the exercise to do; module and position order the list."""

    slug: str
    title: str
    module: int
    position: int
    summary: str
    body: str
    exercise: str


Document = Scenario | Exercise | Lesson


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a document gave: the document, or its problems."""

    document: Document | None
    problems: tuple[Problem, ...]


def read_document(text: str | bytes) -> Reading:
    """Read one document. Never raises: what is wrong comes back located in `problems`."""
    source = read(text, COMMAND_LINE)
    reader = _Reader([p for p in source.problems if p.severity is Severity.ERROR])
    for warning in source.problems:
        if warning.severity is Severity.WARNING:  # a repeated key is a slip in our own documents
            reader.problem(warning.message, warning.mark)
    document = None
    if not reader.problems and len(source.documents) != 1:
        reader.problem("a file holds exactly one document", Mark(1, 1))
    elif not reader.problems:
        document = reader.document(source.documents[0])
    return Reading(None if reader.problems else document, tuple(reader.problems))


_FLOW = re.compile(r"\s*(\S+)\s*(?:->|→)\s*(\S+)\s*:\s*(?:(\d{1,5})(?:/(TCP|UDP|SCTP))?|(ping))\s*")
_PORT = re.compile(r"(\d{1,5})(?:/(TCP|UDP|SCTP))?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(slots=True)
class _Reader:
    problems: list[Problem]

    def problem(self, message: str, mark: Mark | None, hint: str = "") -> None:
        self.problems.append(Problem(message, mark, hint=hint))

    def document(self, node: Node) -> Document | None:
        kind = node.get("kind") if isinstance(node, Mapping) else None
        name = kind.value if isinstance(kind, Scalar) else None
        kinds: dict[str, Callable[[Node], Document | None]] = {
            "Scenario": self.scenario,
            "Exercise": self.exercise,
            "Lesson": self.lesson,
        }
        if not isinstance(name, str) or name not in kinds:
            place = kind.mark if kind else node.mark
            self.problem("a document starts with kind: Scenario, Exercise or Lesson", place)
            return None
        return kinds[name](node)

    # ── scenario ──

    def scenario(self, node: Node) -> Scenario | None:
        fields = self.fields(
            node,
            required=("kind", "slug", "title", "namespaces", "pods", "arrows"),
            optional=("story", "hosts", "plugin"),
        )
        if fields is None:
            return None
        namespaces = tuple(self._namespace(entry) for entry in self.entries(fields["namespaces"]))
        known = {namespace.name for namespace in namespaces}
        pods = tuple(self._pod(entry, known) for entry in self.entries(fields["pods"]))
        hosts = tuple(self._host(entry) for entry in self.entries(fields.get("hosts")))
        cluster = Cluster(namespaces, pods, hosts, self._plugin(fields.get("plugin")))
        flows = tuple(self.flow(item) for item in self.items(fields["arrows"]))
        arrows = tuple(self._probe(cluster, flow) for flow in flows if flow)
        return Scenario(
            self.slug(fields),
            self.text(fields["title"], most=200),
            self.optional_text(fields, "story"),
            cluster,
            tuple(arrow for arrow in arrows if arrow),
        )

    def _namespace(self, entry: Entry) -> Namespace:
        self._complain(validate.namespace_name(entry.key), entry.mark)
        return Namespace(entry.key, {**self.labels(entry.value), NAME_LABEL: entry.key})

    def _pod(self, entry: Entry, namespaces: set[str]) -> Pod:
        namespace, slash, name = entry.key.partition("/")
        if not slash or not name:
            self.problem(f"a pod is named namespace/name, not {quote(entry.key)}", entry.mark)
        elif namespace not in namespaces:
            self.problem(f"no namespace {quote(namespace)} in this scenario", entry.mark)
        self._complain(validate.policy_name(name), entry.mark)
        empty = Entry("labels", Mapping((), entry.mark), entry.mark)
        fields = self.fields(entry.value, required=("ip",), optional=("labels", "ports")) or {}
        labels = self.labels(fields.get("labels", empty).value)
        addresses = self.addresses(fields["ip"]) if "ip" in fields else ()
        return Pod(namespace, name, labels, addresses, self.container_ports(fields.get("ports")))

    def _host(self, entry: Entry) -> ExternalHost:
        addresses = self.addresses(entry)
        if len(addresses) > 1:
            self.problem("a host outside has one address", entry.mark)
        self._complain(validate.namespace_name(entry.key), entry.mark)
        return ExternalHost(entry.key, addresses[0] if addresses else ip_address("0.0.0.0"))

    def _plugin(self, entry: Entry | None) -> Plugin:
        if entry is None:
            return Plugin()
        allowed = ("enforces", "ping", "ipBlockOnPods")
        fields = self.fields(entry.value, required=(), optional=allowed) or {}
        enforces = fields.get("enforces")
        ping = self.choice(fields.get("ping"), PingBehaviour, PingBehaviour.UNDEFINED)
        undefined = PodAddressMatching.UNDEFINED
        on_pods = self.choice(fields.get("ipBlockOnPods"), PodAddressMatching, undefined)
        return Plugin(self.boolean(enforces) if enforces else True, ping, on_pods)

    def container_ports(self, entry: Entry | None) -> tuple[ContainerPort, ...]:
        """`{http: 80, dns: 53/UDP}`, or a list of ports without names."""
        if entry is None:
            return ()
        if isinstance(entry.value, Sequence):
            named = [("", item) for item in entry.value.items]
        else:
            named = [(item.key, item.value) for item in self.entries(entry)]
        found = []
        for name, node in named:
            if name:
                self._complain(validate.port_name(name), node.mark)
            protocol, number = self.port(node)
            found.append(ContainerPort(number, protocol, name))
        return tuple(found)

    def _probe(self, cluster: Cluster, flow: Flow) -> Probe | None:
        ends = {endpoint.ref: endpoint for endpoint in cluster.endpoints}
        for ref in (flow.source, flow.target):
            if ref not in ends:
                close = nearest(ref, ends)
                hint = f"Did you mean {close}?" if close else ""
                self.problem(f"no pod or host {quote(ref)} in this scenario", flow.mark, hint)
        if flow.source not in ends or flow.target not in ends:
            return None
        return Probe(ends[flow.source], ends[flow.target], flow.protocol, flow.port)

    # ── exercise and lesson ──

    def exercise(self, node: Node) -> Exercise | None:
        fields = self.fields(
            node,
            required=("kind", "slug", "title", "scenario", "task", "starter", "solution"),
            optional=("ports", "wrong"),
        )
        if fields is None:
            return None
        return Exercise(
            self.slug(fields),
            self.text(fields["title"], most=200),
            self.text(fields["scenario"]),
            self.text(fields["task"]),
            self.text(fields["starter"], empty=True),
            self.text(fields["solution"]),
            self._scope(fields.get("ports")),
            tuple(self._wrong(item) for item in self.items(fields.get("wrong"))),
        )

    def _scope(self, entry: Entry | None) -> Scope:
        if entry is None:
            return Scope()
        asked: dict[Protocol, list[tuple[int, int]]] = {}
        for item in self.items(entry):
            protocol, number = self.port(item)
            asked.setdefault(protocol, []).append((number, number))
        return Scope(tuple((protocol, PortSet.of(found)) for protocol, found in asked.items()))

    def _wrong(self, node: Node) -> WrongAnswer:
        fields = self.fields(
            node, required=("name", "answer"), optional=("tooOpen", "tooStrict", "undefined")
        )
        if fields is None:
            return WrongAnswer("", "", ())
        names = {
            "tooOpen": Fault.TOO_OPEN,
            "tooStrict": Fault.TOO_STRICT,
            "undefined": Fault.UNDEFINED,
        }
        differs = [
            (flow, fault)
            for name, fault in names.items()
            for item in self.items(fields.get(name))
            if (flow := self.flow(item))
        ]
        if not differs:
            self.problem(
                "a wrong answer says which flows it gets wrong: tooOpen or tooStrict", node.mark
            )
        return WrongAnswer(self.text(fields["name"]), self.text(fields["answer"]), tuple(differs))

    def lesson(self, node: Node) -> Lesson | None:
        fields = self.fields(
            node,
            required=("kind", "slug", "title", "module", "position", "summary", "body", "exercise"),
        )
        if fields is None:
            return None
        return Lesson(
            self.slug(fields),
            self.text(fields["title"], most=200),
            self.integer(fields["module"].value, 1, 99),
            self.integer(fields["position"].value, 1, 999),
            self.text(fields["summary"], most=400),
            self.text(fields["body"]),
            self.text(fields["exercise"]),
        )

    # ── values ──

    def fields(
        self, node: Node, *, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Entry] | None:
        """The fields of a map; None when one that is required is missing or it is no map."""
        if not isinstance(node, Mapping):
            self.problem("a map is wanted here", node.mark)
            return None
        required, known = tuple(required), (*required, *optional)
        found = {entry.key: entry for entry in node.entries}
        for entry in node.entries:
            if entry.key not in known:
                close = nearest(entry.key, known)
                hint = f"Did you mean {close}?" if close else f"Known here: {', '.join(known)}."
                self.problem(f"unknown field {quote(entry.key)}", entry.mark, hint)
        missing = [name for name in required if name not in found]
        for name in missing:
            self.problem(f"the field {name} is missing", node.mark)
        return None if missing else found

    def entries(self, entry: Entry | None) -> tuple[Entry, ...]:
        if entry is None:
            return ()
        if isinstance(entry.value, Mapping):
            return entry.value.entries
        self.problem(f"{entry.key} is a map", entry.mark)
        return ()

    def items(self, entry: Entry | None) -> tuple[Node, ...]:
        if entry is None:
            return ()
        if isinstance(entry.value, Sequence):
            return entry.value.items
        self.problem(f"{entry.key} is a list", entry.mark)
        return ()

    def text(self, entry: Entry, *, empty: bool = False, most: int | None = None) -> str:
        node = entry.value
        if isinstance(node, Scalar) and isinstance(node.value, str) and (empty or node.value):
            if most is not None and len(node.value) > most:
                self.problem(f"{entry.key} has at most {most} characters", node.mark)
            return node.value
        self.problem(f"{entry.key} is a text", entry.mark)
        return ""

    def optional_text(self, fields: dict[str, Entry], name: str) -> str:
        return self.text(fields[name]) if name in fields else ""

    def slug(self, fields: dict[str, Entry]) -> str:
        slug = self.text(fields["slug"])
        if not _SLUG.fullmatch(slug) or len(slug) > 60:
            hint = "Small letters, digits and single dashes; at most 60."
            self.problem(f"{quote(slug)} is no slug", fields["slug"].mark, hint)
        return slug

    def integer(self, node: Node, least: int, most: int) -> int:
        if isinstance(node, Scalar) and type(node.value) is int and least <= node.value <= most:
            return node.value
        self.problem(f"a whole number from {least} to {most} is wanted here", node.mark)
        return least

    def boolean(self, entry: Entry) -> bool:
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, bool):
            return entry.value.value
        self.problem(f"{entry.key} is true or false", entry.mark)
        return True

    def choice(self, entry: Entry | None, choices: type[T], default: T) -> T:
        if entry is None:
            return default
        values = {str(member): member for member in cast(Iterable[T], choices)}
        text = self.text(entry)
        if text in values:
            return values[text]
        self.problem(f"{entry.key} is one of {', '.join(values)}", entry.mark)
        return default

    def labels(self, node: Node) -> Labels:
        if isinstance(node, Scalar) and node.value is None:
            return {}
        if not isinstance(node, Mapping):
            self.problem("labels are a map", node.mark)
            return {}
        found = {entry.key: self.text(entry, empty=True) for entry in node.entries}
        for entry in node.entries:
            self._complain(validate.label_key(entry.key), entry.mark)
            self._complain(validate.label_value(found[entry.key]), entry.mark)
        return found

    def addresses(self, entry: Entry) -> tuple[Address, ...]:
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        found = []
        for item in items:
            text = item.text if isinstance(item, Scalar) else ""
            try:
                found.append(ip_address(text))
            except ValueError:
                self.problem(f"{quote(text)} is no IP address", item.mark)
        return tuple(found)

    def port(self, node: Node) -> tuple[Protocol, int]:
        """`80` or `53/UDP`."""
        text = node.text if isinstance(node, Scalar) else ""
        match = _PORT.fullmatch(text)
        if not match or validate.port_number(int(match[1])):
            self.problem(f"{quote(text)} is no port: write 80 or 53/UDP", node.mark)
            return "TCP", 1
        return cast(Protocol, match[2] or "TCP"), int(match[1])

    def flow(self, node: Node) -> Flow | None:
        """`prod/api -> prod/db:3306/TCP`, or `prod/api -> prod/db:ping`."""
        text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
        match = _FLOW.fullmatch(text)
        if not match or (match[3] and validate.port_number(int(match[3]))):
            hint = (
                "Write it without blanks at the colon: prod/api -> prod/db:3306/TCP "
                "or prod/api -> prod/db:ping."
            )
            self.problem(f"{quote(text)} is no flow", node.mark, hint)
            return None
        if match[5]:
            return Flow(match[1], match[2], "ICMP", None, node.mark)
        return Flow(match[1], match[2], cast(Protocol, match[4] or "TCP"), int(match[3]), node.mark)

    def _complain(self, texts: list[str], mark: Mark) -> None:
        for text in texts:
            self.problem(text, mark)
