"""Four exercises in the styles of public labs: no right answer is refused, no wrong one accepted.

Graders that look for lines refuse some of the spellings below and take some of the wrong answers.
Each exercise lists its own wrong answers; more of both are made (simulator.playing).
"""

from pathlib import Path

import pytest

from simulator.check import check
from simulator.document import Exercise, read_document
from simulator.parse import read_policies
from simulator.playing import play
from simulator.rehearsal import rehearse
from simulator.scenario import Scenario

FOLDER = Path(__file__).parent / "labs"
LABS = ("allow-one-caller", "cache-for-two", "egress-across-namespaces", "names-only")


def read(slug: str) -> Exercise | Scenario:
    document = read_document((FOLDER / f"{slug}.yaml").read_text(encoding="utf-8")).document
    assert isinstance(document, Exercise | Scenario)
    return document


def lab(slug: str) -> tuple[Exercise, Scenario]:
    exercise, scenario = read(slug), read("labs")
    assert isinstance(exercise, Exercise)
    assert isinstance(scenario, Scenario)
    return exercise, scenario


def accepts(slug: str, text: str) -> bool:
    exercise, scenario = lab(slug)
    given, wanted = read_policies(text), read_policies(exercise.solution)
    assert given.accepted, given.problems
    cluster, scope = scenario.cluster, exercise.scope
    return check(
        cluster, given.policies, wanted.policies, scope, strangers=exercise.strangers
    ).solved


HEAD = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    "metadata: {name: <name>, namespace: shop}\nspec: "
)
DATA = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}"
#: As people write them: other selectors, policyTypes left out, several policies, ports by name.
RIGHT = {
    "allow-one-caller": [
        "{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}",
        "{podSelector: {matchExpressions: [{key: app, operator: In, values: [api]}]}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}], ports: [{protocol: TCP, port: 8080}]}]}",
        "{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}",
    ],
    "egress-across-namespaces": [
        "{podSelector: {matchLabels: {app: job}}, policyTypes: [Egress], egress: [{to: [{<data>, podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]}",
        "{podSelector: {matchLabels: {app: job}}, policyTypes: [Egress], egress: [{ports: [{port: 5432, endPort: 5432}], to: [{podSelector: {matchLabels: {app: db}}, namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [data]}]}}]}]}",
    ],
    "names-only": [
        "{podSelector: {matchLabels: {app: job}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: TCP}, {port: 53, protocol: UDP}]}]}",
        "{podSelector: {matchExpressions: [{key: app, operator: In, values: [job, job]}]}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [kube-system]}]}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}, {port: 53}]}]}",
    ],
    "cache-for-two": [
        "{podSelector: {matchLabels: {app: cache}}, ingress: [{from: [{<data>, podSelector: {matchLabels: {app: api}}}, {podSelector: {matchLabels: {app: web}}}], ports: [{port: 6379}]}]}",
        "{podSelector: {matchLabels: {app: cache}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 6379}]}, {from: [{<data>, podSelector: {matchLabels: {app: api}}}], ports: [{port: 6379}]}]}",
    ],
}  # fmt: skip


@pytest.mark.parametrize("slug", LABS)
def test_its_own_promises_hold(slug: str) -> None:
    assert rehearse(*lab(slug)) == ()


@pytest.mark.parametrize("slug", LABS)
def test_no_right_answer_is_refused_and_no_wrong_one_accepted(slug: str) -> None:
    exercise, scenario = lab(slug)
    played = play(exercise, scenario)
    assert played.refused == ()
    assert played.accepted == ()
    assert played.spelt >= 5
    assert played.made >= 8
    taken = [wrong.name for wrong in exercise.wrong if accepts(slug, wrong.answer)]
    assert len(exercise.wrong) >= 8
    assert taken == []


@pytest.mark.parametrize("slug", LABS)
def test_what_people_write_is_right(slug: str) -> None:
    specs = [text.replace("<data>", DATA) for text in RIGHT[slug]]
    texts = [HEAD.replace("<name>", f"answer-{n}") + text for n, text in enumerate(specs)]
    assert [text for text in texts if not accepts(slug, text)] == []
    assert accepts(slug, "\n---\n".join(texts)), "all of them together mean the same"
