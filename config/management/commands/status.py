"""`manage.py status`: does everything go on?"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from config.vitals import Figure, figures


class Command(BaseCommand):
    """For people and for monitors. Ends with 1 if something wants to be looked at."""

    help = "Prints what to watch; ends with 1 if something wants to be looked at."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a monitor")

    def handle(self, *, json: bool, **options: Any) -> None:
        found = list(figures(timezone.now()))
        self.stdout.write(_as_json(found) if json else _as_table(found))
        if not all(figure.is_well for figure in found):
            sys.exit(1)


def _as_json(found: list[Figure]) -> str:
    return json.dumps([asdict(figure) for figure in found], indent=1)


def _as_table(found: list[Figure]) -> str:
    widest = max(len(figure.name) for figure in found)
    return "\n".join(
        f"{'ok  ' if figure.is_well else 'LOOK'}  {figure.name:<{widest}}  {figure.value}"
        f"{'' if figure.is_well else f' (limit: {figure.limit})'}"
        for figure in found
    )
