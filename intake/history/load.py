"""An export of an older system into the tables, whole or from where it stopped.

Everything is known by its id in the old system: what is there is not loaded again. Each batch is
one transaction, so that loading can be stopped at any point and begun anew. No mail is written.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from intake.history import reader
from intake.history.dealing import load_requests
from intake.history.ledger import Ledger, Watch, unwatched
from intake.history.people import load_pauses, load_volunteers
from intake.history.pool import processors
from intake.history.reader import HistoryError, Source
from intake.history.rejected import Rejected, read_corrected
from intake.history.units import load_closed_days, load_units
from intake.models import (
    Assignment,
    Client,
    ContactAttempt,
    MentoringRequest,
    RequestEvent,
    Session,
)
from mentors.models import Chapter, Pause, Volunteer

FILLED = (
    Chapter, Volunteer, Pause, Client,
    MentoringRequest, Assignment, ContactAttempt, Session, RequestEvent,
)  # fmt: skip
"""The tables into which a history brings many rows."""


def load(
    folder: Path,
    *,
    now: datetime,
    rejected_to: Path,
    corrected: Path | None = None,
    dry: bool = False,
    processes: int = 0,
    watch: Watch = unwatched,
) -> Ledger:
    """Load the files of a folder; `dry` only says what would become of them, and in one process.

    `processes`: how many replay and write side by side; 0 for one for each processor.
    `corrected`: rows of an earlier run that were put right, each instead of the one that it was.
    What is not loaded stands in `rejected_to` afterwards. Raises HistoryError if there is nothing
    that can be read.
    """
    corrections = read_corrected(corrected) if corrected else {}
    found = {source.layout.name: source for source in reader.sources(folder, corrections)}
    if not found:
        names = ", ".join(layout.filename for layout in reader.LAYOUTS)
        raise HistoryError(f"There is none of the files in {folder}: {names}.")
    with Rejected(rejected_to) as rejected:
        ledger = Ledger(rejected, watch)
        if dry:
            with transaction.atomic():
                _load(found, ledger, now, dry=True, processes=1)
                transaction.set_rollback(True)
        else:
            _load(found, ledger, now, dry=False, processes=processes or processors())
            _tell_planner()
    if not ledger.read:
        raise HistoryError(f"None of the files in {folder} can be read; see {rejected_to}.")
    return ledger


def _load(
    found: dict[str, Source], ledger: Ledger, now: datetime, *, dry: bool, processes: int
) -> None:
    """People and units first: a dry run needs them, too, and takes them back at its end."""
    steps: dict[str, Callable[[Source], None]] = {
        "units": lambda source: load_units(source, ledger),
        "volunteers": lambda source: load_volunteers(source, ledger, now),
        "pauses": lambda source: load_pauses(source, ledger, now),
        "closed_days": lambda source: load_closed_days(source, ledger),
    }
    for name, step in steps.items():
        if name in found:
            step(found[name])
    load_requests(found, ledger, now, dry=dry, processes=processes)


def _tell_planner() -> None:
    """Have the database look at what came; until it does so by itself it plans for empty tables."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in FILLED)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
