"""The secret key of a default set-up, made once and kept in the data folder."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.management.utils import get_random_secret_key

from config.services.errors import ServiceError


def kept_secret_key(path: Path) -> str:
    """Read the key, or make it. Two processes at once get the same one. Raises ServiceError."""
    try:
        if not path.exists():
            _make(path)
        return path.read_text().strip()
    except OSError as error:
        raise ServiceError(
            f"The secret key {path} cannot be used ({error.strerror}). "
            "Set HANDOFF_DATA to a folder that belongs to you, or give SECRET_KEY."
        ) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=".secret-") as file:  # mode 0600
        file.write(get_random_secret_key())
        file.flush()
        with suppress(FileExistsError):  # somebody was faster: then theirs counts
            os.link(file.name, path)
