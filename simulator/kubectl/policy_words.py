"""A NetworkPolicy as `kubectl describe` puts it."""

from collections.abc import Iterator

from simulator.kubectl.layout import annotated, date, line, mapped
from simulator.kubectl.making import Json
from simulator.kubectl.objects import labels_of, name_of, space_of
from simulator.kubectl.state import State
from simulator.kubectl.tables import NONE, selector_text


def policy_words(state: State, each: Json) -> Iterator[str]:
    """The lines of its description."""
    spec = each["spec"]
    yield line("Name", name_of(each), 14)
    yield line("Namespace", space_of(each), 14)
    yield line("Created on", date(state).strftime("%Y-%m-%d %H:%M:%S +0000 UTC"), 14)
    yield from mapped("Labels", labels_of(each), 14)
    yield from annotated(each, 14)
    yield "Spec:"
    everyone = " (Allowing the specific traffic to all pods in this namespace)"
    selected = selector_text(spec["podSelector"])
    yield f"  PodSelector:     {selected}{everyone if selected == NONE else ''}"
    for direction in ("Ingress", "Egress"):
        if direction in spec["policyTypes"]:
            yield f"  Allowing {direction.lower()} traffic:"
            yield from _rules(spec.get(direction.lower(), []), direction)
        else:
            yield f"  Not affecting {direction.lower()} traffic"
    yield f"  Policy Types: {', '.join(spec['policyTypes'])}"


def _rules(rules: list[Json], direction: str) -> Iterator[str]:
    if not rules:
        yield f"    {NONE} (Selected pods are isolated for {direction.lower()} connectivity)"
    for number, rule in enumerate(rules):
        if number:
            yield "    ----------"
        yield from _ports(rule.get("ports", []))
        yield from _peers(rule, direction)


def _ports(ports: list[Json]) -> Iterator[str]:
    if not ports:
        yield "    To Port: <any> (traffic allowed to all ports)"
    for port in ports:
        number = port.get("port", "<nil>")
        if "endPort" in port:
            yield f"    To Port Range: {number}-{port['endPort']}/{port['protocol']}"
        else:
            yield f"    To Port: {number}/{port['protocol']}"


def _peers(rule: Json, direction: str) -> Iterator[str]:
    side, what = ("from", "source") if direction == "Ingress" else ("to", "destination")
    if not rule.get(side):
        yield f"    {side.title()}: <any> (traffic not restricted by {what})"
    for peer in rule.get(side, []):
        yield f"    {side.title()}:"
        if "ipBlock" in peer:
            yield "      IPBlock:"
            yield f"        CIDR: {peer['ipBlock']['cidr']}"
            yield f"        Except: {', '.join(peer['ipBlock'].get('except', []))}"
        for kind in ("namespaceSelector", "podSelector"):
            if kind in peer:
                yield f"      {kind[0].upper()}{kind[1:]}: {selector_text(peer[kind])}"
