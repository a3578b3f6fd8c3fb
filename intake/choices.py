"""Choosing one of a short list of rows: read once, for the options and for what was chosen."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Model
from django_filters.fields import ModelChoiceField, ModelChoiceIterator


class ReadOnceIterator(ModelChoiceIterator):
    """The options, from the rows that the field has read already."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        yield ("", self.field.empty_label)
        yield from (self.choice(row) for row in self.queryset)


class ReadOnceField(ModelChoiceField):
    """A choice that costs one query whether or not something is chosen."""

    iterator = ReadOnceIterator

    def to_python(self, value: Any) -> Model | None:
        """The chosen row. Raises ValidationError for one that is not on offer."""
        if value in self.empty_values:
            return None
        for row in self.queryset:
            if str(row.pk) == str(value):
                return row
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class ReadOnceFilter(django_filters.ModelChoiceFilter):
    """By one row of a short list."""

    field_class = ReadOnceField
