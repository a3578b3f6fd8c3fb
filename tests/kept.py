"""Worlds that are dear to build: once for all tests of a class."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.factories import SITUATIONS, Organisation, Story, organisation, request_in


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a fixture builds with it stays for every test of the class.

    What a test does to it is undone after the test, like in any other; a test that shares Python
    objects with others takes a copy of them.
    """
    with django_db_blocker.unblock(), undone():
        yield


@dataclass
class Everything:
    """The organisation with one request in each of the `SITUATIONS`."""

    org: Organisation
    stories: dict[str, Story]

    @property
    def now(self) -> datetime:
        """When the last of the stories is over."""
        return max(story.now for story in self.stories.values())


@pytest.fixture(scope="class")
def kept_everything(kept: None) -> Everything:
    """Dear to build: once for all tests of a class."""
    org = organisation()
    return Everything(org, {situation: request_in(situation, org) for situation in SITUATIONS})


@pytest.fixture
def everything(kept_everything: Everything, db: None) -> Everything:
    """One request in each situation, for a test of a class whose tests all begin with that."""
    return deepcopy(kept_everything)
