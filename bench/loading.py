"""Manifests of a folder as a cluster and its policies, by libyaml's plain loader.

It reads what bench/workload.py writes and looks at nothing twice.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import yaml

from simulator.model import (
    Cluster,
    ContainerPort,
    Direction,
    IPBlock,
    Namespace,
    Network,
    NetworkPolicy,
    Operator,
    Peer,
    Plugin,
    Pod,
    PodAddressMatching,
    Port,
    Requirement,
    Rule,
    Selector,
)

Fields = Mapping[str, Any]


def texts(folder: Path) -> list[str]:
    """The manifests of a folder."""
    return [path.read_text() for path in sorted(folder.rglob("*.yaml"))]


def load(folder: Path) -> tuple[Cluster, list[NetworkPolicy]]:
    """The cluster and its policies, on a plugin that compares ipBlock with pods' addresses."""
    found: dict[str, list[Fields]] = {"Namespace": [], "Pod": [], "NetworkPolicy": []}
    for text in texts(folder):
        for document in yaml.load_all(text, yaml.CSafeLoader):
            found[document["kind"]].append(document)
    namespaces = (document["metadata"] for document in found["Namespace"])
    cluster = Cluster(
        tuple(Namespace(meta["name"], meta["labels"]) for meta in namespaces),
        tuple(map(_pod, found["Pod"])),
        plugin=Plugin(ip_block_on_pods=PodAddressMatching.MATCHES),
    )
    return cluster, list(map(_policy, found["NetworkPolicy"]))


def _pod(document: Fields) -> Pod:
    meta, spec = document["metadata"], document["spec"]
    ports = (port for container in spec["containers"] for port in container["ports"])
    owners = [f"{owner['kind']}/{owner['name']}" for owner in meta.get("ownerReferences", ())]
    return Pod(
        meta["namespace"],
        meta["name"],
        meta["labels"],
        (ip_address(document["status"]["podIP"]),),
        tuple(
            ContainerPort(port["containerPort"], port["protocol"], port["name"]) for port in ports
        ),
        owner="".join(owners[:1]),
    )


def _policy(document: Fields) -> NetworkPolicy:
    meta, spec = document["metadata"], document["spec"]
    return NetworkPolicy(
        meta["namespace"],
        meta["name"],
        _selector(spec["podSelector"]),
        tuple(map(Direction, spec["policyTypes"])),
        tuple(_rule(rule, "from") for rule in spec.get("ingress", ())),
        tuple(_rule(rule, "to") for rule in spec.get("egress", ())),
    )


def _rule(rule: Fields, field: str) -> Rule:
    ports = (Port(p["protocol"], p["port"], p.get("endPort")) for p in rule.get("ports", ()))
    return Rule(tuple(map(_peer, rule.get(field, ()))), tuple(ports))


def _peer(peer: Fields) -> Peer:
    if "ipBlock" in peer:
        holes = peer["ipBlock"].get("except", ())
        return Peer(
            ip_block=IPBlock(_network(peer["ipBlock"]["cidr"]), tuple(map(_network, holes)))
        )
    pods, spaces = peer.get("podSelector"), peer.get("namespaceSelector")
    return Peer(
        _selector(pods) if pods is not None else None,
        _selector(spaces) if spaces is not None else None,
    )


@cache
def _network(text: str) -> Network:
    return ip_network(text)


def _selector(selector: Fields) -> Selector:
    return Selector(tuple(_requirements(selector)))


def _requirements(selector: Fields) -> Iterator[Requirement]:
    for key, value in selector.get("matchLabels", {}).items():
        yield Requirement(key, Operator.IN, (value,))
    for entry in selector.get("matchExpressions", ()):
        yield Requirement(entry["key"], Operator(entry["operator"]), tuple(entry.get("values", ())))
