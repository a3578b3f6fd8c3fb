"""Fill an empty database with a made-up organisation of national size."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from intake.history.pool import processors
from intake.management.commands.sweep import instant
from intake.models import MentoringRequest
from intake.national import PASSWORD, SIGN_INS, filling, progress
from intake.national.progress import Run
from intake.national.weeks import A_YEAR
from mentors.models import Chapter, Volunteer

MOST_YEARS = 10


class Command(BaseCommand):
    help = (
        "Fill an empty database with a made-up organisation of national size: 235 chapters, 10,000 "
        "volunteers, 150,000 requests a year. For benchmarks and for trying Handoff out at size, "
        "because the passwords of its accounts are known to everybody. Stopped at any point, it "
        "goes on where it was when it is called again. No mail is sent."
    )

    def run_from_argv(self, argv: list[str]) -> None:
        """As always; Ctrl-C ends it with a sentence."""
        try:
            super().run_from_argv(argv)
        except KeyboardInterrupt:
            sys.exit("\nStopped. Run the same command again to go on where it stopped.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--years",
            type=_years,
            required=True,
            help=f"How much past: {A_YEAR:,} requests for each; parts of one, too.",
        )
        parser.add_argument(
            "--until", metavar="INSTANT", help="Its present (ISO 8601 with offset; default: now)."
        )
        parser.add_argument(
            "--processes",
            type=int,
            default=processors(),
            help="How many work at a time (default: one for each processor).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with progress.alone():
                self._fill(**options)
        except progress.BusyError:
            raise CommandError(
                "The same command fills this database at this moment. Wait until it has ended."
            ) from None
        self._tell()

    def _fill(self, *, years: float, until: str | None, processes: int, **_: Any) -> None:
        run = self._run(years, until)
        if run.finished:
            self.stdout.write("It is all there already.")
        else:
            _fill(run, processes)

    def _run(self, years: float, until: str | None) -> Run:
        """What is to be done, begun now or earlier. Raises CommandError."""
        run = progress.under_way()
        if run is None:
            call_command("migrate", verbosity=0)
            if Volunteer.objects.exists() or Chapter.objects.exists():
                raise CommandError(
                    "There are people or chapters in this database already, and nobody may be "
                    "mixed up with made-up ones. Take an empty database."
                )
            run = Run(years, instant(until) if until else timezone.now())
            filling.begin(run)
        elif run.years != years or (until and instant(until) != run.until):
            raise CommandError(
                f"This database holds --years {run.years:g} --until {run.until.isoformat()}, whole "
                "or in part. Call it with the same, or take another database."
            )
        return run

    def _tell(self) -> None:
        self.stdout.write(
            f"{Volunteer.objects.count():,} volunteers in {Chapter.objects.count()} chapters, "
            f"{MentoringRequest.objects.count():,} requests."
        )
        self.stdout.write(f"\nSign in with the password {PASSWORD}:")
        for role, email in SIGN_INS.items():
            self.stdout.write(f"  {email:<28}{role}")


def _fill(run: Run, processes: int) -> None:
    whole = round(run.years * A_YEAR)
    left = filling.requests_left(run)
    done = whole - sum(portion.size for portion in left)
    with tqdm(total=whole, initial=done, unit=" requests", desc="Requests", disable=None) as bar:
        filling.fill(run, left, processes=processes, advance=bar.update)
    with tqdm(
        total=len(progress.taken_off()), unit="", desc="Indexes and keys", disable=None
    ) as bar:
        filling.put_back(processes=processes, advance=bar.update)
    filling.finish(run)


def _years(text: str) -> float:
    try:
        years = float(text)
    except ValueError:
        years = 0
    if not 0.001 <= years <= MOST_YEARS:  # noqa: PLR2004 - a request at least
        raise ArgumentTypeError(f"{text} is not a number of years up to {MOST_YEARS}, e.g. 0.1.")
    return years
