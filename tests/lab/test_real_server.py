"""The shipped server under every hostile file: one worker takes them all and stays itself."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

#: A hang, not a slow machine; tests time nothing else.
HANG = 20.0
LINUX = sys.platform == "linux"


@dataclass(frozen=True)
class Server:
    """A running gunicorn with one worker."""

    port: int
    worker: int

    def memory(self) -> int:
        """The worker's resident memory in bytes."""
        status = Path(f"/proc/{self.worker}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, body and the cookies that it sets."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG)) as asked:
            asked.request("GET", path)
            response = asked.getresponse()
            set_cookies = response.headers.get_all("Set-Cookie") or []
            cookies = "; ".join(cookie.partition(";")[0] for cookie in set_cookies)
            return response.status, response.read().decode(), cookies

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG)) as asked:
            asked.putrequest("POST", path)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                asked.putheader(name, value)
            # What is over the limit is refused by its length: the rest of it need never be sent.
            asked.endheaders(body if len(body) < 256 * 1024 else body[:100])
            with asked.getresponse() as response:
                assert "charset=utf-8" in (response.headers["Content-Type"] or "")
                assert len(response.read()) < 1024 * 1024
                return response.status


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """gunicorn as deploy/lab.py starts it, but for one worker and a fresh database."""
    if not LINUX:
        pytest.skip("the worker's pid and memory are read from /proc: not tested on this system")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "NETPOL_LAB_DATA": str(tmp_path), "NETPOL_LAB_LOG_LEVEL": "ERROR"}
    for command in ("migrate", "load_content"):
        run = [sys.executable, "manage.py", command, "--verbosity", "0"]
        subprocess.run(run, cwd=settings.BASE_DIR, env=environment, check=True, timeout=120,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    gunicorn = [sys.executable, "-m", "gunicorn", "netpol_lab.wsgi", "--bind", f"127.0.0.1:{port}",
               "--workers", "1", "--threads", "4", "--no-control-socket", "--log-level", "error"]  # fmt: skip
    with subprocess.Popen(gunicorn, cwd=settings.BASE_DIR, env=environment) as process:
        try:
            yield Server(port, worker_of(process.pid, port))
        finally:
            process.terminate()


def worker_of(master: int, port: int) -> int:
    """The pid of the one worker, once it answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
                if len(children) == 1:
                    return int(children[0])
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("gunicorn did not start")


def test_one_worker_takes_every_hostile_file_and_stays_itself(
    shared: Path, server: Server, tmp_path: Path
) -> None:
    _, page, cookies = server.get("/lab/api-to-db/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookies,
        "X-CSRFToken": token[1],
        "HX-Request": "true",
    }
    files = [shared / "bad-input" / json.loads(row)["file"] for row in _rows(shared)]
    files += _too_large_to_keep(shared, tmp_path)
    server.post("/lab/api-to-db/submit", b"policy=x", headers)  # everything imported
    before = server.memory()
    for file in files:
        body = b"policy=" + b"".join(b"%%%02X" % byte for byte in file.read_bytes())
        start = time.perf_counter()
        status = server.post("/lab/api-to-db/submit", body, headers)
        assert status in {200, 413}, (file.name, status)
        assert time.perf_counter() - start < HANG, file.name
    assert Path(f"/proc/{server.worker}").exists(), "the worker died"
    assert server.memory() - before < 64 * 1024 * 1024
    assert server.get("/healthz")[0] == 200


def _rows(shared: Path) -> list[str]:
    return (shared / "bad-input" / "index.jsonl").read_text(encoding="utf-8").splitlines()


def _too_large_to_keep(shared: Path, folder: Path) -> list[Path]:
    made = folder / "big"
    script = str(shared / "bad-input" / "make_big.py")
    subprocess.run([sys.executable, script, "--all", str(made)], check=True, timeout=120)
    return sorted(made.glob("*.yaml"))
