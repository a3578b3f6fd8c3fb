"""The backend; chosen when no DATABASE_URL is given."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client

from config.services.client import use
from config.services.postgres import programs


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql that came along."""

    executable_name = str(programs() / "psql")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server in the folder of the setting `EMBEDDED`."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Start the server if nobody has. Raises ServiceError with a sentence."""
        embedded = self.settings_dict["EMBEDDED"]
        use("postgres", Path(embedded["FOLDER"]), embedded["OPTIONS"])
        return super().get_connection_params()
