"""Variants: one text, many papers; the same seed always gives the same."""

import subprocess
import sys
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.document import Exercise, read_document
from simulator.model import Problem
from simulator.quiz_rehearsal import rehearse_variants
from simulator.scenario import Scenario
from simulator.variants import (
    Vary,
    count,
    draw,
    fill,
    outline,
    same_variant,
    sample,
    unmatched,
    variant,
    variants,
)
from tests.simulator.quizbook import LIBRARY

SETS = dedent("""\
    kind: Scenario
    slug: pair
    title: In ‹ns›
    vary:
    - {ns: prod, port: 80}
    - {ns: shop, port: 8080}
    namespaces: {‹ns›: {}}
    pods:
      ‹ns›/a: {ip: 10.0.0.1}
      ‹ns›/b: {ip: 10.0.0.2, ports: [‹port›]}
    arrows: ["‹ns›/a -> ‹ns›/b:‹port›"]
    """)
LISTS = SETS.replace("- {ns: prod, port: 80}", "  ns: [prod, shop]").replace(
    "- {ns: shop, port: 8080}", "  port: [80, 8080, 9090]"
)
EXERCISE, SCENARIO = LIBRARY.exercises["only-api"], LIBRARY.scenarios["tiers"]


def scenario(text: str) -> Scenario:
    reading = read_document(text)
    assert isinstance(reading.document, Scenario), reading.problems
    return reading.document


def problems(text: str) -> list[tuple[int, str]]:
    return [(p.mark.line if p.mark else 0, p.message) for p in read_document(text).problems]


def test_a_seed_fills_the_places_with_values_that_belong_together() -> None:
    found = {variant(SETS, str(seed)) for seed in range(20)}
    assert {"In prod" in text and "b:80" in text for text in found} == {True, False}
    assert all(("shop" in text) == ("8080" in text) for text in found)
    assert all("‹" not in text and "vary" not in text for text in found)


def test_lists_vary_each_by_itself() -> None:
    found = {variant(LISTS, str(seed)) for seed in range(200)}
    assert len(found) == count([LISTS]) == 6
    assert len(set(sample([LISTS]))) == 6


def test_what_a_seed_gives_is_written_down_here_for_every_machine_and_python() -> None:
    assert draw("seed", "vary", below=10) == 1
    assert [draw(str(n), "vary", below=100) for n in range(6)] == [83, 5, 49, 91, 42, 20]


def test_another_process_with_another_hash_seed_gives_the_same() -> None:
    code = "from simulator.variants import draw; print([draw(str(n), 'x', below=99) for n in range(9)])"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert runs == {f"{[draw(str(n), 'x', below=99) for n in range(9)]}\n"}


def test_lines_stay_where_they_were() -> None:
    rows, filled = SETS.split("\n"), variant(SETS, "1").split("\n")
    assert len(rows) == len(filled)
    assert [row for row in rows if "‹" not in row and "vary" not in row and "- {" not in row] == [
        new for row, new in zip(rows, filled, strict=True) if "‹" not in row and new != "#"
    ]


def test_a_document_stands_by_itself_with_its_first_values() -> None:
    found = scenario(SETS)
    assert [pod.ref for pod in found.cluster.pods] == ["prod/a", "prod/b"]
    assert found.cluster.pods[1].ports[0].port == 80


def test_a_variant_reads_as_a_document_of_its_own() -> None:
    names = {scenario(text).cluster.pods[1].ports[0].port for (text,) in sample([LISTS])}
    assert names == {80, 8080, 9090}


def test_an_exercises_values_stand_in_its_scenario_too() -> None:
    for texts in sample([EXERCISE, SCENARIO]):
        exercise, world = (read_document(text).document for text in texts)
        assert isinstance(exercise, Exercise)
        assert isinstance(world, Scenario)
        assert world.cluster.namespace_names[0] in exercise.solution
    # The scenario alone knows a third set; the exercise never takes it.
    assert count([EXERCISE, SCENARIO]) == 2
    assert count([SCENARIO]) == 3


def test_a_name_that_the_exercise_does_not_declare_keeps_its_first_value() -> None:
    shop = next(
        t for t in (variants([EXERCISE, SCENARIO], str(n)) for n in range(9)) if "shop" in t[0]
    )
    assert "backup: 192.168.5.10" in shop[1]


def test_two_seeds_can_be_told_to_give_the_same_text() -> None:
    seeds = [str(n) for n in range(12)]
    for one in seeds:
        for other in seeds:
            assert same_variant([SETS], one, other) is (variant(SETS, one) == variant(SETS, other))


def test_without_vary_nothing_changes() -> None:
    text = "kind: Lesson\ntitle: A lesson\n"
    assert variant(text, "1") == text
    assert count([text]) == 1


def test_every_variant_of_an_exercise_is_rehearsed() -> None:
    assert rehearse_variants(EXERCISE, SCENARIO) == ()
    broken = EXERCISE.replace(
        "{ns: shop, other: lab, port: 5432}", "{ns: shop, other: shop, port: 5432}"
    )
    assert rehearse_variants(broken, SCENARIO) != ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("title: In ‹ns›", "title: In ‹sn›", 3, 'nobody declares "sn"'),
        ("title: In ‹ns›", "title: In ‹ns ›", 3, 'nobody declares "ns "'),
        ("{ns: prod, port: 80}", "{ns: prod, port: 80, x: 1}", 6, "each set has the same names"),
        ("- {ns: shop, port: 8080}", "- {ns: prod, port: 80}", 6, "this set is here already"),
        ("ns: prod, port: 80}", "ns: 'a: b', port: 80}", 5, "is no value for ‹ns›"),
        ("ns: prod, port: 80}", "ns: '{{ x }}', port: 80}", 5, "is no value for ‹ns›"),
        ("ns: prod, port: 80}", "ns: '<b>', port: 80}", 5, "is no value for ‹ns›"),
        ("ns: prod, port: 80}", "ns: ‹port›, port: 80}", 5, "is no value for ‹ns›"),
        ("{ns: prod, port: 80}", "{ns: prod, port: 80, Tea: 1}", 5, '"Tea" is no name'),
        ("vary:\n- {ns: prod, port: 80}\n- {ns: shop, port: 8080}", "vary: {ns: [prod, prod], port: [80]}", 4, "a value of ns is here twice"),
        ("vary:\n- {ns: prod, port: 80}\n- {ns: shop, port: 8080}", "vary: prod", 4, "vary is a list of sets"),
        ("vary:\n- {ns: prod, port: 80}\n- {ns: shop, port: 8080}\n", "", 3, 'nobody declares "ns"'),
        ("title: In ‹ns›", "title: x", 5, None),
        ("‹port›", "80", 5, "nobody asks for ‹port›"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_variant_is_told_with_its_line(
    old: str, new: str, line: int, words: str | None
) -> None:
    assert old in SETS
    found = problems(SETS.replace(old, new))
    if words is None:
        assert found == []
    else:
        assert any(at == line and words in message for at, message in found), found


def test_vary_stands_on_lines_of_its_own() -> None:
    text = '{"kind": "Scenario", "vary": [{"ns": "a"}], "title": "‹ns›"}'
    assert (1, "vary stands on lines of its own") in problems(text)


def messages(found: list[Problem]) -> list[str]:
    return [problem.message for problem in found]


def test_a_name_that_neither_document_asks_for_is_told() -> None:
    text = EXERCISE.replace("port: 3306}", "port: 3306, tea: a}").replace(
        "port: 5432}", "port: 5432, tea: b}"
    )
    assert messages(list(unmatched(text, [SCENARIO]))) == ["nobody asks for ‹tea›"]


def test_two_documents_begin_with_the_same_values() -> None:
    text = EXERCISE.replace("- {ns: prod, other: staging, port: 3306}\n", "")
    assert any("‹ns› is" in message for message in messages(list(unmatched(text, [SCENARIO]))))


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_and_no_seed_raises(text: str, seed: str) -> None:
    for each in (text, f"vary: {text}", f"vary:\n- {{a: {text}}}\ntitle: ‹a›\n"):
        outline(each)
        assert variant(each, seed) == variant(each, seed)
        read_document(each)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.text(max_size=10))
def test_a_seed_always_gives_one_of_the_variants(sizes: list[int], seed: str) -> None:
    vary = Vary(lists={f"n{i}": tuple(map(str, range(size))) for i, size in enumerate(sizes)})
    every = [vary.at(number) for number in range(vary.count)]
    assert len({tuple(values.items()) for values in every}) == len(every)
    assert vary.chosen(seed) in every


def test_every_variant_comes_about_equally_often() -> None:
    found = [variant(LISTS, f"seed {n}") for n in range(600)]
    assert all(60 <= found.count(text) <= 140 for text in set(found))


def test_values_of_others_win_over_a_documents_own() -> None:
    assert "In lab" in fill(SETS, {"ns": "lab"})
