"""Small clusters for tests, and Hypothesis strategies for random ones."""

from ipaddress import ip_address, ip_network

from hypothesis import strategies as st

from simulator.model import (
    Cluster,
    ContainerPort,
    Direction,
    Endpoint,
    ExternalHost,
    HostNetwork,
    IPBlock,
    Namespace,
    NetworkPolicy,
    Operator,
    OwnNode,
    Peer,
    Plugin,
    Pod,
    PodAddressMatching,
    Port,
    Probe,
    Requirement,
    Rule,
    Selector,
)
from simulator.parse import read_policies
from simulator.selectors import NAME_LABEL


def namespace(name: str, **labels: str) -> Namespace:
    return Namespace(name, {NAME_LABEL: name, **labels})


def pod(ref: str, address: str, *ports: ContainerPort, **labels: str) -> Pod:
    space, _, name = ref.partition("/")
    return Pod(space, name, labels, (ip_address(address),), ports)


def tiers(plugin: Plugin | None = None) -> Cluster:
    """web, api and db in prod, copies in staging, one host outside."""
    return Cluster(
        (namespace("prod", env="prod"), namespace("staging", env="staging")),
        (
            pod("prod/web", "10.1.0.11", ContainerPort(80, "TCP", "http"), role="web"),
            pod("prod/api", "10.1.0.12", ContainerPort(8080, "TCP", "http"), role="api"),
            pod("prod/db", "10.1.0.13", ContainerPort(3306, "TCP", "mysql"), role="db"),
            pod("staging/web", "10.1.1.11", role="web"),
            pod("staging/api", "10.1.1.12", role="api"),
        ),
        (ExternalHost("backup", ip_address("192.168.5.10")),),
        plugin or Plugin(),
    )


def end(cluster: Cluster, ref: str) -> Endpoint:
    return next(endpoint for endpoint in cluster.endpoints if endpoint.ref == ref)


def probe(cluster: Cluster, source: str, target: str, port: int = 3306) -> Probe:
    return Probe(end(cluster, source), end(cluster, target), "TCP", port)


def ping(cluster: Cluster, source: str, target: str) -> Probe:
    return Probe(end(cluster, source), end(cluster, target), "ICMP", None)


def policies(text: str) -> tuple[NetworkPolicy, ...]:
    reading = read_policies(text)
    assert reading.accepted, reading.errors
    return reading.policies


DB_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-policy
  namespace: prod
spec:
  podSelector:
    matchLabels:
      role: db
  policyTypes:
  - Ingress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          role: api
    ports:
    - protocol: TCP
      port: 3306
"""


# ── random worlds: few names, so that things meet ──

_keys = st.sampled_from(["app", "env"])
_values = st.sampled_from(["a", "b"])
labels = st.dictionaries(_keys, _values, max_size=2)
_spaces = st.sampled_from(["x", "y"])
_addresses = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.1.1", "fd00::1"]).map(ip_address)
_networks = st.sampled_from(["10.0.0.0/24", "10.0.0.0/16", "0.0.0.0/0", "fd00::/64"]).map(
    ip_network
)
_protocols = st.sampled_from(["TCP", "UDP", "SCTP"])
numbers = st.sampled_from([1, 79, 80, 81, 90, 65_535])


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    operator = draw(st.sampled_from(Operator))
    listing = operator in {Operator.IN, Operator.NOT_IN}
    values = draw(st.lists(_values, min_size=1, max_size=2)) if listing else []
    return Requirement(draw(_keys), operator, tuple(values))


selectors = st.lists(requirements(), max_size=2).map(lambda found: Selector(tuple(found)))
ip_blocks = st.builds(IPBlock, _networks, st.lists(_networks, max_size=1).map(tuple))
peers = st.one_of(
    st.builds(Peer, ip_block=ip_blocks),
    st.builds(Peer, pod_selector=selectors),
    st.builds(Peer, namespace_selector=selectors),
    st.builds(Peer, pod_selector=selectors, namespace_selector=selectors),
)
ports = st.one_of(
    st.builds(Port, _protocols, st.one_of(st.none(), numbers, st.just("web"))),
    st.builds(Port, _protocols, st.just(80), st.sampled_from([80, 81, 90])),
)
rules = st.builds(
    Rule, st.lists(peers, max_size=2).map(tuple), st.lists(ports, max_size=2).map(tuple)
)
network_policies = st.builds(
    NetworkPolicy,
    _spaces,
    st.just("p"),
    selectors,
    st.sampled_from(
        [(Direction.INGRESS,), (Direction.EGRESS,), (Direction.INGRESS, Direction.EGRESS)]
    ),
    st.lists(rules, max_size=2).map(tuple),
    st.lists(rules, max_size=2).map(tuple),
)


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    spaces = tuple(Namespace(name, {NAME_LABEL: name, **draw(labels)}) for name in ("x", "y"))
    containers = st.builds(ContainerPort, numbers, _protocols, st.sampled_from(["web", ""]))
    pods = tuple(
        Pod(
            draw(_spaces),
            f"p{n}",
            draw(labels),
            (draw(_addresses),),
            tuple(draw(st.lists(containers, max_size=2))),
        )
        for n in range(draw(st.integers(2, 3)))
    )
    plugin = Plugin(draw(st.booleans()), ip_block_on_pods=draw(st.sampled_from(PodAddressMatching)))
    return Cluster(spaces, pods, (ExternalHost("out", draw(_addresses)),), plugin)


# ── worlds with everything that the API leaves open: nodes, hostNetwork pods, two address families ──

_both_families = st.lists(_addresses, max_size=3, unique=True).map(tuple)
_nodes = st.sampled_from(["", "n1", "n2"])
open_plugins = st.builds(
    Plugin,
    ip_block_on_pods=st.sampled_from(PodAddressMatching),
    host_network=st.sampled_from(HostNetwork),
    own_node=st.sampled_from(OwnNode),
)


@st.composite
def wide_clusters(draw: st.DrawFn) -> Cluster:
    """Two to four pods in listed and unlisted namespaces, a host, two nodes."""
    spaces = tuple(Namespace(name, {NAME_LABEL: name, **draw(labels)}) for name in ("x", "y"))
    containers = st.builds(ContainerPort, numbers, _protocols, st.sampled_from(["web", ""]))
    pods = tuple(
        Pod(
            draw(st.sampled_from(["x", "x", "y", "unlisted"])),
            f"p{n}",
            draw(labels),
            draw(_both_families),
            tuple(draw(st.lists(containers, max_size=2))),
            draw(_nodes),
            draw(st.booleans()),
        )
        for n in range(draw(st.integers(2, 4)))
    )
    hosts = (
        ExternalHost("out", draw(_addresses)),
        ExternalHost("n1", draw(_addresses), node=True),
        ExternalHost("n2", draw(_addresses), node=draw(st.booleans())),
    )
    return Cluster(spaces, pods, hosts, draw(open_plugins))
