"""Whatever is typed, every place of every page says what the simulator says."""

import json
import random
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from netpol_lab.content.queries import lesson_for
from netpol_lab.lab.probes import probe_ids
from simulator.connect import connect
from simulator.evaluate import evaluate
from simulator.model import Cluster, Connection, Dial, NetworkPolicy, Probe, Verdict
from simulator.parse import read_policies
from simulator.scenario import Scenario

HTMX = {"HX-Request": "true"}
CELL = re.compile(r'id="cell-([\w.-]+)" class="cell ([\w-]+)')
ARROW = re.compile(r'class="arrow arrow-([\w-]+)[^"]*" data-arrow="([\w.-]+)"')


def selector(rng: random.Random, cluster: Cluster) -> dict[str, object]:
    labels = [pair for pod in cluster.pods for pair in pod.labels.items()]
    return {"matchLabels": dict(rng.sample(labels, rng.choice([0, 1, 1, 2])))}


def peer(rng: random.Random, cluster: Cluster) -> dict[str, object]:
    if rng.random() < 0.2:
        address = rng.choice(cluster.endpoints).addresses[0]
        return {"ipBlock": {"cidr": f"{address}/32"}}
    found: dict[str, object] = {"podSelector": selector(rng, cluster)}
    if rng.random() < 0.4:
        space = rng.choice(cluster.namespaces)
        found["namespaceSelector"] = {"matchLabels": dict(space.labels)}
    return found


def rule(rng: random.Random, cluster: Cluster, side: str) -> dict[str, object]:
    found: dict[str, object] = {side: [peer(rng, cluster) for _ in range(rng.choice([1, 2]))]}
    ports = [port.port for pod in cluster.pods for port in pod.ports] or [80]
    if rng.random() < 0.5:
        found["ports"] = [{"port": rng.choice(ports)}]
    return found


def policy(rng: random.Random, cluster: Cluster, number: int) -> str:
    spec = {
        "podSelector": selector(rng, cluster),
        "policyTypes": rng.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        "ingress": [rule(rng, cluster, "from") for _ in range(rng.randint(0, 2))],
        "egress": [rule(rng, cluster, "to") for _ in range(rng.randint(0, 2))],
    }
    space = rng.choice(cluster.pods).namespace
    return json.dumps(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": space},
            "spec": spec,
        }
    )


def answer(
    cluster: Cluster, policies: tuple[NetworkPolicy, ...], asked: Probe | Dial
) -> Verdict | Connection:
    """The simulator itself, asked by no way of the site's."""
    if isinstance(asked, Dial):
        return connect(cluster, policies, asked)
    return evaluate(cluster, policies, asked)


def wrong(page: str, scenario: Scenario, policies: tuple[NetworkPolicy, ...]) -> list[str]:
    """The cells and arrows of a page that say something else than the simulator."""
    cells = CELL.findall(page)
    said = [*cells, *((name, outcome) for outcome, name in ARROW.findall(page))]
    assert len(said) > len(cells) > 0
    ids = probe_ids(scenario)
    found = []
    for name, outcome in said:
        asked = ids.asked(name)
        assert asked is not None
        if answer(scenario.cluster, policies, asked).outcome.value != outcome:
            found.append(f"{name} {outcome}")
    return found


@pytest.mark.parametrize("slug", ["api-to-db", "namespace-a-b-c", "deny-all-then-dns"])
def test_every_place_says_what_the_simulator_says(ana: Client, slug: str) -> None:
    scenario, rng = lesson_for(AnonymousUser(), slug).scenario, random.Random(slug)
    url, spaces = f"/lab/{slug}/", scenario.cluster.namespace_names
    if slug == "deny-all-then-dns":  # opens its picture after a prediction
        ana.post(f"{url}predict", {"policy": "", "skip": "1"})
    for _ in range(4):
        text = "\n---\n".join(policy(rng, scenario.cluster, n) for n in range(rng.randint(1, 3)))
        reading = read_policies(text, namespaces=spaces, version=scenario.kubernetes)
        assert reading.accepted, reading.problems
        posted = {"policy": text}
        pages = {
            "live": ana.post(f"{url}evaluate", posted | {"live": "1"}, headers=HTMX),
            "plain": ana.post(f"{url}evaluate", posted),
            "checked": ana.post(f"{url}submit", posted, headers=HTMX),
            "reloaded": ana.get(url),
        }
        for name, response in pages.items():
            assert wrong(response.content.decode(), scenario, reading.policies) == [], (name, text)
