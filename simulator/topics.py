"""Where Kubernetes' own documentation says it: pages that the CKAD lets its takers open.

A lesson's `read` names them by key. Addresses without the site stand below `/docs/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.fields import FieldReader
from simulator.nodes import Entry, Node, Scalar
from simulator.words import nearest, quote

SITE = "https://kubernetes.io/docs/"


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the documentation, or a part of one."""

    key: str
    title: str
    page: str

    @property
    def url(self) -> str:
        """Its address."""
        return SITE + self.page


_POLICIES = "concepts/services-networking/network-policies/"
_OBJECTS = "concepts/overview/working-with-objects/"
_ADMIN = "tasks/administer-cluster/"
_KUBECTL = "reference/kubectl/"

TOPICS: Mapping[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic("network-policies", "Network Policies", _POLICIES),
        Topic(
            "isolation",
            "The two sorts of pod isolation",
            f"{_POLICIES}#the-two-sorts-of-pod-isolation",
        ),
        Topic(
            "selectors",
            "Behavior of to and from selectors",
            f"{_POLICIES}#behavior-of-to-and-from-selectors",
        ),
        Topic("defaults", "Default policies", f"{_POLICIES}#default-policies"),
        Topic(
            "limits",
            "What you can't do with network policies",
            f"{_POLICIES}#what-you-can-t-do-with-network-policies-at-least-not-yet",
        ),
        Topic(
            "api",
            "NetworkPolicy v1, field by field",
            "reference/kubernetes-api/policy-resources/network-policy-v1/",
        ),
        Topic(
            "declare", "Declare Network Policy, step by step", f"{_ADMIN}declare-network-policy/"
        ),
        Topic(
            "cni",
            "Network Plugins",
            "concepts/extend-kubernetes/compute-storage-net/network-plugins/",
        ),
        Topic(
            "install-provider",
            "Install a Network Policy Provider",
            f"{_ADMIN}network-policy-provider/",
        ),
        Topic("networking", "Cluster Networking", "concepts/cluster-administration/networking/"),
        Topic("labels", "Labels and Selectors", f"{_OBJECTS}labels/"),
        Topic("namespaces", "Namespaces", f"{_OBJECTS}namespaces/"),
        Topic("objects", "Objects in Kubernetes", _OBJECTS),
        Topic("services", "Service", "concepts/services-networking/service/"),
        Topic("source-ip", "Using Source IP", "tutorials/services/source-ip/"),
        Topic("dns", "DNS for Services and Pods", "concepts/services-networking/dns-pod-service/"),
        Topic("debug-dns", "Debugging DNS Resolution", f"{_ADMIN}dns-debugging-resolution/"),
        Topic("kubectl", "kubectl Quick Reference", f"{_KUBECTL}quick-reference/"),
        Topic("kubectl-label", "kubectl label", f"{_KUBECTL}generated/kubectl_label/"),
    )
}


def read_topics(r: FieldReader, entry: Entry | None) -> tuple[str, ...]:
    """The keys of a lesson's `read`, in its order."""
    found = tuple(_topic(r, item) for item in r.items(entry))
    if len(set(found)) < len(found) and entry is not None:
        r.problem("a topic is here twice", entry.mark)
    return found


def _topic(r: FieldReader, node: Node) -> str:
    text = node.text if isinstance(node, Scalar) else ""
    if text not in TOPICS:
        close = nearest(text, TOPICS)
        hint = f"Did you mean {close}?" if close else f"Known here: {', '.join(TOPICS)}."
        r.problem(f"{quote(text)} is no topic", node.mark, hint)
    return text
