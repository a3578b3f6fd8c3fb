"""Any report, for programs and for the terminal; the same numbers as on its page."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone

from intake.forms.fields import EARLIEST, LATEST
from reports import replica
from reports.catalogue import BY_NAME, Report
from reports.output import WRITERS
from reports.periods import Period
from reports.question import By, Question
from reports.routing import reading
from reports.scope import EVERYWHERE, Reach, named

Day = TypeVar("Day", bound=date)

BAD_ARGUMENTS, NOT_WRITTEN = 2, 1
"""Exit statuses: what was asked makes no sense; the file could not be written."""

LOST_ON_THE_WAY = (
    "The copy of the database for reports was lost before all was read; ask again. As long as it "
    "does not answer, the main database is read."
)


class Command(BaseCommand):
    help = (
        "Write a report to the terminal or a file. "
        f"Reports: {', '.join(BY_NAME)}. Exit status: 0, 1 if the file cannot be written, "
        "2 for arguments that make no sense."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="Which report.")
        parser.add_argument(
            "--as-of",
            metavar="INSTANT",
            help="The clock of the report, e.g. 2026-03-02T09:00:00-05:00; without it: now.",
        )
        parser.add_argument("--from", dest="first", metavar="DATE", help="The first day.")
        parser.add_argument("--to", dest="last", metavar="DATE", help="The last day.")
        parser.add_argument(
            "--unit", metavar="CODE", help="A region, district or chapter; without it: all."
        )
        parser.add_argument(
            "--by", metavar="GROUP", help="month, region, district, chapter, mentor"
        )
        parser.add_argument(
            "--format", default="table", metavar="FORMAT", help=f"{', '.join(WRITERS)} (table)"
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="Without it: the terminal.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = _report(options["name"])
        asked = _question(report, options, now=timezone.now())
        write = _one_of(WRITERS, options["format"], "format")
        if options["format"] == "xlsx" and options["output"] is None and self.stdout.isatty():
            raise _bad("A workbook is nothing for a terminal: say where to with --output.")
        with self._read_somewhere(), _opened(options["output"], self.stdout) as out:
            write(report.columns, report.rows(asked), out)

    @contextmanager
    def _read_somewhere(self) -> Iterator[None]:
        """From the replica if there is one that is near enough, which is then said."""
        if not replica.is_there():
            yield
            return
        source = replica.choose()
        self.stderr.write(source.words)
        try:
            with reading(source):
                yield
        except replica.LOST as fault:
            if source.alias != replica.ALIAS:
                raise
            raise CommandError(LOST_ON_THE_WAY, returncode=NOT_WRITTEN) from fault


def _report(name: str) -> Report:
    return _one_of(BY_NAME, name, "report")


def _one_of(known: Any, wanted: str, what: str) -> Any:
    if wanted not in known:
        raise _bad(f"There is no {what} “{wanted}”. There are: {', '.join(known)}.")
    return known[wanted]


def _bad(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=BAD_ARGUMENTS)


def _question(report: Report, options: dict[str, Any], *, now: datetime) -> Question:
    """What is asked. Raises CommandError with a sentence for what makes no sense."""
    return Question(
        reach=_reach(options["unit"]),
        period=_period(options["first"], options["last"]),
        now=now,
        at=_instant(options["as_of"]) if options["as_of"] else now,
        by=_by(report, options["by"]),
    )


def _reach(code: str | None) -> Reach:
    if code is None:
        return EVERYWHERE
    try:
        return named(code)
    except LookupError as fault:
        raise _bad(str(fault.args[0])) from None


def _period(first: str | None, last: str | None) -> Period:
    period = Period(_day(first, "--from"), _day(last, "--to"))
    if period.first and period.last and period.last < period.first:
        raise _bad("The last day (--to) is before the first (--from).")
    return period


def _day(words: str | None, option: str) -> date | None:
    if words is None:
        return None
    try:
        return _sensible(date.fromisoformat(words))
    except ValueError:
        raise _bad(f"“{words}” is no date: write {option} as in 2026-03-02.") from None


def _instant(words: str) -> datetime:
    example = "write --as-of as in 2026-03-02T09:00:00-05:00"
    try:
        at = _sensible(datetime.fromisoformat(words))
    except ValueError:
        raise _bad(f"“{words}” is no instant: {example}.") from None
    if at.tzinfo is None:
        raise _bad(f"“{words}” does not say in which zone: {example}.")
    return at


def _sensible(day: Day) -> Day:
    if not EARLIEST <= day.year < LATEST:
        raise _bad(f"Look at the year again: {day.year}.")
    return day


def _by(report: Report, wanted: str | None) -> By:
    if wanted is None:
        return By.ALL
    if not report.by:
        raise _bad(f"“{report.name}” lists its rows one by one: leave --by out.")
    by = _one_of({one.value: one for one in By}, wanted, "grouping")
    if by not in report.by:
        ways = ", ".join(report.by)
        raise _bad(f"“{report.name}” cannot be grouped by {by}. It can by: {ways}.")
    return By(by)


@contextmanager
def _opened(path: Path | None, terminal: OutputWrapper) -> Iterator[IO[bytes]]:
    """The file, which appears once it is whole; without one the terminal."""
    if path is None:
        yield from _streamed(terminal)
        return
    try:
        with _whole(path) as file:
            yield file
    except OSError as fault:
        sentence = f"{path} cannot be written: {fault.strerror}."
        raise CommandError(sentence, returncode=NOT_WRITTEN) from None


def _streamed(terminal: OutputWrapper) -> Iterator[IO[bytes]]:
    out: Any = getattr(terminal, "buffer", None) or _Decoded(terminal)
    try:
        yield out
        out.flush()
    except BrokenPipeError:  # whoever reads has seen enough, like `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """A file beside this one, which takes its place at the end; a device is written as it is."""
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class _Decoded:
    """A terminal that takes text only."""

    def __init__(self, terminal: OutputWrapper) -> None:
        self.terminal = terminal

    def write(self, content: bytes) -> None:
        self.terminal.write(content.decode(), ending="")

    def flush(self) -> None:
        self.terminal.flush()
