"""Example programs: policies, probes, the verdict and the reason that is given for it."""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from simulator.evaluate import evaluate
from simulator.explain import explain
from simulator.model import Cluster, NetworkPolicy, Probe, ProbeProtocol
from tests.simulator import worlds

CASES = Path(__file__).parent / "cases"
FLOW = re.compile(r"(\S+) -> (\S+):(\d+|ping)(?:/(\w+))?")


def load() -> list[Any]:
    found: list[Any] = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            found += [
                pytest.param(case, p, id=f"{case['title']}: {p['flow']}") for p in case["probes"]
            ]
    return found


@pytest.mark.parametrize(("case", "asked"), load())
def test_the_verdict_and_its_reason(case: dict[str, Any], asked: dict[str, str]) -> None:
    cluster = worlds.tiers()
    verdict = evaluate(cluster, policies_of(case), probe_of(cluster, asked["flow"]))
    assert verdict.outcome.value == asked["outcome"]
    assert asked["why"] in explain(verdict).sentence


def policies_of(case: dict[str, Any]) -> tuple[NetworkPolicy, ...]:
    if not case["policies"]:
        return ()
    manifests = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": "prod"},
            "spec": spec,
        }
        for number, spec in enumerate(case["policies"], 1)
    ]
    return worlds.policies("\n---\n".join(json.dumps(m, indent=1) for m in manifests))


def probe_of(cluster: Cluster, text: str) -> Probe:
    match = FLOW.fullmatch(text)
    assert match
    source, target = worlds.end(cluster, match[1]), worlds.end(cluster, match[2])
    if match[3] == "ping":
        return Probe(source, target, "ICMP", None)
    return Probe(source, target, cast(ProbeProtocol, match[4] or "TCP"), int(match[3]))
