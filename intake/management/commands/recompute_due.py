"""Apply a changed calendar or policy to what is still open; shows first what would move."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from intake.recompute import Change, apply, preview
from mentors.words import instant_in_words


class Command(BaseCommand):
    help = (
        "Work out the open deadlines anew from the calendar as it is now. "
        "Without --apply it only shows what would move."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="Move them.")
        parser.add_argument(
            "--policy",
            action="store_true",
            help="Also use the numbers of the policy as it is now instead of the frozen ones.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        changes = preview(with_policy=options["policy"])
        for change in changes:
            self.stdout.write(_line(change))
        if options["apply"]:
            moved = apply(changes, now=now, with_policy=options["policy"])
            self.stdout.write(f"Moved {moved} deadlines.")
        elif changes:
            self.stdout.write(f"{len(changes)} deadlines would move. Use --apply to move them.")
        else:
            self.stdout.write("Nothing would move.")


def _line(change: Change) -> str:
    was = instant_in_words(change.was, change.zone)
    becomes = instant_in_words(change.becomes, change.zone)
    return f"{change.number} ({change.whose}) {change.field}: {was} → {becomes}"
