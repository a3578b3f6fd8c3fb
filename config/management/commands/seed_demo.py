"""Load the demo organisation: invented people, real acts, nine months that end now."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from intake.demo import run, sign_ins
from intake.management.commands.sweep import instant
from reports import digest


class Command(BaseCommand):
    help = (
        "Load the demo organisation: nine months of requests that end now. For trying Handoff out "
        "only, because the passwords of its accounts are known to everybody."
    )

    def run_from_argv(self, argv: list[str]) -> None:
        """As always; Ctrl-C ends it with a sentence, for nothing is left half done."""
        try:
            super().run_from_argv(argv)
        except KeyboardInterrupt:
            sys.exit("\nStopped; the database is as it was.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--replace", action="store_true", help="Delete all people and requests first."
        )
        parser.add_argument("--yes", action="store_true", help="Do not ask before deleting.")
        parser.add_argument(
            "--now", metavar="INSTANT", help="End at this instant instead (ISO 8601 with offset)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = instant(options["now"]) if options["now"] else timezone.now()
        replace = not run.is_empty()
        if replace:
            self._may_replace(**options)
        self._load(now, replace=replace)
        for role, email, password in sign_ins():
            self.stdout.write(f"  {role:<22} {email:<40} {password}")

    def _may_replace(self, *, replace: bool, yes: bool, **_: Any) -> None:
        """Raise CommandError unless what is there may go."""
        if not replace:
            raise CommandError(
                "There are chapters in this database already, so nothing was loaded. "
                "To delete all people and requests first, use --replace."
            )
        if not (yes or _agrees()):
            raise CommandError("Nothing was changed.")

    def _load(self, now: datetime, *, replace: bool) -> None:
        with tqdm(
            total=run.LASTS.days, unit=" days", desc="Nine months", leave=False, disable=None
        ) as bar:
            run.seed(
                now=now,
                replace=replace,
                each_day=lambda _: bar.update(),
                each_monday=digest.send_all,
            )
        self.stdout.write("The demo organisation is loaded.")


def _agrees() -> bool:
    question = "All people and requests in this database will be deleted. Type “yes” to go on: "
    try:
        return input(question).strip().lower() == "yes"
    except EOFError:
        return False
