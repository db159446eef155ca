"""The docs mention all that a person can set or call."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from netpol_lab.content.folder import read_folder
from simulator.document import read_document
from simulator.limits import Limits
from tests.simulator.exceptions import LOOSER, OTHER_WORDS, STRICTER

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def found(pattern: str, *files: str) -> set[str]:
    return {name for file in files for name in re.findall(pattern, (ROOT / file).read_text())}


def variables() -> set[str]:
    """Return every environment variable that the settings or the start script read."""
    read = r'(?:\b(?:env|switch|secret|number)|environ\.get)\(\s*"([A-Z_]+)"'
    names = found(read, "netpol_lab/settings.py", "deploy/lab.py")
    secrets = found(r'\bsecret\(\s*"([A-Z_]+)"', "netpol_lab/settings.py")
    return names | {f"{name}_FILE" for name in secrets}


def commands() -> set[str]:
    folders = ROOT.glob("netpol_lab/*/management/commands")
    files = (path for folder in folders for path in folder.glob("[a-z]*.py"))
    return {f"manage.py {path.stem}" for path in files}


def tool_commands() -> set[str]:
    """Return the commands of `python -m simulator`."""
    return found(r'Command\(\s*"([a-z]+)"', *(str(p) for p in ROOT.glob("simulator/cli/*.py")))


def mentions(phrase: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(phrase)}(?![\w-])", TEXT) is not None


def test_the_search_finds_the_known_ones() -> None:
    assert {"HOST", "PORT", "SECRET_KEY", "SECRET_KEY_FILE", "CHROMIUM"} <= variables()


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_variable_is_in_the_docs(name: str) -> None:
    assert mentions(name)


@pytest.mark.parametrize("target", sorted(found(r"(?m)^([a-z]+):", "Makefile")))
def test_every_make_target_is_in_the_docs(target: str) -> None:
    assert mentions(f"make {target}")


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_docs(command: str) -> None:
    assert mentions(command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", re.DOTALL)


def consoles() -> list[tuple[str, str]]:
    """Every block of commands with what they print, by its page."""
    texts = ((page.name, page.read_text(encoding="utf-8")) for page in PAGES)
    return [(name, block) for name, text in texts for block in CONSOLE.findall(text)]


@pytest.mark.parametrize(("page", "block"), consoles())
def test_every_command_on_a_page_prints_what_the_page_says(page: str, block: str) -> None:
    """As a reader would: in a shell, at the top of the repository, not on a terminal."""
    shown = re.split(r"(?m)^\$ ", block)[1:]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment.pop("COLUMNS", None)
    for command, printed in (part.split("\n", 1) for part in shown):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert (command, done.stdout) == (command, printed)


def examples() -> list[tuple[str, str]]:
    page = ROOT / "docs" / "python-api.md"
    return PYTHON.findall(page.read_text(encoding="utf-8")) if page.exists() else []


def test_the_api_page_has_examples_that_print() -> None:
    assert len(examples()) >= 5


@pytest.mark.parametrize(("code", "printed"), examples())
def test_every_python_example_prints_what_the_page_says(
    code: str, printed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/python-api.md", "exec"), {})
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("command", sorted(tool_commands()))
def test_every_command_of_the_tool_has_a_chapter(command: str) -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert f"\n## {command}\n" in page
    assert f"    python -m simulator {command} " in page


def test_the_documents_of_the_content_page_are_read_without_a_problem() -> None:
    """Those that stand there whole; the exercise's YAML is left out with an ellipsis."""
    page = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")
    for kind in ("Scenario", "Lesson", "Notes"):
        example = re.search(rf"```yaml\n(kind: {kind}\n.*?)```", page, re.DOTALL)
        assert example
        assert read_document(example[1]).problems == ()


def first_lesson(folder: Path) -> Path:
    """The files that docs/writing-content.md has one write."""
    page = (ROOT / "docs" / "writing-content.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"`fixtures/(\S+\.yaml)`.*?```yaml\n(.*?)```", page, re.DOTALL):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_first_lesson_that_one_writes_keeps_its_promises(tmp_path: Path) -> None:
    found = read_folder(first_lesson(tmp_path))
    assert found.faults == ()
    assert [file.kind.value for file in found.files] == ["scenario", "exercise", "lesson"]


def test_the_first_lesson_s_fault_is_told_as_the_page_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "writing-content.md").read_text(encoding="utf-8")
    said = re.search(r"```text\nfixtures/(.*?)```", page, re.DOTALL)
    assert said
    path = first_lesson(tmp_path) / "exercises" / "guests-stay-out.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- podSelector", "  podSelector", 1), encoding="utf-8")
    assert f"{read_folder(tmp_path).faults[0]}\n" == f"{tmp_path}/{said[1]}"


@pytest.mark.parametrize("limit", [field.name for field in fields(Limits)])
def test_every_limit_is_checked_somewhere(limit: str) -> None:
    """A limit that nothing reads protects nobody."""
    text = "".join(
        (ROOT / f"simulator/{name}.py").read_text()
        for name in ("builder", "chunks", "decode", "parse", "parse_rules", "parse_selectors")
    )
    assert len(re.findall(rf'limits\.{limit}\b|"{limit}"', text)) >= 1


def test_the_exceptions_from_kubectl_are_those_that_are_tested() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    section = page.partition("## Where it is not kubectl")[2].partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| ([^|]+?) \|", section)
    listed = [row for row in rows if row not in {"what", "---"}]
    assert listed == [*STRICTER, *LOOSER, *OTHER_WORDS]
