"""Hints step by step, then the solution: what is open, what comes next, what it costs."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netpol_lab.lab.switching import plugin_words
from simulator.document import Changeable, Exercise
from simulator.model import Cluster
from simulator.relabel import Changes, write_changes
from simulator.switching import write_settings


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer as it can be read and copied; `labels` or `plugin` is its form's
    value where those change."""

    text: str
    labels: str = ""
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints of an exercise as far as a learner has asked for them.

    `shown` are Markdown, `next_step` is what can be asked for next (0: all is open), `asks` the
    words on its button, `cost` what it costs; `solved` says with how much help it was solved.
    """

    shown: tuple[str, ...]
    total: int
    next_step: int
    asks: str
    cost: str
    solution: Solution | None
    solved: str


def last_step(exercise: Exercise) -> int:
    """The step that is the solution."""
    return len(exercise.hints) + 1


def hints_view(exercise: Exercise, cluster: Cluster, *, steps: int, solved_at: int | None) -> Hints:
    """What the page shows after `steps` steps; `solved_at` is their number when it was solved.

    Nothing of a step that was not asked for is in it.
    """
    last = last_step(exercise)
    next_step = steps + 1 if steps < last else 0
    solved = ""
    if solved_at is not None:
        solved = _("You solved this %(help)s.") % {"help": help_words(solved_at, last - 1)}
    return Hints(
        exercise.hints[:steps],
        last - 1,
        next_step,
        _asks(next_step, last),
        _cost(next_step, last, free=solved_at is not None),
        solution(exercise, cluster) if steps >= last else None,
        solved,
    )


def help_words(steps: int, hints: int) -> str:
    """With how much help something was solved: `without hints`, `with 2 hints`."""
    if steps > hints:
        return _("with the solution")
    if steps == 0:
        return _("without hints")
    return ngettext("with %(steps)s hint", "with %(steps)s hints", steps) % {"steps": steps}


def _asks(step: int, last: int) -> str:
    if step == last:
        return _("Show the solution")
    if not step:
        return ""
    return _("Show hint %(step)s of %(last)s") % {"step": step, "last": last - 1}


def _cost(step: int, last: int, *, free: bool) -> str:
    if not step:
        return ""
    if free:
        return _("You have solved this already, so it costs nothing.")
    if step < last:
        told = _("It costs no credit, only a note: your progress will say “solved %(help)s”.")
    else:
        told = _(
            "It costs no credit, but it is no longer your own answer: your progress will say "
            "“solved %(help)s”."
        )
    return told % {"help": help_words(step, last - 1)}


# ── The solution ─────────────────────────────────────────────────────────────────────────────


def solution(exercise: Exercise, cluster: Cluster) -> Solution:
    """The policies; or the commands that set the labels, where those are what changes."""
    if exercise.changes is Changeable.LABELS:
        return Solution(_commands(exercise.labels, cluster), write_changes(exercise.labels))
    if exercise.changes is Changeable.PLUGIN:
        words = "\n".join(plugin_words(exercise.plugin))
        return Solution(f"{words}\n", plugin=write_settings(exercise.plugin))
    return Solution(exercise.solution)


def _commands(changes: Changes, cluster: Cluster) -> str:
    known = {pod.ref: pod.labels for pod in cluster.pods}
    known |= {each.name: each.labels for each in cluster.namespaces}
    rows = []
    for ref, keys in changes.items():
        namespace, _, pod = ref.rpartition("/")
        what = f"pod {pod} -n {namespace}" if namespace else f"namespace {ref}"
        words = [f"{key}-" if value is None else f"{key}={value}" for key, value in keys.items()]
        if any(key in known.get(ref, {}) and value is not None for key, value in keys.items()):
            words.append("--overwrite")
        rows.append(f"kubectl label {what} {' '.join(words)}\n")
    return "".join(rows)
