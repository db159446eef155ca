"""A verdict in words: who, to whom, which gate, which policy and line, and the nearest miss.

Everything said here is read off the Verdict's evidence; nothing is decided again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.gates import GateText, gate_text
from simulator.model import Connection, LookUp, Mark, Outcome, Verdict
from simulator.phrases import MOST_NAMED, flow, listed, port_text
from simulator.words import clip, renamed

OUTCOME_WORDS = {
    Outcome.ALLOWED: "allowed",
    Outcome.DENIED: "denied",
    Outcome.UNDEFINED: "undefined by the API",
    Outcome.NOT_ENFORCED: "allowed, because nothing enforces the policies",
    Outcome.MIXED: "mixed: some endpoints admit it, some refuse it",
    Outcome.NOT_RESOLVED: "not even begun: the name is not resolved",
    Outcome.UNREACHABLE: "unreachable, whatever policies say",
}
#: Outcomes under which a connection comes about.
PASSING = frozenset({Outcome.ALLOWED, Outcome.NOT_ENFORCED})
NOT_ENFORCED = (
    "The network plugin of this cluster enforces no policies: the API server stores them, and "
    "every connection passes all the same."
)
#: Of a Service's endpoints, so many are read one by one; the rest is counted.
MOST_READ = 100
_CONNECTION_NOTES = {
    Outcome.NOT_ENFORCED: NOT_ENFORCED,
    Outcome.NOT_RESOLVED: (
        "Nothing comes as far as the endpoints: what is said of them would hold once the name is "
        "resolved, or for a client that knows the address."
    ),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer in words: a headline and what a packet meets, in that order.

    Of a verdict these are its two gates; of a connection to a Service its look-up and the endpoints
    behind, those together of which the same is to be told.
    """

    headline: str
    gates: tuple[GateText, ...]
    note: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every place in the text that decides, in order of lines."""
        found = {mark for gate in self.gates for mark in gate.marks}
        return tuple(sorted(found, key=lambda mark: (mark.line, mark.column)))

    @property
    def sentence(self) -> str:
        """All of it in one paragraph."""
        parts = [f"{self.headline}."]
        parts += [f"{gate.heading}: {gate.text}" for gate in self.gates]
        return " ".join([*parts, self.note]).rstrip()


def explain(verdict: Verdict) -> Explanation:
    """Put a verdict into words."""
    note = NOT_ENFORCED if verdict.outcome is Outcome.NOT_ENFORCED else ""
    if verdict.outcome is Outcome.DENIED and _shut(verdict) == 0:
        note = "Whichever way a plugin takes it, one of the two gates refuses."
    gates = (gate_text(verdict.egress, verdict), gate_text(verdict.ingress, verdict))
    return Explanation(headline(verdict), gates, note)


def _shut(verdict: Verdict) -> int:
    return sum(gate.outcome is Outcome.DENIED for gate in verdict.gates)


def headline(verdict: Verdict | Connection) -> str:
    """`staging/api → prod/db : 3306 is denied`."""
    return f"{flow(verdict.probe)} is {OUTCOME_WORDS[verdict.outcome]}"


def replies(verdict: Verdict) -> str:
    """What becomes of the answers; empty where no connection comes about.

    (API reference, NetworkPolicySpec: a policy concerns the one who opens the connection; replies
    to an allowed connection are implicitly allowed.)
    """
    if verdict.outcome not in PASSING:
        return ""
    source, target = verdict.probe.source.ref, verdict.probe.target.ref
    return (
        f"What {target} answers comes back by itself: it belongs to the connection that {source} "
        f"opened, so no egress rule of {target} and no ingress rule of {source} is asked."
    )


#: What is said of a connection that runs while policies change, by `connect.running`'s outcome.
RUNNING_WORDS = {
    Outcome.ALLOWED: "A connection that runs goes on.",
    Outcome.NOT_ENFORCED: "A connection that runs goes on: nothing enforces the policies.",
    Outcome.DENIED: "No such connection runs: it is cut, or was never allowed.",
    Outcome.UNDEFINED: (
        "Whether a connection that runs already is cut is left to the network plugin: some look at "
        "new connections only. Rely on new ones."
    ),
}


# ── Connections to Services ──────────────────────────────────────────────────────────────────


def explain_connection(connection: Connection) -> Explanation:
    """Put the answer to a Dial into words: the look-up, then the endpoints behind the Service.

    Endpoints of which the same is to be told are told of once.
    """
    steps = tuple(_steps(connection))
    return Explanation(headline(connection), steps, _CONNECTION_NOTES.get(connection.outcome, ""))


def _steps(connection: Connection) -> Iterator[GateText]:
    if connection.look_up is not None:
        yield _look_up_text(connection, connection.look_up)
    if connection.obstacle:
        heading = f"Behind {connection.probe.target.ref}"
        yield GateText(heading, Outcome.UNREACHABLE, f"{connection.obstacle}.")
    stories = _stories(connection.verdicts[:MOST_READ])
    for alike in stories[:MOST_NAMED]:
        yield _endpoints_text(connection, alike)
    rest = [verdict for alike in stories[MOST_NAMED:] for verdict in alike]
    if rest := [*rest, *connection.verdicts[MOST_READ:]]:
        yield _more_endpoints(rest)


def _stories(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """The endpoints of which the same is to be told, together, in the order of their first."""
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        told = renamed(explain(verdict).sentence, verdict.probe.target.ref, "")
        found.setdefault(told, []).append(verdict)
    return list(found.values())


def _more_endpoints(verdicts: Sequence[Verdict]) -> GateText:
    outcomes = {verdict.outcome for verdict in verdicts}
    passing = sum(v.outcome in {Outcome.ALLOWED, Outcome.NOT_ENFORCED} for v in verdicts)
    text = f"{passing:,} of them {'admits' if passing == 1 else 'admit'} it."
    together = outcomes.pop() if len(outcomes) == 1 else Outcome.MIXED
    return GateText(f"{len(verdicts):,} more endpoints", together, text)


def _look_up_text(connection: Connection, look_up: LookUp) -> GateText:
    heading = f"Looking up {clip(connection.probe.name)}"
    if not look_up.verdicts:
        text = "no DNS pods are drawn in this cluster, so names resolve."
        return GateText(heading, look_up.outcome, text)
    if look_up.outcome in PASSING:
        verdict = look_up.verdicts[0]
        return GateText(heading, look_up.outcome, f"{flow(verdict.probe)} is open, so it resolves.")
    verdict = next(v for v in look_up.verdicts if v.outcome is not Outcome.ALLOWED)
    words = explain(verdict)
    asked = f"the DNS pods cannot all be asked: {words.sentence}"
    if look_up.outcome is Outcome.DENIED:
        asked = (
            "the name is not resolved, so the connection is never begun (the client reports an "
            f"unknown host, not a refused connection). {words.sentence}"
        )
    return GateText(heading, look_up.outcome, asked, words.marks)


def _endpoints_text(connection: Connection, alike: Sequence[Verdict]) -> GateText:
    """One endpoint behind the Service, or several alike, on the port that policies see."""
    verdict, everyone = alike[0], len(connection.verdicts)
    words, asked = explain(verdict), verdict.probe
    heading, text = f"Endpoint {asked.target.ref}", words.sentence
    if len(alike) > 1:
        refs = [each.probe.target.ref for each in alike]
        heading = f"Endpoints {listed(refs)}, {len(alike):,} of {everyone:,}"
        which = "the" if len(alike) == everyone else "these"
        text = renamed(text, asked.target.ref, f"each of {which} {len(alike):,} endpoints")
    if asked.port is not None and asked.port != connection.probe.port:
        heading += (
            f" (port {connection.probe.port} of the Service is {port_text(asked)} of the pod)"
        )
    return GateText(heading, verdict.outcome, text, words.marks)
