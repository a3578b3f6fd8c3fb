"""Run the clocks by hand, now or as if it were another instant."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from intake.sweep import sweep


def instant(words: str) -> datetime:
    """An ISO 8601 instant with offset. Raises CommandError, a sentence."""
    try:
        at = parse_datetime(words)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise CommandError(
            f"“{words}” is not an instant with an offset, e.g. 2026-11-25T09:00:00-05:00."
        )
    return at


class Command(BaseCommand):
    help = "Do every clock step that is due: reminders, time-outs, requeues, notes, close-outs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", metavar="INSTANT", help="As if it were this instant (ISO 8601 with offset)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = instant(options["at"]) if options["at"] else timezone.now()
        swept = sweep(now)
        for name, done in swept.done.items():
            failed = swept.failed[name]
            trouble = f", {failed} failed (see the log)" if failed else ""
            self.stdout.write(f"{name}: {done}{trouble}")
        if any(swept.failed.values()):
            raise CommandError("Some rows failed; they are tried again later.")
