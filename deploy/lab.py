#!/usr/bin/env python3
"""Start and check netpol_lab with nothing but Python: the Makefile calls this, and so can you.

    python3 deploy/lab.py run            serve the site at http://127.0.0.1:8000/ (HOST, PORT)
    python3 deploy/lab.py test           install what the checks need, then check
    python3 deploy/lab.py check          every check, stopping at the first that fails
    python3 deploy/lab.py setup          make .venv with everything a developer needs
    python3 deploy/lab.py format         put the code in order
    python3 deploy/lab.py lock           renew requirements*.txt from pyproject.toml (needs uv)

What follows `--` goes to pytest (test, check) or to uv (lock): `lab.py test -- -k limits`.
Everything stays in this folder: .venv/ holds the packages, var/ the database and its key.
"""

import argparse
import hashlib
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# Before any annotation that an older Python cannot evaluate.
if sys.version_info < (3, 11):  # noqa: UP036 - this file is what meets the older ones
    sys.exit(
        "netpol_lab needs Python 3.11 or later; this is {}.{} ({}). "
        "Try: python3.11 deploy/lab.py run".format(*sys.version_info[:2], sys.executable)
    )

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
DATA = Path(os.environ.get("NETPOL_LAB_DATA") or ROOT / "var").resolve()
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY_SECONDS = 60
#: The files of packages, and the extra of pyproject.toml that each adds to the one before it.
LOCKS = {
    "requirements.txt": "",
    "requirements-postgres.txt": "postgres",
    "requirements-dev.txt": "dev",
}


class Stop(Exception):
    """A reason to end, worded for the person at the terminal."""


def say(text: str) -> None:
    print(text, flush=True)


# The environment


def make_env(requirements: str) -> None:
    """Make .venv hold what the file lists; a second call finds nothing to do."""
    if not env_works():
        create_env()
    stamp = VENV / f".{requirements}.sha256"
    wanted = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    install(requirements)
    stamp.write_text(wanted)


def env_works() -> bool:
    """Tell a whole .venv from none, from half of one, and from one whose Python has gone."""
    if not PYTHON.exists():
        return False
    probe = "import sys, pip._internal; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(PYTHON), "-c", probe], capture_output=True).returncode == 0


def create_env() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise Stop(
            "This Python cannot make a virtual environment: the module ensurepip is missing.\n"
            "On Debian and Ubuntu: apt-get install python3-venv"
        )
    step("Making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(requirements: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    step(
        f"Installing {requirements} (once; a minute or less)",
        [*pip, "--require-hashes", "-r", requirements],
        advice="If packages could not be fetched: check the network or the proxy, then run "
        "this again. Nothing else is broken.",
    )


# One step: a line with its duration, and its output only when it fails


def step(
    title: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    advice: str = "",
    last_line: bool = False,
) -> None:
    """Run the command, quietly while it works; a failure shows its last words."""
    print(f"{title} … ", end="", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines = done.stdout.rstrip().splitlines()
    if done.returncode:
        say(f"failed ({duration(began)})")
        raise StepFailed("\n".join([*last_words(lines), advice]).rstrip(), done.returncode)
    say(f"{lines[-1] if last_line and lines else 'ok'} ({duration(began)})")


class StepFailed(Stop):
    """A command that failed, with its exit code."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


def last_words(lines: list[str]) -> list[str]:
    """Keep what a person needs: a settings mistake is one line, the rest at most 200."""
    for line in reversed(lines):
        _, mark, message = line.partition("ImproperlyConfigured: ")
        if mark:
            return [message]
    return [line for line in lines if not line.startswith("WARNING: Retrying")][-200:]


def duration(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"


# run


def run() -> int:
    """Prepare everything, then serve until told to stop."""
    host, port = address()
    refuse_taken(host, port)
    make_env(requirements())
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    env = {
        **os.environ,
        "HOST": host,
        "PORT": str(port),
        "NETPOL_LAB_STATIC": str(DATA / "static"),
    }
    step("Database", manage("migrate", "--noinput", "--verbosity=0"), env=env)
    step("Content", manage("load_content"), env=env, last_line=True)
    step("Static files", manage("collectstatic", "--noinput", "--verbosity=0"), env=env)
    return serve(host, port, env)


def requirements() -> str:
    """The packages to serve with: PostgreSQL's driver only where that is asked for."""
    names = ("NETPOL_LAB_DATABASE", "NETPOL_LAB_DATABASE_FILE")
    asked = any(os.environ.get(name, "").strip() for name in names)
    return "requirements-postgres.txt" if asked else "requirements.txt"


def manage(*arguments: str) -> list[str]:
    return [str(PYTHON), "manage.py", *arguments]


def address() -> tuple[str, int]:
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise Stop(f"PORT is {port!r}: it must be a number from 1 to 65535.")
    return host.strip("[]"), int(port)


def refuse_taken(host: str, port: int) -> None:
    """Say now, not after a minute of installing, that the address cannot be used."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if not WINDOWS:
                # As the server does: a connection that lingers from the last run is no obstacle.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise Stop(
            f"netpol_lab cannot listen on {url(host, port)}: {error.strerror}.\n"
            f"Choose another port, for example: PORT={another(port)} make run"
        ) from None


def another(port: int) -> int:
    return 8000 if port < 1024 or port > 65000 else port + 1


def url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(host: str, port: int, env: Mapping[str, str]) -> int:
    """Start the server, say when it answers, and take it along when we go."""
    server = subprocess.Popen(server_command(host, port), cwd=ROOT, env=env)
    # "Every address" is one to listen on, not one to open.
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        wait_until_ready(server, here, port)
        say(f"netpol_lab is ready: {url(here, port)}")
        return server.wait()
    except KeyboardInterrupt:
        say("\nStopping.")
        return 0
    finally:
        stop(server)


def server_command(host: str, port: int) -> list[str]:
    listen = url(host, port).removeprefix("http://").rstrip("/")
    if WINDOWS:
        return manage("runserver", "--noreload", listen)
    gunicorn = [str(PYTHON), "-m", "gunicorn", "netpol_lab.wsgi", "--bind", listen]
    # The control socket would live in the home folder, outside this one.
    gunicorn += ["--no-control-socket", "--log-level", "warning"]
    return [*gunicorn, "--workers", "2", "--threads", "4"]


def wait_until_ready(server: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers(host, port):
        if server.poll() is not None:
            raise Stop(f"The server ended with code {server.returncode}; its words are above.")
        if time.monotonic() > deadline:
            raise Stop(f"The server did not answer within {READY_SECONDS} s.")
        time.sleep(0.1)


def answers(host: str, port: int) -> bool:
    # http.client, because urllib would ask a proxy from the environment.
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop(server: "subprocess.Popen[bytes]") -> None:
    """End the server, at once where it may linger over open connections."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM if WINDOWS else signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()


# check and test


def check(pytest_args: Sequence[str]) -> int:
    """Run every check in order; the first that fails ends it with its exit code."""
    if not (VENV / ".requirements-dev.txt.sha256").exists():
        raise Stop("The tools are not installed yet: python3 deploy/lab.py setup")
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = time.monotonic()
    for title, command in quiet_checks():
        step(title, command)
    say("pytest …")
    pytest = [str(PYTHON), "-m", "pytest", "-n", "2", "--dist", "loadgroup", *pytest_args]
    code = subprocess.run(pytest, cwd=ROOT).returncode
    say(f"pytest {'failed' if code else 'ok'}; all checks took {duration(began)}")
    return code


def quiet_checks() -> list[tuple[str, list[str]]]:
    ruff = [str(PYTHON), "-m", "ruff"]
    return [
        ("ruff format --check", [*ruff, "format", "--check"]),
        ("ruff check", [*ruff, "check"]),
        ("mypy", [str(PYTHON), "-m", "mypy"]),
        ("lint-imports", [str(BIN / "lint-imports")]),
        ("makemigrations --check", manage("makemigrations", "--check", "--dry-run")),
        ("load_content --check", manage("load_content", "--check")),
    ]


def test(pytest_args: Sequence[str]) -> int:
    """Install what the checks need, a browser included, and check."""
    browser = find_chromium() or install_chromium()
    if browser is None and os.environ.get("CI"):
        raise Stop(f"CI is set, and there is no browser to test with.\n{GET_A_BROWSER}")
    make_env("requirements-dev.txt")
    code = check(pytest_args)
    if browser is None:
        say(f"\n*** NOT TESTED: everything that needs a browser. ***\n{GET_A_BROWSER}")
    return code


GET_A_BROWSER = (
    "Install Chromium (Debian: apt-get install chromium fonts-dejavu-core), "
    "or set CHROMIUM to the path of a Chromium or Chrome."
)


def find_chromium() -> str | None:
    """Return the browser to test with: CHROMIUM, or the first one on PATH."""
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        raise Stop(f"CHROMIUM is {named!r}, and no program is there.")
    found = (shutil.which(name) for name in ([named] if named else BROWSERS))
    return next((path for path in found if path), None)


def install_chromium() -> str | None:
    """Fetch Debian's Chromium where we may; with fonts that have signs such as ✓ and ✕."""
    apt = shutil.which("apt-get")
    if WINDOWS or not apt or os.geteuid() != 0:
        return None
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-dejavu-core"]
    try:
        step("apt-get update", [apt, "update"], env=env)
        step(
            "Installing Chromium",
            [apt, "install", "-y", "--no-install-recommends", *packages],
            env=env,
        )
    except StepFailed as failure:
        say(str(failure))
    return find_chromium()


# The rest


def tidy() -> int:
    make_env("requirements-dev.txt")
    step("ruff check --fix", [str(PYTHON), "-m", "ruff", "check", "--fix"])
    step("ruff format", [str(PYTHON), "-m", "ruff", "format"], last_line=True)
    return 0


def lock(uv_args: Sequence[str]) -> int:
    """Write both requirement files: every version, every hash, no registry's address."""
    uv = shutil.which("uv")
    if uv is None:
        raise Stop("This needs uv on PATH, for example: pipx install uv")
    env = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    base = [uv, "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes"]
    base += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", *uv_args]
    # Each holds the one before it, in the same versions.
    more: list[str] = []
    for name, extra in LOCKS.items():
        more += ["--extra", extra] if extra else []
        step(name, [*base, *more, "--output-file", name], env=env)
        more += ["--constraint", name]
    return 0


def setup() -> int:
    make_env("requirements.txt")
    make_env("requirements-dev.txt")
    say(f"Ready. To use it by hand: {BIN / 'activate'}")
    return 0


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="lab.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["run", "test", "check", "setup", "format", "lock"])
    parser.add_argument("rest", nargs="*", metavar="ARGS", help="after --: for pytest or uv")
    given = parser.parse_args(arguments)
    commands: dict[str, Callable[[], int]] = {
        "run": run,
        "test": lambda: test(given.rest),
        "check": lambda: check(given.rest),
        "setup": setup,
        "format": tidy,
        "lock": lambda: lock(given.rest),
    }
    # Set by hand: a shell starts background jobs with the interrupt signal ignored, and a
    # service manager says SIGTERM.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return commands[given.command]()
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        return failure.code
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
