"""Fixtures of the simulator's tests."""

from pathlib import Path

import pytest

from tests.simulator import commands


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> commands.Shell:
    """Runs commands in a folder with a small world: see tests/simulator/commands.py."""
    return commands.shell(tmp_path, capsys, monkeypatch)
