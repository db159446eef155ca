"""All settings, from environment variables; with none set, the site runs here on SQLite.

docs/operator.md lists every variable, and tests/docs/test_docs.py holds it to that.
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def env(name: str, default: str = "") -> str:
    """Return the variable, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def switch(name: str) -> bool:
    """Read a variable that is on or off; anything else is a mistake worth stopping for."""
    value = env(name, "0").lower()
    if value not in {"0", "1", "false", "true", "no", "yes", "off", "on"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 for on or 0 for off.")
    return value in {"1", "true", "yes", "on"}


def secret(name: str) -> str:
    """Return the variable, or the text of the file that NAME_FILE names."""
    path = env(f"{name}_FILE")
    if not path:
        return env(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {path}: {error.strerror}.") from error


def own_secret_key(path: Path) -> str:
    """Return the key kept in the file, made on the first start and readable by its owner only."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key() + "\n", encoding="utf-8")
        # Two workers may start at once. A link never replaces a file, so both read one key.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def url_host(address: str) -> str:
    """Return an address as it stands in a URL: IPv6 in brackets."""
    return f"[{address}]" if ":" in address and not address.startswith("[") else address


# Where it runs

DEBUG = switch("NETPOL_LAB_DEBUG")
HTTPS = switch("NETPOL_LAB_HTTPS")
DATA = Path(env("NETPOL_LAB_DATA", str(BASE_DIR / "var"))).resolve()
DATA.mkdir(mode=0o700, parents=True, exist_ok=True)

ALLOWED_HOSTS = sorted(
    LOOPBACK
    | {url_host(env("HOST", "127.0.0.1"))}
    | {url_host(name) for name in env("ALLOWED_HOSTS").replace(",", " ").split()}
)
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is '*': name the hosts that this site answers to.")
if DEBUG and not LOOPBACK.issuperset(ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "NETPOL_LAB_DEBUG shows source and settings to everyone who can reach the site. "
        "Leave it off, or leave HOST and ALLOWED_HOSTS on this machine."
    )

SECRET_KEY = secret("SECRET_KEY") or own_secret_key(DATA / "secret_key")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short: it needs 32 characters or more.")

WSGI_APPLICATION = "netpol_lab.wsgi.application"
ROOT_URLCONF = "netpol_lab.urls"

# What it is made of

INSTALLED_APPS = [
    "netpol_lab.home",
    "netpol_lab.lab",
    "netpol_lab.content",
    "netpol_lab.accounts",
    "netpol_lab.common",
    "simulator",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # The headers stand outermost, so that refusals and static files carry them too.
    "csp.middleware.CSPMiddleware",
    "netpol_lab.common.headers.extra_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Before anything that reads a body.
    "netpol_lab.common.limits.RefuseLargeBodies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "netpol_lab.common.outage.SayDatabaseAway",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# What it keeps. Never ATOMIC_REQUESTS: a view opens its transaction as late as it can.

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "netpol_lab.sqlite3",
        # Kept open between requests: closing the last connection folds the WAL into the file,
        # which would make every quiet-hour write pay for that.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # Seconds that a writer waits for another one.
            "timeout": 20,
            # Take the write lock at BEGIN. A reader that becomes a writer halfway cannot wait,
            # it fails at once.
            "transaction_mode": "IMMEDIATE",
            # FULL: an attempt that was answered is on the disk, also after a power cut.
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# Who uses it

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Cookies and headers. A browser takes a __Host- cookie over HTTPS only.

COOKIE_PREFIX = "__Host-" if HTTPS else ""
LEARNER_COOKIE_NAME = f"{COOKIE_PREFIX}learner"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = HTTPS
# Forms and htmx take the token from the page, so no script needs to read the cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

SECURE_SSL_REDIRECT = HTTPS
# A health check inside the machine speaks plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# HSTS for subdomains, and preload lists: the operator's domain may hold more than this site.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# Static files. From their own folders while one works and tests; `make run` collects them under
# names that hold their hash, compressed, and says so by NETPOL_LAB_STATIC.

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_COLLECTED = env("NETPOL_LAB_STATIC")
STATIC_ROOT = Path(STATIC_COLLECTED).resolve() if STATIC_COLLECTED else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if STATIC_COLLECTED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
# No other site needs our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Words and time

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Logs: one line an event on standard error, never a body.

LOG_LEVEL = env("NETPOL_LAB_LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "netpol_lab.common.logs.LineFormatter"},
        "reader": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "reader" if DEBUG else "line"},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers for these print only with DEBUG, or send mail.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # runserver's line for each request.
        "django.server": {"handlers": ["stderr"], "propagate": False},
    },
}
