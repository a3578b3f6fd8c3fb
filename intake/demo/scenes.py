"""What stands on the desks at the end: scenes played for the accounts of the demo.

Times are business days before the end, as the desk hours of Cleveland count them, so that the
scenes fit together whatever day the end is.
"""

from dataclasses import replace as with_changes
from typing import Any

from intake.actions import availability, submission
from intake.demo import office
from intake.demo.acts import Case
from intake.demo.lives import pauses
from intake.demo.people import Mentor
from intake.demo.stage import Stage
from intake.demo.stories import (
    Part,
    cannot_be_reached,
    does_not_respond,
    find_mentor,
)
from intake.demo.world import Story
from intake.enums import Channel, ContactResult, DeclineReason, NoteLevel, Source, WithdrawReason
from intake.models import Client
from mentors import actions as roster
from mentors.enums import Classification, VolunteerStatus


def set_up(stage: Stage) -> None:
    """Put all scenes on the agenda."""
    _the_queue(stage)
    _late_answers(stage)
    _a_mentor_pauses(stage)
    _a_mentor_leaves(stage)
    _odds_and_ends(stage)
    stage.begin(0.02, takes_nobody_now(stage, stage.star("James Hale")))


# --- The coordinator's queue ----------------------------------------------------------------------

NEW = (
    (2.3, "Akron", "Tomas Lindqvist", "Thinking about a mobile bike"),
    (2.0, "Cleveland", "Aisha Bello", "Import duties on fabric"),
    (1.8, "Toledo", "Greg Novak", "We want a second location"),
    (1.5, "Youngstown", "", ""),
    (1.2, "Lorain", "Priya Raman", "Instagram works but nobody"),
    (0.9, "Akron", "Ed Fitzgerald", "Retiring teacher here"),
    (0.7, "Cleveland", "Lucía Prado", "Necesito ayuda con contratos"),
    (0.55, "Toledo", "", ""),
    (0.4, "Cleveland", "", ""),
    (0.25, "Youngstown", "Sam Carter", "Cash flow swings"),
    (0.12, "Akron", "", ""),
    (0.05, "Cleveland", "", ""),
)
DECLINED = (
    (2.9, "Akron", DeclineReason.NOT_MY_EXPERTISE),
    (2.4, "Toledo", DeclineReason.NO_CAPACITY),
    (2.1, "Cleveland", DeclineReason.CONFLICT),
    (1.7, "Lorain", DeclineReason.LOCATION),
    (1.3, "Cleveland", DeclineReason.OTHER),
)
TIMED_OUT = (
    (8.6, "Cleveland", "Our one supplier in Taiwan"),
    (8.1, "Youngstown", ""),
    (7.7, "Akron", ""),
    (7.2, "Toledo", ""),
)
TRANSFERRED = ((46, 2.2, "Cleveland"), (33, 1.6, "Toledo"), (29, 0.8, "Akron"))
REOPENED = ((52, 1.9, "Cleveland"), (44, 0.6, "Akron"))
AWAY = 8
"""The place of a mentor of Cleveland who is paused at the end: see `intake.demo.lives.PAUSES`."""
MOVED = ((2.1, "National Virtual Chapter", "Toledo"), (1.9, "Cleveland", "Akron"))


def _the_queue(stage: Stage) -> None:
    wishes = {"Aisha Bello": stage.home.mentors[AWAY], "Greg Novak": stage.star("Hana Kim")}
    for days, city, name, asks in NEW:
        stage.begin(days, just_arrived(stage.case(city, name, asks), wishes.get(name)))
    for days, city, reason in DECLINED:
        case = stage.case(city)
        story = was_declined(case, reason)
        is_far = reason == DeclineReason.LOCATION
        stage.begin(days, put_aside(stage, case, story) if is_far else story)
    for days, city, asks in TIMED_OUT:
        stage.begin(days, timed_out(stage, stage.case(city, asks=asks)))
    for days, until, city in TRANSFERRED:
        stage.begin(days, was_transferred(stage, stage.case(city), until))
    for days, until, city in REOPENED:
        stage.begin(days, was_reopened(stage, stage.case(city), until))
    for days, city, to in MOVED:
        stage.begin(days, was_moved(stage.case(city), to))


def just_arrived(case: Case, wish: Mentor | None = None) -> Story:
    """Nobody has looked at it yet; a mentor who was asked for cannot be given it at once."""
    case.submit(wish=wish)
    yield from ()


def was_declined(case: Case, reason: DeclineReason) -> Story:
    """The first mentor said no."""
    case.submit()
    yield case.in_hours(3)
    office.assign(case)
    yield case.in_hours(4)
    case.decline(reason)


def put_aside(stage: Stage, case: Case, story: Story) -> Story:
    """The coordinator knows somebody who is back soon."""
    yield from story
    yield stage.ago(0.3)
    case.snooze(6, "A mentor who lives there is back next week; the client agrees to wait.")


def timed_out(stage: Stage, case: Case) -> Story:
    """The first mentor did not answer in five business days."""
    case.submit()
    yield case.in_hours(4)
    hale = stage.star("James Hale")
    case.assign(hale if hale in case.place.mentors else office.choose(case))


def was_transferred(stage: Stage, case: Case, until: float) -> Story:
    """The mentor met the client and gave up."""
    yield from accepted(case)
    yield case.in_days(6)
    case.record_session()
    yield stage.ago(until)
    case.transfer()


def accepted(case: Case) -> Story:
    """Submitted, assigned and accepted within two days."""
    case.submit()
    yield case.in_hours(5)
    office.assign(case)
    yield case.in_hours(5)
    case.accept()


def was_reopened(stage: Stage, case: Case, until: float) -> Story:
    """Closed without a response; then the client came back."""
    yield from accepted(case)
    yield case.in_days(7)
    case.attempt(ContactResult.LEFT_MESSAGE)
    yield case.in_days(8)
    case.attempt(ContactResult.NO_ANSWER, Channel.TEXT)
    yield case.in_days(3)
    case.no_response()
    yield stage.ago(until)
    case.reopen()


def was_moved(case: Case, to: str) -> Story:
    """It came to the wrong chapter."""
    case.submit()
    yield case.in_hours(6)
    case.move(case.cast.place(to))


# --- With mentors who do not answer ---------------------------------------------------------------

OVERDUE = ((4.8, "Cleveland"), (4.5, "Akron"), (4.3, "Toledo"), (4.0, "Cleveland"), (3.7, "Akron"))
PENDING = ((1.6, "Cleveland"), (1.4, "Toledo"), (1.1, "Akron"), (0.8, "Youngstown"))


def _late_answers(stage: Stage) -> None:
    for days, city in (*OVERDUE, *PENDING):
        stage.begin(days, is_assigned(stage.case(city)))


def is_assigned(case: Case) -> Story:
    """Assigned half a day after it came in; no answer so far."""
    case.submit()
    yield case.in_hours(4)
    office.assign(case)


# --- A mentor pauses, another one leaves ----------------------------------------------------------


def _a_mentor_pauses(stage: Stage) -> None:
    """Claire begins a pause and hands back what she has not answered."""
    claire = stage.star("Claire Dubois")
    for days, asks in ((2.5, "Our restaurant is full"), (2.2, "Seven-room inn")):
        stage.begin(days, is_given_to(claire, stage.case("Cleveland", asks=asks)))
    stage.begin(1.2, pauses(stage.world, stage.cast, claire, 18, "Family visit abroad"))


def is_given_to(mentor: Mentor, case: Case) -> Story:
    """Assigned to one mentor in particular."""
    case.submit()
    yield case.in_hours(4)
    case.assign(mentor, case.says("note_to_mentor"))


def accepted_by(mentor: Mentor, case: Case) -> Story:
    """Assigned to one mentor, who accepts on the same day."""
    yield from is_given_to(mentor, case)
    yield case.in_hours(3)
    case.accept()


def _a_mentor_leaves(stage: Stage) -> None:
    """Lorenzo resigns with one request unanswered and two clients; one is given away at once."""
    lorenzo = stage.star("Lorenzo Vitale")
    kept = stage.case("Cleveland", asks="We grew from 9")
    stage.begin(26, has_a_client(lorenzo, kept))
    given_away = stage.case("Cleveland", asks="My father wants to retire")
    stage.begin(19, is_taken_over(stage, lorenzo, given_away))
    stage.begin(2.0, is_given_to(lorenzo, stage.case("Cleveland", asks="Cabinet shop with")))
    stage.begin(1.0, leaves(stage, lorenzo))


def has_a_client(mentor: Mentor, case: Case) -> Story:
    """A mentor accepts and holds a first session."""
    yield from is_given_to(mentor, case)
    yield case.in_hours(4)
    case.accept()
    yield case.in_days(6)
    case.record_session()


def is_taken_over(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """When the mentor has left, the coordinator gives his client to another one."""
    yield from has_a_client(mentor, case)
    yield stage.ago(0.6)
    case.reassign(office.choose(case))


def leaves(stage: Stage, mentor: Mentor) -> Story:
    """The Chapter Manager records that a mentor has resigned."""
    manager = stage.home.manager
    assert manager is not None  # every chapter has one
    _, back = availability.change_standing(
        volunteer_id=mentor.person.pk,
        by=manager,
        now=stage.world.now,
        status=VolunteerStatus.RESIGNED,
        classification=Classification.MENTOR,
    )
    stage.cast.handed_back |= {mre.pk for mre in back}
    yield from ()


# --- What must have happened once at least --------------------------------------------------------


def _odds_and_ends(stage: Stage) -> None:
    stage.begin(64, is_parked(stage, stage.case("Cleveland")))
    stage.begin(6, is_sent_twice(stage, stage.case("Akron")))
    stage.begin(0.5, comes_twice(stage, stage.case("Cleveland")))
    stage.begin(25, comes_back_to_her_mentor(stage, stage.case("Toledo")))
    stage.begin(9, is_answered_late(stage.case("Cleveland")))
    stage.begin(12, is_given_up(stage.case("Akron")))
    stage.begin(5, is_given_to_another(stage.case("Toledo")))
    stage.begin(20, has_everything(stage, stage.case("Cleveland")))
    stage.begin(22, is_missed(stage.case("Youngstown")))
    stage.begin(18, has_no_luck(stage.case("Toledo"), cannot_be_reached))
    stage.begin(30, has_no_luck(stage.case("Lorain"), does_not_respond))


def takes_nobody_now(stage: Stage, mentor: Mentor) -> Story:
    """Clients may ask for this mentor by name, but there is no place left this week."""
    own: dict[str, Any] = {"mentor_id": mentor.person.pk, "by": mentor.person}
    own["now"] = stage.world.now
    words = mentor.person.profile.public_words
    roster.change_listing(in_directory=True, public_words=words, accepts_direct=True, **own)
    roster.change_limit(weekly_limit=0, **own)
    yield from ()


def is_parked(stage: Stage, case: Case) -> Story:
    """The service for this client is suspended; the next request waits for an administrator."""
    case.submit()
    yield case.in_hours(3)
    case.withdraw(WithdrawReason.OTHER)
    client = Client.objects.get(requests=case.pk)
    client.service_suspended = True
    client.save(update_fields=["service_suspended"])  # as an administrator does it
    yield stage.ago(1.1)
    stage.case_of("Cleveland", case.applicant).submit()


def is_sent_twice(stage: Stage, case: Case) -> Story:
    """The same form twice; one is closed as a duplicate of the other."""
    case.submit()
    again = stage.case_of("Akron", case.applicant)
    yield case.in_hours(1)
    again.submit()
    yield case.in_hours(3)
    again.withdraw(WithdrawReason.DUPLICATE, stays=case.pk)
    yield from find_mentor(case)


def comes_twice(stage: Stage, case: Case) -> Story:
    """By web, and by phone under another address: flagged, nobody has looked yet."""
    case.submit()
    yield case.in_hours(2)
    other = with_changes(case.applicant.person, email=f"shop.{case.applicant.person.email}")
    again = stage.case_of("Cleveland", with_changes(case.applicant, person=other))
    again.submit(Source.COORDINATOR, by=case.coordinator())


def comes_back_to_her_mentor(stage: Stage, case: Case) -> Story:
    """Complete, and then one more question to the same mentor."""
    yield from accepted(case)
    mentor = case.lead
    yield case.in_days(5)
    case.record_session()
    yield case.in_days(4)
    case.complete()
    yield stage.ago(3)
    submission.send_status_links(email=case.applicant.person.email, now=stage.world.now)
    case.reopen_to(mentor)


def is_answered_late(case: Case) -> Story:
    """Accepted on the third business day."""
    case.submit()
    yield case.in_hours(3)
    office.assign(case)
    yield case.in_hours(30)
    case.accept()
    yield case.in_hours(6)
    case.correct_address()


def is_given_up(case: Case) -> Story:
    """The client withdraws while a mentor has it."""
    case.submit()
    yield case.in_hours(4)
    office.assign(case)
    yield case.in_hours(5)
    case.give_up()


def is_given_to_another(case: Case) -> Story:
    """Another mentor gets it before the first one has answered; he accepts."""
    case.submit()
    yield case.in_hours(4)
    office.assign(case)
    yield case.in_hours(7)
    case.replace(office.choose(case))
    yield case.in_hours(6)
    case.accept()


def has_everything(stage: Stage, case: Case) -> Story:
    """Notes of every level, more from the client, a session moved, one called off, one to come."""
    yield from accepted(case)
    yield case.in_hours(5)
    case.add_to_question()
    case.attempt(ContactResult.REACHED)
    for level in NoteLevel:
        yield case.in_hours(2)
        case.note(level)
    case.plan_session(4)
    yield case.in_hours(3)
    over = case.move_session(6)
    yield case.world.rhythm.later(over, case.place.zone, 1)
    case.hold_session()
    case.plan_session(4)
    yield case.in_hours(5)
    case.cancel_session()
    yield stage.ago(1)
    case.plan_session(3)


def has_no_luck(case: Case, ends: Part) -> Story:
    """Accepted, and then it ends without a session."""
    yield from accepted(case)
    yield from ends(case)


def is_missed(case: Case) -> Story:
    """The client did not come, and is not heard of."""
    yield from accepted(case)
    over = case.plan_session(5)
    yield case.world.rhythm.later(over, case.place.zone, 1)
    case.miss_session()
    yield case.in_days(4)
    case.no_show()
