"""Scenes on the desk of the demo mentor."""

from intake.actions import times
from intake.demo.acts import Case, full_hour
from intake.demo.people import Mentor
from intake.demo.scenes import accepted_by, is_given_to
from intake.demo.stage import Stage
from intake.demo.world import Story
from intake.enums import ContactResult, NoteLevel, SessionMode


def set_up(stage: Stage) -> None:
    """Put these scenes on the agenda."""
    joan = stage.star("Joan Whitfield")
    _her_past(stage, joan)
    maribel = stage.case("Cleveland", "Maribel Ortiz", "I run a two-person bakery")
    stage.begin(120, first_time(maribel, joan))
    stage.begin(9.5, comes_back(stage, maribel, joan))
    stage.begin(0.7, asks_for(joan, stage.case("Cleveland", "Ruth Abara", "Our granola is in")))
    stage.begin(
        9.0, owes_notes(stage, joan, stage.case("Cleveland", "Ben Ochoa", "I sell cutting boards"))
    )
    stage.begin(
        14, is_called_twice(stage, joan, stage.case("Cleveland", "Rosa Delgado", "Sales are up"))
    )
    stage.begin(
        38, meets_often(stage, joan, stage.case("Cleveland", "Paul Becker", "Our website is"))
    )
    stage.begin(
        15, is_not_heard_of(stage, joan, stage.case("Cleveland", "Nadia Haddad", "New owner"))
    )
    stage.begin(58, went_quiet(stage, joan, stage.case("Cleveland", "Ian Moore", "One customer")))
    stage.begin(2, is_offered_times(stage, joan, stage.case("Cleveland", "Elena Fuentes")))


PAST = (
    (165, "Cash flow swings"),
    (150, "I win every bid"),
    (132, "Want to move my hot sauce"),
    (101, "Launching a cold brew cart"),
    (84, "Instagram works but nobody"),
    (70, "Catering for"),
)


def _her_past(stage: Stage, joan: Mentor) -> None:
    for days, asks in PAST:
        stage.begin(days, first_time(stage.case("Cleveland", asks=asks), joan))


def first_time(case: Case, mentor: Mentor) -> Story:
    """A request that goes as it should."""
    yield from is_given_to(mentor, case)
    yield case.in_hours(3)
    case.accept()
    yield case.in_days(6)
    case.record_session()
    yield case.in_days(12)
    case.record_session()
    yield case.in_days(4)
    case.complete()


def comes_back(stage: Stage, before: Case, mentor: Mentor) -> Story:
    """A client of hers asks again; the first mentor lets it time out, now it is with her."""
    case = stage.case_of("Cleveland", before.applicant)
    case.submit()
    yield case.in_hours(4)
    case.assign(stage.star("James Hale"))
    yield stage.ago(0.4)
    case.time_out()
    note = "Maribel has worked with you before. She has waited far too long this time."
    case.assign(mentor, note, by=stage.home.coordinators[0])


def asks_for(mentor: Mentor, case: Case) -> Story:
    """The client names the mentor: a direct request."""
    case.submit(wish=mentor)
    yield from ()


def owes_notes(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """A session was held, its notes are missing."""
    yield from accepted_by(mentor, case)
    yield stage.ago(0.7)
    case.record_session(notes=False)


def is_called_twice(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """Two attempts, and the third one is due."""
    yield from accepted_by(mentor, case)
    yield stage.ago(6)
    case.attempt(ContactResult.LEFT_MESSAGE)


def meets_often(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """Three sessions, the next one planned."""
    yield from accepted_by(mentor, case)
    for days in (30, 18, 7):
        yield stage.ago(days)
        case.record_session()
    case.note(NoteLevel.CLIENT)
    yield stage.ago(1.5)
    case.plan_session(5, place="https://meet.example.org/becker")


def is_not_heard_of(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """Three attempts in more than two weeks: to be closed."""
    yield from accepted_by(mentor, case)
    for days in (9, 4):
        yield stage.ago(days)
        case.attempt(ContactResult.NO_ANSWER)


def went_quiet(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """Two sessions, the last one long ago."""
    yield from accepted_by(mentor, case)
    for days in (46, 34):
        yield stage.ago(days)
        case.record_session()


def is_offered_times(stage: Stage, mentor: Mentor, case: Case) -> Story:
    """Accepted, and the client has three times to choose from."""
    yield from accepted_by(mentor, case)
    yield stage.ago(0.3)
    times.propose(
        mre_id=case.pk,
        by=mentor.person,
        now=stage.world.now,
        starts=[full_hour(case.in_days(days)) for days in (3, 4, 6)],
        meeting=times.Meeting(mode=SessionMode.VIDEO),
    )
