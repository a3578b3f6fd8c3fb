"""What was not loaded, as a file that can be corrected, and counted by reason."""

import csv
import re
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from intake.history.reader import LAYOUTS
from intake.history.records import Rejection

COLUMNS = ("file", "line", "id", "reason")
CALLED = {"reason": "pause_reason"}
"""A column of a file that would stand there twice has another name."""
OF_FILE = {
    layout.filename: tuple(CALLED.get(name, name) for name in layout.columns) for layout in LAYOUTS
}
DATA = tuple(dict.fromkeys(name for columns in OF_FILE.values() for name in columns))
"""The columns of all files: of a row those of its own file are filled."""
QUOTED = re.compile("“[^”]*”")


class Rejected:
    """rejected.csv. A context manager; a file of an earlier run goes, for it is about that run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.by_reason: Counter[str] = Counter()
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> "Rejected":
        self.path.unlink(missing_ok=True)
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
        self.by_reason[QUOTED.sub("“…”", rejection.reason)] += 1
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(COLUMNS + DATA)
        row = dict(zip(OF_FILE[rejection.file], rejection.cells, strict=False))
        about = (rejection.file, rejection.line, rejection.id, rejection.reason)
        self._writer.writerow([*about, *(row.get(name, "") for name in DATA)])
