"""The plugin that a learner switches, and exercises that are solved by it alone or by taking away."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.document import Exercise, read_document
from simulator.evaluate import evaluate
from simulator.model import Outcome, Plugin
from simulator.parse import read_policies
from simulator.plugins import Settings, with_settings
from simulator.rehearsal import rehearse
from simulator.scenario import Scenario
from simulator.switching import (
    VALUES,
    offered,
    read_settings,
    settings_of,
    switched,
    switched_scenario,
    write_settings,
)

SCENARIO = """\
kind: Scenario
slug: pair
title: A pair
namespaces: {one: {}}
pods:
  one/a: {labels: {app: a}, ip: 10.0.0.1}
  one/b: {labels: {app: b}, ip: 10.0.0.2, ports: {web: 80}}
plugin: {enforces: false, ping: always-allowed}
arrows: ["one/a -> one/b:80"]
"""
POLICY = """\
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: p, namespace: one}
  spec: {podSelector: {matchLabels: {app: b}}}
"""
HEAD = "kind: Exercise\nslug: x\ntitle: X\nscenario: pair\ntask: Do it.\n"
PLUGIN = f"""\
{HEAD}changes: plugin
starter: |
{POLICY}plugin: {{enforces: true}}
wrong:
- name: as it was
  plugin: {{enforces: false}}
  tooOpen: ["one/a -> one/b:80"]
- name: pings alone
  plugin: {{ping: denied-when-isolated}}
  tooOpen: ["one/a -> one/b:80"]
"""
AWAY = f"""\
{HEAD}starter: |
{POLICY}solution: |
  # As open as before.
wrong:
- name: all pods shut
  answer: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {{name: p, namespace: one}}
    spec: {{podSelector: {{}}}}
  tooStrict: ["one/b -> one/a:80"]
"""


def scenario(text: str = SCENARIO) -> Scenario:
    document = read_document(text).document
    assert isinstance(document, Scenario)
    return document


def exercise(text: str) -> Exercise:
    reading = read_document(text)
    assert isinstance(reading.document, Exercise), reading.problems
    return reading.document


def told(text: str, world: str = SCENARIO) -> list[str]:
    return [problem.message for problem in rehearse(exercise(text), scenario(world))]


def test_settings_that_are_not_named_stay_as_the_scenario_has_them() -> None:
    plugin = switched(scenario().cluster, {"enforces": True}).plugin
    assert settings_of(plugin) == {**settings_of(scenario().cluster.plugin), "enforces": True}
    assert plugin.ping.value == "always-allowed"


def test_every_setting_can_be_set_to_every_value() -> None:
    for name, values in VALUES.items():
        for value in values:
            assert settings_of(with_settings(Plugin(), {name: value}))[name] == value
    assert len(VALUES) == len(settings_of(Plugin())) == 7


def test_a_switched_scenario_is_judged_by_its_new_plugin() -> None:
    policies = read_policies(exercise(PLUGIN).starter).policies
    outcomes = [
        evaluate(each.cluster, policies, each.arrows[0]).outcome
        for each in (scenario(), switched_scenario(scenario(), '{"enforces":true}'))
    ]
    assert outcomes == [Outcome.NOT_ENFORCED, Outcome.DENIED]


def test_a_scenario_with_nothing_switched_is_itself() -> None:
    plain = scenario()
    for text in ("", "{", '{"enforces":false}', '{"enforces":0}', '{"unknown":true}'):
        assert switched_scenario(plain, text) is plain


@given(
    st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}
    )
)
def test_settings_come_back_from_their_text(settings: Settings) -> None:
    assert read_settings(write_settings(settings)) == settings
    assert (write_settings(settings) == "") is (not settings)


@pytest.mark.parametrize(
    ("name", "value"), [*product(VALUES, [None, 1, 0, "", "yes", [], {}, "True"])]
)
def test_what_no_setting_can_be_is_left_out(name: str, value: object) -> None:
    assert read_settings(json.dumps({name: value})) == {}


@given(st.text() | st.just("[" * 100_000) | st.just('{"enforces": 1e999}'))
def test_mangled_texts_never_raise(text: str) -> None:
    read_settings(text)


def test_a_page_offers_what_solution_and_wrong_answers_switch() -> None:
    task = exercise(PLUGIN)
    assert offered([task.plugin, *(wrong.plugin for wrong in task.wrong)]) == ("enforces", "ping")
    assert offered([]) == ()


# ── Exercises ──


def test_an_exercise_that_switches_the_plugin_keeps_its_promises() -> None:
    assert told(PLUGIN) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("plugin: {enforces: true}", "plugin: {enforces: false}", "the starter already solves"),
        ("plugin: {enforces: false}", "plugin: {enforces: true}", "'as it was' solves the task"),
        ("one/a -> one/b:80", "one/b -> one/a:80", "one/b -> one/a : 80/TCP is not too open"),
        ("kind: NetworkPolicy", "kind: Policy", "solution: "),
    ],
)
def test_a_plugin_exercise_that_breaks_its_promise_is_told(old: str, new: str, words: str) -> None:
    found = told(PLUGIN.replace(old, new, 1))
    assert any(words in message for message in found), found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("plugin: {enforces: true}\n", "", "the field plugin is missing"),
        ("  plugin: {enforces: false}\n", "  answer: x\n", "the field plugin is missing"),
        ("{enforces: false}", "{enforce: false}", 'unknown field "enforce"'),
        ("{enforces: false}", "{enforces: perhaps}", "enforces is true or false"),
        ("denied-when-isolated", "sometimes", "ping is one of undefined, follows-portless-rules"),
    ],
)
def test_a_plugin_exercise_is_read_or_told_what_it_lacks(old: str, new: str, message: str) -> None:
    assert old in PLUGIN
    found = [problem.message for problem in read_document(PLUGIN.replace(old, new, 1)).problems]
    assert any(each.startswith(message) for each in found), found


def test_a_policy_may_be_there_to_be_taken_away() -> None:
    assert exercise(AWAY).takes_away
    assert told(AWAY, SCENARIO.replace("enforces: false", "enforces: true")) == []


def test_other_exercises_take_nothing_away() -> None:
    assert not exercise(PLUGIN).takes_away
    assert not exercise(AWAY.replace("  # As open as before.\n", POLICY)).takes_away


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f"starter: |\n{POLICY}", 'starter: "# nothing"\n', "starter: line 1: no objects passed"),
        ("podSelector: {matchLabels: {app: b}}", "podSelector: {matchLabels: {app: c}}", "already"),
    ],
)
def test_what_is_to_be_taken_away_must_be_there(old: str, new: str, words: str) -> None:
    found = told(AWAY.replace(old, new, 1), SCENARIO.replace("enforces: false", "enforces: true"))
    assert any(words in message for message in found), found
