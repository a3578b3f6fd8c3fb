"""Compare every number of the reports with a calculation from the files of a history alone.

From the root of the project, on a database into which FOLDER and nothing else was loaded:

    python -m tests.history.maker FOLDER REQUESTS SEED     (or bring a folder of your own)
    python manage.py load_history FOLDER
    python -m tests.bench.every_number FOLDER [INSTANTS] [SEED]

Prints each cell that differs; exit status 1 if one does.
"""

import os
import random
import sys
from pathlib import Path

import django


def main(folder: Path, instants: int = 10, seed: int = 1) -> int:
    """How many cells differ."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    from tests.history.answers import History
    from tests.history.asking import questions, wrong
    from tests.history.chance import Chance

    history = History(folder)
    asked = list(questions(history, Chance(random.Random(seed)), instants))
    differing = 0
    for question in asked:
        for line in wrong(question, history):
            differing += 1
            print(line)
    print(f"{len(asked)} reports, {differing} cells differ.")
    return differing


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
