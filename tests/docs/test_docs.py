"""The docs mention all that a person can set or call."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

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
    read = r'(?:\b(?:env|switch|secret)|environ\.get)\(\s*"([A-Z_]+)"'
    names = found(read, "netpol_lab/settings.py", "deploy/lab.py")
    secrets = found(r'\bsecret\(\s*"([A-Z_]+)"', "netpol_lab/settings.py")
    return names | {f"{name}_FILE" for name in secrets}


def commands() -> set[str]:
    folders = ROOT.glob("netpol_lab/*/management/commands")
    files = (path for folder in folders for path in folder.glob("[a-z]*.py"))
    return {f"manage.py {path.stem}" for path in files}


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


def test_the_python_example_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    promised = page.partition("prints\n")[2].partition("(in one line)")[0]
    exec(compile(example, "docs/simulator.md", "exec"), {})
    assert capsys.readouterr().out.split() == promised.split()


def test_the_documents_of_the_content_page_are_read_without_a_problem() -> None:
    """The scenario and the lesson as they stand; the exercise's YAML is left out with an ellipsis."""
    page = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")
    for kind in ("Scenario", "Lesson"):
        example = re.search(rf"```yaml\n(kind: {kind}\n.*?)```", page, re.DOTALL)
        assert example
        assert read_document(example[1]).problems == ()


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
