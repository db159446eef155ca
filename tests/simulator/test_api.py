"""`from simulator import …`: the public names are there, typed, documented, and cheap to import."""

import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import simulator

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", simulator.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    found = getattr(simulator, name)
    assert not isinstance(found, ModuleType)
    if inspect.isfunction(found) or inspect.isclass(found):
        assert found.__doc__
        assert found.__module__.startswith("simulator.")


@pytest.mark.parametrize("name", ["evaluate", "explain", "connect", "check", "diff"])
@pytest.mark.parametrize("first", ["simulator.model", "simulator.{}", "simulator.cli.main"])
def test_a_function_is_never_hidden_by_its_module(name: str, first: str) -> None:
    """Whatever is imported before: the module of the same name must not stand in its place."""
    code = f"import {first.format(name)}; from simulator import {name}; assert callable({name})"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unheard_of'"):
        simulator.unheard_of  # type: ignore[attr-defined]  # noqa: B018


def test_importing_it_reads_no_documents_and_draws_nothing() -> None:
    code = (
        "import sys, simulator; heavy = {'simulator.draw', 'simulator.document', "
        "'simulator.mistakes', 'simulator.edits', 'simulator.cli', 'django'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "simulator" / "py.typed").exists()
