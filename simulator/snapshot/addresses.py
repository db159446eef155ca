"""IP addresses as a cluster's output writes them; most stand there twice."""

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from simulator.model import Address

_LONGEST = 45


def address(text: str) -> Address | None:
    """An address without zone or prefix, or None."""
    return _address(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        return IPv6Address(text) if ":" in text else IPv4Address(text)
    except AddressValueError:
        return None
