"""The smallest edit: every kind of it, and that it flips one arrow and nothing else."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.edits import ChangeKind, Edit, NoEdit, smallest_edit
from simulator.edits.unmoved import Watch
from simulator.evaluate import evaluate
from simulator.matrix import PROTOCOLS
from simulator.model import (
    Cluster,
    NetworkPolicy,
    Outcome,
    Plugin,
    Pod,
    PodAddressMatching,
    Probe,
    Protocol,
)
from tests.simulator import worlds

SETTLED = Plugin(ip_block_on_pods=PodAddressMatching.NEVER)


def policy(spec: str, name: str = "p", namespace: str = "prod") -> str:
    indented = "".join(f"  {line}\n" for line in spec.strip("\n").splitlines())
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n{indented}"
    )


def edit(
    text: str, source: str, target: str, *, port: int = 3306, protocol: Protocol = "TCP"
) -> Edit | NoEdit:
    cluster = worlds.tiers(SETTLED)
    probe = Probe(worlds.end(cluster, source), worlds.end(cluster, target), protocol, port)
    found = smallest_edit(cluster, worlds.policies(text) if text else (), probe)
    if isinstance(found, Edit):
        before = worlds.policies(text) if text else ()
        assert differing(cluster, before, found.policies) == {probe_key(probe)}
    return found


def sentence(text: str, source: str, target: str, *, port: int = 3306) -> str:
    found = edit(text, source, target, port=port)
    return found.sentence if isinstance(found, Edit) else found.reason


# ── every cell, asked of evaluate ──


def probe_key(probe: Probe) -> tuple[str, str, str, int | None]:
    return probe.source.ref, probe.target.ref, probe.protocol, probe.port


def interesting_ports(cluster: Cluster, *sets: tuple[NetworkPolicy, ...]) -> set[int]:
    """Every number at which any answer may change, and its neighbours."""
    ports = [p for s in sets for one in s for r in one.ingress + one.egress for p in r.ports]
    named = [p.port for pod in cluster.pods for p in pod.ports]
    ends = [n for p in ports for n in (p.port, p.end_port) if isinstance(n, int)] + named
    near = {n + d for n in (*ends, 80, 3306) for d in (-1, 0, 1)} | {1, 40_000, 65_535}
    return {n for n in near if 1 <= n <= 65_535}


def differing(
    cluster: Cluster, before: tuple[NetworkPolicy, ...], after: tuple[NetworkPolicy, ...]
) -> set[tuple[str, str, str, int | None]]:
    probes = [
        Probe(source, target, protocol, port)
        for source in cluster.endpoints
        for target in cluster.endpoints
        for protocol in PROTOCOLS
        for port in interesting_ports(cluster, before, after)
    ]
    return {
        probe_key(probe)
        for probe in probes
        if evaluate(cluster, before, probe).outcome is not evaluate(cluster, after, probe).outcome
    }


@settings(max_examples=100)
@given(
    st.one_of(worlds.clusters(), worlds.wide_clusters()),
    st.lists(worlds.network_policies, max_size=2),
    st.data(),
)
def test_an_edit_flips_one_arrow_and_nothing_else(
    cluster: Cluster, policies: list[NetworkPolicy], data: st.DataObject
) -> None:
    cluster = replace(cluster, plugin=replace(cluster.plugin, enforces=True))
    ends = st.sampled_from(cluster.endpoints)
    probe = Probe(data.draw(ends), data.draw(ends), data.draw(st.sampled_from(PROTOCOLS)), 80)
    before = evaluate(cluster, policies, probe).outcome
    found = smallest_edit(cluster, policies, probe, budget=2_000)
    if isinstance(found, Edit):
        after = evaluate(cluster, found.policies, probe).outcome
        assert {before, after} == {Outcome.ALLOWED, Outcome.DENIED}
        assert differing(cluster, tuple(policies), found.policies) == {probe_key(probe)}
    else:
        assert found.reason


# ── one example for every kind ──

TO_DB = "podSelector: {matchLabels: {role: db}}\npolicyTypes: [Ingress]\ningress:\n"
API = "podSelector: {matchLabels: {role: api}}"
WEB = "podSelector: {matchLabels: {role: web}}"
STAGING = "namespaceSelector: {matchLabels: {env: staging}}"


def to_db(*peers: str, ports: tuple[str, ...] = ("{port: 3306}",)) -> str:
    """A policy for prod/db with one rule: its peers stand from line 11 on."""
    rule = "- from:\n" + "".join(f"  - {peer}\n" for peer in peers)
    if ports:
        rule += "  ports:\n" + "".join(f"  - {port}\n" for port in ports)
    return policy(TO_DB + rule)


OPENING = [
    (
        "a label's wrong value",
        to_db("podSelector: {matchLabels: {role: apl}}"),
        ("prod/api", 3306),
        "In p, rule 1 (line 11): change role=apl to role=api.",
    ),
    (
        "a label's wrong key",
        to_db("podSelector: {matchLabels: {name: api}}"),
        ("prod/api", 3306),
        "In p, rule 1 (line 11): change name=api to role=api.",
    ),
    (
        "a namespace's wrong label",
        to_db("namespaceSelector: {matchLabels: {env: stage}}\n    " + API),
        ("staging/api", 3306),
        "In p, rule 1 (line 11): in the namespaceSelector, change env=stage to env=staging.",
    ),
    (
        "a wrong operator",
        to_db(
            "podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [api, db, web]}, {key: role, operator: In, values: [api]}]}"
        ),
        ("prod/api", 3306),
        "In p, rule 1 (line 11): change the operator for role from NotIn to In.",
    ),
    (
        "a namespace that the peer leaves out",
        to_db(API, "podSelector: {matchLabels: {role: db}}"),
        ("staging/api", 3306),
        "In p, rule 1 (line 12): add a peer for staging/api.",
    ),
    (
        "a port that the rule leaves out",
        to_db(API, ports=("{port: 80}",)),
        ("prod/api", 3306),
        "In p, rule 1 (line 13): add the port TCP 3306.",
    ),
    (
        "a range that ends too early",
        to_db(API, ports=("{port: 3300, endPort: 3305}",)),
        ("prod/api", 3306),
        "In p, rule 1 (line 13): change endPort 3305 to 3306.",
    ),
    (
        "an exception that holds the host",
        to_db("ipBlock: {cidr: 192.168.0.0/16, except: [192.168.5.10/32]}"),
        ("backup", 3306),
        "In p, rule 1 (line 11): delete the except 192.168.5.10/32.",
    ),
    (
        "a CIDR beside the host",
        to_db("ipBlock: {cidr: 192.168.6.0/24}"),
        ("backup", 3306),
        "In p, rule 1 (line 11): change the cidr 192.168.6.0/24 to 192.168.5.10/32.",
    ),
    (
        "a host that selectors cannot name",
        to_db(API),
        ("backup", 3306),
        "In p, rule 1 (line 11): add a peer for backup.",
    ),
    (
        "neither this end nor this port",
        to_db(API),
        ("prod/web", 80),
        "In p (line 10), let prod/web reach prod/db on TCP 80: add an ingress rule.",
    ),
    (
        "a policy that selects other pods too",
        policy("podSelector: {}"),
        ("prod/api", 3306),
        "Add a policy to namespace prod that lets prod/api reach prod/db on TCP 3306.",
    ),
]


@pytest.mark.parametrize(
    ("text", "asked", "said"), [pytest.param(*c[1:], id=c[0]) for c in OPENING]
)
def test_the_smallest_edit_that_opens(text: str, asked: tuple[str, int], said: str) -> None:
    assert sentence(text, asked[0], "prod/db", port=asked[1]) == said


CLOSING = [
    (
        "the only rule",
        to_db(API),
        ("prod/api", 3306),
        "In p: delete rule 1 (line 10).",
    ),
    (
        "one peer of two",
        to_db(API, WEB),
        ("prod/web", 3306),
        "In p, rule 1 (line 12): delete the peer that names prod/web.",
    ),
    (
        "one port of two",
        to_db(API, ports=("{port: 3306}", "{port: 80}")),
        ("prod/api", 80),
        "In p, rule 1 (line 14): delete the port TCP 80.",
    ),
    (
        "the end of a range",
        to_db(API, ports=("{port: 3300, endPort: 3306}",)),
        ("prod/api", 3306),
        "In p, rule 1 (line 13): change endPort 3306 to 3305.",
    ),
    (
        "the middle of a range",
        to_db(API, ports=("{port: 3300, endPort: 3310}",)),
        ("prod/api", 3306),
        "In p, rule 1 (line 13): leave 3306 out of TCP 3300–3310.",
    ),
    (
        "one port where all are admitted",
        to_db(API, ports=()),
        ("prod/api", 3306),
        "In p, rule 1 (line 10): add `ports`, every one but TCP 3306.",
    ),
    (
        "one pod of a namespace",
        to_db(STAGING),
        ("staging/web", 3306),
        "In p, rule 1 (line 11): name every pod of the peer but staging/web.",
    ),
    (
        "one pod of its own namespace",
        to_db("podSelector: {}"),
        ("prod/web", 3306),
        "In p, rule 1 (line 11): add the condition role other than web.",
    ),
    (
        "one host of a range",
        to_db("ipBlock: {cidr: 192.168.0.0/16}", API),
        ("backup", 3306),
        "In p, rule 1 (line 11): delete the peer that names backup.",
    ),
    (
        "where nothing isolates",
        "",
        ("prod/api", 3306),
        "Add a policy to namespace prod that isolates prod/db for ingress and admits everything "
        "but prod/api on TCP 3306.",
    ),
]


@pytest.mark.parametrize(
    ("text", "asked", "said"), [pytest.param(*c[1:], id=c[0]) for c in CLOSING]
)
def test_the_smallest_edit_that_closes(text: str, asked: tuple[str, int], said: str) -> None:
    assert sentence(text, asked[0], "prod/db", port=asked[1]) == said


def test_where_both_gates_refuse_the_edit_has_two_changes() -> None:
    leaving = (
        "podSelector: {matchLabels: {role: web}}\npolicyTypes: [Egress]\negress:\n- to:\n  - " + API
    )
    found = edit(policy(leaving, "web") + "---\n" + to_db(API), "prod/web", "prod/db")
    assert isinstance(found, Edit)
    assert found.sentence == (
        "In web, rule 1 (line 11): add a peer for prod/db. "
        "In p, rule 1 (line 23): add a peer for prod/web."
    )
    assert found.kind is ChangeKind.ADD
    assert found.mark == found.changes[0].mark


def test_the_lines_to_write_are_yaml_of_the_entry() -> None:
    found = edit(to_db(API), "prod/web", "prod/db", port=80)
    assert isinstance(found, Edit)
    assert "\n".join(found.lines) == (
        "- from:\n  - podSelector:\n      matchLabels:\n        role: web\n"
        "  ports:\n  - protocol: TCP\n    port: 80"
    )


def test_the_lines_of_an_outline_are_yaml_too() -> None:
    cluster = worlds.tiers(SETTLED)
    probes = [worlds.probe(cluster, one, "prod/db") for one in ("prod/web", "prod/api")]
    text = to_db(API)
    for wrong, lines in (
        (text.replace("role: db", "role: d"), ["podSelector:", "  matchLabels:", "    role: db"]),
        (text.replace("namespace: prod", "namespace: staging"), ["namespace: prod"]),
    ):
        found = smallest_edit(cluster, worlds.policies(wrong), probes[0], watched=probes)
        assert isinstance(found, Edit)
        assert list(found.lines) == lines


# ── only some arrows are watched ──


def watched(text: str, source: str, *, also: tuple[str, ...]) -> str:
    """The edit for `source` → prod/db : 3306 where only these arrows to the same port count."""
    cluster = worlds.tiers(SETTLED)
    probes = [worlds.probe(cluster, other, "prod/db") for other in (source, *also)]
    found = smallest_edit(cluster, worlds.policies(text), probes[0], watched=probes)
    return found.sentence if isinstance(found, Edit) else found.reason


def test_a_wrong_port_is_changed_where_nobody_watches_the_old_one() -> None:
    text = to_db(API, ports=("{port: 3307}",))
    assert watched(text, "prod/api", also=("prod/web",)) == (
        "In p, rule 1 (line 13): change port 3307 to 3306."
    )


def test_a_wrong_protocol_is_changed() -> None:
    text = to_db(API, ports=("{port: 3306, protocol: UDP}",))
    assert watched(text, "prod/api", also=()) == (
        "In p, rule 1 (line 13): change the protocol of UDP 3306 to TCP."
    )


def test_two_peers_become_one_where_the_dash_was_too_many() -> None:
    text = to_db(API, STAGING)
    also = ("staging/api", "prod/web")
    assert watched(text, "prod/api", also=also) == (
        "In p, rule 1 (line 11): delete the peer that names prod/api."
    )
    text = to_db(STAGING, API, ports=())
    assert watched(text, "staging/web", also=also) == (
        "In p, rule 1 (line 12): take the dash away between the two peers, so that both "
        "conditions must hold."
    )


def test_one_peer_becomes_two_where_a_dash_was_forgotten() -> None:
    text = to_db(f"{STAGING}\n    {API}")
    assert watched(text, "staging/web", also=("staging/api",)) == (
        "In p, rule 1 (line 11): put a dash before podSelector, so that the two selectors are "
        "two peers."
    )


def test_a_policy_in_the_wrong_namespace_is_moved() -> None:
    text = to_db(API).replace("namespace: prod", "namespace: staging")
    assert watched(text, "prod/web", also=("prod/api",)) == (
        "In p (line 4): change the namespace staging to prod."
    )


def test_a_policy_type_too_many_is_taken_out() -> None:
    cluster = worlds.tiers(SETTLED)
    text = to_db(API).replace("[Ingress]", "[Ingress, Egress]")
    probe = worlds.probe(cluster, "prod/db", "prod/api", 8080)
    found = smallest_edit(cluster, worlds.policies(text), probe, watched=[probe])
    assert isinstance(found, Edit)
    assert found.sentence == "In p (line 4): take Egress out of policyTypes."


def test_a_policy_type_that_lacks_is_added() -> None:
    cluster = worlds.tiers(SETTLED)
    probe = worlds.probe(cluster, "prod/db", "prod/api", 8080)
    kept = [worlds.probe(cluster, "prod/web", to, 8080) for to in ("prod/db", "prod/api")]
    found = smallest_edit(cluster, worlds.policies(to_db(API)), probe, watched=[probe, *kept])
    assert isinstance(found, Edit)
    assert found.sentence == "In p (line 4): add Egress to policyTypes."


def test_a_rule_is_added_before_a_policy_is_lifted() -> None:
    text = policy("podSelector: {matchLabels: {role: db}}")
    assert watched(text, "prod/web", also=()) == (
        "In p (line 4), let prod/web reach prod/db on TCP 3306: add an ingress rule."
    )


def test_a_policy_is_lifted_where_no_label_names_the_other_end() -> None:
    cluster = worlds.tiers(SETTLED)
    twins = tuple(Pod("prod", name, {"role": "x"}, ()) for name in ("a", "b"))
    cluster = replace(cluster, pods=(*cluster.pods, *twins))
    probe = worlds.probe(cluster, "prod/a", "prod/db")
    text = policy("podSelector: {matchLabels: {role: db}}")
    found = smallest_edit(cluster, worlds.policies(text), probe, watched=[probe])
    assert isinstance(found, Edit)
    assert found.sentence == "In p (line 4): delete the policy."
    assert found.policies == ()


def test_a_host_is_taken_out_of_a_range() -> None:
    cluster = worlds.tiers(SETTLED)
    cluster = replace(
        cluster,
        hosts=(
            *cluster.hosts,
            replace(cluster.hosts[0], name="b2", address=ip_address("192.168.5.11")),
        ),
    )
    probe = worlds.probe(cluster, "backup", "prod/db")
    text = to_db("ipBlock: {cidr: 192.168.0.0/16}")
    found = smallest_edit(cluster, worlds.policies(text), probe)
    assert isinstance(found, Edit)
    assert found.sentence == "In p, rule 1 (line 11): add the except 192.168.5.10/32."
    assert found.lines == (
        "- ipBlock:",
        "    cidr: 192.168.0.0/16",
        "    except:",
        "    - 192.168.5.10/32",
    )


def test_a_rule_for_anybody_gets_peers_for_everybody_else() -> None:
    text = to_db().replace("- from:\n  ports", "- ports")
    assert sentence(text, "prod/web", "prod/db") == (
        "In p, rule 1 (line 10): add peers for everybody but prod/web."
    )


def test_a_pod_is_taken_out_of_the_namespaces_that_a_peer_names() -> None:
    text = to_db("namespaceSelector: {}\n    " + WEB)
    assert sentence(text, "staging/web", "prod/db") == (
        "In p, rule 1 (line 11): in the namespaceSelector, add the condition "
        "kubernetes.io/metadata.name other than staging."
    )


def test_a_policy_that_selects_other_pods_is_made_to_select_this_one() -> None:
    text = to_db(API).replace("{role: db}", "{role: database}")
    assert watched(text, "prod/web", also=("prod/api",)) == (
        "In p (line 7): in the podSelector, change role=database to role=db."
    )


# ── where there is none ──


def test_a_ping_is_flipped_by_no_edit() -> None:
    cluster = worlds.tiers()
    found = smallest_edit(cluster, (), worlds.ping(cluster, "prod/web", "prod/db"))
    assert found == NoEdit("No rule can name ICMP, so no edit flips a ping alone.")


def test_a_pod_reaches_itself_whatever_one_writes() -> None:
    assert sentence("", "prod/db", "prod/db") == (
        "A pod always reaches itself: no policy can change that."
    )


def test_a_plugin_that_enforces_nothing_leaves_nothing_to_edit() -> None:
    cluster = worlds.tiers(Plugin(enforces=False))
    found = smallest_edit(cluster, (), worlds.probe(cluster, "prod/web", "prod/db"))
    assert isinstance(found, NoEdit)
    assert "enforces no policies" in found.reason


def test_what_the_api_leaves_undefined_is_not_flipped() -> None:
    cluster = worlds.tiers()
    text = to_db("ipBlock: {cidr: 10.0.0.0/8}")
    found = smallest_edit(
        cluster, worlds.policies(text), worlds.probe(cluster, "prod/web", "prod/db")
    )
    assert isinstance(found, NoEdit)
    assert "undefined" in found.reason


def test_two_pods_with_the_same_labels_cannot_be_told_apart() -> None:
    cluster = worlds.tiers(SETTLED)
    twin = Pod("prod", "web-2", {"role": "web"}, cluster.pods[0].addresses)
    cluster = replace(cluster, pods=(*cluster.pods, twin))
    found = smallest_edit(
        cluster, worlds.policies(to_db(API)), worlds.probe(cluster, "prod/web", "prod/db")
    )
    assert found == NoEdit("No small edit flips prod/web → prod/db : 3306/TCP alone.")


def test_two_hosts_have_no_gates_to_edit() -> None:
    cluster = worlds.tiers(SETTLED)
    other = replace(cluster.hosts[0], name="other")
    cluster = replace(cluster, hosts=(*cluster.hosts, other))
    found = smallest_edit(cluster, (), worlds.probe(cluster, "backup", "other"))
    assert found == NoEdit("No small edit flips backup → other : 3306/TCP alone.")


def test_a_search_that_is_cut_short_says_so() -> None:
    cluster = worlds.tiers(SETTLED)
    probe = worlds.probe(cluster, "prod/web", "prod/db")
    found = smallest_edit(cluster, worlds.policies(to_db(API)), probe, budget=5)
    assert isinstance(found, NoEdit)
    assert found.exhausted


def test_an_arrow_between_two_other_ends_must_stay_too() -> None:
    cluster = worlds.tiers(SETTLED)
    before = worlds.policies(to_db(API))
    probe = worlds.probe(cluster, "prod/web", "prod/db")
    found = smallest_edit(cluster, before, probe)
    assert isinstance(found, Edit)
    watch = Watch(cluster, before, probe, Outcome.ALLOWED, None, 100_000)
    assert watch.holds(found.policies)
    only_prod = (
        "podSelector: {}\ningress:\n- from:\n  - namespaceSelector: {matchLabels: {env: prod}}"
    )
    elsewhere = worlds.policies(policy(only_prod, namespace="staging"))
    assert not watch.holds(found.policies + elsewhere)


def test_a_rule_that_admits_by_either_address_family_is_taken_out() -> None:
    text = worlds.DB_POLICY.replace(
        "- podSelector:\n        matchLabels:\n          role: api",
        "- ipBlock:\n        cidr: 0.0.0.0/0\n    - ipBlock:\n        cidr: '::/0'",
    )
    tiers = worlds.tiers(Plugin(ip_block_on_pods=PodAddressMatching.MATCHES))
    both = tuple(map(ip_address, ("10.0.0.1", "fd00::1")))
    cluster = replace(tiers, pods=tuple(replace(pod, addresses=both) for pod in tiers.pods))
    asked = worlds.probe(cluster, "prod/web", "prod/db")
    found = smallest_edit(cluster, worlds.policies(text), asked, watched=[asked])
    assert isinstance(found, Edit)
    assert evaluate(cluster, found.policies, asked).outcome is Outcome.DENIED
