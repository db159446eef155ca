"""Which classes an ipBlock covers: addresses sorted into the ranges that all blocks leave."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from simulator.model import Address, IPBlock, Network, NetworkPolicy

#: Where an address lies: its family (4 or 6) and the number of its range there.
Place = tuple[int, int]


class Ranges:
    """The ranges of addresses that a set of networks tells apart, numbered by family."""

    __slots__ = ("_cuts",)

    def __init__(self, networks: Iterable[Network]) -> None:
        cuts: dict[int, set[int]] = {4: set(), 6: set()}
        for network in set(networks):
            first, last = _ends(network)
            cuts[network.version] |= {first, last + 1}
        self._cuts = {version: sorted(found) for version, found in cuts.items()}

    def __bool__(self) -> bool:
        return any(self._cuts.values())

    def place(self, address: Address) -> Place:
        """The range that an address lies in."""
        return address.version, bisect_right(self._cuts[address.version], int(address))

    def told_apart(self, network: Network) -> bool:
        """Whether a network begins and ends where ranges do."""
        cuts = self._cuts[network.version]
        return all(_among(cuts, end) for end in (_ends(network)[0], _ends(network)[1] + 1))

    def within(self, network: Network) -> tuple[int, int]:
        """The first and last number of the ranges in a network."""
        cuts = self._cuts[network.version]
        first, last = _ends(network)
        return bisect_right(cuts, first), bisect_right(cuts, last)


class AddressIndex:
    """The classes that have an address in each range."""

    __slots__ = ("_blocks", "_found", "_places", "_ranges")

    def __init__(self, ranges: Ranges, placed: Iterable[tuple[Place, ...]]) -> None:
        """`placed` gives the places of each class's addresses, class after class."""
        self._ranges = ranges
        self._blocks: dict[tuple[Network, tuple[Network, ...]], int] = {}
        found: dict[Place, int] = {}
        for number, places in enumerate(placed):
            for place in places:
                found[place] = found.get(place, 0) | 1 << number
        self._found = found
        self._places = {4: _sorted(found, 4), 6: _sorted(found, 6)}

    def covered(self, block: IPBlock) -> int:
        """The classes with an address in the block and in none of its exceptions."""
        key = (block.cidr, block.excepts)
        if key not in self._blocks:
            self._blocks[key] = self._cover(block)
        return self._blocks[key]

    def _cover(self, block: IPBlock) -> int:
        version = block.cidr.version
        numbers = set(self._inhabited(block.cidr))
        for network in block.excepts:
            if network.version == version:
                numbers.difference_update(self._inhabited(network))
        found = 0
        for number in numbers:
            found |= self._found[version, number]
        return found

    def _inhabited(self, network: Network) -> Sequence[int]:
        """The numbers of the network's ranges in which an address lies."""
        numbers = self._places[network.version]
        first, last = self._ranges.within(network)
        return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]


def networks(policies: Iterable[NetworkPolicy]) -> Iterable[Network]:
    """Every network that the policies' ipBlocks name, exceptions included."""
    for policy in policies:
        for rule in policy.ingress + policy.egress:
            for peer in rule.peers:
                if peer.ip_block is not None:
                    yield peer.ip_block.cidr
                    yield from peer.ip_block.excepts


def _ends(network: Network) -> tuple[int, int]:
    first = int(network.network_address)
    return first, first + network.num_addresses - 1


def _among(cuts: list[int], number: int) -> bool:
    at = bisect_left(cuts, number)
    return at < len(cuts) and cuts[at] == number


def _sorted(found: Iterable[Place], version: int) -> list[int]:
    return sorted(number for family, number in found if family == version)
