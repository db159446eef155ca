"""The goal beside the present picture: wanted outcomes, what still differs, and nothing else."""

from dataclasses import replace

import pytest
from django.test import Client

from netpol_lab.content.models import Revision
from netpol_lab.lab.goal import Goal
from netpol_lab.lab.workbench import Question, State, set_up
from simulator.relabel import write_changes
from tests.lab.conftest import SOLUTION, lesson


def goal(slug: str, text: str, labels: str = "") -> Goal:
    found = set_up(*lesson(slug), Question(State(text, labels))).goal
    assert found is not None
    return found


def differing(found: Goal) -> dict[str, str]:
    return {arrow.flow: arrow.now for arrow in found.arrows if arrow.now}


def test_it_says_what_is_wanted_of_each_arrow_and_what_still_differs() -> None:
    found = goal("api-to-db", lesson("api-to-db")[0].starter)
    assert [arrow.word for arrow in found.arrows].count("allowed") == 3
    assert differing(found) == {"prod/api → prod/db : 3306": "denied"}
    assert found.sentence == "1 of 7 arrows still differs from the goal."


@pytest.mark.parametrize("slug", ["api-to-db", "c-must-not-reach-b", "deny-all-then-dns"])
def test_the_solution_reaches_it(slug: str) -> None:
    found = goal(slug, lesson(slug)[0].solution)
    assert found.differing == 0
    assert found.sentence.startswith("Every arrow is as the task wants it.")


@pytest.mark.parametrize("slug", ["api-to-db", "c-must-not-reach-b", "deny-all-then-dns"])
def test_the_pictures_ring_what_the_list_says(slug: str) -> None:
    found = goal(slug, "")
    for picture in found.pictures:
        ringed = [stroke.ring is not None for stroke in picture.arrows]
        assert ringed == [bool(arrow.now) for arrow in found.arrows]
        assert all(s.label.text.endswith("differs") == bool(s.ring) for s in picture.arrows)


def test_what_the_reference_leaves_open_is_said_and_not_compared() -> None:
    found = goal("c-must-not-reach-b", "")
    pings = [arrow for arrow in found.arrows if arrow.flow.endswith("ping")]
    assert [(a.word, a.compared, a.now) for a in pings] == [("left open by the API", False, "")] * 2
    assert found.sentence == "1 of 4 arrows still differs from the goal."


def test_a_ping_never_differs_even_where_the_reference_is_plain() -> None:
    """A check compares no pings, so a solved task must show no ring at one."""
    exercise, scenario = lesson("c-must-not-reach-b")
    open_cluster = replace(exercise, solution="# nothing\n")
    found = set_up(open_cluster, scenario, Question(State(exercise.solution))).goal
    assert found is not None
    assert set(differing(found)) == {"namespace-c/pod-c → namespace-b/pod-b : 80"}


def test_a_port_out_of_the_tasks_scope_is_not_compared() -> None:
    exercise, scenario = lesson("api-to-db")
    narrow = replace(exercise, scope=lesson("c-must-not-reach-b")[0].scope)  # TCP 80 alone
    found = set_up(narrow, scenario, Question(State(""))).goal
    assert found is not None
    assert not any(arrow.compared for arrow in found.arrows)


def test_a_service_is_compared_by_each_endpoint_behind_it() -> None:
    exercise, scenario = lesson("deny-all-then-dns")
    one = next(wrong.answer for wrong in exercise.wrong if wrong.name.startswith("one version"))
    found = goal(exercise.slug, one)
    assert differing(found) == {"shop/web → api.shop : 80": "mixed"}
    mixed = replace(exercise, solution=one)
    other = one.replace("version: v1", "version: v2")
    turned = set_up(mixed, scenario, Question(State(other))).goal
    assert turned is not None
    assert differing(turned) == {"shop/web → api.shop : 80": "mixed in another way"}


def test_it_tells_a_refusal_by_name_and_one_at_a_gate_alike() -> None:
    """Which gate the reference shuts is part of the solution, so the goal does not say."""
    found = goal("deny-all-then-dns", lesson("deny-all-then-dns")[0].starter)
    assert differing(found)["shop/web → api.shop : 80"] == "denied"


def test_labels_reach_it_too() -> None:
    exercise, _ = lesson("only-labels")
    before = goal(exercise.slug, exercise.starter)
    assert before.differing > 0
    after = goal(exercise.slug, exercise.starter, write_changes(exercise.labels))
    assert after.differing == 0
    assert [a.wanted for a in before.arrows] == [a.wanted for a in after.arrows]


@pytest.mark.django_db
def test_no_byte_of_it_is_the_solutions(ana: Client) -> None:
    """A canary in every place of the solution that a page could print."""
    canary = SOLUTION.replace("db-policy", "canary-policy")
    revision = Revision.objects.get(document__slug="api-to-db", document__kind="exercise")
    indented = "\n".join(f"  {line}" for line in canary.splitlines())
    head, _, rest = revision.text.partition("solution: |\n")
    tail = rest[rest.index("wrong:") :]
    Revision.objects.filter(pk=revision.pk).update(
        text=f"{head}solution: |\n{indented}\n    # canary\n{tail}"
    )
    page = ana.get("/lab/api-to-db/").content.decode()
    assert "1 of 7 arrows still differs" in page
    assert "canary" not in page


@pytest.mark.django_db
def test_it_follows_the_typing(ana: Client) -> None:
    answer = ana.post(
        "/lab/api-to-db/evaluate",
        {"policy": SOLUTION, "live": "1"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert 'id="goal" class="goal reached"' in answer
    assert "Every arrow is as the task wants it." in answer
    assert 'class="ring"' not in answer
