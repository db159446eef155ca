"""Django's settings for the databases that the site knows: SQLite, and PostgreSQL by its address.

Imported by the settings, so it imports no model.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

VARIABLE = "NETPOL_LAB_DATABASE"
INSTALL = "pip install --require-hashes -r requirements-postgres.txt"
SCHEMES = ("postgresql://", "postgres://")
_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
#: As long as on SQLite: whoever waits longer for a row or for a connection is told to try again.
WAIT_SECONDS = 20
#: A process serves four requests at once (deploy/lab.py); a few more, for a server of another kind.
MOST_CONNECTIONS = 8
_SESSION = f"-c lock_timeout={WAIT_SECONDS}s -c idle_in_transaction_session_timeout=60s"


def sqlite(path: Path) -> dict[str, Any]:
    """The database in a file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Kept open between requests: closing the last connection folds the WAL into the file,
        # which would make every quiet-hour write pay for that.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # Seconds that a writer waits for another one.
            "timeout": WAIT_SECONDS,
            # Take the write lock at BEGIN. A reader that becomes a writer halfway cannot wait,
            # it fails at once.
            "transaction_mode": "IMMEDIATE",
            # FULL: an attempt that was answered is on the disk, also after a power cut.
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        },
    }


def postgresql(address: str) -> dict[str, Any]:
    """The database at an address, `postgresql://user:password@host:port/name?sslmode=…`.

    libpq reads it, so all that psql takes is taken. What is wrong raises ImproperlyConfigured in
    words that never hold the address: there is a password in it.
    """
    given = _read(address)
    if not given.get("dbname"):
        raise ImproperlyConfigured(f"{VARIABLE} names no database: …/NAME at its end.")
    if not all(port.isdecimal() for port in str(given.get("port", "0")).split(",")):
        raise ImproperlyConfigured(f"{VARIABLE}: the port after the host is no number.")
    main = {setting: given.pop(name, "") for name, setting in _NAMES.items()}
    session = f"{_SESSION} {given.pop('options', '')}".rstrip()
    pool = {"min_size": 1, "max_size": MOST_CONNECTIONS, "timeout": WAIT_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **main,
        # A connection that the server has closed meanwhile is replaced before it is handed out.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "10", **given, "options": session, "pool": pool},
    }


def _read(address: str) -> dict[str, Any]:
    if not address.startswith(SCHEMES):
        words = "write postgresql://USER:PASSWORD@HOST:PORT/NAME, or leave it out for SQLite"
        raise ImproperlyConfigured(f"{VARIABLE} is no address of a PostgreSQL database: {words}.")
    try:
        import psycopg_pool  # noqa: F401 - only this kind of database needs the two
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as fault:
        raise ImproperlyConfigured(f"{VARIABLE} needs psycopg and its pool: {INSTALL}") from fault
    try:
        return dict(conninfo_to_dict(address))
    except ProgrammingError:
        words = "write signs such as @ : / % in a name or password as %40 %3A %2F %25"
        raise ImproperlyConfigured(f"{VARIABLE} cannot be read: {words}.") from None
