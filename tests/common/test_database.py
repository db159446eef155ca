"""How databases are opened: SQLite, and PostgreSQL by its address."""

import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from netpol_lab.common.database import MOST_CONNECTIONS, postgresql, sqlite
from tests.common.test_settings import refusal, settings

ADDRESS = "postgresql://lab:p%40ss@db.example:5433/netpol?sslmode=verify-full&options=-c%20x%3D1"


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20_000)],
)
def test_it_is_opened_to_last(name: str, value: object) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("NETPOL_LAB_DATABASE is set: how SQLite is opened was not tried")
    assert pragma(name) == value


def test_an_address_says_all_that_psql_takes() -> None:
    found = postgresql(ADDRESS)
    assert [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "netpol", "lab", "p@ss", "db.example", "5433",
    ]  # fmt: skip
    options = found["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", "10")
    assert options["options"].startswith("-c lock_timeout=20s ")
    assert options["options"].endswith(" -c x=1")
    assert options["pool"]["max_size"] == MOST_CONNECTIONS
    assert postgresql("postgres:///netpol")["HOST"] == ""  # the socket of this machine
    assert postgresql("postgres:///netpol?host=/run/pg&connect_timeout=3")["HOST"] == "/run/pg"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sesame", "is no address of a PostgreSQL database"),
        ("mysql://lab:sesame@h/netpol", "is no address of a PostgreSQL database"),
        ("postgresql://lab:sesame@h", "names no database"),
        ("postgresql://lab:sesame%zz@h/netpol", "as %40"),
        ("postgresql://lab:sesame@h:port/netpol", "the port"),
        ("postgresql://lab:sesame@h/netpol?sslmod=require", "cannot be read"),
    ],
)
def test_what_is_no_address_is_refused_and_never_printed(address: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words) as refused:
        postgresql(address)
    assert "sesame" not in str(refused.value)


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-postgres\.txt"):
        postgresql(ADDRESS)


def test_the_settings_take_it_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(f"{ADDRESS}\n")
    for variables in (
        {"NETPOL_LAB_DATABASE": ADDRESS},
        {"NETPOL_LAB_DATABASE_FILE": str(tmp_path / "address")},
    ):
        assert settings(tmp_path, **variables)["DATABASES"]["default"]["HOST"] == "db.example"
    assert "write postgresql://" in refusal(tmp_path, NETPOL_LAB_DATABASE="var/db.sqlite3")


def test_sqlite_is_a_file(tmp_path: Path) -> None:
    assert sqlite(tmp_path / "x")["NAME"] == tmp_path / "x"
