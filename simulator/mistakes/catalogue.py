"""The 25 misconceptions of the curriculum: what each is called, and what is so."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Misconception:
    """A named misconception: its title says what people believe, `right` what is so."""

    id: str
    title: str
    right: str


_ALL = (
    Misconception(
        "M01",
        "A dash more or less changes nothing",
        "Two selectors in one peer are an AND, two peers an OR.",
    ),
    Misconception(
        "M02",
        "DNS is let out by itself",
        "Look-ups of names are egress: a pod isolated for Egress needs a rule for the DNS pods.",
    ),
    Misconception(
        "M03",
        "A podSelector alone looks everywhere",
        "A podSelector without a namespaceSelector selects in the policy's own namespace only.",
    ),
    Misconception(
        "M04",
        "Any namespace will do for the policy",
        "A policy acts on the pods of its own namespace and on no others.",
    ),
    Misconception(
        "M05",
        "Policies work on any cluster",
        "The network plugin enforces policies; without one that does, they are "
        "stored and nothing happens.",
    ),
    Misconception(
        "M06",
        "Opening one end is enough",
        "The source's egress and the target's ingress must both let a connection through.",
    ),
    Misconception(
        "M07",
        "spec.podSelector names the source",
        "spec.podSelector names the pods that the policy acts on; the other end "
        "stands in its rules.",
    ),
    Misconception(
        "M08",
        "[], {} and nothing are the same",
        "No rule admits nobody; one empty rule admits everybody.",
    ),
    Misconception(
        "M09",
        "A stricter or later policy wins",
        "Policies only add up: what one of them allows, no other takes away.",
    ),
    Misconception(
        "M10",
        "policyTypes follow from the rules",
        "Only the directions that policyTypes lists are isolated, and only their rules count.",
    ),
    Misconception(
        "M11",
        "The Service's port goes into the rule",
        "A policy sees the pod's port, after the Service has replaced its own.",
    ),
    Misconception(
        "M12",
        "A namespace is selected by name or by its pods",
        "A namespaceSelector compares the labels of the namespace itself; "
        "kubernetes.io/metadata.name is always among them.",
    ),
    Misconception(
        "M13",
        "Replies need a rule",
        "Replies pass with the connection that they belong to.",
    ),
    Misconception(
        "M14",
        "A dash before ports is harmless",
        "A dash starts a rule of its own: peers without ports, and ports without peers.",
    ),
    Misconception(
        "M15",
        "One policy shields the namespace",
        "Only pods that a policy selects are isolated; the others stay open.",
    ),
    Misconception(
        "M16",
        "Selectors find hosts outside; ipBlocks are for pods",
        "Selectors match pods only, and an ipBlock is meant for addresses outside the cluster.",
    ),
    Misconception(
        "M17",
        "The client's address arrives unchanged",
        "Through NodePort or LoadBalancer a pod may see a node's address in place of the client's.",
    ),
    Misconception(
        "M18",
        "Labels are right if the policy is accepted",
        "The API server takes any label; one that no pod carries selects nothing.",
    ),
    Misconception(
        "M19",
        "Without a protocol every protocol is meant",
        "An entry of ports has one protocol, and TCP where none is written.",
    ),
    Misconception(
        "M20",
        "Mending traffic means editing policies",
        "Pods come under a policy by their labels; where only labels may change, "
        "the policies stay.",
    ),
    Misconception(
        "M21",
        "except denies addresses",
        "An except makes its own block smaller; another entry can still admit those addresses.",
    ),
    Misconception(
        "M22",
        "Policies treat every pod alike",
        "A hostNetwork pod has its node's address, and whether policies know it for "
        "a pod is left open.",
    ),
    Misconception(
        "M23",
        "namespaceSelector: {} is nobody, or everybody at all",
        "An empty namespaceSelector selects all pods of all namespaces, and no host outside.",
    ),
    Misconception(
        "M24",
        "Running connections are cut at once",
        "What a new policy does to running connections is left open; new ones follow it.",
    ),
    Misconception(
        "M25",
        "NetworkPolicy knows names, paths, deny and ping",
        "Rules allow, by labels, address ranges and ports of TCP, UDP and SCTP; "
        "there is nothing else.",
    ),
)

#: Every misconception by its id; a lesson names the ids that it is about.
CATALOGUE: Mapping[str, Misconception] = MappingProxyType({m.id: m for m in _ALL})
