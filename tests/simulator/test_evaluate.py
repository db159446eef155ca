"""What a plugin settles, and the evidence that a verdict carries."""

import pytest

from simulator.evaluate import evaluate
from simulator.explain import explain
from simulator.model import (
    GateReason,
    Mark,
    Outcome,
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
