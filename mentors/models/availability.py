"""When a mentor takes no new requests."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from mentors.models.volunteers import Volunteer
from mentors.querysets import PauseQuerySet


def is_paused(day: date, starts_on: date, ends_on: date, resumed_on: date | None) -> bool:
    """Whether a pause holds on this local day."""
    return starts_on <= day <= ends_on and (resumed_on is None or day < resumed_on)


class Pause(models.Model):
    """In force from 00:00 of the first to the end of the last day, on the chapter's clock."""

    mentor = models.ForeignKey(Volunteer, models.CASCADE, related_name="pauses")
    starts_on = models.DateField("from")
    ends_on = models.DateField("to", help_text="The last day of the pause.")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    resumed_on = models.DateField(
        null=True, blank=True, help_text="The day from which an early return made it void."
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="pause_ends_after_start",
                violation_error_message="The pause ends before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True)
                | Q(resumed_on__gte=F("starts_on"), resumed_on__lte=F("ends_on")),
                name="pause_resumed_while_it_lasted",
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="pause_by_end")]

    def __str__(self) -> str:
        return f"{self.mentor} paused {self.starts_on} to {self.ends_on}"

    @property
    def days(self) -> int:
        """Calendar days from the first to the last day, both counted."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def last_day(self) -> date:
        """The last day on which it held: the day before an early return, if there was one."""
        if self.resumed_on is None:
            return self.ends_on
        return self.resumed_on - timedelta(days=1)

    def in_force(self, day: date) -> bool:
        """Whether the mentor is paused on this local day."""
        return is_paused(day, self.starts_on, self.ends_on, self.resumed_on)
