"""Sets of classes as big integers: bit n stands for class n."""

from collections.abc import Collection, Iterator, Sequence


def members(bits: int) -> Iterator[int]:
    """The numbers in a set, in ascending order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def transposed(rows: Sequence[int], count: int) -> list[int]:
    """Rows of bits turned into columns: bit s of row d becomes bit d of row s.

    `count` is the number of rows and of columns. Eight columns at a time: their bytes of all rows
    make one integer of 8 × 8 tiles, which three masked swaps turn (Hacker's Delight, 7-3).
    """
    width = (count + 7) // 8
    packed = b"".join(row.to_bytes(width, "little") for row in rows)
    packed += bytes(width * (8 * width - count))
    swaps = _swaps(width)
    columns: list[int] = []
    for column in range(width):
        tiles = _turned(int.from_bytes(packed[column::width], "little"), swaps)
        turned = tiles.to_bytes(8 * width, "little")
        columns += [int.from_bytes(turned[bit::8], "little") for bit in range(8)]
    return columns[:count]


def _turned(tiles: int, swaps: tuple[tuple[int, int], ...]) -> int:
    """Every 8 × 8 tile of bits mirrored at its diagonal."""
    for shift, mask in swaps:
        moved = (tiles ^ (tiles >> shift)) & mask
        tiles ^= moved ^ (moved << shift)
    return tiles


def _swaps(width: int) -> tuple[tuple[int, int], ...]:
    """The three swaps of a tile (of single bits, pairs, fours), masked for `width` tiles."""
    tile = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
    return tuple(
        (shift, int.from_bytes(mask.to_bytes(8, "little") * width, "little"))
        for shift, mask in tile
    )


class Weights:
    """How much each class counts for: as many endpoints as it has."""

    __slots__ = ("_planes",)

    def __init__(self, weights: Sequence[int]) -> None:
        planes = [0] * max(weights, default=0).bit_length()
        for number, weight in enumerate(weights):
            for plane in members(weight):
                planes[plane] |= 1 << number
        self._planes = tuple(enumerate(planes))

    def of(self, sets: Collection[int]) -> int:
        """The weight of some sets together: how many endpoints their classes have."""
        return sum(
            sum(map(int.bit_count, map(mask.__and__, sets))) << plane
            for plane, mask in self._planes
        )
