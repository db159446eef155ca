"""The quick way through a plain spec says what the careful way says."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator import parse
from simulator.manifest import manifest
from simulator.model import Mark, NetworkPolicy
from simulator.parse import Reading, read_policies
from simulator.snapshot import Snapshot, read_snapshot
from simulator.snapshot.objects import Found
from simulator.versions import API_SERVERS, Version
from tests.simulator import worlds

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {role: db}}
  policyTypes: [Ingress, Egress]
"""
#: Pieces of which rules are made, right and wrong: the quick way must see every difference.
PIECES = [
    "  ingress:\n", "  egress:\n", "  - {}\n", "  -\n", "  - from:\n", "  - to:\n", "  - ports:\n",
    "    from: []\n", "    ports:\n", "    - podSelector: {}\n", "    - podSelector:\n",
    "    - namespaceSelector: {matchLabels: {env: prod}}\n", "      podSelector: {matchLabels: {a: b}}\n",
    "    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}\n", "    - ipBlock: {cidr: 10.0.0.1/8}\n",
    "    - ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}\n", "    - {}\n", "    - port: 80\n",
    "    - protocol: UDP\n", "      port: 53\n", "    - {port: 8000, endPort: 9000, protocol: SCTP}\n",
    "    - {port: 9000, endPort: 8000}\n", "    - {port: http}\n", "    - {port: Http}\n", "    - {port: 0x50}\n",
    "    - {protocol: tcp, port: 1}\n", "    - {port: 65536}\n", "    - {endPort: 5}\n", "    - port:\n",
    "    - podSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}]}\n",
    "    - podSelector: {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: Exists, values: []}]}\n",
    "    - podSelector: {matchExpressions: [{key: a, operator: In}]}\n",
    "    - podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}\n",
    "    - podSelector: {matchLabels: {role: }}\n", "    - podSelector: {matchLabels: {role: 1}}\n",
    "    - podSelector: {matchLabels: {ro le: x}}\n", "    - podSelector: {matchlabels: {role: x}}\n",
    "  foo: 1\n",
]  # fmt: skip


def read(text: str, *, quick: bool, version: Version = "1.35") -> Reading:
    """The text read with or without the quick way."""
    if quick:
        return read_policies(text, version=version)
    with mock.patch("simulator.parse.plain_spec", return_value=None):
        return read_policies(text, version=version)


def assert_same(text: str) -> None:
    for version in API_SERVERS:
        ways = [read(text, quick=quick, version=version) for quick in (True, False)]
        # With every mark, and with what `==` leaves out: how a requirement or a CIDR was written.
        assert repr(ways[0]) == repr(ways[1]), text


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example("  ingress:\n  - ports:\n    - protocol: UDP\n    - port: 53\n")
@example("  egress:\n  - ports:\n    - port: 53\n    - protocol: UDP\n")
def test_rules_of_all_kinds_are_read_alike(rules: str) -> None:
    assert_same(HEAD + rules)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    "head", ["  ingress:\n", "  egress:\n  - to:\n", "  ingress:\n  - ports:\n"]
)
def test_each_piece_in_its_place_is_read_alike(head: str, piece: str) -> None:
    assert_same(HEAD + head + piece)


def test_marks_inside_a_list_are_those_of_the_whole_text() -> None:
    item = "- " + HEAD.replace("\n", "\n  ").rstrip(" ")
    listed = f"apiVersion: v1\nitems:\n{item}kind: List\nmetadata: {{}}\n"
    (policy,) = read_snapshot(
        [("", listed.replace("metadata: {}\n", "metadata:\n  x: y\n"))]
    ).policies
    (plain,) = read_policies(listed).policies
    assert repr(policy) == repr(plain)
    assert policy.pod_selector.mark == Mark(7, 5)


@given(st.lists(worlds.network_policies, min_size=1, max_size=3))
def test_written_policies_are_read_alike(policies: list[NetworkPolicy]) -> None:
    assert_same("---\n".join(map(manifest, policies)))


def snapshot_read(text: str, *, quick: bool) -> Snapshot:
    """What a cluster's output says, with or without the quick ways."""
    if quick:
        return read_snapshot([("", text)])
    with (
        mock.patch("simulator.snapshot.objects.plain_policy", return_value=None),
        mock.patch("simulator.snapshot.objects.plain_pod", return_value=None),
        mock.patch("simulator.parse.plain_spec", return_value=None),
    ):
        return read_snapshot([("", text)])


def assert_same_snapshot(text: str) -> None:
    ways = [snapshot_read(text, quick=quick) for quick in (True, False)]
    assert repr(ways[0]) == repr(ways[1]), text


#: Lines of a policy's outline and of a pod, right and wrong.
METADATA = [
    "  name: p\n", "  name: P\n", "  name: 1\n", "  name: '1'\n", "  namespace: n\n", "  namespace: ''\n",
    "  namespace:\n", "  namespace: N\n", "  labels: {a: b}\n", "  labels: {a: }\n", "  labels: {a: 1}\n",
    "  labels: {a b: c}\n", "  labels: {'1': c}\n", "  labels: {a: b, a: c}\n", "  labels:\n", "  labels: []\n",
    "  annotations: {a: b}\n", "  uid: x\n", "  creationTimestamp: null\n", "  foo: 1\n", "  ? [a]\n  : b\n",
    "  ownerReferences: [{kind: A, name: b, controller: true}]\n", "  ownerReferences: [{kind: A}, 1]\n",
    "  ownerReferences: [{kind: A, name: b, controller: yes}, {controller: 'true'}]\n",
]  # fmt: skip
POD = [
    "spec:\n", "spec: {}\n", "spec: []\n", "  nodeName: n1\n", "  nodeName: 1\n", "  hostNetwork: true\n",
    "  hostNetwork: 'true'\n", "  hostNetwork:\n", "  containers:\n", "  initContainers:\n", "  - name: c\n",
    "    restartPolicy: Always\n", "    restartPolicy: Never\n", "    ports:\n", "    ports: [{containerPort: 80}]\n",
    "    ports: [{containerPort: 0x50, protocol: UDP, name: dns}]\n", "    ports: [{containerPort: 0}]\n",
    "    ports: [{containerPort: '80'}]\n", "    ports: [{containerPort: 80, protocol: tcp}]\n",
    "    ports: [{name: web}]\n", "    ports: [{containerPort: 80, name: 5}]\n", "    ports: {}\n",
    "status:\n", "status: {}\n", "  phase: Running\n", "  phase: Succeeded\n", "  phase: 1\n",
    "  hostIP: 10.0.0.1\n", "  hostIP: x\n", "  podIP: 10.0.0.2\n", "  podIP: ''\n", "  podIP: x\n",
    "  podIPs: [{ip: 10.0.0.2}, {ip: 'fd00::2'}]\n", "  podIPs: [{ip: 10.0.0.2}, {}, {ip: 1}]\n", "  podIPs: []\n",
    "foo: 1\n", "kind: Pod\n", "kind: 1\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(METADATA), max_size=4).map("".join), st.booleans())
@example("  name: p\n  labels: {a: b}\n", True)
@example("  name: p\n  name: q\n", True)
def test_policies_of_a_cluster_are_read_alike(metadata: str, core: bool) -> None:
    text = HEAD.replace(" {name: p}\n", f"\n{metadata}")
    assert_same_snapshot(text if core else text.replace("spec:\n", "foo: {}\nspec:\n"))


@given(
    st.lists(st.sampled_from(METADATA), max_size=4).map("".join),
    st.lists(st.sampled_from(POD), max_size=9).map("".join),
)
@example("  name: p\n", "spec:\n  nodeName: n1\nstatus:\n  hostIP: x\n")
@example("  name: p\n", "status:\n  phase: Failed\n  podIP: 10.0.0.2\n  podIPs: []\n")
@example("  name: p\n", "spec:\n  initContainers:\n  - name: c\n    ports: [{containerPort: 80}]\n")
@example(
    "  name: p\n",
    "spec:\n  initContainers:\n  - restartPolicy: Never\n    ports: [{containerPort: 80}]\n",
)
def test_pods_are_read_alike(metadata: str, rest: str) -> None:
    assert_same_snapshot(f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n{metadata}{rest}")


def test_each_line_of_a_pod_in_its_place_is_read_alike() -> None:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"
    for above in ("", "spec:\n", "spec:\n  containers:\n  - name: c\n", "status:\n"):
        for line in POD:
            assert_same_snapshot(head + above + line)


@pytest.mark.parametrize("seed", range(8))
def test_mutated_texts_are_read_alike(seed: int) -> None:
    luck = random.Random(seed)
    texts = list(course_texts())
    for _ in range(120):
        letters = list(luck.choice(texts))
        for _ in range(luck.randint(1, 3)):
            where = luck.randrange(len(letters))
            letters[where : where + luck.randint(0, 2)] = luck.choice(
                ["", "-", " ", "\n", ":", "1", "{}", "[]", "null", "x", '"', "  ", "/"]
            )
        assert_same("".join(letters))
        assert_same_snapshot("".join(letters))


def test_recorded_texts_are_read_alike(shared: Path) -> None:
    for line in (shared / "apiserver" / "validation.jsonl").read_text("utf-8").splitlines():
        assert_same(json.loads(line)["manifest"])
        assert_same_snapshot(json.loads(line)["manifest"])


def test_the_quick_way_is_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody would notice that it takes nothing."""
    monkeypatch.delattr(parse._Parser, "_spec")
    for text in course_texts():
        assert read_policies(text).accepted


def test_the_quick_ways_of_a_snapshot_are_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Found, "_take")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\nstatus: {podIP: 10.0.0.2}\n"
    assert len(read_snapshot([("", pod)]).cluster.pods) == 1
    monkeypatch.undo()
    monkeypatch.delattr(parse._Parser, "_policy")
    for text in course_texts():
        assert read_snapshot([("", text)]).policies


def course_texts() -> Iterator[str]:
    """The solutions of our own exercises, as far as they hold policies."""
    from simulator.document import Exercise, read_document

    for path in sorted((ROOT / "fixtures" / "exercises").glob("*.yaml")):
        exercise = read_document(path.read_bytes()).document
        assert isinstance(exercise, Exercise)
        if not exercise.takes_away:
            yield exercise.solution
