"""The one reader of our own documents: scenario, exercise and lesson, as YAML text.

Fixtures, the instructor's editor and imports all come through `read`, which returns the document or
every located problem. The formats are described in docs/content.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

from simulator import validate
from simulator.check import Fault, Scope
from simulator.fields import FieldReader, Flow
from simulator.limits import COMMAND_LINE
from simulator.model import ExternalHost, Mark, Pod, Problem, Protocol, Severity
from simulator.nodes import Entry, Mapping, Node, Scalar
from simulator.ports import PortSet
from simulator.scenario import Scenario, read_scenario
from simulator.source import read
from simulator.witness import Kind, Strangers
from simulator.words import quote


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
    strangers: Strangers = field(default_factory=Strangers)


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
    reader = FieldReader([p for p in source.problems if p.severity is Severity.ERROR])
    for warning in source.problems:
        if warning.severity is Severity.WARNING:  # a repeated key is a slip in our own documents
            reader.problem(warning.message, warning.mark)
    document = None
    if not reader.problems and len(source.documents) != 1:
        reader.problem("a file holds exactly one document", Mark(1, 1))
    elif not reader.problems:
        document = _document(reader, source.documents[0])
    return Reading(None if reader.problems else document, tuple(reader.problems))


def _document(r: FieldReader, node: Node) -> Document | None:
    kind = node.get("kind") if isinstance(node, Mapping) else None
    name = kind.value if isinstance(kind, Scalar) else None
    kinds: dict[str, Callable[[FieldReader, Node], Document | None]] = {
        "Scenario": read_scenario,
        "Exercise": _exercise,
        "Lesson": _lesson,
    }
    if not isinstance(name, str) or name not in kinds:
        place = kind.mark if kind else node.mark
        r.problem("a document starts with kind: Scenario, Exercise or Lesson", place)
        return None
    return kinds[name](r, node)


def _exercise(r: FieldReader, node: Node) -> Exercise | None:
    fields = r.fields(
        node,
        required=("kind", "slug", "title", "scenario", "task", "starter", "solution"),
        optional=("ports", "wrong", "strangers"),
    )
    if fields is None:
        return None
    return Exercise(
        r.slug(fields),
        r.text(fields["title"], most=200),
        r.text(fields["scenario"]),
        r.text(fields["task"]),
        r.text(fields["starter"], empty=True),
        r.text(fields["solution"]),
        _scope(r, fields.get("ports")),
        tuple(_wrong(r, item) for item in r.items(fields.get("wrong"))),
        _strangers(r, fields.get("strangers")),
    )


def _scope(r: FieldReader, entry: Entry | None) -> Scope:
    if entry is None:
        return Scope()
    asked: dict[Protocol, list[tuple[int, int]]] = {}
    for item in r.items(entry):
        protocol, number = r.port(item)
        asked.setdefault(protocol, []).append((number, number))
    return Scope(tuple((protocol, PortSet.of(found)) for protocol, found in asked.items()))


def _strangers(r: FieldReader, entry: Entry | None) -> Strangers:
    """Which strangers are asked about besides the scenario's own endpoints."""
    if entry is None:
        return Strangers()
    known = ("everyPod", "leaveOut", "pods", "hosts")
    fields = r.fields(entry.value, required=(), optional=known) or {}
    return Strangers(
        r.boolean(fields["everyPod"]) if "everyPod" in fields else False,
        tuple(_kind(r, item) for item in r.items(fields.get("leaveOut"))),
        tuple(_added_pod(r, item) for item in r.entries(fields.get("pods"))),
        tuple(_added_host(r, item) for item in r.entries(fields.get("hosts"))),
    )


def _kind(r: FieldReader, node: Node) -> Kind:
    kinds = {kind.value: kind for kind in Kind if kind is not Kind.ADDED}
    text = node.value if isinstance(node, Scalar) else None
    if isinstance(text, str) and text in kinds:
        return kinds[text]
    r.problem(f"leaveOut names kinds of strangers: {', '.join(kinds)}", node.mark)
    return Kind.ADDED


def _added_pod(r: FieldReader, entry: Entry) -> Pod:
    """`staging/legacy: {role: legacy}`: a pod by its name and labels."""
    namespace, _, name = entry.key.partition("/")
    if not namespace or not name:
        r.problem(f"a pod is named namespace/name, not {quote(entry.key)}", entry.mark)
    r.complain([*validate.namespace_name(namespace), *validate.policy_name(name)], entry.mark)
    return Pod(namespace, name, r.labels(entry.value))


def _added_host(r: FieldReader, entry: Entry) -> ExternalHost:
    r.complain(validate.namespace_name(entry.key), entry.mark)
    addresses = r.addresses(entry)
    if len(addresses) != 1:
        r.problem("a host outside has one address", entry.mark)
    return ExternalHost(entry.key, addresses[0] if addresses else ip_address("0.0.0.0"))


def _wrong(r: FieldReader, node: Node) -> WrongAnswer:
    fields = r.fields(
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
        for item in r.items(fields.get(name))
        if (flow := r.flow(item))
    ]
    if not differs:
        r.problem("a wrong answer says which flows it gets wrong: tooOpen or tooStrict", node.mark)
    return WrongAnswer(r.text(fields["name"]), r.text(fields["answer"]), tuple(differs))


def _lesson(r: FieldReader, node: Node) -> Lesson | None:
    fields = r.fields(
        node,
        required=("kind", "slug", "title", "module", "position", "summary", "body", "exercise"),
    )
    if fields is None:
        return None
    return Lesson(
        r.slug(fields),
        r.text(fields["title"], most=200),
        r.integer(fields["module"].value, 1, 99),
        r.integer(fields["position"].value, 1, 999),
        r.text(fields["summary"], most=400),
        r.text(fields["body"]),
        r.text(fields["exercise"]),
    )
