"""The misconceptions: on the shared scenarios, and what no edit of a policy shows."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from simulator import witness
from simulator.matrix import Matrix
from simulator.mistakes import (
    CATALOGUE,
    Attempt,
    Constraints,
    Recognised,
    Right,
    compare,
    make_mistakes,
    recognise,
    search,
)
from simulator.mistakes.kinds import KINDS
from simulator.model import (
    Cluster,
    Direction,
    NetworkPolicy,
    Plugin,
    RunningConnections,
    Selector,
    Service,
    ServicePort,
    ServiceType,
)
from simulator.parse import read_policies
from simulator.witness import Strangers, WitnessSet
from tests.simulator.slips import ROOT, Told, exercises, respelled_tasks, tasks, told
from tests.simulator.worlds import DB_POLICY, policies, tiers

TOLD = told()
#: S01 starts from no policy at all. S02 and S03 want one pod more than a policy admits that was
#: right for another task: nobody mistook anything, and no misconception's repair mends them.
NAMELESS = {"S01", "S02", "S03"}


def names(attempt: Attempt) -> list[str]:
    return [found.misconception for found in recognise(attempt)]


def db_attempt(answer: str, cluster_plugin: Plugin | None = None) -> Attempt:
    reading = read_policies(answer)
    return Attempt(tiers(cluster_plugin), policies(DB_POLICY), reading.policies, reading.problems)


def test_where_no_policy_is_to_be_left_its_rules_do_not_pass_for_replies() -> None:
    mirrored = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-everything, namespace: prod}
spec:
  podSelector: {}
  ingress: [{from: [{podSelector: {}}]}]
  egress: [{to: [{podSelector: {}}]}]
"""
    assert names(Attempt(tiers(), (), policies(mirrored))) == []


# ── The shared scenarios ──


@pytest.mark.parametrize("scenario", TOLD, ids=lambda s: s.id)
def test_a_faulty_policy_of_the_scenarios_is_named(scenario: Told) -> None:
    short = scenario.id[:3]
    wanted = [] if short in NAMELESS else [short]
    assert names(Attempt(scenario.cluster, scenario.fixed, scenario.buggy)) == wanted


@pytest.mark.parametrize("scenario", TOLD, ids=lambda s: s.id)
def test_a_mended_policy_of_the_scenarios_gets_no_name(scenario: Told) -> None:
    assert names(Attempt(scenario.cluster, scenario.fixed, scenario.fixed)) == []


def test_every_sentence_is_short_and_names_its_line() -> None:
    for scenario in TOLD:
        for found in recognise(Attempt(scenario.cluster, scenario.fixed, scenario.buggy)):
            assert len(found.sentence) < 300
            assert (
                found.mark is None
                or f"ine {found.mark.line}" in found.sentence
                or (
                    f"ines {found.mark.line}" in found.sentence
                    or f"and {found.mark.line}" in found.sentence
                )
            )
            assert found.whole


WRONG = {
    ("api-to-db", "the pod to protect and the pod to admit swapped"): ["M07"],
    ("api-to-db", "no ports, so every port"): [],
    ("api-to-db", "api pods of every namespace"): ["M03"],
    ("api-to-db", "ports as a rule of their own"): ["M14"],
    ("api-to-db", "the policy in the wrong namespace"): ["M04"],
    ("api-to-db", "egress of db shut as well"): ["M10"],
    ("c-must-not-reach-b", "a namespace chosen by a label that it does not carry"): ["M12"],
    ("c-must-not-reach-b", "every namespace admitted"): [],
    ("c-must-not-reach-b", "a podSelector alone looks in namespace-b only"): ["M03"],
    ("c-must-not-reach-b", "the policy in namespace-c shuts the wrong door"): [],
    ("deny-all-then-dns", "DNS forgotten"): ["M02"],
    ("deny-all-then-dns", "the protocol left out, so TCP alone"): ["M19"],
}  # fmt: skip


def test_wrong_answers_of_the_exercises_are_named_or_left_alone() -> None:
    found = {
        (exercise.slug, wrong.name): names(
            Attempt(
                scenario.cluster,
                policies(exercise.solution),
                policies(wrong.answer),
                scope=exercise.scope,
            )
        )
        for exercise, scenario in exercises()
        for wrong in exercise.wrong
        if not wrong.labels
    }
    assert {key: found[key] for key in WRONG} == WRONG


# ── Right answers ──


def test_right_answers_in_other_words_get_no_name() -> None:
    pairs = respelled_tasks()
    assert len(pairs) > 100
    for task, other in pairs:
        answer = other.right.policies
        asked = Attempt(task.right.cluster, task.right.policies, answer, scope=task.scope)
        assert recognise(asked) == (), other.name


def test_right_answers_get_no_name() -> None:
    for task in tasks():
        right = task.right
        asked = Attempt(
            right.cluster,
            right.policies,
            right.policies,
            scope=task.scope,
            constraints=right.constraints,
        )
        assert recognise(asked) == (), task.name


# ── What no edit of a policy shows ──


def test_policies_on_a_plugin_that_enforces_nothing() -> None:
    attempt = db_attempt(DB_POLICY, Plugin(enforces=False))
    assert names(attempt) == ["M05"]
    assert names(replace(attempt, answer=())) == []
    assert names(replace(attempt, reference=())) == []


def test_a_mistake_is_named_although_nothing_is_enforced() -> None:
    attempt = db_attempt(DB_POLICY.replace("prod", "staging"), Plugin(enforces=False))
    assert names(attempt) == ["M05", "M04"]


def test_policies_changed_where_only_labels_may_change() -> None:
    given = policies(DB_POLICY)
    kept = replace(db_attempt(DB_POLICY), constraints=Constraints(given=given))
    assert names(kept) == []
    assert names(replace(kept, answer=given[::-1])) == []
    loosened = policies(DB_POLICY.replace("role: api", "role: web"))
    found = recognise(replace(kept, answer=loosened))
    assert [f.misconception for f in found] == ["M20"]
    assert "Line 4" in found[0].sentence
    assert "db-policy" in found[0].sentence
    assert names(replace(kept, answer=())) == ["M20"]


@pytest.mark.parametrize(
    ("relied", "plugin", "wanted"),
    [
        (RunningConnections.CUT, RunningConnections.UNDEFINED, ["M24"]),
        (RunningConnections.KEPT, RunningConnections.UNDEFINED, ["M24"]),
        (RunningConnections.CUT, RunningConnections.KEPT, ["M24"]),
        (RunningConnections.CUT, RunningConnections.CUT, []),
        (RunningConnections.UNDEFINED, RunningConnections.KEPT, []),
        (None, RunningConnections.UNDEFINED, []),
    ],
)
def test_what_becomes_of_running_connections(
    relied: RunningConnections | None, plugin: RunningConnections, wanted: list[str]
) -> None:
    attempt = db_attempt(DB_POLICY, Plugin(running=plugin))
    assert names(replace(attempt, constraints=Constraints(relies_on=relied))) == wanted


@pytest.mark.parametrize(
    ("old", "new", "wanted", "line"),
    [
        ("protocol: TCP", "protocol: ICMP", "M25", 18),
        (
            "podSelector:\n        matchLabels:\n          role: api",
            "ipBlock: {cidr: db.example.com}",
            "M25",
            14,
        ),
        (
            "podSelector:\n        matchLabels:\n          role: api",
            "ipBlock: {cidr: db.example.com/32}",
            "M25",
            14,
        ),
        ("  ingress:", "  action: Deny\n  ingress:", "M25", 12),
        ("    ports:", "    paths: [/admin]\n    ports:", "M25", 17),
        ("role: api", "role: true", "M18", 16),
    ],
)
def test_a_refused_text_is_named_by_its_problem(old: str, new: str, wanted: str, line: int) -> None:
    attempt = db_attempt(DB_POLICY.replace(old, new))
    assert attempt.answer == ()
    (found,) = recognise(attempt)
    assert (found.misconception, found.mark.line if found.mark else 0) == (wanted, line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("protocol: TCP", "protocol: tcp"),
        (
            "podSelector:\n        matchLabels:\n          role: api",
            "ipBlock: {cidr: 192.168.5.10}",
        ),
        ("podSelector:\n        matchLabels:\n          role: api", "ipBlock: {cidr: fe80::1}"),
        ("matchLabels", "matchlabels"),
        ("role: api", "role: icmp-"),
    ],
)
def test_other_refusals_get_no_name(old: str, new: str) -> None:
    attempt = db_attempt(DB_POLICY.replace(old, new))
    assert attempt.answer == ()
    assert recognise(attempt) == ()


def test_braces_for_a_list_are_named() -> None:
    text = DB_POLICY[: DB_POLICY.index("  ingress:")] + "  ingress: {}\n"
    assert names(db_attempt(text)) == ["M08"]


# ── Several mistakes, and none of them ──


def test_what_shows_in_the_yaml_is_named_beside_other_faults() -> None:
    """Rules that nobody looks at, and the port is wrong as well."""
    text = DB_POLICY.replace("  - Ingress", "  - Egress").replace("3306", "3307")
    wanted = policies(DB_POLICY)
    answer = policies(text)
    found = recognise(Attempt(tiers(), wanted, answer))
    assert all(not f.whole for f in found)


def test_no_answer_at_all_is_no_mistake() -> None:
    assert names(Attempt(tiers(), policies(DB_POLICY))) == []


def test_an_answer_to_another_question_gets_no_name() -> None:
    text = DB_POLICY.replace("role: db", "role: web").replace("role: api", "role: db")
    assert names(db_attempt(text)) == []


def test_a_quiet_sentence_shows_no_control_characters() -> None:
    (policy,) = policies(DB_POLICY)
    odd = replace(policy, name="\u202ex\n", namespace="stag\u202eing")
    for found in recognise(Attempt(tiers(), (policy,), (odd,))):
        assert "\u202e" not in found.sentence
        assert "\n" not in found.sentence


def test_policies_in_another_order_are_not_touched() -> None:
    (policy,) = policies(DB_POLICY)
    given = (policy, replace(policy, name="second", pod_selector=Selector()))
    asked = Attempt(tiers(), given, given[::-1], constraints=Constraints(given=given))
    assert recognise(asked) == ()


def test_a_policy_that_refuses_too_much_is_not_taken_for_one_that_should_win() -> None:
    """Without the second policy all were well, but nobody expects that one to win: it shuts."""
    (policy,) = policies(DB_POLICY)
    shut = replace(policy, name="second", policy_types=(Direction.INGRESS, Direction.EGRESS))
    assert names(Attempt(tiers(), (policy,), (policy, shut))) == ["M10"]


def test_and_is_not_to_blame_where_one_half_alone_would_do() -> None:
    text = DB_POLICY.replace(
        "- podSelector", "- namespaceSelector: {matchLabels: {env: prod}}\n      podSelector"
    )
    (answer,) = policies(text)
    rule = answer.ingress[0]
    wanted = replace(rule, peers=(replace(rule.peers[0], pod_selector=None),))
    asked = Attempt(tiers(), (replace(answer, ingress=(wanted,)),), (answer,))
    assert names(asked) == []


def test_an_edit_that_opens_another_port_is_no_step_nearer() -> None:
    cluster, wanted = tiers(), policies(DB_POLICY)
    world = WitnessSet(cluster, cluster, ())
    cells = compare.cells(world, wanted, Attempt(cluster, wanted).scope)

    def matrix(ports: str) -> Matrix:
        return Matrix(cluster, policies(DB_POLICY.replace("port: 3306", ports)))

    before = compare.differing(matrix("port: 3305\n      endPort: 3307"), cells)
    found = [
        compare.nearness(matrix(ports), cells, before)
        for ports in (
            "port: 3306\n      endPort: 3308",
            "port: 3306\n      endPort: 3307",
            "port: 3306",
        )
    ]
    nearness = compare.Nearness
    assert found == [nearness.NOT, nearness.NEARER, nearness.SOLVED]


# ── The catalogue ──


def test_the_catalogue_holds_all_25_in_order() -> None:
    assert list(CATALOGUE) == [f"M{n:02}" for n in range(1, 26)]
    for key, misconception in CATALOGUE.items():
        assert misconception.id == key
        assert misconception.title
        assert misconception.right.endswith(".")


def test_every_misconception_can_be_made() -> None:
    made = {mistake.misconception for task in tasks() for mistake in make_mistakes(task.right)}
    assert made == set(CATALOGUE)
    assert {kind.id for kind in KINDS} == set(CATALOGUE) - {"M05", "M20", "M24", "M25"}


def test_a_made_mistake_changes_something() -> None:
    for task in tasks():
        for made in make_mistakes(task.right):
            right = task.right
            assert (made.policies, made.cluster, made.constraints, made.text) != (
                right.policies, right.cluster, right.constraints, ""
            )  # fmt: skip
            assert made.description
            assert made.undone_by


def test_nothing_is_made_of_nothing() -> None:
    assert list(make_mistakes(Right(tiers(), ()))) == []


def test_recognised_keeps_what_it_is_given() -> None:
    found = Recognised("M01", "said")
    assert (found.mark, found.whole) == (None, True)


def many(count: int) -> tuple[NetworkPolicy, ...]:
    (policy,) = policies(DB_POLICY)
    return tuple(replace(policy, name=f"p{n}", namespace="staging") for n in range(count))


def test_a_huge_answer_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Attempt(tiers(), policies(DB_POLICY), many(40))
    assert names(asked) == ["M04"]
    made = count_matrices(monkeypatch)
    assert names(replace(asked, answer=many(1_000))) == []
    assert made == []


def test_the_search_ends_where_its_steps_do(monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_matrices(monkeypatch)
    scenario = TOLD[0]
    asked = Attempt(scenario.cluster, scenario.fixed, scenario.buggy)
    pairs = 3 * len(list(witness.pairs(scenario.cluster)))
    recognise(asked, most_steps=5_000)
    assert 0 < sum(made) * pairs <= 5_000
    made.clear()
    recognise(asked)
    assert sum(made) * pairs > 5_000


def count_matrices(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The entries of every matrix that is made from now on."""
    made: list[int] = []

    def counted(cluster: Cluster, given: Sequence[NetworkPolicy]) -> Matrix:
        made.append(search.entries(tuple(given)))
        return Matrix(cluster, given)

    def under(matrix: Matrix, given: Sequence[NetworkPolicy]) -> Matrix:
        made.append(search.entries(tuple(given)))
        return kept(matrix, given)

    kept = Matrix.under
    monkeypatch.setattr(Matrix, "under", under)
    for place in (compare, search):
        monkeypatch.setattr(place, "Matrix", counted)
    return made


# ── Strangers ──


def test_with_strangers_the_scenarios_are_named_alike() -> None:
    for scenario in TOLD:
        asked = Attempt(scenario.cluster, scenario.fixed, scenario.buggy)
        assert names(replace(asked, strangers=Strangers())) == names(asked), scenario.id
        assert names(replace(asked, answer=scenario.fixed, strangers=Strangers())) == []


def test_a_mistake_that_only_strangers_show_is_named() -> None:
    """In the tiers no other namespace has a db; a stranger does."""
    wanted = policies(DB_POLICY.replace("role: api", "role: db"))
    peer = wanted[0].ingress[0].peers[0]
    everywhere = replace(peer, namespace_selector=Selector())
    rule = replace(wanted[0].ingress[0], peers=(everywhere,))
    asked = Attempt(tiers(), wanted, (replace(wanted[0], ingress=(rule,)),))
    assert names(asked) == []
    assert names(replace(asked, strangers=Strangers())) == ["M03"]


def test_what_explains_the_scenario_alone_is_not_the_whole() -> None:
    """All pods of staging were wanted; `role: web` and `role: api` are all that the scenario has."""
    text = DB_POLICY.replace("podSelector:\n        matchLabels:\n          role: api", "{}")
    spaces = "namespaceSelector: {matchLabels: {env: staging}}"
    wanted = policies(text.replace("{}", spaces))
    answer = policies(
        text.replace(
            "{}", "podSelector: {matchExpressions: [{key: role, operator: In, values: [web, api]}]}"
        )
    )
    asked = Attempt(tiers(), wanted, answer)
    assert [(f.misconception, f.whole) for f in recognise(asked)] == [("M03", True)]
    found = recognise(replace(asked, strangers=Strangers()))
    assert [(f.misconception, f.whole) for f in found] == [("M03", False)]


# ── One mistake met in another place ──


BOTH_APIS = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-policy, namespace: prod}
spec:
  podSelector: {matchLabels: {role: db}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {env: staging}}
      podSelector: {matchLabels: {role: api}}
    - podSelector: {matchLabels: {role: api}}
    ports: [{port: 3306}]
"""


def test_a_dash_is_named_where_the_pods_at_home_were_meant_as_well() -> None:
    split = BOTH_APIS.replace("      podSelector: {matchLabels: {role: api}}\n", "")
    found = recognise(Attempt(tiers(), policies(BOTH_APIS), policies(split), strangers=Strangers()))
    assert [(f.misconception, f.whole) for f in found] == [("M01", True)]


def test_a_port_of_the_nodes_is_a_services_port_too() -> None:
    port = ServicePort(3306, 3306, node_port=30306)
    door = Service("prod", "db", {"role": "db"}, (port,), ServiceType.NODE_PORT)
    cluster = replace(tiers(), services=(door,))
    answer = policies(BOTH_APIS.replace("3306", "30306"))
    assert names(Attempt(cluster, policies(BOTH_APIS), answer)) == ["M11"]


# ── The page for authors ──


def test_the_page_lists_every_misconception_by_its_title() -> None:
    page = (ROOT / "docs" / "misconceptions.md").read_text(encoding="utf-8")
    rows = [
        tuple(map(str.strip, row.split("|")[1:3])) for row in page.splitlines() if row[:3] == "| M"
    ]
    assert rows == [(m.id, m.title) for m in CATALOGUE.values()]


def test_the_page_tells_the_limits() -> None:
    page = (ROOT / "docs" / "misconceptions.md").read_text(encoding="utf-8")
    assert f"at most {search.MOST_REPAIRS} repairs" in page
    assert f"at most {search.MOST_STEPS // 1_000_000} million" in page
    assert f"more than {search.MOST_ENTRIES} entries" in page
