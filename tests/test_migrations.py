"""An upgrade needs no downtime: the old program goes on while the new migrations are applied."""

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

FIRST_RELEASE = {"intake": "0014_checks_go_on", "mentors": "0009_reports"}
"""The last migrations before there was a site to upgrade."""


def later() -> list[str]:
    """The names of our migrations since."""
    known = MigrationLoader(connection).disk_migrations
    return sorted(name for app, name in known if app in FIRST_RELEASE and name > FIRST_RELEASE[app])


def look(*names: str) -> MigrationLinter:
    linter = MigrationLinter(
        str(settings.BASE_DIR),
        include_apps=[*FIRST_RELEASE],
        include_name=list(names),
        analyser_string="postgresql",
        all_warnings_as_errors=True,
        no_cache=True,
    )
    linter.lint_all_migrations()
    return linter


@pytest.mark.django_db(transaction=True)  # indexes are made outside of any
def test_the_old_program_goes_on_with_new_migrations(capsys: pytest.CaptureFixture[str]) -> None:
    names = later()
    assert names, "There is nothing to look at."
    linter = look(*names)
    assert not linter.has_errors, capsys.readouterr().out
    assert linter.nb_valid == len(names)


@pytest.mark.django_db
@pytest.mark.parametrize("harmful", ["0005_words_folded", "0007_public_words"])
def test_what_would_stop_it_is_found(harmful: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A column dropped, an index that locks a table: from before there was a site to upgrade."""
    assert look(harmful).has_errors
