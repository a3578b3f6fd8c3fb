"""What every test finds: the embedded servers, and the rows that migrations put in."""

import os
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db.models.signals import post_migrate

from config.services.client import use
from config.services.folder import Folder

if TYPE_CHECKING:
    from tests.factories import Organisation


def pytest_configure() -> None:
    """After a transactional test the tables are emptied; what migrations put in comes back.

    Django says so with the same signal that it sends after migrating.
    """
    post_migrate.connect(
        _load_seeded_rows, sender=apps.get_app_config("intake"), dispatch_uid="seeded rows"
    )


def _load_seeded_rows(**_: Any) -> None:
    from intake import closed_days
    from mentors import picklists

    picklists.load()
    closed_days.load()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No rate limit carries over from one test to the next."""
    cache.clear()


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """A real Valkey; each worker of pytest-xdist has a database of its own in it."""
    folder = Folder(settings.TEST_DATA / "valkey")
    use("valkey", folder.path)
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return settings.VALKEY_ADDRESS.replace("db=0", f"db={number}")


@pytest.fixture
def org(db: None) -> "Organisation":
    """The small organisation of `tests.factories`."""
    from tests.factories import organisation

    return organisation()
