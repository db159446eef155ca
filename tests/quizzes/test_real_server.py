"""The shipped server: fifty posts at once with one key, and a worker killed right after it said yes."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings

from tests.quizzes.conftest import DOCUMENTS

#: A hang, not a slow machine; tests time nothing else.
HANG = 60.0
LINUX = sys.platform == "linux"
AT_ONCE = 50


@dataclass
class Browser:
    """What a browser keeps: the cookies, and the token of its forms."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        """Status, body and where it leads."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if method == "POST":
            body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Accept"] = "application/json"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
            for each in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = each.partition(";")[0].partition("=")
                self.cookies[name] = value
            found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
            self.token = found[1] if found else self.token
            return answer.status, text, answer.headers.get("Location") or ""

    def begin(self) -> str:
        """Start the quiz; the address of its sitting."""
        self.ask("GET", "/quizzes/every-kind/")
        status, _, place = self.ask("POST", "/quizzes/every-kind/start")
        assert status == 302
        return place


@dataclass(frozen=True)
class Server:
    """A running gunicorn with its data."""

    port: int
    master: int
    data: Path

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
        return [int(pid) for pid in found.split()]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "netpol_lab.sqlite3")) as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """gunicorn with two workers, as deploy/lab.py starts it, on a fresh SQLite database."""
    if not LINUX:
        pytest.skip("workers are found in /proc: not tested on this system")
    data = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "NETPOL_LAB_DATA": str(data), "NETPOL_LAB_LOG_LEVEL": "ERROR"}
    for command in (["migrate"], ["load_content", str(DOCUMENTS)]):
        run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(run, cwd=settings.BASE_DIR, env=environment, check=True, timeout=300,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    gunicorn = [sys.executable, "-m", "gunicorn", "netpol_lab.wsgi", "--bind", f"127.0.0.1:{port}",
               "--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "critical"]  # fmt: skip
    with subprocess.Popen(gunicorn, cwd=settings.BASE_DIR, env=environment) as process:
        try:
            wait_for(port)
            yield Server(port, process.pid, data)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    end = time.monotonic() + HANG
    while time.monotonic() < end:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=HANG)) as line:
                line.request("GET", "/healthz")
                if line.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def test_fifty_posts_at_once_with_one_key_make_one_submission(server: Server) -> None:
    browser = Browser(server.port)
    sitting = browser.begin()
    browser.ask("GET", f"{sitting}1/")
    key = str(uuid4())
    copies = [Browser(server.port, dict(browser.cookies), browser.token) for _ in range(AT_ONCE)]

    def send(one: Browser) -> tuple[int, str, str]:
        return one.ask("POST", f"{sitting}1/answer", key=key, payload=json.dumps("- {}"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, copies))
    assert {status for status, _, _ in answers} == {200}
    assert {json.loads(text)["taken"] for _, text, _ in answers} == {True}
    count = f"select count(*) from quizzes_submission where key = '{key.replace('-', '')}'"
    assert server.rows(count) == [(1,)]


def test_start_pressed_eight_times_at_once_starts_one_sitting(server: Server) -> None:
    browser = Browser(server.port)
    first = browser.begin()
    browser.ask("POST", f"{first}finish")
    before = server.rows("select count(*) from quizzes_sitting")
    copies = [Browser(server.port, dict(browser.cookies), browser.token) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(lambda one: one.ask("POST", "/quizzes/every-kind/start")[2], copies))
    assert len(places) == 1
    assert server.rows("select count(*) from quizzes_sitting") == [(before[0][0] + 1,)]  # type: ignore[operator]


def test_what_was_acknowledged_survives_a_killed_worker(server: Server) -> None:
    browser = Browser(server.port)
    sitting = browser.begin()
    for number, text in enumerate(["- one", "- two", "- three"], 1):
        said = json.dumps(f"{text} of the killed")
        status, told, _ = browser.ask("POST", f"{sitting}{number}/save", payload=said, force="1")
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        assert (status, json.loads(told)["taken"]) == (200, True)
        wait_for(server.port)
        status, _, _ = browser.ask("GET", f"{sitting}{number}/")
        assert status == 200
        rows = server.rows("select payload from quizzes_answer where payload is not null")
        assert (said,) in rows
    assert server.rows("pragma integrity_check") == [("ok",)]


def test_the_same_on_postgresql() -> None:
    """The settings know SQLite only, so far: a later issue brings the other database."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("the settings take no PostgreSQL yet: fifty posts at once were tried on SQLite")
    pytest.fail("settings take PostgreSQL now: start `server` on it, too")
