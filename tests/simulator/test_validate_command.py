"""`python -m simulator validate`: what it prints, its exit codes, and every hostile file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.limits import COMMAND_LINE, SUBMISSION
from simulator.parse import read_policies
from tests.simulator.worlds import DB_POLICY


def run(tmp_path: Path, text: str, *flags: str) -> int:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    return main(["validate", *flags, str(path)])


def test_a_good_file_is_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, DB_POLICY) == 0
    assert capsys.readouterr().out == f"{tmp_path}/p.yaml: 1 policy accepted\n"


def test_a_refused_file_is_told_by_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, DB_POLICY.replace("3306", '"3306"')) == 1
    assert capsys.readouterr().out.splitlines() == [
        f'{tmp_path}/p.yaml:19:13: spec.ingress[0].ports[0].port: Invalid value: "3306": '
        "must contain at least one letter (a-z)",
        '          port: "3306"',
        "                ^",
        "    hint: Without quotes it is the number that you mean.",
    ]


def test_warnings_alone_do_not_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, DB_POLICY.replace("port: 3306", "port: 0x50")) == 0
    assert ":19:13: warning: 0x50 is the number 80" in capsys.readouterr().out


def test_the_version_of_the_api_server_can_be_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host_bits = "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.5/24}}]}]\n"
    text = DB_POLICY[: DB_POLICY.index("  ingress:")] + host_bits
    assert run(tmp_path, text) == 0
    assert "is ambiguous" in capsys.readouterr().out
    assert run(tmp_path, text, "--kubernetes", "1.37") == 1
    assert "must not have bits set beyond the prefix length" in capsys.readouterr().out


def test_one_bad_file_among_good_ones_fails(tmp_path: Path) -> None:
    for name, text in (("a", DB_POLICY), ("b", "x"), ("c", DB_POLICY)):
        (tmp_path / name).write_text(text)
    assert main(["validate", *(str(tmp_path / name) for name in "abc")]) == 1


def test_standard_input_is_a_dash() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "validate", "-"],
        input=DB_POLICY, text=True, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "standard input: 1 policy accepted\n")


def test_the_limits_can_be_left_out(tmp_path: Path) -> None:
    many = "---\n".join(DB_POLICY.replace("db-policy", f"p{n}") for n in range(51))
    assert run(tmp_path, many) == 1
    assert run(tmp_path, many, "--no-limits") == 0


def index(shared: Path) -> list[dict[str, str]]:
    rows = (shared / "bad-input" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row) for row in rows]


@pytest.mark.parametrize("flags", [(), ("--no-limits",)])
def test_no_hostile_file_breaks_it(
    shared: Path, flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """One live process takes all of them; nothing raw reaches the terminal."""
    wrong = []
    for row in index(shared):
        code = main(["validate", *flags, str(shared / "bad-input" / row["file"])])
        out = capsys.readouterr().out
        assert code in {0, 1}, row["file"]
        assert len(out) < 64 * 1024, row["file"]
        assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in out), row[
            "file"
        ]
        assert not set(out) & set("\u202e\u202d\u2066\u200b\u200d\ufeff"), row["file"]
        if row["must"] == "accept" and code != 0:
            wrong.append(row["file"])
        if row["must"] == "reject" and code != 1 and not flags:
            wrong.append(row["file"])
    assert wrong == []


@pytest.mark.parametrize("limits", [SUBMISSION, COMMAND_LINE])
def test_no_input_that_is_too_large_to_keep_breaks_it(shared: Path, limits: object) -> None:
    """Those of make_big.py that are YAML, through one process."""
    for name in ("label_1mb", "spaces_3mb", "exprs_4k", "rules_5k", "policies_5k", "excepts_20k",
                 "deep_flow_1m", "deep_block_1m", "int_1m_digits", "hex_1m_digits",
                 "sexagesimal_1mb", "anchors_100k"):  # fmt: skip
        made = subprocess.run(
            [sys.executable, str(shared / "bad-input" / "make_big.py"), f"{name}.yaml"],
            capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        reading = read_policies(
            made.stdout, limits=SUBMISSION if limits is SUBMISSION else COMMAND_LINE
        )
        assert reading.problems or reading.policies, name
        if limits is SUBMISSION:
            assert not reading.accepted, name
