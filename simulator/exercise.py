"""Exercise documents: a scenario, a starter, a solution, and the wrong answers that prove it."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from simulator import validate
from simulator.check import Fault, Scope
from simulator.fields import FieldReader, Flow
from simulator.languages import Languages, read_languages
from simulator.mistakes import CATALOGUE
from simulator.model import ExternalHost, Pod, Protocol
from simulator.nodes import Entry, Node, Scalar
from simulator.notes import Taught, read_teaches
from simulator.plugins import Settings, read_settings_of
from simulator.ports import PortSet
from simulator.relabel import Changes
from simulator.witness import Kind, Strangers
from simulator.words import is_blank, quote

MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An answer that must fail, and for which flows: the exercise's proof that it grades well.

    It is a text, or, where labels or the plugin are what changes, `labels` or `plugin`. `mistakes`
    names the misconceptions that lead to it. `refused`: the API server takes no such text, and it
    has no flows.
    """

    name: str
    answer: str
    differs: tuple[tuple[Flow, Fault], ...]
    labels: Changes = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()
    plugin: Settings = field(default_factory=dict)
    refused: bool = False


class Changeable(StrEnum):
    """What an exercise lets the learner change; the rest stays as it is."""

    POLICIES = "policies"
    LABELS = "labels"
    PLUGIN = "plugin"


@dataclass(frozen=True, slots=True)
class Exercise:
    """Scenario, starter, solution and wrong answers; `task` and `hints` are Markdown.

    Where labels or the plugin are what changes, `starter` holds the policies, and `labels` or
    `plugin` the solution. `teaches` names statements of the notes.
    """

    slug: str
    title: str
    scenario: str
    task: str
    starter: str
    solution: str
    scope: Scope
    wrong: tuple[WrongAnswer, ...] = ()
    strangers: Strangers = field(default_factory=Strangers)
    hints: tuple[str, ...] = ()
    changes: Changeable = Changeable.POLICIES
    labels: Changes = field(default_factory=dict)
    plugin: Settings = field(default_factory=dict)
    teaches: tuple[Taught, ...] = ()
    languages: Languages = field(default_factory=dict)

    @property
    def takes_away(self) -> bool:
        """Whether the solution is a cluster without policies: a text of comments, or none."""
        return self.changes is Changeable.POLICIES and is_blank(self.solution)


#: What an exercise may hold besides its scenario and starter, wherever it is written.
_OPTIONAL = ("solution", "ports", "wrong", "strangers", "hints", "changes", "labels", "plugin")
#: The fields that hold the solution and a wrong answer, by what changes.
_SOLUTIONS = {
    Changeable.POLICIES: ("solution", "answer"),
    Changeable.LABELS: ("labels", "labels"),
    Changeable.PLUGIN: ("plugin", "plugin"),
}


def read_exercise(r: FieldReader, node: Node) -> Exercise | None:
    """The exercise of a document's node; None where a field that it needs is missing."""
    fields = r.fields(
        node,
        required=("kind", "slug", "title", "scenario", "task", "starter"),
        optional=(*_OPTIONAL, "teaches", "languages"),
    )
    if fields is None:
        return None
    slug, title = r.slug(fields), r.text(fields["title"], most=200)
    return _exercise(r, node, fields, slug=slug, title=title, task=r.text(fields["task"]))


def read_inline(r: FieldReader, node: Node, *, slug: str, task: str) -> Exercise | None:
    """An exercise that stands within another document, which gives its name and its task."""
    fields = r.fields(node, required=("scenario", "starter"), optional=_OPTIONAL)
    if fields is None:
        return None
    return _exercise(r, node, fields, slug=slug, title=slug, task=task)


def _exercise(
    r: FieldReader, node: Node, fields: dict[str, Entry], *, slug: str, title: str, task: str
) -> Exercise:
    changes = r.choice(fields.get("changes"), Changeable, Changeable.POLICIES)
    solution, answer = _SOLUTIONS[changes]
    if solution not in fields:
        r.problem(f"the field {solution} is missing", node.mark)
    starter = r.text(fields["starter"], empty=True)
    hints = _hints(r, fields.get("hints"))
    prose, languages = ("title", "task", "hints"), fields.get("languages")
    return Exercise(
        slug,
        title,
        r.text(fields["scenario"]),
        task,
        starter,
        r.text(fields["solution"], empty=True) if "solution" in fields else starter,
        read_scope(r, fields.get("ports")),
        tuple(_wrong(r, item, answer) for item in r.items(fields.get("wrong"))),
        read_strangers(r, fields.get("strangers")),
        hints,
        changes,
        _labels(r, fields.get("labels")),
        read_settings_of(r, fields.get("plugin")),
        read_teaches(r, fields.get("teaches")),
        read_languages(r, languages, prose, hints=len(hints)),
    )


def _labels(r: FieldReader, entry: Entry | None) -> Changes:
    return {item.key: _label_changes(r, item) for item in r.entries(entry)}


def _hints(r: FieldReader, entry: Entry | None) -> tuple[str, ...]:
    """From a nudge to nearly the answer; three steps at the most, the solution is a fourth."""
    items = r.items(entry)
    if entry is not None and len(items) > MOST_HINTS:
        r.problem(f"an exercise has at most {MOST_HINTS} hints", entry.mark)
    return tuple(r.text(Entry("a hint", item, item.mark)) for item in items)


def _label_changes(r: FieldReader, entry: Entry) -> dict[str, str | None]:
    """`prod/web: {access: granted, old: null}`; null takes a label off."""
    found: dict[str, str | None] = {}
    for item in r.entries(entry):
        taken_off = isinstance(item.value, Scalar) and item.value.value is None
        found[item.key] = None if taken_off else r.text(item, empty=True)
        r.complain(validate.label_key(item.key), item.mark)
        r.complain(validate.label_value(found[item.key] or ""), item.mark)
    return found


def read_scope(r: FieldReader, entry: Entry | None) -> Scope:
    """The ports that are compared: `[3306, 53/UDP]`, or every port of every protocol."""
    if entry is None:
        return Scope()
    asked: dict[Protocol, list[tuple[int, int]]] = {}
    for item in r.items(entry):
        protocol, number = r.port(item)
        asked.setdefault(protocol, []).append((number, number))
    return Scope(tuple((protocol, PortSet.of(found)) for protocol, found in asked.items()))


def read_strangers(r: FieldReader, entry: Entry | None) -> Strangers:
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


def _wrong(r: FieldReader, node: Node, answer: str) -> WrongAnswer:
    """A wrong answer; `answer` is the field that says what it is."""
    fields = r.fields(
        node,
        required=("name", answer),
        optional=("tooOpen", "tooStrict", "undefined", "mistakes", "refused"),
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
    refused = "refused" in fields and r.boolean(fields["refused"])
    if not differs and not refused:
        r.problem("a wrong answer says which flows it gets wrong: tooOpen or tooStrict", node.mark)
    elif differs and refused:
        r.problem("an answer that is refused has no flows", fields["refused"].mark)
    return WrongAnswer(
        r.text(fields["name"]),
        r.optional_text(fields, "answer"),
        tuple(differs),
        _labels(r, fields.get("labels")),
        read_mistakes(r, fields.get("mistakes")),
        read_settings_of(r, fields.get("plugin")),
        refused,
    )


def read_mistakes(r: FieldReader, entry: Entry | None) -> tuple[str, ...]:
    """The misconceptions that something is about: ids of the CATALOGUE."""
    return tuple(_mistake(r, item) for item in r.items(entry))


def _mistake(r: FieldReader, node: Node) -> str:
    text = node.value if isinstance(node, Scalar) else None
    if isinstance(text, str) and text in CATALOGUE:
        return text
    r.problem("a misconception is one of M01 to M25", node.mark)
    return ""
