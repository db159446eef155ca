"""Manifests of a folder, as a cluster with its policies."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.model import Cluster, NetworkPolicy, Plugin, PodAddressMatching, Severity
from simulator.snapshot import read_snapshot

#: As the tools that the counts come from: ipBlock is compared with the addresses of pods.
PLUGIN = Plugin(ip_block_on_pods=PodAddressMatching.MATCHES)


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """The manifests of a folder, one after the other: name and text."""
    for path in sorted(folder.rglob("*.yaml")):
        yield str(path), path.read_text()


def load(folder: Path) -> tuple[Cluster, Sequence[NetworkPolicy]]:
    """The cluster and its policies; errors are told on standard error."""
    snapshot = read_snapshot(texts(folder))
    for each in snapshot.problems:
        if each.problem.severity is Severity.ERROR:
            print(f"{each.file}: {each.problem.message}", file=sys.stderr)
    return replace(snapshot.cluster, plugin=PLUGIN), snapshot.policies
