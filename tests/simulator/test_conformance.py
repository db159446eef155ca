"""The recorded verdicts of real implementations, through the command that users have."""

import json
from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.conformance import BadVector, read_case


def test_every_recorded_verdict_is_ours(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(path) for path in (shared / "conformance").glob("*.jsonl"))
    assert len(files) == 5
    assert main(["conformance", *files]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    passed, _, rest = last.partition(" passed, ")
    assert rest == "0 failed"
    assert int(passed) > 90_000


VECTOR = {
    "id": "one",
    "title": "a title",
    "cluster": {
        "namespaces": [{"name": "x", "labels": {}}],
        "pods": [
            {"namespace": "x", "name": "a", "labels": {}, "ip": "10.0.0.1", "ports": []},
            {"namespace": "x", "name": "b", "labels": {}, "ip": "10.0.0.2", "ports": []},
        ],
    },
    "policies": [],
    "probes": [{"from": "x/a", "to": "x/b", "protocol": "TCP", "port": 80, "allowed": False}],
}


def test_a_mismatch_is_told_counted_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "v.jsonl"
    path.write_text(json.dumps(VECTOR) + "\n\n")
    assert main(["conformance", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "one: x/a -> x/b : 80/TCP: allowed expected denied, got allowed  (a title)"
    assert lines[-1] == "0 passed, 1 failed"


@pytest.mark.parametrize("line", ["{", "[]", "{}", '"x"', json.dumps({**VECTOR, "policies": [{}]})])
def test_a_line_that_is_no_vector_says_so(line: str) -> None:
    with pytest.raises(BadVector):
        read_case(line)


def test_a_file_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "/no/such/file"]) == 2
    assert "No such file" in capsys.readouterr().err
