"""An edit in the learner's text: comments and style stay, and the text says the edited policies."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.edits import Edit, edited_text, smallest_edit
from simulator.edits.change import Change, ChangeKind
from simulator.manifest import manifests
from simulator.model import Cluster, NetworkPolicy, Probe
from simulator.parse import read_policies
from tests.simulator import worlds
from tests.simulator.test_edits import CLOSING, OPENING, SETTLED, edit, policy, to_db
from tests.simulator.test_manifest import storable

COMMENTED = """\
# The database of prod.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-policy
  namespace: prod
spec:
  podSelector: {matchLabels: {role: db}}   # whom it protects
  ingress:
    # the API alone
    - from:
        - podSelector:
            matchLabels:
              role: 'apl'  # who may come in
      ports:
        # MySQL
        - port: 3306
          protocol: TCP

        # (nothing else)
  policyTypes: [Ingress]
"""


def patched(text: str, source: str, target: str, *, port: int = 3306) -> list[str]:
    """The lines that go (-) and come (+)."""
    found = edit(text, source, target, port=port)
    assert isinstance(found, Edit)
    new = edited_text(text, found)
    assert new.patched
    assert read_policies(new.text).policies == found.policies
    lines = difflib.unified_diff(text.splitlines(), new.text.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:3] not in {"---", "+++"} and line[0] in "+-"]


def test_one_value_is_changed_and_its_comment_stays() -> None:
    assert patched(COMMENTED, "prod/api", "prod/db") == [
        "-              role: 'apl'  # who may come in",
        "+              role: api  # who may come in",
    ]


def test_a_port_is_added_below_the_last_one() -> None:
    text = COMMENTED.replace("'apl'", "api")
    assert patched(text, "prod/api", "prod/db", port=80) == [
        "+        - protocol: TCP",
        "+          port: 80",
    ]


def test_a_peer_is_added_at_the_learners_indentation() -> None:
    text = COMMENTED.replace("'apl'", "api")
    assert patched(text, "prod/web", "prod/db") == [
        "+        - podSelector:",
        "+            matchLabels:",
        "+              role: web",
    ]


def test_the_only_rule_is_deleted_with_its_key() -> None:
    text = COMMENTED.replace("'apl'", "api")
    found = edit(text, "prod/api", "prod/db")
    assert isinstance(found, Edit)
    new = edited_text(text, found)
    assert new.patched
    assert "ingress" not in new.text
    assert "# whom it protects" in new.text


def test_a_new_policy_is_written_below_the_others() -> None:
    text = policy("podSelector: {}  # deny all")
    found = edit(text, "prod/api", "prod/db")
    assert isinstance(found, Edit)
    new = edited_text(text, found)
    assert new.patched
    assert new.text.startswith(f"{text}---\napiVersion: networking.k8s.io/v1\n")


def test_the_second_of_two_policies_is_patched() -> None:
    text = policy("podSelector: {matchLabels: {role: web}}", "web") + "---\n" + COMMENTED
    assert patched(text, "prod/api", "prod/db")[1:] == [
        "+              role: api  # who may come in"
    ]


def test_a_text_in_json_is_written_anew() -> None:
    text = (
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", '
        '"metadata": {"name": "p", "namespace": "prod"}, "spec": {"podSelector": {}, '
        '"ingress": [{"from": [{"podSelector": {"matchLabels": {"role": "api"}}}]}]}}'
    )
    found = edit(text, "prod/web", "prod/db")
    assert isinstance(found, Edit)
    new = edited_text(text, found)
    assert read_policies(new.text).policies == found.policies


def test_a_deleted_policy_leaves_the_manifests_of_the_others() -> None:
    text = policy("podSelector: {}", "a") + "---\n" + policy("podSelector: {}", "b")
    one, other = worlds.policies(text)
    gone = Change(ChangeKind.WIDEN, "", one, None)
    new = edited_text(text, Edit((gone,), (other,)))
    assert (new.text, new.patched) == (manifests([other]), False)


@pytest.mark.parametrize(
    ("text", "asked"), [pytest.param(*c[1:3], id=c[0]) for c in OPENING + CLOSING]
)
def test_every_kind_of_edit_can_be_written(text: str, asked: tuple[str, int]) -> None:
    block = manifests(worlds.policies(text)) if text else ""
    for written in (text, block):
        found = edit(written, asked[0], "prod/db", port=asked[1])
        assert isinstance(found, Edit)
        new = edited_text(written, found)
        assert read_policies(new.text).policies == found.policies
    assert new.patched


@settings(max_examples=60)
@given(worlds.clusters(), st.lists(worlds.network_policies, min_size=1, max_size=2), st.data())
def test_any_edit_of_a_block_text_says_the_edited_policies(
    cluster: Cluster, drawn: list[NetworkPolicy], data: st.DataObject
) -> None:
    text = manifests({(p.namespace, p.name): storable(p) for p in drawn}.values())
    policies = worlds.policies(text)
    ends = st.sampled_from(cluster.endpoints)
    found = smallest_edit(
        cluster, policies, Probe(data.draw(ends), data.draw(ends), "TCP", 80), budget=2_000
    )
    if isinstance(found, Edit):
        assert read_policies(edited_text(text, found).text).policies == found.policies


@settings(max_examples=60)
@given(st.text(max_size=200), st.integers(0, 400))
def test_no_text_makes_it_raise(noise: str, at: int) -> None:
    cluster = worlds.tiers(SETTLED)
    probe = worlds.probe(cluster, "prod/web", "prod/db")
    found = smallest_edit(cluster, worlds.policies(to_db("podSelector: {}")), probe)
    assert isinstance(found, Edit)
    text = COMMENTED[:at] + noise + COMMENTED[at:]
    assert read_policies(edited_text(text, found).text).policies == found.policies
