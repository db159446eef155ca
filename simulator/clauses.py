"""Selectors, peers and ports in whole words, with every AND and OR said.

What is said of `In` stands in parentheses, `one of (a, b)`, so that no "or" between values is
taken for one between conditions. Semantics: networking.k8s.io/v1 NetworkPolicyPeer and
NetworkPolicyPort, meta/v1 LabelSelector.
"""

from collections.abc import Sequence
from ipaddress import ip_network

from simulator.model import IPBlock, Network, Operator, Peer, Port, Requirement, Selector
from simulator.phrases import MOST_NAMED, label_value
from simulator.words import clip

#: Of a selector's conditions, so many are said.
MOST_CONDITIONS = 6


def conditions(selector: Selector) -> str:
    """`whose label role is api and whose label tier is not a`; empty for a selector of all."""
    first = [_condition(requirement) for requirement in selector.requirements[:MOST_CONDITIONS]]
    return " and ".join(_shown(first, len(selector.requirements)))


def together(*selectors: Selector | None) -> str:
    """`(AND: both must hold)` where there is more than one condition; else empty."""
    number = sum(len(one.requirements) for one in selectors if one is not None)
    if number < 2:
        return ""
    return f" (AND: {'both' if number == 2 else f'all {number}'} must hold)"


def _condition(requirement: Requirement) -> str:
    key = clip(requirement.key)
    values = list(dict.fromkeys(requirement.values))
    match requirement.operator:
        case Operator.IN:
            return f"whose label {key} is {one_of(values)}"
        case Operator.NOT_IN:
            return f"whose label {key} is not {one_of(values)} (or is missing)"
        case Operator.EXISTS:
            return f"that carry the label {key} (whatever its value)"
        case Operator.DOES_NOT_EXIST:
            return f"that carry no label {key}"


def one_of(values: Sequence[str]) -> str:
    """`a`, or `one of (a, b)`, or `one of (a, b, c, d, 3 more)`."""
    shown = _shown([clip(label_value(value)) for value in values[:MOST_NAMED]], len(values))
    return shown[0] if len(values) == 1 else f"one of ({', '.join(shown)})"


def _shown(first: list[str], number: int) -> list[str]:
    """The first few texts of many, and how many there are more."""
    more = number - len(first)
    return [*first, f"{more:,} more"] if more else first


# ── Peers ──


def peer_clause(peer: Peer, namespace: str) -> str:
    """Whom one entry of `from` or `to` names, in a policy of this namespace."""
    if peer.ip_block is not None:
        return _block(peer.ip_block)
    pods, spaces = peer.pod_selector, peer.namespace_selector
    if spaces is None:
        return f"{selected(pods, f'namespace {clip(namespace)}')}{together(pods)}"
    if pods is None or not pods.requirements:
        if not spaces.requirements:
            return "every pod of every namespace (but no host outside the cluster)"
        return f"every pod of the namespaces {conditions(spaces)}{together(spaces)}"
    where = f"the namespaces {conditions(spaces)}" if spaces.requirements else "every namespace"
    return f"the pods {conditions(pods)}, in {where}{together(pods, spaces)}"


def selected(pods: Selector | None, where: str) -> str:
    """`every pod of namespace prod`, or `the pods of namespace prod whose label role is db`."""
    if pods is None or not pods.requirements:
        return f"every pod of {where}"
    return f"the pods of {where} {conditions(pods)}"


def _block(block: IPBlock) -> str:
    texts = block.written or (str(block.cidr), *map(str, block.excepts))
    said = _addresses(block.cidr, texts[0])
    if not block.excepts:
        return said
    pairs = zip(block.excepts[:MOST_NAMED], texts[1:], strict=False)
    holes = _shown([_range(hole, text) for hole, text in pairs], len(block.excepts))
    return f"{said}, less {', '.join(holes)}"


def _addresses(network: Network, text: str) -> str:
    if network.prefixlen == 0:
        return f"every IPv{network.version} address ({clip(text)})"
    if network.prefixlen == network.max_prefixlen:
        return f"the address {network.network_address}"
    return f"the addresses in {_range(network, text)}"


def _range(network: Network, text: str) -> str:
    """The range as written, and what it comes to where that is another text."""
    same = text == str(network) or _ip_or_none(text) == network
    return clip(text) if same else f"{clip(text)} (that is {network})"


def _ip_or_none(text: str) -> Network | None:
    """The network of a canonical text, host bits refused; None for any other."""
    try:
        return ip_network(text)
    except ValueError:
        return None


# ── Ports ──


def ports_clause(ports: tuple[Port, ...]) -> str:
    """`on every port`, `on TCP 3306`, `on TCP 80 or UDP 53,`."""
    if not ports:
        return "on every port"
    *said, last = _shown([port_clause(port) for port in ports[:MOST_NAMED]], len(ports))
    return f"on {', '.join(said)} or {last}," if said else f"on {last}"


def port_clause(port: Port) -> str:
    """`TCP 3306`, `TCP 80 to 90`, `every UDP port`, `the TCP port named web`."""
    if port.port is None:
        return f"every {port.protocol} port"
    if isinstance(port.port, str):
        return f"the {port.protocol} port named {clip(port.port)} by the target pod"
    if port.end_port is not None and port.end_port != port.port:
        return f"{port.protocol} {port.port} to {port.end_port}"
    return f"{port.protocol} {port.port}"
