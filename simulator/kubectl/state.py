"""What a terminal works on, what a command answers, and the limits of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.limits import SUBMISSION
from simulator.model import Cluster
from simulator.relabel import Changes
from simulator.versions import DEFAULT_VERSION, Version

MOST_LINE = 8 * 1024  # bytes of a command line, heredoc left out
MOST_STDIN = SUBMISSION.size or 0
MOST_OUTPUT = 64 * 1024  # characters of stdout, and of stderr
MOST_COMMANDS = 20  # of one line


@dataclass(frozen=True, slots=True)
class State:
    """A cluster and its learner, as far as a terminal sees them.

    `cluster` carries the learner's labels already, and `changes` says which those are; `text` is
    the editor's, and the policies of the cluster are those that it says. `files` are what -f may
    read. `unreachable` says, where it is not empty, why nothing can be dialled. No clock: `age` is
    what every object's AGE shows, `created` what its dates show.
    """

    cluster: Cluster
    text: str = ""
    namespace: str = "default"
    changes: Changes = field(default_factory=dict)
    policies_fixed: bool = False
    labels_fixed: bool = True
    files: Mapping[str, str] = field(default_factory=dict)
    unreachable: str = ""
    kubernetes: Version = DEFAULT_VERSION
    context: str = "learner@lab"
    age: str = "10m"
    created: str = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command leaves behind.

    `wants` is `stdin` where the command reads a text that was not given, and `edit namespace/name`
    where the editor should show that policy; else it is empty.
    """

    state: State
    stdout: str = ""
    stderr: str = ""
    exit: int = 0
    wants: str = ""


class Stop(Exception):  # a way out, not an error
    """Ends a command: what it says on stderr, and its exit code."""

    def __init__(self, stderr: str, exit: int = 1) -> None:
        super().__init__(stderr)
        self.stderr = stderr
        self.exit = exit


class WantsInput(Exception):  # a way out, not an error
    """The command reads stdin, and nobody gave it one."""


def note(text: str) -> str:
    """A line of the lab's own: kubectl would not say it, so it looks like a comment."""
    return f"# {text}\n"
