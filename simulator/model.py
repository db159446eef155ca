"""The values that the simulator speaks of: a cluster, its policies, a probe and its verdict.

Everything here is frozen and knows nothing of text, files or Django. Kubernetes' things carry
Kubernetes' names (API reference: networking.k8s.io/v1 NetworkPolicy, core/v1 Pod and Namespace).
Labels are read-only mappings and stay out of hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    # Frozen as far as mypy sees. At run time a frozen dataclass takes three times as long to make,
    # and reading a big cluster is mostly the making of these.
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool):
        """A dataclass that compares, and hashes, by its fields."""
        return dataclass(slots=slots, unsafe_hash=frozen)


Labels = Mapping[str, str]
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Protocol = Literal["TCP", "UDP", "SCTP"]
ProbeProtocol = Literal["TCP", "UDP", "SCTP", "ICMP"]


# ── Text positions and faults ────────────────────────────────────────────────────────────────


@value(frozen=True, slots=True)
class Mark:
    """A place in a text: line and column count characters from 1."""

    line: int
    column: int


class Severity(StrEnum):
    """An error refuses the manifest; a warning only says what it will really do."""

    ERROR = "error"
    WARNING = "warning"


@value(frozen=True, slots=True)
class Problem:
    """A located fault (or warning) in somebody's text.

    `message` says what is wrong, in the API server's words where it has some; `hint` says in plain
    words how to mend it; `path` is the field's path (`spec.ingress[0].from[0]`), empty for faults
    of the text itself; `limit` names the guard's limit that was passed, if one was.
    """

    message: str
    mark: Mark | None = None
    path: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR
    limit: str = ""


# ── The cluster ──────────────────────────────────────────────────────────────────────────────


@value(frozen=True, slots=True)
class Namespace:
    """A namespace; its labels include `kubernetes.io/metadata.name`, as the API server sees to."""

    name: str
    labels: Labels = field(hash=False)


@value(frozen=True, slots=True)
class ContainerPort:
    """A port that a pod's container declares; `name` is empty when it has none."""

    port: int
    protocol: Protocol = "TCP"
    name: str = ""


@value(frozen=True, slots=True)
class Pod:
    """A pod with its labels, addresses and declared ports (those of sidecar containers too).

    `node` is the name of the node that it runs on, empty where nobody says; a `host_network` pod
    shares that node's addresses; `owner` is the workload that made it (`ReplicaSet/web-6d5`).
    """

    namespace: str
    name: str
    labels: Labels = field(default_factory=dict, hash=False)
    addresses: tuple[Address, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    node: str = ""
    host_network: bool = False
    owner: str = ""

    @property
    def ref(self) -> str:
        """How sentences and documents name this pod: `namespace/name`."""
        return f"{self.namespace}/{self.name}"


@value(frozen=True, slots=True)
class ExternalHost:
    """A host that is no pod: one outside the cluster, or (`node`) one of the cluster's nodes.

    No policy can select it, so its own side has no gate.
    """

    name: str
    address: Address
    node: bool = False

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Its one address, in the shape of a pod's."""
        return (self.address,)

    @property
    def ref(self) -> str:
        """How sentences and documents name this host: by its name."""
        return self.name


Endpoint = Pod | ExternalHost


class ServiceType(StrEnum):
    """How a Service is published (core/v1 Service, spec.type)."""

    CLUSTER_IP = "ClusterIP"
    NODE_PORT = "NodePort"
    LOAD_BALANCER = "LoadBalancer"
    EXTERNAL_NAME = "ExternalName"


@value(frozen=True, slots=True)
class ServicePort:
    """One port of a Service; `target` is the pods' port, a number or a container port's name."""

    port: int
    target: int | str
    protocol: Protocol = "TCP"
    name: str = ""
    node_port: int | None = None


@value(frozen=True, slots=True)
class Service:
    """A Service: the pods of its namespace that `selector` selects stand behind it.

    `selector` is None where somebody else lists the endpoints; `addresses` are its cluster IPs
    (none for a `headless` one, whose name resolves to the pods' addresses), `published` those of
    its load balancer and its externalIPs; `local` is externalTrafficPolicy: Local, which keeps the
    client's address.
    """

    namespace: str
    name: str
    selector: Labels | None = field(default=None, hash=False)
    ports: tuple[ServicePort, ...] = ()
    type: ServiceType = ServiceType.CLUSTER_IP
    headless: bool = False
    addresses: tuple[Address, ...] = ()
    local: bool = False
    published: tuple[Address, ...] = ()

    @property
    def ref(self) -> str:
        """How sentences and documents name this Service: `name.namespace`, as its DNS name."""
        return f"{self.name}.{self.namespace}"


class PingBehaviour(StrEnum):
    """What a network plugin does with ICMP, which no rule can name."""

    UNDEFINED = "undefined"
    FOLLOWS_PORTLESS_RULES = "follows-portless-rules"
    ALWAYS_ALLOWED = "always-allowed"
    DENIED_WHEN_ISOLATED = "denied-when-isolated"


class PodAddressMatching(StrEnum):
    """Whether a plugin compares ipBlock with the addresses of pods; the API leaves it open."""

    UNDEFINED = "undefined"
    MATCHES = "matches"
    NEVER = "never"


class HostNetwork(StrEnum):
    """What policies make of a hostNetwork pod: a pod like others, or a part of its node."""

    UNDEFINED = "undefined"
    AS_POD = "as-pod"
    AS_NODE = "as-node"


class OwnNode(StrEnum):
    """Traffic between a pod and the node that it runs on: always let through, or by address."""

    UNDEFINED = "undefined"
    ALWAYS_ALLOWED = "always-allowed"
    BY_ADDRESS = "by-address"


class ClientAddress(StrEnum):
    """What a pod sees of a client that comes in by NodePort or LoadBalancer."""

    UNDEFINED = "undefined"
    KEPT = "kept"
    REWRITTEN = "rewritten"  # the address of a node stands in its place


class RunningConnections(StrEnum):
    """What becomes of a connection that runs while a policy starts to refuse it."""

    UNDEFINED = "undefined"
    KEPT = "kept"
    CUT = "cut"


@value(frozen=True, slots=True)
class Plugin:
    """The network plugin: whether it enforces, and how it settles what the API leaves open."""

    enforces: bool = True
    ping: PingBehaviour = PingBehaviour.UNDEFINED
    ip_block_on_pods: PodAddressMatching = PodAddressMatching.UNDEFINED
    host_network: HostNetwork = HostNetwork.UNDEFINED
    own_node: OwnNode = OwnNode.UNDEFINED
    client_address: ClientAddress = ClientAddress.UNDEFINED
    running: RunningConnections = RunningConnections.UNDEFINED


@value(frozen=True, slots=True)
class Cluster:
    """Namespaces, pods, the hosts that are no pods, and Services."""

    namespaces: tuple[Namespace, ...]
    pods: tuple[Pod, ...]
    hosts: tuple[ExternalHost, ...] = ()
    plugin: Plugin = Plugin()
    services: tuple[Service, ...] = ()

    @property
    def namespace_names(self) -> tuple[str, ...]:
        """The names of its namespaces, in the order given."""
        return tuple(namespace.name for namespace in self.namespaces)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every pod, then every outside host, in the order given."""
        return self.pods + self.hosts


# ── Policies ─────────────────────────────────────────────────────────────────────────────────


class Direction(StrEnum):
    """A policy type; also the two gates of a connection."""

    INGRESS = "Ingress"
    EGRESS = "Egress"

    @property
    def side(self) -> str:
        """The field that lists a rule's peers: `from` or `to`."""
        return "from" if self is Direction.INGRESS else "to"


class Operator(StrEnum):
    """The operators of a label selector requirement."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@value(frozen=True, slots=True)
class Requirement:
    """One condition of a label selector; a matchLabels pair is `In` with one value.

    `pair` tells how it was written: as a pair of matchLabels, or as a matchExpressions entry.
    """

    key: str
    operator: Operator
    values: tuple[str, ...] = ()
    mark: Mark | None = field(default=None, compare=False)
    pair: bool = field(default=False, compare=False)


@value(frozen=True, slots=True)
class Selector:
    """A label selector: all its requirements must hold; with none it selects everything."""

    requirements: tuple[Requirement, ...] = ()
    mark: Mark | None = field(default=None, compare=False)


@value(frozen=True, slots=True)
class IPBlock:
    """An address range less its exceptions.

    `written` holds the texts as stored, the cidr's first: the API server keeps `010.0.0.0/8`
    and host bits. Empty where the block was not read from a text.
    """

    cidr: Network
    excepts: tuple[Network, ...] = ()
    mark: Mark | None = field(default=None, compare=False)
    written: tuple[str, ...] = field(default=(), compare=False)


@value(frozen=True, slots=True)
class Peer:
    """One entry of `from` or `to`: selectors (together they are an AND), or an ipBlock."""

    pod_selector: Selector | None = None
    namespace_selector: Selector | None = None
    ip_block: IPBlock | None = None
    mark: Mark | None = field(default=None, compare=False)


@value(frozen=True, slots=True)
class Port:
    """One entry of `ports`: a number, a range (`end_port`), a name, or with None every port."""

    protocol: Protocol = "TCP"
    port: int | str | None = None
    end_port: int | None = None
    mark: Mark | None = field(default=None, compare=False)


@value(frozen=True, slots=True)
class Rule:
    """One entry of `ingress` or `egress`. No peers means anybody; no ports means every port."""

    peers: tuple[Peer, ...] = ()
    ports: tuple[Port, ...] = ()
    mark: Mark | None = field(default=None, compare=False)


@value(frozen=True, slots=True)
class NetworkPolicy:
    """A NetworkPolicy as the API server stores it: defaults filled in."""

    namespace: str
    name: str
    pod_selector: Selector = Selector()
    policy_types: tuple[Direction, ...] = (Direction.INGRESS,)
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()
    mark: Mark | None = field(default=None, compare=False)

    def rules(self, direction: Direction) -> tuple[Rule, ...]:
        """The rules for one direction, in the order written."""
        return self.ingress if direction is Direction.INGRESS else self.egress


# ── A probe and its verdict ──────────────────────────────────────────────────────────────────


@value(frozen=True, slots=True)
class Probe:
    """May `source` open a connection to `target`? `port` is None for ICMP alone."""

    source: Endpoint
    target: Endpoint
    protocol: ProbeProtocol = "TCP"
    port: int | None = None


@value(frozen=True, slots=True)
class Dial:
    """A probe to a Service: may `source` open a connection to it, on the Service's own port?

    `name` is what the client dials: a DNS name (`db`, `db.prod`, `db.prod.svc.cluster.local`),
    which is looked up first, or one of the Service's addresses, which is not. A client outside the
    cluster dials a node's port or the load balancer; its `name` is never looked up here.
    """

    source: Endpoint
    target: Service
    name: str
    protocol: ProbeProtocol = "TCP"
    port: int | None = None


class Outcome(StrEnum):
    """The answer to a probe. One gate is allowed, denied or undefined; the last three are answers
    to a Dial alone."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNDEFINED = "undefined"
    NOT_ENFORCED = "not-enforced"
    MIXED = "mixed"  # the endpoints behind a Service differ
    NOT_RESOLVED = "name-not-resolved"  # no DNS pod can be reached
    UNREACHABLE = "unreachable"  # whatever policies say: nothing stands behind that port


class PeerFault(StrEnum):
    """Why a peer does not match the other end: its first failing condition."""

    OUTSIDE = "outside"  # selectors match pods only, and the other end is no pod
    NAMESPACE_LABEL = "namespace-label"  # the namespaceSelector's requirement fails
    OTHER_NAMESPACE = "other-namespace"  # a podSelector alone looks in the policy's namespace only
    POD_LABEL = "pod-label"  # the podSelector's requirement fails
    NOT_IN_CIDR = "not-in-cidr"
    IN_EXCEPT = "in-except"
    POD_ADDRESS = "pod-address"  # the block covers a pod's address, which the API leaves open
    ADDRESS_IGNORED = "address-ignored"  # … and the scenario's plugin never compares the two
    ONE_FAMILY = "one-family"  # the block covers it by IPv4 or by IPv6 alone, and both are spoken


@value(frozen=True, slots=True)
class PeerMiss:
    """A peer that does not match, with its first failing condition.

    `requirement` is set for the two label faults, with the `labels` it was held against (the
    namespace's or the pod's); `network` is set for the address faults.
    `others_hold` says that the peer's remaining conditions do match (so that a sentence can say
    "this pod has the label, but lives in staging").
    """

    peer_index: int
    peer: Peer
    fault: PeerFault
    requirement: Requirement | None = None
    network: Network | None = None
    others_hold: bool = False
    labels: Labels = field(default_factory=dict, hash=False)


@value(frozen=True, slots=True)
class RuleEffect:
    """What one rule says of a probe at one gate.

    The peers part holds when `any_peer` (the rule names none) or `peer_index` is set, else
    `peer_misses` says why each peer fails; likewise the ports part. `undefined` is true where the
    answer hangs on what the API leaves open, and `admits` is then false.
    """

    index: int
    rule: Rule
    admits: bool
    undefined: bool = False
    any_peer: bool = False
    peer_index: int | None = None
    peer_misses: tuple[PeerMiss, ...] = ()
    any_port: bool = False
    port_index: int | None = None

    @property
    def peers_hold(self) -> bool:
        """Whether the rule names the other end."""
        return self.any_peer or self.peer_index is not None

    @property
    def ports_hold(self) -> bool:
        """Whether the rule names the port."""
        return self.any_port or self.port_index is not None


@value(frozen=True, slots=True)
class PolicyEffect:
    """One policy that isolates the pod at a gate, and what each of its rules says."""

    policy: NetworkPolicy
    rules: tuple[RuleEffect, ...]


class GateReason(StrEnum):
    """Why a gate stands as it does."""

    OUTSIDE = "outside"  # a host outside the cluster has no gate
    SELF = "self"  # a pod always reaches itself
    NOT_ISOLATED = "not-isolated"
    ADMITTED = "admitted"
    NO_RULE = "no-rule"
    PING = "ping"  # ICMP at an isolated gate: the API says nothing
    PLUGIN_PING = "plugin-ping"  # … and the scenario names what its plugin does
    POD_ADDRESS = "pod-address"  # only an ipBlock covers the other pod's address
    ONE_FAMILY = "one-family"  # only an ipBlock of one address family covers a dual-stack pod
    HOST_NETWORK = "host-network"  # plugins differ on what a hostNetwork pod is
    OWN_NODE = "own-node"  # traffic between a pod and the node that it runs on
    CLIENT_ADDRESS = "client-address"  # by NodePort or LoadBalancer: whose address does it see?


@value(frozen=True, slots=True)
class Gate:
    """One side of a connection: the source's egress or the target's ingress."""

    direction: Direction
    endpoint: Endpoint
    outcome: Outcome
    reason: GateReason
    effects: tuple[PolicyEffect, ...] = ()

    @property
    def isolated(self) -> bool:
        """Whether a policy selects the pod for this direction."""
        return bool(self.effects)


@value(frozen=True, slots=True)
class Verdict:
    """The answer to a probe in a cluster, with the evidence of both gates."""

    probe: Probe
    outcome: Outcome
    egress: Gate
    ingress: Gate
    cluster: Cluster | None = field(default=None, compare=False, repr=False)

    @property
    def gates(self) -> tuple[Gate, Gate]:
        """Both gates in the order that a packet meets them."""
        return (self.egress, self.ingress)


@value(frozen=True, slots=True)
class LookUp:
    """The first step of a Dial by name: may the client ask the cluster's DNS pods (UDP 53)?

    `verdicts` has one for each DNS pod; none where the cluster has no DNS pods, and names then
    resolve.
    """

    outcome: Outcome
    verdicts: tuple[Verdict, ...] = ()


@value(frozen=True, slots=True)
class Connection:
    """The answer to a Dial: its look-up, and one verdict for each endpoint behind the Service.

    `verdicts` speak of the pods' own ports, as policies see them; `obstacle` says why nothing can
    be reached whatever policies say, else it is empty.
    """

    probe: Dial
    outcome: Outcome
    look_up: LookUp | None = None
    verdicts: tuple[Verdict, ...] = ()
    obstacle: str = ""
