"""Whatever stands in the text, apply and delete change the policy that they name and no other."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.kubectl import State, run
from simulator.manifest import manifest
from simulator.model import NetworkPolicy
from simulator.parse import read_policies
from tests.simulator import worlds
from tests.simulator.kubectl.worlds import state


@st.composite
def named(draw: st.DrawFn) -> NetworkPolicy:
    """A policy that the API server takes, as it stores it."""
    name = draw(st.sampled_from(["a", "b", "c"]))
    policy = replace(draw(worlds.network_policies), name=name, namespace="prod")
    read = read_policies(manifest(policy))
    assume(read.accepted)
    return read.policies[0]


_comments = st.sampled_from(["", "# a comment\n", "\n", "# name: b\n\n"])
_separators = st.sampled_from(["---\n", "--- # next\n", "---\n---\n", "---\r\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Policies with comments around them; a name may come twice, and then the last one counts."""
    parts = [
        draw(_comments) + manifest(policy) + draw(_comments)
        for policy in draw(st.lists(named(), max_size=4))
    ]
    text = parts[0] if parts else ""
    for part in parts[1:]:
        text += draw(_separators) + part
    return draw(_separators) + text if draw(st.booleans()) else text


def held(text: str) -> dict[str, NetworkPolicy]:
    reading = read_policies(text)
    blank = [error.message for error in reading.errors] == ["no objects passed to apply"]
    assert reading.accepted or blank, reading.errors
    return {policy.name: policy for policy in reading.policies}


@settings(max_examples=60)
@given(texts(), named())
def test_apply_puts_one_policy_in(text: str, policy: NetworkPolicy) -> None:
    before, start = held(text), state(text)
    answer = run(start, "k apply -f -", manifest(policy))
    assert answer.exit == 0, answer.stderr
    assert held(answer.state.text) == {**before, policy.name: policy}
    again = run(answer.state, "k apply -f -", manifest(policy))
    assert again.stdout.endswith("unchanged\n")
    assert again.state == answer.state


@settings(max_examples=60)
@given(texts(), st.sampled_from(["a", "b", "c"]))
def test_delete_takes_one_name_out(text: str, name: str) -> None:
    before = held(text)
    answer = run(state(text), f"k delete netpol {name} -n prod")
    assert (answer.exit == 0) is (name in before)
    assert held(answer.state.text) == {k: v for k, v in before.items() if k != name}
    comments = [line for line in text.splitlines() if line.startswith("# a comment")]
    if name not in before:
        assert answer.state.text == text
    else:
        assert answer.state.text.count("# a comment") <= len(comments)


@settings(max_examples=40)
@given(texts(), st.sampled_from(["team=net", "team-", "a.b/c=x", "team= x-"]))
def test_labels_change_nothing_that_policies_do(text: str, terms: str) -> None:
    start: State = state(text)
    for verb in ("label", "annotate"):
        answer = run(start, f"k {verb} netpol --all -n prod --overwrite {terms}")
        assert held(answer.state.text) == held(text)
        assert "invalid" not in answer.stderr
