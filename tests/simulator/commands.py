"""Runs the command line inside the process, and the small world that its tests speak of."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.cli.main import main

SCENARIO = """\
kind: Scenario
slug: small
title: A small shop
namespaces:
  prod: {env: prod}
  staging: {env: staging}
pods:
  prod/api: {labels: {app: api}, ip: 10.1.0.1, ports: {http: 8080}}
  prod/db: {labels: {app: db}, ip: 10.1.0.2, ports: {mysql: 3306}}
  staging/api: {labels: {app: api}, ip: 10.1.1.1}
hosts:
  backup: 192.168.5.10
arrows:
- prod/api -> prod/db:3306
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: prod}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    ports:
    - port: 3306
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Shell:
    """A folder with the small world in it, and a way to run commands there."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def write(self, name: str, text: str) -> str:
        """Write a file; returns its name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    def run(self, *words: str, stdin: str | bytes = "", width: int = 80) -> Done:
        """Run one command at a terminal's width."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        self.patch.setenv("COLUMNS", str(width))
        try:
            code = main(words)
        except SystemExit as left:  # argparse's way out
            code = left.code if isinstance(left.code, int) else 2
        found = self.capture.readouterr()
        return Done(code, found.out, found.err)

    def ask(self, command: str, *words: str, width: int = 80) -> Done:
        """The same for a command that reads the small world."""
        return self.run(command, "-f", "small.yaml", "-f", "db.yaml", *words, width=width)


def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A shell in a fresh folder with `small.yaml` and `db.yaml`."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    made = Shell(tmp_path, capsys, monkeypatch)
    made.write("small.yaml", SCENARIO)
    made.write("db.yaml", POLICY)
    return made
