"""What every test finds: the embedded servers, and the rows that migrations put in."""

import gc
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.models.signals import post_migrate
from pytest_django import DjangoDbBlocker

from config.services.client import use
from config.services.folder import Folder
from config.services.valkey import socket_of
from tests.blank import database_url, use_blank
from tests.thorough import load_profile

if TYPE_CHECKING:
    from tests.factories import Organisation

FIRST_REDIS_DATABASE = 8


def pytest_configure() -> None:
    """Choose how many examples are tried; see to the rows that migrations put in.

    After a transactional test the tables are emptied, and those rows come back: Django says so
    with the same signal that it sends after migrating.
    """
    load_profile()
    post_migrate.connect(
        _load_seeded_rows, sender=apps.get_app_config("intake"), dispatch_uid="seeded rows"
    )


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: whoever tidies up memory need not look at them."""
    gc.collect()
    gc.freeze()


def _load_seeded_rows(**_: Any) -> None:
    from intake import closed_days
    from mentors import picklists

    picklists.load()
    closed_days.load()


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """No rate limit and nothing drawn carries over from one test to the next."""
    for each in caches.all():
        each.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Copy the migrated database instead of migrating anew (pytest-django asks for this)."""
    with django_db_blocker.unblock():
        use_blank()


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """A real Valkey, or the server of REDIS_URL.

    Each worker of pytest-xdist has a database of its own there, from number 8 on.
    """
    number = FIRST_REDIS_DATABASE + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    if settings.REDIS_URL:
        return urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
    folder = Folder(settings.TEST_DATA / "valkey")
    use("valkey", folder.path)
    return f"unix://{socket_of(folder)}?db={number}"


@pytest.fixture
def process_environment(transactional_db: None, valkey_url: str) -> dict[str, str]:
    """The environment for another process of ours that works on the database of this test."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
        "REDIS_URL": valkey_url,
    }


@pytest.fixture
def org(db: None) -> "Organisation":
    """The small organisation of `tests.factories`."""
    from tests.factories import organisation

    return organisation()
