"""Presses of buttons: a cluster built by small forms, texts of policies, and the way back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from netpol_lab.lab.sandbox import policies
from netpol_lab.lab.sandbox.bench import set_up
from netpol_lab.lab.sandbox.documents import cluster_text, read_cluster
from netpol_lab.lab.sandbox.look import Look
from netpol_lab.lab.sandbox.presses import press
from netpol_lab.lab.sandbox.state import MOST_STATE, MOST_TABS, read_state, state_text
from simulator.model import PingBehaviour, Pod
from simulator.parse import read_policies
from tests.lab.sandbox.conftest import DENY_ALL, SCENARIOS, Page


def refs(page: Page) -> list[str]:
    return [end.ref for end in page.desk.state.now.scenario.cluster.endpoints]


def pod(page: Page, ref: str) -> Pod:
    return next(p for p in page.desk.state.now.scenario.cluster.pods if p.ref == ref)


# ── the state as a text ──


@pytest.mark.parametrize("number", range(3))
def test_a_scenario_is_read_back_as_it_was_written(number: int) -> None:
    scenario = SCENARIOS[number]
    again = read_cluster(cluster_text(scenario))
    assert again.problems == ()
    assert again.scenario is not None
    assert again.scenario.cluster == scenario.cluster
    assert again.scenario.arrows == scenario.arrows
    assert again.scenario.dials == scenario.dials


def test_a_state_is_read_back_as_it_was_written(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL, do="remember")
    text = tiers.desk.text
    reading = read_state(text)
    assert reading.problems == ()
    assert state_text(reading.state, cluster_text) == text


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "null", '{"sandbox": 2}', '{"sandbox": 1}', "[" * 100_000, "1" * 5_000,
        '{"sandbox":1,"cluster":"kind: Lesson","policies":[]}',
        '{"sandbox":1,"cluster":{},"policies":[]}',
        '{"sandbox":1,"cluster":"a: &a [*a]","policies":[]}',
        " " * (MOST_STATE + 1) + "{}",
        json.dumps({"sandbox": 1, "cluster": "items:\n" + "- {a: b}\n" * 20_000, "policies": []}),
        json.dumps({"sandbox": 1, "cluster": "--- {}\n" * 30_000, "policies": []}),
    ],
    ids=lambda text: text[:40].strip() or "too long",
)  # fmt: skip
def test_a_broken_state_is_said_and_left(text: str) -> None:
    desk = press({"state": text, "do": "show"})
    assert "cannot be read" in desk.faults[0].message
    assert desk.state.now.scenario.cluster.endpoints == ()


@pytest.mark.parametrize("key", ["cluster", "policies", "open", "before"])
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [[]], [{}], {"cluster": 1}, True, -1])
def test_no_field_of_a_state_breaks_the_page(tiers: Page, key: str, value: object) -> None:
    fields = json.loads(tiers.desk.text)
    fields[key] = value
    desk = press({"state": json.dumps(fields), "policy": DENY_ALL})
    set_up(desk.state, desk.look, was=desk.was)


# ── building ──


def test_a_cluster_is_built_by_small_forms(page: Page) -> None:
    page.add("namespace", name="prod", labels="env=prod, team=shop")
    page.add("pod", name="web", labels="app=web", ports="http=80")
    page.add("pod", name="db", labels="app: db\ntier: back", ports="5432, dns=53/UDP")
    page.add("service", name="db", selector="app=db", ports="80 -> 5432")
    page.add("host", name="backup")
    cluster = page.desk.state.now.scenario.cluster
    assert refs(page) == ["prod/web", "prod/db", "backup"]
    assert cluster.namespaces[0].labels["team"] == "shop"
    assert [(p.port, p.protocol, p.name) for p in pod(page, "prod/db").ports] == [
        (5432, "TCP", ""),
        (53, "UDP", "dns"),
    ]
    assert pod(page, "prod/web").addresses != pod(page, "prod/db").addresses
    assert cluster.services[0].ports[0].target == 5432
    assert page.desk.notes == ("Added host backup.",)


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("namespace", {"name": ""}, "needs a name"),
        ("namespace", {"name": "Prod"}, "lowercase RFC 1123 label"),
        ("namespace", {"name": "prod"}, "already"),
        ("pod", {"name": ""}, "the pod needs a name"),
        ("service", {"name": "", "ports": "80"}, "the Service needs a name"),
        ("pod", {"name": "web"}, "already"),
        ("pod", {"name": "x", "labels": "app"}, "write key=value"),
        ("pod", {"name": "x", "labels": "-a=b"}, "Invalid value"),
        ("pod", {"name": "x", "ports": "eighty"}, "is no port"),
        ("pod", {"name": "x", "ports": "70000"}, "ports go from 1 to 65535"),
        ("pod", {"name": "x", "ip": "10.0.0"}, "is no IP address"),
        ("pod", {"name": "x", "space": "nowhere"}, "no namespace"),
        ("service", {"name": "x", "ports": ""}, "a Service has a port"),
        ("host", {"name": "x", "ip": "example.org"}, "is no IP address"),
    ],
)
def test_what_a_form_cannot_take_is_said_beside_it(
    tiers: Page, kind: str, fields: dict[str, str], says: str
) -> None:
    before = tiers.desk.text
    desk = tiers.add(kind, **fields)
    assert desk.panel is not None
    assert says in " ".join(desk.panel.wrong)
    assert desk.panel.fields["name"] == fields["name"]
    assert desk.text == before


def test_a_renamed_namespace_takes_its_pods_and_arrows_along(tiers: Page) -> None:
    arrows = len(tiers.desk.state.now.scenario.arrows)
    tiers.press(panel__open="namespace:prod")
    tiers.press(do="save", f__name="live")
    assert "live/db" in refs(tiers)
    assert "prod/db" not in refs(tiers)
    assert len(tiers.desk.state.now.scenario.arrows) == arrows


def test_a_pod_is_changed_and_taken_out(tiers: Page) -> None:
    tiers.press(panel__open="pod:prod/api")
    tiers.press(do="save", f__name="backend", f__labels="role=backend")
    assert pod(tiers, "prod/backend").labels == {"role": "backend"}
    assert any(a.source.ref == "prod/backend" for a in tiers.desk.state.now.scenario.arrows)
    tiers.press(panel__open="pod:prod/backend")
    tiers.press(do="remove")
    assert "prod/backend" not in refs(tiers)
    assert all("backend" not in a.source.ref for a in tiers.desk.state.now.scenario.arrows)


def test_enter_saves_the_open_form(page: Page) -> None:
    page.press(panel__open="namespace:")
    desk = page.press(do="default", f__name="prod")
    assert desk.state.now.scenario.cluster.namespace_names == ("prod",)


def test_the_plugins_switches_are_part_of_the_state(tiers: Page) -> None:
    tiers.press(plugin="1", plugin__off="on", plugin__ping="always-allowed")
    plugin = tiers.desk.state.now.scenario.cluster.plugin
    assert (plugin.enforces, plugin.ping) == (False, PingBehaviour.ALWAYS_ALLOWED)
    tiers.press(plugin="1", plugin__ping="nonsense")
    plugin = tiers.desk.state.now.scenario.cluster.plugin
    assert (plugin.enforces, plugin.ping) == (True, PingBehaviour.ALWAYS_ALLOWED)


# ── the way back ──


def test_undo_brings_a_removed_pod_back_and_keeps_what_was_typed(tiers: Page) -> None:
    tiers.press(panel__open="pod:prod/db")
    tiers.press(do="remove")
    assert tiers.desk.step is not None
    assert tiers.desk.step.label == "Undo: removed pod prod/db"
    tiers.press(policy=DENY_ALL)
    tiers.press(do="undo")
    assert "prod/db" in refs(tiers)
    assert tiers.desk.state.tab.text == DENY_ALL
    assert tiers.desk.step.label == "Redo: removed pod prod/db"
    tiers.press(do="undo")
    assert "prod/db" not in refs(tiers)


def test_a_start_is_undone_whole(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL, start="empty")
    assert refs(tiers) == []
    tiers.press(do="undo")
    assert len(refs(tiers)) == 6
    assert tiers.desk.state.tab.text == DENY_ALL


@pytest.mark.parametrize(
    "earlier", ["{", "[]", '{"what":1}', '{"what":"x","part":"all","state":"","undone":0}x']
)
def test_a_broken_way_back_is_none(tiers: Page, earlier: str) -> None:
    desk = press({**tiers.fields, "earlier": earlier, "do": "undo"})
    assert len(desk.state.now.scenario.cluster.endpoints) == 6


# ── texts of policies ──


def test_policies_stand_in_several_texts(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL)
    tiers.press(do="tab-new")
    assert [tab.name for tab in tiers.desk.state.now.tabs] == ["policies", "policies 2"]
    tiers.press(policy=DENY_ALL.replace("prod", "staging"), do="tab-rename", tab__name=" staging ")
    assert tiers.desk.state.tab.name == "staging"
    tiers.press(tab="0")
    assert tiers.desk.state.tab.text == DENY_ALL
    bench = set_up(tiers.desk.state, tiers.desk.look)
    assert bench.grid.counts == (("allowed", 0), ("denied", 30))[1:]
    tiers.press(do="tab-remove")
    assert [tab.name for tab in tiers.desk.state.now.tabs] == ["staging"]
    tiers.press(do="undo")
    assert len(tiers.desk.state.now.tabs) == 2


def test_there_is_a_last_text(tiers: Page) -> None:
    for _ in range(MOST_TABS):
        tiers.press(do="tab-new")
    assert len(tiers.desk.state.now.tabs) == MOST_TABS
    assert "which is the most" in tiers.desk.faults[0].message
    for _ in range(3):
        tiers.press(tab="999999999999")
        tiers.press(do="tab-remove")
    assert tiers.desk.state.tab.text == ""


def test_a_policy_in_two_texts_counts_once(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL)
    tiers.press(do="tab-new")
    tiers.press(policy=DENY_ALL.replace("[Ingress, Egress]", "[Ingress]"))
    bench = set_up(tiers.desk.state, tiers.desk.look)
    [problems] = bench.problems
    assert "prod/deny-all is also in policies" in problems.views[0].problem.message
    assert (
        dict(bench.grid.counts)["allowed"] == 15
    )  # to staging and to the backup: egress of prod stays open


def test_a_refused_text_leaves_the_last_good_one_in_force(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL)
    tiers.press(policy=DENY_ALL.replace("podSelector", "podselector"))
    bench = set_up(tiers.desk.state, tiers.desk.look)
    assert bench.refused
    assert bench.tabs[0].sign == "✕"
    assert dict(bench.grid.counts)["denied"] > 0
    tiers.press(policy="# nothing\n")
    bench = set_up(tiers.desk.state, tiers.desk.look)
    assert not bench.problems
    assert dict(bench.grid.counts) == {"allowed": 30}


def test_policies_that_cost_too_much_are_refused_with_the_number(tiers: Page) -> None:
    text = "---\n".join(DENY_ALL.replace("deny-all", f"p{n}") for n in range(50))
    for number in range(7):
        tiers.press(policy=text.replace("name: p", f"name: q{number}p"))
        tiers.press(do="tab-new")
    bench = set_up(tiers.desk.state, tiers.desk.look)
    assert bench.refusal is not None
    assert "350 policies; at most 300" in bench.refusal.problem.message
    assert dict(bench.grid.counts) == {"allowed": 30}


# ── comparing ──


def test_what_differs_from_a_remembered_state_is_told(tiers: Page) -> None:
    tiers.press(do="remember")
    tiers.press(policy=DENY_ALL)
    bench = set_up(tiers.desk.state, replace(tiers.desk.look, changed=True))
    assert bench.comparison is not None
    assert "closed: prod/web → prod/api : every port" in {t.says for t in bench.comparison.told}
    cells = [cell for row in bench.grid.rows for each in row.cells for cell in each]
    assert {cell.was for cell in cells} == {"allowed"}
    assert bench.grid.shown < bench.grid.total
    tiers.press(do="back")
    assert tiers.desk.state.tab.text == ""
    same = set_up(tiers.desk.state, tiers.desk.look).comparison
    assert same is not None
    assert same.same


def test_a_changed_cluster_is_compared_by_its_connections(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL, do="remember")
    tiers.add("pod", name="cache", space="staging", ports="6379")
    tiers.press(policy="")
    comparison = set_up(tiers.desk.state, tiers.desk.look).comparison
    assert comparison is not None
    told = [each.says for each in comparison.told]
    assert told[0] == "new: staging/cache"
    assert "opened: staging/web → prod/db : 3306" in told
    tiers.press(do="forget")
    assert set_up(tiers.desk.state, tiers.desk.look).comparison is None


# ── arrows ──


def test_an_arrow_is_drawn_and_taken_out(tiers: Page) -> None:
    tiers.press(why="0-4-8080-tcp", arrow="0-4-8080-tcp")
    bench = set_up(tiers.desk.state, tiers.desk.look)
    assert bench.why is not None
    assert bench.why.drawn
    assert len(bench.sentences) == 8
    tiers.press(arrow="0-4-8080-tcp")
    assert len(set_up(tiers.desk.state, tiers.desk.look).sentences) == 7


def test_a_cluster_without_arrows_of_its_own_gets_some(page: Page) -> None:
    page.add("namespace", name="a")
    for name in ("x", "y", "z"):
        page.add("pod", name=name)
    bench = set_up(page.desk.state, page.desk.look)
    assert len(bench.sentences) == 6


def test_the_lines_that_decide_name_their_text(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL)
    tiers.press(do="tab-new")
    tiers.press(why="3-2-3306-tcp")
    why = set_up(tiers.desk.state, tiers.desk.look).why
    assert why is not None
    [lines] = why.tabs
    assert (lines.name, lines.open) == ("policies", False)
    assert lines.lines[0].text == "  podSelector: {}"


# ── the smallest edit ──


def test_the_smallest_edit_is_shown_and_made(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL.replace("[Ingress, Egress]", "[Ingress]"))
    tiers.press(why="1-2-3306-tcp", flip="1")
    why = set_up(tiers.desk.state, tiers.desk.look).why
    assert why is not None
    assert why.suggestion is not None
    assert why.suggestion.flip.headline == "prod/api → prod/db : 3306 would be allowed"
    tiers.press(why="1-2-3306-tcp", do="use-edit")
    bench = set_up(tiers.desk.state, tiers.desk.look)
    assert bench.why is not None
    assert bench.why.outcome == "allowed"
    assert dict(bench.grid.counts)["denied"] == 14
    assert tiers.desk.step is not None
    assert tiers.desk.step.label == "Undo: made the edit for prod/api → prod/db : 3306"
    tiers.press(do="undo")
    assert "ingress" not in tiers.desk.state.tab.text


def test_an_edit_across_several_texts_is_told_only(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL)
    tiers.press(do="tab-new")
    tiers.press(policy=DENY_ALL.replace("prod", "staging"))
    tiers.press(why="1-2-3306-tcp", flip="1")
    why = set_up(tiers.desk.state, tiers.desk.look).why
    assert why is not None
    assert why.suggestion is not None
    assert why.suggestion.tab is None
    assert why.suggestion.flip.sentences
    before = tiers.desk.text
    assert tiers.press(why="1-2-3306-tcp", do="use-edit").text == before


@pytest.mark.parametrize("why", ["", "0-1-ping-icmp", "x", "9-9-80-tcp"])
def test_no_edit_is_made_of_what_cannot_be_flipped(tiers: Page, why: str) -> None:
    before = tiers.desk.text
    assert tiers.press(why=why, flip="1", do="use-edit").text == before


def test_a_text_is_read_once_for_now_and_for_before(
    tiers: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiers.press(policy=DENY_ALL, do="remember")
    was, texts, real = tiers.desk.state, [], read_policies

    def counted(text: str, **how: Any) -> Any:
        texts.append(text)
        return real(text, **how)

    monkeypatch.setattr(policies, "read_policies", counted)
    bench = set_up(was, Look(), was=was)
    assert texts == [DENY_ALL]
    assert bench.live == "No arrow changed."
    assert bench.comparison is not None
    assert bench.comparison.same


def test_a_text_is_read_again_where_namespaces_differ(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL)
    was = tiers.desk.state
    tiers.press(panel="namespace:prod", f__name="other", do="save")
    # No prod any more, so the policy is refused, and is not the one that was in force before.
    assert set_up(tiers.desk.state, Look(), was=was).refused
    assert not set_up(was, Look(), was=tiers.desk.state).refused
