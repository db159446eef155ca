"""Reads verdict vectors (../shared/conformance) and compares them with `evaluate`.

A vector is one JSON object a line: a cluster, raw policies and probes with the verdicts that a real
implementation gave. Only the fields that a probe has are compared. Vectors assume that ipBlock is
compared with pod addresses, so the cluster's plugin is set to that reading.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from simulator.evaluate import evaluate
from simulator.limits import COMMAND_LINE
from simulator.model import (
    Cluster,
    ContainerPort,
    Endpoint,
    ExternalHost,
    Gate,
    Namespace,
    NetworkPolicy,
    Outcome,
    Plugin,
    Pod,
    PodAddressMatching,
    Probe,
    Verdict,
)
from simulator.parse import read_policies


@dataclass(frozen=True, slots=True)
class Case:
    """One vector: its cluster and policies, and the probes with what is expected of each."""

    id: str
    title: str
    cluster: Cluster
    policies: tuple[NetworkPolicy, ...]
    probes: tuple[tuple[Probe, dict[str, bool]], ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A probe whose verdict differs: which fields, what was expected and what came out."""

    case: Case
    probe: Probe
    expected: dict[str, bool]
    found: dict[str, bool]

    def __str__(self) -> str:
        probe = self.probe
        fields = ", ".join(
            f"{name} expected {_word(self.expected[name])}, got {_word(self.found[name])}"
            for name in self.expected
            if self.expected[name] != self.found[name]
        )
        flow = f"{probe.source.ref} -> {probe.target.ref} : {probe.port}/{probe.protocol}"
        return f"{self.case.id}: {flow}: {fields}  ({self.case.title})"


class BadVector(ValueError):
    """A line that is no vector; its text says which field is at fault."""


def read_case(line: str) -> Case:
    """Decode one line. Raises BadVector when it is not such a vector."""
    try:
        data = json.loads(line)
        cluster = _cluster(data["cluster"])
        probes = tuple(_probe(cluster, probe) for probe in data["probes"])
        return Case(data["id"], data.get("title", ""), cluster, _policies(data["policies"]), probes)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadVector(f"not a conformance vector: {error!r}") from error
    except ValueError as error:
        raise BadVector(str(error)) from error


def mismatches(case: Case) -> Iterator[Mismatch | None]:
    """For each probe of a case: None when its verdict is as expected, else the mismatch."""
    for probe, expected in case.probes:
        found = _fields(evaluate(case.cluster, case.policies, probe))
        same = all(found[name] == wanted for name, wanted in expected.items())
        yield None if same else Mismatch(case, probe, expected, found)


def _fields(verdict: Verdict) -> dict[str, bool]:
    return {
        "egress": _is_open(verdict.egress),
        "ingress": _is_open(verdict.ingress),
        "allowed": verdict.outcome in {Outcome.ALLOWED, Outcome.NOT_ENFORCED},
    }


def _is_open(gate: Gate) -> bool:
    return gate.outcome is Outcome.ALLOWED


def _word(value: bool) -> str:
    return "allowed" if value else "denied"


def _policies(manifests: list[Any]) -> tuple[NetworkPolicy, ...]:
    if not manifests:
        return ()
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests})
    reading = read_policies(text, limits=COMMAND_LINE)
    if not reading.accepted:
        raise BadVector("; ".join(problem.message for problem in reading.errors))
    return reading.policies


def _cluster(data: dict[str, Any]) -> Cluster:
    plugin = Plugin(
        enforces=data.get("cni_enforces", True), ip_block_on_pods=PodAddressMatching.MATCHES
    )
    namespaces = tuple(Namespace(item["name"], item["labels"]) for item in data["namespaces"])
    return Cluster(namespaces, tuple(_pod(item) for item in data["pods"]), (), plugin)


def _pod(data: dict[str, Any]) -> Pod:
    ports = tuple(
        ContainerPort(item["port"], item.get("protocol", "TCP"), item.get("name", ""))
        for item in data.get("ports", ())
    )
    addresses = (ip_address(data["ip"]),)
    return Pod(data["namespace"], data["name"], data.get("labels", {}), addresses, ports)


def _probe(cluster: Cluster, data: dict[str, Any]) -> tuple[Probe, dict[str, bool]]:
    source, target = _endpoint(cluster, data["from"]), _endpoint(cluster, data["to"])
    probe = Probe(source, target, data["protocol"], data["port"])
    return probe, {name: data[name] for name in ("egress", "ingress", "allowed") if name in data}


def _endpoint(cluster: Cluster, ref: str) -> Endpoint:
    if ref.startswith("ip:"):
        return ExternalHost(ref, ip_address(ref.removeprefix("ip:")))
    for pod in cluster.pods:
        if pod.ref == ref:
            return pod
    raise BadVector(f"no pod {ref} in this cluster")
