"""The terminal of the lesson page: from what was posted to what the page shows.

Pure glue: the shell, its kubectl and every word that they print are `simulator.kubectl`'s.
"""

from dataclasses import dataclass

from netpol_lab.lab.switching import changed_scenario
from netpol_lab.lab.workbench import State, allowed_state
from simulator import kubectl
from simulator.document import Changeable, Exercise
from simulator.parse import read_policies
from simulator.relabel import Changes, read_changes, write_changes
from simulator.scenario import Scenario
from simulator.validate import namespace_name
from simulator.words import harmless

FILE = "policy.yaml"
DEFAULT_NAMESPACE = "default"
LOCKED = "say first what you expect of the picture: until then nothing can be dialled here"


@dataclass(frozen=True, slots=True)
class Line:
    """What was posted to the terminal: the context's namespace, a command and its input."""

    namespace: str
    text: str
    stdin: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command of the log with all that it printed."""

    namespace: str
    typed: str
    stdout: str
    stderr: str
    exit: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What a command leaves behind.

    `state` is the learner's from now on. `entry` is None where the command waits for a text
    (`reading`) or prints nothing into the log (an empty line). `goto` is the line of the editor to
    show, 0 for none; `typed` is the command that waits.
    """

    state: State
    namespace: str
    entry: Entry | None = None
    reading: bool = False
    goto: int = 0
    typed: str = ""


def take(
    exercise: Exercise, plain: Scenario, state: State, line: Line, *, locked: bool = False
) -> Turn:
    """Run one line in the lesson's cluster; `locked` while its picture awaits a prediction."""
    allowed = allowed_state(exercise, plain, state)
    start = _start(exercise, plain, allowed, line.namespace, locked=locked)
    answer = kubectl.run(start, line.text, line.stdin)
    labels = write_changes(_real(plain, answer.state.changes))
    after = State(answer.state.text, labels, allowed.plugin)
    if answer.wants == "stdin":
        return Turn(after, start.namespace, reading=True, typed=line.text)
    entry = Entry(
        start.namespace, _typed(line), answer.stdout, answer.stderr.rstrip("\n"), answer.exit
    )
    namespace = answer.state.namespace
    shown = entry if line.text.strip() else None
    return Turn(after, namespace, shown, goto=_line_of(answer.wants, after.text))


def offered(
    exercise: Exercise, plain: Scenario, state: State, line: Line, cursor: int
) -> tuple[str, ...]:
    """The words that Tab offers for the one at the cursor."""
    start = _start(exercise, plain, allowed_state(exercise, plain, state), line.namespace)
    return kubectl.complete(start, line.text, cursor)


def namespace_of(text: str) -> str:
    """The context's namespace as a page posts it; `default` where it is mangled."""
    return DEFAULT_NAMESPACE if not text or namespace_name(text) else text


def _start(
    exercise: Exercise, plain: Scenario, state: State, namespace: str, *, locked: bool = False
) -> kubectl.State:
    changes = read_changes(state.labels, plain.cluster)
    return kubectl.State(
        changed_scenario(plain, state.labels, state.plugin).cluster,
        state.text,
        namespace_of(namespace),
        changes,
        policies_fixed=exercise.changes is not Changeable.POLICIES,
        labels_fixed=exercise.changes is not Changeable.LABELS,
        files={FILE: state.text},
        unreachable=LOCKED if locked else "",
        kubernetes=plain.kubernetes,
    )


def _real(plain: Scenario, changes: Changes) -> Changes:
    """The changes without those that come back to what the scenario says."""
    given = {pod.ref: pod.labels for pod in plain.cluster.pods}
    given |= {each.name: each.labels for each in plain.cluster.namespaces}
    return {
        ref: {key: value for key, value in keys.items() if given.get(ref, {}).get(key) != value}
        for ref, keys in changes.items()
    }


def _typed(line: Line) -> str:
    """The command as the log shows it, its input below it, and nothing in it that hides."""
    rows = [*line.text.rstrip("\n").split("\n")]
    rows += line.stdin.rstrip("\n").split("\n") if line.stdin else []
    return "\n".join(map(harmless, rows))


def _line_of(wants: str, text: str) -> int:
    """The line of the policy that `edit` named."""
    ref = wants.removeprefix("edit ")
    for policy in read_policies(text).policies:
        if wants and f"{policy.namespace}/{policy.name}" == ref and policy.mark:
            return policy.mark.line
    return 0
