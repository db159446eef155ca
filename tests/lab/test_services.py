"""Services on the lesson page: cards, arrows, columns, reasons."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from netpol_lab.lab.announcing import Telling
from netpol_lab.lab.probes import probe_ids, table_dials
from netpol_lab.lab.workbench import Bench, Question, State, set_up
from simulator.document import read_document
from simulator.model import Dial, Plugin
from simulator.scenario import Scenario
from tests.lab.conftest import lesson

SLUG = "deny-all-then-dns"
URL = f"/lab/{SLUG}/"
TO_API = "0-s0-80-tcp"


@pytest.fixture
def ana(ana: Client) -> Client:
    """A learner who looked at the picture without predicting it."""
    ana.post(URL + "predict", {"policy": lesson(SLUG)[0].starter, "skip": "1"})
    return ana


def wrong(start: str) -> str:
    """The wrong answer whose name starts like this."""
    return next(w.answer for w in lesson(SLUG)[0].wrong if w.name.startswith(start))


ANSWERS = {
    "allowed": lesson(SLUG)[0].solution,
    "denied": wrong("the port of the Service"),
    "mixed": wrong("one version"),
    "name-not-resolved": wrong("DNS forgotten"),
}
LABELS = {
    "allowed": "✓ 80",
    "denied": "✕ 80 egress",
    "mixed": "± 80: 1 of 2",
    "name-not-resolved": "✕ no name",
}
CELLS = {**LABELS, "denied": "✕ 80", "mixed": "± 80", "name-not-resolved": "✕ 80 no name"}


def bench(text: str, *, before: str = "") -> Bench:
    """The page for a text; with the accepted text before it, the answer to a submission."""
    submitted = before != ""
    telling = Telling.SUBMISSION if submitted else Telling.WHY
    return set_up(*lesson(SLUG), Question(State(text), State(before), submitted, "", telling))


# ── the page ──


@pytest.mark.django_db
def test_it_works(ana: Client) -> None:
    page = unescape(ana.get(URL).content.decode())
    assert page.count('data-ref="api.shop"') == 2  # wide and upright
    assert page.count(">80 → 8080</text>") == 2
    assert '<th scope="col">api.shop (Service)</th>' in page
    assert f'id="cell-{TO_API}"' in page
    assert "shop/web → api.shop : 80 is not even begun" in page


@pytest.mark.django_db
def test_the_reason_lists_the_look_up_and_each_endpoint_with_the_lines_that_decide(
    ana: Client,
) -> None:
    asked = {"policy": ANSWERS["mixed"], "why": TO_API}
    page = unescape(ana.post(URL + "evaluate", asked).content.decode())
    why = page.partition('id="why"')[2].partition("</section>")[0]
    assert [re.sub(r"\s+", " ", dt) for dt in re.findall(r"<dt>(.*?): <span", why)] == [
        "Looking up api.shop",
        "Endpoint shop/api-v1 (port 80 of the Service is 8080 of the pod)",
        "Endpoint shop/api-v2 (port 80 of the Service is 8080 of the pod)",
    ]
    assert "shop/api-v2 has version=v2" in why
    assert "{app: api, version: v1}" in why.partition("The lines that decide")[2]
    assert f'class="arrow arrow-mixed selected" data-arrow="{TO_API}"' in page


@pytest.mark.django_db
def test_a_sign_is_explained_where_an_arrow_bears_it_and_nowhere_else(ana: Client) -> None:
    for outcome, text in ANSWERS.items():
        page = ana.post(URL + "evaluate", {"policy": text}).content.decode()
        for sign in ("mixed", "name-not-resolved", "unreachable"):
            assert (f'<li class="{sign}"><span aria-hidden' in page) is (sign == outcome)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "why", ["0-s1-80-tcp", "0-s-80-tcp", "0-x0-80-tcp", "0-s0-ping-tcp", "9-s0-80-tcp", "s0-0-80-tcp",
            "0-s0-0-tcp", "0-s٣-80-tcp"]
)  # fmt: skip
def test_an_id_that_asks_nothing_explains_nothing(ana: Client, why: str) -> None:
    page = ana.post(URL + "evaluate", {"policy": "#", "why": why}).content.decode()
    assert "Pick an arrow" in page


# ── the values ──


@pytest.mark.parametrize("outcome", ANSWERS)
def test_arrow_cell_and_sentence_say_the_same(outcome: str) -> None:
    shown = bench(ANSWERS[outcome])
    arrow = next(arrow for arrow in shown.pictures[0].arrows if arrow.id == TO_API)
    cell = next(c for row in shown.table.rows for cells in row.cells for c in cells
                if c.id == TO_API)  # fmt: skip
    assert (arrow.classes, arrow.label.text) == (f"arrow arrow-{outcome}", LABELS[outcome])
    assert (cell.outcome, cell.text) == (outcome, CELLS[outcome])
    assert [s.outcome for s in shown.sentences if "api.shop" in s.explanation.headline] == [outcome]


def test_every_pod_may_dial_the_service_and_a_host_outside_may_not() -> None:
    rows = {row.source: row.cells[-1] for row in bench("#").table.rows}
    assert {source: len(cells) for source, cells in rows.items()} == {
        "shop/web": 1, "shop/api-v1": 1, "shop/api-v2": 1, "kube-system/coredns": 1, "internet": 0,
    }  # fmt: skip


def test_a_change_to_mixed_is_announced_with_its_reason() -> None:
    live = bench(ANSWERS["mixed"], before=ANSWERS["allowed"]).live
    assert live.startswith(
        "Not yet: 1 connection that should pass is refused. shop/web → api.shop : 80 is now mixed: shop/web → "
    )
    assert "shop/api-v2 has version=v2" in live


def test_a_lost_name_is_announced() -> None:
    live = bench(ANSWERS["name-not-resolved"], before=ANSWERS["allowed"]).live
    assert "2 arrows changed" in live
    assert "shop/web → api.shop : 80 is now not even begun: the name is not resolved." in live


def test_an_edit_moves_nothing() -> None:
    places = [
        [(arrow.path, arrow.label_frame.y) for arrow in bench(text).pictures[1].arrows]
        for text in ANSWERS.values()
    ]
    assert all(place == places[0] for place in places)


def test_nothing_enforced_is_said_of_a_service_too() -> None:
    exercise, scenario = lesson(SLUG)
    cluster = replace(scenario.cluster, plugin=Plugin(enforces=False))
    shown = set_up(exercise, replace(scenario, cluster=cluster), Question(State(ANSWERS["mixed"])))
    arrow = next(arrow for arrow in shown.pictures[0].arrows if arrow.id == TO_API)
    assert arrow.label.text == "~ not enforced"


# ── ids and columns ──

DOORS = """\
kind: Scenario
slug: doors
title: Every way in
namespaces: {one: {}, two: {}}
nodes: {node-1: 10.0.0.1}
pods:
  one/a: {labels: {app: a}, ip: 10.1.0.1, ports: {http: 8080}}
  two/b: {labels: {app: b}, ip: 10.1.0.2}
hosts: {internet: 203.0.113.7}
services:
  one/idle: {selector: {app: a}, ports: [{port: 9}]}
  one/a: {selector: {app: a}, ports: [{port: 80, targetPort: http}], clusterIP: 10.96.0.1}
  one/each: {selector: {app: a}, clusterIP: None, ports: [{port: 80, targetPort: 8080}]}
  one/door: {type: NodePort, selector: {app: a}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
arrows:
- one/a -> a:80
- two/b -> 10.96.0.1:80
- two/b -> each.one.svc.cluster.local:8080
- internet -> door.one:30080
- two/b -> a.one:81
"""


def doors() -> Scenario:
    scenario = read_document(DOORS).document
    assert isinstance(scenario, Scenario)
    return scenario


def test_every_dial_of_the_table_has_an_id_that_leads_back_to_it() -> None:
    scenario = doors()
    ids = probe_ids(scenario)
    dials = [
        dial
        for source in scenario.cluster.endpoints
        for service in scenario.cluster.services
        for dial in table_dials(scenario, source, service)
    ]
    names = [ids.of(dial) for dial in dials]
    assert len(set(names)) == len(names)
    for dial, name in zip(dials, names, strict=True):
        back = ids.asked(name)
        assert isinstance(back, Dial)
        assert (back.source, back.target, back.port) == (dial.source, dial.target, dial.port)


def test_an_arrows_id_leads_back_to_the_name_that_its_author_wrote() -> None:
    scenario = doors()
    ids = probe_ids(scenario)
    assert [ids.asked(ids.of(dial)) for dial in scenario.dials] == list(scenario.dials)


def test_every_arrow_of_the_picture_is_a_cell_of_the_table() -> None:
    exercise, _ = lesson(SLUG)
    shown = set_up(exercise, doors(), Question(State("#")))
    cells = {cell.id: cell for row in shown.table.rows for column in row.cells for cell in column}
    arrows = {arrow.id: arrow for arrow in shown.pictures[0].arrows}
    assert len(arrows) == 5
    for name, arrow in arrows.items():
        assert arrow.classes == f"arrow arrow-{cells[name].outcome}"
    assert [cells[name].text for name in arrows] == [
        "✓ 80", "✓ 80 by IP", "✓ 8080", "✓ 30080", "✕ 81 nowhere",
    ]  # fmt: skip


def test_a_column_stands_for_each_service_that_an_arrow_goes_to() -> None:
    exercise, _ = lesson(SLUG)
    targets = set_up(exercise, doors(), Question(State("#"))).table.targets
    assert targets[-3:] == ("a.one (Service)", "each.one (Service)", "door.one (Service)")


def test_from_outside_only_what_is_published_is_asked() -> None:
    scenario = doors()
    internet, node = scenario.cluster.hosts
    asked = [
        [d.port for d in table_dials(scenario, internet, s)] for s in scenario.cluster.services
    ]
    assert asked == [[], [], [], [30080]]
    inside = [d.port for d in table_dials(scenario, node, scenario.cluster.services[3])]
    assert inside == [80]
