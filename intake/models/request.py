"""A mentoring request (MRE) and the states it goes through."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, GeneratedField, Q
from django_fsm import FSMField, FSMModelMixin, transition

from intake.enums import (
    CLOSED,
    OPEN,
    HeardAbout,
    MeetBy,
    QueueReason,
    Source,
    Status,
    WithdrawReason,
)
from intake.models.client import Client
from intake.querysets import RequestQuerySet
from mentors.models import BusinessType, Chapter, MentoringArea
from mentors.names import name_words

if TYPE_CHECKING:
    from intake.models.assignment import Assignment
    from mentors.models import Volunteer

BUSINESS_NAME = name_words("business_name")
OPEN_DURING = Func(
    F("submitted_at"), F("closed_at"), function="tstzrange", output_field=DateTimeRangeField()
)
"""From the submission to the last closing, or without end. A request that was reopened may have
been closed for a while in between."""


class MentoringRequest(FSMModelMixin, models.Model):
    """One request of a client for a mentor, from its submission to its closing.

    The transitions below only set fields of this row. Who may make them and what follows from
    them (events, mails, the assignment) is the business of `intake.actions`.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="requests")
    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="requests", db_index=False)
    submitted_at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Source)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submission_key = models.UUIDField(
        null=True, blank=True, unique=True, help_text="Makes sending a form twice one request."
    )
    external_id = models.CharField(max_length=60, null=True, blank=True, unique=True)

    question = models.TextField(max_length=5000)
    area = models.ForeignKey(MentoringArea, models.PROTECT, related_name="+")
    existing = models.BooleanField("existing business", default=False)
    business_name = models.CharField(max_length=150, blank=True)
    website = models.CharField(max_length=300, blank=True)
    business_type = models.ForeignKey(
        BusinessType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    year_formed = models.PositiveSmallIntegerField(null=True, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    origination_url = models.CharField("came from", max_length=500, blank=True)
    meet_by = models.CharField(max_length=15, choices=MeetBy, default=MeetBy.NO_PREFERENCE)
    heard_about = models.CharField(max_length=15, choices=HeardAbout, blank=True)
    language = models.CharField(max_length=40, default="English")
    requested_mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whom the mentor who gave it up proposes in his place.",
    )
    consent_contact = models.BooleanField("a mentor may contact the client", default=True)
    consent_news = models.BooleanField("wants news and invitations", default=False)
    parked = models.BooleanField(
        default=False, help_text="Held for administrators: the client's service is suspended."
    )

    status: Any = FSMField(choices=Status.choices, default=Status.NEED_ACTION, protected=True)
    queue_reason = models.CharField(max_length=20, choices=QueueReason, blank=True)
    status_since = models.DateTimeField(help_text="When it came to where it stands.")
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when the client waits for a mentor."
    )
    current = models.ForeignKey(
        "intake.Assignment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The assignment that holds it, or that held it when it was closed.",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=15, choices=WithdrawReason, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )

    question_words: Any = GeneratedField(
        expression=SearchVector("question", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="The question, to be searched by word whatever its ending.",
    )

    objects = RequestQuerySet.as_manager()

    # What a transition may change; actions save just these.
    STATE_FIELDS = (
        "status",
        "queue_reason",
        "status_since",
        "waiting_since",
        "current",
        "closed_at",
        "withdraw_reason",
        "duplicate_of",
        "chapter",
        "parked",
        "proposed_mentor",
    )

    class Meta:
        verbose_name = "request"
        constraints = [
            models.CheckConstraint(
                condition=(Q(status=Status.NEED_ACTION) & ~Q(queue_reason=""))
                | (~Q(status=Status.NEED_ACTION) & Q(queue_reason="")),
                name="request_queue_reason_in_queue",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.NEED_ACTION, current__isnull=True)
                | Q(status__in=[Status.ASSIGNED, Status.ACCEPTED], current__isnull=False)
                | Q(status__in=CLOSED),
                name="request_current_while_with_mentor",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED, closed_at__isnull=False)
                | Q(status__in=OPEN, closed_at__isnull=True),
                name="request_closed_at_when_closed",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=[Status.NEED_ACTION, Status.ASSIGNED])
                    & Q(waiting_since__isnull=False)
                )
                | (
                    ~Q(status__in=[Status.NEED_ACTION, Status.ASSIGNED])
                    & Q(waiting_since__isnull=True)
                ),
                name="request_waits_until_accepted",
            ),
            models.CheckConstraint(
                condition=(Q(status=Status.WITHDRAWN) & ~Q(withdraw_reason=""))
                | (~Q(status=Status.WITHDRAWN) & Q(withdraw_reason="")),
                name="request_withdraw_reason",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True)
                | Q(withdraw_reason=WithdrawReason.DUPLICATE),
                name="request_duplicate_of_when_duplicate",
            ),
            models.CheckConstraint(
                condition=Q(
                    source__in=[Source.COORDINATOR, Source.MENTOR], submitted_by__isnull=False
                )
                | (
                    ~Q(source__in=[Source.COORDINATOR, Source.MENTOR])
                    & Q(submitted_by__isnull=True)
                ),
                name="request_typed_in_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(parked=False) | Q(status__in=[Status.NEED_ACTION, Status.WITHDRAWN]),
                name="request_parked_is_not_assigned",
            ),
            models.CheckConstraint(
                condition=Q(status_since__gte=F("submitted_at")), name="request_since_submission"
            ),
            models.CheckConstraint(
                condition=Q(proposed_mentor__isnull=True) | Q(status=Status.NEED_ACTION),
                name="request_proposal_waits_in_queue",
            ),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since", "id"],
                condition=Q(status=Status.NEED_ACTION),
                name="request_queue",
            ),
            # With all that is counted of what is open: its rows lie all over the table.
            models.Index(
                fields=["chapter", "status"],
                include=["id", "current", "area", "submitted_at", "status_since", "parked"],
                condition=Q(status__in=OPEN),
                name="request_still_open",
            ),
            # The newest are found and counted without reading their rows: see intake.search.
            models.Index(
                fields=["-submitted_at", "-id"],
                include=["chapter", "client", "current", "parked"],
                name="request_newest_of_all",
            ),
            models.Index(
                fields=["chapter", "-submitted_at", "-id"],
                include=["client", "current", "parked", "status"],
                name="request_newest_in_chapter",
            ),
            # Reports ask this of the requests of thousands of other rows.
            models.Index(
                fields=["id"],
                include=["chapter", "submitted_at", "parked"],
                name="request_whereabouts",
            ),
            GistIndex(OPEN_DURING, name="request_open_at_an_instant"),
            GinIndex(BUSINESS_NAME, name="request_by_business"),
            GinIndex(fields=["question_words"], name="request_by_question"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call it: MR-10482."""
        return f"MR-{self.pk}"

    @property
    def is_closed(self) -> bool:
        """Whether nobody has anything left to do on it."""
        return Status(self.status).is_closed

    def _with_mentor(self, assignment: Assignment, at: datetime) -> None:
        self.current = assignment
        self.proposed_mentor = None
        self.queue_reason = ""
        self.status_since = at

    def _in_queue(self, reason: QueueReason, at: datetime) -> None:
        self.current = None
        self.queue_reason = reason
        self.status_since = at

    def _closed(self, at: datetime) -> None:
        self.queue_reason = ""
        self.proposed_mentor = None
        self.status_since = self.closed_at = at
        self.waiting_since = None

    @transition(field=status, source=Status.NEED_ACTION, target=Status.ASSIGNED)
    def assign(self, assignment: Assignment, at: datetime) -> None:
        """Out of the queue to a mentor."""
        self._with_mentor(assignment, at)

    @transition(field=status, source=Status.ASSIGNED, target=Status.ASSIGNED)
    def replace(self, assignment: Assignment, at: datetime) -> None:
        """From a mentor who has not answered to another one."""
        self._with_mentor(assignment, at)

    @transition(field=status, source=Status.ACCEPTED, target=Status.ASSIGNED)
    def reassign(self, assignment: Assignment, at: datetime) -> None:
        """From the mentor who leads it to another one; the client waits again from now."""
        self._with_mentor(assignment, at)
        self.waiting_since = at

    @transition(field=status, source=Status.ASSIGNED, target=Status.ACCEPTED)
    def accept(self, at: datetime) -> None:
        """The assigned mentor takes the lead; the client's wait is over."""
        self.status_since = at
        self.waiting_since = None

    @transition(field=status, source=Status.ASSIGNED, target=Status.NEED_ACTION)
    def decline(self, at: datetime) -> None:
        """The assigned mentor says no."""
        self._in_queue(QueueReason.DECLINED, at)

    @transition(field=status, source=Status.ASSIGNED, target=Status.NEED_ACTION)
    def requeue(self, at: datetime) -> None:
        """The assigned mentor did not answer at all."""
        self._in_queue(QueueReason.TIMED_OUT, at)

    @transition(field=status, source=Status.ASSIGNED, target=Status.NEED_ACTION)
    def hand_back(self, at: datetime) -> None:
        """The assigned mentor became unavailable before answering."""
        self._in_queue(QueueReason.MENTOR_UNAVAILABLE, at)

    @transition(field=status, source=Status.ACCEPTED, target=Status.NEED_ACTION)
    def transfer(self, at: datetime, proposed: Volunteer | None = None) -> None:
        """The leading mentor gives it up; the client waits again from now."""
        self._in_queue(QueueReason.TRANSFERRED, at)
        self.waiting_since = at
        self.proposed_mentor = proposed

    @transition(field=status, source=Status.NEED_ACTION, target=Status.NEED_ACTION)
    def move(self, chapter: Chapter) -> None:
        """To another chapter's queue; the wait and the place in it stay."""
        self.chapter = chapter
        self.queue_reason = QueueReason.MOVED_HERE

    @transition(field=status, source=Status.NEED_ACTION, target=Status.NEED_ACTION)
    def release(self) -> None:
        """An administrator lets a parked request into the queue."""
        self.parked = False

    @transition(field=status, source=Status.ACCEPTED, target=Status.COMPLETE)
    def complete(self, at: datetime) -> None:
        """Mentored, and no more is needed."""
        self._closed(at)

    @transition(field=status, source=OPEN, target=Status.WITHDRAWN)
    def withdraw(
        self, reason: WithdrawReason, at: datetime, duplicate_of: MentoringRequest | None = None
    ) -> None:
        """Nothing more will come of it."""
        if self.status != Status.ACCEPTED:
            self.current = None
        self._closed(at)
        self.withdraw_reason = reason
        self.duplicate_of = duplicate_of

    @transition(field=status, source=Status.ACCEPTED, target=Status.NO_SHOW)
    def no_show(self, at: datetime) -> None:
        """The client missed a scheduled session."""
        self._closed(at)

    @transition(field=status, source=Status.ACCEPTED, target=Status.NO_RESPONSE)
    def no_response(self, at: datetime) -> None:
        """The client did not answer."""
        self._closed(at)

    @transition(field=status, source=Status.ACCEPTED, target=Status.INCORRECT_CONTACT)
    def incorrect_contact(self, at: datetime) -> None:
        """The client cannot be reached on any channel."""
        self._closed(at)

    def _reopened(self, at: datetime) -> None:
        self.closed_at = None
        self.withdraw_reason = ""
        self.duplicate_of = None
        self.status_since = at

    @transition(field=status, source=CLOSED, target=Status.NEED_ACTION)
    def reopen_to_queue(self, at: datetime) -> None:
        """Closed too early; a mentor has to be found again."""
        self._reopened(at)
        self._in_queue(QueueReason.REOPENED, at)
        self.waiting_since = at

    @transition(field=status, source=CLOSED, target=Status.ACCEPTED)
    def reopen_to_mentor(self, at: datetime) -> None:
        """Closed too early; the same mentor goes on."""
        self._reopened(at)


class DuplicateFlag(models.Model):
    """Two requests that may be of the same person, and why; dismissed once somebody has looked."""

    request = models.ForeignKey(MentoringRequest, models.CASCADE, related_name="flags")
    other = models.ForeignKey(MentoringRequest, models.CASCADE, related_name="flags_on_others")
    reason = models.CharField(max_length=100)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    different_people = models.BooleanField(
        default=False, help_text="The clients are not the same person: not to be asked again."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "other"], name="duplicate_flag_once"),
            models.CheckConstraint(
                condition=Q(request__gt=F("other")), name="duplicate_flag_on_the_later_one"
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
                name="duplicate_flag_dismissed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} may be {self.other}: {self.reason}"
