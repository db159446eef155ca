"""The objects of a text: documents, and the members of Lists, each with its kind and version.

kubectl's builder: k8s.io/kubectl pkg/validation, k8s.io/apimachinery unstructured.UnstructuredList.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator import hints, validate
from simulator.decode import At, Decoder, is_null, plain_text
from simulator.model import Mark
from simulator.nodes import Mapping, Node, Sequence
from simulator.words import clip, quote

POLICY_VERSION = "networking.k8s.io/v1"
#: The kinds that hold other objects; a typed list's members may leave out their own type.
_LISTS = {"List": "v1", "NetworkPolicyList": POLICY_VERSION}


@dataclass(frozen=True, slots=True)
class Object:
    """One object: its node, its type, and its name in kubectl's own check of a List's members."""

    node: Mapping
    kind: str
    version: str
    root: str = ""


def objects(d: Decoder, documents: tuple[Node, ...]) -> Iterator[Object]:
    """Every object in order; what is none, or has no type, is told to the decoder."""
    found = 0
    for node in documents:
        if is_null(node):
            continue
        for one in _document(d, node):
            found += 1
            yield one
    if not found and not d.errors:
        hint = "Write a NetworkPolicy: apiVersion, kind, metadata and spec."
        d.error("no objects passed to apply", "", Mark(1, 1), hint)


def _document(
    d: Decoder, node: Node, *, above: Object | None = None, index: int = 0
) -> Iterator[Object]:
    if not isinstance(node, Mapping):
        hint = "A manifest is a map: apiVersion: …, kind: …, metadata: …, spec: …"
        d.error("invalid object to validate", "", node.mark, hint)
        return
    one = _typed(d, node, above=above, index=index)
    if one is None:
        return
    if _LISTS.get(one.kind) == one.version and above is not None:
        message = "*unstructured.Unstructured is not a list: no Items field in this object"
        d.error(message, "kind", node.mark, "A List holds no Lists: put the members into one.")
    elif _LISTS.get(one.kind) == one.version:
        yield from _members(d, one)
    else:
        yield one


def _typed(d: Decoder, node: Mapping, *, above: Object | None, index: int) -> Object | None:
    kind, version = plain_text(node.get("kind")), plain_text(node.get("apiVersion"))
    root = ""
    if above is not None:
        typed = above.kind != "List"
        if typed and not kind and not version:
            kind, version = above.kind.removesuffix("List"), above.version
        root = f"{above.kind}.items[{index}]" if typed else kind or ""
    if not version:
        hint = "The first line of a policy is: apiVersion: networking.k8s.io/v1"
        d.error("apiVersion not set", "apiVersion", node.mark, hint)
    if not kind:
        hint = hints.for_missing_kind(entry.key for entry in node.entries)
        d.error("kind not set", "kind", node.mark, hint)
    return Object(node, kind, version, root) if kind and version else None


def _members(d: Decoder, above: Object) -> Iterator[Object]:
    items = above.node.get("items")
    if above.kind != "List":
        d.fields(above.node, At("", above.kind, f"v1.{above.kind}"), validate.LIST_FIELDS)
    if not isinstance(items, Sequence):
        hint = "A List holds its objects below `items:`, one dash each."
        d.error("invalid object to validate", "items", above.node.mark, hint)
        return
    for index, item in enumerate(items.items):
        yield from _document(d, item, above=above, index=index)


def is_network_policy(d: Decoder, one: Object) -> bool:
    """Whether the object is a NetworkPolicy of the version that there is; tells it if not."""
    if one.kind != "NetworkPolicy":
        place = one.node.get("kind") or one.node
        message = _unknown_kind(one.kind, one.version)
        d.error(message, "kind", place.mark, hints.for_kind(one.kind))
        return False
    if one.version != POLICY_VERSION:
        place = one.node.get("apiVersion") or one.node
        message = f'no matches for kind "NetworkPolicy" in version {quote(one.version)}'
        d.error(message, "apiVersion", place.mark, "NetworkPolicy lives in networking.k8s.io/v1.")
        return False
    return True


def _unknown_kind(kind: str, version: str) -> str:
    if kind.lower() == "networkpolicy" and version == POLICY_VERSION:
        return f"no kind {quote(kind)} is registered for version {quote(version)}"
    if version == POLICY_VERSION or kind in _LISTS:
        return f"no matches for kind {quote(kind)} in version {quote(version)}"
    return f"{clip(kind)} is no NetworkPolicy"
