"""CIDRs as the API server reads and judges them in fields that are older than its strict rules.

k8s.io/utils/net ParseCIDRSloppy, and in k8s.io/apimachinery pkg/util/validation/ip.go
IsValidCIDRForLegacyField and GetWarningsForCIDR.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)

from simulator.model import Address, Network
from simulator.versions import ApiServer
from simulator.words import quote

_NOT_A_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_LEADING_ZEROS = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])")


@dataclass(frozen=True, slots=True)
class Cidr:
    """A CIDR as written and as meant: the address before masking, its prefix, and the network."""

    text: str
    address: Address
    prefix: int
    network: Network
    #: Whether a number of it has zeros in front, which some programs read as octal.
    padded: bool

    @property
    def mapped(self) -> IPv4Address | None:
        """The IPv4 address inside an IPv4-mapped IPv6 one."""
        return self.address.ipv4_mapped if isinstance(self.address, IPv6Address) else None


@lru_cache(maxsize=4096)
def read_cidr(text: str) -> Cidr | None:
    """A CIDR as the API server reads it (ParseCIDRSloppy), or None.

    Leading zeros are decimal, never octal; host bits are masked away; an IPv4-mapped IPv6 range is
    the IPv4 range it stands for; no zone, no bare address, no dotted mask.
    """
    head, slash, tail = text.partition("/")
    plain = _LEADING_ZEROS.sub("", head)
    address = _address(plain)
    if not slash or address is None or not re.fullmatch(r"0*[0-9]{1,3}", tail):
        return None
    prefix = int(tail[-3:])
    if prefix > address.max_prefixlen:
        return None
    padded = plain != head if address.version == 4 else _is_padded_v6(head)
    padded |= len(tail) > 1 and tail.startswith("0")
    return Cidr(text, address, prefix, _network(address, prefix), padded)


def _address(text: str) -> Address | None:
    try:
        if ":" in text:
            return None if "%" in text else IPv6Address(text)
        return IPv4Address(text)
    except AddressValueError:
        return None


def _is_padded_v6(text: str) -> bool:
    """`0db8` is how IPv6 is written; a fifth digit, or a zero before an octet, is not."""
    return _address(text) is None


def _network(address: Address, prefix: int) -> Network:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if mapped is not None and prefix >= 96:
        return ip_network((mapped, prefix - 96), strict=False)
    return ip_network((address, prefix), strict=False)


def cidr_faults(text: str, server: ApiServer) -> list[str]:
    """Complaints about a CIDR, as this version of the API server words them."""
    read = read_cidr(text)
    if read is None:
        return [f"Invalid value: {quote(text)}: {_NOT_A_CIDR}"]
    fault = _strict_fault(read) if server.strict_cidrs else ""
    return [f"Invalid value: {quote(text)}: {fault}"] if fault else []


def _strict_fault(read: Cidr) -> str:
    if read.padded:
        return "must not have leading 0s in IP or prefix length"
    if read.mapped is not None:
        return "must not have an IPv4-mapped IPv6 address"
    if _has_host_bits(read):
        return "must not have bits set beyond the prefix length"
    return ""


def _has_host_bits(read: Cidr) -> bool:
    start = read.network.network_address
    return start not in (read.address, read.mapped)


def cidr_warnings(text: str, server: ApiServer) -> list[str]:
    """What the API server warns of in a CIDR that it takes; strict ones refuse most of these."""
    read = read_cidr(text)
    if read is None or cidr_faults(text, server):
        return []
    found = []
    if _has_host_bits(read):
        host = f"{read.mapped or read.address}/{read.address.max_prefixlen}"
        found.append(
            f"CIDR value {quote(text)} is ambiguous in this context "
            f"(should be {quote(str(read.network))} or {quote(host)}?)"
        )
    if read.padded or read.mapped is not None:
        found.append(
            f"non-standard CIDR value {quote(text)} will be considered invalid in a future "
            f"Kubernetes release: use {quote(str(read.network))}"
        )
    return found or _spelling_warnings(read)


def _spelling_warnings(read: Cidr) -> list[str]:
    plain = f"{read.address}/{read.prefix}"
    if read.address.version == 4 or read.text == plain:
        return []
    return [
        f"IPv6 CIDR value {quote(read.text)} should be in RFC 5952 canonical format "
        f"({quote(plain)})"
    ]


def is_inside(inner: Cidr, outer: Cidr) -> bool:
    """Whether `inner` is a strict subset of `outer`; families never mix.

    The API server compares prefixes as written: `::ffff:10.0.0.0/104` holds no `10.1.0.0/16`.
    """
    a, b = inner.network, outer.network
    if isinstance(a, IPv4Network) and isinstance(b, IPv4Network):
        return inner.prefix > outer.prefix and a.network_address in b
    if isinstance(a, IPv6Network) and isinstance(b, IPv6Network):
        return inner.prefix > outer.prefix and a.network_address in b
    return False
