"""What all commands share: help, files, colours, characters, pipes, hostile names."""

import io
import os
import re
import subprocess
import sys
import xml.dom.minidom
from ipaddress import ip_address
from pathlib import Path

import pytest

from simulator.cli import reach
from simulator.cli.cells import table
from simulator.cli.formats import FORMATS
from simulator.cli.groups import group
from simulator.cli.screen import Screen
from simulator.cli.world import World
from simulator.model import Cluster, Namespace, Pod
from tests.simulator.commands import POLICY, SCENARIO, Shell

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("validate", "read", "reach", "explain", "diff", "grade", "conformance")


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


def on_terminal(shell: Shell, *words: str, encoding: str = "utf-8") -> str:
    terminal = Terminal(encoding)
    with shell.patch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        shell.ask(*words)
    return terminal.text


# ── Help ─────────────────────────────────────────────────────────────────────────────────────


def test_help_lists_every_command(shell: Shell) -> None:
    done = shell.run("--help")
    assert done.code == 0
    assert re.findall(r"(?m)^    ([a-z]+)", done.out) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_teaches(shell: Shell, command: str) -> None:
    """It says what it answers, shows two examples or more, and tells the exit codes."""
    done = shell.run(command, "--help")
    _, _, taught = done.out.partition("\nexamples:\n")
    examples, _, codes = taught.partition("\nexit code:\n")
    assert done.code == 0
    assert examples.count(f"python -m simulator {command} ") >= 2
    assert codes.startswith("  0  ")
    assert "\n  2  " in codes
    assert "?" in done.out.partition("\n\n")[2]


@pytest.mark.parametrize(
    "words", [[], ["unknown"], ["reach"], ["explain", "-f", "x"], ["grade", "x"]]
)
def test_wrong_words_are_code_2(shell: Shell, words: list[str]) -> None:
    done = shell.run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: ")


# ── Colours and characters ───────────────────────────────────────────────────────────────────


def test_colour_is_for_terminals_only(shell: Shell) -> None:
    assert "\x1b[32m✓ all\x1b[0m" in on_terminal(shell, "reach")
    assert "\x1b" not in shell.ask("reach").out


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colour_gets_none(shell: Shell, name: str, value: str) -> None:
    shell.patch.setenv(name, value)
    assert "\x1b" not in on_terminal(shell, "reach")


def test_an_empty_no_color_means_nothing(shell: Shell) -> None:
    shell.patch.setenv("NO_COLOR", "")
    assert "\x1b" in on_terminal(shell, "reach")


def test_colour_says_nothing_that_a_sign_does_not(shell: Shell) -> None:
    coloured, plain = on_terminal(shell, "reach"), shell.ask("reach").out
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert [line.rstrip() for line in coloured.splitlines()] == plain.splitlines()


def test_an_encoding_without_our_signs_gets_others(shell: Shell) -> None:
    shell.patch.setenv("NO_COLOR", "1")
    out = on_terminal(shell, "reach", "--to", "prod/db", encoding="ascii")
    assert "prod/api     ~ 3306\n" in out
    assert "backup       x\n" in out
    words = ("explain", "--from", "prod/api", "--to", "prod/db", "--port", "3306")
    assert on_terminal(shell, *words, encoding="latin-1").startswith("y prod/api -> prod/db : 3306")


def test_no_width_is_too_narrow_or_too_wide() -> None:
    for width in (1, 40, 500):
        assert all(Screen(width).wrapped("word " * 50, first="  - "))


HOSTILE = [
    "\x1b[31mred",
    "a|b",
    'q"uote',
    "<script>",
    "back\\slash",
    "new\nline",
    "\u202edrow",
    "a" * 300,
    "`*_[x](y)",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_name_can_do_harm(form: str, name: str) -> None:
    """The readers refuse such names; were one to come through, no format would be broken by it."""
    pods = tuple(
        Pod("x", own, {"app": own}, (ip_address(f"10.0.0.{n}"),))
        for n, own in enumerate((name, "b"))
    )
    world = World(Cluster((Namespace("x", {"l": name}),), pods))
    groups = group((), pods)
    cells = table(world.cluster, (), sources=groups, targets=groups)
    lines = list(FORMATS[form](world, cells, Screen()))
    text = "\n".join(lines)
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "\u202e" not in text
    if form == "svg":
        assert xml.dom.minidom.parseString(text).documentElement is not None
        assert "<script" not in text
    if form == "md":
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4}
    if form == "dot":
        assert all(len(re.findall(r'(?<!\\)(?:\\\\)*"', line)) in {0, 2} for line in lines)


# ── Files ────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_stands_for_its_yaml_and_json(shell: Shell) -> None:
    shell.write("all/b/policy.yml", POLICY)
    shell.write("all/a.yaml", SCENARIO)
    shell.write("all/notes.txt", "{")
    shell.write("all/.git/x.yaml", "{")
    assert "prod/api     ± 3306" in shell.run("reach", "-f", "all", "--to", "prod/db").out


def test_standard_input_is_a_dash(shell: Shell) -> None:
    done = shell.run("reach", "-f", "small.yaml", "-f", "-", "--to", "prod/db", stdin=POLICY)
    assert "prod/api     ± 3306" in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-f", "missing.yaml"], "missing.yaml: No such file or directory\n"),
        (["-f", "empty"], "empty: no file in it ends in .yaml, .yml, .json\n"),
        (["-f", "-", "-f", "-"], "standard input (-) can be read only once\n"),
        (["-f", "nul\0byte"], "nul\\x00byte: embedded null byte\n"),
        (["-f", "\x1b]0;title\x07.yaml"], "\\x1b]0;title\\a.yaml: No such file or directory\n"),
    ],
)
def test_what_cannot_be_read_is_code_2(shell: Shell, words: list[str], message: str) -> None:
    (shell.folder / "empty").mkdir()
    done = shell.run("reach", *words)
    assert (done.code, done.out, done.err) == (2, "", message)


def test_a_scenario_with_a_fault_is_located(shell: Shell) -> None:
    shell.write("small.yaml", SCENARIO.replace("pods:", "pots:"))
    done = shell.ask("reach")
    assert (done.code, done.out) == (2, "")
    assert "small.yaml:5:1: unknown field" in done.err or "small.yaml:1:1:" in done.err


@pytest.mark.parametrize(
    "text", ["", "{", "\0", "a: [", "kind: Scenario\n", "\xff\xfe", "- " * 5000]
)
@pytest.mark.parametrize("command", ["reach", "diff", "grade"])
def test_no_text_raises(shell: Shell, text: str, command: str) -> None:
    shell.write("odd.yaml", text)
    words = {
        "reach": ("-f", "odd.yaml"),
        "diff": ("odd.yaml", "db.yaml"),
        "grade": ("odd.yaml", "db.yaml"),
    }
    done = shell.run(command, *words[command])
    assert done.code in {1, 2}
    assert (done.out + done.err).strip()


# ── Leaving ──────────────────────────────────────────────────────────────────────────────────


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO)
    done = subprocess.run(
        f"{sys.executable} -m simulator reach -f {tmp_path}/s.yaml --format json | true; "
        "echo ${PIPESTATUS[0]}",
        shell=True, executable="/bin/bash", cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=False, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert done.stderr == ""


def test_ctrl_c_is_quiet(shell: Shell) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    shell.patch.setattr(reach, "read_world", interrupted)
    done = shell.ask("reach")
    assert (done.code, done.out, done.err) == (130, "", "")


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "reach", "-f", f"{tmp_path}/s.yaml", "--to", "prod/db"],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "staging/api  ✓ all" in done.stdout
