"""One machine, no preparation: what `make run` and `manage.py` use."""

from urllib.parse import urlsplit

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, CACHES, HANDOFF_DATA, SECRET_KEY, SITE_URL, env
from .secret import kept_secret_key

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = SECRET_KEY or kept_secret_key(HANDOFF_DATA / "secret_key")
ALLOWED_HOSTS = ALLOWED_HOSTS or [
    ".localhost",
    "127.0.0.1",
    "[::1]",
    urlsplit(SITE_URL).hostname or "",
]
WHITENOISE_USE_FINDERS = True  # files are served where they lie; nothing has to be collected
WHITENOISE_AUTOREFRESH = DEBUG
if DEBUG:  # who changes a template sees it at once
    CACHES["drawn"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
