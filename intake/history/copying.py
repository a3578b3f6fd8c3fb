"""Many rows at once into a table, by COPY."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from json.encoder import encode_basestring_ascii
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


NULL = "\\N"


def _words(value: str) -> str:
    plain = value.isprintable() and "\\" not in value
    return value if plain else value.translate(ESCAPES)


def json_text(value: dict[str, Any]) -> str:
    """A flat object as COPY reads it. In JSON nothing but the backslash is special to it."""
    inside = ",".join([f'"{key}":{_JSON[type(of)](of)}' for key, of in value.items()])
    return "{" + inside.replace("\\", "\\\\") + "}"


_JSON: dict[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
}


def _array(value: Sequence[str]) -> str:
    entries = (entry.replace("\\", "\\\\").replace('"', '\\"') for entry in value)
    return _words("{" + ",".join(f'"{entry}"' for entry in entries) + "}")


TEXTS: dict[type, Callable[[Any], str]] = {
    str: _words,
    int: str,
    float: repr,
    bool: lambda value: "t" if value else "f",
    type(None): lambda value: NULL,
    datetime: datetime.isoformat,
    date: date.isoformat,
    dict: json_text,
    list: _array,
    UUID: str,
}
"""How COPY reads the values of each type."""


class Target:
    """A table with the columns that a writer gives; the others are filled as a model would."""

    def __init__(self, model: type[Model], names: str) -> None:
        """`names` are the columns, with blanks between them."""
        columns = names.split()
        self.model = model
        self.given = frozenset(columns)
        self.table = model._meta.db_table
        rest = [
            field
            for field in model._meta.local_concrete_fields
            if field.column not in columns and not field.generated and not field.primary_key
        ]
        named = [*columns, *(field.column for field in rest)]
        self._columns = ", ".join(f'"{name}"' for name in named)
        self._rest = "".join(f"\t{_default(field)}" for field in rest) + "\n"

    def line(self, values: Iterable[Any]) -> str:
        """One row, its values in the order of the columns."""
        return self.row("\t".join([TEXTS[type(value)](value) for value in values]))

    def row(self, text: str) -> str:
        """The same, of values that are written out already."""
        return text + self._rest

    def copy(self, lines: Iterable[str]) -> None:
        """Write them, in the transaction that is open. Raises what Django's own queries raise."""
        text = "".join(lines)
        if text:
            with connection.wrap_database_errors, connection.cursor() as cursor:
                cursor.copy_expert(
                    f'COPY "{self.table}" ({self._columns}) FROM STDIN', StringIO(text)
                )


def _default(field: Any) -> str:
    value = field.get_default()
    value = getattr(value, "value", value)  # of an enumeration
    if field.get_internal_type() == "JSONField":
        return _words(json.dumps(value))
    return TEXTS[type(value)](value)


def numbers(model: type[Model], count: int) -> list[int]:
    """So many new primary keys of a table."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]
