"""Rules with their peers and ports, with the API server's rules for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from simulator import hints, validate
from simulator.cidr import Cidr, cidr_warnings, read_cidr
from simulator.decode import At, Decoder, is_null
from simulator.model import Direction, IPBlock, Mark, Network, Peer, Port, Protocol, Rule, Selector
from simulator.nodes import Entry, Mapping, Node, Scalar
from simulator.oddities import (
    warn_of_empty_lists,
    warn_of_odd_number,
    warn_of_split_ports,
    warn_of_split_rule,
)
from simulator.parse_selectors import selector

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Bad:
    """Stands for a value whose problem has been told."""


def rules(d: Decoder, entry: Entry | None, at: At, direction: Direction) -> tuple[Rule, ...]:
    """The rules of one direction; their faults and oddities are told to the decoder."""
    if entry is None:
        return ()
    name = direction.value.lower()
    struct = f"NetworkPolicy{direction.value}Rule"
    here = at.key(name, "NetworkPolicySpec", f"[]v1.{struct}")
    items = d.items(entry.value, here)
    items = d.within("rules", items, entry, f"{name} rules")
    found = tuple(
        _rule(d, item, here.item(index, f"v1.{struct}"), struct, direction)
        for index, item in enumerate(items)
    )
    warn_of_split_rule(d, found, here, direction)
    return found


def _rule(d: Decoder, node: Node, at: At, struct: str, direction: Direction) -> Rule:
    fields = d.fields(node, at, validate.RULE_FIELDS[direction])
    side = direction.side
    warn_of_empty_lists(d, node, at, side)
    peers_at = at.key(side, struct, "[]v1.NetworkPolicyPeer")
    ports_at = at.key("ports", struct, "[]v1.NetworkPolicyPort")
    warn_of_split_ports(d, fields.get("ports"), ports_at)
    return Rule(
        _list_of(d, fields.get(side), peers_at, "v1.NetworkPolicyPeer", _peer),
        _list_of(d, fields.get("ports"), ports_at, "v1.NetworkPolicyPort", _port),
        node.mark,
    )


def _list_of(
    d: Decoder, entry: Entry | None, at: At, go_type: str, parse: Callable[[Decoder, Node, At], T]
) -> tuple[T, ...]:
    if entry is None:
        return ()
    items = d.items(entry.value, at)
    items = d.within("entries", items, entry, "entries in one list of a rule")
    return tuple(parse(d, item, at.item(index, go_type)) for index, item in enumerate(items))


def _peer(d: Decoder, node: Node, at: At) -> Peer:
    fields = d.fields(node, at, validate.PEER_FIELDS)

    def chosen(name: str) -> Selector | None:
        here = at.key(name, "NetworkPolicyPeer", "v1.LabelSelector")
        return selector(d, fields[name], here) if name in fields else None

    pods, spaces = chosen("podSelector"), chosen("namespaceSelector")
    block = _ip_block(d, fields["ipBlock"], at) if "ipBlock" in fields else None
    if not fields:
        # A wrong type or a misspelt field has been told already, and the API server stops there.
        if is_null(node) or (isinstance(node, Mapping) and not _has_unknown(node)):
            message = f"{at.path}: Required value: must specify a peer"
            d.error(message, at.path, node.mark, hints.EMPTY_PEER)
    elif "ipBlock" in fields and len(fields) > 1:
        message = f"{at.path}: Forbidden: may not specify both ipBlock and another peer"
        d.error(message, at.path, node.mark, hints.BLOCK_AND_SELECTOR)
    return Peer(pods, spaces, block, node.mark)


def _has_unknown(node: Mapping) -> bool:
    return any(e.key not in validate.PEER_FIELDS and not is_null(e.value) for e in node.entries)


def _ip_block(d: Decoder, entry: Entry, at: At) -> IPBlock | None:
    here = at.key("ipBlock", "NetworkPolicyPeer", "v1.IPBlock")
    if not isinstance(entry.value, Mapping):
        d.json_error(entry.value, here)
        return None
    fields = d.fields(entry.value, here, validate.IP_BLOCK_FIELDS)
    cidr_at = here.key("cidr", "IPBlock", "string")
    cidr_entry = fields.get("cidr")
    text = d.text(cidr_entry.value, cidr_at) if cidr_entry else ""
    if text is None:
        return None
    place = cidr_entry.value.mark if cidr_entry else entry.mark
    if faults := validate.cidr(text, d.server):
        d.complain(faults, cidr_at.path, place, hints.for_cidr(text))
    _warn_cidr(d, text, cidr_at, place)
    outer = read_cidr(text)
    excepts = _excepts(d, fields.get("except"), here, outer)
    if outer is None:
        return None
    networks = tuple(network for network, _ in excepts)
    return IPBlock(outer.network, networks, place, (text, *(written for _, written in excepts)))


def _excepts(
    d: Decoder, entry: Entry | None, at: At, outer: Cidr | None
) -> tuple[tuple[Network, str], ...]:
    """Each exception with the text that it was read from."""
    if entry is None:
        return ()
    here = at.key("except", "IPBlock", "[]string")
    items = d.items(entry.value, here)
    items = d.within("excepts", items, entry, "exceptions in one ipBlock")
    networks = []
    for index, item in enumerate(items):
        place = here.item(index, "string")
        text = d.text(item, place)
        if text is None:
            continue
        if faults := validate.except_cidr(text, outer, d.server):
            d.complain(faults, place.path, item.mark, hints.for_except(text))
        _warn_cidr(d, text, place, item.mark)
        if inner := read_cidr(text):
            networks.append((inner.network, text))
    return tuple(networks)


def _port(d: Decoder, node: Node, at: At) -> Port:
    struct = "NetworkPolicyPort"
    fields = d.fields(node, at, validate.PORT_FIELDS)
    protocol = _protocol(d, fields.get("protocol"), at.key("protocol", struct, "v1.Protocol"))
    number = _port_value(d, fields.get("port"), at.key("port", struct, "int32"))
    end = _end_port(d, fields.get("endPort"), at.key("endPort", struct, "int32"), number)
    port = None if isinstance(number, _Bad) else number
    mark = fields["port"].mark if "port" in fields else node.mark
    return Port(cast(Protocol, protocol), port, end, mark)


def _end_port(
    d: Decoder, entry: Entry | None, at: At, port: "int | str | _Bad | None"
) -> int | None:
    end = d.integer(entry.value, at) if entry else None
    if end is not None and entry is not None and not isinstance(port, _Bad):
        texts = validate.end_port(port, end, server=d.server)
        d.complain(texts, at.path, entry.value.mark, hints.END_PORT)
    return end


def _protocol(d: Decoder, entry: Entry | None, at: At) -> str:
    text = d.text(entry.value, at) if entry else "TCP"
    if text is None or entry is None:
        return "TCP"
    if faults := validate.protocol(text):
        d.complain(faults, at.path, entry.value.mark, hints.for_protocol(text))
        return "TCP"
    return text


def _port_value(d: Decoder, entry: Entry | None, at: At) -> "int | str | _Bad | None":
    if entry is None:
        return None
    node = entry.value
    if isinstance(node, Scalar) and isinstance(node.value, str):
        if faults := validate.port_name(node.value):
            d.complain(faults, at.path, node.mark, hints.for_port_name(node.value))
            return _Bad()
        return node.value
    number = d.integer(node, at)
    if number is None:
        return _Bad()
    if faults := validate.port_number(number):
        d.complain(faults, at.path, node.mark)
        return _Bad()
    warn_of_odd_number(d, node, number, at)
    return number


def _warn_cidr(d: Decoder, text: str, at: At, mark: Mark) -> None:
    for message in cidr_warnings(text, d.server):
        d.warn(f"{at.path}: {message}", at.path, mark)
