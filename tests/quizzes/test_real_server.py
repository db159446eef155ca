"""The shipped server, on SQLite and on PostgreSQL: fifty posts at once with one key, drafts that
race with handing in, and a worker killed right after it said yes."""

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from tests.postgres import MISSING, free_port, programs, running
from tests.quizzes.conftest import DOCUMENTS

#: A hang, not a slow machine; tests time nothing else.
HANG = 60.0
LINUX = sys.platform == "linux"
AT_ONCE = 50
START = "/quizzes/every-kind/start"


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
        status, _, place = self.ask("POST", START)
        assert status == 302
        return "/".join([*place.split("/")[:3], ""])

    def copies(self, number: int) -> list["Browser"]:
        """So many of it, to be used at once."""
        return [Browser(self.port, dict(self.cookies), self.token) for _ in range(number)]


@dataclass(frozen=True)
class Server:
    """A running gunicorn with its data; `address` is empty for SQLite."""

    port: int
    master: int
    data: Path
    address: str

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
        return [int(pid) for pid in found.split()]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if self.address:
            with closing(psycopg.connect(self.address)) as postgres:
                return postgres.execute(query).fetchall()
        with closing(sqlite3.connect(self.data / "netpol_lab.sqlite3")) as database:
            return database.execute(query).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"select count(*) from quizzes_{table}")[0][0])

    def said(self, sitting: str) -> dict[int, Any]:
        """What is kept of each item of a sitting; its address is `/sittings/<uuid>/`."""
        hexed = sitting.split("/")[2].replace("-", "")
        columns = "replace(cast(sitting_id as text), '-', ''), position, cast(payload as text)"
        found = self.rows(f"select {columns} from quizzes_answer")
        return {n: json.loads(text) for id, n, text in found if id == hexed and text is not None}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the data is kept; empty for SQLite."""
    if not LINUX:
        pytest.skip("workers are found in /proc: not tested on this system")
    if request.param == "sqlite":
        yield ""
        return
    folder = programs()
    if folder is None:
        pytest.skip(MISSING)
    with running(folder) as found:
        yield found


@pytest.fixture(scope="module")
def server(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """gunicorn with two workers, as deploy/lab.py starts it, on a fresh database."""
    data, port = tmp_path_factory.mktemp("served"), free_port()
    environment = {**os.environ, "NETPOL_LAB_DATA": str(data), "NETPOL_LAB_LOG_LEVEL": "ERROR",
                   "NETPOL_LAB_DATABASE": address}  # fmt: skip
    for command in (["migrate"], ["load_content", str(DOCUMENTS)]):
        run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(run, cwd=settings.BASE_DIR, env=environment, check=True, timeout=300,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    gunicorn = [sys.executable, "-m", "gunicorn", "netpol_lab.wsgi", "--bind", f"127.0.0.1:{port}",
               "--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "critical"]  # fmt: skip
    with subprocess.Popen(gunicorn, cwd=settings.BASE_DIR, env=environment) as process:
        try:
            wait_for(port)
            yield Server(port, process.pid, data, address)
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
    key, before = str(uuid4()), server.count("submission")

    def send(one: Browser) -> tuple[int, str, str]:
        return one.ask("POST", f"{sitting}1/answer", key=key, payload=json.dumps("- {}"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, browser.copies(AT_ONCE)))
    assert {status for status, _, _ in answers} == {200}
    assert {json.loads(text)["taken"] for _, text, _ in answers} == {True}
    assert server.count("submission") == before + 1
    assert server.said(sitting) == {1: "- {}"}


def test_start_pressed_eight_times_at_once_starts_one_sitting(server: Server) -> None:
    browser = Browser(server.port)
    first = browser.begin()
    browser.ask("POST", f"{first}finish")
    before = server.count("sitting")
    with ThreadPoolExecutor(8) as pool:
        starts = pool.map(lambda one: one.ask("POST", START)[2], browser.copies(8))
        assert len(set(starts)) == 1
    assert server.count("sitting") == before + 1


def test_drafts_that_race_with_handing_in_are_kept_or_refused(server: Server) -> None:
    """What was told to be saved is what counts; what came after the end is told so."""
    browser = Browser(server.port)
    sitting = browser.begin()
    items = json.loads(browser.ask("GET", f"{sitting}state.json")[1])["number"]
    kept: dict[int, str] = {}
    ends: dict[int, str] = {}
    under_way = Barrier(items + 1)

    def write(number: int, one: Browser) -> None:
        for turn in range(40):
            text = f"- draft {turn} of {number}"
            told = json.loads(
                one.ask("POST", f"{sitting}{number}/save", payload=json.dumps(text))[1]
            )
            if not told["taken"]:
                ends[number] = told["refusal"]
                return
            kept[number] = text
            if turn == 0:
                under_way.wait(HANG)

    def hand_in(one: Browser) -> None:
        under_way.wait(HANG)
        assert one.ask("POST", f"{sitting}finish")[0] == 302

    writers = browser.copies(items + 1)
    with ThreadPoolExecutor(items + 1) as pool:
        last = pool.submit(hand_in, writers[-1])
        done = [
            pool.submit(write, *pair) for pair in zip(range(1, items + 1), writers, strict=False)
        ]
        for each in [*done, last]:
            each.result(HANG)
    assert ends == dict.fromkeys(range(1, items + 1), "finished")
    assert server.said(sitting) == kept
    told = json.loads(browser.ask("GET", f"{sitting}result.json")[1])
    assert told["released"] is True
    assert {item["state"] for item in told["items"]} == {"draft"}
    assert all(item["standing"] or item["earned"] is None for item in told["items"])


def test_what_was_acknowledged_survives_a_killed_worker(server: Server) -> None:
    browser = Browser(server.port)
    sitting = browser.begin()
    for number, text in enumerate(["- one", "- two"], 1):
        said = json.dumps(f"{text} of the killed")
        status, told, _ = browser.ask("POST", f"{sitting}{number}/save", payload=said, force="1")
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        assert (status, json.loads(told)["taken"]) == (200, True)
        wait_for(server.port)
        status, _, _ = browser.ask("GET", f"{sitting}{number}/")
        assert status == 200
        assert server.said(sitting)[number] == json.loads(said)
    if not server.address:
        assert server.rows("pragma integrity_check") == [("ok",)]
