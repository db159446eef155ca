"""What somebody wants to see: filters of the matrix, and the cell that was picked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from simulator.model import Cluster, Endpoint, Pod, ProbeProtocol

_PORT = re.compile(r"\s*(?:(\d{1,5})(?:\s*/\s*(tcp|udp|sctp))?|(ping))\s*", re.IGNORECASE)
#: Rows and columns: as much as fits, each pod, pods alike together, namespaces.
ROWS = ("auto", "pods", "alike", "namespaces")
VERDICTS = ("", "allowed", "denied", "undefined")
#: Stands for the hosts outside in the menu of namespaces; no namespace can have this name.
OUTSIDE = "*outside"


@dataclass(frozen=True, slots=True)
class Look:
    """The filters as they were sent; what makes no sense filters nothing.

    `port` is a text such as `5432`, `53/UDP` or `ping`; empty for the ports that pods declare.
    """

    source_space: str = ""
    source_text: str = ""
    target_space: str = ""
    target_text: str = ""
    port: str = ""
    verdict: str = ""
    changed: bool = False
    rows: str = "auto"
    services: bool = False
    why: str = ""
    flip: bool = False  # whether the smallest edit for `why` is asked for

    @property
    def filters(self) -> bool:
        """Whether anything is left out of sight."""
        return replace(self, rows="auto", services=False, why="", flip=False) != Look()

    @property
    def asked(self) -> tuple[ProbeProtocol, int | None] | None:
        """The one port that every cell asks; None for what pods declare."""
        match = _PORT.fullmatch(self.port)
        if match is None:
            return None
        if match[3]:
            return "ICMP", None
        number = int(match[1])
        protocol = cast(ProbeProtocol, (match[2] or "TCP").upper())
        return (protocol, number) if 1 <= number <= 65_535 else None

    @property
    def odd_port(self) -> bool:
        """Whether the port's text says nothing."""
        return bool(self.port.strip()) and self.asked is None

    def sources(self, cluster: Cluster) -> tuple[Endpoint, ...]:
        """The endpoints whose rows are wanted."""
        return _some(cluster, self.source_space, self.source_text)

    def targets(self, cluster: Cluster) -> tuple[Endpoint, ...]:
        """The endpoints whose columns are wanted."""
        return _some(cluster, self.target_space, self.target_text)


def _some(cluster: Cluster, space: str, text: str) -> tuple[Endpoint, ...]:
    words = text.lower().split()
    return tuple(
        endpoint
        for endpoint in cluster.endpoints
        if (not space or space_of(endpoint) == space)
        and all(word in _shown(endpoint) for word in words)
    )


def space_of(endpoint: Endpoint) -> str:
    """The namespace that an endpoint is listed under."""
    return endpoint.namespace if isinstance(endpoint, Pod) else OUTSIDE


def _shown(endpoint: Endpoint) -> str:
    """What the text filter looks at: name, labels, addresses."""
    labels = endpoint.labels.items() if isinstance(endpoint, Pod) else ()
    words = [endpoint.ref, *(f"{key}={value}" for key, value in labels)]
    return " ".join((*words, *map(str, endpoint.addresses))).lower()


def read_look(posted: Mapping[str, str]) -> Look:
    """The filters of a posted form."""

    def text(name: str) -> str:
        return posted.get(name, "")[:80]

    look = Look(
        text("from-space"),
        text("from-text"),
        text("to-space"),
        text("to-text"),
        text("port"),
        _one(text("verdict"), VERDICTS),
        bool(text("changed")),
        _one(text("rows"), ROWS) or "auto",
        bool(text("services")),
        text("why") or text("picked"),
        bool(text("flip")),
    )
    zoom = text("zoom").split(">")
    if text("zoom") and len(zoom) == 2:
        source, target = zoom
        look = replace(look, source_space=source, target_space=target, rows="auto")
    return Look(why=look.why) if posted.get("clear") else look


def _one(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""
