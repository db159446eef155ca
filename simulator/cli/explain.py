"""`explain`: why a connection is allowed or denied, with the lines that decide."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from simulator.cli.cells import service_ports
from simulator.cli.edit import edit_json, edit_lines, edit_of
from simulator.cli.ends import AskedPort, End, add_ends, asked_port, find, numbers
from simulator.cli.evidence import Json, connection_json, verdict_json
from simulator.cli.excerpts import excerpt_lines, places
from simulator.cli.groups import Group, among, group
from simulator.cli.helping import Command, Commands
from simulator.cli.screen import SHADES, SIGNS, Screen, counted, say, screen
from simulator.cli.stop import EXIT_FAILED, EXIT_OK, Stop
from simulator.cli.world import World, add_files, read_world
from simulator.connect import connect
from simulator.edits import Edit, NoEdit
from simulator.evaluate import evaluate
from simulator.explain import Explanation, explain, explain_connection
from simulator.model import Connection, Dial, Outcome, Probe, Service, Verdict
from simulator.words import quote

#: Of pairs that policies tell apart, this many are explained; the rest is counted.
MOST_ANSWERS = 12
#: What counts as what one expects.
EXPECTED = {
    "allowed": frozenset({Outcome.ALLOWED, Outcome.NOT_ENFORCED}),
    "denied": frozenset({Outcome.DENIED, Outcome.NOT_RESOLVED}),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with its words; `verdicts` are all that its evidence comes from."""

    given: Verdict | Connection
    words: Explanation
    verdicts: tuple[Verdict, ...]
    alike: str = ""
    edit: Edit | NoEdit | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome of the verdict or the connection."""
        return self.given.outcome


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "explain",
        "why one connection is allowed or denied, with the lines that decide",
        "Why is this connection allowed, or denied? Tells for both gates (leaving the source, "
        "entering the target) which policy and rule decides, or what comes nearest, and shows the "
        "lines. With --expect it is a guard for CI.",
        (
            (
                "Why does web not reach the database?",
                "python -m simulator explain -f cluster.yaml --from prod/web --to db.prod "
                "--port 3306",
            ),
            (
                "And what is the least to change so that it does?",
                "python -m simulator explain -f cluster.yaml --from prod/web --to db.prod "
                "--port 3306 --edit",
            ),
            (
                "Fail the build once the internet reaches it:",
                "python -m simulator explain -f cluster.yaml --from ip:203.0.113.7 --to prod/db "
                "--port 3306 --expect denied",
            ),
        ),
        (
            (0, "explained; with --expect: and so it is"),
            (1, "with --expect: it is otherwise"),
            (2, "wrong use, or a text that cannot be read"),
        ),
        run,
    ).add(commands)
    add_files(parser)
    add_ends(parser, required=True)
    parser.add_argument("--port", required=True, help="3306, 53/UDP, http (a port's name) or ping")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--edit",
        action="store_true",
        help="also tell the smallest edit that turns each answer round, and nothing else",
    )
    parser.add_argument(
        "--expect",
        choices=tuple(EXPECTED),
        help="exit with 1 unless every answer is this (a name that is not resolved counts as "
        "denied; mixed, undefined and unreachable are neither)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the explanation; 1 only where it is not what --expect says."""
    world, port = read_world(options), asked_port(options.port)
    source = find(world.cluster, options.source, services=False)
    target = find(world.cluster, options.target, namespace=source.namespace)
    answers = tuple(_answers(world, source, target, port))
    if not answers:
        raise Stop(_nothing_asked(target, port))
    if options.edit:
        answers = tuple(replace(answer, edit=_edit(world, answer)) for answer in answers)
    show = _json_lines if options.format == "json" else _text_lines
    say(show(world, answers, screen()), screen())
    wanted = EXPECTED.get(options.expect)
    met = wanted is None or all(answer.outcome in wanted for answer in answers)
    return EXIT_OK if met else EXIT_FAILED


def _nothing_asked(target: End, port: AskedPort) -> str:
    if port.name:
        return f"{quote(target.text)} has no {port.protocol} port named {quote(port.name)}"
    return "the two ends are one pod, which always reaches itself"


# ── Answers ──────────────────────────────────────────────────────────────────────────────────


def _answers(world: World, source: End, target: End, port: AskedPort) -> Iterator[Answer]:
    """One answer for each pair that policies can tell apart."""
    ends = tuple(dict.fromkeys((*source.endpoints, *target.endpoints)))
    groups = group(world.policies, ends)
    for near in among(groups, source.endpoints):
        if target.service:
            yield from _dialled(world, near, target.service, target.text, port)
            continue
        for far in among(groups, target.endpoints):
            yield from _asked(world, near, far, port)


def _asked(world: World, near: Group, far: Group, port: AskedPort) -> Iterator[Answer]:
    first = near.members[0]
    others = [member for member in far.members if member != first]
    if far.members == near.members == (first,):
        others = [first]
    for target in others[:1]:
        for number in numbers(port, target):
            probe = Probe(first, target, port.protocol, number)
            verdict = evaluate(world.cluster, world.policies, probe)
            yield Answer(verdict, explain(verdict), (verdict,), _alike(near, far))


def _dialled(
    world: World, near: Group, service: Service, name: str, port: AskedPort
) -> Iterator[Answer]:
    for asked in service_ports(service, port):
        dial = Dial(near.members[0], service, name, asked.protocol, asked.number)
        connection = connect(world.cluster, world.policies, dial)
        looked_up = connection.look_up.verdicts if connection.look_up else ()
        verdicts = (*looked_up, *connection.verdicts)
        yield Answer(connection, explain_connection(connection), verdicts, _alike(near))


def _alike(*groups: Group) -> str:
    """That the answer holds for all the pods of a workload."""
    many = [group for group in groups if len(group.members) > 1]
    said = " and of ".join(f"{group.name} ({counted(len(group.members), 'pod')})" for group in many)
    return f"The same holds for every pod of {said}." if said else ""


def _edit(world: World, answer: Answer) -> Edit | NoEdit:
    """The edit that turns the answer round: of a connection, that which turns what decides it."""
    given = answer.given
    if isinstance(given, Verdict):
        return edit_of(world, given)
    if given.obstacle or given.outcome is Outcome.UNREACHABLE:
        return NoEdit("What is in the way is no policy, so no edit of policies helps.")
    looked_up = given.look_up.verdicts if given.look_up else ()
    asked = looked_up if given.outcome is Outcome.NOT_RESOLVED else given.verdicts
    stopped = [verdict for verdict in asked if verdict.outcome is not Outcome.ALLOWED]
    deciding = (*stopped, *asked)
    return edit_of(world, deciding[0]) if deciding else NoEdit("Nothing was asked of policies.")


# ── Formats ──────────────────────────────────────────────────────────────────────────────────


def _text_lines(world: World, answers: Sequence[Answer], on: Screen) -> Iterator[str]:
    for number, answer in enumerate(answers[:MOST_ANSWERS]):
        if number:
            yield ""
        yield from _answer_lines(world, answer, on)
    if rest := answers[MOST_ANSWERS:]:
        found = ", ".join(dict.fromkeys(answer.outcome.value for answer in rest))
        yield ""
        yield f"… and {counted(len(rest), 'further pair')}: {found}"


def _answer_lines(world: World, answer: Answer, on: Screen) -> Iterator[str]:
    sign, words = _sign(answer.outcome, on), answer.words
    yield f"{sign} {on.paint('strong', words.headline)}"
    yield ""
    for gate in words.gates:
        head, *rest = on.wrapped(f"{gate.heading}: {gate.text}", first="    ")
        yield f"  {_sign(gate.outcome, on)} {head.lstrip()}"
        yield from rest
    for note in filter(None, (words.note, answer.alike)):
        yield from on.wrapped(note, first="    ")
    deciding = [mark for gate in words.gates for mark in gate.marks]
    for file, marks in places(world, answer.verdicts, deciding).items():
        yield ""
        yield from excerpt_lines(file, marks, on)
    if answer.edit is not None:
        yield ""
        yield from edit_lines(world, answer.edit, on)


def _sign(outcome: Outcome, on: Screen) -> str:
    return on.paint(SHADES[outcome], SIGNS[outcome])


def _json_lines(world: World, answers: Sequence[Answer], on: Screen) -> Iterator[str]:
    """`{"version": 1, "answers": […]}`, each a verdict or a connection: see docs/simulator.md."""
    document: dict[str, Json] = {
        "version": 1,
        "answers": [_answer_json(world, answer) for answer in answers],
    }
    yield json.dumps(document, indent=2)


def _answer_json(world: World, answer: Answer) -> Json:
    given = answer.given
    if isinstance(given, Connection):
        found = connection_json(world, given)
    else:
        found = verdict_json(world, given)
    return found if answer.edit is None else {**found, "edit": edit_json(world, answer.edit)}
