"""The quick way through a pod of which there is nothing to tell.

Pods are most of what a cluster's output holds. This way reads the fields of `pods.pod` off what
libyaml composed; for a pod with anything wrong in one of them the answer is None, and `pods` reads
it and words the problem. A property test compares the two.
"""

from typing import NoReturn, cast

from yaml import MappingNode, ScalarNode, SequenceNode
from yaml import Node as YamlNode

from simulator.compose import raw_mapping
from simulator.model import Address, ContainerPort, Pod, Protocol
from simulator.nodes import Node
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.scalars import resolve
from simulator.snapshot.addresses import address
from simulator.snapshot.pods import FINISHED, ListedPod, container_port
from simulator.validate import PROTOCOLS


class _Odd(Exception):  # a way out, not an error
    """This pod is for the careful way."""


def plain_pod(node: Node) -> ListedPod | None:
    """The pod of a Pod object at which nobody has looked yet; None for any other node."""
    raw = raw_mapping(node)
    if raw is None:
        return None
    try:
        top = _map(raw[0])
        if _text(top, "kind") != "Pod" or _text(top, "apiVersion") != "v1":
            return None
        return _pod(_map(top.get("metadata")), _map(top.get("spec")), top.get("status"))
    except _Odd:
        return None


Fields = dict[str, YamlNode]


def _pod(metadata: Fields, spec: Fields, status_node: YamlNode | None) -> ListedPod:
    name = _text(metadata, "name") or _odd()
    status = _map(status_node)
    node = _text(spec, "nodeName")
    made = Pod(
        _text(metadata, "namespace") or DEFAULT_NAMESPACE,
        name,
        _labels(metadata),
        _addresses(status),
        _container_ports(spec),
        node,
        _truth(spec, "hostNetwork"),
        _owner(metadata),
    )
    host = _address(status, "hostIP") if node else None
    return ListedPod(made, _text(status, "phase") in FINISHED, host)


def _labels(metadata: Fields) -> dict[str, str]:
    return {key: _text_of(value) for key, value in _map(metadata.get("labels")).items()}


def _owner(metadata: Fields) -> str:
    for item in _items(metadata, "ownerReferences"):
        reference = _map(item)
        if _truth(reference, "controller"):
            return f"{_text(reference, 'kind')}/{_text(reference, 'name')}"
    return ""


def _addresses(status: Fields) -> tuple[Address, ...]:
    listed = [_address(_map(item), "ip") for item in _items(status, "podIPs")]
    if not listed:
        listed = [_address(status, "podIP")]
    return tuple(dict.fromkeys([each for each in listed if each is not None]))


def _container_ports(spec: Fields) -> tuple[ContainerPort, ...]:
    found: list[ContainerPort] = []
    for item in _items(spec, "containers"):
        found += map(_port, _items(_map(item), "ports"))
    for item in _items(spec, "initContainers"):
        container = _map(item)
        if _text(container, "restartPolicy") == "Always":
            found += map(_port, _items(container, "ports"))
    return tuple(found)


def _port(node: YamlNode) -> ContainerPort:
    fields = _map(node)
    number, protocol = fields.get("containerPort"), _text(fields, "protocol") or "TCP"
    if number.__class__ is not ScalarNode or number.style or protocol not in PROTOCOLS:
        raise _Odd
    value = resolve(number.value)
    if type(value) is not int or not 1 <= value <= 65_535:
        raise _Odd
    return container_port(value, cast(Protocol, protocol), _text(fields, "name"))


# ── Fields of the right type; an absent one is empty ─────────────────────────────────────────


def _odd() -> NoReturn:
    raise _Odd


def _map(node: YamlNode | None) -> Fields:
    if node is None:
        return {}
    if node.__class__ is not MappingNode:
        raise _Odd
    try:
        return {key.value: value for key, value in node.value}  # the last of repeated keys counts
    except TypeError:  # a key that is a list or a map
        raise _Odd from None


def _items(fields: Fields, key: str) -> list[YamlNode]:
    node = fields.get(key)
    if node is None:
        return []
    if node.__class__ is not SequenceNode:
        raise _Odd
    return node.value  # type: ignore[no-any-return]


def _text(fields: Fields, key: str) -> str:
    node = fields.get(key)
    return "" if node is None else _text_of(node)


def _text_of(node: YamlNode) -> str:
    if node.__class__ is not ScalarNode:
        raise _Odd
    text: str = node.value
    if not node.style and resolve(text).__class__ is not str:
        raise _Odd
    return text


def _truth(fields: Fields, key: str) -> bool:
    node = fields.get(key)
    if node is None:
        return False
    if node.__class__ is not ScalarNode or node.style:
        raise _Odd
    value = resolve(node.value)
    if value.__class__ is not bool:
        raise _Odd
    return bool(value)


def _address(fields: Fields, key: str) -> Address | None:
    text = _text(fields, key)
    if not text:
        return None
    return address(text) or _odd()
