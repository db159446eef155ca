"""Settings, each read in a Python of its own, as a start reads them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from netpol_lab import settings as loaded

KEY = "k" * 50
PRINT = """
import json
from netpol_lab import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()},
                 default=str))
"""


def python(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run Python at the root of the checkout with these variables and no others."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT"}}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**kept, **variables},
        cwd=loaded.BASE_DIR,
        capture_output=True,
        text=True,
    )


def start(data: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    return python("-c", PRINT, NETPOL_LAB_DATA=str(data), **variables)


def settings(data: Path, **variables: str) -> dict[str, Any]:
    done = start(data, **variables)
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def refusal(data: Path, **variables: str) -> str:
    """Return the last line that a start with these variables dies with."""
    done = start(data, **variables)
    assert done.returncode == 1
    return done.stderr.splitlines()[-1].partition("ImproperlyConfigured: ")[2]


def test_it_starts_with_nothing_set(tmp_path: Path) -> None:
    values = settings(tmp_path / "new")
    assert values["DEBUG"] is False
    assert values["ALLOWED_HOSTS"] == ["127.0.0.1", "[::1]", "localhost"]
    assert values["DATABASES"]["default"]["NAME"] == str(tmp_path / "new/netpol_lab.sqlite3")
    assert values["SESSION_COOKIE_SECURE"] is False
    assert values["LEARNER_COOKIE_NAME"] == "learner"


def test_it_makes_a_key_once_for_its_owner_only(tmp_path: Path) -> None:
    first = settings(tmp_path)["SECRET_KEY"]
    assert len(first) >= 50
    assert settings(tmp_path)["SECRET_KEY"] == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    if os.name == "posix":
        assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_key_may_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert settings(tmp_path, SECRET_KEY=KEY)["SECRET_KEY"] == KEY
    assert settings(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == KEY
    assert "No such file" in refusal(tmp_path, SECRET_KEY_FILE=str(tmp_path / "none"))


def test_hosts_are_named(tmp_path: Path) -> None:
    values = settings(tmp_path, HOST="192.0.2.7", ALLOWED_HOSTS="lab.example, fd00::7")
    assert {"192.0.2.7", "lab.example", "[fd00::7]"} < set(values["ALLOWED_HOSTS"])


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    values = settings(tmp_path, NETPOL_LAB_HTTPS="1")
    for cookie in ("SESSION", "CSRF"):
        assert values[f"{cookie}_COOKIE_SECURE"] is True
        assert values[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
    assert values["LEARNER_COOKIE_NAME"] == "__Host-learner"
    assert values["SECURE_SSL_REDIRECT"] is True
    assert values["SECURE_HSTS_SECONDS"] > 0


def test_mail_is_sent_where_a_server_is_named(tmp_path: Path) -> None:
    without = settings(tmp_path)
    assert without["MAIL"] is False
    assert without["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    assert without["ACCOUNT_EMAIL_VERIFICATION"] == "none"
    (tmp_path / "password").write_text("hush\n")
    files = {"EMAIL_USER": "lab", "EMAIL_PASSWORD_FILE": str(tmp_path / "password")}
    values = settings(tmp_path, EMAIL_HOST="mail.example", **files)
    assert values["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert values["EMAIL_HOST_PASSWORD"] == "hush"
    assert (values["EMAIL_PORT"], values["EMAIL_USE_TLS"]) == (587, True)
    at_once = settings(tmp_path, EMAIL_HOST="mail.example", EMAIL_PORT="465")
    assert (at_once["EMAIL_USE_SSL"], at_once["EMAIL_USE_TLS"]) == (True, False)
    plain = settings(tmp_path, EMAIL_HOST="localhost", EMAIL_PORT="25", EMAIL_PLAIN="1")
    assert (plain["EMAIL_USE_SSL"], plain["EMAIL_USE_TLS"]) == (False, False)


def test_an_address_is_believed_from_as_many_proxies_as_there_are(tmp_path: Path) -> None:
    assert settings(tmp_path)["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert settings(tmp_path, NETPOL_LAB_PROXIES="1")["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"ALLOWED_HOSTS": "*"}, "name the hosts"),
        ({"NETPOL_LAB_DEBUG": "1", "HOST": "0.0.0.0"}, "NETPOL_LAB_DEBUG"),
        ({"NETPOL_LAB_DEBUG": "1", "ALLOWED_HOSTS": "lab.example"}, "NETPOL_LAB_DEBUG"),
        ({"NETPOL_LAB_DEBUG": "maybe"}, "'maybe'"),
        ({"SECRET_KEY": "change-me"}, "too short"),
        ({"NETPOL_LAB_PROXIES": "all"}, "'all'"),
        ({"EMAIL_PORT": "-1"}, "'-1'"),
    ],
)
def test_it_refuses_to_start_unsafely(tmp_path: Path, variables: dict[str, str], word: str) -> None:
    assert word in refusal(tmp_path, **variables)


def test_the_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = python(*command, NETPOL_LAB_DATA=str(tmp_path), NETPOL_LAB_HTTPS="1")
    assert done.returncode == 0, done.stderr


def test_static_files_can_be_collected(tmp_path: Path) -> None:
    """As `make run` does: a style sheet that names a missing file would stop it."""
    folder = tmp_path / "static"
    done = python(
        "manage.py",
        "collectstatic",
        "--noinput",
        NETPOL_LAB_DATA=str(tmp_path),
        NETPOL_LAB_STATIC=str(folder),
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "staticfiles.json").exists()
