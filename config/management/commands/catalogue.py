"""Keep the translations: gather what is marked in code and templates, or see what is missing."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from django.core.management.base import BaseCommand, CommandError

from config.catalogues import catalogues, compile_catalogues, read
from config.gathering import gathered

WIDTH = 100


class Command(BaseCommand):
    """Needs no gettext. New sentences come in empty, to be translated; those gone are taken out."""

    help = "Bring the translations in locale/ up to date with code and templates."
    requires_system_checks = ()  # it reads the code, and runs none of it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail if something is missing."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        now = gathered()
        if not check:
            for po in catalogues():
                update(po, now)
            compile_catalogues()
        missing = [f"{po}: {words}" for po in catalogues() for words in lacking(read(po), now)]
        if missing and check:
            raise CommandError("\n".join(missing))
        self.stdout.write("\n".join(missing) or "Nothing is missing.")


def update(po: Path, now: Catalog) -> None:
    """Add what is new and drop what is gone; what was translated stays. Nothing is guessed."""
    kept = read(po)
    kept.update(
        now, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False
    )
    kept.msgid_bugs_address = kept.last_translator = "Handoff"
    with po.open("wb") as file:
        write_po(
            file,
            kept,
            width=WIDTH,
            no_location=False,
            include_lineno=False,
            ignore_obsolete=True,
            sort_by_file=True,
        )


def lacking(kept: Catalog, now: Catalog) -> Iterator[str]:
    """The sentences without a translation, or with one that nobody has confirmed."""
    for message in now:
        if message.id:
            there = kept.get(_singular(message), message.context)
            if there is None or there.fuzzy or not _is_whole(there):
                yield _singular(message)


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_whole(message: Message) -> bool:
    words = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(words) and all(words)
