"""Slips of attention: one thing wrong, and no misconception behind it."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from simulator.mistakes.places import peer_places, port_places, rule_places, selector_places
from simulator.mistakes.values import Policies, Right
from simulator.model import IPBlock, Peer

_ELSEWHERE = IPBlock(ip_network("198.51.100.0/24"))
_OTHER_PORT = 8443


def make_slips(right: Right) -> Iterator[tuple[str, Policies]]:
    """The wrong pods, a policy or a peer forgotten, another port, another network: name, policies.

    Some change nothing in this cluster.
    """
    for index, policy in enumerate(right.policies):
        yield f"{policy.name} is missing", right.policies[:index] + right.policies[index + 1 :]
    yield from _other_pods(right)
    yield from _other_peers(right.policies)
    yield from _other_ports(right.policies)


def _other_pods(right: Right) -> Iterator[tuple[str, Policies]]:
    pods = [pod.labels for pod in right.cluster.pods]
    for place in selector_places(right.policies):
        for at, requirement in enumerate(place.selector.requirements):
            for value in dict.fromkeys(labels.get(requirement.key) for labels in pods):
                if value and not place.of_namespaces and value not in requirement.values:
                    other = replace(requirement, values=(value,))
                    yield "another pod", place.put_requirement(at, other)


def _other_peers(given: Policies) -> Iterator[tuple[str, Policies]]:
    for place in peer_places(given):
        if len(place.of.rule.peers) > 1:
            yield "a peer is missing", place.put()
        if place.peer.ip_block is not None:
            yield "another network", place.put(Peer(ip_block=_ELSEWHERE))


def _other_ports(given: Policies) -> Iterator[tuple[str, Policies]]:
    for rule in rule_places(given):
        if rule.rule.ports and rule.rule.peers:
            yield "every port", rule.put(replace(rule.rule, ports=()))
    for place in port_places(given):
        yield "another port", place.put(replace(place.port, port=_OTHER_PORT))
        if len(place.of.rule.ports) > 1:
            yield "a port is missing", place.put()
