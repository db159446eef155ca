"""`python -m simulator validate`: what it prints, its exit codes, and every hostile file."""

import subprocess
import sys
from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.limits import COMMAND_LINE
from simulator.parse import read_policies
from tests.simulator.hostile import ONLY_TOO_MUCH, hostile_files
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


def test_every_hostile_file_has_its_label(shared: Path) -> None:
    on_disk = {path.name for path in (shared / "bad-input").glob("*.yaml")}
    labelled = [hostile.name for hostile in hostile_files(shared)]
    assert set(labelled) == on_disk
    assert len(labelled) == len(on_disk) == 301


@pytest.mark.parametrize("flags", [(), ("--no-limits",)])
def test_every_hostile_file_gets_the_answer_of_its_label(
    shared: Path, flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """One live process takes all of them; nothing raw reaches the terminal."""
    wrong: list[tuple[str, object]] = []
    for hostile in hostile_files(shared):
        code = main(["validate", *flags, str(shared / "bad-input" / hostile.name)])
        out = capsys.readouterr().out
        assert code in {0, 1}, hostile.name
        assert len(out) < 64 * 1024, hostile.name
        assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in out), (
            hostile.name
        )
        assert not set(out) & set("\u202e\u202d\u2066\u200b\u200d\ufeff"), hostile.name
        uncounted = bool(flags) and hostile.name in ONLY_TOO_MUCH
        if (code == 0) != (hostile.taken or uncounted):
            wrong.append((hostile.name, code))
        if hostile.words not in out and not uncounted:
            wrong.append((hostile.name, out))
    assert wrong == []


def test_every_input_that_is_too_large_to_keep_is_refused(shared: Path, tmp_path: Path) -> None:
    """All 25 of make_big.py, archives too: none of them is a submission."""
    make = str(shared / "bad-input" / "make_big.py")
    subprocess.run(
        [sys.executable, make, "--all", str(tmp_path)], capture_output=True, check=True, timeout=120
    )
    paths = [path for path in sorted(tmp_path.iterdir()) if path.name != "index.jsonl"]
    assert len(paths) == 25
    for path in paths:
        reading = read_policies(path.read_bytes())
        assert reading.policies == (), path.name
        assert reading.errors, path.name
        if path.suffix == ".yaml" and path.stat().st_size < 2_000_000:
            uncounted = read_policies(path.read_bytes(), limits=COMMAND_LINE)
            assert uncounted.problems or uncounted.policies, path.name
