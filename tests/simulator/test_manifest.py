"""The stored object is the API server's, and a written manifest reads back as it was."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.manifest import manifest, manifests, scalar, stored
from simulator.model import (
    Direction,
    NetworkPolicy,
    Operator,
    Peer,
    Port,
    Requirement,
    Rule,
    Selector,
)
from simulator.parse import read_policies
from simulator.scalars import resolve
from tests.simulator import worlds

RECORDED = Path(__file__).parents[3] / "shared" / "apiserver" / "validation.jsonl"
#: Cases whose stored object is another with us, and why.
EXCEPTIONS = {
    "syn-custom-tag": "our guard reads no tags but YAML's five scalar ones (design.md, section 7)",
    "scalar-binary-tag": "our guard reads no tags but YAML's five scalar ones",
}


def recorded() -> list[Any]:
    if not RECORDED.exists():
        return []
    cases = map(json.loads, RECORDED.read_text(encoding="utf-8").splitlines())
    return [pytest.param(case, id=case["id"]) for case in cases if case["accepted"]]


@pytest.mark.parametrize("case", recorded())
def test_the_stored_object_is_the_api_servers(case: dict[str, Any]) -> None:
    reading = read_policies(case["manifest"])
    if case["id"] in EXCEPTIONS:
        assert not reading.accepted
        return
    assert reading.accepted, reading.errors
    ours = {(policy.namespace, policy.name): stored(policy)["spec"] for policy in reading.policies}
    theirs = {(one["namespace"], one["name"]): one["spec"] for one in case["stored"]}
    assert ours == theirs


@pytest.mark.parametrize("case", recorded())
def test_what_was_stored_can_be_written_and_read_again(case: dict[str, Any]) -> None:
    policies = read_policies(case["manifest"]).policies
    text = manifests(policies)
    assert read_policies(text).policies == policies if policies else text == ""


def test_a_manifest_is_written_as_the_course_writes_it() -> None:
    (policy,) = worlds.policies(worlds.DB_POLICY)
    assert manifest(policy) == worlds.DB_POLICY


def test_everything_that_a_policy_can_say_is_written_in_the_usual_order() -> None:
    text = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
  namespace: prod
spec:
  podSelector: {}
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - {}
  - from:
    - podSelector: {}
    - podSelector:
        matchLabels:
          role: api
          port: first
      namespaceSelector:
        matchExpressions:
        - key: env
          operator: NotIn
          values:
          - staging
          - "on"
        - key: legacy
          operator: DoesNotExist
    ports:
    - protocol: UDP
    - protocol: TCP
      port: 32000
      endPort: 32768
  egress:
  - to:
    - ipBlock:
        cidr: 010.0.0.0/8
        except:
        - 10.1.2.3/16
  - ports:
    - protocol: TCP
      port: mysql
"""
    assert manifests(worlds.policies(text)) == text


# ── scalars ──

_ODD = """
    y n on off yes No TRUE null Null tRUE inf NaN 1e3 1.5 0o17 0x1F 017 0b1 1_000 12 0 1.2.3.4
    2024-01-01 2024-1-1 1e3a e1 0x 1-2 db-1 a.b
"""
_words = st.one_of(
    st.sampled_from(_ODD.split()),
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,6}[A-Za-z0-9])?", fullmatch=True),
)


@settings(max_examples=100)
@given(_words)
def test_a_scalar_is_the_same_text_to_every_reader(text: str) -> None:
    written = scalar(text)
    assert written.startswith('"') or resolve(written) == text
    assert yaml.safe_load(written) == text


@settings(max_examples=100)
@given(st.text(st.characters(codec="ascii")))
def test_any_text_can_be_a_scalar(text: str) -> None:
    assert yaml.safe_load(scalar(text)) == text


# ── any policy ──


def storable(policy: NetworkPolicy) -> NetworkPolicy:
    """The policy less what the API server refuses: exceptions that do not lie inside."""

    def mended(rule: Rule) -> Rule:
        return replace(rule, peers=tuple(map(_mended_peer, rule.peers)))

    ingress, egress = (tuple(map(mended, rules)) for rules in (policy.ingress, policy.egress))
    return replace(policy, ingress=ingress, egress=egress)


def _mended_peer(peer: Peer) -> Peer:
    if (block := peer.ip_block) is None:
        return peer
    inside = tuple(
        one
        for one in block.excepts
        if one[0] in block.cidr and one.prefixlen > block.cidr.prefixlen
    )
    return replace(peer, ip_block=replace(block, excepts=inside))


@settings(max_examples=100)
@given(worlds.network_policies.map(storable))
def test_any_policy_reads_back_as_it_was_written(policy: NetworkPolicy) -> None:
    assert read_policies(manifest(policy)).policies == (policy,)


_names = st.sampled_from(["null", "1e3", "0", "y", "on", "2024-01-01", "p", "0x1f", "1.5"])
_spaces = st.sampled_from(["null", "1e3", "0", "y", "on", "2024-01-01", "p", "0x1f"])
_requirements = st.one_of(
    st.builds(
        Requirement, _words, st.just(Operator.IN), st.tuples(_words), st.none(), st.booleans()
    ),
    st.builds(
        Requirement, _words, st.just(Operator.NOT_IN), st.lists(_words, min_size=1).map(tuple)
    ),
)
_selectors = st.lists(_requirements, max_size=4).map(lambda found: Selector(tuple(found)))
_port_names = st.sampled_from(["y", "on", "null", "e", "1e3", "0x1f", "0o17", "n-1"])


@settings(max_examples=100)
@given(_names, _spaces, _selectors, st.lists(_selectors, max_size=3), st.lists(_port_names))
def test_names_that_look_like_other_things_read_back_as_names(
    name: str, space: str, target: Selector, chosen: list[Selector], ports: list[str]
) -> None:
    peers = tuple(Peer(pod_selector=one, namespace_selector=one) for one in chosen)
    rule = Rule(peers, tuple(Port("TCP", port) for port in ports))
    policy = NetworkPolicy(space, name, target, (Direction.EGRESS,), (), (rule,))
    reading = read_policies(manifest(policy))
    assert reading.policies == (policy,), reading.problems


def test_one_key_asked_for_twice_is_written_as_expressions() -> None:
    pairs = tuple(Requirement("role", Operator.IN, (v,), pair=True) for v in ("a", "b"))
    policy = NetworkPolicy("prod", "p", Selector(pairs))
    assert read_policies(manifest(policy)).policies == (policy,)
