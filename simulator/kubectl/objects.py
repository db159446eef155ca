"""The objects that the lab's API server holds, as JSON: what every form of output is made of."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.kubectl.documents import Document
from simulator.kubectl.making import MAKERS, Json, made, namespace_names
from simulator.kubectl.resources import POLICIES, Resource
from simulator.kubectl.sheet import Sheet, read_sheet
from simulator.kubectl.state import State, Stop, note
from simulator.manifest import stored

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def sheet(state: State) -> Sheet:
    """The policies that the cluster holds."""
    return read_sheet(state.text, frozenset(namespace_names(state)), state.kubernetes)


def unread(state: State) -> str:
    """A note for who asks about policies while the editor's text is refused; else nothing."""
    errors = sheet(state).errors
    if not errors:
        return ""
    mark = errors[0].mark
    place = f"line {mark.line}: " if mark else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return note(
        f"the text in the editor is refused, so it puts no policy into the cluster: {place}"
        f"{errors[0].message}{more}"
    )


def objects(state: State, resource: Resource) -> tuple[Json, ...]:
    """Every object of a type, by namespace and name."""
    if resource is POLICIES:
        found = _policies(state)
    else:
        found = MAKERS[resource](state) if resource in MAKERS else iter(())
    return tuple(sorted(found, key=lambda each: (space_of(each), name_of(each))))


def name_of(one: Mapping[str, Any]) -> str:
    """An object's name."""
    return str(one["metadata"]["name"])


def space_of(one: Mapping[str, Any]) -> str:
    """An object's namespace; empty where its type has none."""
    return str(one["metadata"].get("namespace", ""))


def labels_of(one: Mapping[str, Any]) -> Mapping[str, str]:
    """An object's labels."""
    found: Mapping[str, str] = one["metadata"].get("labels", {})
    return found


# ── Policies ──


def _policies(state: State) -> Iterator[Json]:
    for document in sheet(state).held:
        yield policy_object(state, document)


def policy_object(state: State, document: Document) -> Json:
    """One policy as `kubectl apply` leaves it: defaults filled in, and what was applied noted."""
    assert document.policy is not None
    kept = stored(document.policy)
    metadata = document.data.get("metadata")
    written: Json = metadata if isinstance(metadata, dict) else {}
    annotations = {**(written.get("annotations") or {}), LAST_APPLIED: _applied(document)}
    about = {
        "annotations": annotations,
        "generation": 1,
        "labels": written.get("labels") or {},
        "name": document.name,
        "namespace": document.policy.namespace,
    }
    return made(state, POLICIES, about, spec=kept["spec"])


def _applied(document: Document) -> str:
    metadata = document.data.get("metadata")
    fields: Json = dict(metadata) if isinstance(metadata, dict) else {}
    fields = {"annotations": {}, **fields, "namespace": document.ref[0]}
    return compact({**document.data, "metadata": fields}) + "\n"


def compact(value: Any) -> str:
    """JSON as Go writes it: no blanks, keys in order, and three signs as escapes."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def check_namespace(state: State, name: str, doing: str) -> None:
    """Raise Stop where something is to be made in a namespace that is not there."""
    if name not in namespace_names(state):
        raise Stop(f'Error from server (NotFound): {doing}namespaces "{name}" not found\n')
