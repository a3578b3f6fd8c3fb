"""The self-check on demand: replay the timelines and compare them with the tables."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from intake.models import FigureCheck
from intake.selfcheck import night
from intake.selfcheck.tables import told_of


class Command(BaseCommand):
    help = (
        "Compare the tables with what the timelines tell: the open requests, those something was "
        "written of since the last check, and a slice of the rest. Ends with 1 if something "
        "differs. Stopped, it goes on where it was when it is called again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="Every request there ever was.")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = []
        if (begun := night.under_way()) is not None:
            checks.append(_run(begun))
        if options["all"] or begun is None:
            checks.append(_run(night.begin(now=timezone.now(), everything=options["all"])))
        for check in checks:
            self._tell(check)
        if any(check.differing for check in checks):
            sys.exit(1)

    def _tell(self, check: FigureCheck) -> None:
        for number, difference in told_of(check):
            self.stdout.write(f"MR-{number}, {difference.words}")
        if check.differing:
            self.stdout.write(f"{check.differing:,} of {check.requests:,} requests differ.")
        else:
            self.stdout.write(f"{check.requests:,} requests agree with their timelines.")


def _run(check: FigureCheck) -> FigureCheck:
    with tqdm(unit=" requests", desc="Self-check", leave=False, disable=None) as bar:
        for done in night.run(check, clock=timezone.now):
            bar.update(done)
    check.refresh_from_db()
    return check
