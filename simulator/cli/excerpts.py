"""The deciding lines of the policy files, each with carets below what decides."""

from collections.abc import Iterable, Iterator, Sequence

from simulator.cli.files import File
from simulator.cli.screen import Screen
from simulator.cli.world import World
from simulator.model import Mark, NetworkPolicy, Selector, Verdict
from simulator.words import caret, harmless

#: Rows longer than this are cut around the mark.
_LONGEST = 96


def places(
    world: World, verdicts: Iterable[Verdict], marks: Sequence[Mark]
) -> dict[File, list[Mark]]:
    """The marks by the file that each is a place in, in the order of lines.

    A mark is known by what it is, not by its line: two files have a line 9 each.
    """
    policies = {
        id(effect.policy): effect.policy
        for verdict in verdicts
        for gate in verdict.gates
        for effect in gate.effects
    }
    found: dict[File, dict[Mark, None]] = {}
    for mark in marks:
        for policy in _owners(tuple(policies.values()), mark):
            if (file := world.source_of(policy)) is not None:
                found.setdefault(file, {})[mark] = None
    return {file: sorted(own, key=lambda m: (m.line, m.column)) for file, own in found.items()}


def _owners(policies: Sequence[NetworkPolicy], mark: Mark) -> tuple[NetworkPolicy, ...]:
    same = (p for p in policies if any(own is mark for own in _marks(p)))
    if (owner := next(same, None)) is not None:
        return (owner,)
    return tuple(p for p in policies if mark in set(_marks(p)))


def _marks(policy: NetworkPolicy) -> Iterator[Mark | None]:
    yield policy.mark
    yield from _selector_marks(policy.pod_selector)
    for rule in policy.ingress + policy.egress:
        yield rule.mark
        yield from (port.mark for port in rule.ports)
        for peer in rule.peers:
            yield peer.mark
            yield peer.ip_block.mark if peer.ip_block else None
            yield from _selector_marks(peer.pod_selector)
            yield from _selector_marks(peer.namespace_selector)


def _selector_marks(selector: Selector | None) -> Iterator[Mark | None]:
    if selector is not None:
        yield selector.mark
        yield from (requirement.mark for requirement in selector.requirements)


def excerpt_lines(file: File, marks: Sequence[Mark], on: Screen) -> Iterator[str]:
    """`file:line:column`, then each deciding line with carets."""
    rows = file.rows
    shown = [mark for mark in marks if mark.line <= len(rows)]
    if not shown:
        return
    yield on.paint("strong", f"{file.name}:{shown[0].line}:{shown[0].column}")
    gutter = len(str(shown[-1].line))
    for number in dict.fromkeys(mark.line for mark in shown):
        columns = [mark.column for mark in shown if mark.line == number]
        text, carets = _row(rows[number - 1], columns)
        yield f"  {number:>{gutter}} │ {text}"
        yield f"  {' ' * gutter} │ {on.paint('open', carets)}"


def _row(row: str, columns: Sequence[int]) -> tuple[str, str]:
    """A row and its carets; of a long one, what is around the first."""
    if len(row) > _LONGEST or harmless(row) != row.replace("\t", " "):
        return caret(row, columns[0])
    line = [" "] * (max(columns) - 1) + ["^"]
    for column in columns:
        line[column - 1] = "^"
    return harmless(row), "".join(line)
