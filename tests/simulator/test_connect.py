"""Connections to Services: names, translation, one verdict for each endpoint behind."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from simulator.connect import connect, find_service, running
from simulator.evaluate import evaluate
from simulator.explain import RUNNING_WORDS, explain_connection, replies
from simulator.model import (
    ClientAddress,
    Cluster,
    Connection,
    ContainerPort,
    Dial,
    ExternalHost,
    NetworkPolicy,
    Outcome,
    Plugin,
    ProbeProtocol,
    RunningConnections,
    Service,
    ServicePort,
    ServiceType,
)
from tests.simulator import worlds

API = Service(
    "prod", "api", {"role": "api"}, (ServicePort(80, "http"),), addresses=(ip_address("10.96.0.1"),)
)
TO_API = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api-policy, namespace: prod}
spec:
  podSelector: {matchLabels: {role: api}}
  ingress:
  - from: [{podSelector: {matchLabels: {role: web}}}]
    ports: [{port: 8080}]
"""
ONLY_TO_API = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-egress, namespace: prod}
spec:
  podSelector: {matchLabels: {role: web}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {role: api}}}]
"""
IN_RANGE = "ipBlock: {cidr: 10.0.0.0/8}"
AND_DNS = """\
  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
    ports: [{port: 53, protocol: %s}]
"""


def cluster(*services: Service, dns: int = 0, plugin: Plugin | None = None) -> Cluster:
    tiers = worlds.tiers(plugin)
    pods = tuple(
        worlds.pod(f"kube-system/coredns-{n}", f"10.3.0.{n}", **{"k8s-app": "kube-dns"})
        for n in range(1, dns + 1)
    )
    spaces = (*tiers.namespaces, worlds.namespace("kube-system"))
    return replace(tiers, namespaces=spaces, pods=tiers.pods + pods, services=services or (API,))


def dial(
    world: Cluster,
    name: str = "api",
    *,
    source: str = "prod/web",
    port: int | None = 80,
    protocol: ProbeProtocol = "TCP",
    policies: tuple[NetworkPolicy, ...] = (),
) -> Connection:
    service = find_service(world, name, namespace=source.partition("/")[0])
    assert service is not None
    probe = Dial(worlds.end(world, source), service, name, protocol, port)
    return connect(world, policies, probe)


# ── names ──


@pytest.mark.parametrize(
    ("name", "namespace", "found"),
    [
        ("api", "prod", True),
        ("api", "staging", False),
        ("api.prod", "staging", True),
        ("api.prod.svc", "staging", True),
        ("api.prod.svc.cluster.local", "staging", True),
        ("api.prod.svc.cluster.local.", "staging", True),
        ("API.Prod", "staging", True),
        ("api.prod.cluster.local", "staging", False),
        ("prod.api", "staging", False),
        ("10.96.0.1", "staging", True),
        ("", "prod", False),
        ("...", "prod", False),
    ],
)
def test_a_service_is_found_by_the_names_that_dns_gives_it(
    name: str, namespace: str, found: bool
) -> None:
    assert (find_service(cluster(), name, namespace=namespace) is not None) is found


# ── translation ──


def test_a_policy_sees_the_pods_port_after_translation() -> None:
    policies = worlds.policies(TO_API)
    answer = dial(cluster(), policies=policies)
    assert answer.outcome is Outcome.ALLOWED
    assert [verdict.probe.port for verdict in answer.verdicts] == [8080]
    by_service_port = worlds.policies(TO_API.replace("8080", "80"))
    assert dial(cluster(), policies=by_service_port).outcome is Outcome.DENIED


def test_a_port_that_the_service_lacks_is_unreachable_whatever_policies_say() -> None:
    answer = dial(cluster(), port=8080)
    assert answer.outcome is Outcome.UNREACHABLE
    assert answer.obstacle.startswith("api.prod has no port 8080/TCP; its ports: 80.")


@pytest.mark.parametrize(
    ("service", "obstacle"),
    [
        (replace(API, selector=None), "nobody lists its endpoints"),
        (replace(API, selector={"role": "cache"}), "no pod of prod has the labels"),
        (
            replace(API, ports=(ServicePort(80, "grpc"),)),
            "none of its pods has a TCP container port named grpc",
        ),
        (replace(API, ports=(ServicePort(80, 53, "UDP"),)), "has no port 80/TCP"),
    ],
)
def test_a_service_with_nobody_behind_says_why(service: Service, obstacle: str) -> None:
    answer = connect_service(service)
    assert answer.outcome is Outcome.UNREACHABLE
    assert obstacle in answer.obstacle
    assert answer.obstacle in explain_connection(answer).sentence


def connect_service(service: Service) -> Connection:
    world = cluster(service)
    return connect(world, (), Dial(worlds.end(world, "prod/web"), service, "api", "TCP", 80))


def test_a_headless_service_translates_no_port() -> None:
    headless = replace(API, headless=True, addresses=())
    policies = worlds.policies(TO_API)
    assert dial(cluster(headless), port=8080, policies=policies).outcome is Outcome.ALLOWED
    assert dial(cluster(headless), port=80, policies=policies).outcome is Outcome.DENIED


def test_an_alias_for_a_name_outside_is_undefined() -> None:
    alias = replace(API, type=ServiceType.EXTERNAL_NAME)
    assert dial(cluster(alias)).outcome is Outcome.UNDEFINED


def test_an_alias_needs_its_look_up_too() -> None:
    world = cluster(replace(API, type=ServiceType.EXTERNAL_NAME), dns=1)
    assert dial(world, policies=worlds.policies(ONLY_TO_API)).outcome is Outcome.NOT_RESOLVED


def test_a_service_answers_no_ping_and_a_headless_name_does() -> None:
    assert dial(cluster(), port=None, protocol="ICMP").outcome is Outcome.UNREACHABLE
    headless = replace(API, headless=True)
    assert dial(cluster(headless), port=None, protocol="ICMP").outcome is Outcome.ALLOWED


def test_endpoints_that_differ_make_a_mixed_answer() -> None:
    both = replace(API, name="all", selector={"role": "web"}, ports=(ServicePort(80, 80),))
    world = cluster(both)
    extra = worlds.pod("prod/web2", "10.1.0.21", ContainerPort(80), role="web", version="v2")
    world = replace(world, pods=(*world.pods, extra))
    policies = worlds.policies(
        TO_API.replace("role: api", "version: v2").replace("{role: web}", "{role: none}")
    )
    answer = dial(world, "all", source="prod/db", policies=policies)
    assert answer.outcome is Outcome.MIXED
    assert [v.outcome for v in answer.verdicts] == [Outcome.ALLOWED, Outcome.DENIED]
    assert "mixed" in explain_connection(answer).headline


# ── look-up ──


def test_names_resolve_where_no_dns_pods_are_drawn() -> None:
    answer = dial(cluster(), policies=worlds.policies(ONLY_TO_API))
    assert answer.outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("dns_rule", "outcome"),
    [
        ("", Outcome.NOT_RESOLVED),
        (AND_DNS % "TCP", Outcome.NOT_RESOLVED),
        (AND_DNS % "UDP", Outcome.ALLOWED),
    ],
)
def test_an_egress_rule_without_dns_breaks_names(dns_rule: str, outcome: Outcome) -> None:
    policies = worlds.policies(ONLY_TO_API + dns_rule)
    answer = dial(cluster(dns=2), policies=policies)
    assert answer.outcome is outcome
    sentence = explain_connection(answer).sentence
    assert ("the name is not resolved" in sentence) is (outcome is Outcome.NOT_RESOLVED)


def test_an_address_needs_no_look_up() -> None:
    policies = worlds.policies(ONLY_TO_API)
    assert dial(cluster(dns=1), "10.96.0.1", policies=policies).outcome is Outcome.ALLOWED


def test_dns_behind_another_pod_port_is_asked_there() -> None:
    dns = Service(
        "kube-system", "kube-dns", {"k8s-app": "kube-dns"}, (ServicePort(53, 5353, "UDP"),)
    )
    policies = worlds.policies(ONLY_TO_API + AND_DNS % "UDP")
    assert dial(cluster(API, dns, dns=1), policies=policies).outcome is Outcome.NOT_RESOLVED
    policies = worlds.policies(ONLY_TO_API + (AND_DNS % "UDP").replace("53,", "5353,"))
    assert dial(cluster(API, dns, dns=1), policies=policies).outcome is Outcome.ALLOWED


def test_some_dns_pods_out_of_reach_make_names_resolve_at_times() -> None:
    world = cluster(dns=2)
    odd = replace(world.pods[-1], labels={"k8s-app": "kube-dns", "odd": "1"})
    world = replace(world, pods=(*world.pods[:-1], odd))
    shut = "spec:\n  podSelector: {matchLabels: {odd: '1'}}\n"
    text = TO_API.partition("spec:")[0].replace("prod", "kube-system") + shut
    assert dial(world, policies=worlds.policies(text)).outcome is Outcome.MIXED
    # Nor is it more than undefined where the endpoint itself may refuse always.
    by_address = TO_API.replace("podSelector: {matchLabels: {role: web}}", IN_RANGE)
    both = worlds.policies(f"{text}---\n{by_address}")
    assert dial(world, policies=both).outcome is Outcome.UNDEFINED


# ── from outside ──

FROM_BACKUP = TO_API.replace(
    "podSelector: {matchLabels: {role: web}}", "ipBlock: {cidr: 192.168.5.10/32}"
)
NODE = ExternalHost("node-1", ip_address("10.0.0.1"), node=True)


@pytest.mark.parametrize(
    ("service", "port", "outcome"),
    [
        (API, 80, Outcome.UNREACHABLE),
        (replace(API, type=ServiceType.NODE_PORT), 80, Outcome.UNREACHABLE),
        (replace(API, type=ServiceType.NODE_PORT), 30080, Outcome.UNDEFINED),
        (replace(API, type=ServiceType.NODE_PORT, local=True), 30080, Outcome.ALLOWED),
        (replace(API, type=ServiceType.LOAD_BALANCER), 80, Outcome.UNDEFINED),
        (replace(API, type=ServiceType.LOAD_BALANCER, local=True), 80, Outcome.ALLOWED),
    ],
)
def test_who_comes_by_a_node_may_be_seen_by_another_address(
    service: Service, port: int, outcome: Outcome
) -> None:
    service = replace(service, ports=(ServicePort(80, 8080, node_port=30080),))
    world = cluster(service)
    world = replace(world, hosts=(*world.hosts, NODE))
    probe = Dial(worlds.end(world, "backup"), service, "api.prod", "TCP", port)
    answer = connect(world, worlds.policies(FROM_BACKUP), probe)
    assert answer.outcome is outcome
    assert answer.look_up is None
    assert explain_connection(answer).sentence


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [(ClientAddress.KEPT, Outcome.ALLOWED), (ClientAddress.REWRITTEN, Outcome.DENIED)],
)
def test_the_plugin_can_say_which_address_is_seen(seen: ClientAddress, outcome: Outcome) -> None:
    service = replace(
        API, type=ServiceType.NODE_PORT, ports=(ServicePort(80, 8080, node_port=30080),)
    )
    world = cluster(service, plugin=Plugin(client_address=seen))
    probe = Dial(worlds.end(world, "backup"), service, "node", "TCP", 30080)
    assert connect(world, worlds.policies(FROM_BACKUP), probe).outcome is outcome


@pytest.mark.parametrize(
    ("nodes", "arrives", "misses"),
    [
        (True, "the address of node-1 (10.0.0.1)", "node-1 is 10.0.0.1"),
        (False, "the address of a node", "a node is not in it"),
    ],
)
def test_a_reason_names_the_address_that_arrives(nodes: bool, arrives: str, misses: str) -> None:
    service = replace(
        API, type=ServiceType.NODE_PORT, ports=(ServicePort(80, 8080, node_port=30080),)
    )
    world = cluster(service, plugin=Plugin(client_address=ClientAddress.REWRITTEN))
    world = replace(world, hosts=(*world.hosts, NODE) if nodes else world.hosts)
    probe = Dial(worlds.end(world, "backup"), service, "node", "TCP", 30080)
    told = explain_connection(connect(world, worlds.policies(FROM_BACKUP), probe)).sentence
    assert f"with {arrives}, not of backup." in told
    assert f"admits 192.168.5.10/32 only; {misses}." in told


@pytest.mark.parametrize("kind", [ServiceType.LOAD_BALANCER, ServiceType.CLUSTER_IP])
def test_a_load_balancers_address_leads_to_the_service(kind: ServiceType) -> None:
    published = replace(API, type=kind, published=(ip_address("198.51.100.9"),), local=True)
    world = cluster(published, dns=1)
    assert find_service(world, "198.51.100.9") == published
    policies = worlds.policies(ONLY_TO_API + "---\n" + FROM_BACKUP)
    for source, outcome in (("backup", Outcome.ALLOWED), ("prod/web", Outcome.DENIED)):
        probe = Dial(worlds.end(world, source), published, "198.51.100.9", "TCP", 80)
        answer = connect(world, policies, probe)
        assert (answer.outcome, answer.look_up) == (outcome, None)
    by_port = Dial(worlds.end(world, "backup"), published, "198.51.100.9", "TCP", 81)
    assert connect(world, policies, by_port).outcome is Outcome.UNREACHABLE


def test_an_open_pod_is_reached_by_a_node_port_plainly() -> None:
    service = replace(
        API, type=ServiceType.NODE_PORT, ports=(ServicePort(80, 8080, node_port=30080),)
    )
    world = cluster(service)
    probe = Dial(worlds.end(world, "backup"), service, "node", "TCP", 30080)
    assert connect(world, (), probe).outcome is Outcome.ALLOWED


def test_nothing_enforced_is_said_of_a_service_too() -> None:
    answer = dial(cluster(plugin=Plugin(enforces=False)), policies=worlds.policies(TO_API))
    assert answer.outcome is Outcome.NOT_ENFORCED


# ── connections that run ──


@pytest.mark.parametrize(
    ("plugin", "outcome"),
    [
        (RunningConnections.UNDEFINED, Outcome.UNDEFINED),
        (RunningConnections.KEPT, Outcome.ALLOWED),
        (RunningConnections.CUT, Outcome.DENIED),
    ],
)
def test_a_running_connection_that_a_new_policy_refuses_is_undefined(
    plugin: RunningConnections, outcome: Outcome
) -> None:
    world = worlds.tiers(Plugin(running=plugin))
    shut = worlds.policies(worlds.DB_POLICY)
    probe = worlds.probe(world, "prod/web", "prod/db")
    assert running(world, probe, before=(), after=shut) is outcome
    assert outcome in RUNNING_WORDS
    assert running(world, probe, before=shut, after=()) is Outcome.DENIED
    assert running(world, probe, before=(), after=()) is Outcome.ALLOWED


def test_replies_are_spoken_of_where_a_connection_comes_about() -> None:
    world = worlds.tiers()
    shut = worlds.policies(worlds.DB_POLICY)
    admitted = evaluate(world, shut, worlds.probe(world, "prod/api", "prod/db"))
    assert "What prod/db answers comes back by itself" in replies(admitted)
    assert replies(evaluate(world, shut, worlds.probe(world, "prod/web", "prod/db"))) == ""


def several(tiers: tuple[str, ...]) -> Cluster:
    """The api of prod seven times; `tiers` are what a rule can tell some of the copies by."""
    world = cluster(dns=1)
    copies = tuple(
        worlds.pod(f"prod/api-{n}", f"10.1.9.{n}", role="api", tier=tier)
        for n, tier in enumerate(tiers, 1)
    )
    services = (replace(API, ports=(ServicePort(80, 8080),)),)
    return replace(world, pods=world.pods + copies, services=services)


def test_endpoints_of_which_the_same_is_to_be_told_are_told_of_once() -> None:
    answer = dial(several(("a",) * 6), policies=worlds.policies(ONLY_TO_API))
    assert answer.outcome is Outcome.NOT_RESOLVED
    said = explain_connection(answer)
    assert len(said.gates) == 2
    assert said.gates[-1].heading == (
        "Endpoints prod/api, prod/api-1, prod/api-2, prod/api-3 and 3 more, 7 of 7 "
        "(port 80 of the Service is 8080 of the pod)"
    )
    assert said.gates[-1].text.startswith(
        "prod/web → each of the 7 endpoints : 8080 is allowed. Leaving prod/web: web-egress, rule 1"
    )
    assert said.note.startswith("Nothing comes as far as the endpoints")


def test_endpoints_that_differ_are_told_apart_and_the_alike_of_them_together() -> None:
    only_a = ONLY_TO_API.replace("{role: api}", "{role: api, tier: a}")
    said = explain_connection(dial(several(("a", "b", "b")), policies=worlds.policies(only_a)))
    assert [gate.heading.partition(" (port")[0] for gate in said.gates[1:]] == [
        "Endpoint prod/api",
        "Endpoint prod/api-1",
        "Endpoints prod/api-2 and prod/api-3, 2 of 4",
    ]
    assert "each of these 2 endpoints has tier=b" in said.gates[-1].text


def test_many_endpoints_that_all_differ_are_counted() -> None:
    only_a = ONLY_TO_API.replace("{role: api}", "{role: api, tier: a}")
    tiers = tuple("abcdef")
    said = explain_connection(dial(several(tiers), policies=worlds.policies(only_a)))
    assert (said.gates[-1].heading, said.gates[-1].word) == ("3 more endpoints", "shut")
    assert said.gates[-1].text == "0 of them admit it."
