"""A small organisation and requests in every situation, made by walking the real acts.

`organisation()` makes the people. `request_in("overdue", org)` tells the story of one request until
it stands there; the names of all situations are in `SITUATIONS`. A story has a clock of its own,
that only moves when it is told to wait:

    story = submit(org).assign(org.joan).accept()
    story.wait(days=3).hold().complete()
    assert story.mre.status == Status.COMPLETE

Nothing here writes a row that an act could write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Self

from django.contrib.auth.hashers import make_password

from intake.actions import (
    answering,
    assigning,
    clocks,
    closing,
    contacting,
    recording,
    sessions,
    submission,
)
from intake.actions.recording import Minutes
from intake.actions.submission import Ask, Person
from intake.enums import (
    Channel,
    ContactResult,
    DeclineReason,
    SessionMode,
    Source,
    WithdrawReason,
)
from intake.models import Assignment, Client, MentoringRequest, Session
from mentors import actions as people
from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import (
    Chapter,
    District,
    MentoringArea,
    MentorProfile,
    Position,
    Region,
    Volunteer,
    ZipPrefix,
)

LONG_AGO = date(2020, 1, 1)
MONDAY = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)
"""Mon 16 Mar 2026, 10:00 in New York: no closed day and no change of clocks for two months."""

NO_PASSWORD = make_password(None)
"""Nobody comes in with it; made once, as each has 40 characters of chance."""

_numbers = count(1)


# --- Units and people ---------------------------------------------------------------------------


@dataclass(kw_only=True)
class Organisation:
    """Two regions, four districts, six chapters, and one person or more for every duty.

    East: Hudson (New York, Newark, the national virtual chapter) and Lakes (Chicago).
    West: Desert (Phoenix) and Islands (Honolulu). The coordinators and chairs whose name says
    nothing else serve New York.
    """

    east: Region
    west: Region
    hudson: District
    lakes: District
    desert: District
    islands: District
    new_york: Chapter
    newark: Chapter
    chicago: Chapter
    phoenix: Chapter
    honolulu: Chapter
    national: Chapter

    admin: Volunteer
    rcic: Volunteer
    rcic_district: Volunteer
    rcic_region: Volunteer
    rcic_elsewhere: Volunteer
    rcic_former: Volunteer
    manager: Volunteer
    manager_elsewhere: Volunteer
    chair: Volunteer
    leader: Volunteer
    leader_region: Volunteer

    joan: Volunteer
    ben: Volunteer
    grace: Volunteer
    nora: Volunteer
    carla: Volunteer
    dan: Volunteer
    leilani: Volunteer
    sam: Volunteer
    """A Subject Matter Expert in New York: joins sessions, never leads."""


def organisation() -> Organisation:
    """Make the organisation. Every mentor offers Marketing; nobody is paused or has a limit."""
    units = _units()
    admin = Volunteer.objects.create_superuser(
        "admin@example.org", first_name="Ada", last_name="Admin"
    )
    return Organisation(**units, admin=admin, **_people_with_duties(units), **_mentors(units))


def _units() -> dict[str, Any]:
    east, west = Region.objects.bulk_create(
        Region(code=code, name=name) for code, name in (("R1", "East"), ("R2", "West"))
    )
    units: dict[str, Any] = {"east": east, "west": west} | {
        name: District(code=f"D{number}", name=name.title(), region=region)
        for number, (name, region) in enumerate(
            {"hudson": east, "lakes": east, "desert": west, "islands": west}.items()
        )
    }
    District.objects.bulk_create(units[name] for name in ("hudson", "lakes", "desert", "islands"))
    chapters = {
        name: Chapter(
            code=code,
            name=f"SCORE {name.replace('_', ' ').title()}",
            district=units[district],
            time_zone=zone,
            is_national=name == "national",
        )
        for code, name, district, zone, _ in CHAPTERS
    }
    Chapter.objects.bulk_create(chapters.values())
    ZipPrefix.objects.bulk_create(
        ZipPrefix(prefix=prefix, chapter=chapters[name])
        for _, name, _, _, prefixes in CHAPTERS
        for prefix in prefixes
    )
    return units | chapters


CHAPTERS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("0010", "new_york", "hudson", "America/New_York", ("10", "112")),
    ("0071", "newark", "hudson", "America/New_York", ("071",)),
    ("0606", "chicago", "lakes", "America/Chicago", ("606",)),
    ("0850", "phoenix", "desert", "America/Phoenix", ("850",)),
    ("0968", "honolulu", "islands", "Pacific/Honolulu", ("968",)),
    ("9999", "national", "hudson", "America/New_York", ()),
)
DUTIES = (
    ("rcic", "Rosa", "new_york", Role.RCIC, "new_york"),
    ("rcic_district", "Dora", "new_york", Role.RCIC, "hudson"),
    ("rcic_region", "Regina", "chicago", Role.RCIC, "east"),
    ("rcic_elsewhere", "Elsa", "phoenix", Role.RCIC, "phoenix"),
    ("rcic_former", "Fay", "new_york", Role.RCIC, "new_york"),
    ("manager", "Max", "new_york", Role.CHAPTER_MANAGER, "new_york"),
    ("manager_elsewhere", "Moe", "phoenix", Role.CHAPTER_MANAGER, "phoenix"),
    ("chair", "Cher", "new_york", Role.MEMBERSHIP_CHAIR, "new_york"),
    ("leader", "Leo", "new_york", Role.LEADER, "new_york"),
    ("leader_region", "Lena", "chicago", Role.LEADER, "east"),
)


def _people_with_duties(units: dict[str, Any]) -> dict[str, Any]:
    found = {
        name: _unsaved(units[home], first_name, name.replace("_", " ").title())
        for name, first_name, home, _, _ in DUTIES
    }
    Volunteer.objects.bulk_create(found.values())
    Position.objects.bulk_create(
        Position(
            volunteer=found[name],
            role=role,
            starts_on=LONG_AGO,
            ends_on=LONG_AGO + timedelta(days=365) if name == "rcic_former" else None,
            **{type(units[unit]).__name__.lower(): units[unit]},
        )
        for name, _, _, role, unit in DUTIES
    )
    return found


def _mentors(units: dict[str, Any]) -> dict[str, Any]:
    found = {
        name: _unsaved(units[home], name.title(), last_name, Classification.MENTOR)
        for name, last_name, home in (
            ("joan", "Whitfield", "new_york"),
            ("ben", "Okafor", "new_york"),
            ("grace", "Lindqvist", "new_york"),
            ("nora", "Baptiste", "newark"),
            ("carla", "Kowalski", "chicago"),
            ("dan", "Yazzie", "phoenix"),
            ("leilani", "Kahale", "honolulu"),
        )
    }
    sam = _unsaved(units["new_york"], "Sam", "Expert", Classification.SME)
    Volunteer.objects.bulk_create([*found.values(), sam])
    profiles = MentorProfile.objects.bulk_create(
        MentorProfile(volunteer=person) for person in found.values()
    )
    offers, marketing = MentorProfile.areas.through, area()
    offers.objects.bulk_create(
        offers(mentorprofile=profile, mentoringarea=marketing) for profile in profiles
    )
    return found | {"sam": sam}


def _unsaved(
    chapter: Chapter,
    first_name: str,
    last_name: str,
    classification: Classification = Classification.VOLUNTEER,
    status: VolunteerStatus = VolunteerStatus.ACTIVE,
) -> Volunteer:
    return Volunteer(
        email=f"{first_name}.{next(_numbers)}@example.org".lower(),
        password=NO_PASSWORD,
        first_name=first_name,
        last_name=last_name,
        chapter=chapter,
        classification=classification,
        status=status,
    )


def volunteer(
    chapter: Chapter,
    first_name: str = "Vera",
    last_name: str = "Volunteer",
    *,
    classification: Classification = Classification.VOLUNTEER,
    status: VolunteerStatus = VolunteerStatus.ACTIVE,
) -> Volunteer:
    """An active person of the chapter, who may sign in, without any position."""
    person = _unsaved(chapter, first_name, last_name, classification, status)
    person.save()
    return person


def mentor(
    chapter: Chapter,
    first_name: str = "Mia",
    last_name: str = "Mentor",
    *,
    areas: tuple[str, ...] = ("Marketing",),
    **profile: Any,
) -> Volunteer:
    """An assignable mentor of the chapter; `profile` are fields of the mentor profile."""
    person = volunteer(chapter, first_name, last_name, classification=Classification.MENTOR)
    made = MentorProfile.objects.create(volunteer=person, **profile)
    made.areas.set(MentoringArea.objects.filter(name__in=areas))
    return person


def position(
    person: Volunteer,
    role: Role,
    unit: Region | District | Chapter,
    *,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
) -> Position:
    """Name a person to a role at a unit; forgets what was known of his duties."""
    person.__dict__.pop("_duties", None)
    return Position.objects.create(
        volunteer=person,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        **{type(unit).__name__.lower(): unit},
    )


def area(name: str = "Marketing") -> MentoringArea:
    """A mentoring area by its name."""
    return MentoringArea.objects.get(name=name)


def set_profile(person: Volunteer, **fields: Any) -> Volunteer:
    """Change fields of a mentor's profile, and give him back with it."""
    MentorProfile.objects.filter(volunteer=person).update(**fields)
    person.refresh_from_db()
    return person


def pause(person: Volunteer, org: Organisation, *, now: datetime, days: int = 7) -> None:
    """Pause a mentor from today on, without handing anything back."""
    today = now.astimezone(person.zone).date()
    people.pause(
        mentor_id=person.pk,
        by=org.admin,
        now=now,
        starts_on=today,
        ends_on=today + timedelta(days=days),
    )


# --- Requests -------------------------------------------------------------------------------------


def a_person(**fields: Any) -> Person:
    """A client as on a form; everybody is somebody else unless told otherwise."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "first_name": "Maria",
        "last_name": f"Garcia{number}",
        "email": f"maria{number}@example.com",
        "phone": f"212-555-{number:06d}",
        "zip": "10001",
    } | fields
    return Person(**given)


def an_ask(**fields: Any) -> Ask:
    """What a client asks for, as on a form."""
    given: dict[str, Any] = {"question": "How do I find customers?", "area": area()} | fields
    return Ask(**given)


def submit(
    org: Organisation,
    *,
    at: datetime = MONDAY,
    person: Person | None = None,
    ask: Ask | None = None,
    suspended: bool = False,
    **more: Any,
) -> Story:
    """A request sent with the public form, by default to New York for Marketing."""
    person = person or a_person()
    if suspended:
        Client.objects.create(created_at=at, service_suspended=True, **vars(person))
    wanted: dict[str, Any] = {"source": Source.WEB, "by": None} | more
    mre = submission.submit(person=person, ask=ask or an_ask(), now=at, **wanted)
    return Story(org, mre.pk, at)


class Story:
    """One request on its way. Each step is a real act of somebody who may do it, at `now`."""

    def __init__(self, org: Organisation, mre_id: int, now: datetime) -> None:
        self.org = org
        self.mre_id = mre_id
        self.now = now
        self.session_id = 0
        self._given: tuple[int, Volunteer] | None = None

    # --- What is there

    @property
    def mre(self) -> MentoringRequest:
        """The request as the database has it now."""
        return MentoringRequest.objects.select_related("client", "chapter", "current__mentor").get(
            pk=self.mre_id
        )

    @property
    def assignment(self) -> Assignment:
        """The latest assignment as the database has it now."""
        return (
            Assignment.objects.select_related("mentor__chapter", "request")
            .filter(request=self.mre_id)
            .latest("pk")
        )

    @property
    def mentor(self) -> Volunteer:
        """The mentor of the latest assignment."""
        return self.assignment.mentor

    @property
    def _lead(self) -> Volunteer:
        """Who acts as the mentor: to whom the last step gave it, else whom the database has."""
        return self._holder()[1]

    def _holder(self) -> tuple[int, Volunteer]:
        if self._given is None:
            assignment = self.assignment
            self._given = assignment.pk, assignment.mentor
        return self._given

    @property
    def session(self) -> Session:
        """The latest session as the database has it now."""
        return Session.objects.get(pk=self.session_id)

    @property
    def kinds(self) -> list[str]:
        """The timeline in the order in which it was written."""
        return list(self.mre.events.order_by("pk").values_list("kind", flat=True))

    @property
    def mails(self) -> list[str]:
        """The kinds of the mails written so far, in order."""
        return list(self.mre.mails.order_by("pk").values_list("kind", flat=True))

    # --- The clock

    def wait(self, **span: float) -> Self:
        """Let time pass: `days`, `hours`, `minutes` …"""
        self.now += timedelta(**span)
        return self

    def until(self, at: datetime) -> Self:
        """Let time pass until an instant."""
        assert at >= self.now, "a story goes forward"
        self.now = at
        return self

    # --- Acts of the coordinator

    def assign(self, mentor: Volunteer | None = None, *, note: str = "She asked for you.") -> Self:
        """To a mentor; to Joan unless told otherwise."""
        chosen = mentor or self.org.joan
        made = assigning.assign(
            mre_id=self.mre_id, mentor_id=chosen.pk, by=self.org.admin, now=self.now, note=note
        )
        self._given = made.pk, chosen
        return self

    def replace(self, mentor: Volunteer | None = None) -> Self:
        """From a mentor who has not answered to another one; to Ben unless told otherwise."""
        chosen = mentor or self.org.ben
        made = assigning.replace(
            mre_id=self.mre_id,
            mentor_id=chosen.pk,
            by=self.org.admin,
            now=self.now,
            note="Ben is free this week.",
        )
        self._given = made.pk, chosen
        return self

    def reassign(self, mentor: Volunteer | None = None) -> Self:
        """From the mentor who leads it to another one; to Ben unless told otherwise."""
        chosen = mentor or self.org.ben
        made = assigning.reassign(
            mre_id=self.mre_id,
            mentor_id=chosen.pk,
            by=self.org.admin,
            now=self.now,
            note="Joan has no time any more.",
        )
        self._given = made.pk, chosen
        return self

    def move(self, chapter: Chapter | None = None) -> Self:
        """To another chapter; to Newark unless told otherwise."""
        assigning.move(
            mre_id=self.mre_id,
            chapter_id=(chapter or self.org.newark).pk,
            by=self.org.admin,
            now=self.now,
            note="The shop is over there.",
        )
        return self

    def withdraw(self, reason: WithdrawReason = WithdrawReason.OUT_OF_SCOPE, **more: Any) -> Self:
        """Nothing more will come of it."""
        wanted: dict[str, Any] = {"by": self.org.admin, "note": "He wants a loan from us."} | more
        closing.withdraw(mre_id=self.mre_id, now=self.now, reason=reason, **wanted)
        return self

    # --- Acts of the mentor

    def accept(self, note: str = "Hello Maria, when can we talk?") -> Self:
        """The mentor takes it."""
        assignment_id, mentor = self._holder()
        answering.accept(assignment_id=assignment_id, by=mentor, now=self.now, note=note)
        return self

    def decline(self, reason: DeclineReason = DeclineReason.NO_CAPACITY, text: str = "") -> Self:
        """The mentor says no."""
        assignment_id, mentor = self._holder()
        answering.decline(
            assignment_id=assignment_id, by=mentor, now=self.now, reason=reason, text=text
        )
        return self

    def hand_back(self) -> Self:
        """The mentor becomes unavailable before having answered."""
        answering.hand_back(mre_id=self.mre_id, by=self._lead, now=self.now)
        return self

    def transfer(self, propose: Volunteer | None = None) -> Self:
        """The mentor who leads it gives it back to the queue, and may propose who goes on."""
        closing.transfer_to_queue(
            mre_id=self.mre_id,
            by=self._lead,
            now=self.now,
            reason="This is about tax.",
            proposed_id=propose.pk if propose else None,
        )
        return self

    def attempt(
        self,
        result: ContactResult = ContactResult.NO_ANSWER,
        channel: Channel = Channel.PHONE,
        **more: Any,
    ) -> Self:
        """The mentor tries to reach the client."""
        contacting.log_attempt(
            mre_id=self.mre_id,
            by=self._lead,
            now=self.now,
            channel=channel,
            result=result,
            **more,
        )
        return self

    def schedule(self, **ahead: float) -> Self:
        """A session is planned; two days ahead unless told otherwise."""
        self.session_id = sessions.schedule(
            mre_id=self.mre_id,
            by=self._lead,
            now=self.now,
            starts_at=self.now + timedelta(**ahead or {"days": 2}),
            mode=SessionMode.VIDEO,
        ).pk
        return self

    def hold(self, *, notes: str = "", minutes: int = 60) -> Self:
        """A session took place an hour ago, without having been planned here."""
        self.wait(hours=1)
        self.session_id = recording.record_held(
            mre_id=self.mre_id,
            by=self._lead,
            now=self.now,
            starts_at=self.now - timedelta(hours=1),
            mode=SessionMode.PHONE,
            took=Minutes(minutes=minutes),
            notes=notes,
        ).pk
        return self

    def hold_planned(self, *, notes: str = "") -> Self:
        """The planned session took place; an hour after its beginning it is written down."""
        self.until(self.session.starts_at).wait(hours=1)
        recording.held(
            session_id=self.session_id,
            by=self._lead,
            now=self.now,
            took=Minutes(minutes=45),
            notes=notes,
        )
        return self

    def miss(self) -> Self:
        """The client does not come to the planned session."""
        self.until(self.session.starts_at).wait(hours=1)
        recording.missed(session_id=self.session_id, by=self._lead, now=self.now)
        return self

    def enter_notes(self, notes: str = "We spoke about prices.") -> Self:
        """The notes of the latest session."""
        recording.enter_notes(session_id=self.session_id, by=self._lead, now=self.now, notes=notes)
        return self

    def complete(self) -> Self:
        """Mentored, and no more is needed."""
        closing.complete(mre_id=self.mre_id, by=self._lead, now=self.now)
        return self

    def no_show(self) -> Self:
        """The client missed the session."""
        closing.no_show(mre_id=self.mre_id, by=self._lead, now=self.now)
        return self

    def no_response(self, note: str = "") -> Self:
        """Three attempts, no answer."""
        closing.no_response(mre_id=self.mre_id, by=self._lead, now=self.now, note=note)
        return self

    def incorrect_contact(self) -> Self:
        """Neither e-mail nor phone works."""
        closing.incorrect_contact(mre_id=self.mre_id, by=self._lead, now=self.now)
        return self

    def reopen(self, *, to_mentor: bool = False) -> Self:
        """Closed too early."""
        closing.reopen(
            mre_id=self.mre_id,
            by=self.org.admin,
            now=self.now,
            reason="She wrote again.",
            to_mentor=to_mentor,
        )
        return self

    # --- What the clocks do

    def become_overdue(self) -> Self:
        """Nobody answers until the accept time-out."""
        assignment_id = self._until_due("respond_by")
        assert clocks.mark_overdue(assignment_id=assignment_id, now=self.now)
        return self

    def time_out(self) -> Self:
        """Nobody answers until the request goes back to the queue."""
        assignment_id = self._until_due("requeue_at")
        assert clocks.requeue(assignment_id=assignment_id, now=self.now)
        return self

    def _until_due(self, clock: str) -> int:
        """Let time pass until a clock of the latest assignment goes off."""
        assignment_id, _ = self._holder()
        self.until(Assignment.objects.values_list(clock, flat=True).get(pk=assignment_id))
        return assignment_id

    # --- Longer ways

    def try_three_times(self) -> Self:
        """The first note and two calls, a week apart; then two weeks have passed."""
        return self.wait(days=7).attempt().wait(days=7).attempt().wait(hours=1)

    def find_no_address(self) -> Self:
        """The mail comes back and the number is somebody else's."""
        self.wait(hours=2).attempt(ContactResult.UNDELIVERABLE, Channel.EMAIL)
        return self.wait(hours=1).attempt(ContactResult.WRONG_NUMBER, Channel.PHONE)


def _accepted(story: Story) -> Story:
    return story.wait(hours=1).assign().wait(hours=2).accept()


def _counseled(story: Story) -> Story:
    return _accepted(story).wait(days=1).hold(notes="We spoke about prices.")


SITUATIONS: dict[str, Callable[[Story], Story]] = {
    # In the coordinator's queue, by reason
    "new": lambda story: story,
    "declined": lambda story: story.wait(hours=1).assign().wait(hours=1).decline(),
    "timed_out": lambda story: story.wait(hours=1).assign().time_out(),
    "transferred": lambda story: _accepted(story).wait(days=1).transfer(),
    "mentor_unavailable": lambda story: story.wait(hours=1).assign().wait(hours=1).hand_back(),
    "reopened": lambda story: _counseled(story).wait(days=1).complete().wait(days=1).reopen(),
    "moved_here": lambda story: story.wait(hours=1).move().wait(hours=1).move(story.org.new_york),
    # With a mentor who has not answered
    "assigned": lambda story: story.wait(hours=1).assign(),
    "overdue": lambda story: story.wait(hours=1).assign().become_overdue(),
    "replaced": lambda story: story.wait(hours=1).assign(story.org.grace).wait(hours=1).replace(),
    # With a mentor who leads it
    "accepted": _accepted,
    "accepted_late": lambda story: (
        story.wait(hours=1).assign().become_overdue().wait(hours=1).accept()
    ),
    "contacted": lambda story: _accepted(story).wait(days=1).attempt(ContactResult.REACHED),
    "session_planned": lambda story: _accepted(story).wait(hours=1).schedule(),
    "session_missed": lambda story: _accepted(story).wait(hours=1).schedule().miss(),
    "counseled": _counseled,
    "notes_missing": lambda story: _accepted(story).wait(days=1).hold(),
    "tried_three_times": lambda story: _accepted(story).try_three_times(),
    "unreachable": lambda story: _accepted(story).find_no_address(),
    "reopened_to_mentor": lambda story: (
        _counseled(story).wait(days=1).complete().wait(days=1).reopen(to_mentor=True)
    ),
    # Closed
    "complete": lambda story: _counseled(story).wait(days=1).complete(),
    "withdrawn": lambda story: _accepted(story).wait(days=1).withdraw(),
    "withdrawn_from_queue": lambda story: story.wait(hours=1).withdraw(),
    "withdrawn_before_answer": lambda story: story.wait(hours=1).assign().wait(hours=1).withdraw(),
    "no_show": lambda story: (
        _accepted(story).wait(hours=1).schedule().miss().wait(hours=1).no_show()
    ),
    "no_response": lambda story: _accepted(story).try_three_times().no_response(),
    "incorrect_contact": lambda story: _accepted(story).find_no_address().incorrect_contact(),
}
"""Every status, queue reason and outcome, and what matters in between."""


def request_in(situation: str, org: Organisation, **submitted: Any) -> Story:
    """A request that stands in one of the `SITUATIONS`; `submitted` is passed on to `submit`.

    New York has it, and Joan is or was the mentor (except in "replaced", where it is Ben).
    """
    return SITUATIONS[situation](submit(org, **submitted))
