"""One arrow explained: its gates, the lines that decide, and what else there is to know of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netpol_lab.lab.answers import Answer, answer, explained
from netpol_lab.lab.flipping import Flip, flip
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.settling import Setting, settings_for
from netpol_lab.lab.texts import Line, deciding_lines
from simulator.connect import running
from simulator.explain import PASSING, RUNNING_WORDS, Explanation, replies
from simulator.model import Connection, NetworkPolicy, Outcome, Probe, Verdict
from simulator.phrases import MOST_NAMED, flow
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Step:
    """A probe that a connection to a Service comes down to: asked, it has a reason of its own."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """The picked probe explained, with the lines that decide it.

    `replies` and `running` are sentences on what belongs to the connection, empty where there is
    nothing to say; `settings` are those that would settle what the API leaves open; `steps` lead on
    from a Service. `flippable` tells whether a smallest edit may be asked for, `flip` is that edit.
    """

    id: str
    outcome: str
    explanation: Explanation
    lines: tuple[Line, ...]
    replies: str = ""
    running: str = ""
    settings: tuple[Setting, ...] = ()
    steps: tuple[Step, ...] = ()
    flippable: bool = False
    flip: Flip | None = None

    @property
    def said(self) -> str:
        """What was asked for last, for the live region: the edit, or else the reason."""
        if self.flip is None:
            return self.explanation.sentence
        return f"{self.flip.headline}: {' '.join(self.flip.sentences)}"


def why_view(
    scenario: Scenario,
    policies: Sequence[NetworkPolicy],
    picked: str,
    *,
    text: str,
    stale: bool,
    flipped: bool = False,
) -> Why | None:
    """Why the picked probe is answered as it is; None where nothing is picked.

    `text` holds the policies unless it is `stale`: then they are of an earlier one, whose lines are
    no lines of this. `flipped` asks for the smallest edit too.
    """
    asked = probe_ids(scenario).asked(picked)
    if asked is None:
        return None
    given = answer(scenario.cluster, policies, asked)
    explanation = explained(given)
    undefined = given.outcome is Outcome.UNDEFINED
    flippable = not stale and given.outcome in {Outcome.ALLOWED, Outcome.DENIED}
    # An arrow to a Service stands for several probes: each of them has an edit of its own.
    probe = asked if flippable and isinstance(asked, Probe) else None
    edit = None
    if flipped and probe is not None:
        edit = flip(scenario.cluster, policies, probe, before=given.outcome, text=text)
    return Why(
        picked,
        given.outcome.value,
        explanation,
        () if stale else deciding_lines(text, explanation),
        _replies(given),
        _running(scenario, policies, given),
        settings_for(scenario.cluster, policies, asked) if undefined else (),
        tuple(_steps(scenario, given)),
        probe is not None,
        edit,
    )


def _replies(given: Answer) -> str:
    """Of a Service: those of an endpoint that admits it."""
    verdicts = given.verdicts if isinstance(given, Connection) else (given,)
    if given.outcome not in {*PASSING, Outcome.MIXED}:
        return ""
    return next(filter(None, map(replies, verdicts)), "")


def _running(scenario: Scenario, policies: Sequence[NetworkPolicy], given: Answer) -> str:
    """What becomes of this connection if it was open before there was any policy."""
    if isinstance(given, Connection) or given.probe.protocol == "ICMP":
        return ""
    if not policies or given.probe.source == given.probe.target:
        return ""
    outcome = running(scenario.cluster, given.probe, before=(), after=policies)
    return RUNNING_WORDS[outcome]


def _steps(scenario: Scenario, given: Answer) -> Iterator[Step]:
    if not isinstance(given, Connection):
        return
    looked_up: tuple[Verdict, ...] = given.look_up.verdicts if given.look_up else ()
    ids = probe_ids(scenario)
    for verdict in (*looked_up[:MOST_NAMED], *given.verdicts[:MOST_NAMED]):
        yield Step(ids.of(verdict.probe), flow(verdict.probe))
