"""The lesson page's values: from a text and a lesson to everything that its templates print.

Pure: no database, no request. All reachability comes from the simulator's verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from netpol_lab.lab.aloud import Readings, readings
from netpol_lab.lab.announcing import Telling, announcement, changes
from netpol_lab.lab.answers import Answer, answer, arrows_of, explained
from netpol_lab.lab.goal import Goal, goal_view
from netpol_lab.lab.judging import CheckView, check_view
from netpol_lab.lab.naming import Named, named, recognised
from netpol_lab.lab.parts import Picture
from netpol_lab.lab.picture import picture
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.shapes import drawings
from netpol_lab.lab.switching import Switch, changed_scenario, kept_plugin, switches
from netpol_lab.lab.table import Table, table
from netpol_lab.lab.texts import (
    Line,
    ProblemView,
    affordable,
    listing,
    problem_views,
    read_answer,
    read_text,
    refusal,
)
from netpol_lab.lab.whys import Why, why_view
from simulator.check import Result, check
from simulator.document import Changeable, Exercise
from simulator.explain import Explanation
from simulator.model import NetworkPolicy
from simulator.relabel import check_relabelled, read_changes, relabelled
from simulator.scenario import Scenario
from simulator.switching import check_switched, switched


@dataclass(frozen=True, slots=True)
class Sentence:
    """An arrow of the picture in words."""

    outcome: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class LabelChange:
    """One object's changed labels as `kubectl label` takes them: `access=granted old-`."""

    ref: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything on the lesson page that follows from the learner's text and labels."""

    text: str
    labels: str  # the changed ones, as simulator.relabel writes them
    relabelled: tuple[LabelChange, ...]
    plugin: str  # its changed settings, as simulator.switching writes them
    switches: tuple[Switch, ...]
    enforced: bool  # by the plugin as it is now
    untouched: bool  # all is as the exercise began
    listing: tuple[Line, ...]
    problems: tuple[ProblemView, ...]
    refused: bool  # the picture is then that of the last text that was accepted
    refusal: str  # who refuses it, as a heading
    pictures: tuple[Picture, ...]
    outcomes: tuple[str, ...]  # of the arrows: the legend explains the rarer ones where they occur
    table: Table
    sentences: tuple[Sentence, ...]
    aloud: Readings | None  # none where the policies shown are not those of the text
    goal: Goal | None  # none while a prediction is awaited
    why: Why | None
    check: CheckView | None
    mistakes: tuple[Named, ...]  # misconceptions that a wrong answer looks like
    live: str
    result: Result | None  # for the record of the attempt


@dataclass(frozen=True, slots=True)
class State:
    """What a learner makes of an exercise: the policies' text, and what changed of the rest.

    `labels` and `plugin` are texts, as simulator.relabel and simulator.switching write them.
    """

    text: str
    labels: str = ""
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the workbench.

    `state` is what the learner has now; `shown` the last one that was accepted (the picture
    stays with it while the text is refused); `judged` whether to say if the task is solved; `why`
    the id of a probe; `telling` what the live region is for; `flipped` whether to add the smallest
    edit that would flip that probe.
    """

    state: State
    shown: State = State("")
    judged: bool = False
    why: str = ""
    telling: Telling = Telling.WHY
    flipped: bool = False


def set_up(exercise: Exercise, plain: Scenario, question: Question) -> Bench:
    """Work out the page for one question; `plain` is the scenario as its author labelled it."""
    state = allowed_state(exercise, plain, question.state)
    scenario = changed_scenario(plain, state.labels, state.plugin)
    reading = read_answer(state.text, exercise, scenario)
    reference = _reference(exercise.solution, plain)
    if question.judged and reading.accepted and exercise.changes is Changeable.POLICIES:
        reading = affordable(reading, exercise, scenario, reference)
    # A starter may be a skeleton that no API server takes; nobody is told off for it unasked.
    untouched = not question.judged and state.text == exercise.starter
    refused = not reading.accepted and not untouched
    shown = _policies(question.shown.text, scenario) if refused else reading.policies
    result = None
    if question.judged and reading.accepted:
        result = _judge(exercise, plain, scenario, reading.policies)
    mistakes: tuple[Named, ...] = ()
    if question.judged and not (result and result.solved):
        found = recognised(exercise, scenario, reading, reference)
        mistakes = named(found, reading.policies, state.text)
    answers = tuple(answer(scenario.cluster, shown, asked) for asked in arrows_of(scenario))
    changed: tuple[Answer, ...] = ()
    if question.telling is not Telling.WHY and not refused:
        last = allowed_state(exercise, plain, question.shown)
        # Reading is the dearest part of a long text.
        policies = reading.policies if last.text == state.text else None
        changed = changes(_answers(plain, last, policies), answers)
    # Policies that must stay as they are get no edit.
    flipped = question.flipped and exercise.changes is Changeable.POLICIES
    why = why_view(scenario, shown, question.why, text=state.text, stale=refused, flipped=flipped)
    problems = () if untouched else tuple(problem_views(reading, state.text))
    outcome = check_view(scenario, result)
    # Where labels change, the cards have room for one more: the picture must not move.
    before = plain if exercise.changes is Changeable.LABELS else None
    return Bench(
        text=state.text,
        labels=state.labels,
        relabelled=_label_changes(plain, state.labels),
        plugin=state.plugin,
        switches=switches(exercise, plain, state.plugin),
        enforced=scenario.cluster.plugin.enforces,
        untouched=state == State(exercise.starter),
        listing=listing(state.text, why.lines if why else (), problems),
        problems=problems,
        refused=refused,
        refusal=refusal(reading),
        pictures=_pictures(scenario, answers, question.why, changed, before=before),
        outcomes=tuple(sorted({given.outcome.value for given in answers})),
        table=table(scenario, shown, question.why),
        sentences=tuple(Sentence(given.outcome.value, explained(given)) for given in answers),
        aloud=None if refused else readings(shown, scenario.cluster, state.text),
        goal=goal_view(exercise, plain, scenario, answers),
        why=why,
        check=outcome,
        mistakes=mistakes,
        live=announcement(
            reading,
            refused,
            changed,
            why.said if why else "",
            telling=question.telling,
            solved=bool(outcome and outcome.solved),
            judged=outcome.summary if outcome else "",
            mistakes=mistakes,
        ),
        result=result,
    )


def allowed_state(exercise: Exercise, plain: Scenario, state: State) -> State:
    """The part of a state that the exercise lets a learner change; the rest is as it began."""
    if exercise.changes is Changeable.LABELS:
        return State(exercise.starter, state.labels)
    if exercise.changes is Changeable.PLUGIN:
        return State(exercise.starter, plugin=kept_plugin(exercise, plain, state.plugin))
    return State(state.text)


def _judge(
    exercise: Exercise, plain: Scenario, scenario: Scenario, policies: Sequence[NetworkPolicy]
) -> Result:
    if exercise.changes is Changeable.LABELS:
        wanted = relabelled(plain.cluster, exercise.labels)
        return check_relabelled(scenario.cluster, wanted, policies, exercise.scope, scenario.arrows)
    if exercise.changes is Changeable.PLUGIN:
        wanted = switched(plain.cluster, exercise.plugin)
        return check_switched(scenario.cluster, wanted, policies, exercise.scope, scenario.arrows)
    return check(
        scenario.cluster,
        policies,
        _reference(exercise.solution, plain),
        exercise.scope,
        scenario.arrows,
        strangers=exercise.strangers,
    )


def _answers(
    plain: Scenario, state: State, policies: Sequence[NetworkPolicy] | None
) -> tuple[Answer, ...]:
    """The arrows' answers under an earlier state; its policies where they are read already."""
    scenario = changed_scenario(plain, state.labels, state.plugin)
    known = _policies(state.text, scenario) if policies is None else policies
    return tuple(answer(scenario.cluster, known, asked) for asked in arrows_of(scenario))


def _label_changes(plain: Scenario, labels: str) -> tuple[LabelChange, ...]:
    return tuple(
        LabelChange(
            ref,
            tuple(f"{key}-" if value is None else f"{key}={value}" for key, value in keys.items()),
        )
        for ref, keys in read_changes(labels, plain.cluster).items()
    )


def _policies(text: str, scenario: Scenario) -> tuple[NetworkPolicy, ...]:
    return read_text(text, scenario).policies


# Solutions are few and never change, unlike learners' texts, of which none is kept.
_reference = lru_cache(maxsize=256)(_policies)


# ── Picture ──────────────────────────────────────────────────────────────────────────────────


def _pictures(
    scenario: Scenario,
    answers: Sequence[Answer],
    selected: str,
    changed: Sequence[Answer],
    *,
    before: Scenario | None,
) -> tuple[Picture, ...]:
    id_of = probe_ids(scenario).of
    ids = [id_of(given.probe) for given in answers]
    moved = frozenset(id_of(given.probe) for given in changed)
    return tuple(
        picture(drawing, answers, ids=ids, prefix=prefix, selected=selected, changed=moved)
        for prefix, drawing in drawings(scenario, before)
    )
