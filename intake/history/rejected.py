"""What was not loaded, as a file that can be corrected, and counted by reason."""

import csv
import re
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from intake.history.reader import LAYOUTS, Corrections, HistoryError
from intake.history.records import Rejection

COLUMNS = ("file", "line", "id", "reason")
CALLED = {"reason": "pause_reason"}
"""A column of a file that would stand there twice has another name."""
OF_FILE = {
    layout.filename: tuple(CALLED.get(name, name) for name in layout.columns) for layout in LAYOUTS
}
DATA = tuple(dict.fromkeys(name for columns in OF_FILE.values() for name in columns))
"""The columns of all files: of a row those of its own file are filled."""
PARTICULAR = re.compile(r"(?<=“)[^”]*(?=”)|(?<!-)\d[\d:,T-]*")
"""What of a reason is about one row only."""


class Rejected:
    """rejected.csv. A context manager; a file of an earlier run goes, for it is about that run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.by_reason: Counter[str] = Counter()
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> "Rejected":
        if self.path.is_file():  # /dev/null is nobody's to remove
            self.path.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def count(self) -> int:
        """How many rows so far."""
        return self.by_reason.total()

    def add(self, rejection: Rejection) -> None:
        """One more row."""
        self.by_reason[PARTICULAR.sub("…", rejection.reason)] += 1
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(COLUMNS + DATA)
        row = dict(zip(OF_FILE[rejection.file], rejection.cells, strict=False))
        about = (rejection.file, rejection.line, rejection.id, rejection.reason)
        self._writer.writerow([*about, *(row.get(name, "") for name in DATA)])


def read_corrected(path: Path) -> dict[str, Corrections]:
    """A rejected.csv in which somebody has put the cells right, by the names of the files.

    A row whose cells were emptied is left out of its file, one without a line is added to it.
    Raises HistoryError.
    """
    found: dict[str, Corrections] = {}
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            for row in csv.DictReader(file):
                _correct(found, row, path)
    except (OSError, ValueError, csv.Error) as why:
        raise HistoryError(f"{path} cannot be read: {why}.") from None
    return found


def _correct(found: dict[str, Corrections], row: dict[str, str], path: Path) -> None:
    filename, line = row.get("file") or "", row.get("line") or "0"
    if filename not in OF_FILE or not line.isdecimal():
        raise HistoryError(f"{path}: “{filename}”, line “{line}” is no place in an export.")
    cells = tuple(row.get(name) or "" for name in OF_FILE[filename])
    file = found.setdefault(filename, Corrections())
    if int(line):
        file.by_line[int(line)] = cells if any(cells) else None
    elif any(cells):
        file.added.append(cells)
