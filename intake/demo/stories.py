"""What clients, coordinators and mentors do with a request, and how often.

Hours are hours at a desk.
"""

from collections.abc import Callable

from intake.demo import office
from intake.demo.acts import Case
from intake.demo.people import Mentor
from intake.demo.world import Story
from intake.enums import Channel, ContactResult, DeclineReason, NoteLevel, Source, WithdrawReason

Part = Callable[[Case], Story]


def ordinary(case: Case) -> Story:
    """A request from its submission to wherever it gets."""
    _come_in(case)
    yield from find_mentor(case)
    if case.is_accepted:
        yield from _asides(case)
        yield from _one_of(case, FATES)(case)


def _one_of(case: Case, parts: dict[Part, int]) -> Part:
    return case.rng.choices(list(parts), list(parts.values()))[0]


def _come_in(case: Case) -> None:
    """Most by the web form, some typed in; a few clients wish for a mentor by name."""
    source = case.rng.choices(list(SOURCES), list(SOURCES.values()))[0]
    typed_by = {
        Source.COORDINATOR: case.coordinator,
        Source.MENTOR: lambda: case.rng.choice(case.place.mentors).person,
    }
    by = typed_by[source]() if source in typed_by else None
    case.submit(source, by, _wish(case) if case.chance(WISHES) else None)


def _wish(case: Case) -> Mentor:
    """A mentor whom the client has heard of; most of them take direct requests."""
    known = [mentor for mentor in case.place.mentors if not mentor.scripted]
    direct = [mentor for mentor in known if mentor.direct]
    return case.rng.choice(direct if direct and case.chance(0.7) else known)


SOURCES = {Source.WEB: 80, Source.API: 8, Source.COORDINATOR: 8, Source.MENTOR: 4}
WISHES = 0.09


# --- Until a mentor accepts -----------------------------------------------------------------------


def find_mentor(case: Case) -> Story:
    """Assigned, and assigned again, until a mentor accepts or it is closed."""
    while not (case.is_accepted or case.is_closed):
        if case.is_waiting_for_answer():
            yield from _one_of(case, FIRST_ANSWERS if len(case.tried) == 1 else LATER_ANSWERS)(case)
        else:
            yield case.in_hours(case.rng.triangular(0.5, 13, 3))
            _triage(case)


def _triage(case: Case) -> None:
    if case.chance(USELESS):
        is_no_business = case.chance(0.8)
        case.withdraw(WithdrawReason.OUT_OF_SCOPE if is_no_business else WithdrawReason.OTHER)
    else:
        office.assign(case)


USELESS = 0.04
"""How often a coordinator closes a request at once."""


def accepts(case: Case) -> Story:
    """In time, as fast as the mentor is."""
    yield case.in_hours(case.rng.triangular(*HOURS_TO_ANSWER[case.lead.temper]))
    if case.is_waiting_for_answer():
        case.accept()


HOURS_TO_ANSWER = {"quick": (0.8, 4, 1), "steady": (1, 9, 2), "slow": (5, 20, 9)}


def accepts_late(case: Case) -> Story:
    """After two business days and before the clock takes it back."""
    yield case.in_hours(case.rng.triangular(28, 42, 31))
    if case.is_waiting_for_answer():
        case.accept()


def declines(case: Case) -> Story:
    """No, for one of the reasons."""
    yield case.in_hours(case.rng.triangular(1, 15, 4))
    if case.is_waiting_for_answer():
        case.decline(case.rng.choice(list(DeclineReason)))


def is_silent(case: Case) -> Story:
    """No answer at all: the clock takes it back."""
    yield case.world.rhythm.later(case.held_by.requeue_at, case.place.zone, 0.5)
    if case.is_waiting_for_answer():
        case.time_out()


def is_replaced(case: Case) -> Story:
    """The coordinator changes his mind before there is an answer."""
    yield case.in_hours(case.rng.triangular(4, 15, 8))
    if case.is_waiting_for_answer():
        case.replace(office.choose(case))


def client_gives_up(case: Case) -> Story:
    """The client withdraws on the status page."""
    yield case.in_hours(case.rng.triangular(2, 14, 6))
    case.is_waiting_for_answer()
    case.give_up()


FIRST_ANSWERS: dict[Part, int] = {
    accepts: 770,
    declines: 90,
    accepts_late: 50,
    is_silent: 45,
    is_replaced: 25,
    client_gives_up: 20,
}
LATER_ANSWERS: dict[Part, int] = {accepts: 90, declines: 5, accepts_late: 5}


# --- With a mentor --------------------------------------------------------------------------------


def _asides(case: Case) -> Story:
    """What happens beside the mentoring now and then."""
    for share, act in (
        (0.03, case.add_to_question),
        (0.02, case.correct_address),
        (0.05, lambda: case.note(NoteLevel.MENTOR)),
        (0.03, lambda: case.note(NoteLevel.COORDINATOR)),
    ):
        if case.chance(share):
            yield case.in_hours(case.rng.triangular(1, 12, 3))
            act()


def first_contact(case: Case) -> Story:
    """A phone call, where the first note did not lead to a date by itself."""
    if case.chance(0.3):
        yield case.in_hours(case.rng.triangular(6, 30, 10))
        case.attempt(ContactResult.REACHED)


def session(case: Case) -> Story:
    """One session, planned here or not, with notes now or late."""
    with_notes = case.chance(0.85)
    if case.chance(0.45):
        yield from _planned_session(case, with_notes=with_notes)
    else:
        yield case.in_days(case.rng.triangular(3, 13, 6))
        case.record_session(notes=with_notes)
    if not with_notes and case.chance(0.9):
        yield case.in_days(case.rng.triangular(1, 9, 3))
        case.write_notes()


def _planned_session(case: Case, *, with_notes: bool) -> Story:
    over = case.plan_session(case.rng.triangular(2, 11, 5))
    if case.chance(0.1):
        yield case.in_hours(case.rng.uniform(1, 6))
        over = case.move_session(case.rng.triangular(4, 12, 7))
    yield case.world.rhythm.later(over, case.place.zone, case.rng.triangular(0.2, 6, 1))
    case.hold_session(notes=with_notes)


def completes(case: Case) -> Story:
    """One to four sessions, weeks apart, and done."""
    yield from first_contact(case)
    yield from session(case)
    for _ in range(case.rng.choices((0, 1, 2, 3), (70, 18, 8, 4))[0]):
        yield case.in_days(case.rng.triangular(7, 25, 12))
        yield from session(case)
    if case.chance(0.15):
        case.note(NoteLevel.CLIENT)
    yield case.in_days(case.rng.triangular(1, 16, 3))
    case.complete()


def does_not_respond(case: Case) -> Story:
    """Three attempts over two weeks, nothing."""
    yield case.in_days(case.rng.triangular(6.5, 9, 7.2))
    case.attempt(ContactResult.LEFT_MESSAGE)
    yield case.in_days(case.rng.triangular(5, 9, 6.5))
    case.attempt(case.rng.choice(MISSED), Channel.EMAIL)
    due = case.held_by.close_out_due_at
    assert due is not None  # set by the third attempt
    yield case.world.rhythm.later(due, case.place.zone, case.rng.triangular(1, 40, 6))
    case.no_response()


MISSED = (ContactResult.NO_ANSWER, ContactResult.AWAITING_ANSWER)


def does_not_show(case: Case) -> Story:
    """A date, and nobody there."""
    over = case.plan_session(case.rng.triangular(2, 9, 4))
    yield case.world.rhythm.later(over, case.place.zone, case.rng.triangular(0.2, 4, 1))
    case.miss_session()
    yield case.in_days(case.rng.triangular(2, 10, 4))
    case.no_show()


def cannot_be_reached(case: Case) -> Story:
    """Neither address works."""
    yield case.in_hours(case.rng.triangular(2, 12, 4))
    case.attempt(ContactResult.UNDELIVERABLE, Channel.EMAIL)
    yield case.in_hours(case.rng.triangular(2, 12, 4))
    case.attempt(ContactResult.WRONG_NUMBER)
    yield case.in_days(case.rng.triangular(1, 5, 2))
    case.incorrect_contact()


def changes_plans(case: Case) -> Story:
    """Reached, and not interested any more."""
    yield case.in_hours(case.rng.triangular(3, 20, 8))
    case.attempt(ContactResult.REACHED)
    yield case.in_hours(1)
    case.withdraw(WithdrawReason.NOT_INTERESTED, by=case.lead.person)


def gets_another_mentor(case: Case) -> Story:
    """The mentor cannot go on; another one does."""
    yield from session(case)
    yield case.in_days(case.rng.triangular(3, 12, 5))
    if case.chance(0.6):
        case.transfer()
    else:
        case.reassign(office.choose(case))
    yield from find_mentor(case)
    if case.is_accepted:
        yield from completes(case)


def comes_to_nothing_yet(case: Case) -> Story:
    """A date that is called off, weeks of silence, a new date."""
    case.plan_session(case.rng.triangular(4, 9, 6))
    yield case.in_hours(case.rng.triangular(3, 12, 6))
    case.cancel_session()
    yield case.in_days(case.rng.triangular(12, 35, 20))
    yield from completes(case)


FATES: dict[Part, int] = {
    completes: 66,
    does_not_respond: 11,
    does_not_show: 5,
    cannot_be_reached: 3,
    changes_plans: 4,
    gets_another_mentor: 5,
    comes_to_nothing_yet: 6,
}
