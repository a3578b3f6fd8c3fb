"""What holds for every page: headers, pages for errors, and what happens when a part is gone."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from config.settings.base import cache_at

FORM = "application/x-www-form-urlencoded"


@pytest.mark.django_db
def test_health_needs_no_sign_in(client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"database": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_a_load_balancer_asks_by_an_address_of_the_machine_without_tls(
    db: None, client: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["handoff.example.org"], True
    assert client.get("/health/", headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.head("/health/", headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/health", headers={"host": "10.0.0.7:8000"}).status_code != 200


def test_a_server_that_is_newer_than_its_database_gets_no_pages_yet(
    db: None, client: Client
) -> None:
    recorder = MigrationRecorder(connection)
    [(_, newest)] = MigrationLoader(connection).graph.leaf_nodes("intake")
    recorder.record_unapplied("intake", newest)
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (503, {"database": "not migrated"})
    recorder.record_applied("intake", newest)
    recorder.record_applied("intake", "9999_of_a_newer_version")
    assert client.get("/health/").status_code == 200


@pytest.fixture
def lost_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database that no longer answers."""
    host = connection.settings_dict["HOST"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["HOST"] = "/nowhere"
        yield
        connection.settings_dict["HOST"] = host
        connection.close()


@pytest.mark.usefixtures("lost_database")
def test_health_says_that_the_database_is_gone(client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json() == {"database": "unreachable"}
    assert client.get("/health/alive/").json() == {"alive": True}


@pytest.mark.django_db
def test_pages_allow_nothing_from_elsewhere_and_nothing_inline(client: Client) -> None:
    response = client.get(reverse("account_login"))
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_more_than_any_form_can_hold_is_refused_in_words(client: Client) -> None:
    text = "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    response = client.post(reverse("account_login"), f"login={text}", content_type=FORM)
    assert response.status_code == 413
    assert "too" in response.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_open_too_long_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a"})
    assert response.status_code == 403
    assert "form" in response.content.decode()


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_has_a_page(client: Client) -> None:
    response = client.get("/there/is/nothing/")
    assert response.status_code == 404
    assert "<h1" in response.content.decode()


@pytest.fixture
def lost_cache(settings: Settings) -> None:
    """A Redis that no longer answers."""
    settings.CACHES = {"default": cache_at("unix:///nowhere/valkey.sock?db=0")}


@pytest.mark.usefixtures("lost_cache")
def test_a_lost_cache_is_an_empty_one() -> None:
    cache.set("key", 1)
    assert cache.get("key", "nothing") == "nothing"
    assert cache.add("key", 1)
    assert not cache.delete("key")


@pytest.mark.django_db
@pytest.mark.usefixtures("lost_cache")
def test_signing_in_works_without_the_cache(client: Client) -> None:
    wrong = {"login": "nobody@example.org", "password": "wrong"}
    for _ in range(3):
        response = client.post(reverse("account_login"), wrong)
        assert response.status_code == 200
        assert "not correct" in response.content.decode()


def test_the_cache_keeps_what_a_real_server_has(valkey_url: str, settings: Settings) -> None:
    settings.CACHES = {"default": cache_at(valkey_url)}
    cache.clear()
    cache.set("key", 1)
    assert cache.get("key") == 1
    assert not cache.add("key", 2)
    assert cache.incr("key") == 2
    cache.clear()


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_leave_their_picklists_behind() -> None:
    """The next transactional test finds them again; see tests/conftest.py."""


@pytest.mark.django_db(transaction=True)
def test_picklists_are_there_after_a_transactional_test() -> None:
    from intake.models import ClosedDay
    from mentors.models import MentoringArea

    assert MentoringArea.objects.exists()
    assert ClosedDay.objects.exists()


@pytest.mark.django_db
def test_nobody_changes_his_login_behind_the_roster(client: Client) -> None:
    assert client.get("/accounts/email/").status_code == 404
