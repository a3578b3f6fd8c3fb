"""Bring the generated parts of the README up to date, or check that they are."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake.documents import fill_in


class Command(BaseCommand):
    help = "Write the state diagrams and the clock table into README.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only say whether it is current.")

    def handle(self, *args: Any, **options: Any) -> None:
        readme = Path(settings.BASE_DIR) / "README.md"
        was = readme.read_text()
        becomes = fill_in(was)
        if was == becomes:
            self.stdout.write("README.md is up to date.")
        elif options["check"]:
            raise CommandError("README.md is not up to date; run: manage.py document")
        else:
            readme.write_text(becomes)
            self.stdout.write("README.md was brought up to date.")
