"""Budgets of work, by address."""

import time

import pytest

from netpol_lab.common import throttle
from netpol_lab.common.throttle import Budget


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day, in its only item."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_it_lasts_until_it_is_spent_and_comes_back_slowly(clock: list[float]) -> None:
    budget = Budget(most=10, gain=0.5)
    budget.spend("192.0.2.1", 9)
    assert budget.wait("192.0.2.1") == 0
    budget.spend("192.0.2.1", 3)
    wait = budget.wait("192.0.2.1")
    assert wait == 5
    clock[0] += wait
    assert budget.wait("192.0.2.1") == 0
    assert budget.wait("192.0.2.2") == 0


def test_what_was_not_used_is_not_saved_up(clock: list[float]) -> None:
    budget = Budget(most=10, gain=0.5)
    budget.spend("192.0.2.1", 1)
    clock[0] += 1_000_000
    budget.spend("192.0.2.1", 11)
    assert budget.wait("192.0.2.1") > 0


def test_one_customers_ipv6_addresses_share_one(clock: list[float]) -> None:
    budget = Budget(most=1, gain=0.5)
    budget.spend("2001:db8:1:2::7", 2)
    assert budget.wait("2001:db8:1:2:ffff::1") > 0
    assert budget.wait("2001:db8:1:3::7") == 0


def test_it_forgets_the_quietest_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_ADDRESSES", 2)
    budget = Budget(most=1, gain=0.001)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        budget.spend(address, 5)
    assert [budget.wait(f"192.0.2.{n}") > 0 for n in (1, 2, 3)] == [True, False, True]
