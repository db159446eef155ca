"""What a plugin settles, and the evidence that a verdict carries."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Literal

import pytest

from simulator.evaluate import evaluate
from simulator.explain import explain
from simulator.matrix import Matrix
from simulator.model import (
    Cluster,
    ContainerPort,
    ExternalHost,
    GateReason,
    HostNetwork,
    Mark,
    Outcome,
    OwnNode,
    PeerFault,
    PingBehaviour,
    Plugin,
    PodAddressMatching,
)
from tests.simulator import worlds

OPEN_TO_BLOCK = worlds.DB_POLICY.replace(
    "- podSelector:\n        matchLabels:\n          role: api",
    "- ipBlock:\n        cidr: 10.0.0.0/8",
)


@pytest.mark.parametrize(
    ("behaviour", "rules", "outcome"),
    [
        (PingBehaviour.UNDEFINED, "", Outcome.UNDEFINED),
        (PingBehaviour.ALWAYS_ALLOWED, "", Outcome.ALLOWED),
        (PingBehaviour.DENIED_WHEN_ISOLATED, "", Outcome.DENIED),
        (PingBehaviour.FOLLOWS_PORTLESS_RULES, "", Outcome.DENIED),
        (PingBehaviour.FOLLOWS_PORTLESS_RULES, "  - {}\n", Outcome.ALLOWED),
    ],
)
def test_a_ping_goes_as_the_plugin_is_said_to_treat_it(
    behaviour: PingBehaviour, rules: str, outcome: Outcome
) -> None:
    cluster = worlds.tiers(Plugin(ping=behaviour))
    policies = worlds.policies(worlds.DB_POLICY + rules)
    verdict = evaluate(cluster, policies, worlds.ping(cluster, "prod/web", "prod/db"))
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("matching", "outcome"),
    [
        (PodAddressMatching.UNDEFINED, Outcome.UNDEFINED),
        (PodAddressMatching.MATCHES, Outcome.ALLOWED),
        (PodAddressMatching.NEVER, Outcome.DENIED),
    ],
)
def test_an_ip_block_on_a_pod_goes_as_the_plugin_is_said_to_treat_it(
    matching: PodAddressMatching, outcome: Outcome
) -> None:
    cluster = worlds.tiers(Plugin(ip_block_on_pods=matching))
    verdict = evaluate(
        cluster, worlds.policies(OPEN_TO_BLOCK), worlds.probe(cluster, "prod/web", "prod/db")
    )
    assert verdict.outcome is outcome
    assert explain(verdict).sentence


def test_both_readings_agreeing_make_a_plain_verdict() -> None:
    """The block covers the pod, and another rule admits it anyway."""
    cluster = worlds.tiers()
    policies = worlds.policies(OPEN_TO_BLOCK + "---\n" + worlds.DB_POLICY.replace("db-p", "p"))
    verdict = evaluate(cluster, policies, worlds.probe(cluster, "prod/api", "prod/db"))
    assert verdict.outcome is Outcome.ALLOWED


def test_where_nothing_enforces_the_evidence_still_says_what_the_policies_ask() -> None:
    cluster = worlds.tiers(Plugin(enforces=False))
    policies = worlds.policies(worlds.DB_POLICY)
    verdict = evaluate(cluster, policies, worlds.probe(cluster, "prod/web", "prod/db"))
    assert verdict.outcome is Outcome.NOT_ENFORCED
    assert verdict.ingress.outcome is Outcome.DENIED
    assert "enforces no policies" in explain(verdict).sentence


def test_the_evidence_names_every_isolating_policy_and_every_rule_that_admits() -> None:
    cluster = worlds.tiers()
    text = worlds.DB_POLICY + "---\n" + worlds.DB_POLICY.replace("name: db-policy", "name: second")
    verdict = evaluate(cluster, worlds.policies(text), worlds.probe(cluster, "prod/api", "prod/db"))
    assert [effect.policy.name for effect in verdict.ingress.effects] == ["db-policy", "second"]
    assert [effect.rules[0].admits for effect in verdict.ingress.effects] == [True, True]
    assert explain(verdict).gates[1].text == (
        "db-policy, rule 1 (line 14) admits it; second, rule 1 (line 34) admits it."
    )


def test_the_lines_that_admit_are_the_peers_and_the_ports() -> None:
    cluster = worlds.tiers()
    verdict = evaluate(
        cluster, worlds.policies(worlds.DB_POLICY), worlds.probe(cluster, "prod/api", "prod/db")
    )
    assert explain(verdict).marks == (Mark(14, 7), Mark(16, 11), Mark(19, 7))


def test_a_near_miss_marks_the_requirement_that_fails() -> None:
    cluster = worlds.tiers()
    verdict = evaluate(
        cluster, worlds.policies(worlds.DB_POLICY), worlds.probe(cluster, "prod/web", "prod/db")
    )
    assert verdict.ingress.reason is GateReason.NO_RULE
    (miss,) = verdict.ingress.effects[0].rules[0].peer_misses
    assert miss.fault is PeerFault.POD_LABEL
    assert explain(verdict).marks == (Mark(16, 11),)


def test_the_nearest_rule_is_the_one_that_is_told() -> None:
    """Rule 1 fails in namespace and label, rule 2 in its port alone."""
    cluster = worlds.tiers()
    text = worlds.DB_POLICY.replace(
        "  - from:\n    - podSelector:\n        matchLabels:\n          role: api\n",
        "  - from:\n    - namespaceSelector: {matchLabels: {env: x}}\n      podSelector: {matchLabels: {role: z}}\n"
        "  - from:\n    - podSelector: {}\n",
    )
    verdict = evaluate(
        cluster, worlds.policies(text), worlds.probe(cluster, "prod/web", "prod/db", 22)
    )
    assert "rule 2" in explain(verdict).gates[1].text
    assert "not on 22/TCP" in explain(verdict).gates[1].text


def test_policies_of_other_namespaces_do_not_isolate() -> None:
    cluster = worlds.tiers()
    text = worlds.DB_POLICY.replace("namespace: prod", "namespace: staging")
    verdict = evaluate(cluster, worlds.policies(text), worlds.probe(cluster, "prod/web", "prod/db"))
    assert verdict.outcome is Outcome.ALLOWED


# ── hostNetwork pods, own nodes, two address families ──


def on_nodes(plugin: Plugin | None = None) -> Cluster:
    """The tiers with two nodes: db and a hostNetwork agent on node-1, api on node-2."""
    tiers = worlds.tiers(plugin)
    nodes = {"prod/db": "node-1", "prod/api": "node-2"}
    pods = tuple(replace(pod, node=nodes.get(pod.ref, "")) for pod in tiers.pods)
    agent = replace(
        worlds.pod("prod/agent", "10.0.0.1", role="api"), node="node-1", host_network=True
    )
    hosts = tuple(ExternalHost(f"node-{n}", ip_address(f"10.0.0.{n}"), node=True) for n in (1, 2))
    return replace(tiers, pods=(*pods, agent), hosts=tiers.hosts + hosts)


def outcome_of(cluster: Cluster, text: str, source: str, target: str, port: int = 3306) -> Outcome:
    policies = worlds.policies(text) if text else ()
    verdict = evaluate(cluster, policies, worlds.probe(cluster, source, target, port))
    assert explain(verdict).sentence
    return verdict.outcome


NODES_ALLOWED = worlds.DB_POLICY.replace(
    "- podSelector:\n        matchLabels:\n          role: api",
    "- ipBlock:\n        cidr: 10.0.0.0/24",
)
SHUT = worlds.DB_POLICY.partition("  ingress:")[0]
AGENT_SHUT = SHUT.replace("role: db", "role: api")


@pytest.mark.parametrize(
    ("setting", "by_label", "by_block"),
    [
        (HostNetwork.UNDEFINED, Outcome.UNDEFINED, Outcome.UNDEFINED),
        (HostNetwork.AS_POD, Outcome.ALLOWED, Outcome.DENIED),
        (HostNetwork.AS_NODE, Outcome.DENIED, Outcome.ALLOWED),
    ],
)
def test_a_host_network_pod_is_a_pod_or_its_node(
    setting: HostNetwork, by_label: Outcome, by_block: Outcome
) -> None:
    plugin = Plugin(
        host_network=setting,
        own_node=OwnNode.BY_ADDRESS,
        ip_block_on_pods=PodAddressMatching.NEVER,
    )
    cluster = on_nodes(plugin)
    assert outcome_of(cluster, worlds.DB_POLICY, "prod/agent", "prod/db") is by_label
    assert outcome_of(cluster, NODES_ALLOWED, "prod/agent", "prod/db") is by_block
    assert outcome_of(cluster, "", "prod/agent", "prod/db") is Outcome.ALLOWED
    assert outcome_of(cluster, SHUT, "prod/web", "prod/db") is Outcome.DENIED


@pytest.mark.parametrize(
    ("setting", "outcome"),
    [
        (HostNetwork.UNDEFINED, Outcome.UNDEFINED),
        (HostNetwork.AS_POD, Outcome.DENIED),
        (HostNetwork.AS_NODE, Outcome.ALLOWED),
    ],
)
def test_a_policy_may_or_may_not_isolate_a_host_network_pod(
    setting: HostNetwork, outcome: Outcome
) -> None:
    cluster = on_nodes(Plugin(host_network=setting))
    assert outcome_of(cluster, AGENT_SHUT, "prod/web", "prod/agent") is outcome


@pytest.mark.parametrize(
    ("setting", "outcome"),
    [
        (OwnNode.UNDEFINED, Outcome.UNDEFINED),
        (OwnNode.ALWAYS_ALLOWED, Outcome.ALLOWED),
        (OwnNode.BY_ADDRESS, Outcome.DENIED),
    ],
)
def test_a_pods_own_node_is_left_open_and_other_nodes_are_hosts(
    setting: OwnNode, outcome: Outcome
) -> None:
    cluster = on_nodes(Plugin(own_node=setting))
    assert outcome_of(cluster, SHUT, "node-1", "prod/db") is outcome
    assert outcome_of(cluster, SHUT, "node-2", "prod/db") is Outcome.DENIED
    assert outcome_of(cluster, NODES_ALLOWED, "node-1", "prod/db") is Outcome.ALLOWED
    egress = SHUT.replace("- Ingress", "- Egress")
    assert outcome_of(cluster, egress, "prod/db", "node-1") is outcome


@pytest.mark.parametrize(
    ("setting", "outcome"),
    [
        (HostNetwork.UNDEFINED, Outcome.UNDEFINED),
        (HostNetwork.AS_POD, Outcome.ALLOWED),
        (HostNetwork.AS_NODE, Outcome.DENIED),
    ],
)
def test_what_is_taken_for_a_node_has_no_named_ports(
    setting: HostNetwork, outcome: Outcome
) -> None:
    cluster = on_nodes(Plugin(host_network=setting, own_node=OwnNode.BY_ADDRESS))
    agent = replace(cluster.pods[-1], ports=(ContainerPort(9100, "TCP", "metrics"),))
    cluster = replace(cluster, pods=(*cluster.pods[:-1], agent))
    text = SHUT.replace("- Ingress", "- Egress").replace("role: db", "role: web")
    text += "  egress:\n  - ports: [{port: metrics}]\n"
    assert outcome_of(cluster, text, "prod/web", "prod/agent", 9100) is outcome
    matrix = Matrix(cluster, worlds.policies(text))
    web, end = worlds.end(cluster, "prod/web"), worlds.end(cluster, "prod/agent")
    assert matrix.outcome(web, end, "TCP", 9100) is outcome


def test_readings_that_refuse_at_different_gates_still_agree() -> None:
    """As a pod the agent may not leave; as a node no rule of db admits it."""
    plugin = Plugin(own_node=OwnNode.BY_ADDRESS)
    text = (
        worlds.DB_POLICY
        + "---\n"
        + AGENT_SHUT.replace("- Ingress", "- Egress").replace("db-policy", "stay")
    )
    cluster = on_nodes(plugin)
    verdict = evaluate(
        cluster, worlds.policies(text), worlds.probe(cluster, "prod/agent", "prod/db")
    )
    assert verdict.outcome is Outcome.DENIED
    assert {gate.outcome for gate in verdict.gates} == {Outcome.UNDEFINED}
    assert "one of the two gates refuses" in explain(verdict).sentence


@pytest.mark.parametrize(
    ("near", "far", "outcome"),
    [
        (("10.0.0.1",), ("10.1.0.1", "fd00::1"), Outcome.ALLOWED),
        (("fd00::9",), ("10.1.0.1", "fd00::1"), Outcome.DENIED),
        (("10.0.0.1", "fd00::9"), ("10.1.0.1", "fd00::1"), Outcome.UNDEFINED),
        (("10.0.0.1", "fd00::9"), ("10.1.0.1",), Outcome.ALLOWED),
        ((), ("10.1.0.1", "fd00::1"), Outcome.UNDEFINED),
    ],
)
def test_a_block_of_one_family_counts_where_both_pods_speak_it(
    near: tuple[str, ...], far: tuple[str, ...], outcome: Outcome
) -> None:
    db = replace(
        worlds.pod("prod/db", "10.0.0.1", role="db"), addresses=tuple(map(ip_address, near))
    )
    web = replace(
        worlds.pod("prod/web", "10.0.0.2", role="web"), addresses=tuple(map(ip_address, far))
    )
    cluster = Cluster(
        (worlds.namespace("prod"),),
        (db, web),
        plugin=Plugin(ip_block_on_pods=PodAddressMatching.MATCHES),
    )
    text = NODES_ALLOWED.replace("10.0.0.0/24", "10.0.0.0/8")
    assert outcome_of(cluster, text, "prod/web", "prod/db") is outcome


TWO_FAMILIES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: everybody, namespace: prod}
spec:
  podSelector: {matchLabels: {role: db}}
  ingress:
  - from:
    - ipBlock: {cidr: 0.0.0.0/0}
    - ipBlock: {cidr: '::/0'}
"""
ONE_RULE_EACH = TWO_FAMILIES.replace(
    "    - ipBlock: {cidr: '", "  - from:\n    - ipBlock: {cidr: '"
)


@pytest.mark.parametrize("text", [TWO_FAMILIES, ONE_RULE_EACH])
@pytest.mark.parametrize("protocol", ["TCP", "ICMP"])
def test_blocks_of_both_families_admit_whatever_family_is_spoken(
    text: str, protocol: Literal["TCP", "ICMP"]
) -> None:
    both = tuple(map(ip_address, ("10.0.0.1", "fd00::1")))
    tiers = worlds.tiers(
        Plugin(
            ip_block_on_pods=PodAddressMatching.MATCHES, ping=PingBehaviour.FOLLOWS_PORTLESS_RULES
        )
    )
    cluster = replace(tiers, pods=tuple(replace(pod, addresses=both) for pod in tiers.pods))
    asked = worlds.probe(cluster, "prod/web", "prod/db")
    asked = replace(asked, protocol=protocol, port=3306 if protocol == "TCP" else None)
    verdict = evaluate(cluster, worlds.policies(text), asked)
    assert verdict.outcome is Outcome.ALLOWED
    if protocol == "TCP":
        assert "everybody, rule 1 (line" in explain(verdict).sentence
