"""A crowd of national size in a scratch database, to measure pages in. No test, and no demo.

    HANDOFF_DATA=/tmp/crowd .venv/bin/python -m tests.bench.crowd --closed 150000 --open 5000

Made by a few statements over whole sets (`sql/*.sql`, in the order of their names), the same crowd
for the same numbers, seen from the present. Every check constraint of the database holds. What
only acts can do is left out: mails are few, and a history is plainer than a real one.
"""

import os
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SQL = Path(__file__).parent / "sql"
PASSWORD = "mentoring-demo"  # of the demo, too: these addresses exist in a scratch database only
SIGN_INS = {
    "coordinator of a chapter": "rcic.chapter@example.org",
    "coordinator of a district": "rcic.district@example.org",
    "coordinator of a region": "rcic.region@example.org",
    "administrator": "admin@example.org",
    "mentor": "mentor@example.org",
    "leader of a region": "leader@example.org",
    "membership chair": "chair@example.org",
}


def main() -> None:
    """Migrate the scratch database and fill it."""
    wanted = _parser().parse_args()
    _set_up()
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM mentors_volunteer)")
        if cursor.fetchone() != (False,):
            raise SystemExit("There is somebody in this database already. Take an empty one.")
        with transaction.atomic():
            _fill(cursor, wanted)
        for command in ("VACUUM ANALYZE", "CHECKPOINT"):
            cursor.execute(command)
    _report(cursor_rows=_counts())


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="tests.bench.crowd", description=__doc__)
    parser.add_argument("--closed", type=_number, default=150_000, help="closed requests")
    parser.add_argument("--open", type=_number, default=5_000, help="open requests")
    parser.add_argument("--mentors", type=_number, default=7_000, help="active mentors")
    return parser


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def _set_up() -> None:
    """Django, on a database of the caller's own."""
    if not (os.environ.get("HANDOFF_DATA") or os.environ.get("DATABASE_URL")):
        raise SystemExit("Name a scratch folder: HANDOFF_DATA=/tmp/crowd (never the demo's).")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()


def _fill(cursor: Any, wanted: Namespace) -> None:
    from django.contrib.auth.hashers import make_password

    numbers = (wanted.closed, wanted.open, wanted.mentors, make_password(PASSWORD))
    cursor.execute(
        "CREATE TEMP TABLE size ON COMMIT DROP AS SELECT now() AS now, %s AS closed, %s AS open, "
        "%s AS mentors, %s::text AS password",
        numbers,
    )
    # Rows point at rows made here: the keys need not be looked up one by one.
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL work_mem = '256MB'")
    for statement in _defaults("SET DEFAULT '{}'"):
        cursor.execute(statement)
    for path in sorted(SQL.glob("*.sql")):
        started = time.perf_counter()
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(path.read_text())
        print(f"{path.stem:<20}{time.perf_counter() - started:6.1f} s", flush=True)
    for statement in [*_defaults("DROP DEFAULT"), *_sequences()]:
        cursor.execute(statement)


def _defaults(change: str) -> Iterator[str]:
    """For each column that a model fills by itself: so the statements name only what matters."""
    import json

    from django.apps import apps
    from django.db import models

    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            filled = field.has_default() or (field.empty_strings_allowed and not field.null)
            if not filled or field.primary_key or field.generated or field.is_relation:
                continue
            value = field.get_default()
            if isinstance(field, models.JSONField):
                value = json.dumps(value)
            if isinstance(value, list):
                value = "{" + ",".join(value) + "}"
            words = change.format("" if value is None else value)
            if model._meta.app_label in ("mentors", "intake"):
                yield f"ALTER TABLE {model._meta.db_table} ALTER COLUMN {field.column} {words}"


def _sequences() -> list[str]:
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    return connection.ops.sequence_reset_sql(no_style(), apps.get_models())


def _counts() -> Iterator[tuple[str, int]]:
    from intake import models as intake
    from mentors import models as mentors

    yield "chapters", mentors.Chapter.objects.count()
    yield "volunteers", mentors.Volunteer.objects.count()
    yield "assignable mentors", mentors.Volunteer.objects.mentors().count()
    for model in (
        intake.Client,
        intake.MentoringRequest,
        intake.Assignment,
        intake.ContactAttempt,
        intake.Session,
        intake.RequestEvent,
    ):
        yield str(model._meta.verbose_name_plural), model._default_manager.count()


def _report(cursor_rows: Iterator[tuple[str, int]]) -> None:
    for name, number in cursor_rows:
        print(f"{name:<20}{number:>9,}")
    print(f"\nSign in with the password {PASSWORD}:")
    for role, email in SIGN_INS.items():
        print(f"  {email:<28}{role}")


if __name__ == "__main__":
    main()
