"""The learner's policies read aloud: each in plain words, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from netpol_lab.lab.texts import Line
from simulator.aloud import WordLine, read_aloud
from simulator.model import Cluster, NetworkPolicy

#: So many policies, and so many entries of their rules together, are read; then the number of the
#: other policies is told. Nobody listens to more, and a hostile text would make megabytes of it.
MOST_POLICIES = 8
MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Words:
    """A line of the reading, and the line of the text that it speaks of."""

    text: str
    line: Line | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the reading with the peers that stand below it, if it is a rule of several."""

    words: Words
    peers: tuple[Words, ...] = ()


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


def readings(policies: Sequence[NetworkPolicy], cluster: Cluster, text: str) -> Readings:
    """What the policies of a text say, and whom their selectors find in this cluster now."""
    rows = text.split("\n")
    short: list[NetworkPolicy] = []
    entries = 0
    for policy in policies[:MOST_POLICIES]:
        rules = policy.ingress + policy.egress
        entries += len(rules) + sum(len(rule.peers) + len(rule.ports) for rule in rules)
        if entries > MOST_ENTRIES:
            break
        short.append(policy)
    read = tuple(_aloud(policy, cluster, rows) for policy in short)
    return Readings(read, len(policies) - len(short))


def _aloud(policy: NetworkPolicy, cluster: Cluster, rows: Sequence[str]) -> Aloud:
    said = read_aloud(policy, cluster)
    paragraphs: list[Paragraph] = []
    for line in said.lines:
        words = _words(line, rows)
        if line.depth and paragraphs:
            last = paragraphs.pop()
            paragraphs.append(Paragraph(last.words, (*last.peers, words)))
        else:
            paragraphs.append(Paragraph(words))
    return Aloud(said.heading, tuple(paragraphs))


def _words(line: WordLine, rows: Sequence[str]) -> Words:
    number = line.mark.line if line.mark else 0
    known = 0 < number <= len(rows)
    return Words(line.text, Line(number, rows[number - 1]) if known else None)
