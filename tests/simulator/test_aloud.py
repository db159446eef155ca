"""The plain-language reading: whole texts, and that AND and OR are never mistaken."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.aloud import PolicyWords, read_aloud
from simulator.conformance import read_case
from simulator.model import (
    Cluster,
    Direction,
    Mark,
    NetworkPolicy,
    Operator,
    Peer,
    Plugin,
    PodAddressMatching,
    Port,
    Requirement,
    Rule,
    Selector,
)
from tests.simulator import worlds

VECTORS = Path(__file__).parents[3] / "shared" / "conformance"


def read(spec: str, *, namespace: str = "prod", cluster: Cluster | None = None) -> str:
    """The reading of one policy named p, whose spec begins on line 7, less its heading."""
    indented = "".join(f"  {line}\n" for line in spec.strip("\n").splitlines())
    (policy,) = worlds.policies(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata:\n  name: p\n  namespace: {namespace}\nspec:\n{indented}"
    )
    heading, _, rest = read_aloud(policy, cluster).text.partition("\n")
    assert heading == f"p in namespace {namespace}"
    return rest + "\n"


def test_the_lessons_policy() -> None:
    (policy,) = worlds.policies(worlds.DB_POLICY)
    assert read_aloud(policy).text == (
        "db-policy in namespace prod\n"
        "Selects the pods of namespace prod whose label role is db.\n"
        "Isolates them for ingress: what no rule admits, of this policy or of another that "
        "selects them, is refused. Their egress stays as it is.\n"
        "Rule 1 (line 13) admits connections on TCP 3306 from the pods of namespace prod whose "
        "label role is api."
    )


def test_with_a_cluster_it_says_who_that_is_now() -> None:
    (policy,) = worlds.policies(worlds.DB_POLICY)
    assert [
        line.text.partition(" Now: ")[2] for line in read_aloud(policy, worlds.tiers()).lines
    ] == [
        "prod/db.",
        "",
        "prod/api.",
    ]


def test_it_says_where_each_line_stands() -> None:
    (policy,) = worlds.policies(worlds.DB_POLICY)
    marks = [line.mark for line in read_aloud(policy).lines]
    assert marks == [Mark(7, 3), Mark(4, 9), Mark(14, 7)]


DENY_ALL = """\
Selects every pod of namespace default, where a policy goes that names no namespace.
Isolates them for ingress and egress: what no rule admits, of this policy or of another that selects them, is refused.
It has no ingress rule: it lets nothing come in.
It has no egress rule: it lets nothing leave.
"""


def test_no_rules_at_all() -> None:
    spec = "podSelector: {}\npolicyTypes: [Ingress, Egress]\ningress: []"
    assert read(spec, namespace="default") == DENY_ALL


ALL_SAID = """\
Selects every pod of namespace prod.
Isolates them for ingress and egress: what no rule admits, of this policy or of another that selects them, is refused.
Ingress rule 1 (line 10) admits connections on every port from anybody, pods and outside hosts alike. So the other rules for this direction add nothing.
Ingress rule 2 (line 11) admits connections on UDP 53 from anybody, pods and outside hosts alike.
Egress rule 1 (line 14) admits connections on every TCP port or SCTP 7000 to 7009, to every destination, pods and outside hosts alike.
"""


def test_empty_rules_and_rules_without_peers() -> None:
    spec = """
podSelector: {}
policyTypes: [Ingress, Egress]
ingress:
- {}
- ports:
  - {protocol: UDP, port: 53}
egress:
- ports:
  - {protocol: TCP}
  - {protocol: SCTP, port: 7000, endPort: 7009}
"""
    assert read(spec) == ALL_SAID


OR = """\
Rule 1 (line 11) admits connections on the TCP port named http by the target pod from any of these (OR: one is enough):
  - every pod of the namespaces whose label env is staging. Now: staging/web and staging/api.
  - or the pods of namespace prod whose label role is api. Now: prod/api.
"""
AND = """\
Rule 1 (line 11) admits connections on the TCP port named http by the target pod from the pods whose label role is api, in the namespaces whose label env is staging (AND: both must hold). Now: staging/api.
"""
FROM = """
podSelector:
  matchLabels: {role: db}
policyTypes: [Ingress]
ingress:
- from:
  - namespaceSelector: {matchLabels: {env: staging}}
  - podSelector: {matchLabels: {role: api}}
  ports:
  - port: http
"""


@pytest.mark.parametrize(("dash", "said"), [("- ", OR), ("  ", AND)])
def test_one_dash_makes_the_difference_between_and_and_or(dash: str, said: str) -> None:
    spec = FROM.replace("  - podSelector", f"  {dash}podSelector")
    assert read(spec, cluster=worlds.tiers()).endswith(f"is.\n{said}")


PEERS = """\
  - every pod of every namespace (but no host outside the cluster).
  - or every pod of namespace prod.
  - or the pods whose label role is one of (api, web) and whose label env is not prod (or is missing), in every namespace (AND: both must hold).
  - or every pod of the namespaces that carry the label team (whatever its value) and that carry no label old (AND: both must hold).
  - or the address 192.168.5.10.
  - or the addresses in 10.0.0.0/8, less 10.1.2.3/16 (that is 10.1.0.0/16). The except refuses nothing for good: another peer, rule or policy may name it.
  - or every IPv6 address (::/0).
An ipBlock is meant for hosts outside the cluster; whether it matches pods too is left to the network plugin.
"""


def test_every_kind_of_peer() -> None:
    spec = """
podSelector: {}
policyTypes: [Egress]
egress:
- to:
  - namespaceSelector: {}
  - podSelector: {}
  - namespaceSelector: {}
    podSelector:
      matchExpressions:
      - {key: role, operator: In, values: [api, web]}
      - {key: env, operator: NotIn, values: [prod]}
  - podSelector: {}
    namespaceSelector:
      matchExpressions:
      - {key: team, operator: Exists}
      - {key: old, operator: DoesNotExist}
  - ipBlock: {cidr: 192.168.5.10/32}
  - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.2.3/16]}
  - ipBlock: {cidr: "::/0"}
"""
    assert read(spec).endswith(f"to any of these (OR: one is enough):\n{PEERS}")


def test_rules_for_a_direction_that_is_not_listed_are_ignored() -> None:
    spec = "podSelector: {}\npolicyTypes: [Egress]\ningress:\n- {}"
    assert "Its ingress rules are ignored: policyTypes does not list Ingress.\n" in read(spec)
    assert "Rule 1" not in read(spec)


def test_a_selector_that_matches_nothing_now_says_nobody() -> None:
    spec = "podSelector: {matchLabels: {role: database}}"
    assert "whose label role is database. Now: nobody.\n" in read(spec, cluster=worlds.tiers())


def test_an_ip_block_over_pods_names_them_as_some_plugins_do() -> None:
    spec = "podSelector: {}\ningress:\n- from:\n  - ipBlock: {cidr: 10.1.1.0/24}"
    undefined = read(spec, cluster=worlds.tiers())
    assert (
        "Now: nobody. With some network plugins also: staging/web and staging/api.\n" in undefined
    )
    settled = worlds.tiers(Plugin(ip_block_on_pods=PodAddressMatching.MATCHES))
    assert "Now: staging/web and staging/api.\n" in read(spec, cluster=settled)


def test_an_empty_label_value_is_shown() -> None:
    spec = 'podSelector: {matchLabels: {role: ""}}'
    assert 'whose label role is "".\n' in read(spec)


# ── AND and OR, whatever is written ──


@settings(max_examples=100)
@given(worlds.selectors, worlds.selectors)
def test_two_peers_are_or_and_one_peer_is_and(pods: Selector, spaces: Selector) -> None:
    apart = reading_of(Peer(namespace_selector=spaces), Peer(pod_selector=pods))
    merged = reading_of(Peer(pods, spaces))
    assert "OR: one is enough" in apart.text
    assert [line.depth for line in apart.lines] == [0, 0, 0, 1, 1]
    assert "OR" not in merged.text
    assert [line.depth for line in merged.lines] == [0, 0, 0]
    conditions = len(pods.requirements) + len(spaces.requirements)
    assert ("AND" in merged.text) == (conditions > 1)


@settings(max_examples=100)
@given(worlds.network_policies)
def test_a_policy_has_a_line_for_every_rule_and_peer(policy: NetworkPolicy) -> None:
    words = read_aloud(policy)
    said = sum(" admits connections " in line.text for line in words.lines)
    told = [policy.rules(direction) for direction in policy.policy_types]
    assert said == sum(map(len, told))
    peers = [len(rule.peers) for rules in told for rule in rules if len(rule.peers) > 1]
    assert sum(line.depth for line in words.lines) == sum(peers)


def reading_of(*peers: Peer) -> PolicyWords:
    return read_aloud(NetworkPolicy("x", "p", ingress=(Rule(peers),)))


# ── any policy ──


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_policy_of_the_vectors_can_be_read(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        case = read_case(line)
        for policy in case.policies:
            for words in (read_aloud(policy), read_aloud(policy, case.cluster)):
                assert words.text.startswith(policy.name)
                assert len(words.text) < 20_000


def test_the_longest_policy_reads_within_bounds() -> None:
    many = tuple(f"v{n}" for n in range(500))
    requirements = tuple(Requirement(f"{'k' * 60}{n}", Operator.IN, many) for n in range(100))
    selector = Selector(requirements)
    ports = tuple(Port("TCP", n) for n in range(1, 400))
    rule = Rule((Peer(selector, selector),) * 300, ports)
    both = (Direction.INGRESS, Direction.EGRESS)
    policy = NetworkPolicy("x", "n" * 253, selector, both, (rule,) * 300, (rule,) * 300)
    words = read_aloud(policy)
    assert len(words.lines) == 2 + 2 * (20 * 12 + 1)
    assert max(len(line.text) for line in words.lines) < 2_500


def test_who_that_is_now_is_left_out_where_that_is_too_much_work() -> None:
    cluster = worlds.tiers()
    rule = Rule((Peer(pod_selector=Selector()),) * 10)
    policy = NetworkPolicy("prod", "p", ingress=(rule,) * 20)
    assert " Now: " in read_aloud(policy, cluster).text
    large = replace(cluster, pods=cluster.pods * 120)
    assert " Now: " not in read_aloud(policy, large).text


@settings(max_examples=100)
@given(st.text(max_size=100))
def test_no_text_is_shown_raw(text: str) -> None:
    selector = Selector((Requirement(text, Operator.IN, (text,)),))
    policy = replace(NetworkPolicy("x", text, selector), namespace=text)
    lines = read_aloud(policy).text.split("\n")
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)
