"""Why: what else there is to know of an arrow, and the smallest edit that would flip it."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from netpol_lab.content.queries import LessonBundle, Reader, lesson_for
from netpol_lab.lab import views
from netpol_lab.lab.flipping import MOST_ROWS, DiffRow, Flip, flip, rows_between
from netpol_lab.lab.texts import read_text
from netpol_lab.lab.whys import Why, why_view
from simulator.evaluate import evaluate
from simulator.model import (
    HostNetwork,
    Outcome,
    PingBehaviour,
    Plugin,
    Probe,
    RunningConnections,
)
from simulator.scenario import Scenario
from tests.lab.conftest import SOLUTION, lesson

API_TO_DB, WEB_TO_DB, STAGING_TO_DB = "1-2-3306-tcp", "0-2-3306-tcp", "4-2-3306-tcp"
WEB_TO_API, PING = "0-1-8080-tcp", "0-1-ping-icmp"


def world(slug: str = "api-to-db", **plugin: object) -> Scenario:
    """The scenario of an exercise, with a plugin that behaves so."""
    _, scenario = lesson(slug)
    changed = Plugin(**plugin)  # type: ignore[arg-type]
    return replace(scenario, cluster=replace(scenario.cluster, plugin=changed))


def why(
    picked: str,
    text: str = SOLUTION,
    scenario: Scenario | None = None,
    *,
    stale: bool = False,
    flipped: bool = False,
) -> Why:
    scenario = scenario or world()
    policies = read_text(text, scenario).policies
    found = why_view(scenario, policies, picked, text=text, stale=stale, flipped=flipped)
    assert found is not None
    return found


def edit(picked: str, text: str = SOLUTION) -> Flip:
    found = why(picked, text, flipped=True).flip
    assert found is not None
    return found


# ── replies, running connections ──


def test_the_reply_arrow_is_explained_where_one_comes_back() -> None:
    assert why(API_TO_DB).replies.startswith("What prod/db answers comes back by itself")
    assert why(WEB_TO_DB).replies == ""


@pytest.mark.parametrize(
    ("picked", "plugin", "words"),
    [
        (API_TO_DB, RunningConnections.UNDEFINED, "A connection that runs goes on."),
        (WEB_TO_DB, RunningConnections.UNDEFINED, "is left to the network plugin"),
        (WEB_TO_DB, RunningConnections.KEPT, "A connection that runs goes on."),
        (WEB_TO_DB, RunningConnections.CUT, "it is cut"),
    ],
)
def test_what_runs_already_is_spoken_of(
    picked: str, plugin: RunningConnections, words: str
) -> None:
    assert words in why(picked, scenario=world(running=plugin)).running


def test_nothing_is_said_of_what_runs_where_there_is_no_policy_or_a_ping() -> None:
    assert why(API_TO_DB, "# nothing\n").running == ""
    assert why(PING, "# nothing\n").running == ""


# ── undefined by the API ──

ISOLATES_B = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: b, namespace: namespace-b}
spec:
  podSelector: {}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {team: a}}}]
"""


def test_what_would_settle_a_ping_is_listed_with_what_it_would_make_of_it() -> None:
    found = why(PING, ISOLATES_B, world("c-must-not-reach-b"))
    assert found.outcome == "undefined"
    assert [setting.name for setting in found.settings] == ["ping"]
    assert [(one.where, one.value, one.outcome) for one in found.settings[0].behaviours] == [
        ("pings follow the rules that name no port", "follows-portless-rules", "allowed"),
        ("pings always pass", "always-allowed", "allowed"),
        ("an isolated pod gets and sends no pings", "denied-when-isolated", "denied"),
    ]
    plain = world("c-must-not-reach-b", ping=PingBehaviour.ALWAYS_ALLOWED)
    assert why(PING, ISOLATES_B, plain).settings == ()


def test_a_setting_that_would_change_nothing_is_not_named() -> None:
    scenario = world()
    api = replace(scenario.cluster.pods[1], host_network=True)
    pods = (scenario.cluster.pods[0], api, *scenario.cluster.pods[2:])
    scenario = replace(scenario, cluster=replace(scenario.cluster, pods=pods))
    found = why(API_TO_DB, scenario=scenario)
    assert [setting.name for setting in found.settings] == ["hostNetwork"]
    outcomes = {one.value: one.outcome for one in found.settings[0].behaviours}
    assert outcomes == {HostNetwork.AS_POD.value: "allowed", HostNetwork.AS_NODE.value: "denied"}


def test_a_plain_answer_needs_no_setting() -> None:
    assert why(API_TO_DB).settings == ()


# ── the smallest edit ──


@pytest.mark.parametrize("picked", [API_TO_DB, WEB_TO_DB, STAGING_TO_DB, WEB_TO_API])
def test_the_edit_flips_its_arrow_and_no_other(picked: str) -> None:
    scenario = world()
    after = read_text(edit(picked).text, scenario)
    assert after.accepted
    before = read_text(SOLUTION, scenario)
    for arrow in scenario.arrows:
        assert isinstance(arrow, Probe)
        old, new = (evaluate(scenario.cluster, r.policies, arrow).outcome for r in (before, after))
        ends = scenario.cluster.endpoints
        own = f"{ends.index(arrow.source)}-{ends.index(arrow.target)}" == picked[:3]
        assert (new is not old) is own
        assert new in {Outcome.ALLOWED, Outcome.DENIED}


def test_the_edit_is_told_and_shown_line_by_line() -> None:
    found = edit(WEB_TO_DB)
    assert found.headline == "prod/web → prod/db : 3306 would be allowed"
    assert found.sentences == ("In db-policy, rule 1 (line 14): add a peer for prod/web.",)
    assert found.note == ""
    shown = [(row.number, row.sign, row.text) for row in found.rows]
    assert shown == [
        (16, " ", "          name: api-pod"),
        (17, "+", "    - podSelector:"),
        (18, "+", "        matchLabels:"),
        (19, "+", "          name: web-pod"),
        (20, " ", "    ports:"),
    ]


def test_an_edit_that_deletes_shows_the_lines_that_go() -> None:
    signs = [row.sign for row in edit(API_TO_DB).rows]
    assert "-" in signs
    assert "+" not in signs or signs.index("-") < signs.index("+")


def test_a_text_that_cannot_be_changed_in_place_is_written_anew_and_that_is_said() -> None:
    flow_style = (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db, namespace: "
        "prod}, spec: {podSelector: {matchLabels: {role: db}}, ingress: []}}"
    )
    found = edit(API_TO_DB, flow_style)
    assert found.note.startswith("Your text cannot be changed in place")
    assert read_text(found.text, world()).accepted


def test_without_an_edit_the_reason_stands_there() -> None:
    found = edit(PING, "# nothing\n")
    assert (found.text, found.rows) == ("", ())
    assert found.sentences == ("No rule can name ICMP, so no edit flips a ping alone.",)


@pytest.mark.parametrize(
    ("picked", "text", "plugin"),
    [
        ("0-a0-80-tcp", "# nothing\n", {}),
        (PING, ISOLATES_B, {}),
        (API_TO_DB, SOLUTION, {"enforces": False}),
    ],
)
def test_where_nothing_can_be_flipped_no_edit_is_offered(
    picked: str, text: str, plugin: dict[str, object]
) -> None:
    slug = {"0-a0-80-tcp": "deny-all-then-dns", PING: "c-must-not-reach-b"}.get(picked, "api-to-db")
    found = why(picked, text, world(slug, **plugin), flipped=True)
    assert (found.flippable, found.flip) == (False, None)


def test_a_stale_picture_offers_no_edit() -> None:
    found = why(API_TO_DB, stale=True, flipped=True)
    assert (found.flippable, found.flip, found.lines) == (False, None, ())


def test_only_what_changes_is_shown_of_a_long_text() -> None:
    old = "".join(f"line {n}\n" for n in range(9_000))
    new = old.replace("line 5\n", "line 5\nnew\n").replace("line 250\n", "")
    shown = [(row.number, row.sign, row.text) for row in rows_between(old, new)]
    assert shown == [
        (6, " ", "line 5"),
        (7, "+", "new"),
        (8, " ", "line 6"),
        (251, " ", "line 249"),
        (251, "-", "line 250"),
        (252, " ", "line 251"),
    ]


def test_lines_that_are_all_alike_take_no_minute() -> None:
    """A hang guard: comparing each line with each takes the square of their number."""
    rows = tuple(rows_between("a\n" * 9_000, "b\n" + "a\n" * 5_000 + "b\n" * 3_000))
    assert {row.sign for row in rows} == {"+", "-"}
    old = "\n".join(f"# {n}" for n in range(200))
    scenario = world()
    policies = read_text(SOLUTION, scenario).policies
    arrow = scenario.arrows[1]
    assert isinstance(arrow, Probe)
    found = flip(scenario.cluster, policies, arrow, before=Outcome.ALLOWED, text=old)
    assert len(found.rows) == MOST_ROWS
    assert found.more > 100


def test_a_row_shows_no_control_characters() -> None:
    (row,) = [row for row in rows_between("a", "a\u202e\x07") if row.sign == "+"]
    assert row == DiffRow("+", 1, row.text)
    assert not set(row.text) & {"\u202e", "\x07"}


# ── the page ──


def ask(
    client: Client, picked: str, text: str = SOLUTION, slug: str = "api-to-db", **more: str
) -> str:
    fields = {"policy": text, "why": picked, **more}
    response = client.post(f"/lab/{slug}/evaluate", fields)
    assert response.status_code == 200
    return unescape(response.content.decode())


def panel(page: str) -> str:
    return re.sub(r"\s+", " ", page.partition('<section id="why"')[2].partition("<dialog")[0])


@pytest.mark.django_db
def test_it_works(ana: Client) -> None:
    page = panel(ask(ana, WEB_TO_DB))
    assert "Show the smallest edit that would flip it" in page
    assert "would be allowed" not in page
    page = panel(ask(ana, WEB_TO_DB, flip="1"))
    assert "prod/web → prod/db : 3306 would be allowed" in page
    assert "Nothing else changes" in page
    assert "Show the smallest edit" not in page
    value = re.search(r'name="policy" value="([^"]*)"', page)
    assert value is not None


@pytest.mark.django_db
def test_putting_the_edit_in_flips_the_arrow_without_javascript_too(ana: Client) -> None:
    page = ask(ana, WEB_TO_DB, flip="1")
    text = unescape(page.partition('name="policy" value="')[2].partition('"')[0])
    fields = {"policy": [SOLUTION, text], "picked": WEB_TO_DB}
    after = unescape(ana.post("/lab/api-to-db/evaluate", fields).content.decode())
    assert "prod/web → prod/db : 3306 is allowed</h2>" in after
    assert "name: web-pod" in after.partition("<textarea")[2].partition("</textarea>")[0]


@pytest.mark.django_db
def test_the_live_region_tells_the_edit(ana: Client) -> None:
    fields = {"policy": SOLUTION, "picked": WEB_TO_DB, "flip": "1"}
    headers = {"HX-Request": "true"}
    page = unescape(ana.post("/lab/api-to-db/evaluate", fields, headers=headers).content.decode())
    live = page.partition('innerHTML:#live">')[2].partition("</div>")[0]
    assert live == (
        "prod/web → prod/db : 3306 would be allowed: In db-policy, rule 1 (line 14): add a peer "
        "for prod/web."
    )


@pytest.mark.django_db
def test_graded_work_is_told_no_edit(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def bundle(reader: Reader, slug: str) -> LessonBundle:
        return replace(lesson_for(reader, slug), graded=True)

    monkeypatch.setattr(views, "lesson_for", bundle)
    for page in (ask(ana, WEB_TO_DB), ask(ana, WEB_TO_DB, flip="1")):
        assert "prod/web → prod/db : 3306 is denied</h2>" in page
        assert "smallest edit" not in page
        assert "would be allowed" not in page
        assert "add a peer for" not in page


@pytest.mark.django_db
def test_where_labels_change_policies_are_not_edited(ana: Client) -> None:
    page = ask(ana, WEB_TO_DB, slug="dont-touch-the-policies", flip="1")
    assert "prod/web → prod/db : 3306 is denied</h2>" in page
    assert "would be allowed" not in page
    assert "smallest edit" not in page


@pytest.mark.django_db
def test_a_cluster_that_enforces_nothing_says_so_everywhere(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bundle(reader: Reader, slug: str) -> LessonBundle:
        found = lesson_for(reader, slug)
        return replace(found, scenario=world(enforces=False))

    monkeypatch.setattr(views, "lesson_for", bundle)
    page = ask(ana, WEB_TO_DB)
    assert "The network plugin of this cluster enforces no NetworkPolicies" in page
    assert '<li class="not-enforced">' in page
    shown = panel(page)
    assert "Not enforced." in shown
    assert "With a plugin that enforces them:" in shown
    assert '<span class="stance">shut</span>' in shown
    assert "smallest edit" not in shown


@pytest.mark.django_db
def test_an_undefined_arrow_says_which_setting_would_settle_it(ana: Client) -> None:
    page = panel(ask(ana, PING, ISOLATES_B, "namespace-a-b-c"))
    assert "The scenario leaves <code>plugin.ping</code> undefined, as the API does." in page
    assert 'where pings always pass: <strong class="stance-allowed">allowed</strong>' in page


@pytest.mark.django_db
def test_an_arrow_to_a_service_leads_on_to_each_probe_behind_it(ana: Client) -> None:
    exercise, _ = lesson("deny-all-then-dns")
    ana.post("/lab/deny-all-then-dns/submit", {"policy": exercise.starter})  # opens the picture
    page = panel(ask(ana, "0-s0-80-tcp", exercise.solution, "deny-all-then-dns"))
    assert "Endpoints shop/api-v1 and shop/api-v2, 2 of 2 (port 80" in page
    for text, asked in (
        ("shop/web → kube-system/coredns : 53/UDP", "0-3-53-udp"),
        ("shop/web → shop/api-v1 : 8080", "0-1-8080-tcp"),
        ("shop/web → shop/api-v2 : 8080", "0-2-8080-tcp"),
    ):
        assert f"<span>{text}</span>" in page
        assert f'value="{asked}"' in page


# ── plain words ──


@pytest.mark.django_db
def test_the_policy_is_read_aloud_with_its_lines(ana: Client) -> None:
    two = SOLUTION.replace("    ports:\n", "    - namespaceSelector: {}\n    ports:\n")
    page = re.sub(r"\s+", " ", ask(ana, "", two))
    words = page.partition('data-keep="aloud"')[2].partition("</details>")[0]
    assert "Your policy in plain words" in words
    assert "db-policy in namespace prod" in words
    assert "Selects the pods of namespace prod whose label role is db. Now: prod/db." in words
    assert "any of these (OR: one is enough):" in words
    assert 'data-line="14"' in words
    assert '<code class="visually-hidden">    - podSelector:</code>' in unescape(
        ask(ana, "", two).partition('data-keep="aloud"')[2]
    )


@pytest.mark.django_db
def test_of_many_policies_a_few_are_read_aloud_and_a_refused_text_is_not(ana: Client) -> None:
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d, namespace: prod}\nspec: {podSelector: {}}\n"
    page = ask(ana, "", "---\n".join(policy % n for n in range(20)))
    assert "p7 in namespace prod" in page
    assert "p8 in namespace prod" not in page
    assert "12 policies more." in page
    assert "plain words" not in ask(ana, "", SOLUTION.replace("spec:", "spek:"))
