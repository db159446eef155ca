"""kubectl label and annotate: of pods and namespaces as changes, of policies in the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.handed import MOST_CHARACTERS
from simulator.kubectl.applying import forbidden, with_text
from simulator.kubectl.call import GLOBAL, SELECTING, Call, listed, named, types
from simulator.kubectl.flags import Flag
from simulator.kubectl.making import Json
from simulator.kubectl.objects import name_of, sheet, space_of
from simulator.kubectl.resources import NAMESPACES, PODS, POLICIES, Resource, find
from simulator.kubectl.sheet import put, with_metadata
from simulator.kubectl.state import Answer, State, Stop
from simulator.manifest import Json as Stored
from simulator.relabel import relabelled, write_changes
from simulator.validate import label_key, label_value
from simulator.words import clip

FLAGS = (
    *GLOBAL, *SELECTING,
    Flag("overwrite"), Flag("all"), Flag("list"), Flag("dry-run", "", "perhaps"),
    Flag("resource-version", "", "value"), Flag("output", "o", "value"), Flag("record"),
    Flag("local"), Flag("field-manager", "", "value"), Flag("filename", "f", "value"),
)  # fmt: skip
Changes = Mapping[str, str | None]  # key → value, None where it is taken off


@dataclass(frozen=True, slots=True)
class Kind:
    """What the two verbs differ in."""

    noun: str  # label
    field: str  # labels
    done: str  # labeled
    undone: str  # unlabeled
    not_done: str


LABEL = Kind("label", "labels", "labeled", "unlabeled", "not labeled")
ANNOTATION = Kind("annotation", "annotations", "annotated", "annotated", "annotated")


def label(call: Call) -> Answer:
    """Change labels."""
    return _changed(call, LABEL)


def annotate(call: Call) -> Answer:
    """Change annotations."""
    return _changed(call, ANNOTATION)


def _changed(call: Call, kind: Kind) -> Answer:
    one, names, terms = _taken_apart(call)
    if call.words.has("list"):
        return _listing(call, kind, one, names)
    if not terms:
        raise Stop(f"error: at least one {kind.noun} update is required\n")
    changes = _changes(kind, terms)
    every = call.words.has("all") or call.words.one("selector") is not None
    if not names and not every:
        raise Stop("error: resource(s) were provided, but no name was specified\n")
    found = [named(call, one, name) for name in names] if names else list(listed(call, one))
    state, out, errors = call.state, "", ""
    for each in found:
        try:
            state, said = _one(replace(call, state=state), kind, one, each, changes)
            out += said
        except Stop as stop:
            errors += stop.stderr
    if not found:
        out = "No resources found\n" if every else ""
    if state.changes is not call.state.changes:
        state = replace(state, cluster=relabelled(state.cluster, state.changes))
    return Answer(state, out, errors, 1 if errors else 0)


def _taken_apart(call: Call) -> tuple[Resource, list[str], list[str]]:
    """The type, the names and the changes of the words."""
    args = list(call.words.args)
    if not args:
        raise Stop("error: one or more resources must be specified as <resource> <name> or "
                   "<resource>/<name>\n")  # fmt: skip
    names: list[str] = []
    if "/" in args[0] and "=" not in args[0]:
        word, _, name = args.pop(0).partition("/")
        names.append(name)
    else:
        word = args.pop(0)
    (one, *_) = types(word)
    while args and not _is_term(args[0]):
        other, slash, name = args.pop(0).partition("/")
        names.append(name if slash and find(other) is one else other)
    return one, names, args


def _is_term(word: str) -> bool:
    return "=" in word or word.endswith("-")


def _changes(kind: Kind, terms: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for term in terms:
        key, equals, value = term.partition("=")
        if not equals and not term.endswith("-"):
            raise Stop(f"error: unknown {kind.noun} spec: {clip(term)}\n")
        found[key if equals else term[:-1]] = value if equals else None
        if equals and kind is LABEL and (faults := label_value(value)):
            reason = faults[0].partition(": ")[2].partition(": ")[2]
            raise Stop(f'error: invalid label value: "{clip(term)}": {reason}\n')
    return found


def _listing(call: Call, kind: Kind, one: Resource, names: Sequence[str]) -> Answer:
    found = [named(call, one, name) for name in names] if names else list(listed(call, one))
    out = ""
    for each in found:
        held: Mapping[str, str] = each["metadata"].get(kind.field, {})
        if len(found) > 1:
            out += f"Listing {kind.field} for {one.kind}.{one.group or 'v1'}/{name_of(each)}:\n "
        out += "".join(f"{key}={value}\n" for key, value in held.items())
    return Answer(call.state, out)


# ── One object ──


def _one(call: Call, kind: Kind, one: Resource, each: Json, changes: Changes) -> tuple[State, str]:
    held: Mapping[str, str] = each["metadata"].get(kind.field, {})
    _check_overwriting(call, held, changes)
    missing = "".join(
        f'{kind.noun} "{clip(key)}" not found.\n'
        for key, value in changes.items()
        if value is None and key not in held
    )
    real = {key: value for key, value in changes.items() if held.get(key) != value}
    name = f"{one.singular}/{name_of(each)}"
    if not real:
        return call.state, f"{missing}{name} {kind.not_done}\n"
    for key, value in real.items():
        if value is not None and (faults := label_key(key)):
            raise _invalid_key(one, name_of(each), kind, faults[0])
    done = kind.undone if all(value is None for value in real.values()) else kind.done
    if call.words.one("dry-run") not in {None, "none"}:
        return call.state, f"{missing}{name} {done} (dry run)\n"
    return _with(call.state, kind, one, each, real), f"{missing}{name} {done}\n"


def _check_overwriting(call: Call, held: Mapping[str, str], changes: Changes) -> None:
    if call.words.has("overwrite"):
        return
    for key, value in changes.items():
        if value is not None and key in held and held[key] != value:
            raise Stop(
                f"error: '{clip(key)}' already has a value ({clip(held[key])}), and --overwrite "
                "is false\n"
            )


def _invalid_key(one: Resource, name: str, kind: Kind, fault: str) -> Stop:
    return Stop(f'The {one.kind} "{name}" is invalid: metadata.{kind.field}: {fault}\n')


def _with(state: State, kind: Kind, one: Resource, each: Json, real: Changes) -> State:
    if one is POLICIES:
        return _policy(state, kind, each, real)
    if kind is ANNOTATION or one not in {PODS, NAMESPACES}:
        what = "labels of pods and namespaces" if kind is LABEL else "annotations of policies"
        raise Stop(f"error: of the {one.name} nothing can be changed here: only {what} can\n")
    if state.labels_fixed:
        instead = "" if state.policies_fixed else ": change the policies"
        raise Stop(forbidden(name_of(each), f"its labels{instead}", one.qualified))
    ref = name_of(each) if one is NAMESPACES else f"{space_of(each)}/{name_of(each)}"
    if one is NAMESPACES and name_of(each) not in state.cluster.namespace_names:
        raise Stop(f"error: the namespace {name_of(each)} is no part of this lab's scenario\n")
    changes = {**state.changes, ref: {**state.changes.get(ref, {}), **real}}
    if len(write_changes(changes)) > MOST_CHARACTERS:
        raise Stop("error: these are more labels than this lab keeps\n")
    return replace(state, changes=changes)


def _policy(state: State, kind: Kind, each: Json, real: Changes) -> State:
    if state.policies_fixed:
        raise Stop(forbidden(name_of(each), "its policies"))
    ref = (space_of(each), name_of(each))
    document = next(one for one in sheet(state).held if one.ref == ref)
    metadata = document.data.get("metadata")
    held = metadata.get(kind.field) if isinstance(metadata, dict) else None
    old: dict[str, Stored] = dict(held) if isinstance(held, dict) else {}
    new: dict[str, Stored] = {k: v for k, v in {**old, **real}.items() if v is not None}
    text = with_metadata(document.text, kind.field, new or None)
    return with_text(state, put(state.text, ref, text))
