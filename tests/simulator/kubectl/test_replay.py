"""Every recorded command, replayed: the same words on stdout and stderr, the same exit code."""

from functools import cache
from pathlib import Path

import pytest

from tests.simulator.kubectl.recorded import Replayed, recorded, replay

#: Recorded commands that we answer otherwise, each with why. An id that starts to pass goes.
LEFTOVER = "a namespace of an earlier recording was still being deleted"
NO_RBAC = "a learner of the lab may do everything: there are no users"
OTHER_VERB = "a verb that is not part of this lab"
NOT_REPRODUCED = {
    "err:expose": OTHER_VERB,
    "err:logs": OTHER_VERB,
    "upd:diff": OTHER_VERB,
    "upd:diff-missing": OTHER_VERB,
    "upd:patch": OTHER_VERB,
    "upd:patch-unknown-field": OTHER_VERB,
    "upd:patch-null-podselector": OTHER_VERB,
    "upd:get-l": "shows what a patch has done",
    "ns:get": LEFTOVER,
    "ns:labels": LEFTOVER,
    "ns:get-L": LEFTOVER,
    "ns:create": LEFTOVER,
    "ns:create-again": LEFTOVER,
    "ns:create-labels": LEFTOVER,
    "ns:delete": LEFTOVER,
    "pods:pending": "the pods of a scenario run",
    "pods:label-list": "the order is a Go map's, another one each time",
    "pods:exec": "the recorded server had no kubelet: a real one runs the program",
    "pods:delete": "the pods of a scenario stay",
    "rbac:list": NO_RBAC,
    "rbac:list-A": NO_RBAC,
    "rbac:get": NO_RBAC,
    "rbac:delete": NO_RBAC,
    "rbac:create": NO_RBAC,
    "rbac:apply": NO_RBAC,
    "rbac:ns": NO_RBAC,
    "rbac:label": NO_RBAC,
    "rbac:can-i": OTHER_VERB,
    "rbac:can-i-admin": OTHER_VERB,
    "rbac:can-i-pods": OTHER_VERB,
}


@cache
def replayed(shared: Path) -> tuple[Replayed, ...]:
    return tuple(replay(recorded(shared)))


def test_all_recorded_commands_are_there(shared: Path) -> None:
    assert len(replayed(shared)) == 292


def test_what_kubectl_printed_is_what_we_print(shared: Path) -> None:
    """Whole answers: where one differs, pytest shows where."""
    kept = [each for each in replayed(shared) if each.recorded.id not in NOT_REPRODUCED]
    for each in kept:
        assert each.ours == each.theirs, f"{each.recorded.id}: {each.recorded.command}"


def test_the_list_of_exceptions_is_strict(shared: Path) -> None:
    passing = {each.recorded.id for each in replayed(shared) if each.reproduced}
    assert sorted(passing & NOT_REPRODUCED.keys()) == []
    assert NOT_REPRODUCED.keys() <= {each.recorded.id for each in replayed(shared)}


@pytest.mark.parametrize("verb", ["diff", "patch", "logs", "expose", "auth", "rollout"])
def test_other_verbs_say_that_they_are_not_part_of_this_lab(shared: Path, verb: str) -> None:
    from simulator.kubectl import State, run
    from simulator.model import Cluster

    answer = run(State(Cluster((), ())), f"kubectl {verb} netpol x")
    assert answer.exit == 1
    assert answer.stderr.startswith(
        f"error: kubectl {verb} is not part of this lab; it has create,"
    )
