"""Reading policies: what the API server takes, refuses and fills in, and where."""

import json
from pathlib import Path
from textwrap import dedent

import pytest

from simulator.limits import COMMAND_LINE
from simulator.model import Direction, Mark, Operator, Problem, Requirement
from simulator.parse import Reading, read_policies
from simulator.words import caret
from tests.simulator.exceptions import LOOSER, OTHER_WORDS, STRICTER

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
spec:
  podSelector: {}
"""
NOTES_RULE = """\
  policyTypes:
  - Ingress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          name: api-pod
    ports:
    - protocol: TCP
      port: 3306
"""


def reading(rest: str) -> Reading:
    return read_policies(HEAD + rest)


def drawn(text: str, problem: Problem) -> str:
    """A problem as the command line draws it, for asserting the whole picture."""
    assert problem.mark is not None
    rows = caret(text.split("\n")[problem.mark.line - 1], problem.mark.column)
    head = f"{problem.mark.line}:{problem.mark.column}: {problem.message}"
    return "\n".join([head, *(f"    {row}" for row in rows)])


# ── what is stored ──


def test_the_notes_policy_is_read_with_the_line_of_every_part() -> None:
    (policy,) = reading(NOTES_RULE).policies
    (rule,) = policy.ingress
    (peer,) = rule.peers
    assert peer.pod_selector is not None
    assert peer.pod_selector.requirements == (Requirement("name", Operator.IN, ("api-pod",)),)
    assert [m.line for m in (rule.mark, peer.mark, rule.ports[0].mark) if m] == [10, 11, 16]


@pytest.mark.parametrize(
    ("rest", "types"),
    [
        ("", [Direction.INGRESS]),
        ("  egress: []\n", [Direction.INGRESS]),
        ("  egress: [{}]\n", [Direction.INGRESS, Direction.EGRESS]),
        ("  policyTypes: []\n", [Direction.INGRESS]),
        ("  policyTypes: [Egress]\n", [Direction.EGRESS]),
        ("  policyTypes: [Egress, Egress]\n", [Direction.EGRESS]),
    ],
)
def test_policy_types_are_filled_in_as_the_api_server_does(
    rest: str, types: list[Direction]
) -> None:
    (policy,) = reading(rest).policies
    assert list(policy.policy_types) == types


def test_a_list_and_json_are_read_as_one_by_one() -> None:
    item = '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "%s"}, "spec": {"podSelector": {}}}'
    items = ", ".join(item % name for name in "ab")
    text = f'{{"apiVersion": "v1", "kind": "List", "items": [{items}]}}'
    assert [policy.name for policy in read_policies(text).policies] == ["a", "b"]


def test_the_second_of_two_policies_with_one_name_is_applied() -> None:
    text = HEAD + "---\n" + HEAD + "  policyTypes: [Egress]\n"
    found = read_policies(text)
    assert [policy.policy_types for policy in found.policies] == [(Direction.EGRESS,)]
    assert "given twice" in found.warnings[0].message


def test_half_a_text_gives_no_policy() -> None:
    found = read_policies(HEAD + "---\n" + HEAD.replace("name: p", "name: q") + "  ingress: {}\n")
    assert found.policies == ()
    assert not found.accepted


SERVER_FIELDS = """\
  uid: 0b1f6a3e-0000-4000-8000-000000000000
  resourceVersion: "12"
  generation: 3
  creationTimestamp: 2024-01-01T10:00:00Z
  finalizers: [example.com/keep]
  ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: b}]
  managedFields: [{manager: kubectl}]
"""


def test_what_a_cluster_adds_to_the_metadata_is_taken() -> None:
    found = read_policies(HEAD.replace("  name: p\n", "  name: p\n" + SERVER_FIELDS))
    assert found.accepted
    assert found.problems == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("uid: 7", "cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type string"),
        ("generation: three", "ObjectMeta.metadata.generation of type int64"),
        ("generation: -1", "metadata.generation: Invalid value: -1: must be greater than or equal to 0"),
        ("creationTimestamp: 2024-01-01", 'parsing time "2024-01-01" as'),
        ("creationTimestamp: 2024-02-30T10:00:00Z", 'parsing time "2024-02-30T10:00:00Z" as'),
        ("finalizers: [7]", "ObjectMeta.metadata.finalizers of type string"),
        ("finalizers: x", "ObjectMeta.metadata.finalizers of type []string"),
        ("finalizers: [a b]", 'metadata.finalizers: Invalid value: "a b": name part must consist'),
        ("ownerReferences: {}", "cannot unmarshal object"),
        ("managedFields: [x]", "cannot unmarshal string"),
    ],
)  # fmt: skip
def test_metadata_that_the_api_server_cannot_decode_is_refused(line: str, words: str) -> None:
    (problem,) = read_policies(HEAD.replace("  name: p\n", f"  name: p\n  {line}\n")).errors
    assert words in problem.message
    assert problem.mark is not None
    assert problem.mark.line == 5


def test_annotations_have_a_limit_of_their_own() -> None:
    text = HEAD.replace("name: p", "name: p\n  annotations: {a: %s}")
    assert read_policies(text % ("b" * 262_143), limits=COMMAND_LINE).accepted
    (problem,) = read_policies(text % ("b" * 262_144), limits=COMMAND_LINE).errors
    assert problem.message == "metadata.annotations: Too long: may not be more than 262144 bytes"


# ── faults and their pictures ──


@pytest.mark.parametrize(
    ("rest", "picture"),
    [
        (
            "  ingress:\n  - ports:\n    - port: \"3306\"\n",
            """\
            9:13: spec.ingress[0].ports[0].port: Invalid value: "3306": must contain at least one letter (a-z)
                    - port: "3306"
                            ^""",
        ),
        (
            "  policytypes: [Ingress]\n",
            """\
            7:3: strict decoding error: unknown field "spec.policytypes"
                  policytypes: [Ingress]
                  ^""",
        ),
        (
            "  ingress:\n    from: []\n",
            """\
            8:5: json: cannot unmarshal object into Go struct field NetworkPolicySpec.spec.ingress of type []v1.NetworkPolicyIngressRule
                    from: []
                    ^""",
        ),
        (
            "  ingress:\n  - from:\n    - ipBlock: {cidr: 10.0.0.0/8, except: [192.168.0.0/24]}\n",
            """\
            9:44: spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "192.168.0.0/24": must be a strict subset of `cidr`
                    - ipBlock: {cidr: 10.0.0.0/8, except: [192.168.0.0/24]}
                                                           ^""",
        ),
        (
            "  ingress:\n  - from:\n    - {}\n",
            """\
            9:7: spec.ingress[0].from[0]: Required value: must specify a peer
                    - {}
                      ^""",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_drawn_with_its_line_and_caret(rest: str, picture: str) -> None:
    found = reading(rest)
    assert [drawn(HEAD + rest, problem) for problem in found.errors] == [dedent(picture)]


def test_every_problem_comes_at_once_and_in_order() -> None:
    found = reading("  foo: 1\n  ingress:\n  - ports: [{port: 0}, {protocol: tcp}]\n  bar: 2\n")
    assert [problem.mark.line for problem in found.errors if problem.mark] == [7, 9, 9, 10]


def test_a_flood_of_problems_is_cut() -> None:
    found = reading("  ingress:\n" + "  - x: 1\n" * 100)
    assert len(found.problems) == 21
    assert found.problems[-1].message == "… and 80 more problems like these"


def test_a_namespace_must_exist_where_the_cluster_is_known() -> None:
    text = HEAD.replace("name: p", "name: p\n  namespace: stagin")
    assert read_policies(text).accepted
    (problem,) = read_policies(text, namespaces=["staging"]).errors
    assert problem.message == 'namespaces "stagin" not found'
    assert problem.mark == Mark(5, 14)
    assert problem.hint == "Did you mean staging?"


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n", "---\n---\n", "~\n"])
def test_nothing_to_apply_is_an_error_not_a_verdict(text: str) -> None:
    (problem,) = read_policies(text).errors
    assert problem.message == "no objects passed to apply"


# ── warnings ──


@pytest.mark.parametrize(
    ("rest", "line", "words"),
    [
        ("  egress: [{}]\n  policyTypes: [Ingress]\n", 7, "egress rules are ignored"),
        ("  ingress:\n  - from: [{podSelector: {}}]\n  - ports: [{port: 80}]\n", 9, "rule of its own"),
        ("  ingress:\n  - ports: [{port: 0x50}]\n", 8, "0x50 is the number 80"),
        ("  ingress:\n  - from: [{podSelector: {matchLabels: {role: }}}]\n", 8, "has no value"),
        ("  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.5/24}}]\n", 8, "is ambiguous"),
    ],
)  # fmt: skip
def test_what_the_writer_can_hardly_mean_is_accepted_with_a_warning(
    rest: str, line: int, words: str
) -> None:
    found = reading(rest)
    assert found.accepted
    (warning,) = found.warnings
    assert words in warning.message
    assert warning.mark is not None
    assert warning.mark.line == line


def test_a_missing_pod_selector_selects_all_and_says_so() -> None:
    found = read_policies(HEAD.replace("  podSelector: {}\n", "  policyTypes: [Ingress]\n"))
    assert found.policies[0].pod_selector.requirements == ()
    assert "selects every pod" in found.warnings[0].message


# ── against a real API server ──

#: The recorded cases that come out otherwise with us; the reasons are in exceptions.py.
GUARDED = {case for one in STRICTER.values() for case in one.recorded}
REWORDED = {case for one in OTHER_WORDS.values() for case in one.recorded}


@pytest.mark.parametrize("name", [*STRICTER, *OTHER_WORDS])
def test_a_listed_exception_is_refused_with_its_words(name: str) -> None:
    example = {**STRICTER, **OTHER_WORDS}[name]
    found = read_policies(example.text)
    assert not found.accepted
    assert example.words in found.errors[0].message


@pytest.mark.parametrize("name", LOOSER)
def test_a_listed_looseness_is_accepted(name: str) -> None:
    assert read_policies(LOOSER[name].text).accepted


def test_the_api_servers_judgement_is_ours_on_every_recorded_manifest(shared: Path) -> None:
    wrong = []
    for case in cases(shared):
        found = read_policies(str(case["manifest"]), namespaces=["prod", "staging"])
        if found.accepted != (case["accepted"] and case["id"] not in GUARDED):
            wrong.append((case["id"], [problem.message for problem in found.errors]))
    assert wrong == []


def test_the_same_fault_has_the_api_servers_sentence(shared: Path) -> None:
    wrong = []
    for case in cases(shared):
        found = read_policies(str(case["manifest"]), namespaces=["prod", "staging"])
        if case["accepted"] or case["id"] in REWORDED:
            continue
        said = str(case["stderr"])
        if not any(_core(problem.message) in said for problem in found.errors):
            wrong.append((case["id"], [problem.message for problem in found.errors], said))
    assert wrong == []


def test_the_api_servers_warnings_are_ours(shared: Path) -> None:
    for case in cases(shared):
        if case["accepted"] and case["warnings"]:
            found = read_policies(str(case["manifest"]), namespaces=["prod", "staging"])
            messages = {problem.message for problem in found.warnings}
            warnings = case["warnings"]
            assert isinstance(warnings, list)
            assert messages.issuperset(warnings), case["id"]


def test_what_1_37_judges_or_words_otherwise_is_judged_and_worded_so(shared: Path) -> None:
    manifests = {case["id"]: str(case["manifest"]) for case in cases(shared)}
    # Two of the eight were recorded without their manifests; their words quote what was changed.
    plain, ranged = manifests["ip-host-bits"], manifests["ip-except-outside"]
    manifests["ip-mask-leading-zero"] = plain.replace("10.0.0.5/24", "10.0.0.0/08")
    manifests["ip-except-hostbits"] = ranged.replace("192.168.0.0/24", "10.0.1.5/24")
    differing = differences(shared)
    assert len(differing) == 8
    for case in differing:
        found = read_policies(manifests[case["id"]], version="1.37")
        said = str(case["stderr"])
        assert found.accepted == (case["exit"] == 0), case["id"]
        assert all(problem.message in said for problem in found.problems), case["id"]
        assert len(found.errors) == max(said.count("\n* "), 1), case["id"]
        before = read_policies(manifests[case["id"]])
        assert all(p.message in str(case["v1_35_4_stderr"]) for p in before.problems), case["id"]


def test_1_37_reads_every_other_recorded_manifest_as_1_35_does(shared: Path) -> None:
    differing = {case["id"] for case in differences(shared)}
    assert len(cases(shared)) == 331
    for case in cases(shared):
        text = str(case["manifest"])
        same = read_policies(text, version="1.37") == read_policies(text)
        assert same != (case["id"] in differing), case["id"]


def _core(message: str) -> str:
    """A message without our line number and the name of the character."""
    for start in ("yaml: line ", "yaml: control characters are not allowed"):
        if message.startswith(start):
            rest = message.removeprefix(start)
            return rest.partition(": ")[2] if start.endswith("line ") else start
    return message


def cases(shared: Path) -> list[dict[str, object]]:
    return rows(shared, "validation.jsonl")


def differences(shared: Path) -> list[dict[str, object]]:
    """What 1.37.2 said where it was not what 1.35.4 said."""
    return rows(shared, "differences_1.37.2.jsonl")


def rows(shared: Path, name: str) -> list[dict[str, object]]:
    path = shared / "apiserver" / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
