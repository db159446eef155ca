#!/usr/bin/env python3
"""Write the manifests of a cluster of a given size: namespaces, pods and NetworkPolicies.

    .venv/bin/python bench/workload.py SIZE FOLDER [--seed 7] [--owners]

SIZE is S, M, L or XL (the documents of ../shared/bench/gen.py for the same seed, byte for byte, so
that its figures and counts hold here), or `adversarial`: every pod with labels of its own, 200
ports, ranges and address blocks that overlap. The folder is emptied first. `--owners` gives each
pod the ReplicaSet that it belongs to.
"""

import argparse
import random
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import chain, count
from pathlib import Path

Lines = list[str]

#: Namespaces, pods and policies of each size.
SIZES = {
    "S": (4, 12, 5),
    "M": (20, 500, 200),
    "L": (100, 5_000, 2_000),
    "XL": (200, 10_000, 5_000),
    "adversarial": (40, 2_000, 1_000),
}

_FRONT_APPS = ["web", "api", "auth", "cart", "orders", "billing", "search", "users", "mail"]
_BACK_APPS = ["queue", "worker", "report", "img", "video", "chat", "geo", "audit", "feed", "ads"]
_INNER_APPS = ["db", "cache", "proxy", "metrics", "logs", "dns", "store", "pay", "stock", "ship"]
_APPS = [*_FRONT_APPS, *_BACK_APPS, *_INNER_APPS, "admin"]
_TIERS = ["front", "back", "data", "infra"]
_ENVS = ["prod", "stage", "dev"]
_VERSIONS = ["v1", "v2", "v3"]
_TEAMS = [f"t{number}" for number in range(8)]

#: Names of container ports, the numbers that they may stand for, their protocol.
_CONTAINER_PORTS: list[tuple[str, list[int], str]] = [
    ("http", [80, 8080], "TCP"),
    ("https", [443, 8443], "TCP"),
    ("metrics", [9090, 9100], "TCP"),
    ("pg", [5432], "TCP"),
    ("redis", [6379], "TCP"),
    ("dns", [53], "UDP"),
    ("grpc", [50051], "TCP"),
]

RulePort = tuple[str, int | str, int | None]

_RULE_PORTS: list[RulePort] = [
    *(("TCP", number, None) for number in (80, 443, 8080, 5432, 6379)),
    ("UDP", 53, None),
    ("TCP", 53, None),
    ("TCP", 9090, None),
    ("TCP", 8000, 8100),
    ("TCP", 30000, 32767),
    ("UDP", 4000, 4999),
    ("TCP", 22, None),
    ("SCTP", 7777, None),
    *(("TCP", name, None) for name in ("http", "https", "metrics", "pg")),
    ("UDP", "dns", None),
]

Block = tuple[str, list[str]]

_BLOCKS: list[Block] = [
    ("203.0.113.0/24", []),
    ("198.51.100.0/24", ["198.51.100.128/25"]),
    ("172.16.0.0/12", ["172.20.0.0/16"]),
    ("0.0.0.0/0", ["10.0.0.0/8"]),
    ("192.0.2.0/24", ["192.0.2.5/32"]),
    ("100.64.0.0/10", []),
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What policies can speak of: label keys with their values, ports, address blocks."""

    pod_labels: Mapping[str, Sequence[str]]
    namespace_labels: Mapping[str, Sequence[str]]
    ports: Sequence[RulePort]
    blocks: Sequence[Block]


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--owners", action="store_true", help="give each pod its ReplicaSet")
    asked = parser.parse_args()
    write(asked.folder, asked.size, seed=asked.seed, owners=asked.owners)


def write(folder: Path, size: str, *, seed: int = 7, owners: bool = False) -> None:
    """Write the manifests of one size into an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in manifests(size, seed=seed, owners=owners):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def manifests(size: str, *, seed: int = 7, owners: bool = False) -> Iterator[tuple[str, str]]:
    """The files of a workload: path and text."""
    dice = random.Random(seed)
    namespaces, pods, policies = SIZES[size]
    names = [f"ns-{number:03d}" for number in range(namespaces)]
    yield "namespaces.yaml", _file(_namespace(number, name) for number, name in enumerate(names))
    hostile = size == "adversarial"
    addresses = (IPv4Address("10.128.0.0") + number for number in count(1))
    for number, name in enumerate(names):
        wanted = pods // namespaces + (number < pods % namespaces)
        workloads = _unlike(dice, wanted) if hostile else _workloads(dice, wanted)
        documents = [
            _pod(name, number, pod, address=next(addresses), owned=owners)
            for pod in chain.from_iterable(workloads)
        ]
        yield f"pods/{name}.yaml", _file(documents)
    words = _hostile_words(names) if hostile else _words(names)
    written: dict[str, list[Lines]] = {}
    for number in range(policies):
        name = names[dice.randrange(namespaces)]
        policy = _policy(dice, f"pol-{number:04d}", name, words=words)
        written.setdefault(name, []).append(policy)
    for name, documents in written.items():
        yield f"policies/{name}.yaml", _file(documents)


def _file(documents: Iterable[Lines]) -> str:
    return "\n---\n".join("\n".join(lines) for lines in documents) + "\n"


def _indented(lines: Iterable[str], by: int = 2) -> Lines:
    return [" " * by + line for line in lines]


# ── Namespaces and pods ──────────────────────────────────────────────────────────────────────


def _namespace(number: int, name: str) -> Lines:
    labels = {
        "kubernetes.io/metadata.name": name,
        "team": _TEAMS[number % len(_TEAMS)],
        "env": _ENVS[number % len(_ENVS)],
    }
    return ["apiVersion: v1", "kind: Namespace", "metadata:", f"  name: {name}", *_labels(labels)]


def _labels(labels: Mapping[str, str]) -> Lines:
    return ["  labels:", *(f"    {key}: {value}" for key, value in labels.items())]


@dataclass(frozen=True, slots=True)
class _Replica:
    """One pod of a workload (`workload` is its number in the namespace)."""

    workload: int
    replica: int
    labels: Mapping[str, str]
    ports: Sequence[tuple[str, int, str]]

    @property
    def owner(self) -> str:
        return f"{self.labels['app']}-{self.workload}"


def _workloads(dice: random.Random, wanted: int) -> Iterator[list[_Replica]]:
    """Workloads of one to six pods with the same labels and ports."""
    for workload in count():
        if not wanted:
            return
        replicas = min(wanted, dice.randint(1, 6))
        wanted -= replicas
        labels = {
            "app": dice.choice(_APPS),
            "tier": dice.choice(_TIERS),
            "env": dice.choice(_ENVS),
        }
        if dice.random() < 0.5:
            labels["version"] = dice.choice(_VERSIONS)
        ports = _container_ports(dice)
        yield [_Replica(workload, number, labels, ports) for number in range(replicas)]


def _container_ports(dice: random.Random) -> list[tuple[str, int, str]]:
    drawn = dice.sample(_CONTAINER_PORTS, dice.randint(1, 3))
    return [(name, dice.choice(numbers), protocol) for name, numbers, protocol in drawn]


def _unlike(dice: random.Random, wanted: int) -> Iterator[list[_Replica]]:
    """Pods of which no two have the same labels."""
    for [replica, *_] in _workloads(dice, wanted * len(_APPS)):
        if not wanted:
            return
        wanted -= 1
        labels = {**replica.labels, "version": f"v{replica.workload}"}
        yield [_Replica(replica.workload, 0, labels, replica.ports)]


def _pod(namespace: str, number: int, pod: _Replica, *, address: IPv4Address, owned: bool) -> Lines:
    lines = ["apiVersion: v1", "kind: Pod", "metadata:"]
    lines += [f"  name: {pod.owner}-{pod.replica}", f"  namespace: {namespace}"]
    lines += _labels(pod.labels)
    if owned:
        lines += ["  ownerReferences:", "  - apiVersion: apps/v1", "    kind: ReplicaSet"]
        lines += [f"    name: {pod.owner}"]
        lines += [f"    uid: 00000000-0000-0000-{number:04d}-{pod.workload:012d}"]
        lines += ["    controller: true"]
    lines += ["spec:", "  containers:", "  - name: main", "    image: registry.example/app:1"]
    lines += ["    ports:"]
    for name, port, protocol in pod.ports:
        lines += [f"    - name: {name}", f"      containerPort: {port}"]
        lines += [f"      protocol: {protocol}"]
    lines += ["status:", "  phase: Running", "  hostIP: 192.168.49.2", f"  podIP: {address}"]
    return [*lines, "  podIPs:", f"  - ip: {address}"]


# ── What policies speak of ───────────────────────────────────────────────────────────────────


def _words(names: Sequence[str]) -> Vocabulary:
    return Vocabulary(
        {"app": _APPS, "tier": _TIERS, "env": _ENVS, "version": _VERSIONS},
        {"team": _TEAMS, "env": _ENVS, "kubernetes.io/metadata.name": names},
        _RULE_PORTS,
        _BLOCKS,
    )


def _hostile_words(names: Sequence[str]) -> Vocabulary:
    """200 ports and ranges, each overlapping others; blocks within blocks, over the pods' own."""
    plain = _words(names)
    ports: list[RulePort] = [
        ("TCP", 1000 + 7 * number, 1000 + 7 * number + 60 * (number % 3) or None)
        for number in range(200)
    ]
    blocks = [(f"10.128.0.0/{length}", ["10.128.0.0/30"]) for length in range(20, 28)]
    blocks += [(f"10.128.{third}.{64 * part}/26", []) for third in range(8) for part in range(4)]
    blocks += [(f"10.128.{third}.0/24", [f"10.128.{third}.32/27"]) for third in range(8)]
    versions = [f"v{number}" for number in range(50)]
    return Vocabulary(
        {**plain.pod_labels, "version": versions}, plain.namespace_labels, ports, blocks
    )


# ── Policies ─────────────────────────────────────────────────────────────────────────────────


def _policy(dice: random.Random, name: str, namespace: str, *, words: Vocabulary) -> Lines:
    head = ["apiVersion: networking.k8s.io/v1", "kind: NetworkPolicy", "metadata:"]
    head += [f"  name: {name}", f"  namespace: {namespace}", "spec:"]
    kind = dice.random()
    if kind < 0.10:
        directions = dice.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
        return [*head, "  podSelector: {}", "  policyTypes:", *(f"  - {d}" for d in directions)]
    head += _indented(_selector(dice, "podSelector", words.pod_labels))
    ends = [("Ingress", "from")] * (kind < 0.80) + [("Egress", "to")] * (kind > 0.60)
    head += ["  policyTypes:", *(f"  - {direction}" for direction, _ in ends)]
    for direction, field in ends:
        head.append(f"  {direction.lower()}:")
        for _ in range(dice.randint(1, 3)):
            head += _indented(_rule(dice, field, words))
    return head


def _rule(dice: random.Random, field: str, words: Vocabulary) -> Lines:
    lines: Lines = []
    if dice.random() < 0.93:
        lines.append(f"{field}:")
        for _ in range(dice.randint(1, 3)):
            lines += _peer(dice, words)
    peers = len(lines)
    if dice.random() < 0.75 or not peers:
        # A port's name means nothing on an address: netpol-analyzer refuses it.
        by_name = field == "from" or (peers and not any("ipBlock" in line for line in lines))
        pool = [port for port in words.ports if by_name or isinstance(port[1], int)]
        lines.append("ports:")
        for protocol, port, end in dice.sample(pool, dice.randint(1, 3)):
            lines += [f"- protocol: {protocol}", f"  port: {port}"]
            lines += [f"  endPort: {end}"] if end else []
    return _entry(lines)


def _peer(dice: random.Random, words: Vocabulary) -> Lines:
    kind = dice.random()
    if kind < 0.40:
        return _entry(_selector(dice, "podSelector", words.pod_labels))
    if kind < 0.85:
        lines = _selector(dice, "namespaceSelector", words.namespace_labels)
        if kind >= 0.62:
            lines += _selector(dice, "podSelector", words.pod_labels)
        return _entry(lines)
    cidr, holes = dice.choice(words.blocks)
    lines = ["ipBlock:", f"  cidr: {cidr}"]
    if holes:
        lines += ["  except:", *(f"  - {hole}" for hole in holes)]
    return _entry(lines)


def _entry(lines: Lines) -> Lines:
    """A list's entry: a dash before its first line."""
    return ["- " + lines[0], *_indented(lines[1:])]


def _selector(dice: random.Random, field: str, labels: Mapping[str, Sequence[str]]) -> Lines:
    kind, keys = dice.random(), list(labels)
    if kind < 0.08:
        return [f"{field}: {{}}"]
    if kind < 0.70:
        pairs = dice.sample(keys, 1 if dice.random() < 0.6 else min(2, len(keys)))
        body = ["matchLabels:", *(f"  {key}: {dice.choice(labels[key])}" for key in pairs)]
        return [f"{field}:", *_indented(body)]
    key = dice.choice(keys)
    operator = dice.choices(["In", "NotIn", "Exists", "DoesNotExist"], [5, 2, 2, 1])[0]
    body = ["matchExpressions:", f"- key: {key}", f"  operator: {operator}"]
    if operator.endswith("In"):
        values = dice.sample(labels[key], min(len(labels[key]), dice.randint(1, 3)))
        body += ["  values:", *(f"  - {value}" for value in values)]
    if dice.random() < 0.3:
        key = dice.choice(keys)
        body = ["matchLabels:", f"  {key}: {dice.choice(labels[key])}", *body]
    return [f"{field}:", *_indented(body)]


if __name__ == "__main__":
    main()
