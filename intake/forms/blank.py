"""Forms that everybody finds alike as long as nothing is in them: those are drawn once."""

from typing import Any

from django import forms

from intake.speech import spoken


class AlikeForAll(forms.Form):
    """A form of which a template draws the fields once for each `drawn_from`, if it `is_blank`."""

    @property
    def is_blank(self) -> bool:
        """Whether it is as everybody finds it who reads the same language."""
        raise NotImplementedError

    @property
    def drawn_from(self) -> tuple[Any, ...]:
        """Two blank forms that agree in this look the same: the language, and what is offered.

        The picklists are read here, and it is these rows that the fields draw.
        """
        choices = [row for row in self.fields.values() if isinstance(row, forms.ModelChoiceField)]
        offered = ([(row.pk, row.name) for row in choice.queryset] for choice in choices)  # type: ignore[union-attr]
        return spoken(), *map(sorted, offered)
