"""The learner's policies read aloud: each in plain words, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.aloud import WordLine, read_aloud
from simulator.model import Cluster, NetworkPolicy

#: So many policies are read; then their number is told.
MOST_POLICIES = 8


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the reading with the peers that stand below it, if it is a rule of several."""

    line: WordLine
    peers: tuple[WordLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Aloud:
    """A policy in plain words."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """The policies in plain words, and how many more there are."""

    policies: tuple[Aloud, ...]
    more: int


def readings(policies: Sequence[NetworkPolicy], cluster: Cluster) -> Readings:
    """What the policies say, and whom their selectors find in this cluster now."""
    read = tuple(_aloud(policy, cluster) for policy in policies[:MOST_POLICIES])
    return Readings(read, max(0, len(policies) - MOST_POLICIES))


def _aloud(policy: NetworkPolicy, cluster: Cluster) -> Aloud:
    words = read_aloud(policy, cluster)
    paragraphs: list[Paragraph] = []
    for line in words.lines:
        if line.depth and paragraphs:
            last = paragraphs.pop()
            paragraphs.append(Paragraph(last.line, (*last.peers, line)))
        else:
            paragraphs.append(Paragraph(line))
    return Aloud(words.heading, tuple(paragraphs))
