"""Where a file waits between its preview and the button that imports it."""

from secrets import token_urlsafe

from django.core.cache import cache
from import_export.tmp_storages import BaseStorage

from mentors.errors import AlreadyDone

PREFIX = "import:"
LIFETIME = 60 * 60
"""Seconds."""


class KeptFile(BaseStorage):
    """In the cache, which all web servers share: the button may be answered by another one."""

    def save(self, data: bytes) -> None:
        """Keep it for an hour."""
        self.name = token_urlsafe()
        cache.set(PREFIX + self.name, data, LIFETIME)

    def read(self) -> bytes:
        """What was kept. Raises AlreadyDone once it is gone."""
        data: bytes | None = cache.get(PREFIX + self.name)
        if data is None:
            raise AlreadyDone("The file is no longer kept here: choose it again.")
        return data

    def remove(self) -> None:
        """It has been imported."""
        cache.delete(PREFIX + self.name)
