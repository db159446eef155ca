"""Plain scalars are typed as kubectl types them, not as PyYAML does."""

import json
import math
from pathlib import Path

import pytest

from simulator.parse import read_policies
from simulator.scalars import resolve
from tests.simulator.exceptions import STRICTER


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True), ("Y", True), ("yes", True), ("on", True), ("true", True),
        ("n", False), ("N", False), ("off", False), ("False", False),
        ("tRUE", "tRUE"), ("", None), ("~", None), ("NULL", None), ("nil", "nil"),
        ("80", 80), ("+80", 80), ("-1", -1), ("0x50", 80), ("0b1010000", 80), ("0o17", 15),
        ("017", 15), ("0", 0), ("08", 8.0), ("6_443", 6443), ("1e3", 1000.0), ("1E3", 1000.0),
        ("12e03", 12000.0), (".5", 0.5), ("1.", 1.0), ("1.0", 1.0), ("2e1a", "2e1a"),
        ("12:30", "12:30"), ("2024-01-01", "2024-01-01"), ("2024-13-45", "2024-13-45"),
        ("10.0.0.1", "10.0.0.1"), ("v1.2", "v1.2"), ("=", "="), ("+", "+"), ("-", "-"), (".", "."),
        ("18446744073709551615", 2**64 - 1), ("18446744073709551616", 18446744073709551616.0),
        ("9" * 5000, "9" * 5000), ("0x" + "f" * 5000, "0x" + "f" * 5000),
    ],
)  # fmt: skip
def test_a_plain_scalar_has_kubectls_value(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_and_infinity_are_floats() -> None:
    assert resolve(".inf") == math.inf
    assert resolve("-.INF") == -math.inf
    assert isinstance(resolve(".nan"), float)


def test_every_recorded_difference_from_pyyaml_is_read_as_kubectl_reads_it(shared: Path) -> None:
    """Acceptance of the 30 recorded cases; two are refused by our guard on purpose (tags)."""
    manifests = _by_id(shared / "apiserver" / "validation.jsonl")
    guarded = STRICTER["tags"].recorded
    seen = 0
    for case in _rows(shared / "apiserver" / "pyyaml_differences.jsonl"):
        if case["id"] in manifests:
            seen += 1
            wanted = bool(case["kubectl_accepts"]) and case["id"] not in guarded
            reading = read_policies(str(manifests[str(case["id"])]["manifest"]))
            assert reading.accepted is wanted, case["id"]
    assert seen >= 17  # the rest is kept aside


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _by_id(path: Path) -> dict[str, dict[str, object]]:
    return {str(row["id"]): row for row in _rows(path)}
