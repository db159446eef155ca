"""Are the tests of the marks any good? Each deliberate fault in the grader must fail one of them."""

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest

from simulator.quiz import Question
from tests.simulator import test_quiz_choices as choices
from tests.simulator import test_quiz_policies as policies
from tests.simulator import test_quiz_public as sent


def _plain_share(key: dict[str, Any], wrong: list[str]) -> Fraction:
    return 1 - Fraction(len(wrong), len(key))


def _authored(question: Question, texts: Any) -> tuple[str, ...]:
    return tuple(texts)


def _several_right() -> None:
    choices.test_several_choices_earn_right_less_wrong(
        ["policyTypes: [Ingress]", "policyTypes: [Egress]"], Fraction(0)
    )


def _typo_is_named() -> None:
    policies.test_any_other_line_does_not("- podSelector: {matchLabels: {role: apl}}", "M18")


def _other_options() -> None:
    sent.test_what_is_sent_does_not_hang_on_which_option_is_right("single")


def _starter_free(result: Any, starter: Any) -> Fraction:
    return Fraction(result.credit)


FAULTS: list[tuple[str, Any, Callable[[], None]]] = [
    # marks
    ("arrows._by_outcome", _plain_share, choices.test_saying_the_same_of_every_arrow_earns_nothing),
    ("choices._hits", lambda options, chosen, right=False: (int(right), 1), _several_right),
    ("choices._in_order", lambda order, given: Fraction(1), choices.test_of_an_order_each_pair_counts),
    ("policies._above", _starter_free, policies.test_what_the_starter_has_right_earns_nothing),
    ("policies._above", lambda result, starter: Fraction(1), policies.test_a_mistake_is_counted_and_named),
    ("policies.broken", lambda *_: (), policies.test_a_broken_constraint_halves_the_marks),
    ("policies.broken", lambda *_: (), policies.test_what_must_stay_is_stored_alike_or_nothing_is_earned),
    ("policies._touched", lambda *_: False, policies.test_policies_that_do_not_stay_spoil_it),
    ("policies._same", lambda *_: True, _typo_is_named),
    ("constraints._alike", lambda one, other: one == other, policies.test_what_must_stay_is_stored_alike_or_nothing_is_earned),
    # what is sent
    ("choices.shuffled", _authored, _other_options),
    ("public._texts", lambda q, body: {str(o.right): o.text for o in body.options}, _other_options),
]  # fmt: skip


def _ids(fault: tuple[str, Any, Callable[[], None]]) -> str:
    return fault[0]


@pytest.mark.parametrize("fault", FAULTS, ids=_ids)
def test_a_fault_in_the_grader_is_noticed(
    fault: tuple[str, Any, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, replacement, notices = fault
    notices()
    module, _, function = name.partition(".")
    # Imported by name: `public` is a function of the package too.
    monkeypatch.setattr(import_module(f"simulator.quiz.{module}"), function, replacement)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        notices()
