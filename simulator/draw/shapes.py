"""Points, boxes and what can be asked of them. Every line is level or upright."""

from dataclasses import dataclass

Point = tuple[float, float]
Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle by its top left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Its centre."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def overlaps(self, other: "Box", gap: float = 0.0) -> bool:
        """Whether the two come nearer to each other than `gap`."""
        return (
            self.x < other.x + other.width + gap
            and other.x < self.x + self.width + gap
            and self.y < other.y + other.height + gap
            and other.y < self.y + self.height + gap
        )

    def contains(self, other: "Box") -> bool:
        """Whether the other lies within this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


def around(a: Point, b: Point, reach: float) -> Box:
    """The box of a line and of all that lies within `reach` of it."""
    x, y = min(a[0], b[0]), min(a[1], b[1])
    return Box(x - reach, y - reach, abs(a[0] - b[0]) + 2 * reach, abs(a[1] - b[1]) + 2 * reach)


def distance(a: Point, b: Point) -> float:
    """How far it is from point to point along the axes."""
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def toward(start: Point, end: Point, by: float) -> Point:
    """The point at a distance from the start on the way to the end."""
    share = min(1.0, by / (distance(start, end) or 1.0))
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
