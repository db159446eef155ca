"""Documents and Lists: which objects a text holds, as kubectl's builder finds them."""

import json

import pytest

from simulator.parse import read_policies

POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "p"},
    "spec": {"podSelector": {}},
}
UNTYPED = {key: value for key, value in POLICY.items() if key not in {"apiVersion", "kind"}}
CORE, NETWORKING = ("v1", "List"), ("networking.k8s.io/v1", "NetworkPolicyList")


def listed(of: tuple[str, str], *items: object, **more: object) -> str:
    return json.dumps({"apiVersion": of[0], "kind": of[1], "items": items, **more})


def messages(text: str) -> list[str]:
    return [problem.message for problem in read_policies(text).errors]


@pytest.mark.parametrize("of", [CORE, NETWORKING])
def test_the_members_of_a_list_are_read(of: tuple[str, str]) -> None:
    text = listed(of, POLICY, {**POLICY, "metadata": {"name": "q"}}, metadata={})
    assert [policy.name for policy in read_policies(text).policies] == ["p", "q"]


def test_a_list_inside_a_list_is_refused() -> None:
    inner = json.loads(listed(CORE, POLICY))
    assert messages(listed(CORE, inner)) == [
        "*unstructured.Unstructured is not a list: no Items field in this object"
    ]


def test_members_of_a_typed_list_take_its_type_where_they_have_none() -> None:
    assert [p.name for p in read_policies(listed(NETWORKING, UNTYPED)).policies] == ["p"]
    half = {**UNTYPED, "kind": "NetworkPolicy"}
    assert messages(listed(NETWORKING, half)) == ["apiVersion not set"]
    assert messages(listed(CORE, UNTYPED)) == ["apiVersion not set", "kind not set"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (listed(CORE), "no objects passed to apply"),
        (listed(CORE, None), "invalid object to validate"),
        (listed(NETWORKING, None), "invalid object to validate"),
        (listed(CORE, 7), "invalid object to validate"),
        (json.dumps({"apiVersion": "v1", "kind": "List"}), "invalid object to validate"),
        (json.dumps({"apiVersion": "v1", "kind": "List", "items": {}}), "invalid object to validate"),
        (json.dumps({"kind": "List", "items": [POLICY]}), "apiVersion not set"),
        (
            listed(("networking.k8s.io/v1", "List"), POLICY),
            'no matches for kind "List" in version "networking.k8s.io/v1"',
        ),
        (
            listed(("v1", "NetworkPolicyList"), POLICY),
            'no matches for kind "NetworkPolicyList" in version "v1"',
        ),
        (listed(NETWORKING, POLICY, foo=1), 'strict decoding error: unknown field "foo"'),
    ],
)  # fmt: skip
def test_a_list_that_kubectl_refuses_is_refused(text: str, wanted: str) -> None:
    assert messages(text) == [wanted]


def test_inside_a_list_kubectl_refuses_what_apply_drops_elsewhere() -> None:
    spec = {"podSelector": {"matchLabels": {"role": None}}, "ingress": [None]}
    policy = {**POLICY, "spec": spec}
    assert read_policies(json.dumps(policy)).accepted
    assert messages(listed(CORE, policy)) == [
        'unknown object type "nil" in NetworkPolicy.spec.podSelector.matchLabels.role',
        'unknown object type "nil" in NetworkPolicy.spec.ingress[0]',
    ]
    assert messages(listed(NETWORKING, policy))[0].endswith(
        "NetworkPolicyList.items[0].spec.podSelector.matchLabels.role"
    )


def test_a_field_without_a_value_is_dropped_inside_a_list_too() -> None:
    policy = {**POLICY, "metadata": {"name": "p", "creationTimestamp": None}}
    found = read_policies(listed(CORE, policy))
    assert found.accepted
    assert found.problems == ()
