"""What goes on beside the requests: mentors pause and come back, chairs get their digest."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.actions import availability, following
from intake.calendar import ONE_DAY, local_date
from intake.demo.people import Cast, Mentor
from intake.demo.world import Story, World
from mentors import actions as roster
from mentors.enums import FollowUpHow, Role
from mentors.models import Position, Volunteer

PAUSES = (
    ("Akron", 4, 41, 75, "Hip surgery"),
    ("Phoenix", 6, 34, 60, "Caring for a parent"),
    ("Cleveland", 8, 12, 24, "Travelling"),
    ("Nashville", 5, 8, 21, ""),
    ("Seattle", 4, 2, 16, "Jury duty"),
    ("Toledo", 3, 3, 10, "Moving house"),
    ("Cleveland", 9, 240, 14, ""),
    ("Denver", 3, 214, 30, "Tax season"),
    ("Memphis", 2, 190, 21, "Travelling"),
    ("Akron", 5, 161, 10, ""),
    ("Cleveland", 11, 140, 45, "Building a house"),
    ("Phoenix", 3, 122, 14, "Grandchildren"),
    ("Honolulu", 1, 97, 21, ""),
    ("Lorain", 2, 80, 12, "Travelling"),
    ("Seattle", 6, 66, 14, ""),
)
"""City, place on the chapter's list, days before the end, length in days, reason."""
SCENES_PLAY = 90
"""Days before the end in which a mentor who is needed for a scene should not pause."""


def plan_pauses(world: World, cast: Cast) -> None:
    """Put the pauses of the nine months on the agenda."""
    for city, number, ago, days, reason in PAUSES:
        mentor = cast.place(city).mentors[number]
        mentor.about_to_pause = ago < SCENES_PLAY
        world.begin(world.end - ago * ONE_DAY, pauses(world, cast, mentor, days, reason))
    akron, toledo = cast.place("Akron").mentors, cast.place("Toledo").mentors
    akron[7].about_to_pause = True
    early = pauses(world, cast, akron[7], 40, "Treatment, may take long", back_after=19)
    world.begin(world.end - 55 * ONE_DAY, early)
    world.begin(world.end - 2 * ONE_DAY, plans_a_pause(world, toledo[5], 9, 14, "Cruise"))


def pauses(
    world: World, cast: Cast, mentor: Mentor, days: int, reason: str, *, back_after: int = 0
) -> Story:
    """A mentor takes no new requests for so many days, or until he is back earlier.

    What he has not answered goes back to the queue.
    """
    person, today = mentor.person, local_date(world.now, mentor.person.zone)
    _, back = availability.pause(
        mentor_id=person.pk,
        by=person,
        now=world.now,
        starts_on=today,
        ends_on=today + (days - 1) * ONE_DAY,
        reason=reason,
    )
    cast.handed_back |= {mre.pk for mre in back}
    mentor.away = True
    yield world.now + (back_after or days) * ONE_DAY
    mentor.away = False
    if back_after:
        roster.resume(mentor_id=person.pk, by=person, now=world.now)


def plans_a_pause(world: World, mentor: Mentor, ahead: int, days: int, reason: str) -> Story:
    """A pause that will begin in so many days."""
    starts_on = local_date(world.now, mentor.person.zone) + ahead * ONE_DAY
    roster.pause(
        mentor_id=mentor.person.pk,
        by=mentor.person,
        now=world.now,
        starts_on=starts_on,
        ends_on=starts_on + (days - 1) * ONE_DAY,
        reason=reason,
    )
    yield from ()


FOLLOW_UPS = (
    (60, "Vincent Sterling", FollowUpHow.PHONE, "Busy season; has set a weekly limit of four."),
    (9, "Gordon Zimmerman", FollowUpHow.EMAIL, "Enjoys his trip, and goes on when he is back."),
    (2, "James Hale", FollowUpHow.PHONE, "Our mails were in his spam folder; found now."),
)
"""Days before the end, a mentor of Cleveland, how the chair got in touch, what came of it."""


def plan_follow_ups(world: World, cast: Cast) -> None:
    """The Membership Chair of Cleveland keeps an eye on her mentors."""
    place = cast.place("Cleveland")
    chair = Position.objects.get(chapter=place.chapter, role=Role.MEMBERSHIP_CHAIR).volunteer
    people = {str(mentor.person): mentor.person for mentor in place.mentors}
    for ago, name, how, text in FOLLOW_UPS:
        story = follows_up(world, chair, people[name], how, text)
        world.begin(world.end - ago * ONE_DAY, story)


def follows_up(
    world: World, chair: Volunteer, mentor: Volunteer, how: FollowUpHow, text: str
) -> Story:
    """She calls, and writes down what came of it."""
    following.log_follow_up(
        mentor_id=mentor.pk,
        by=chair,
        now=world.now,
        on=local_date(world.now, mentor.zone),
        how=how,
        text=text,
    )
    yield from ()


def mondays(world: World, each_monday: Callable[[datetime], object]) -> Story:
    """Every Monday morning the Membership Chairs are told of the week before."""
    while True:
        yield _monday_after(world.now)
        each_monday(world.now)


NEW_YORK = ZoneInfo("America/New_York")
MORNING = time(9)


def _monday_after(at: datetime) -> datetime:
    day = at.astimezone(NEW_YORK).date()
    monday = day + timedelta(days=7 - day.weekday())
    return datetime.combine(monday, MORNING, NEW_YORK)
