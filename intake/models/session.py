"""Sessions of a mentor with a client, and who else took part."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.enums import SessionMode, SessionState
from intake.models.assignment import Assignment
from intake.models.request import MentoringRequest
from intake.places import meeting_link
from intake.querysets import SessionQuerySet


class Session(models.Model):
    """A meeting, scheduled or past. Its notes are confidential: see `intake.permissions`."""

    request = models.ForeignKey(
        MentoringRequest, models.PROTECT, related_name="sessions", db_index=False
    )
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField("when")
    mode = models.CharField("how", max_length=10, choices=SessionMode)
    place = models.CharField(
        "where", max_length=300, blank=True, help_text="An address, a number, a link to a meeting."
    )
    planned_minutes = models.PositiveSmallIntegerField("planned for", default=60)
    state = models.CharField(max_length=10, choices=SessionState)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    preparation_minutes = models.PositiveSmallIntegerField("preparation", default=0)
    travel_minutes = models.PositiveSmallIntegerField("travel", default=0)
    co_mentors: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="CoMentor", related_name="co_sessions", blank=True
    )
    notes = models.TextField(max_length=20000, blank=True)
    notes_due_at = models.DateTimeField(null=True, blank=True)
    notes_entered_at = models.DateTimeField(null=True, blank=True)
    notes_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    entered_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was recorded as held or missed."
    )
    calendar_uid = models.UUIDField(unique=True)
    calendar_sequence = models.PositiveSmallIntegerField(default=0)
    sweep_after = models.DateTimeField(null=True, blank=True)
    sweep_failures = models.PositiveSmallIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SessionState.HELD, minutes__isnull=False)
                | (~Q(state=SessionState.HELD) & Q(minutes__isnull=True)),
                name="session_held_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[SessionState.HELD, SessionState.MISSED], entered_at__isnull=False
                )
                | Q(
                    state__in=[SessionState.SCHEDULED, SessionState.CANCELLED],
                    entered_at__isnull=True,
                ),
                name="session_entered_when_past",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.HELD, notes_due_at__isnull=False)
                | (~Q(state=SessionState.HELD) & Q(notes_due_at__isnull=True)),
                name="session_held_owes_notes",
            ),
            models.CheckConstraint(
                condition=Q(notes_entered_at__isnull=False, state=SessionState.HELD)
                | Q(notes_entered_at__isnull=True, notes=""),
                name="session_notes_have_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["request", "starts_at"], name="session_of_request"),
            models.Index(
                fields=["notes_due_at"],
                condition=Q(
                    state=SessionState.HELD,
                    notes_entered_at__isnull=True,
                    notes_asked_at__isnull=True,
                ),
                name="session_notes_to_ask",
            ),
            models.Index(
                fields=["assignment"],
                condition=Q(state=SessionState.HELD, notes_entered_at__isnull=True),
                name="session_without_notes",
            ),
            models.Index(
                fields=["notes_due_at"],
                include=("request",),
                condition=Q(state=SessionState.HELD, notes_entered_at__isnull=True),
                name="session_notes_late",
            ),
            models.Index(
                fields=["starts_at"],
                include=["assignment", "request"],
                condition=Q(state=SessionState.SCHEDULED),
                name="session_still_planned",
            ),
            models.Index(
                fields=["assignment"],
                condition=Q(state=SessionState.MISSED),
                name="session_missed",
            ),
            # A year of these is timed without a look at the rows, which lie all over the table.
            models.Index(
                fields=["notes_entered_at"],
                include=["id", "request", "assignment"],
                condition=Q(notes_entered_at__isnull=False),
                name="session_noted",
            ),
            models.Index(
                fields=["request", "notes_entered_at", "id"],
                condition=Q(notes_entered_at__isnull=False),
                name="session_notes_of_request",
            ),
            models.Index(
                fields=["starts_at"],
                condition=Q(state=SessionState.HELD),
                name="session_by_day_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} session, {self.get_state_display()}"

    def is_to_come(self, now: datetime) -> bool:
        """Whether it is planned and has not begun."""
        return self.state == SessionState.SCHEDULED and self.starts_at > now

    def raise_sequence(self) -> None:
        """Let calendars know that what follows is newer than what they have."""
        self.calendar_sequence += 1
        self.save(update_fields=["calendar_sequence"])

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        return self.starts_at + timedelta(minutes=self.planned_minutes)

    def overlaps(self, starts_at: datetime, minutes: int) -> bool:
        """Whether it stands in the way of so many minutes from an instant on."""
        ends_at = starts_at + timedelta(minutes=minutes)
        return self.starts_at < ends_at and starts_at < self.ends_at

    @property
    def link(self) -> str:
        """The place as a link, if it is one."""
        return meeting_link(self.place)

    def notes_late(self, now: datetime) -> bool:
        """Whether the notes came, or are still missing, after their deadline."""
        if self.notes_due_at is None:
            return False
        return (self.notes_entered_at or now) >= self.notes_due_at


class CoMentor(models.Model):
    """Another volunteer who took part in a session, with his own minutes."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="co_mentorships")
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=0)
    preparation_minutes = models.PositiveSmallIntegerField("preparation", default=0)
    travel_minutes = models.PositiveSmallIntegerField("travel", default=0)
    logged_at = models.DateTimeField(
        null=True, blank=True, help_text="When he logged his own time himself."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "volunteer"], name="co_mentor_once")
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.minutes} min"
