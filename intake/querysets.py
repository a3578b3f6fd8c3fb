"""What may this viewer see? One `for_user` per model, and the named groups of rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Func, OuterRef, Prefetch, Q
from django.db.models.functions import Lower

from intake.enums import OPEN, UNANSWERED, WITH_COMPANY, Outcome, SessionState, Status
from mentors.enums import VolunteerStatus
from mentors.roles import Duties, duties

if TYPE_CHECKING:
    from intake.models import TimeProposal  # noqa: F401
    from intake.models.assignment import Assignment  # noqa: F401
    from intake.models.client import Client  # noqa: F401
    from intake.models.request import MentoringRequest  # noqa: F401
    from intake.models.session import Session
    from intake.models.team import TeamMember  # noqa: F401
    from mentors.models import Volunteer


def read_first(ids: models.QuerySet) -> Func:
    """For `pk__in`: the database reads these ids first, and then the rows by their keys.

    Given the query itself it may take every row there is in the order of the list, and look whether
    it is one of them: for a page of few among many that takes seconds.
    """
    template = "(SELECT unnest(%(expressions)s))"
    return Func(ArraySubquery(ids), template=template, output_field=models.BigIntegerField())


class RequestQuerySet(models.QuerySet["MentoringRequest"]):
    def for_user(self, user: Volunteer, now: datetime) -> RequestQuerySet:
        """The requests `user` may open: of the chapters he coordinates or leads, and his own.

        His own are those he holds or held when they were closed, those on whose team he is, those
        with a session in which he took part or is to take part, and those for which he still owes
        session notes. Parked requests are for administrators.
        """
        mine = duties(user, now)
        if mine.is_admin:
            return self
        own = (
            Q(current__mentor=user)
            | Q(pk__in=_helped_by(user))
            | Q(pk__in=_with_co_mentor(user))
            | Q(pk__in=_owing_notes(user))
        )
        return self.filter(Q(chapter__in=mine.sees_requests_of) | own, parked=False)

    def in_duty_of(self, user: Volunteer, now: datetime) -> RequestQuerySet:
        """The requests of the chapters that `user` coordinates or leads, without his own desk."""
        mine = duties(user, now)
        if mine.is_admin:
            return self
        return self.filter(chapter__in=mine.sees_requests_of, parked=False)

    def coordinated_by(self, user: Volunteer, now: datetime) -> RequestQuerySet:
        """The requests of the chapters that `user` coordinates; all for an administrator."""
        mine = duties(user, now)
        return self if mine.is_admin else self.filter(chapter__in=mine.rcic, parked=False)

    def on_desk_of(self, mentor: Volunteer) -> RequestQuerySet:
        """The requests that `mentor` holds, or held when they were closed."""
        return self.filter(current__mentor=mentor)

    def open(self) -> RequestQuerySet:
        """Requests with something left to do."""
        return self.filter(status__in=OPEN)

    def need_action(self) -> RequestQuerySet:
        """The coordinator's queue."""
        return self.filter(status=Status.NEED_ACTION)

    def with_mentor(self) -> RequestQuerySet:
        """Open requests that a mentor holds."""
        return self.filter(status__in=[Status.ASSIGNED, Status.ACCEPTED])

    def overdue(self) -> RequestQuerySet:
        """Requests whose mentor has not answered in time and still may."""
        return self.filter(status=Status.ASSIGNED, current__outcome=Outcome.OVERDUE)

    def for_list(self) -> RequestQuerySet:
        """With all that a row of a list shows, in one query, and no table more.

        With each table that is joined PostgreSQL thinks twice as long about the order.
        """
        return self.select_related("client", "chapter", "area", "business_type", "current__mentor")

    def for_page(self) -> RequestQuerySet:
        """The same for a page of its own, in two queries; one while nobody has been given it.

        For a single row PostgreSQL thinks longer about the order of so many joins than it reads.
        """
        from intake.models import Assignment

        held = Assignment.objects.select_related("mentor__chapter")
        joined = self.select_related("client", "chapter__district", "area", "business_type")
        return joined.prefetch_related(Prefetch("current", held))


def _helped_by(user: Volunteer) -> models.QuerySet:
    from intake.models import TeamMember

    return TeamMember.objects.of(user).values("request")


def _with_co_mentor(user: Volunteer) -> models.QuerySet:
    from intake.models import CoMentor

    there = CoMentor.objects.filter(volunteer=user, session__state__in=WITH_COMPANY)
    return there.values("session__request")


def _owing_notes(user: Volunteer) -> models.QuerySet:
    from intake.models import Session

    return Session.objects.without_notes().filter(assignment__mentor=user).values("request")


class ClientQuerySet(models.QuerySet["Client"]):
    def for_user(self, user: Volunteer, now: datetime) -> ClientQuerySet:
        """The clients with a request in a chapter that `user` coordinates or leads.

        Not those of a mentor's own desk: the page of their request shows him what he needs.
        """
        from intake.models import MentoringRequest

        if duties(user, now).is_admin:
            return self
        seen = MentoringRequest.objects.in_duty_of(user, now)
        return self.filter(Exists(seen.filter(client=OuterRef("pk"))))

    def at_address(self, email: str) -> ClientQuerySet:
        """The clients known by an e-mail address, now or formerly; not those merged away.

        Each half finds its rows by an index of its own.
        """
        from intake.models import ClientAlias

        key = email.lower()
        current = self.filter(email_key=key).values("pk")
        former = ClientAlias.objects.alias(key=Lower("email")).filter(key=key).values("client")
        return self.filter(merged_into__isnull=True, pk__in=current.union(former))


class SessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> SessionQuerySet:
        """Sessions that nobody has called off or written down."""
        return self.filter(state=SessionState.SCHEDULED)

    def of(self, mentor: Volunteer) -> SessionQuerySet:
        """The sessions that `mentor` leads, and those in which he is a co-mentor.

        Each half finds its rows by an index of its own.
        """
        from intake.models import CoMentor, Session

        led = Session.objects.filter(assignment__mentor=mentor).values("pk")
        joined = CoMentor.objects.filter(volunteer=mentor).values("session")
        return self.filter(pk__in=read_first(led.union(joined)))

    def overlapping(self, mentor: Volunteer, starts_at: datetime, minutes: int) -> list[Session]:
        """The planned sessions of `mentor` that overlap so many minutes from an instant on.

        In order; one query, whose rows are those of about one day.
        """
        day = timedelta(days=1)
        about = (
            self.planned()
            .of(mentor)
            .filter(starts_at__gt=starts_at - day, starts_at__lt=starts_at + day)
        )
        ordered = about.order_by("starts_at", "pk")
        return [session for session in ordered if session.overlaps(starts_at, minutes)]

    def without_notes(self) -> SessionQuerySet:
        """Sessions that were held and whose notes are missing."""
        return self.filter(state=SessionState.HELD, notes_entered_at__isnull=True)


class TeamQuerySet(models.QuerySet["TeamMember"]):
    def present(self) -> TeamQuerySet:
        """Those who are on a team now."""
        return self.filter(left_at__isnull=True)

    def of(self, user: Volunteer) -> TeamQuerySet:
        """The teams `user` is on now; none for who is not an active volunteer any more."""
        if user.status != VolunteerStatus.ACTIVE:
            return self.none()
        return self.present().filter(volunteer=user)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def for_user(self, user: Volunteer, now: datetime) -> AssignmentQuerySet:
        """The assignments `user` may see: his own and those of requests in his scope."""
        from intake.models import MentoringRequest

        mine: Duties = duties(user, now)
        if mine.is_admin:
            return self
        seen = MentoringRequest.objects.for_user(user, now).values("pk")
        return self.filter(Q(mentor=user) | Q(request__in=seen))

    def open(self) -> AssignmentQuerySet:
        """Assignments under which a mentor holds a request."""
        return self.filter(ended_at__isnull=True)

    def unanswered(self) -> AssignmentQuerySet:
        """Assignments that wait for an answer, overdue or not."""
        return self.filter(outcome__in=UNANSWERED)


class TimeProposalQuerySet(models.QuerySet["TimeProposal"]):
    def open(self) -> TimeProposalQuerySet:
        """Times from which the client can still choose."""
        return self.filter(closed_at__isnull=True)

    def end(self, now: datetime) -> int:
        """Nobody can choose from them any more; how many were open. Lock the requests first."""
        return self.open().update(closed_at=now)
