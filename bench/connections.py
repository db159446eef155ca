#!/usr/bin/env python3
"""List what may connect to what, as np-guard's netpol-analyzer lists it, so that work is equal.

    .venv/bin/python bench/connections.py FOLDER

prints the lines that this prints, for whoever has it:

    netpol-analyzer list -q --multiple-networks=false --dirpath FOLDER

A line is `namespace/workload[Kind] => namespace/workload[Kind] : TCP 80,UDP 53`. Pods of one owner
are one workload (the first speaks for all), pairs of a workload and itself are left out. Addresses
outside are ranges: of sources as the ingress rules part them, of targets as the egress rules do.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import groupby, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.loading import PLUGIN, load  # noqa: E402
from simulator.cli.collector import collect_rarely  # noqa: E402
from simulator.matrix import Matrix  # noqa: E402
from simulator.model import (  # noqa: E402
    Cluster,
    Endpoint,
    ExternalHost,
    IPBlock,
    NetworkPolicy,
    Pod,
    Protocol,
    Rule,
)
from simulator.ports import EVERY_PORT, PortSet  # noqa: E402


def main() -> None:
    """Read a folder, print its list."""
    if len(sys.argv) != 2:
        sys.exit("usage: connections.py FOLDER")
    collect_rarely()
    cluster, policies = load(Path(sys.argv[1]))
    sys.stdout.writelines(f"{line}\n" for line in connections(cluster, policies))


def connections(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> list[str]:
    """The list for a cluster, sorted by source and then by target."""
    sources = _outside(rule for policy in policies for rule in policy.ingress)
    targets = _outside(rule for policy in policies for rule in policy.egress)
    hosts = {host.name: host for host in (*sources, *targets)}
    workloads = _workloads(cluster.pods)
    pods = tuple(workloads.values())
    seen = replace(cluster, pods=pods, hosts=tuple(hosts.values()), plugin=PLUGIN)
    names = {id(pod): name for name, pod in workloads.items()}
    from_names = names | {id(hosts[host.name]): host.name for host in sources}
    to_names = names | {id(hosts[host.name]): host.name for host in targets}
    found = sorted(_lines(Matrix(seen, policies), from_names, to_names))
    return [f"{source} => {target} : {ports}" for source, target, ports in found]


Line = tuple[str, str, str]


def _lines(
    matrix: Matrix, from_names: Mapping[int, str], to_names: Mapping[int, str]
) -> Iterator[Line]:
    written: dict[int, str] = {}
    for bundle in matrix.bundles():
        ports = written.get(id(bundle.ports))
        if ports is None:
            ports = written[id(bundle.ports)] = _ports(bundle.ports)
        targets = _named(bundle.targets, to_names)
        for source in bundle.sources:
            name = from_names.get(id(source))
            if name is None:
                continue
            pod = isinstance(source, Pod)
            for target, is_pod in targets:
                if target != name and (pod or is_pod):
                    yield name, target, ports


def _named(ends: Iterable[Endpoint], names: Mapping[int, str]) -> list[tuple[str, bool]]:
    return [(names[id(end)], isinstance(end, Pod)) for end in ends if id(end) in names]


def _workloads(pods: Iterable[Pod]) -> dict[str, Pod]:
    """A pod for each workload, by the name that its lines give it."""
    found: dict[str, Pod] = {}
    for pod in pods:
        kind, _, name = (pod.owner or f"Pod/{pod.name}").partition("/")
        found.setdefault(f"{pod.namespace}/{name}[{kind}]", pod)
    return found


def _ports(ports: Mapping[Protocol, PortSet]) -> str:
    if len(ports) == 3 and all(named == EVERY_PORT for named in ports.values()):
        return "All Connections"
    return ",".join(f"{protocol} {_intervals(ports[protocol])}" for protocol in sorted(ports))


def _intervals(ports: PortSet) -> str:
    return ",".join(f"{low}-{high}" if low < high else str(low) for low, high in ports.intervals)


# ── Addresses outside ────────────────────────────────────────────────────────────────────────


def _outside(rules: Iterable[Rule]) -> list[ExternalHost]:
    """A host for each range of IPv4 addresses in which the same ipBlocks of the rules lie."""
    blocks = {peer.ip_block for rule in rules for peer in rule.peers if peer.ip_block}
    cuts = {0} | {cut for block in blocks for cut in _cuts(block)}
    parted = groupby(sorted(cuts - {_END}), lambda cut: _covering(blocks, IPv4Address(cut)))
    starts = [next(run) for _, run in parted]
    return [_range(first, last - 1) for first, last in pairwise([*starts, _END])]


_END = 2**32


def _cuts(block: IPBlock) -> Iterator[int]:
    for network in (block.cidr, *block.excepts):
        if network.version == 4:
            first = int(network.network_address)
            yield from (first, first + network.num_addresses)


def _covering(blocks: Iterable[IPBlock], address: IPv4Address) -> frozenset[IPBlock]:
    return frozenset(
        block
        for block in blocks
        if address in block.cidr and not any(address in network for network in block.excepts)
    )


def _range(first: int, last: int) -> ExternalHost:
    low, high = IPv4Address(first), IPv4Address(last)
    return ExternalHost(f"{low}-{high}[External]", low)


if __name__ == "__main__":
    main()
