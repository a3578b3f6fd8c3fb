"""What holds everywhere. Values that differ from place to place come from the environment."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env

from config.beat import SCHEDULE
from config.services.folder import Folder
from config.services.postgres import DATABASE, USER
from config.services.valkey import socket_of

BASE_DIR = Path(__file__).resolve().parents[2]

env = Env()

# --- Where data is ------------------------------------------------------------------------------
HANDOFF_DATA = Path(env.str("HANDOFF_DATA", "") or BASE_DIR / ".data").expanduser().resolve()
EMBEDDED_POSTGRES = Folder(HANDOFF_DATA / "postgres")
EMBEDDED_VALKEY = Folder(HANDOFF_DATA / "valkey")
DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")
# A streaming standby that reports are read from, and how many seconds behind it may be for that.
REPLICA_DATABASE_URL = env.str("REPLICA_DATABASE_URL", "")
REPLICA_MOST_BEHIND = env.int("REPLICA_MOST_BEHIND", 30)


def embedded_database(folder: Folder, options: dict[str, str] | None = None) -> dict[str, Any]:
    """Settings of a database in the embedded server, which starts with the first connection."""
    return {
        "ENGINE": "config.embedded",
        "NAME": DATABASE,
        "USER": USER,
        "HOST": str(folder.run),
        "EMBEDDED": {"FOLDER": str(folder.path), "OPTIONS": options or {}},
    }


DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(env.dj_db_url("DATABASE_URL"))
    if DATABASE_URL
    else embedded_database(EMBEDDED_POSTGRES)
}
# Every action opens its own transaction; a page that only reads needs none.
CONNECTIONS: dict[str, Any] = {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
    # PgBouncer gives each transaction another session, and a cursor outlives its transaction.
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("DATABASE_POOLED", False),
}
DATABASES["default"] |= CONNECTIONS
if REPLICA_DATABASE_URL:
    replica = dict(env.dj_db_url("REPLICA_DATABASE_URL")) | CONNECTIONS
    # One that cannot be reached is noticed soon: nobody waits for it.
    replica["OPTIONS"] = {
        "connect_timeout": 2,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "tcp_user_timeout": 20_000,  # milliseconds
    } | replica.get("OPTIONS", {})
    DATABASES["replica"] = replica | {"TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["reports.routing.ReportRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def valkey_address(folder: Folder) -> str:
    """The address of the embedded Valkey in a folder."""
    return f"unix://{socket_of(folder)}?db=0"


def cache_at(url: str) -> dict[str, Any]:
    """Settings of a cache that never breaks a page: a lost server counts as an empty one."""
    return {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": url,
        "TIMEOUT": 3600,
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }


def celery_address(url: str) -> str:
    """The same server as Celery writes it: sockets have another scheme there."""
    if not url.startswith("unix://"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


CACHES = {
    "default": cache_at(REDIS_URL or valkey_address(EMBEDDED_VALKEY)),
    "drawn": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "drawn"},
}
PRESENCE_URL = REDIS_URL or valkey_address(EMBEDDED_VALKEY)  # who is looking at what, for seconds


# --- Celery -------------------------------------------------------------------------------------
CELERY_BROKER_URL = celery_address(REDIS_URL or valkey_address(EMBEDDED_VALKEY))
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # wait for the broker for ever
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 15 * 60, "socket_connect_timeout": 5}
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # with the next line: a task whose worker was killed is done again
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 10 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A task that runs while the broker goes away is finished: a mail must not be cut off half sent.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False

# --- This site ----------------------------------------------------------------------------------
DEBUG = False
PORT = env.int("PORT", 8000)
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Numbers of the rules: POLICY_RESPOND_DAYS=3 overrides `respond_days` of intake.policy.Policy.
POLICY: dict[str, int] = {
    name.removeprefix("POLICY_").lower(): env.int(name)
    for name in os.environ
    if name.startswith("POLICY_")
}

# --- Parts --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "mentors",
    "intake",
    "reports",
    "config",
    "config.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "anymail",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "import_export",
]
MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "intake.speech.SpeechMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mentors.middleware.ReaderMiddleware",
    "mentors.middleware.RefusalMiddleware",
    "reports.middleware.WrittenMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "mentors.context.navigation",
                "reports.context.read_from",
            ],
        },
    },
]
# Fields are drawn in Python, forms and errors with our own templates below templates/django/forms/.
FORM_RENDERER = "mentors.renderers.FormRenderer"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "mentors.Volunteer"
AUTHENTICATION_BACKENDS = ["mentors.signing_in.WithChapter"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# The address is unique without regard to case, by a constraint that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
ACCOUNT_ADAPTER = "intake.account.OutboxAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are registered by their chapter, never by themselves
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}

# --- How often strangers may use what is open: per place, and per e-mail address or link -------
PUBLIC_RATES = {
    "request": (
        env.str("RATE_REQUEST_PER_PLACE", "60/h"),
        env.str("RATE_REQUEST_PER_EMAIL", "10/h"),
    ),
    "lost_link": ("30/h", "6/h"),
    "status": ("60/h", "20/h"),
    "calendar": ("6000/h", "60/h"),  # a service that reads calendars comes from one place for all
}
# Pages of the public directory that one place may open: it is for people, not for collectors.
PAGE_RATES = {"directory": env.str("RATE_DIRECTORY_PER_PLACE", "300/h")}
RATELIMIT_FAIL_OPEN = True  # without the cache nobody is counted, and nobody turned away
RATELIMIT_IP_META_KEY = "intake.throttle.client_ip"
# Each proxy in front adds an address to X-Forwarded-For; what stands before those is hearsay.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", int(env.bool("BEHIND_PROXY", False)))

# --- Words and times ----------------------------------------------------------------------------
# Staff read English; clients choose: see intake.speech.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # stored and sent in UTC; each chapter's own zone is applied where it is shown

# --- Mail ---------------------------------------------------------------------------------------
ANYMAIL_BACKEND = env.str("ANYMAIL_BACKEND", "")
ANYMAIL: dict[str, str] = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_") and name != "ANYMAIL_BACKEND"
}
# Which service tells what became of the mails, as anymail names it; also if they go out by SMTP.
MAIL_NEWS_FROM = env.str("MAIL_NEWS_FROM", ANYMAIL_BACKEND)
EMAIL_TIMEOUT = 20  # seconds
if ANYMAIL_BACKEND:
    EMAIL_BACKEND = f"anymail.backends.{ANYMAIL_BACKEND}.EmailBackend"
elif env.str("EMAIL_URL", ""):
    vars().update({"EMAIL_TIMEOUT": EMAIL_TIMEOUT, **env.dj_email_url("EMAIL_URL")})
# Without either the mails stay in the outbox, where administrators can read them.
MAIL_ENABLED = bool(ANYMAIL_BACKEND or env.str("EMAIL_URL", ""))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Handoff <handoff@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "static/"

# --- Safety -------------------------------------------------------------------------------------
# A text of a megabyte must arrive, so that the form can say in words that it is too long;
# a character may take 12 bytes on its way (%F0%9F%98%80). What is larger gets a page of its own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 13 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a proposal for 500 requests sends three for each
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the kit's style sheet has its arrows and ticks as data
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"  # links with signatures must not travel to other sites
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

# --- Words on the console -----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A line per task every ten seconds would hide what matters.
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
    },
}
