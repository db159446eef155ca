"""Solved or not, by the meaning of the whole answer."""

from importlib import import_module

import pytest

from simulator.check import Fault, Scope, check, pairs
from simulator.matrix import PROTOCOLS, Reach
from simulator.model import ExternalHost, Outcome
from simulator.ports import EVERY_PORT, PortSet
from simulator.witness import Kind, Strangers
from tests.simulator import worlds

REFERENCE = worlds.policies(worlds.DB_POLICY)
CLUSTER = worlds.tiers()


def faults(text: str, scope: Scope | None = None) -> set[tuple[str, str, int | None, str]]:
    answer = worlds.policies(text) if text else ()
    result = check(CLUSTER, answer, REFERENCE, scope)
    return {
        (
            d.verdict.probe.source.ref,
            d.verdict.probe.target.ref,
            d.verdict.probe.port,
            d.fault.value,
        )
        for d in result.differences
        if d.verdict.probe.protocol == "TCP"
    }


@pytest.mark.parametrize(
    "text",
    [
        worlds.DB_POLICY,
        worlds.DB_POLICY.replace("name: db-policy", "name: any-other-name"),
        worlds.DB_POLICY.replace("port: 3306", "port: mysql"),
        worlds.DB_POLICY.replace("port: 3306", "port: 3306\n      endPort: 3306"),
        worlds.DB_POLICY.replace(
            "        matchLabels:\n          role: api",
            "        matchExpressions:\n        - {key: role, operator: In, values: [api]}",
        ),
        worlds.DB_POLICY.replace(
            "    - podSelector:",
            "    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod}}\n      podSelector:",
        ),
        worlds.DB_POLICY + "---\n" + worlds.DB_POLICY.replace("db-policy", "twice"),
    ],
)
def test_every_spelling_of_the_same_meaning_solves(text: str) -> None:
    assert check(CLUSTER, worlds.policies(text), REFERENCE).solved


def test_no_policy_at_all_is_too_open_for_everybody_else() -> None:
    found = faults("")
    assert {fault for *_, fault in found} == {"too open"}
    assert ("backup", "prod/db", 3306, "too open") in found
    assert ("prod/api", "prod/db", 22, "too open") in found


def test_a_missing_port_list_is_found_on_a_port_that_nobody_uses() -> None:
    text = worlds.DB_POLICY.partition("    ports:")[0]
    assert faults(text) == {("prod/api", "prod/db", 22, "too open")}


def test_one_port_too_many_in_a_range_is_found() -> None:
    text = worlds.DB_POLICY.replace("port: 3306", "port: 3306\n      endPort: 3307")
    (difference,) = check(CLUSTER, worlds.policies(text), REFERENCE).differences
    assert difference.ports == PortSet(((3307, 3307),))


def test_another_protocol_is_found() -> None:
    text = worlds.DB_POLICY + "    - protocol: UDP\n"
    (difference,) = check(CLUSTER, worlds.policies(text), REFERENCE).differences
    assert difference.verdict.probe.protocol == "UDP"
    assert difference.ports == EVERY_PORT


def test_too_strict_is_told_from_too_open() -> None:
    swapped = worlds.DB_POLICY.replace("role: db", "role: x").replace("role: api", "role: db")
    swapped = swapped.replace("role: x", "role: api")
    found = faults(swapped)
    assert ("prod/web", "prod/db", 3306, "too open") in found
    assert ("prod/web", "prod/api", 8080, "too strict") in found


def test_an_answer_that_hangs_on_what_the_api_leaves_open_is_wrong_in_its_own_way() -> None:
    text = worlds.DB_POLICY.replace(
        "- podSelector:\n        matchLabels:\n          role: api",
        "- ipBlock: {cidr: 10.1.0.12/32}",
    )
    result = check(CLUSTER, worlds.policies(text), REFERENCE)
    assert [d.fault for d in result.differences] == [Fault.UNDEFINED]
    assert result.count(Fault.UNDEFINED) == 1


def test_a_flow_that_the_reference_leaves_undefined_is_not_compared() -> None:
    text = worlds.DB_POLICY.replace(
        "    - podSelector:", "    - ipBlock: {cidr: 10.0.0.0/8}\n    - podSelector:"
    )
    reference = worlds.policies(text)
    without = Strangers(leave_out=(Kind.ADDRESSES,))
    assert check(CLUSTER, REFERENCE, reference, strangers=without).solved
    assert check(CLUSTER, reference, reference).solved


def test_a_scope_leaves_other_ports_out() -> None:
    text = worlds.DB_POLICY.partition("    ports:")[0]
    scope = Scope((("TCP", PortSet(((3306, 3306),))),))
    assert faults(text, scope) == set()
    assert faults("", scope)


def test_hosts_outside_are_not_asked_about_each_other() -> None:
    asked = list(pairs(CLUSTER))
    assert all(source != target for source, target in asked)
    assert not any(isinstance(s, ExternalHost) and isinstance(t, ExternalHost) for s, t in asked)
    assert len(asked) == 30


# ── credit ──


def credit(*texts: str) -> float:
    return check(CLUSTER, worlds.policies("---\n".join(texts)), REFERENCE).credit


NOBODY = worlds.DB_POLICY.partition("  ingress:")[0]
EVERYBODY = NOBODY + "  ingress:\n  - {}\n"


def test_credit_is_whole_where_the_task_is_solved_and_nothing_for_all_or_nothing() -> None:
    assert credit(worlds.DB_POLICY) == 1
    assert check(CLUSTER, (), REFERENCE).credit == 0
    assert credit(NOBODY) == 0
    assert credit(EVERYBODY) == 0


def test_credit_is_the_share_of_allows_and_denials_that_are_right() -> None:
    """db is asked on 3306 and one port that nobody names, in TCP; on that one in UDP and SCTP.

    Of five sources, api alone is wanted, on 3306: one allow and 19 denials.
    """
    assert credit(worlds.DB_POLICY.partition("    ports:")[0]) == pytest.approx(1 - 3 / 19)
    anybody = worlds.DB_POLICY.partition("  - from:")[0] + "  - ports: [{port: 3306}]\n"
    assert credit(anybody) == pytest.approx(1 - 4 / 19)


def test_shutting_a_bystander_costs_credit_and_opening_one_buys_none() -> None:
    web = NOBODY.replace("role: db", "role: web").replace("db-policy", "web")
    assert 0 < credit(worlds.DB_POLICY, web) < 0.1
    opened = EVERYBODY.replace("role: db", "role: web").replace("db-policy", "web")
    assert credit(NOBODY, opened) == 0


def test_many_ports_of_the_answer_dilute_nothing() -> None:
    extra = "  - ports: [" + ", ".join(f"{{port: {n}}}" for n in range(5000, 5090)) + "]\n"
    assert credit(EVERYBODY + extra) == 0


def test_an_answer_that_differs_at_a_stranger_alone_loses_a_little() -> None:
    text = worlds.DB_POLICY.replace(
        "        matchLabels:\n          role: api",
        "        matchExpressions:\n        - {key: role, operator: NotIn, values: [web, db]}",
    )
    result = check(CLUSTER, worlds.policies(text), REFERENCE)
    assert not result.in_scenario
    assert result.count(Fault.TOO_OPEN) == 1
    assert result.credit == pytest.approx(1 - 1 / 21)


def test_pairs_that_are_alike_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    module, compared = import_module("simulator.check"), []

    def counted(got: Reach, want: Reach) -> dict[Fault, PortSet]:
        compared.append((got, want))
        found: dict[Fault, PortSet] = plain(got, want)
        return found

    plain = module.faults
    monkeypatch.setattr(module, "faults", counted)
    check(CLUSTER, (), REFERENCE)
    assert len(compared) <= len(PROTOCOLS) * len(set(compared))


def test_a_difference_shows_what_evaluate_says_of_it() -> None:
    for difference in check(CLUSTER, (), REFERENCE).differences:
        assert difference.verdict.probe == difference.probe
        assert difference.verdict.outcome is Outcome.ALLOWED
        assert difference.wanted is Outcome.DENIED
