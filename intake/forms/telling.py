"""How somebody wants to be told: one question for each matter."""

from collections.abc import Iterable, Mapping

from django import forms

from intake.enums import MailHow
from intake.telling import Audience


class TellingForm(forms.Form):
    """Two or three answers for each matter of some audiences; `chosen` is what holds so far."""

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        audiences: Iterable[Audience],
        chosen: Mapping[str, MailHow],
    ) -> None:
        super().__init__(data)
        for audience in audiences:
            for matter in audience.matters:
                self.fields[matter.key] = forms.ChoiceField(
                    label=matter.label,
                    choices=matter.answers,
                    initial=chosen.get(matter.key, MailHow.AT_ONCE),
                    widget=forms.RadioSelect({"class": "d-flex flex-wrap column-gap-4"}),
                    required=False,  # what is not answered stays as it is
                )

    def wanted(self) -> dict[str, MailHow]:
        """What was chosen, by the key of the matter."""
        return {key: MailHow(how) for key, how in self.cleaned_data.items() if how}
