"""A real server. Refuses to start on a value that would be unsafe, with a sentence for each."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from .base import *  # noqa: F403
from .base import (
    ALLOWED_HOSTS,
    ANYMAIL,
    DATABASE_URL,
    HANDOFF_DATA,
    REDIS_URL,
    SECRET_KEY,
    SILENCED_SYSTEM_CHECKS,
    SITE_URL,
    env,
)

SHORTEST_SECRET_KEY = 50
SHORTEST_HOOK_SECRET = 20
FEWEST_LETTERS = 10  # different ones, so that it is no row of zeros


def _objections() -> Iterator[str]:
    """What is wrong with the environment."""
    if len(SECRET_KEY) < SHORTEST_SECRET_KEY or len(set(SECRET_KEY)) < FEWEST_LETTERS:
        yield f"Set SECRET_KEY to a random text of at least {SHORTEST_SECRET_KEY} characters."
    if env.bool("DEBUG", False):
        yield "Leave DEBUG unset: it would show the inside of the site to everybody."
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        yield "Set ALLOWED_HOSTS to the names of this site, for example handoff.example.org."
    if not DATABASE_URL:
        yield "Set DATABASE_URL, for example postgresql://user:password@host/handoff."
    if not REDIS_URL:
        yield "Set REDIS_URL, for example redis://host:6379/0."
    if not SITE_URL.startswith("https://"):
        yield "Set SITE_URL to the address of this site; it must begin with https://."
    elif not validate_host(urlsplit(SITE_URL).hostname or "", ALLOWED_HOSTS):
        yield "Add the host of SITE_URL to ALLOWED_HOSTS; the links in the mails lead there."


def _objections_to_hooks() -> Iterator[str]:
    """Whoever knows the secret could give up any address."""
    secret = ANYMAIL.get("WEBHOOK_SECRET", "")
    if secret and len(secret.partition(":")[2]) < SHORTEST_HOOK_SECRET:
        yield (
            "Set ANYMAIL_WEBHOOK_SECRET to name:password with a random password of at least "
            f"{SHORTEST_HOOK_SECRET} characters."
        )


if objections := [*_objections(), *_objections_to_hooks()]:
    raise ImproperlyConfigured(" ".join(objections))

STATIC_ROOT = env.str("STATIC_ROOT", "") or str(HANDOFF_DATA / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 60 * 60 * 24 * 30)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", False)
# Subdomains and preloading are for the owner of the domain to decide, hence only by environment.
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", False):  # only if the proxy sets this header itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
