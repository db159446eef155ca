"""Mistakes made from every right answer, and how many of them are named as what they are.

A name counts as right if it is that of the misconception which the mistake was made for, or if the
misconception that is named makes the very same policies of the same right answer: then nothing
tells the two apart. Answers that mean what the reference means are left out: there the mistake
does no harm. `python -m tests.simulator.test_mistakes_made` prints the whole table.
"""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.manifest import manifests
from simulator.mistakes import CATALOGUE, Attempt, Right, make_mistakes, recognise, search
from simulator.mistakes.kinds import KINDS
from simulator.mistakes.values import Kind
from simulator.model import Cluster, NetworkPolicy
from simulator.witness import Strangers
from tests.simulator.slips import (
    SWITCHED,
    Tally,
    attempt,
    is_harmless,
    other_attempts,
    respelled_tasks,
    tally,
    tasks,
    to_make_from,
)
from tests.simulator.worlds import clusters, network_policies, policies


@pytest.fixture(scope="module")
def plain() -> Tally:
    return tally([(task, task) for task in tasks()])


def test_mistakes_made_from_every_exercise_are_named(plain: Tally) -> None:
    assert sum(plain.made.values()) > 500
    assert plain.share >= 0.95, plain.wrong


def test_each_misconception_is_named_in_nine_of_ten(plain: Tally) -> None:
    """A few kinds are made by the hundred: the share of all would not show that another fails."""
    assert len(plain.made) == 25
    missed = Counter[str]()
    for (made, _), count in plain.wrong.items():
        missed[made] += count
    assert {key: n for key, n in missed.items() if n > plain.made[key] / 10} == {}


def test_mistakes_in_answers_that_are_spelt_otherwise_are_named() -> None:
    """The answer's words are not the reference's: no repair gives the reference back."""
    pairs = [pair for pair in respelled_tasks() if to_make_from(pair[1])]
    # Every seventh, of all kinds of respelling: the script takes them all.
    found = tally(pairs[::7], leave_out=SWITCHED)
    assert sum(found.made.values()) > 200
    assert found.share >= 0.95, found.wrong


def test_other_faults_are_seldom_taken_for_a_misconception() -> None:
    """Another pod, another port, a peer too few: nothing that the catalogue has a name for."""
    named = [recognise(asked) for asked in other_attempts([(t, t) for t in tasks()])]
    assert len(named) > 80
    assert sum(map(bool, named)) / len(named) <= 0.10


@pytest.mark.parametrize("broken", [kind.id for kind in KINDS])
def test_a_recogniser_that_finds_nothing_is_missed(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberate fault: without its repairs a misconception loses its name."""
    kinds = tuple(replace(k, repairs=lambda case: iter(())) if k.id == broken else k for k in KINDS)
    monkeypatch.setattr(search, "KINDS", kinds)
    assert missed(broken) > 0.1


def test_recognisers_that_stand_for_each_other_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deliberate fault: two misconceptions exchange their repairs."""
    by_id = {kind.id: kind for kind in KINDS}
    swapped = {"M01": by_id["M14"], "M14": by_id["M01"]}
    kinds = tuple(Kind(k.id, k.make, swapped.get(k.id, k).repairs) for k in KINDS)
    monkeypatch.setattr(search, "KINDS", kinds)
    assert missed("M01") == missed("M14") == 1


def missed(misconception: str) -> float:
    """The share of mistakes of one kind that is not named as such."""
    found = tally([(task, task) for task in tasks()], only={misconception}, most=12)
    return 1 - found.share


def test_the_name_does_not_hang_on_where_the_policies_came_from() -> None:
    """Made policies written as YAML and read again: the same name, and lines of that text."""
    for task in tasks()[::3]:
        firsts = {m.misconception: m for m in make_mistakes(task.right) if not m.text}
        for made in firsts.values():
            text = manifests(made.policies)
            asked = attempt(task, made)
            again = recognise(replace(asked, answer=policies(text) if made.policies else ()))
            assert [f.misconception for f in again] == [f.misconception for f in recognise(asked)]
            lines = text.splitlines()
            assert all(f.mark.line <= len(lines) for f in again if f.mark)


@settings(max_examples=60)
@given(
    clusters(),
    st.lists(network_policies, max_size=2).map(tuple),
    st.lists(network_policies, max_size=2).map(tuple),
    st.booleans(),
)
def test_no_world_is_too_odd(
    cluster: Cluster,
    reference: tuple[NetworkPolicy, ...],
    answer: tuple[NetworkPolicy, ...],
    met: bool,
) -> None:
    asked = Attempt(cluster, reference, answer, strangers=Strangers() if met else None)
    named = recognise(asked)
    assert len(named) <= search.MOST_NAMED
    assert all(found.misconception in CATALOGUE and found.sentence for found in named)
    in_policies = {kind.id for kind in KINDS} & {found.misconception for found in named}
    if is_harmless(asked) and not met:
        assert not in_policies
    for made in make_mistakes(Right(cluster, reference)):
        assert made.misconception in CATALOGUE


def test_harmless_mistakes_are_not_counted() -> None:
    found = tally([(task, task) for task in tasks()], only={"M03"})
    assert found.harmless > 0
    assert sum(found.made.values()) == found.right + found.alike + sum(found.wrong.values())


if __name__ == "__main__":
    for title, pairs in (
        ("The exercises as their authors solved them", [(t, t) for t in tasks()]),
        ("Right answers in other words", [p for p in respelled_tasks() if to_make_from(p[1])]),
    ):
        print(f"{title}\n{tally(pairs).table()}\n")
    every = other_attempts([(t, t) for t in tasks()])
    others = Counter(found[0].misconception if (found := recognise(a)) else "none" for a in every)
    print(f"Faults without a name in the catalogue were named: {dict(others.most_common())}")
