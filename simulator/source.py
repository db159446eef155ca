"""Text → nodes that know their line and column, behind a guard that builds nothing dangerous.

Plain texts are composed quickly (`compose`). For all others the guard walks libyaml's event stream
and refuses before any object is built (`builder`). Documents are split, keys repeated and scalars
typed as kubectl does it (k8s.io/apimachinery's yaml reader, go-yaml v2).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from simulator.builder import Budget, Builder
from simulator.chunks import chunks, clean
from simulator.compose import compose
from simulator.limits import SUBMISSION, Limits, Refusal
from simulator.model import Problem
from simulator.nodes import Node

if not yaml.__with_libyaml__:  # pragma: no cover - every wheel of PyYAML carries it
    raise ImportError("netpol_lab needs PyYAML built with libyaml: reinstall it from its wheel")


@dataclass(frozen=True, slots=True)
class Source:
    """What a text holds: its documents' root nodes (empty ones left out), and its problems.

    After an error `documents` is empty: half a text never gets a verdict.
    """

    text: str
    documents: tuple[Node, ...] = ()
    problems: tuple[Problem, ...] = ()


def read(text: str | bytes, limits: Limits = SUBMISSION) -> Source:
    """Read YAML or JSON text of one or many documents.

    Takes text, or bytes in UTF-8 (a byte order mark is dropped). Never raises on any input: what is
    wrong comes back in `problems`, located.
    """
    try:
        cleaned = clean(text, limits)
    except Refusal as refusal:
        return Source("", (), (refusal.problem,))
    composed = compose(cleaned, limits)
    return build(cleaned, limits) if composed is None else Source(cleaned, composed)


def build(cleaned: str, limits: Limits) -> Source:
    """The same for a clean text of any kind, slower: everything that can be wrong is told here."""
    warnings: list[Problem] = []
    try:
        documents = tuple(_documents(cleaned, limits, warnings))
    except Refusal as refusal:
        return Source(cleaned, (), (*warnings, refusal.problem))
    return Source(cleaned, documents, tuple(warnings))


def _documents(text: str, limits: Limits, warnings: list[Problem]) -> Iterator[Node]:
    budget = Budget(limits)
    for chunk in chunks(text):
        budget.count_document(chunk)
        builder = Builder(chunk, budget, warnings)
        if (root := builder.build()) is not None:
            yield root
