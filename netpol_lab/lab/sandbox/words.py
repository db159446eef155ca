"""The short ways in which small forms take labels, ports and addresses, and say them again."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import cast

from django.utils.translation import gettext as _

from simulator.model import Address, ContainerPort, Labels, Protocol, ServicePort
from simulator.words import quote

_PART = re.compile(r"[,\n]")
_PORT = re.compile(
    r"(?:([a-z0-9-]{1,15})\s*[=:]\s*)?(\d{1,5})(?:\s*/\s*(tcp|udp|sctp))?", re.IGNORECASE
)
_SERVICE_PORT = re.compile(
    r"(?:([a-z0-9-]{1,15})\s*=\s*)?(\d{1,5})"
    r"(?:\s*(?:->|→|:)\s*([a-z0-9-]{1,15}))?(?:\s*/\s*(tcp|udp|sctp))?",
    re.IGNORECASE,
)


class Slip(Exception):  # a way out, not an error
    """A field of a form cannot be read; the message says why, and what to write."""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _PART.split(text) if part.strip()]


# ── Labels ──


def read_labels(text: str) -> Labels:
    """`app=web, tier=front`, or a line for each; `app: web` too."""
    found: dict[str, str] = {}
    for part in _parts(text):
        sign = "=" if "=" in part else ":"
        key, mark, value = (piece.strip() for piece in part.partition(sign))
        if not mark or not key:
            raise Slip(
                _("%(part)s is no label: write key=value, as in app=web") % {"part": quote(part)}
            )
        if key in found:
            raise Slip(_("the label %(key)s is there twice") % {"key": quote(key)})
        found[key] = value.strip("\"'")
    return found


def labels_text(labels: Labels) -> str:
    """Labels as `read_labels` takes them."""
    return ", ".join(f"{key}={value}" for key, value in labels.items())


# ── Ports ──


def read_ports(text: str) -> tuple[ContainerPort, ...]:
    """`http=80, 53/UDP`: container ports, with a name or without."""
    return tuple(_port(part) for part in _parts(text))


def _port(part: str) -> ContainerPort:
    match = _PORT.fullmatch(part)
    if match is None:
        raise Slip(
            _("%(part)s is no port: write 80, http=80 or dns=53/UDP") % {"part": quote(part)}
        )
    return ContainerPort(_number(match[2]), _protocol(match[3]), (match[1] or "").lower())


def ports_text(ports: Iterable[ContainerPort]) -> str:
    """Ports as `read_ports` takes them."""
    return ", ".join(f"{p.name}={port_words(p)}" if p.name else port_words(p) for p in ports)


def port_words(port: ContainerPort | ServicePort) -> str:
    """`80`, or `53/UDP`."""
    return str(port.port) if port.protocol == "TCP" else f"{port.port}/{port.protocol}"


def read_service_ports(text: str) -> tuple[ServicePort, ...]:
    """`80 -> 8080, dns=53/UDP`: the Service's port, and the pods' where it is another."""
    return tuple(_service_port(part) for part in _parts(text))


def _service_port(part: str) -> ServicePort:
    match = _SERVICE_PORT.fullmatch(part)
    if match is None:
        raise Slip(
            _("%(part)s is no port of a Service: write 80, 80 -> 8080 or dns=53/UDP")
            % {"part": quote(part)}
        )
    number, behind = _number(match[2]), match[3]
    target: int | str = number
    if behind:
        target = _number(behind) if behind.isdecimal() else behind
    return ServicePort(number, target, _protocol(match[4]), (match[1] or "").lower())


def service_ports_text(ports: Iterable[ServicePort]) -> str:
    """Ports as `read_service_ports` takes them."""
    return ", ".join(map(_service_words, ports))


def _service_words(port: ServicePort) -> str:
    name = f"{port.name}=" if port.name else ""
    behind = "" if port.target == port.port else f" -> {port.target}"
    protocol = "" if port.protocol == "TCP" else f"/{port.protocol}"
    return f"{name}{port.port}{behind}{protocol}"


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65_535:
        raise Slip(_("%(number)s is no port: ports go from 1 to 65535") % {"number": number})
    return number


def _protocol(text: str | None) -> Protocol:
    return cast(Protocol, (text or "TCP").upper())


# ── Addresses ──


def read_address(text: str) -> Address:
    """One IP address."""
    try:
        return ip_address(text.strip())
    except ValueError:
        raise Slip(
            _("%(text)s is no IP address: write one as 203.0.113.7") % {"text": quote(text.strip())}
        ) from None


def read_addresses(text: str) -> tuple[Address, ...]:
    """IP addresses with commas between them; none for an empty text."""
    return tuple(map(read_address, _parts(text)))


def addresses_text(addresses: Sequence[Address]) -> str:
    """Addresses as `read_addresses` takes them."""
    return ", ".join(map(str, addresses))
