"""The texts of cards, namespaces and labels, and how wide they are."""

from dataclasses import dataclass

from simulator.draw.shown import Shown
from simulator.draw.sizes import LABEL_SIZE, NAME_SIZE, TEXT_SIZE
from simulator.model import (
    ContainerPort,
    ExternalHost,
    Namespace,
    Protocol,
    Service,
    ServicePort,
    ServiceType,
)

LABEL_PADDING = 5.0
LABELS_SHOWN, PORTS_SHOWN = 3, 2

# Advance widths in em of DejaVu Sans, the widest of the usual system fonts; the rest is narrower.
_EM = (
    dict.fromkeys("ijlI", 0.29)
    | dict.fromkeys("ftr.,:;'|!/ -()[]", 0.36)
    | dict.fromkeys("csz_?J", 0.56)
    | dict.fromkeys("w=+~<>✕✓±→", 0.84)
    | dict.fromkeys("mMW@%…", 0.99)
    | dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.76)
)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """A generous estimate of a text's width in a system sans font."""
    return sum(_EM.get(c, 0.64) for c in text) * size * (1.1 if bold else 1.0)


def name_width(name: str) -> float:
    """How wide the name of a card or a namespace is."""
    return text_width(name, NAME_SIZE, bold=True)


def label_width(label: str) -> float:
    """How wide the box of an arrow's label is."""
    return text_width(label, LABEL_SIZE, bold=True) + 2 * LABEL_PADDING


def shorten(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of its start as fits the room with an ellipsis."""
    if text_width(text, size, bold=bold) <= room:
        return text
    while text and text_width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip(" -./=") + "…"


def shorten_name(name: str, room: float) -> str:
    """A namespace's name in a room; `-a` at its end stays, which may be all that tells it apart."""
    tail = name[-2:] if name[-2:-1] in {"-", "."} else ""
    if not tail or name_width(name) <= room:
        return shorten(name, NAME_SIZE, room, bold=True)
    return shorten(name[:-2], NAME_SIZE, room - name_width(tail), bold=True) + tail


@dataclass(frozen=True, slots=True)
class Title:
    """What stands in a namespace's corner: its name and its labels' text, which may be empty."""

    name: str
    labels: str
    width: float


def title(name: str, labels: str, room: float) -> Title:
    """A namespace's title, shortened to a room."""
    name, labels = shorten_name(name, room), shorten(labels, TEXT_SIZE, room)
    return Title(name, labels, max(name_width(name), text_width(labels, TEXT_SIZE)))


def namespace_labels(namespace: Namespace) -> str:
    """A namespace's labels but the one that Kubernetes gives every namespace."""
    shown = {k: v for k, v in namespace.labels.items() if k != "kubernetes.io/metadata.name"}
    return ", ".join(f"{key}={value}" for key, value in shown.items())


def card_texts(shown: Shown) -> tuple[str, ...]:
    """A card's texts: its name, then its lines."""
    if isinstance(shown, ExternalHost):
        return (shown.name, "node" if shown.node else "outside", str(shown.address))
    if isinstance(shown, Service):
        return _service_texts(shown)
    labels = [f"{key}={value}" for key, value in shown.labels.items()]
    return (
        shown.name,
        *(("hostNetwork",) if shown.host_network else ()),
        *_at_most(labels, LABELS_SHOWN, "more"),
        *_at_most([_port(port) for port in shown.ports], PORTS_SHOWN, "more ports"),
    )


def _service_texts(service: Service) -> tuple[str, ...]:
    """What it is, whom it selects, and how it translates its ports."""
    published = service.type is not ServiceType.CLUSTER_IP
    pairs = [f"{key}={value}" for key, value in (service.selector or {}).items()]
    return (
        service.name,
        "Service",
        *((service.type.value,) if published else ()),
        *(("headless",) if service.headless else ()),
        *((f"selects {', '.join(pairs)}",) if pairs else ()),
        *_at_most([_service_port(service, p) for p in service.ports], PORTS_SHOWN, "more ports"),
        *(f"nodePort {p.node_port}" for p in service.ports[:1] if p.node_port),
    )


def _service_port(service: Service, port: ServicePort) -> str:
    """`80 → 8080`; a headless Service translates no port."""
    written = f"{port.port}{_protocol(port.protocol)}"
    return written if service.headless else f"{written} → {port.target}"


def _port(port: ContainerPort) -> str:
    return f":{port.port}{_protocol(port.protocol)} {port.name}".rstrip()


def _protocol(protocol: Protocol) -> str:
    return "" if protocol == "TCP" else f"/{protocol}"


def _at_most(lines: list[str], limit: int, rest: str) -> list[str]:
    """The first lines, and how many are left."""
    more = len(lines) - limit
    return lines[:limit] + ([f"+{more} {rest}"] if more > 0 else [])
