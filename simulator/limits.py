"""How much a text may ask of us (../shared/trust.md, section 7)."""

from dataclasses import dataclass

from simulator.model import Mark, Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """One profile of the guard; None means that the thing is not counted."""

    size: int | None = None  # bytes of the whole text
    lines: int | None = None
    depth: int = 32
    nodes: int | None = None  # after aliases and merge keys are expanded
    expansion: int = 20_000  # nodes that aliases and merge keys bring in
    aliases: int | None = None
    documents: int | None = None
    scalar: int | None = None  # characters of one scalar
    number: int | None = None  # characters of one number
    policies: int | None = None
    rules: int | None = None  # per policy and direction
    entries: int | None = None  # peers, or ports, of one rule
    excepts: int | None = None
    expressions: int | None = None
    values: int | None = None


#: What a learner's submission may be.
SUBMISSION = Limits(
    size=64 * 1024, lines=2_000, nodes=20_000, aliases=100, documents=50,
    scalar=8 * 1024, number=32,
    policies=50, rules=200, entries=200, excepts=1_000, expressions=200, values=500,
)  # fmt: skip
#: A whole cluster pasted into a page, as kubectl prints it: 200 pods have some 90,000 nodes, and a
#: second reads about 100,000.
PASTED = Limits(
    size=2 * 1024 * 1024, lines=200_000, nodes=100_000, aliases=100, documents=5_000,
    scalar=256 * 1024, number=128,
    policies=2_000, rules=200, entries=200, excepts=1_000, expressions=200, values=500,
)  # fmt: skip
#: Files on one's own machine: nothing is counted, only depth and expansion are bounded.
COMMAND_LINE = Limits(expansion=200_000)


def passed(name: str, most: int, what: str, mark: Mark) -> Problem:
    """What is said of a text that goes past one of the limits."""
    message = f"the text has more than {most:,} {what}"
    hint = "kubectl may take it; this lab's limit keeps everybody's answers quick."
    return Problem(message, mark, hint=hint, limit=name)


class Refusal(Exception):  # a way out of the guard, not an error
    """Ends the reading of a text, with the problem to tell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
