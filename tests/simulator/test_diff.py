"""Two sets of policies compared: exactly over every cluster, or over one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.diff import Change, Diff, diff, equivalent
from simulator.evaluate import evaluate
from simulator.model import (
    Cluster,
    ContainerPort,
    Direction,
    Endpoint,
    ExternalHost,
    IPBlock,
    Namespace,
    NetworkPolicy,
    Operator,
    Outcome,
    Peer,
    Plugin,
    Pod,
    Port,
    Probe,
    Requirement,
    Rule,
    Selector,
)
from simulator.selectors import NAME_LABEL
from tests.simulator import worlds

OLD = worlds.policies(worlds.DB_POLICY)


def compared(new: str, old: str = worlds.DB_POLICY) -> list[str]:
    """What differs in short: `opened: source → target, port`."""
    found = diff(worlds.policies(old), worlds.policies(new))
    assert found.exact
    return [
        f"{d.change}: {' → '.join(d.names)}, {d.new.probe.port}/{d.new.probe.protocol}"
        for d in found.differences
    ]


# ── equal, however it is written ──


@pytest.mark.parametrize(
    "text",
    [
        worlds.DB_POLICY,
        worlds.DB_POLICY.replace("name: db-policy", "name: any-other-name"),
        worlds.DB_POLICY + "---\n" + worlds.DB_POLICY.replace("db-policy", "twice"),
        worlds.DB_POLICY.replace("port: 3306", "port: 3306\n      endPort: 3306"),
        worlds.DB_POLICY.replace(
            "        matchLabels:\n          role: api",
            "        matchExpressions:\n        - {key: role, operator: In, values: [api]}",
        ),
        worlds.DB_POLICY.replace(
            "    - podSelector:",
            "    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod}}\n      podSelector:",
        ),
    ],
)
def test_every_spelling_of_the_same_meaning_is_equal(text: str) -> None:
    assert compared(text) == []
    assert equivalent(OLD, worlds.policies(text)) is True


def blocks(*cidrs: str) -> str:
    peers = "".join(f"    - ipBlock: {{cidr: {cidr}}}\n" for cidr in cidrs)
    return worlds.DB_POLICY.replace(
        "    - podSelector:\n        matchLabels:\n          role: api\n", peers
    )


def test_blocks_that_cover_the_same_addresses_are_equal() -> None:
    assert compared(blocks("10.0.0.0/9", "10.128.0.0/9"), blocks("10.0.0.0/8")) == []
    assert compared(blocks("10.0.0.0/9", "10.128.0.0/10"), blocks("10.0.0.0/8")) == [
        "closed: an outside host at 10.192.0.1 → a pod with role=db in prod, 3306/TCP"
    ]
    assert compared(blocks("fd00::/8"), blocks("fd00::/9"))[0].startswith(
        "opened: an outside host at fd80::1 →"
    )


# ── the smallest case ──


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("role: api", "role: web", [
            "opened: a pod with role=web in prod → a pod with role=db in prod, 3306/TCP",
            "closed: a pod with role=api in prod → a pod with role=db in prod, 3306/TCP"]),
        ("port: 3306", "port: 3307", [
            "opened: a pod with role=api in prod → a pod with role=db in prod, 3307/TCP",
            "closed: a pod with role=api in prod → a pod with role=db in prod, 3306/TCP"]),
        ("port: 3306", "port: mysql", [
            "opened: a pod with role=api in prod → a pod with role=db in prod, 8080/TCP",
            "closed: a pod with role=api in prod → a pod with role=db in prod, 3306/TCP"]),
        ("    - podSelector:", "    - namespaceSelector: {}\n      podSelector:", [
            "opened: a pod with role=api in another namespace → a pod with role=db in prod, 3306/TCP"]),
        ("    - podSelector:", "    - namespaceSelector: {matchLabels: {env: qa}}\n      podSelector:", [
            "opened: a pod with role=api in a namespace with env=qa → a pod with role=db in prod, 3306/TCP",
            "closed: a pod with role=api in prod → a pod with role=db in prod, 3306/TCP"]),
    ],
)  # fmt: skip
def test_a_difference_is_shown_by_its_smallest_case(old: str, new: str, found: list[str]) -> None:
    assert compared(worlds.DB_POLICY.replace(old, new)) == found


def test_a_namespace_cannot_carry_two_sets_of_labels() -> None:
    """prod would have to be env=a and env=b at once for the egress rule to matter."""
    ingress = "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod, env: a}}}]}]"
    egress = ingress.replace("ingress", "egress").replace("from", "to").replace("env: a", "env: b")
    shut = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: prod}\n"
        f"spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress], {ingress}}}\n"
    )
    assert compared(shut.replace("}]}]}", f"}}]}}], {egress}}}"), shut) == []
    possible = egress.replace("env: b", "env: a")
    assert len(compared(shut.replace("}]}]}", f"}}]}}], {possible}}}"), shut)) == 1


def test_the_sentence_says_who_and_what_decides_on_either_side() -> None:
    new = worlds.policies(worlds.DB_POLICY.partition("    ports:")[0])
    (difference,) = diff(OLD, new).differences
    assert difference.change is Change.OPENED
    assert difference.sentence == (
        "opened: a pod with role=api in prod → a pod with role=db in prod on TCP 1–3305 and "
        "3307–65535, every UDP port, every SCTP port. "
        "Now: Entering the target: db-policy, rule 1 (line 14) admits it. "
        "Before: Entering the target: db-policy isolates it, and rule 1 (line 14) admits this end "
        "on 3306/TCP only, not on 22/TCP."
    )


def test_many_ways_to_differ_are_told_in_part_and_counted() -> None:
    rules = "".join(f"  - ports: [{{port: {n}}}]\n" for n in range(100, 140))
    found = diff(OLD, worlds.policies(worlds.DB_POLICY + rules))
    assert (len(found.differences), found.many) == (20, 40)


def test_a_host_outside_bears_no_port_names() -> None:
    """No container port stands at an address outside, so a named port admits nothing there."""
    shut = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\n"
        "spec: {podSelector: {}, policyTypes: [Egress], egress: []}\n"
    )
    block = "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: web}]}]"
    assert compared(shut.replace("egress: []", block), shut) == []
    assert compared(shut.replace("egress: []", block.replace("web", "80")), shut)


def test_pairs_whose_both_ends_are_changed_are_compared_too() -> None:
    """Every pod that the rule names is changed as well, at a gate that does not part the sides."""
    both = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: x}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ports: [{port: 80}]}], "
        "egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}]}\n"
    )
    shut = both.replace("egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}]", "egress: []")
    new = shut.replace(
        "{port: 80}]}]",
        "{port: 80}]}, {from: [{ipBlock: {cidr: 9.9.9.9/32}}], ports: [{port: 80}]}]",
    )
    assert compared(new, both) == [
        "closed: a pod without labels in x → a pod without labels in x, 80/TCP",
    ]


# ── in one cluster ──


def test_in_a_cluster_its_own_endpoints_are_compared() -> None:
    cluster = worlds.tiers()
    wider = worlds.policies(
        worlds.DB_POLICY.replace(
            "    - podSelector:", "    - namespaceSelector: {}\n      podSelector:"
        )
    )
    (difference,) = diff(OLD, wider, cluster=cluster).differences
    assert difference.names == ("staging/api", "prod/db")
    assert difference.sentence.startswith(
        "opened: staging/api → prod/db on TCP 3306. Now: Entering prod/db: db-policy, rule 1"
    )
    cache = worlds.policies(
        worlds.DB_POLICY + "  - from: [{podSelector: {matchLabels: {role: cache}}}]\n"
    )
    assert diff(OLD, cache, cluster=cluster).equal is True
    assert diff(OLD, cache).equal is False


def test_what_the_api_leaves_open_on_one_side_is_a_difference_of_its_own() -> None:
    found = diff(OLD, worlds.policies(blocks("10.1.0.12/32")), cluster=worlds.tiers())
    assert [d.change for d in found.differences] == [Change.UNDEFINED]


# ── the budget ──


def test_beyond_its_budget_it_says_so_and_compares_witnesses() -> None:
    web = worlds.policies(worlds.DB_POLICY.replace("role: api", "role: web"))
    found = diff(OLD, web, budget=10)
    assert not found.exact
    assert "more than 10 steps" in found.reason
    assert found.equal is False
    assert "a pod with role=web in prod" in found.differences[0].names[0]
    spelt = worlds.policies(
        worlds.DB_POLICY.replace("port: 3306", "port: 3306\n      endPort: 3306")
    )
    assert equivalent(OLD, spelt, budget=10) is None


def test_hostile_texts_pass_the_budget_and_come_to_an_end() -> None:
    """A hang guard: every key doubles the label sets, every name the sets of port names."""
    keys = ", ".join(f"{{podSelector: {{matchLabels: {{k{n}: v}}}}}}" for n in range(60))
    names = ", ".join(f"{{port: n{n}}}" for n in range(60))
    each = "".join(
        f"  - {{from: [{{podSelector: {{matchLabels: {{k{n}: v}}}}}}], ports: [{{port: n{n}}}]}}\n"
        for n in range(60)
    )
    head = worlds.DB_POLICY.partition("  - from:")[0]
    whole = worlds.policies(f"{head}  - {{from: [{keys}], ports: [{names}]}}\n")
    apart = worlds.policies(head + each)
    found = diff(whole, apart)
    assert not found.exact
    assert found.many


# ── against brute force ──


_LABELS: tuple[dict[str, str], ...] = ({}, {"app": "a"}, {"app": "z"})
_ADDRESSES = ("9.255.255.255", "10.0.0.5", "10.0.1.5", "fd00::5")
_asked = st.one_of(
    st.builds(Requirement, st.just("app"), st.sampled_from([Operator.IN, Operator.NOT_IN]), st.just(("a",))),
    st.builds(Requirement, st.just("app"), st.sampled_from([Operator.EXISTS, Operator.DOES_NOT_EXIST])),
)  # fmt: skip
_named = st.builds(
    Requirement, st.just(NAME_LABEL), st.sampled_from([Operator.IN, Operator.NOT_IN]), st.sampled_from([("x",), ("y",)])
)  # fmt: skip
_pods = st.lists(_asked, max_size=1).map(lambda found: Selector(tuple(found)))
_spaces = st.lists(st.one_of(_asked, _named), max_size=2).map(lambda found: Selector(tuple(found)))
_network = st.sampled_from(["10.0.0.0/24", "10.0.0.0/8", "0.0.0.0/0", "fd00::/8"]).map(ip_network)
_peers = st.one_of(
    st.builds(
        Peer, ip_block=st.builds(IPBlock, _network, st.lists(_network, max_size=1).map(tuple))
    ),
    st.builds(Peer, pod_selector=_pods),
    st.builds(Peer, namespace_selector=_spaces),
    st.builds(Peer, pod_selector=_pods, namespace_selector=_spaces),
)
_ports = st.sampled_from(
    [Port("TCP", 80), Port("TCP", "web"), Port("TCP"), Port("UDP"), Port("TCP", 80, 90)]
)
_rules = st.lists(
    st.builds(
        Rule, st.lists(_peers, max_size=2).map(tuple), st.lists(_ports, max_size=2).map(tuple)
    ),
    max_size=2,
).map(tuple)
_policies = st.builds(
    NetworkPolicy,
    st.just("x"),
    st.sampled_from(["p", "q"]),
    _pods,
    st.sampled_from([(Direction.INGRESS,), (Direction.EGRESS,), tuple(Direction)]),
    _rules,
    _rules,
)
_sides = st.lists(_policies, max_size=2)


def _ends() -> Iterator[tuple[Namespace | None, Endpoint]]:
    """Every pod of a small universe with its namespace, and hosts; z is named by nobody."""
    for space in ("x", "y", "z"):
        for space_labels in _LABELS:
            for labels in _LABELS:
                yield Namespace(space, {NAME_LABEL: space, **space_labels}), Pod(space, "p", labels)
    for address in _ADDRESSES:
        yield None, ExternalHost("out", ip_address(address))


def _probes() -> Iterator[tuple[Cluster, Probe]]:
    """Every connection of the small universe that one cluster can hold."""
    for space, source in _ends():
        for other, target in _ends():
            same = space and other and space.name == other.name
            if (space is None and other is None) or (same and space != other):
                continue
            spaces = tuple(s for s in {n.name: n for n in (space, other) if n}.values())
            for borne in (
                (),
                (ContainerPort(80, "TCP", "web"),),
                (ContainerPort(79, "TCP", "web"),),
            ):
                if not isinstance(target, Pod):
                    if borne:
                        continue
                    end: Endpoint = target
                else:
                    end = replace(target, name="target", ports=borne)
                for protocol, port in (
                    ("TCP", 79),
                    ("TCP", 80),
                    ("TCP", 85),
                    ("UDP", 80),
                    ("SCTP", 80),
                ):
                    yield Cluster(spaces, ()), Probe(source, end, protocol, port)  # type: ignore[arg-type]


def _labels(cluster: Cluster, probe: Probe) -> int:
    """How many labels a case takes, the namespaces' names apart."""
    ends = (probe.source, probe.target)
    pods = [end for end in ends if isinstance(end, Pod)]
    spaces = {space.name: len(space.labels) - 1 for space in cluster.namespaces}
    return sum(len(pod.labels) + spaces[pod.namespace] for pod in pods)


PROBES = sorted(_probes(), key=lambda case: _labels(*case))


def _smallest_by_brute_force(
    old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy]
) -> int | None:
    """The fewest labels of a case that differs; None where nothing does."""
    return next(
        (
            _labels(cluster, probe)
            for cluster, probe in PROBES
            if evaluate(cluster, old, probe).outcome is not evaluate(cluster, new, probe).outcome
        ),
        None,
    )


def _assert_proved(found: Diff) -> None:
    assert found.exact
    for difference in found.differences:
        outcomes = {difference.old.outcome, difference.new.outcome}
        assert outcomes == {Outcome.ALLOWED, Outcome.DENIED}
        assert (difference.new.outcome is Outcome.ALLOWED) is (difference.change is Change.OPENED)
        assert difference.sentence


@settings(max_examples=40)
@given(_sides, _sides, st.booleans())
def test_it_says_what_brute_force_says_on_a_small_universe(
    old: list[NetworkPolicy], new: list[NetworkPolicy], both: bool
) -> None:
    new = [*old, *new] if both else new  # so that many examples are equal, or nearly so
    found = diff(old, new)
    _assert_proved(found)
    smallest = _smallest_by_brute_force(old, new)
    assert found.equal is (smallest is None)
    assert smallest == min(
        (_labels(d.cluster, d.new.probe) for d in found.differences), default=None
    )


@settings(max_examples=40)
@given(
    st.lists(worlds.network_policies, max_size=3),
    st.lists(worlds.network_policies, max_size=2),
    st.booleans(),
    st.lists(worlds.clusters(), min_size=3, max_size=3),
)
def test_what_it_calls_equal_is_equal_in_any_cluster(
    old: list[NetworkPolicy], new: list[NetworkPolicy], both: bool, clusters: list[Cluster]
) -> None:
    new = [*reversed(old), *new] if both else new
    found = diff(old, new)
    _assert_proved(found)
    for cluster in clusters:
        pods = tuple(replace(pod, addresses=()) for pod in cluster.pods)
        plain = replace(cluster, pods=pods, plugin=Plugin())
        if found.equal:
            assert diff(old, new, cluster=plain).equal
