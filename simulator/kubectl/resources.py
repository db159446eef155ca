"""The types of resources that the lab's API server serves, and the names that kubectl takes."""

from dataclasses import dataclass

from simulator.kubectl.state import Stop
from simulator.words import clip


@dataclass(frozen=True, slots=True)
class Resource:
    """One type of resource (kubectl api-resources prints these)."""

    name: str
    kind: str
    short: str = ""
    group: str = ""
    namespaced: bool = True
    version: str = "v1"

    @property
    def api_version(self) -> str:
        """`v1`, or `networking.k8s.io/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """How the server names the type: `networkpolicies.networking.k8s.io`."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def singular(self) -> str:
        """How kubectl names one of it: `networkpolicy.networking.k8s.io`."""
        return f"{self.kind.lower()}.{self.group}" if self.group else self.kind.lower()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that kubectl takes for the type, short ones last."""
        found = [self.name, self.kind.lower()]
        if self.group:
            found += [self.qualified, f"{self.name}.{self.version}.{self.group}"]
        return (*found, *self.short.split(",")) if self.short else tuple(found)


NETWORKING, APPS = "networking.k8s.io", "apps"
POLICIES = Resource("networkpolicies", "NetworkPolicy", "netpol", NETWORKING)
PODS = Resource("pods", "Pod", "po")
SERVICES = Resource("services", "Service", "svc")
NAMESPACES = Resource("namespaces", "Namespace", "ns", namespaced=False)
NODES = Resource("nodes", "Node", "no", namespaced=False)
ENDPOINTS = Resource("endpoints", "Endpoints", "ep")
#: In the order of `kubectl api-resources`. What no scenario holds is there all the same: empty.
RESOURCES = (
    Resource("configmaps", "ConfigMap", "cm"),
    ENDPOINTS,
    Resource("events", "Event", "ev"),
    NAMESPACES,
    NODES,
    PODS,
    Resource("secrets", "Secret"),
    Resource("serviceaccounts", "ServiceAccount", "sa"),
    SERVICES,
    Resource("daemonsets", "DaemonSet", "ds", APPS),
    Resource("deployments", "Deployment", "deploy", APPS),
    Resource("replicasets", "ReplicaSet", "rs", APPS),
    Resource("statefulsets", "StatefulSet", "sts", APPS),
    Resource("cronjobs", "CronJob", "cj", "batch"),
    Resource("jobs", "Job", "", "batch"),
    Resource("ingressclasses", "IngressClass", "", NETWORKING, namespaced=False),
    Resource("ingresses", "Ingress", "ing", NETWORKING),
    Resource("ipaddresses", "IPAddress", "ip", NETWORKING, namespaced=False),
    POLICIES,
    Resource("servicecidrs", "ServiceCIDR", "", NETWORKING, namespaced=False),
)
#: What `get all` shows; NetworkPolicies are not in it.
IN_ALL = tuple(
    each
    for each in RESOURCES
    if each.name in {"pods", "services", "daemonsets", "deployments", "replicasets", "statefulsets"}
    or each.group == "batch"
)
_SHORT = {short: each for each in RESOURCES for short in each.short.split(",") if short}
_LONG = {name: each for each in RESOURCES for name in each.names if name not in _SHORT}


def find(word: str) -> Resource | None:
    """The type that a word names; capitals count in short names alone, as for kubectl."""
    return _SHORT.get(word) or _LONG.get(word.lower())


def resource(word: str) -> Resource:
    """The same for a word that must be one; raises Stop."""
    found = find(word)
    if found is None:
        raise Stop(f'error: the server doesn\'t have a resource type "{clip(word)}"\n')
    return found


def not_found(one: Resource, name: str) -> str:
    """The server's words for a name that nothing has."""
    return f'Error from server (NotFound): {one.qualified} "{clip(name)}" not found\n'
