"""One choice of a mentor for a request: its clocks, its answer, its outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from intake.enums import ACCEPTED, ANSWERED, UNANSWERED, DeclineReason, Outcome
from intake.models.request import MentoringRequest
from intake.querysets import AssignmentQuerySet
from mentors.enums import Tier


class Assignment(FSMModelMixin, models.Model):
    """A record of its own, so that a request can be given away again without forgetting anything.

    The clocks are frozen on the row when it is made. Contact and sessions are counted here,
    because a new mentor starts afresh.
    """

    request = models.ForeignKey(
        MentoringRequest, models.PROTECT, related_name="assignments", db_index=False
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", db_index=False
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the client asked for this mentor (direct).",
    )
    assigned_at = models.DateTimeField()
    tier = models.CharField(max_length=10, choices=Tier)
    note = models.TextField(max_length=4000, blank=True)
    reasons = models.JSONField(default=list, blank=True, help_text="Why this mentor, in words.")
    offered = models.JSONField(
        default=dict, blank=True, help_text="Who stood on the shortlist when the choice was made."
    )

    respond_days = models.PositiveSmallIntegerField(help_text="Business days, as then in force.")
    requeue_days = models.PositiveSmallIntegerField(help_text="Business days, as then in force.")
    remind_at = models.DateTimeField()
    respond_by = models.DateTimeField(help_text="Late from this instant on.")
    requeue_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)

    outcome: Any = FSMField(choices=Outcome.choices, default=Outcome.PENDING, protected=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_days = models.FloatField(
        null=True, blank=True, help_text="Business days from assignment to answer."
    )
    decline_reason = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    decline_text = models.CharField(max_length=2000, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the mentor no longer holds the request."
    )

    attempts_made = models.PositiveSmallIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(
        null=True, blank=True, help_text="First reached, or a session was scheduled or held."
    )
    counseled_at = models.DateTimeField(null=True, blank=True, help_text="First session held.")
    attempts_due_at = models.DateTimeField(null=True, blank=True)
    attempts_nudged_at = models.DateTimeField(null=True, blank=True)
    close_out_due_at = models.DateTimeField(null=True, blank=True)
    close_out_asked_at = models.DateTimeField(null=True, blank=True)

    sweep_after = models.DateTimeField(
        null=True, blank=True, help_text="A clock failed on this row; not tried again before."
    )
    sweep_failures = models.PositiveSmallIntegerField(default=0)

    objects = AssignmentQuerySet.as_manager()

    STATE_FIELDS = (
        "outcome",
        "overdue_at",
        "answered_at",
        "answer_days",
        "decline_reason",
        "decline_text",
        "ended_at",
    )
    CONTACT_FIELDS = (
        "attempts_made",
        "first_attempt_at",
        "contacted_at",
        "counseled_at",
        "attempts_due_at",
        "attempts_nudged_at",
        "close_out_due_at",
        "close_out_asked_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(ended_at__isnull=True),
                name="assignment_one_open_per_request",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=ANSWERED, answered_at__isnull=False, answer_days__isnull=False
                )
                | (
                    ~Q(outcome__in=ANSWERED) & Q(answered_at__isnull=True, answer_days__isnull=True)
                ),
                name="assignment_answered_at_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=UNANSWERED, ended_at__isnull=True)
                | Q(outcome__in=ACCEPTED)
                | (~Q(outcome__in=[*UNANSWERED, *ACCEPTED]) & Q(ended_at__isnull=False)),
                name="assignment_ended_unless_held",
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.DECLINED) & ~Q(decline_reason=""))
                | (~Q(outcome=Outcome.DECLINED) & Q(decline_reason="")),
                name="assignment_decline_reason",
            ),
            models.CheckConstraint(
                condition=~Q(
                    outcome__in=[Outcome.OVERDUE, Outcome.ACCEPTED_LATE, Outcome.TIMED_OUT]
                )
                | Q(overdue_at__isnull=False),
                name="assignment_late_is_overdue",
            ),
            models.CheckConstraint(
                condition=~Q(
                    outcome__in=[Outcome.PENDING, Outcome.ACCEPTED_IN_TIME, Outcome.REPLACED]
                )
                | Q(overdue_at__isnull=True),
                name="assignment_in_time_is_not_overdue",
            ),
            models.CheckConstraint(
                condition=Q(respond_by__gt=F("assigned_at"), requeue_at__gt=F("respond_by")),
                name="assignment_clocks_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("assigned_at")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(attempts_made=0, first_attempt_at__isnull=True)
                | Q(attempts_made__gt=0, first_attempt_at__isnull=False),
                name="assignment_first_attempt_when_tried",
            ),
            models.CheckConstraint(
                condition=Q(counseled_at__isnull=True) | Q(contacted_at__isnull=False),
                name="assignment_counseled_is_contacted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=Q(outcome=Outcome.PENDING, reminded_at__isnull=True),
                name="assignment_to_remind",
            ),
            models.Index(
                fields=["respond_by"],
                condition=Q(outcome=Outcome.PENDING),
                name="assignment_to_overdue",
            ),
            models.Index(
                fields=["requeue_at"],
                condition=Q(outcome__in=UNANSWERED),
                name="assignment_to_requeue",
            ),
            models.Index(
                fields=["attempts_due_at"],
                condition=Q(ended_at__isnull=True, attempts_due_at__isnull=False),
                name="assignment_attempts_due",
            ),
            models.Index(
                fields=["close_out_due_at"],
                condition=Q(ended_at__isnull=True, close_out_due_at__isnull=False),
                name="assignment_close_out",
            ),
            models.Index(
                fields=["contacted_at"],
                include=["id", "request", "outcome"],
                condition=Q(
                    ended_at__isnull=True, contacted_at__isnull=False, counseled_at__isnull=True
                ),
                name="assignment_not_counseled",
            ),
            # What the shortlist weighs of hundreds of mentors: how they answered, what they hold.
            models.Index(
                fields=["mentor", "assigned_at"],
                include=["id", "outcome", "respond_by", "answered_at", "answer_days"],
                name="assignment_answer_of_mentor",
            ),
            models.Index(
                fields=["mentor"],
                include=["id", "outcome"],
                condition=Q(ended_at__isnull=True),
                name="assignment_held_by_mentor",
            ),
            # What is counted of the requests that are with a mentor, beside `request_still_open`.
            models.Index(
                fields=["id"],
                include=[
                    "mentor",
                    "assigned_at",
                    "respond_by",
                    "answered_at",
                    "attempts_made",
                    "contacted_at",
                    "counseled_at",
                ],
                condition=Q(ended_at__isnull=True),
                name="assignment_held",
            ),
            models.Index(fields=["request", "assigned_at", "id"], name="assignment_of_request"),
            # A year of these is timed without a look at the rows, which lie all over the table.
            models.Index(
                fields=["assigned_at"],
                include=["id", "request", "mentor", "assigned_by"],
                name="assignment_begun",
            ),
            models.Index(
                fields=["answered_at"],
                include=["request", "mentor", "assigned_at"],
                condition=Q(outcome__in=ACCEPTED),
                name="assignment_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} to {self.mentor_id}: {self.get_outcome_display()}"

    @property
    def is_direct(self) -> bool:
        """Whether the client asked for this mentor and nobody had to choose."""
        return self.assigned_by_id is None

    @property
    def is_unanswered(self) -> bool:
        """Whether the mentor can still answer."""
        return self.outcome in UNANSWERED

    def is_late(self, now: datetime) -> bool:
        """Whether an answer at `now` comes too late: from the very instant `respond_by` on."""
        return now >= self.respond_by

    @transition(field=outcome, source=Outcome.PENDING, target=Outcome.OVERDUE)
    def become_overdue(self) -> None:
        """No answer within the business days allowed; it counts from the deadline itself."""
        self.overdue_at = self.respond_by

    @transition(field=outcome, source=Outcome.PENDING, target=Outcome.ACCEPTED_IN_TIME)
    def accept_in_time(self, at: datetime, days: float) -> None:
        """The mentor takes the client before the deadline, so many business days on."""
        self.answered_at, self.answer_days = at, days

    @transition(field=outcome, source=Outcome.OVERDUE, target=Outcome.ACCEPTED_LATE)
    def accept_late(self, at: datetime, days: float) -> None:
        """The mentor takes the client after all."""
        self.answered_at, self.answer_days = at, days

    @transition(field=outcome, source=UNANSWERED, target=Outcome.DECLINED)
    def decline(self, reason: DeclineReason, text: str, at: datetime, days: float) -> None:
        """The mentor says no, with a reason."""
        self.answered_at = self.ended_at = at
        self.answer_days = days
        self.decline_reason = reason
        self.decline_text = text

    @transition(field=outcome, source=Outcome.OVERDUE, target=Outcome.TIMED_OUT)
    def time_out(self, at: datetime) -> None:
        """Taken away after the deadline, by the clock or by a coordinator."""
        self.ended_at = at

    @transition(field=outcome, source=Outcome.PENDING, target=Outcome.REPLACED)
    def be_replaced(self, at: datetime) -> None:
        """Given to somebody else before the deadline."""
        self.ended_at = at

    @transition(field=outcome, source=UNANSWERED, target=Outcome.HANDED_BACK)
    def hand_back(self, at: datetime) -> None:
        """The mentor became unavailable."""
        self.ended_at = at

    @transition(field=outcome, source=UNANSWERED, target=Outcome.WITHDRAWN)
    def be_withdrawn(self, at: datetime) -> None:
        """The request was withdrawn before an answer."""
        self.ended_at = at
