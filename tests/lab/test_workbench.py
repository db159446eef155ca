"""The page's values, without a request."""

from dataclasses import replace

import pytest

from netpol_lab.lab import texts
from netpol_lab.lab.probes import probe_ids, table_probes
from netpol_lab.lab.workbench import Question, State, set_up
from tests.lab.conftest import SOLUTION, lesson


def test_every_probe_of_the_table_has_an_id_that_leads_back_to_it() -> None:
    _, scenario = lesson()
    ends = scenario.cluster.endpoints
    probes = [p for s in ends for t in ends for p in table_probes(scenario, s, t)]
    assert len(probes) == 30
    ids = probe_ids(scenario)
    assert [ids.asked(ids.of(probe)) for probe in probes] == probes


def test_every_arrow_of_the_picture_is_a_cell_of_the_table() -> None:
    exercise, scenario = lesson()
    bench = set_up(exercise, scenario, Question(State(SOLUTION)))
    cells = {
        cell.id: cell.outcome for row in bench.table.rows for pair in row.cells for cell in pair
    }
    for arrow in bench.pictures[0].arrows:
        assert f"arrow-{cells[arrow.id]}" in arrow.classes


def test_an_edit_moves_nothing() -> None:
    exercise, scenario = lesson()
    first = set_up(exercise, scenario, Question(State(exercise.starter))).pictures[0]
    second = set_up(exercise, scenario, Question(State(SOLUTION))).pictures[0]
    assert first.cards == second.cards
    assert [arrow.path for arrow in first.arrows] == [arrow.path for arrow in second.arrows]


def test_policies_that_would_cost_too_much_are_refused_with_the_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "MOST_STEPS", 100)
    exercise, scenario = lesson()
    bench = set_up(
        exercise, scenario, Question(State(SOLUTION), State(exercise.starter), judged=True)
    )
    assert bench.refused
    assert bench.problems[0].problem.limit == "steps"
    assert "756 steps" in bench.problems[0].problem.message


def test_thousands_of_ports_take_one_pass() -> None:
    """A hang guard: this text took half a minute when port sets were compared pair by pair."""
    exercise, scenario = lesson()
    rules = "".join(
        "  - ports: [" + ", ".join(f"{{port: {1 + 2 * (i * 100 + j)}}}" for j in range(100)) + "]\n"
        for i in range(40)
    )
    text = SOLUTION.partition("  ingress:")[0] + "  ingress:\n" + rules
    bench = set_up(exercise, scenario, Question(State(text), judged=True))
    assert bench.result is not None
    assert not bench.result.solved


def test_a_scenario_can_ask_a_later_api_server() -> None:
    """Host bits in a CIDR are a warning in 1.35 and refused in 1.37."""
    exercise, scenario = lesson()
    block = SOLUTION.partition("    - podSelector:")[0] + "    - ipBlock: {cidr: 10.0.0.5/24}\n"
    assert not set_up(exercise, scenario, Question(State(block))).refused
    later = replace(scenario, kubernetes="1.37")
    bench = set_up(exercise, later, Question(State(block)))
    assert bench.refused
    assert "must not have bits set beyond the prefix length" in bench.problems[0].problem.message


def test_where_policies_are_to_be_taken_away_a_text_without_any_is_the_answer() -> None:
    exercise, scenario = lesson()
    away = replace(exercise, solution="# As open as before.\n", wrong=())
    for text, solved in (("", True), ("# gone", True), (exercise.starter, False)):
        bench = set_up(away, scenario, Question(State(text), judged=True))
        assert bench.check is not None
        assert (bench.check.solved, bench.refused) == (solved, False)
    bench = set_up(exercise, scenario, Question(State("# gone"), judged=True))
    assert (bench.check, bench.refusal) == (None, "There is nothing to apply yet")
