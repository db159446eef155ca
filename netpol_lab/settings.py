"""All settings, from environment variables; with none set, the site runs here on SQLite.

docs/operator.md lists every variable, and tests/docs/test_docs.py holds it to that.
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from netpol_lab.common.database import postgresql, sqlite

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


def number(name: str, default: int) -> int:
    """Read a variable that is a whole number."""
    value = env(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.")
    return int(value)


def provider(name: str, prefix: str, client_id: str, client_secret: str) -> dict[str, Any]:
    """Return allauth's settings for signing in through a provider; none where it is not set up."""
    if bool(client_id) != bool(client_secret):
        raise ImproperlyConfigured(f"Set {prefix}_CLIENT_ID and {prefix}_SECRET, or neither.")
    app = {"client_id": client_id, "secret": client_secret}
    # No scope but who it is: this site has no use for anybody's repositories or contacts.
    scope = {"github": [], "google": ["openid"]}[name]
    return {name: {"APPS": [app], "SCOPE": scope, "OAUTH_PKCE_ENABLED": True}} if client_id else {}


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

# Mail is sent where a server for it is named.
EMAIL_HOST = env("EMAIL_HOST")
MAIL = bool(EMAIL_HOST)

WSGI_APPLICATION = "netpol_lab.wsgi.application"
ROOT_URLCONF = "netpol_lab.urls"

# Signing in through GitHub or Google, where the operator has registered this site there

SOCIALACCOUNT_PROVIDERS = {
    **provider("github", "GITHUB", env("GITHUB_CLIENT_ID"), secret("GITHUB_SECRET")),
    **provider("google", "GOOGLE", env("GOOGLE_CLIENT_ID"), secret("GOOGLE_SECRET")),
}

# What it is made of

INSTALLED_APPS = [
    "netpol_lab.home",
    "netpol_lab.quizzes",
    "netpol_lab.lab",
    "netpol_lab.content",
    "netpol_lab.accounts",
    "netpol_lab.common",
    "simulator",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    # Installed without a provider too: its tables point at users, so erasing one must know them.
    "allauth.socialaccount",
    *(f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # The headers stand outermost, so that refusals and static files carry them too.
    "csp.middleware.CSPMiddleware",
    "netpol_lab.accounts.middleware.around_signing_in",
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
    "allauth.account.middleware.AccountMiddleware",
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
                "netpol_lab.accounts.context.account",
            ],
        },
    }
]

# What it keeps. Never ATOMIC_REQUESTS: a view opens its transaction as late as it can.

DATABASE_ADDRESS = secret("NETPOL_LAB_DATABASE")
DATABASES: dict[str, dict[str, Any]] = {
    "default": (
        postgresql(DATABASE_ADDRESS) if DATABASE_ADDRESS else sqlite(DATA / "netpol_lab.sqlite3")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
BODY_LIMIT = 256 * 1024
# Where a body may be larger: a file of 4 MiB, and the form around it; a pasted cluster of 2 MiB
# with the sandbox's state (1 MiB) and the one before it.
LARGER_BODIES = {
    "/me/upload": 4 * 1024 * 1024 + 4096,
    **dict.fromkeys(
        (f"/sandbox/{name}" for name in ("", "evaluate", "state", "manifests", "check")),
        5 * 1024 * 1024,
    ),
}
# Django's own limits know no addresses: common.limits refuses by them before anything is read.
# As large as the largest body, so that no upload is ever written to a disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = max(LARGER_BODIES.values())

# Shared by the server's processes, and atomic, on one machine without a further server: the
# throttles of signing in count in it. A migration makes the table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Seconds after a deadline in which the server still takes answers that were on their way.
EXAM_GRACE_SECONDS = number("EXAM_GRACE_SECONDS", 5)

# Who uses it. Nobody needs an account; it carries progress from one browser to another.

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:me"
LOGOUT_REDIRECT_URL = "home:index"

ACCOUNT_ADAPTER = "netpol_lab.home.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "netpol_lab.accounts.forms.SignInForm",
    "signup": "netpol_lab.accounts.forms.SignUpForm",
    "change_password": "netpol_lab.accounts.forms.ChangePasswordForm",
    "set_password": "netpol_lab.accounts.forms.SetPasswordForm",
    "reset_password": "netpol_lab.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "netpol_lab.accounts.forms.LinkPasswordForm",
    "add_email": "netpol_lab.accounts.forms.AddressForm",
    "reauthenticate": "netpol_lab.accounts.forms.SurelyForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
# One spelling of a name: "Ana" and "ana" are the same person.
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USERNAME_BLACKLIST = ["admin", "administrator", "instructor", "root", "staff", "support"]
# An address that is taken is not given away: two accounts may name it until one confirms it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
# The password once more before an address changes: it is a way into the account.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_VERIFICATION = "optional" if MAIL else "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[netpol lab] "
ACCOUNT_EMAIL_NOTIFICATIONS = MAIL
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# By account first; by address far above a class behind one NAT.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,8/5m/key",
    "signup": "90/m/ip",
    "change_password": "10/m/user",
    "upload_progress": "60/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = number("NETPOL_LAB_PROXIES", 0)

SOCIALACCOUNT_FORMS = {"signup": "netpol_lab.accounts.forms.ProviderSignUpForm"}
SOCIALACCOUNT_ADAPTER = "netpol_lab.accounts.providers.Adapter"
# The learner chooses the name that others may see.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_QUERY_EMAIL = False

# Mail: for a forgotten password, and to confirm addresses. None is sent unless a server is named.

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'dummy'}.EmailBackend"
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env("EMAIL_USER")
EMAIL_HOST_PASSWORD = secret("EMAIL_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and not switch("EMAIL_PLAIN")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", f"netpol lab <noreply@{ALLOWED_HOSTS[-1]}>")

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
# In the session, so that there is one cookie less.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

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
        # Pages bring their style sheets along: see common.templatetags.styles.
        "style-src": [SELF, NONCE],
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
