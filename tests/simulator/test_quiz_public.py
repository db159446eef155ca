"""What a learner is sent before the release holds no key, whatever the key is."""

import json
from dataclasses import replace

import pytest

from simulator.quiz import ItemKind, Question, public, right_answer
from simulator.quiz.values import Choice, Fill, Item, Note, Option, Order, Point, Predict, Task
from tests.simulator.quizbook import CANARY, QUESTIONS, TEXT, question, questions

#: Every field that a page may be given, for each kind.
COMMON = {"id", "kind", "ask", "weight", "hint"}
FIELDS = {
    ItemKind.PREDICT: {"scenario", "policies", "arrows", "outcomes"},
    ItemKind.SINGLE: {"options"},
    ItemKind.MULTIPLE: {"options"},
    ItemKind.ORDER: {"steps"},
    ItemKind.FILL: {"scenario", "before", "after"},
    ItemKind.POINT: {"lines"},
    ItemKind.MATCH: {"scenario", "policies", "pictures"},
    ItemKind.WRITE: {"scenario", "task", "starter", "changes", "requirements"},
    ItemKind.RELABEL: {"scenario", "task", "starter", "changes", "requirements"},
}


def sent(item: Question) -> str:
    return json.dumps(public(item), ensure_ascii=False)


def with_item(item: Question, **changes: object) -> Question:
    return replace(item, item=replace(item.item, **changes))  # type: ignore[arg-type]


def test_every_key_of_the_sample_holds_a_canary() -> None:
    """Else the next test would prove nothing."""
    secret = {
        item.item.kind
        for item in QUESTIONS.values()
        if CANARY in repr(item.item.body) + repr(item.exercise) + item.item.explanation
    }
    assert secret == set(ItemKind)
    assert TEXT.count(CANARY) > 15


@pytest.mark.parametrize("seed", ["0", "1", "2", "6", "any"])
def test_no_canary_is_sent(seed: str) -> None:
    for item in questions(seed).values():
        assert CANARY not in sent(item)


@pytest.mark.parametrize("name", QUESTIONS)
def test_only_known_fields_are_sent(name: str) -> None:
    item = QUESTIONS[name]
    assert public(item).keys() == COMMON | FIELDS[item.item.kind]


@pytest.mark.parametrize("name", QUESTIONS)
def test_only_json_is_sent(name: str) -> None:
    assert json.loads(sent(QUESTIONS[name])) == public(QUESTIONS[name])


def _options(item: Item) -> list[Choice]:
    """The same options, with each in turn the right one."""
    body = item.body
    assert isinstance(body, Choice)
    texts = [option.text for option in body.options]
    note = Note(("M05",), CANARY)
    return [
        Choice(tuple(Option(t, t == right, Note() if t == right else note) for t in texts))
        for right in texts
    ]


@pytest.mark.parametrize("name", ["single", "multiple"])
def test_what_is_sent_does_not_hang_on_which_option_is_right(name: str) -> None:
    item = QUESTIONS[name]
    assert len({sent(with_item(item, body=body)) for body in _options(item.item)}) == 1
    body = item.item.body
    assert isinstance(body, Choice)
    assert sent(with_item(item, body=Choice(body.options[::-1]))) == sent(item)


def test_nor_on_which_order_is_right() -> None:
    item = QUESTIONS["order"]
    body = item.item.body
    assert isinstance(body, Order)
    other = Order(tuple((step,) for step in reversed(body.steps)))
    assert sent(with_item(item, body=other)) == sent(item)


def test_nor_on_the_line_to_point_at_or_to_fill_in() -> None:
    point, fill = QUESTIONS["point"], QUESTIONS["fill"]
    assert isinstance(point.item.body, Point)
    assert isinstance(fill.item.body, Fill)
    assert sent(with_item(point, body=replace(point.item.body, groups=((1,),)))) == sent(point)
    assert sent(with_item(fill, body=replace(fill.item.body, answer="- {}"))) == sent(fill)


@pytest.mark.parametrize("name", ["write", "fix", "relabel"])
def test_nor_on_the_solution_or_the_checks_of_a_task(name: str) -> None:
    item = QUESTIONS[name]
    assert item.exercise is not None
    assert isinstance(item.item.body, Task)
    exercise = replace(item.exercise, solution="x", labels={}, wrong=(), hints=(), strangers=None)  # type: ignore[arg-type]
    assert sent(replace(item, exercise=exercise)) == sent(item)


def test_nor_on_words_that_come_after_the_answer() -> None:
    for item in QUESTIONS.values():
        other = with_item(item, explanation="", mistakes=("M25",))
        assert sent(other) == sent(item)


def test_nor_on_what_becomes_of_the_arrows() -> None:
    item = QUESTIONS["predict"]
    assert isinstance(item.item.body, Predict)
    policies = item.item.body.policies
    other = replace(item.item.body, policies=policies.replace("role: db", "role: web"))
    both = [with_item(item, body=body) for body in (item.item.body, other)]
    assert right_answer(both[0]) != right_answer(both[1])
    shown = [sent(each).replace("role: web}", "role: db}") for each in both]
    assert shown[0] == shown[1]


def test_another_seed_shows_another_order_and_the_same_seed_the_same() -> None:
    options = "options: [{text: a, right: true}, b, c, d, e]\n"
    item = f"id: x\nkind: single\nask: x\n{options}"
    orders = {sent(question(item, seed=str(seed))) for seed in range(12)}
    assert len(orders) > 8
    assert sent(question(item, seed="s")) == sent(question(item, seed="s"))
    answers = [right_answer(question(item, seed=str(seed))) for seed in range(200)]
    assert all(20 <= answers.count(letter) <= 60 for letter in "abcde")


def test_options_that_have_an_order_of_their_own_keep_it() -> None:
    options = public(QUESTIONS["numbers"])["options"]
    assert isinstance(options, list)
    assert [option["text"] for option in options] == ["0", "1", "3"]
