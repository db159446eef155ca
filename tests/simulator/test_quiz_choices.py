"""Marks of items that are chosen, ordered, pointed at, predicted and matched."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.quiz import Level, Standing, grade, public, right_answer, total
from tests.simulator.quizbook import CANARY, QUESTIONS, question

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def letters(name: str, field: str = "options") -> dict[str, str]:
    """The ids on the page, by text."""
    found = public(QUESTIONS[name])[field]
    assert isinstance(found, list)
    return {each["text"]: each["id"] for each in found}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_key_earns_everything(name: str) -> None:
    earned = grade(QUESTIONS[name], right_answer(QUESTIONS[name]))
    assert earned.credit == 1
    assert earned.standing is Standing.RIGHT
    assert earned.mistakes == ()


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}, [""], {"text": ""}, {"labels": {}}])
def test_no_answer_earns_nothing_and_is_said_to_be_none(name: str, nothing: object) -> None:
    earned = grade(QUESTIONS[name], nothing)
    assert earned.credit == 0
    assert earned.standing is Standing.UNANSWERED
    assert earned.feedback(Level.VERDICT).standing is Standing.UNANSWERED


# ── single, multiple ──


def test_a_wrong_option_earns_nothing_and_shows_its_misconception() -> None:
    earned = grade(QUESTIONS["single"], letters("single")["Pods of every namespace"])
    assert (earned.credit, earned.mistakes) == (Fraction(0), ("M03",))
    assert earned.whys == (f"{CANARY} Bare selectors stay home.",)


def test_two_options_are_no_answer_to_a_single_choice() -> None:
    assert not grade(QUESTIONS["single"], list(letters("single").values())).answered


@pytest.mark.parametrize(
    ("chosen", "credit"),
    [
        (["policyTypes: [Ingress]"], HALF),
        (["policyTypes: [Ingress]", "No policyTypes and one ingress rule"], 1),
        (["policyTypes: [Ingress]", "policyTypes: [Egress]"], 0),
        (["policyTypes: [Ingress]", "No policyTypes and one ingress rule", "policyTypes: [Egress]"], HALF),
        (["policyTypes: [Egress]"], 0),
        (["policyTypes: [Ingress]", "No policyTypes and one ingress rule", "policyTypes: [Egress]", "A label on the pod alone"], 0),
    ],
)  # fmt: skip
def test_several_choices_earn_right_less_wrong(chosen: list[str], credit: Fraction) -> None:
    known = letters("multiple")
    assert grade(QUESTIONS["multiple"], [known[text] for text in chosen]).credit == credit


def test_a_form_and_a_script_may_answer_alike() -> None:
    known = letters("multiple")
    right = [known["policyTypes: [Ingress]"], known["No policyTypes and one ingress rule"]]
    for answer in (right, tuple(right), f'["{right[0]}", "{right[1]}"]', [*right, *right]):
        assert grade(QUESTIONS["multiple"], answer).credit == 1


# ── order ──


def test_steps_of_a_group_stand_in_any_order_and_the_reverse_earns_nothing() -> None:
    item = QUESTIONS["order"]
    right = right_answer(item)
    assert isinstance(right, list)
    swapped = [right[0], right[2], right[1], *right[3:]]
    assert grade(item, swapped).credit == 1
    assert grade(item, list(reversed(right))).credit == 0
    assert all(part.right for part in grade(item, swapped).parts)


def test_of_an_order_each_pair_counts() -> None:
    item = QUESTIONS["order"]
    right = right_answer(item)
    assert isinstance(right, list)
    # One of nine pairs is wrong: twice 8/9, less 1.
    assert grade(item, [*right[:3], right[4], right[3]]).credit == Fraction(7, 9)
    # The last step left out: its four pairs are wrong.
    assert grade(item, right[:4]).credit == Fraction(1, 9)
    assert grade(item, [*right, *right]).credit == 1


def test_guessing_an_order_earns_nothing_on_average() -> None:
    item = question("id: a\nkind: order\nask: x\nsteps: [one, two, three]\n")
    earned = [grade(item, list(each)).credit for each in permutations("abc")]
    assert sorted(earned) == [0, 0, 0, THIRD, THIRD, 1]


def test_a_foreseen_order_shows_its_misconception() -> None:
    steps = letters("order", "steps")
    wrong = ["Write the policy", "Find the pod to protect", "Read its labels",
             "Read the labels of its clients", "Check each arrow"]  # fmt: skip
    assert grade(QUESTIONS["order"], [steps[text] for text in wrong]).mistakes == ("M18",)


# ── point ──


@pytest.mark.parametrize(
    ("answer", "credit"),
    [([8], 1), ("8", 1), (["8"], 1), ([9], 1), ([8, 9], 1), ([6], 0), ([8, 6], 0), ([1, 8], 0),
     (list(range(1, 10)), 0), ([99, 8], 1), ([-8, 8], 1)],
)  # fmt: skip
def test_pointing_at_a_line_earns_by_lines(answer: object, credit: int) -> None:
    assert grade(QUESTIONS["point"], answer).credit == credit


def test_a_line_pointed_at_in_vain_costs_what_one_in_place_earns() -> None:
    text = "text: |\n  a\n  b\n  c\n  d\n"
    item = question(f"id: a\nkind: point\nask: x\n{text}lines: [a, c]\n")
    assert [grade(item, each).credit for each in ([1], [1, 3], [1, 3, 2], [1, 2])] == [
        HALF, 1, HALF, 0,
    ]  # fmt: skip
    few = question(f"id: a\nkind: point\nask: x\n{text}lines: [a, b, c]\n")
    assert grade(few, [1, 2, 3, 4]).credit == 0


# ── predict ──


def test_saying_the_same_of_every_arrow_earns_nothing() -> None:
    for word in ("allowed", "denied"):
        earned = grade(QUESTIONS["predict"], dict.fromkeys("1234", word))
        assert (earned.credit, earned.standing) == (Fraction(0), Standing.WRONG)


@pytest.mark.parametrize(
    ("said", "credit"),
    [
        ({"1": "allowed", "2": "allowed", "3": "denied", "4": "allowed"}, HALF),
        ({"1": "allowed", "2": "denied", "3": "denied", "4": "denied"}, HALF),
        ({"1": "allowed", "3": "denied"}, 0),
        ({"1": "allowed", "2": "allowed", "3": "denied"}, HALF),
        ({"1": "denied", "2": "denied", "3": "allowed", "4": "allowed"}, 0),
    ],
)
def test_arrows_earn_by_shares_of_both_outcomes(said: dict[str, str], credit: Fraction) -> None:
    assert grade(QUESTIONS["predict"], said).credit == credit


def test_a_wrong_arrow_shows_what_its_author_says() -> None:
    said = {"1": "allowed", "2": "allowed", "3": "denied", "4": "allowed"}
    earned = grade(QUESTIONS["predict"], said)
    assert (earned.mistakes, earned.whys) == (("M03",), (f"{CANARY} It is bare.",))
    assert [part.right for part in earned.parts] == [True, True, True, False]


def test_what_is_not_offered_is_no_answer() -> None:
    assert not grade(QUESTIONS["predict"], {"1": "undefined"}).answered
    assert public(QUESTIONS["predict"])["outcomes"] == ["allowed", "denied"]


PING = """\
id: a
kind: predict
ask: x
scenario: tiers
policies: |
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: p, namespace: prod}
  spec: {podSelector: {matchLabels: {role: db}}}
arrows: ["prod/web -> prod/db:ping", "prod/web -> prod/db:80", "prod/web -> prod/api:80"]
"""


def test_undefined_is_offered_where_it_comes_about_and_counts_as_an_outcome() -> None:
    item = question(PING)
    assert public(item)["outcomes"] == ["allowed", "denied", "undefined"]
    assert right_answer(item) == {"1": "undefined", "2": "denied", "3": "allowed"}
    assert grade(item, {"1": "undefined", "2": "denied", "3": "denied"}).credit == HALF
    for word in ("allowed", "denied", "undefined"):
        assert grade(item, dict.fromkeys("123", word)).credit == 0


# ── match ──


def test_matching_earns_nothing_for_one_picture_said_of_all() -> None:
    item = QUESTIONS["match"]
    right = right_answer(item)
    assert isinstance(right, dict)
    for number in right.values():
        assert grade(item, dict.fromkeys(right, number)).credit == 0
    one, two, three = right
    crossed = {one: right[two], two: right[one], three: right[three]}
    assert grade(item, crossed).credit == 0
    assert grade(item, {one: right[one], two: right[two]}).credit == HALF


def test_the_pictures_are_what_the_simulator_says() -> None:
    found = public(QUESTIONS["match"])
    pictures, policies, right = (
        found["pictures"],
        found["policies"],
        right_answer(QUESTIONS["match"]),
    )
    assert isinstance(pictures, list)
    assert isinstance(policies, list)
    assert isinstance(right, dict)
    letter = next(each["id"] for each in policies if "policyTypes" in each["text"])
    picture = next(each for each in pictures if each["id"] == right[letter])
    assert {arrow["outcome"] for arrow in picture["arrows"]} == {"denied"}


# ── feedback ──


def test_each_level_says_more() -> None:
    earned = grade(QUESTIONS["single"], letters("single")["Pods of every namespace"])
    none, verdict, explanation = (earned.feedback(level) for level in Level)
    assert (none.answered, none.standing, none.credit) == (True, None, None)
    assert (verdict.standing, verdict.credit, verdict.parts) == (Standing.WRONG, Fraction(0), ())
    assert (verdict.mistakes, verdict.whys) == ((), ())
    assert [part.wanted for part in explanation.parts if part.said == "chosen"] == ["wrong"]
    assert explanation.mistakes == ("M03",)


def test_nothing_of_the_key_is_in_the_lower_levels() -> None:
    for name, item in QUESTIONS.items():
        wrong = grade(item, ["a"] if name != "predict" else {"1": "denied"})
        for level in (Level.NONE, Level.VERDICT):
            assert CANARY not in repr(wrong.feedback(level))
            assert not wrong.feedback(level).parts


def test_a_paper_is_marked_by_weights() -> None:
    right = grade(QUESTIONS["point"], [8])
    wrong = grade(QUESTIONS["point"], [1])
    assert total([(3, right), (1, wrong)]) == Fraction(3, 4)
    assert total([]) == 0


# ── any answer ──

_word = st.one_of(
    st.text(max_size=8), st.sampled_from(["a", "b", "1", "2", "8", "allowed", "denied", "[", "{"])
)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _word, st.binary(max_size=4)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_word, inner, max_size=5),
    max_leaves=12,
)


@given(_json)
def test_no_answer_raises_and_all_earn_between_nothing_and_everything(answer: object) -> None:
    for name in ("predict", "single", "multiple", "numbers", "order", "point", "match"):
        earned = grade(QUESTIONS[name], answer)
        assert 0 <= earned.credit <= 1
        assert earned.answered or earned.credit == 0
        for level in Level:
            earned.feedback(level)
