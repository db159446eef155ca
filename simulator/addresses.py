"""Sets of addresses as spans of numbers, and which addresses a number of such sets tell apart."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from simulator.model import Address, IPBlock, Network

#: First and last address as numbers, both inside.
Span = tuple[int, int]
LAST_ADDRESS = {4: 2**32 - 1, 6: 2**128 - 1}

#: Addresses kept for examples (RFC 5737 and RFC 3849), one for each family.
EXAMPLES = {4: ip_address("203.0.113.7"), 6: ip_address("2001:db8::7")}


def span(network: Network) -> Span:
    """The numbers that a network covers."""
    return int(network.network_address), int(network.broadcast_address)


def block_spans(block: IPBlock) -> list[Span]:
    """What an ipBlock covers: its cidr less every except of the same family."""
    holes = [span(hole) for hole in block.excepts if hole.version == block.cidr.version]
    start, last = span(block.cidr)
    found = []
    for low, high in merged(holes):
        if start < low <= last:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return [*found, (start, last)] if start <= last else found


def merged(spans: Iterable[Span]) -> list[Span]:
    """The union of any spans, in order, none touching the next."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


@dataclass(frozen=True, slots=True)
class AddressMap:
    """One family's addresses by the sets that hold them: from `starts[i]` on, `masks[i]`."""

    version: int
    starts: tuple[int, ...]
    masks: tuple[int, ...]

    def mask(self, address: Address) -> int:
        """The sets that hold an address of this family: bit i stands for the i-th set."""
        return self.masks[bisect_right(self.starts, int(address)) - 1]

    def classes(self) -> dict[int, Address]:
        """Every combination of sets that one address can lie in, with an address for each."""
        found: dict[int, Address] = {self.mask(EXAMPLES[self.version]): EXAMPLES[self.version]}
        ends = (*(start - 1 for start in self.starts[1:]), LAST_ADDRESS[self.version])
        for start, last, mask in zip(self.starts, ends, self.masks, strict=True):
            if mask not in found:
                found[mask] = _host_in(start, last, self.version)
        return found


def address_map(sets: Sequence[Sequence[IPBlock]], version: int) -> AddressMap:
    """Sort one family's addresses by which of `sets` (each a union of blocks) hold them."""
    flips: dict[int, int] = {0: 0}
    for index, blocks in enumerate(sets):
        spans = [s for block in blocks if block.cidr.version == version for s in block_spans(block)]
        for low, high in merged(spans):
            flips[low] = flips.get(low, 0) ^ 1 << index
            flips[high + 1] = flips.get(high + 1, 0) ^ 1 << index
    flips.pop(LAST_ADDRESS[version] + 1, None)
    starts = tuple(sorted(flips))
    masks, mask = [], 0
    for start in starts:
        mask ^= flips[start]
        masks.append(mask)
    return AddressMap(version, starts, tuple(masks))


def edges(network: Network) -> tuple[tuple[bool, Address], ...]:
    """The addresses on both sides of both edges of a network, each with whether it is inside."""
    first, last = span(network)
    asked = [(True, first), (True, last), (False, first - 1), (False, last + 1)]
    found = [(i, n) for i, n in asked if 0 <= n <= LAST_ADDRESS[network.version]]
    return tuple((inside, _address(number, network.version)) for inside, number in found)


def _host_in(start: int, last: int, version: int) -> Address:
    """An address of a span that looks like a host's: not the first, where there is another."""
    return _address(min(start + 1, last), version)


def _address(number: int, version: int) -> Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)
