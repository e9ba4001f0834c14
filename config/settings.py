"""All settings: one file, driven by the environment, with defaults that run."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from config.file_storage import stored_at
from config.machine import processors
from config.mailing import contact_for_push, mail_server, public_address, sender
from config.private_redis import socket_in
from config.secret import secret_key, vapid_key
from core.languages import SHIPPED


class Environment(environ.Env):  # type: ignore[misc]
    def int(self, var: str, default: Any = environ.Env.NOTSET) -> Any:
        """Return the number; exit with a sentence if the value is not a number."""
        try:
            return super().int(var, default)
        except ValueError as error:
            raise SystemExit(f"{var} must be a number: {error}.") from error

    def positive(self, var: str, default: Any) -> Any:
        """Return the number; exit with a sentence if it is not above zero."""
        value = self.int(var, default)
        if value < 1:
            raise SystemExit(f"{var} must be 1 or more.")
        return value

    def networks(self, var: str) -> Any:
        """Return the networks; exit with a sentence if one of them is none."""
        try:
            return [*map(ipaddress.ip_network, self.list(var, default=[]))]
        except ValueError as error:
            raise SystemExit(f"{var} must name networks: {error}.") from error

    def ice_servers(self, var: str, schemes: tuple[str, ...]) -> Any:
        """Return the addresses; exit with a sentence if one of them is none of a
        server that browsers ask for ways to each other."""
        urls = self.list(var, default=[])
        if not all(url.startswith(schemes) for url in urls):
            raise SystemExit(f"{var} must name servers as {schemes[0]}HOST:3478.")
        return urls


env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(env.str("PARLEY_DATA", default=str(BASE_DIR / "var"))).resolve()
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA)
# Signs what is pushed to browsers, which know its other half.
VAPID_KEY = env.str("PARLEY_VAPID_KEY", default="") or vapid_key(DATA)
# Older keys, which sign and encrypt nothing new. Not by `env`: it reads a key that
# begins with $ as the name of another variable.
SECRET_KEY_FALLBACKS = [
    key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if HOST not in {"0.0.0.0", "::", *ALLOWED_HOSTS}:  # noqa: S104 - compared, not bound
    ALLOWED_HOSTS.append(HOST)
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# An installation that names its hosts or proxies means to serve the world.
IS_PUBLIC = any(
    env.list(var, default=[]) for var in ("ALLOWED_HOSTS", "TRUSTED_PROXIES")
)

MESSAGES_PER_MINUTE = env.int("PARLEY_MESSAGES_PER_MINUTE", default=60)
CONTACTS_PER_MINUTE = env.int("PARLEY_CONTACTS_PER_MINUTE", default=20)
SOCKETS_PER_ADDRESS = env.int("PARLEY_SOCKETS_PER_ADDRESS", default=500)
UPLOADS_PER_MINUTE = env.int("PARLEY_UPLOADS_PER_MINUTE", default=60)
# Each takes a processor: one is left to those who talk.
SCANS_AT_ONCE = env.positive(
    "PARLEY_SCANS_AT_ONCE", default=min(max(processors() - 1, 1), 4)
)
# Server processes behind the one address.
WEB_PROCESSES = env.positive("PARLEY_WEB_PROCESSES", default=1)
# Threads of the worker for all that may take long; one assistant takes half at most.
WORK_AT_ONCE = env.positive("PARLEY_WORK_AT_ONCE", default=8)
CLAMD_URL = env.str("CLAMD_URL", default="")
# Inner networks that outgoing requests may reach, as in "10.1.0.0/16,127.0.0.1".
WEBHOOK_ALLOW_NETWORKS = env.networks("PARLEY_WEBHOOK_ALLOW_NETWORKS")
# A language model for the demo, which speaks as OpenAI's does.
LLM_URL = env.str("PARLEY_LLM_URL", default="")
LLM_KEY = env.str("PARLEY_LLM_KEY", default="")
LLM_MODEL = env.str("PARLEY_LLM_MODEL", default="")
# How the two ends of a video call find each other; docs/video.md.
STUN_URLS = env.ice_servers("STUN_URLS", ("stun:", "stuns:"))
TURN_URLS = env.ice_servers("TURN_URLS", ("turn:", "turns:"))
TURN_SECRET = env.str("TURN_SECRET", default="")
if TURN_URLS and not TURN_SECRET:
    raise SystemExit("TURN_URLS needs TURN_SECRET, the relay's static-auth-secret.")
SIGNALS_PER_MINUTE = env.positive("PARLEY_SIGNALS_PER_MINUTE", default=240)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
DEMO = env.bool("PARLEY_DEMO", default=False)
DEMO_PASSWORD = "parley-demo"  # noqa: S105 - printed by bin/run for all to see

# Daphne loads Twisted into every process that lists it; `runserver` alone needs it.
IS_RUNSERVER = sys.argv[1:2] == ["runserver"]
# Workers have no pages, whose modules are a tenth of their memory.
IS_WORKER = "celery" in Path(sys.argv[0]).parts[-2:]
INSTALLED_APPS = [
    *(["daphne"] if IS_RUNSERVER else []),
    "config",
    "core",
    "agents",
    "queues",
    "contacts",
    "wrapup",
    "administration",
    "supervision",
    "assistants",
    "reports",
    "administration.apps.ParleyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "import_export",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "contacts.widget.WidgetMiddleware",
    "core.middleware.NoStoreMiddleware",
    "core.middleware.LanguageMiddleware",
    "core.middleware.RefusedBodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "agents.middleware.RefreshMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "agents.middleware.acting_middleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "agents.middleware.OwnLanguageMiddleware",
    "agents.middleware.NamedPersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

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
    },
]

# --- Database -----------------------------------------------------------------
EMBEDDED_DATABASE = not env.str("DATABASE_URL", default="")
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{DATA / 'parley.sqlite3'}"
    )
}
OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    OPTIONS.update(
        # Read-then-write transactions must queue up, not fail half way.
        transaction_mode="IMMEDIATE",
        timeout=10,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    )
    if IS_WORKER:
        DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    # A request runs in a thread of its own: only a pool keeps connections. A worker's
    # threads have one each, those for checks of files and mails among them.
    DATABASES["default"]["ENGINE"] = "core.postgresql"
    OPTIONS.setdefault("pool", {"max_size": max(20, WORK_AT_ONCE + 10), "timeout": 10})
    # Whether the server is there is known soon, also where its host is gone.
    OPTIONS.setdefault("connect_timeout", 3)
    for name, value in {
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }.items():
        OPTIONS.setdefault(name, value)
    # Statements that are not Django's own are parsed and planned once a connection.
    OPTIONS.setdefault("prepare_threshold", 0)
    # One locked contact must not stall a whole process.
    OPTIONS.setdefault("options", "-c lock_timeout=10000")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis --------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="") or f"unix://{socket_in(DATA)}"
EMBEDDED_REDIS = not env.str("REDIS_URL", default="")
REDIS_PREFIX = "parley"

# --- Celery -------------------------------------------------------------------
# Celery spells a unix socket "redis+socket://".
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)

# --- Mail ---------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
vars().update(mail_server(EMAIL_URL))
EMAIL_FROM = sender(env.str("EMAIL_FROM", default=""))
DEFAULT_FROM_EMAIL = EMAIL_FROM or "parley@localhost"
EMAIL_TIMEOUT = 10  # seconds for each answer of the server
PUBLIC_URL = public_address(env.str("PUBLIC_URL", default=""))
MAILS_PER_ADDRESS = env.int("PARLEY_MAILS_PER_ADDRESS", default=30)
MAILS_PER_ORGANISATION = env.int("PARLEY_MAILS_PER_ORGANISATION", default=1000)

# Whom a push service may write to about what comes from here.
PUSH_CONTACT = contact_for_push(PUBLIC_URL, EMAIL_FROM)

# --- Identity -----------------------------------------------------------------
AUTH_USER_MODEL = "agents.Agent"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "sign-in"
LOGOUT_REDIRECT_URL = "sign-in"
REQUIRE_SECOND_FACTOR = env.bool("PARLEY_REQUIRE_SECOND_FACTOR", default=False)
TOKEN_HOURS = 24 * 30

SESSION_ENGINE = "agents.sessions"
SESSION_COOKIE_AGE = env.positive("PARLEY_SESSION_DAYS", default=14) * 86400
SESSION_IDLE_SECONDS = env.positive("PARLEY_SESSION_IDLE_HOURS", default=12) * 3600
# Cookies do not tell ports apart: two copies on one host need two names.
SESSION_COOKIE_NAME = f"parley_session_{PORT}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = env.bool("PARLEY_SECURE_COOKIES", default=False)
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES

# --- Transport security: off on plain HTTP, one switch behind TLS ----------------
SECURE_SSL_REDIRECT = env.bool("PARLEY_SSL_REDIRECT", default=SECURE_COOKIES)
# Probes come over plain HTTP, from beside the server.
SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int(
    "PARLEY_HSTS_SECONDS", default=31536000 if SECURE_COOKIES else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("PARLEY_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("PARLEY_HSTS_PRELOAD", default=False)
# Whether other names below ours have TLS is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- Browser security ---------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Static files and language ------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": stored_at(env.str("STORAGE_URL", default="")),
    "staticfiles": {"BACKEND": "config.static.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA / "media"
LANGUAGE_CODE = "en"
LANGUAGES = SHIPPED
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- REST ---------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "agents.authentication.BearerAuthentication",
        "agents.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["agents.authentication.WorksHere"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "core.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "core.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Parley",
    "DESCRIPTION": "The REST API of Parley, a contact-centre chat portal.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.examples.add",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AgentState": "agents.models.AgentState",
        "AgentRole": "agents.models.Role",
        "IntentAction": "queues.models.IntentAction",
        "AssignmentKind": "contacts.models.AssignmentKind",
        "AssignmentRole": "contacts.models.AssignmentRole",
        "AssignmentState": "contacts.models.AssignmentState",
        "ContactState": "contacts.models.ContactState",
        "MessageKind": "contacts.models.MessageKind",
        "SenderKind": "contacts.models.SenderKind",
        "CardRole": ["primary", "consulted", "watcher"],
        "WatchMode": "contacts.models.WatchMode",
        "CardState": ["offered", "connected", "wrapup"],
        "ConferenceState": ["pending", "joined"],
        "VideoState": ["ringing", "live"],
        "Channel": "agents.models.Channel",
        "OtherChannel": ["voice", "email", "social"],
        "ChosenState": ["available", "idle"],
    },
}

# --- Logging ------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "core.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"visitors": {"()": "core.logs.NoIdleTracebacks"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["visitors"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
