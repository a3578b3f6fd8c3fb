"""Times that a mentor proposes to a client, who picks one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intake.enums import SessionMode
from intake.models.assignment import Assignment
from intake.models.contact import ContactAttempt
from intake.models.request import MentoringRequest
from intake.models.session import Session
from intake.places import meeting_link
from intake.querysets import TimeProposalQuerySet


class TimeProposal(models.Model):
    """Some times at once; open until the client picks one or the mentor withdraws them."""

    request = models.ForeignKey(MentoringRequest, models.PROTECT, related_name="time_proposals")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="time_proposals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mode = models.CharField("how", max_length=10, choices=SessionMode)
    place = models.CharField("where", max_length=300, blank=True)
    planned_minutes = models.PositiveSmallIntegerField("planned for", default=60)
    note = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    session = models.OneToOneField(
        Session,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposal",
        help_text="What came of it, once the client has picked.",
    )

    attempt = models.ForeignKey(
        ContactAttempt,
        models.PROTECT,
        related_name="+",
        help_text="As what it counts: writing to the client is an attempt to reach him.",
    )

    objects = TimeProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(closed_at__isnull=True),
                name="one_open_time_proposal",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(closed_at__isnull=False),
                name="time_proposal_picked_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: times by {self.by_id}"

    @property
    def link(self) -> str:
        """The place as a link, if it is one."""
        return meeting_link(self.place)


class ProposedTime(models.Model):
    """One of the times."""

    proposal = models.ForeignKey(TimeProposal, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "starts_at"], name="proposed_time_once")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
