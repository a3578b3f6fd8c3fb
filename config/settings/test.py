"""For the tests: a cluster of their own that may forget everything in a crash, and no mail."""

from config.services.folder import Folder

from .base import *  # noqa: F403
from .base import (
    CACHES,
    DATABASE_URL,
    DATABASES,
    HANDOFF_DATA,
    REDIS_URL,
    celery_address,
    embedded_database,
    valkey_address,
)

TEST_DATA = HANDOFF_DATA / "test"
SECRET_KEY = "only for the tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # every test client would look through all files again
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if not DATABASE_URL:
    DATABASES["default"] = embedded_database(
        Folder(TEST_DATA / "postgres"),
        {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "128MB",  # several clusters at a time, all of them small
            # Among a dozen rows no order of joining is worth the time it takes to find it.
            "join_collapse_limit": "4",
        },
    )
DATABASES.pop("replica", None)  # tests that want one make one
CELERY_BROKER_URL = celery_address(REDIS_URL or valkey_address(Folder(TEST_DATA / "valkey")))
PRESENCE_URL = REDIS_URL or valkey_address(Folder(TEST_DATA / "valkey"))
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
