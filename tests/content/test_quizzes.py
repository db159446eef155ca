"""Every item of the course's quizzes is played: what is right earns all, what is wrong does not.

Rehearsals (tests/simulator/test_quiz_rehearsal.py) hold the items to what their authors say. Here
answers come that nobody has written down: each other choice, order and line, other spellings of the
solutions, and mistakes made from these.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, permutations

import pytest
import yaml
from django.conf import settings

from simulator.manifest import manifests
from simulator.mistakes import CATALOGUE, Attempt, Right, make_mistakes
from simulator.papers import Library, make_paper
from simulator.parse import Reading
from simulator.quiz import Grade, ItemKind, Question, Quiz, Use, grade, right_answer
from simulator.quiz.arrows import read_for, scenario_of
from simulator.quiz.choices import rows, shown_options
from simulator.quiz.policies import Asked, asked_by, asked_of, exercise_of, judged
from simulator.quiz.values import Choice, Fill, Point, Predict
from tests.simulator.slips import is_harmless, respelled

FIXTURES = settings.BASE_DIR / "fixtures"
SEEDS = 20
NOTHING: tuple[object, ...] = (None, "", [], {}, "  \n", {"text": ""})
#: Mistakes and respellings are made in so many variants of an item; the rest is played in all.
MADE_IN = 2
#: Papers of many tasks to write, whose variants differ in names: mistakes are made in one of them.
LONG = {"exam-paper-2", "exam-paper-3"}
#: Of slips.respelled those that keep the names and the number of policies.
SAME = {
    "turned round",
    "a rule for each peer",
    "a rule for each port",
    "own namespace spelt out",
    "another label of the namespaces",
}


def _texts(name: str) -> dict[str, str]:
    return {p.stem: p.read_text(encoding="utf-8") for p in sorted((FIXTURES / name).glob("*.yaml"))}


LIBRARY = Library(_texts("scenarios"), _texts("exercises"))
TEXTS = _texts("quizzes")


@cache
def played(slug: str) -> Mapping[str, tuple[Question, ...]]:
    """Every item of a quiz with all its different variants of twenty seeds."""
    found: dict[str, dict[tuple[str, ...], Question]] = {}
    for seed in range(SEEDS):
        made = make_paper(TEXTS[slug], LIBRARY, str(seed), whole=True)
        assert made.paper is not None, made.problems
        for question in made.paper.questions:
            found.setdefault(question.item.id, {}).setdefault(question.texts, question)
    return {id: tuple(variants.values()) for id, variants in found.items()}


def quiz(slug: str) -> Quiz:
    made = make_paper(TEXTS[slug], LIBRARY, "1")
    assert made.paper is not None
    return made.paper.quiz


ITEMS = [(slug, id) for slug in TEXTS for id in played(slug)]
every_item = pytest.mark.parametrize(("slug", "id"), ITEMS)


def of_kind(*kinds: ItemKind) -> pytest.MarkDecorator:
    found = [(slug, id) for slug, id in ITEMS if played(slug)[id][0].item.kind in kinds]
    return pytest.mark.parametrize(("slug", "id"), found)


# ── Key, starter, nothing ────────────────────────────────────────────────────────────────────


@every_item
def test_the_key_earns_all_and_nothing_earns_nothing(slug: str, id: str) -> None:
    for question in played(slug)[id]:
        assert grade(question, right_answer(question)).right
        for nothing in NOTHING:
            given = grade(question, nothing)
            assert not given.answered
            assert given.credit == 0


@every_item
def test_an_item_varies_and_says_what_it_is_about(slug: str, id: str) -> None:
    assert len(played(slug)[id]) >= 4
    item = played(slug)[id][0].item
    assert item.mistakes
    assert item.explanation


@every_item
def test_no_place_is_left_open(slug: str, id: str) -> None:
    for question in played(slug)[id]:
        assert "‹" not in repr(question.item) + "".join(question.texts)


# ── Choices, orders, lines, arrows ───────────────────────────────────────────────────────────


def _noted(question: Question) -> list[str]:
    body = question.item.body
    assert isinstance(body, Choice)
    return [o.text for o in body.options if not o.right and not (o.note.mistakes and o.note.why)]


@of_kind(ItemKind.SINGLE, ItemKind.MULTIPLE)
def test_no_other_choice_earns_all(slug: str, id: str) -> None:
    for question in played(slug)[id]:
        assert _noted(question) == []
        key, body = set(right_answer(question)), question.item.body
        assert isinstance(body, Choice)
        letters = list(shown_options(question, body))
        most = 1 if question.item.kind is ItemKind.SINGLE else len(letters)
        for size in range(1, most + 1):
            for chosen in combinations(letters, size):
                assert grade(question, list(chosen)).right == (set(chosen) == key)


@of_kind(ItemKind.ORDER)
def test_no_other_order_earns_all(slug: str, id: str) -> None:
    for question in played(slug)[id][:MADE_IN]:
        key = right_answer(question)
        right = [order for order in permutations(list(key)) if grade(question, list(order)).right]
        assert right == [tuple(key)]


@of_kind(ItemKind.POINT)
def test_no_other_line_earns_all(slug: str, id: str) -> None:
    for question in played(slug)[id]:
        body = question.item.body
        assert isinstance(body, Point)
        right = {number for group in body.groups for number in group}
        for number, _ in enumerate(rows(body), 1):
            assert grade(question, [number]).right == (number in right)
        assert grade(question, list(range(1, len(rows(body)) + 1))).credit == 0


@of_kind(ItemKind.PREDICT, ItemKind.MATCH)
def test_a_wrong_arrow_or_picture_costs(slug: str, id: str) -> None:
    for question in played(slug)[id]:
        key = right_answer(question)
        assert isinstance(key, dict)
        for arrow, said in key.items():
            for other in set(key.values()) - {said}:
                assert not grade(question, {**key, arrow: other}).right
        for said in key.values():
            assert grade(question, dict.fromkeys(key, said)).credit == 0


@of_kind(ItemKind.PREDICT)
def test_what_an_arrow_is_said_to_show_is_told(slug: str, id: str) -> None:
    question = played(slug)[id][0]
    body, key = question.item.body, right_answer(question)
    assert isinstance(body, Predict)
    assert isinstance(key, dict)
    for number, arrow in enumerate(body.arrows, 1):
        wrong = "denied" if key[str(number)] == "allowed" else "allowed"
        told = grade(question, {**key, str(number): wrong})
        assert told.mistakes == (arrow.note.mistakes or question.item.mistakes)
        assert bool(told.whys) == bool(arrow.note.why)


# ── Policies: other spellings, other meanings ────────────────────────────────────────────────


def _spellings(solution: str, question: Question) -> Iterator[str]:
    """The solution in other words."""
    documents = list(yaml.safe_load_all(solution))
    yield json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
    yield "---\n".join(json.dumps(document, indent=2) + "\n" for document in documents)
    yield yaml.safe_dump_all([_expressed(document) for document in documents])
    scenario = scenario_of(question)
    policies = read_for(solution, scenario).policies
    for name, other in respelled(Right(scenario.cluster, policies)):
        if name in SAME and not _kept(question):
            yield manifests(other)


def _kept(question: Question) -> bool:
    return bool(getattr(getattr(question.item.body, "constraints", None), "keep", ()))


def _expressed(node: object) -> object:
    """matchExpressions for matchLabels."""
    if isinstance(node, list):
        return [_expressed(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "matchLabels" in node:
        pairs = node["matchLabels"].items()
        return {"matchExpressions": [{"key": k, "operator": "In", "values": [v]} for k, v in pairs]}
    return {key: _expressed(value) for key, value in node.items()}


@of_kind(ItemKind.WRITE)
def test_the_starter_and_the_listed_wrong_answers_fail(slug: str, id: str) -> None:
    for question in played(slug)[id][:MADE_IN]:
        exercise = exercise_of(question)
        assert grade(question, exercise.starter).credit == 0
        assert len(exercise.wrong) >= 2
        for wrong in exercise.wrong:
            told = grade(question, wrong.answer)
            assert not told.right
            assert wrong.mistakes
            assert set(wrong.mistakes) <= set(told.mistakes), wrong.name


@of_kind(ItemKind.WRITE)
def test_other_spellings_of_the_solution_earn_all(slug: str, id: str) -> None:
    for question in played(slug)[id][:MADE_IN]:
        if _kept(question):
            continue  # what is to stay as it is is not to be spelt otherwise: see below
        for text in _spellings(exercise_of(question).solution, question):
            told = grade(question, text)
            assert told.right, (text, told.problems, told.broken, told.faults)


@of_kind(ItemKind.WRITE)
def test_beside_what_stays_other_spellings_earn_all(slug: str, id: str) -> None:
    question = played(slug)[id][0]
    if not _kept(question):
        return
    kept, mended = exercise_of(question).solution.rsplit("---\n", 1)
    alone = [yaml.safe_load(mended)]
    scenario = scenario_of(question)
    right = Right(scenario.cluster, read_for(mended, scenario).policies)
    others = [manifests(other) for name, other in respelled(right) if name in SAME]
    for text in (*others, json.dumps(alone[0]), yaml.safe_dump(_expressed(alone[0]))):
        assert grade(question, f"{text}\n---\n{kept}").right, text
    spoilt = re.sub(r"port: (\d+)", lambda port: f"port: {int(port[1]) + 1}", kept)
    assert spoilt != kept
    assert grade(question, f"{mended}\n---\n{spoilt}").credit == 0
    assert grade(question, mended).credit == 0


def _asked(question: Question) -> Asked:
    body = question.item.body
    return asked_by(question, body) if isinstance(body, Fill) else asked_of(question)


@of_kind(ItemKind.WRITE, ItemKind.FILL)
def test_no_mistake_that_changes_the_meaning_earns_all(slug: str, id: str) -> None:
    tried = 0
    variants = 1 if slug in LONG else MADE_IN
    for question in played(slug)[id][:variants]:
        asked, cluster = _asked(question), scenario_of(question).cluster
        solution = read_for(asked.solution, asked.scenario).policies
        for made in make_mistakes(Right(cluster, solution)):
            if made.text or made.cluster != cluster or made.policies == solution:
                continue
            attempt = Attempt(cluster, solution, made.policies, (), asked.scope)
            if not is_harmless(attempt):
                tried += 1
                assert not judged(asked, Reading(made.policies)).right, made.description
    assert tried >= 2


FILLED = {
    ("defaults", "allow-out"): (
        ["egress: [{}]", "egress: [{to: []}]", "egress: [{ports: []}]"],
        ["egress: []", "egress: {}", "egress: [{to: [{namespaceSelector: {}}]}]"],
    ),
    ("drill-defaults", "deny-all"): (["[Egress, Ingress]"], ["[]", "[Ingress]"]),
    ("drill-defaults", "deny-ingress"): (["namespace: ‹ns›"], ["namespace: ‹other›", "labels: {}"]),
    ("drill-defaults", "deny-egress"): (["policyTypes: [Egress]"], ["egress: [{}]", "egress: []"]),
    ("drill-defaults", "allow-ingress"): (["ingress: [{}]"], ["ingress: []", "egress: [{}]"]),
    ("drill-defaults", "allow-egress"): (["egress: [{}]"], ["egress: []", "ingress: [{}]"]),
    ("drill-defaults", "own-namespace"): (
        ["podSelector: {}", "namespaceSelector: {matchLabels: {env: ‹ns›}}"],
        ["namespaceSelector: {}", "podSelector: {matchLabels: {env: ‹ns›}}"],
    ),
    ("drill-defaults", "dns"): (
        ["[{protocol: TCP, port: 53}, {protocol: UDP, port: 53}]"],
        ["[{port: 53}]", "[{protocol: UDP, port: 53}]", "[]"],
    ),
    ("entry-test", "which-port"): (["8080", "http", '"http"', "8080 # the pods' own"], ["80", "0"]),
    ("first-policy", "api-of-all"): (
        ["- {podSelector: {matchLabels: {role: api}}, namespaceSelector: {}}"],
        ["- podSelector: {matchLabels: {role: api}}", "- namespaceSelector: {}", "- {}"],
    ),
    ("firewall-at-the-pod", "tie"): (
        ["‹tag›: db", '"‹tag›": "db"'],
        ["‹tag›: database", "name: db", "‹tag›: DB", "‹tag›: web"],
    ),
    ("peers", "their-label"): (
        ["kubernetes.io/metadata.name: ‹other›", "env: ‹other›", '"env": "‹other›"'],
        ["env: ‹ns›", "kubernetes.io/metadata.name: ‹ns›", "{}"],
    ),
    ("reviews", "m07-target"): (["‹tag›: api", '"‹tag›": "api"'], ["‹tag›: web", "‹tag›: apis"]),
    ("reviews", "m12-namespace"): (
        ["env: ‹other›", "kubernetes.io/metadata.name: ‹other›"],
        ["team: ‹other›", "‹tag›: api"],
    ),
}
FIRST = {"ns": "prod", "other": "staging", "tag": "role"}


@pytest.mark.parametrize(("slug", "id"), list(FILLED))
def test_a_line_is_filled_by_its_meaning(slug: str, id: str) -> None:
    def filled(line: str) -> str:
        for name, value in FIRST.items():
            line = line.replace(f"‹{name}›", value)
        return line

    [question] = [q for q in played(slug)[id] if "namespace: prod" in _asked(q).solution]
    right, wrong = FILLED[slug, id]
    assert all(grade(question, filled(line)).right for line in right)
    assert not any(grade(question, filled(line)).right for line in wrong)


def test_every_line_to_fill_is_tried() -> None:
    found = {place for place in ITEMS if played(place[0])[place[1]][0].item.kind is ItemKind.FILL}
    assert found == set(FILLED)


@of_kind(ItemKind.RELABEL)
def test_labels_are_judged_by_what_they_do(slug: str, id: str) -> None:
    def told(labels: Mapping[str, Mapping[str, str | None]]) -> Grade:
        return grade(question, {"labels": labels})

    for question in played(slug)[id][:MADE_IN]:
        exercise = exercise_of(question)
        [(pod, labels)] = exercise.labels.items()
        key = next(iter(labels))
        assert told({pod: {**labels, "harmless": "label"}}).right
        for wrong in exercise.wrong:
            assert not told(wrong.labels).right
            assert wrong.mistakes
        assert not told({pod: {key: "something-else"}}).right
        every = {each.ref: labels for each in scenario_of(question).cluster.pods}
        assert not told(every).right
        touched = {"labels": exercise.labels, "text": exercise.starter.replace("port: ", "port: 1")}
        assert grade(question, touched).credit == 0


# ── What the quizzes are ─────────────────────────────────────────────────────────────────────


def test_the_entry_test_asks_about_modules_1_to_6_in_five_minutes() -> None:
    entry = quiz("entry-test")
    pools = Counter(item.pool for item in entry.items)
    assert (entry.use, entry.seconds, len(entry.items)) == (Use.ENTRY, 300, 10)
    assert sorted(pools) == [f"module-{number}" for number in range(1, 7)]
    kinds = {item.kind for item in entry.items}
    assert kinds == set(ItemKind) - {ItemKind.WRITE, ItemKind.RELABEL}


def test_the_quiz_has_each_kind() -> None:
    assert {item.kind for item in quiz("peers").items} == set(ItemKind) - {ItemKind.RELABEL}


@pytest.mark.parametrize("slug", [slug for slug in TEXTS if slug.startswith("exam-paper")])
def test_a_paper_has_eight_tasks_that_weigh_100(slug: str) -> None:
    for seed in range(SEEDS):
        paper = make_paper(TEXTS[slug], LIBRARY, str(seed)).paper
        assert paper is not None
        assert len(paper.questions) == 8
        assert sum(question.item.weight for question in paper.questions) == 100
        assert paper.quiz.seconds == 30 * 60


def test_repeats_of_the_drill_differ() -> None:
    papers = [make_paper(TEXTS["drill-and-or"], LIBRARY, str(seed)).paper for seed in range(SEEDS)]
    told = {tuple((q.item.id, q.texts) for q in paper.questions) for paper in papers if paper}
    assert len(told) == SEEDS
    assert {len(items) for items in told} == {8}


def test_each_misconception_has_an_item_to_review() -> None:
    found = {code for item in quiz("reviews").items for code in item.mistakes}
    assert found == set(CATALOGUE)
