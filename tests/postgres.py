"""A PostgreSQL of this run's own: made by initdb without any right, on loopback, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: What to say where there is none.
MISSING = (
    "no PostgreSQL here: nothing was tried on it. Debian: apt-get install postgresql; "
    "its initdb is looked for on PATH and in /usr/lib/postgresql/*/bin"
)
_HANG = 120
_NOBODY = 65534


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; None where there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in folders if (each / "pg_ctl").exists()), None)


@contextmanager
def running(bin: Path) -> Iterator[str]:
    """A running server; its address, with an empty database. Everything is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="netpol-lab-pg-"))
    # PostgreSQL refuses to run as root.
    user = _NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(home, user, user)

    def run(*command: str) -> None:
        subprocess.run(command, cwd=home, user=user, group=user, timeout=_HANG, check=True,
                       extra_groups=[] if user else None, stdout=subprocess.DEVNULL)  # fmt: skip

    data, port = str(home / "data"), free_port()
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={home}"
    try:
        # Everybody on this machine may come in: it is empty, and there for a minute.
        run(str(bin / "initdb"), "-D", data, "-U", "lab", "--auth=trust", "-E", "UTF8",
            "--locale=C", "--no-sync")  # fmt: skip
        run(str(bin / "pg_ctl"), "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql://lab@127.0.0.1:{port}/postgres"
        finally:
            run(str(bin / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
