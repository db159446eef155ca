"""A question as a learner may see it before anything is released: nothing here is a key.

Built field by field from what a page needs, never by leaving things out of the whole. It hangs on
no right flag, tag, explanation, hint, solution or wrong answer, and options come in an order that
their own texts and the seed give.
"""

from collections.abc import Mapping, Sequence

from simulator.exercise import Changeable
from simulator.model import Dial, Outcome, Probe
from simulator.quiz.arrows import offered, predicted, scenario_of, shown_pictures, shown_policies
from simulator.quiz.choices import rows, shown_options, shown_steps
from simulator.quiz.constraints import requirements
from simulator.quiz.policies import exercise_of
from simulator.quiz.values import (
    GAP,
    Choice,
    Fill,
    Match,
    Order,
    Point,
    Predict,
    Question,
    Task,
)

#: What JSON can say.
Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]


def public(question: Question) -> dict[str, Json]:
    """The learner's view as JSON; its fields stand in docs/content.md ("What a page is given")."""
    item = question.item
    common: dict[str, Json] = {
        "id": item.id,
        "kind": item.kind.value,
        "ask": item.ask,
        "weight": item.weight,
        "hint": bool(item.hint),
    }
    return {**common, **_of_kind(question)}


def _of_kind(question: Question) -> dict[str, Json]:
    match question.item.body:
        case Predict() as body:
            return _predict(question, body)
        case Choice() as body:
            return {"options": _listed(_texts(question, body))}
        case Order() as body:
            return {"steps": _listed(shown_steps(question, body))}
        case Fill() as body:
            before, _, after = body.text.partition(GAP)
            return {"scenario": body.scenario, "before": before, "after": after}
        case Point() as body:
            lines: list[Json] = [{"number": n, "text": row} for n, row in enumerate(rows(body), 1)]
            return {"lines": lines}
        case Match() as body:
            return _match(question, body)
        case Task() as body:
            return _task(question, body)


def _predict(question: Question, body: Predict) -> dict[str, Json]:
    words = offered(predicted(question, body))
    return {
        "scenario": body.scenario,
        "policies": body.policies,
        "arrows": [{"id": str(n), **_arrow(p)} for n, p in enumerate(question.probes, 1)],
        "outcomes": [outcome.value for outcome in words],
    }


def _match(question: Question, body: Match) -> dict[str, Json]:
    pictures: list[Json] = [
        {"id": id, "arrows": _drawn(question.probes, outcomes)}
        for id, outcomes in shown_pictures(question, body).items()
    ]
    policies = _listed(shown_policies(question, body))
    return {"scenario": body.scenario, "policies": policies, "pictures": pictures}


def _task(question: Question, body: Task) -> dict[str, Json]:
    exercise = exercise_of(question)
    return {
        "scenario": scenario_of(question).slug,
        "task": exercise.task,
        "starter": exercise.starter,
        "changes": "labels" if exercise.changes is Changeable.LABELS else "policies",
        "requirements": list(requirements(body.constraints)),
    }


def _texts(question: Question, body: Choice) -> dict[str, str]:
    return {letter: option.text for letter, option in shown_options(question, body).items()}


def _listed(texts: Mapping[str, str]) -> list[Json]:
    return [{"id": id, "text": text} for id, text in texts.items()]


def _drawn(probes: Sequence[Probe | Dial], outcomes: Sequence[Outcome]) -> list[Json]:
    pairs = zip(probes, outcomes, strict=True)
    return [{**_arrow(probe), "outcome": outcome.value} for probe, outcome in pairs]


def _arrow(probe: Probe | Dial) -> dict[str, Json]:
    target = probe.name if isinstance(probe, Dial) else probe.target.ref
    return {
        "source": probe.source.ref,
        "target": target,
        "protocol": probe.protocol,
        "port": probe.port,
    }
