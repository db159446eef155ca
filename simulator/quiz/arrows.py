"""Arrows: predict what becomes of each, or match policies with the pictures that they make.

What is right is what the simulator says; nothing here decides it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from simulator.connect import connect
from simulator.evaluate import evaluate
from simulator.model import Cluster, Dial, NetworkPolicy, Outcome, Probe
from simulator.parse import Reading, read_policies
from simulator.quiz import payload
from simulator.quiz.choices import lettered, marked, shuffled
from simulator.quiz.grades import Grade, Part
from simulator.quiz.values import Match, Note, Predict, Question
from simulator.scenario import Scenario

Outcomes = tuple[Outcome, ...]

#: How an arrow ends, said without how it comes about.
_PLAIN = {
    Outcome.NOT_ENFORCED: Outcome.ALLOWED,
    Outcome.NOT_RESOLVED: Outcome.DENIED,
    Outcome.UNREACHABLE: Outcome.DENIED,
}


def scenario_of(question: Question) -> Scenario:
    """The scenario of a question whose kind has one."""
    assert question.scenario is not None
    return question.scenario


def read_for(text: str, scenario: Scenario) -> Reading:
    """Policies as a scenario's API server takes them; an empty text is a cluster without any."""
    if not text.strip():
        return Reading()
    names, version = scenario.cluster.namespace_names, scenario.kubernetes
    return read_policies(text, namespaces=names, version=version)


def outcomes(
    cluster: Cluster, policies: Sequence[NetworkPolicy], probes: Sequence[Probe | Dial]
) -> Outcomes:
    """What becomes of each arrow: allowed, denied, mixed or undefined."""
    found = (
        (connect(cluster, policies, probe) if isinstance(probe, Dial) else
         evaluate(cluster, policies, probe)).outcome
        for probe in probes
    )  # fmt: skip
    return tuple(_PLAIN.get(outcome, outcome) for outcome in found)


# ── Predict ──────────────────────────────────────────────────────────────────────────────────


def predicted(question: Question, predict: Predict) -> dict[str, Outcome]:
    """The key: the outcome of each arrow, by its number on the page."""
    scenario = scenario_of(question)
    policies = read_for(predict.policies, scenario).policies
    found = outcomes(scenario.cluster, policies, question.probes)
    return {str(number): outcome for number, outcome in enumerate(found, 1)}


def offered(key: Mapping[str, Outcome]) -> Outcomes:
    """What can be said of every arrow: the rarer outcomes only where one of the arrows has them."""
    always = (Outcome.ALLOWED, Outcome.DENIED)
    return (*always, *(o for o in (Outcome.MIXED, Outcome.UNDEFINED) if o in key.values()))


def grade_predict(question: Question, predict: Predict, answer: object) -> Grade:
    """Credit by outcome, so that one outcome said of all arrows earns nothing.

    With the two plain outcomes: share of wanted allows said + share of wanted denials said, less 1.
    With n outcomes: (the sum of the n shares, less 1) / (n less 1).
    """
    key = predicted(question, predict)
    words = {outcome.value for outcome in offered(key)}
    posted = payload.pairs(answer)
    given = {id: posted[id] for id in key if posted.get(id) in words}
    if not given:
        return Grade(answered=False)
    wrong = [id for id in key if given.get(id) != key[id].value]
    notes = [note for id, note in _notes(predict, key).items() if id in wrong]
    parts = (Part(id, id not in wrong, given.get(id, "left"), key[id].value) for id in key)
    return marked(question, _by_outcome(key, wrong), notes, parts)


def _notes(predict: Predict, key: Mapping[str, Outcome]) -> dict[str, Note]:
    return dict(zip(key, (arrow.note for arrow in predict.arrows), strict=False))


def _by_outcome(key: Mapping[str, Outcome], wrong: Sequence[str]) -> Fraction:
    wanted = Counter(key.values())
    missed = Counter(key[id] for id in wrong)
    right = sum(1 - Fraction(missed[outcome], number) for outcome, number in wanted.items())
    if len(wanted) == 1:
        return Fraction(right)
    return max(Fraction(0), Fraction(right - 1, len(wanted) - 1))


# ── Match ────────────────────────────────────────────────────────────────────────────────────


def shown_policies(question: Question, match: Match) -> dict[str, str]:
    """The policies' texts by their letters on the page."""
    return lettered(shuffled(question, (policy.text for policy in match.policies)))


def drawn(question: Question, match: Match) -> dict[str, Outcomes]:
    """The picture of each policy's text."""
    scenario = scenario_of(question)
    return {
        policy.text: outcomes(
            scenario.cluster, read_for(policy.text, scenario).policies, question.probes
        )
        for policy in match.policies
    }


def shown_pictures(question: Question, match: Match) -> dict[str, Outcomes]:
    """The pictures by their numbers on the page, in an order that says nothing of the policies'."""
    pictures = {
        " ".join(outcome.value for outcome in each): each
        for each in drawn(question, match).values()
    }
    ordered = shuffled(question, pictures)
    return {str(number): pictures[text] for number, text in enumerate(ordered, 1)}


def matched(question: Question, match: Match) -> dict[str, str]:
    """The key: the picture's number for each policy's letter."""
    numbers = {picture: number for number, picture in shown_pictures(question, match).items()}
    pictures = drawn(question, match)
    return {
        letter: numbers[pictures[text]] for letter, text in shown_policies(question, match).items()
    }


def grade_match(question: Question, match: Match, answer: object) -> Grade:
    """The share of policies matched, less what saying one picture for all would match."""
    key, posted = matched(question, match), payload.pairs(answer)
    numbers = set(key.values())
    given = {id: posted[id] for id in key if posted.get(id) in numbers}
    if not given:
        return Grade(answered=False)
    wrong = [id for id in key if given.get(id) != key[id]]
    chance = Fraction(1, len(key))
    share = 1 - Fraction(len(wrong), len(key))
    credit = max(Fraction(0), (share - chance) / (1 - chance)) if len(key) > 1 else share
    by_text = {policy.text: policy.note for policy in match.policies}
    texts = shown_policies(question, match)
    notes = [by_text[texts[id]] for id in wrong]
    parts = (Part(id, id not in wrong, given.get(id, "left"), key[id]) for id in key)
    return marked(question, credit, notes, parts)
