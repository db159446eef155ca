"""What `--from`, `--to` and `--port` name: pods, workloads, hosts, addresses, Services, ports."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import cast, get_args

from simulator.cli.stop import Stop
from simulator.connect import find_service
from simulator.model import (
    Address,
    Cluster,
    Endpoint,
    ExternalHost,
    Pod,
    ProbeProtocol,
    Protocol,
    Service,
)
from simulator.ports import LAST_PORT
from simulator.words import nearest, quote

_PROTOCOLS = get_args(Protocol)
_PORT = re.compile(r"([0-9]{1,5}|[a-z0-9-]{1,15})(?:/([A-Za-z]{1,4}))?")
_PINGS = frozenset({"ping", "icmp"})


@dataclass(frozen=True, slots=True)
class End:
    """One end of the question: the endpoints that its text stands for, or a Service."""

    text: str
    endpoints: tuple[Endpoint, ...] = ()
    service: Service | None = None

    @property
    def namespace(self) -> str:
        """The namespace in which its names are looked up; empty where it has none."""
        spaces = {end.namespace for end in self.endpoints if isinstance(end, Pod)}
        return spaces.pop() if len(spaces) == 1 else ""


@dataclass(frozen=True, slots=True)
class AskedPort:
    """A port as it was asked: a number, or a name that the target's containers give it."""

    protocol: ProbeProtocol
    number: int | None = None
    name: str = ""


def add_ends(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """`--from` and `--to`."""
    what = "ns/pod, a workload (ns/web), a pattern ('ns/*') or ip:ADDR"
    parser.add_argument("--from", dest="source", required=required, metavar="END", help=what)
    parser.add_argument(
        "--to", dest="target", required=required, metavar="END", help="the same, or a Service"
    )


def asked_port(text: str) -> AskedPort:
    """`3306`, `53/UDP`, `http` or `ping`."""
    if text.lower() in _PINGS:
        return AskedPort("ICMP")
    match = _PORT.fullmatch(text)
    protocol = (match[2] or "TCP").upper() if match else ""
    if not match or protocol not in _PROTOCOLS:
        raise Stop(f"{quote(text)} is no port: write 3306, 53/UDP, http or ping")
    if not match[1].isdigit():
        return AskedPort(cast(Protocol, protocol), name=match[1])
    if not 1 <= int(match[1]) <= LAST_PORT:
        raise Stop(f"{quote(text)} is no port: the numbers go from 1 to {LAST_PORT}")
    return AskedPort(cast(Protocol, protocol), int(match[1]))


#: `svc/db` and `prod/svc/db`, as kubectl writes it.
_SERVICE = re.compile(r"(?:([\w-]+)/)?(?:svc|services?)/([\w-]+)$", re.IGNORECASE)


def find(cluster: Cluster, text: str, *, namespace: str = "", services: bool = True) -> End:
    """The end that a text names.

    `ip:ADDR` (a pod, node or Service that has the address is taken for it), `ns/pod`, a host's
    name, a workload (`ns/web`, `ns/deployment/web`), a pattern (`ns/*`), or a Service by its DNS
    name (`ns/svc/db` too), which in `namespace` may be the first part alone.
    """
    if text.startswith("ip:"):
        return _by_address(cluster, text, services=services)
    if found := _by_name(cluster, text):
        return End(text, found)
    name = _SERVICE.sub(r"\2.\1", text).removesuffix(".")
    if services and (service := find_service(cluster, name, namespace=namespace)):
        return End(name, service=service)
    if found := tuple(pod for pod in cluster.pods if pod.name == text):
        return End(text, found)
    raise Stop(_unknown(cluster, text, services=services))


def _by_name(cluster: Cluster, text: str) -> tuple[Endpoint, ...]:
    if "*" in text:
        return tuple(end for end in cluster.endpoints if fnmatchcase(end.ref, text))
    exact = tuple(end for end in cluster.endpoints if end.ref == text)
    return exact or tuple(pod for pod in cluster.pods if text.lower() in workload_names(pod))


def workload(pod: Pod) -> str:
    """`prod/web`: the name of what made a pod, without the hash that a Deployment adds."""
    _, _, owner = pod.owner.partition("/")
    version = pod.labels.get("pod-template-hash", "")
    if version:
        owner = owner.removesuffix(f"-{version}")
    return f"{pod.namespace}/{owner}" if owner else pod.ref


def workload_names(pod: Pod) -> frozenset[str]:
    """How one may call a pod's workload: `prod/web`, `prod/deployment/web`, `prod/deploy/web`."""
    kind, _, owner = pod.owner.lower().partition("/")
    if not owner:
        return frozenset()
    short = workload(pod).partition("/")[2]
    kinds = [(kind, owner)]
    if kind in {"replicaset", "deployment"}:
        kinds += [("deployment", short), ("deploy", short)]
    named = {f"{pod.namespace}/{known}/{name}" for known, name in kinds}
    return frozenset({*named, f"{pod.namespace}/{owner}", f"{pod.namespace}/{short}"})


def _by_address(cluster: Cluster, text: str, *, services: bool) -> End:
    try:
        address = ip_address(text.removeprefix("ip:"))
    except ValueError:
        raise Stop(f"{quote(text)} is no address: write ip:192.0.2.7 or ip:2001:db8::7") from None
    known = [end for end in cluster.endpoints if address in end.addresses]
    plain = [end for end in known if not (isinstance(end, Pod) and end.host_network)]
    if known:
        return End(text, ((plain or known)[0],))
    if services and (service := find_service(cluster, str(address))):
        return End(str(address), service=service)
    return End(text, (host(address),))


def host(address: Address) -> ExternalHost:
    """A host outside the cluster that has nothing but an address."""
    return ExternalHost(f"ip:{address}", address)


def _unknown(cluster: Cluster, text: str, *, services: bool) -> str:
    refs = [end.ref for end in cluster.endpoints]
    names = [service.ref for service in cluster.services] if services else []
    what = "pod, workload, host or Service" if services else "pod, workload or host"
    close = nearest(text, [*refs, *dict.fromkeys(map(workload, cluster.pods)), *names])
    hint = f" Did you mean {close}?" if close else " Write namespace/pod, or ip:ADDR."
    return f"no {what} {quote(text)} in these files.{hint}"


def numbers(port: AskedPort, target: Endpoint) -> Sequence[int | None]:
    """The numbers that a port stands for on a target; a name that it has not stands for none."""
    if not port.name:
        return (port.number,)
    if isinstance(target, ExternalHost):
        return ()
    return tuple(
        own.port for own in target.ports if own.name == port.name and own.protocol == port.protocol
    )
