"""A real server. Refuses to start on a value that would be unsafe, one sentence for each."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, DATABASE_URL, REDIS_URL, SECRET_KEY, SITE_URL, env

SHORTEST_SECRET_KEY = 50


def _objections() -> list[str]:
    """What is wrong with the environment."""
    checks = {
        "Set SECRET_KEY to a long random text (50 characters or more).": len(SECRET_KEY)
        >= SHORTEST_SECRET_KEY,
        "Leave DEBUG unset: pages with details of an error must not be shown.": not env.bool(
            "DEBUG", False
        ),
        "Set ALLOWED_HOSTS to the host names of this site, for example handoff.example.org.": bool(
            ALLOWED_HOSTS
        )
        and "*" not in ALLOWED_HOSTS,
        "Set DATABASE_URL, for example postgresql://user:password@host/handoff.": bool(DATABASE_URL),
        "Set REDIS_URL, for example redis://host:6379/0.": bool(REDIS_URL),
        "Set SITE_URL to the address of this site; it must begin with https://.": (
            SITE_URL.startswith("https://")
        ),
    }
    return [sentence for sentence, is_fine in checks.items() if not is_fine]


if objections := _objections():
    raise ImproperlyConfigured(" ".join(objections))

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 60 * 60 * 24 * 30)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", False)
if env.bool("BEHIND_PROXY", False):  # only if the proxy sets this header itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
