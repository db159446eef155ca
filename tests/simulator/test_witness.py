"""Who is asked about besides the scenario's own endpoints, and what they are called."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.check import Fault, check
from simulator.model import Cluster, ExternalHost, NetworkPolicy, Pod
from simulator.selectors import NAME_LABEL
from simulator.witness import Kind, Strangers, WitnessSet, most_strangers, witnesses
from tests.simulator import worlds

CLUSTER = worlds.tiers()
REFERENCE = worlds.policies(worlds.DB_POLICY)
API = "    - podSelector:\n        matchLabels:\n          role: api\n"
HOST = ip_address("203.0.113.99")
ONE_POD = Cluster(
    (worlds.namespace("a"), worlds.namespace("b"), worlds.namespace("c")),
    (
        worlds.pod("a/a", "10.2.0.1", app="a"),
        worlds.pod("b/b", "10.2.0.2", app="b"),
        worlds.pod("c/c", "10.2.0.3", app="c"),
    ),
)


def asked(answer: str = "", strangers: Strangers | None = None) -> WitnessSet:
    policies = worlds.policies(answer) if answer else ()
    return witnesses(CLUSTER, REFERENCE, policies, choice=strangers)


def described(found: WitnessSet, kind: Kind) -> list[str]:
    return [s.description for s in found.strangers if s.kind is kind]


def with_peer(peer: str) -> str:
    return worlds.DB_POLICY.replace(API, f"    - {peer}\n")


def told(answer: str, strangers: Strangers | None = None) -> list[str]:
    """The differences of an answer to the task of the tiers, in short."""
    result = check(CLUSTER, worlds.policies(answer), REFERENCE, strangers=strangers)
    return [f"{d.fault.value}: {' → '.join(d.names)}" for d in result.told]


# ── who is in the set ──


def test_every_pod_has_a_copy_in_every_other_namespace_and_in_one_without_labels() -> None:
    assert described(asked(), Kind.COPIES) == [
        # staging has its own web and api
        "a copy of prod/web in a namespace without labels",
        "a copy of prod/api in a namespace without labels",
        "a copy of prod/db in staging",
        "a copy of prod/db in a namespace without labels",
    ]


def test_a_copy_keeps_labels_and_ports_and_has_no_address() -> None:
    copy = next(s.endpoint for s in asked().strangers if s.endpoint.ref == "staging/copy-of-db")
    original = worlds.end(CLUSTER, "prod/db")
    assert isinstance(copy, Pod)
    assert isinstance(original, Pod)
    assert (copy.labels, copy.ports, copy.addresses) == (original.labels, original.ports, ())


def test_every_namespace_has_a_pod_without_labels() -> None:
    assert described(asked(), Kind.UNLABELLED) == [
        "a pod without labels in prod",
        "a pod without labels in staging",
        "a pod without labels in a namespace without labels",
    ]


def test_the_namespace_without_labels_carries_its_name_alone() -> None:
    space = asked().cluster.namespaces[-1]
    assert space.labels == {NAME_LABEL: space.name}
    named = with_peer("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}")
    assert "elsewhere-2" in asked(named).cluster.namespace_names


@pytest.mark.parametrize(
    ("peer", "description", "labels", "space"),
    [
        ("podSelector: {matchLabels: {role: cache}}", "a pod with role=cache in prod", {"role": "cache"}, {}),
        ("podSelector: {matchExpressions: [{key: role, operator: DoesNotExist}]}", "a pod without labels in prod", {}, {}),
        ("podSelector: {matchExpressions: [{key: tier, operator: Exists}]}", "a pod with tier=other in prod", {"tier": "other"}, {}),
        ("{namespaceSelector: {matchLabels: {env: staging}}, podSelector: {matchLabels: {role: db}}}",
         "a pod with role=db in staging", {"role": "db"}, {}),
        ("namespaceSelector: {matchLabels: {env: qa}}", "a pod without labels in a namespace with env=qa", {}, {"env": "qa"}),
        ("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: qa}}", "a pod without labels in the namespace qa", {}, {NAME_LABEL: "qa"}),
    ],
)  # fmt: skip
def test_a_selector_that_matches_nothing_here_gets_the_smallest_pod_that_it_does_match(
    peer: str, description: str, labels: dict[str, str], space: dict[str, str]
) -> None:
    found = asked(with_peer(peer))
    (stranger,) = (s for s in found.strangers if s.kind is Kind.SELECTED)
    assert stranger.description == description
    assert isinstance(stranger.endpoint, Pod)
    assert stranger.endpoint.labels == labels
    namespace = next(n for n in found.cluster.namespaces if n.name == stranger.endpoint.namespace)
    assert space.items() <= namespace.labels.items()


@pytest.mark.parametrize(
    "peer",
    [
        "podSelector: {matchLabels: {role: web}}",
        "podSelector: {matchExpressions: [{key: role, operator: In, values: [a]}, {key: role, operator: In, values: [b]}]}",
        "namespaceSelector: {matchLabels: {env: staging}}",
        "ipBlock: {cidr: 10.9.0.0/16}",
    ],
)
def test_a_selector_that_matches_somebody_or_nobody_at_all_gets_none(peer: str) -> None:
    assert described(asked(with_peer(peer)), Kind.SELECTED) == []


def test_both_sides_of_every_edge_of_a_block_are_asked_about() -> None:
    found = asked(with_peer("ipBlock: {cidr: 172.16.0.0/12, except: [172.20.0.0/16]}"))
    assert described(found, Kind.ADDRESSES) == [
        "some other address (203.0.113.7)",  # outside the block, as 172.15.255.255 is, or 172.20.0.0
        "an address just inside 172.16.0.0/12 (172.16.0.0)",
    ]
    hosts = {s.endpoint.ref for s in found.strangers if isinstance(s.endpoint, ExternalHost)}
    assert hosts == {"stranger", "just-inside-172.16.0.0/12"}


def test_blocks_of_two_rules_are_told_apart() -> None:
    rule = "  - from: [{ipBlock: {cidr: 172.16.0.0/13}}]\n"
    found = asked(with_peer("ipBlock: {cidr: 172.16.0.0/12}") + rule)
    assert described(found, Kind.ADDRESSES) == [
        "some other address (203.0.113.7)",
        "an address just inside 172.16.0.0/12 (172.16.0.0)",
        "an address just inside 172.16.0.0/12 (172.31.255.255)",
    ]


def test_ipv6_is_asked_about_where_somebody_speaks_of_it() -> None:
    assert "some other address (2001:db8::7)" not in described(asked(), Kind.ADDRESSES)
    found = described(asked(with_peer("ipBlock: {cidr: fd00::/8}")), Kind.ADDRESSES)
    assert "some other address (2001:db8::7)" in found
    assert "an address just inside fd00::/8 (fd00::)" in found


def test_no_stranger_stands_at_the_address_of_a_pod() -> None:
    found = described(asked(with_peer("ipBlock: {cidr: 10.1.0.12/32}")), Kind.ADDRESSES)
    assert found == ["some other address (203.0.113.7)"]


def test_strangers_meet_the_scenario_and_never_each_other() -> None:
    found = asked(with_peer("ipBlock: {cidr: 172.16.0.0/12}"))
    known = {end.ref for end in CLUSTER.endpoints}
    for source, target, stranger in found.pairs():
        strange = [end for end in (source, target) if end.ref not in known]
        assert strange == ([stranger.endpoint] if stranger else [])


def test_a_pod_without_labels_is_a_target_only_where_the_task_speaks_of_every_pod() -> None:
    def targets(strangers: Strangers) -> set[str]:
        return {target.ref for _, target, _ in asked(strangers=strangers).pairs()}

    assert "prod/unlabelled" not in targets(Strangers())
    assert "prod/unlabelled" in targets(Strangers(every_pod=True))
    assert "staging/copy-of-db" in targets(Strangers())


def test_an_author_leaves_kinds_out_and_adds_strangers() -> None:
    kinds = (Kind.COPIES, Kind.UNLABELLED, Kind.ADDRESSES)
    added = worlds.pod("prod/legacy", "10.1.0.99", role="legacy")
    found = asked(
        strangers=Strangers(leave_out=kinds, pods=(added, worlds.pod("prod/db", "10.9.9.9")))
    )
    assert [(s.kind, s.description) for s in found.strangers] == [
        (Kind.ADDED, "a pod with role=legacy in prod")
    ]


def test_many_blocks_of_one_rule_make_one_stranger() -> None:
    blocks = "\n".join(f"    - ipBlock: {{cidr: 11.1.{n}.0/25}}" for n in range(150))
    answer = worlds.DB_POLICY.replace(API, blocks + "\n")
    assert described(asked(answer), Kind.ADDRESSES) == [
        "some other address (203.0.113.7)",
        "an address just inside 11.1.0.0/25 (11.1.0.0)",
    ]


# ── what they find ──


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (with_peer("podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [web, db]}]}"),
         ["too open: a pod without labels in prod → prod/db"]),
        (worlds.DB_POLICY.replace(API, API + "    - podSelector: {matchLabels: {role: cache}}\n"),
         ["too open: a pod with role=cache in prod → prod/db"]),
        (worlds.DB_POLICY.replace(API, API + "    - ipBlock: {cidr: 203.0.113.0/24}\n"),
         ["too open: some other address (203.0.113.7) → prod/db"]),
        (worlds.DB_POLICY.replace(API, API + "    - {namespaceSelector: {matchLabels: {env: qa}}, podSelector: {matchLabels: {role: api}}}\n"),
         ["too open: a pod with role=api in a namespace with env=qa → prod/db"]),
        (with_peer("{namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [staging]}]}, podSelector: {matchLabels: {role: api}}}"),
         ["too open: a copy of prod/api in a namespace without labels → prod/db"]),
    ],
)  # fmt: skip
def test_a_stranger_shows_what_the_scenario_cannot(answer: str, found: list[str]) -> None:
    assert told(answer) == found
    everybody = tuple(kind for kind in Kind if kind is not Kind.ADDED)
    assert told(answer, Strangers(leave_out=everybody)) == []


def shut(selector: str, types: str = "Ingress") -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: shut, namespace: b}}\nspec: {{podSelector: {selector}, policyTypes: [{types}]}}\n"
    )


@pytest.mark.parametrize("types", ["Ingress", "Egress", "Ingress, Egress"])
def test_in_a_namespace_with_one_pod_its_label_and_the_empty_selector_are_both_right(
    types: str,
) -> None:
    by_label, by_nothing = (
        worlds.policies(shut(s, types)) for s in ("{matchLabels: {app: b}}", "{}")
    )
    assert check(ONE_POD, by_label, by_nothing).solved
    assert check(ONE_POD, by_nothing, by_label).solved
    every_pod = Strangers(every_pod=True)
    assert not check(ONE_POD, by_label, by_nothing, strangers=every_pod).solved


def test_a_policy_for_pods_that_the_scenario_does_not_hold_must_be_there_too() -> None:
    guard = worlds.policies(shut("{matchLabels: {app: cache}}"))
    result = check(ONE_POD, (), guard)
    assert {d.fault for d in result.differences} == {Fault.TOO_OPEN}
    assert {d.names[1] for d in result.differences} == {"a pod with app=cache in b"}


# ── how many there can be ──


@given(
    worlds.clusters(), st.lists(worlds.network_policies, max_size=4), st.sets(st.sampled_from(Kind))
)
def test_never_are_there_more_strangers_than_the_bound_says(
    cluster: Cluster, policies: list[NetworkPolicy], left_out: set[Kind]
) -> None:
    choice = Strangers(
        leave_out=tuple(left_out),
        pods=(Pod("added", "one", {}),),
        hosts=(ExternalHost("two", HOST),),
    )
    found = witnesses(cluster, policies[:2], policies[2:], choice=choice)
    assert len(found.strangers) <= most_strangers(cluster, policies, choice)


def test_the_bound_holds_where_every_edge_is_a_stranger_of_its_own() -> None:
    block = "    - ipBlock: {{cidr: 10.{}.0.0/24}}\n"
    peers = "  - from:\n".join(block.format(number) for number in range(0, 80, 2))
    policies = worlds.policies(worlds.DB_POLICY.replace(API, peers))
    found = witnesses(CLUSTER, policies, ())
    assert 40 < len(found.strangers) <= most_strangers(CLUSTER, policies)
