"""The database has the last word: rows that make no sense are refused, whoever writes them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import F

from intake.models import (
    Assignment,
    Client,
    ClientAlias,
    ClientMerge,
    CoMentor,
    DefaultView,
    DigestLine,
    DuplicateFlag,
    FigureCheck,
    MailChoice,
    MentoringRequest,
    NoteTemplate,
    OutboxMail,
    ProposedTime,
    ReportSubscription,
    RequestEvent,
    SavedView,
    Session,
    Snooze,
    TeamMember,
    TimeProposal,
    Unfinished,
)
from mentors.models import Chapter, Pause, Position, Volunteer
from tests.factories import (
    LONG_AGO,
    MONDAY,
    Organisation,
    Story,
    request_in,
    submit,
    volunteer,
)

Spoil = Callable[[Organisation], object]


def request_where(situation: str, **changes: Any) -> Spoil:
    """Write these columns of a request that stands so."""
    return lambda org: MentoringRequest.objects.filter(pk=request_in(situation, org).mre_id).update(
        **changes
    )


def assignment_where(situation: str, **changes: Any) -> Spoil:
    """Write these columns of its assignment."""
    return lambda org: Assignment.objects.filter(
        pk=request_in(situation, org).assignment.pk
    ).update(**changes)


def session_where(situation: str, **changes: Any) -> Spoil:
    """Write these columns of its session."""
    return lambda org: Session.objects.filter(pk=request_in(situation, org).session.pk).update(
        **changes
    )


def mail_where(**changes: Any) -> Spoil:
    """Write these columns of a mail."""

    def spoil(org: Organisation) -> None:
        submit(org)
        OutboxMail.objects.filter(kind="client_received").update(**changes)

    return spoil


def second_open_assignment(org: Organisation) -> None:
    story = request_in("accepted", org)
    Assignment.objects.filter(pk=story.assignment.pk).update(ended_at=None)
    row = story.assignment
    row.pk = None
    row._state.adding = True
    row.mentor = org.ben
    row.save()


def copied(model: type[models.Model], **changes: Any) -> Callable[[Story], None]:
    """The last row of a table once more."""

    def spoil(_: Story) -> None:
        row = model._default_manager.latest("pk")
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()

    return spoil


def flagged(*, turned: bool = False, twice: bool = False) -> Spoil:
    def spoil(org: Organisation) -> None:
        first, second = submit(org).mre, submit(org).mre
        request, other = (first, second) if turned else (second, first)
        for _ in range(1 + twice):
            DuplicateFlag.objects.create(request=request, other=other, reason="x", found_at=MONDAY)

    return spoil


def dismissed_by_nobody(org: Organisation) -> None:
    flagged()(org)
    DuplicateFlag.objects.update(dismissed_at=MONDAY)


def event(**fields: Any) -> Spoil:
    def spoil(org: Organisation) -> None:
        wanted: dict[str, Any] = {
            "request": submit(org).mre,
            "kind": "note",
            "at": MONDAY,
            "processed_at": MONDAY,
            "to_status": "need_action",
        } | fields
        if wanted.get("by") == "somebody":
            wanted["by"] = org.joan
        RequestEvent.objects.create(**wanted)

    return spoil


def position(**fields: Any) -> Spoil:
    def spoil(org: Organisation) -> None:
        units = {name: getattr(org, unit) for name, unit in fields.pop("at", {}).items()}
        Position.objects.create(volunteer=org.ben, starts_on=LONG_AGO, **units, **fields)

    return spoil


def same_position_twice(org: Organisation) -> None:
    for _ in range(2):
        Position.objects.create(
            volunteer=org.ben, role="rcic", district=org.hudson, starts_on=LONG_AGO
        )


def pause_of(days: int, resumed_after: int | None = None) -> Spoil:
    def spoil(org: Organisation) -> None:
        today = MONDAY.date()
        Pause.objects.create(
            mentor=org.joan,
            starts_on=today,
            ends_on=today + timedelta(days=days),
            resumed_on=None if resumed_after is None else today + timedelta(days=resumed_after),
            created_at=MONDAY,
        )

    return spoil


def same_address_in_capitals(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.ben.pk).update(email=org.joan.email.upper())


def alias_twice(org: Organisation) -> None:
    client = submit(org).mre.client
    for email in ("old@example.com", "OLD@example.com"):
        ClientAlias.objects.create(client=client, email=email)


def merged_into_itself(org: Organisation) -> None:
    Client.objects.filter(pk=submit(org).mre.client_id).update(merged_into=F("pk"))


def merged(*, itself: bool = False, twice: bool = False, **fields: Any) -> Spoil:
    """Two clients merged; or one with itself, or one of them twice."""

    def spoil(org: Organisation) -> None:
        kept, away = (submit(org).mre.client for _ in range(2))
        for _ in range(1 + twice):
            ClientMerge.objects.create(
                kept=kept, merged=kept if itself else away, by=org.rcic, at=MONDAY, **fields
            )

    return spoil


def view(org: Organisation, **fields: Any) -> SavedView:
    return SavedView.objects.create(owner=org.rcic, name="Mine", page="queue", **fields)


def template(org: Organisation, **fields: Any) -> NoteTemplate:
    return NoteTemplate.objects.create(owner=org.rcic, name="Mine", text="Hello", **fields)


def two_that_begin(org: Organisation) -> None:
    for name in ("One", "Two"):
        NoteTemplate.objects.create(owner=org.rcic, name=name, text="Hello", begins=True)


def at_two_units(kept: Callable[..., object]) -> Spoil:
    return lambda org: kept(org, chapter=org.new_york, district=org.hudson)


def twice(kept: Callable[..., object]) -> Spoil:
    def spoil(org: Organisation) -> None:
        kept(org)
        kept(org)

    return spoil


def two_first_views(org: Organisation) -> None:
    kept = view(org)
    for _ in range(2):
        DefaultView.objects.create(volunteer=org.rcic, page="queue", view=kept)


def mail_choice(org: Organisation) -> object:
    return MailChoice.objects.create(volunteer=org.rcic, kind="rcic_new", how="off")


def same_line_twice(org: Organisation) -> None:
    event = submit(org).mre.events.get()
    for _ in range(2):
        DigestLine.objects.create(
            volunteer=org.rcic,
            kind="rcic_new",
            event=event,
            request_id=event.request_id,
            words="New",
            at=MONDAY,
        )


def joined_into_nothing(org: Organisation) -> None:
    submit(org)
    OutboxMail.objects.filter(kind="client_received").update(state="joined")


def joined_and_sent_alone(org: Organisation) -> None:
    submit(org)
    whole = OutboxMail.objects.get(kind="client_received")
    OutboxMail.objects.exclude(pk=whole.pk).update(joined_into=whole)


def address_without_instant(org: Organisation) -> None:
    Client.objects.filter(pk=submit(org).mre.client_id).update(mail_trouble="bounced")


def times(org: Organisation, story: Story | None = None, **fields: Any) -> TimeProposal:
    """An open proposal of times; for a request of its own, or for this one."""
    story = story or request_in("accepted", org)
    return TimeProposal.objects.create(
        request_id=story.mre_id,
        assignment=story.assignment,
        by=org.joan,
        mode="video",
        created_at=MONDAY,
        attempt=story.assignment.attempts.get(),
        **fields,
    )


def two_open_proposals(org: Organisation) -> None:
    story = request_in("accepted", org)
    times(org, story)
    times(org, story)


def picked_and_still_open(org: Organisation) -> None:
    story = request_in("session_planned", org)
    times(org, story, session=story.session)


def same_time_twice(org: Organisation) -> None:
    proposal = times(org)
    for _ in range(2):
        ProposedTime.objects.create(proposal=proposal, starts_at=MONDAY)


def on_the_team(*, twice: bool = False, **fields: Any) -> Spoil:
    def spoil(org: Organisation) -> None:
        mre = request_in("accepted", org).mre
        for _ in range(1 + twice):
            TeamMember.objects.create(
                request=mre,
                volunteer=org.sam,
                role="expert",
                added_by=org.joan,
                added_at=MONDAY,
                **fields,
            )

    return spoil


def unfinished(org: Organisation) -> object:
    return Unfinished.objects.create(owner=org.joan, form="notes:1", saved_at=MONDAY)


def subscription(org: Organisation) -> object:
    return ReportSubscription.objects.create(
        subscriber=org.rcic, report="timing", kind="csv", cadence="weekly", created_at=MONDAY
    )


def snoozed(*, times: int = 1, **fields: Any) -> Spoil:
    def spoil(org: Organisation) -> None:
        wanted: dict[str, Any] = {
            "request": submit(org).mre,
            "stage": "not_assigned",
            "reason": "The client is away until Friday.",
            "until": MONDAY.date() + timedelta(days=4),
            "ends_at": MONDAY + timedelta(days=4),
            "by": org.rcic,
            "at": MONDAY,
        } | fields
        for _ in range(times):
            Snooze.objects.create(**wanted)

    return spoil


def miscounted_check(org: Organisation) -> None:
    FigureCheck.objects.create(started_at=MONDAY, requests=1, differing=2)


def co_mentor_twice(org: Organisation) -> None:
    session = request_in("counseled", org).session
    for _ in range(2):
        CoMentor.objects.create(session=session, volunteer=org.sam)


REFUSED: dict[str, list[Spoil]] = {
    # Requests
    "request_queue_reason_in_queue": [
        request_where("new", queue_reason=""),
        request_where("accepted", queue_reason="new"),
    ],
    "request_current_while_with_mentor": [
        request_where("assigned", current=None),
        request_where("accepted", current=None),
        request_where("declined", status="assigned", queue_reason=""),
    ],
    "request_closed_at_when_closed": [
        request_where("complete", closed_at=None),
        request_where("accepted", closed_at=MONDAY),
    ],
    "request_waits_until_accepted": [
        request_where("new", waiting_since=None),
        request_where("accepted", waiting_since=MONDAY),
        request_where("complete", waiting_since=MONDAY),
    ],
    "request_withdraw_reason": [
        request_where("withdrawn", withdraw_reason=""),
        request_where("complete", withdraw_reason="other"),
    ],
    "request_duplicate_of_when_duplicate": [
        request_where("withdrawn", duplicate_of=models.F("pk"))
    ],
    "request_typed_in_by_somebody": [
        request_where("new", source="coordinator"),
        lambda org: MentoringRequest.objects.filter(pk=submit(org).mre_id).update(
            submitted_by=org.rcic
        ),
    ],
    "request_parked_is_not_assigned": [request_where("assigned", parked=True)],
    "request_since_submission": [request_where("new", status_since=MONDAY - timedelta(seconds=1))],
    "request_proposal_waits_in_queue": [
        lambda org: request_where("accepted", proposed_mentor=org.ben)(org)
    ],
    # Assignments
    "assignment_one_open_per_request": [second_open_assignment],
    "assignment_answered_at_when_answered": [
        assignment_where("accepted", answered_at=None),
        assignment_where("accepted", answer_days=None),
        assignment_where("assigned", answered_at=MONDAY),
    ],
    "assignment_ended_unless_held": [
        assignment_where("assigned", ended_at=MONDAY + timedelta(days=1)),
        assignment_where("declined", ended_at=None),
        assignment_where("timed_out", ended_at=None),
    ],
    "assignment_decline_reason": [
        assignment_where("declined", decline_reason=""),
        assignment_where("accepted", decline_reason="other"),
    ],
    "assignment_late_is_overdue": [
        assignment_where("overdue", overdue_at=None),
        assignment_where("accepted_late", overdue_at=None),
        assignment_where("timed_out", overdue_at=None),
    ],
    "assignment_in_time_is_not_overdue": [
        assignment_where("assigned", overdue_at=MONDAY),
        assignment_where("accepted", overdue_at=MONDAY),
    ],
    "assignment_clocks_in_order": [
        assignment_where("assigned", requeue_at=models.F("respond_by")),
        assignment_where("assigned", respond_by=models.F("assigned_at")),
    ],
    "assignment_ends_after_start": [assignment_where("declined", ended_at=MONDAY)],
    "assignment_first_attempt_when_tried": [
        assignment_where("accepted", attempts_made=0),
        assignment_where("accepted", first_attempt_at=None),
    ],
    "assignment_counseled_is_contacted": [assignment_where("accepted", counseled_at=MONDAY)],
    # Sessions
    "session_held_has_minutes": [
        session_where("counseled", minutes=None),
        session_where("session_planned", minutes=30),
    ],
    "session_entered_when_past": [
        session_where("session_missed", entered_at=None),
        session_where("session_planned", entered_at=MONDAY),
    ],
    "session_held_owes_notes": [
        session_where("counseled", notes_due_at=None),
        session_where("session_planned", notes_due_at=MONDAY),
    ],
    "session_notes_have_instant": [
        session_where("counseled", notes_entered_at=None),
        session_where("session_planned", notes="Prices."),
        session_where("session_missed", notes_entered_at=MONDAY),
    ],
    "co_mentor_once": [co_mentor_twice],
    "one_open_time_proposal": [two_open_proposals],
    "time_proposal_picked_is_closed": [picked_and_still_open],
    "proposed_time_once": [same_time_twice],
    "on_the_team_once": [on_the_team(twice=True)],
    "left_the_team_after_joining": [on_the_team(left_at=MONDAY - timedelta(seconds=1))],
    # The rest of a request
    "event_processed_after_it_counts": [event(at=MONDAY + timedelta(seconds=1))],
    "event_by_one_person": [event(by="somebody", by_client=True)],
    "duplicate_flag_once": [flagged(twice=True)],
    "duplicate_flag_on_the_later_one": [flagged(turned=True)],
    "duplicate_flag_dismissed_by_somebody": [dismissed_by_nobody],
    "alias_once_per_client": [alias_twice],
    "client_mail_trouble_has_instant": [address_without_instant],
    "client_not_merged_into_itself": [merged_into_itself],
    "merge_of_two_clients": [merged(itself=True)],
    "merged_away_once": [merged(twice=True)],
    "merge_undone_by_somebody": [merged(undone_at=MONDAY)],
    # What coordinators keep
    "savedview_shared_at_one_unit": [at_two_units(view)],
    "saved_view_named_once": [twice(view)],
    "one_default_view_per_page": [two_first_views],
    "notetemplate_shared_at_one_unit": [at_two_units(template)],
    "note_template_named_once": [twice(template)],
    "note_template_one_begins": [two_that_begin],
    "unfinished_once": [twice(unfinished)],
    "one_choice_per_mail_kind": [twice(mail_choice)],
    "digest_line_once": [same_line_twice],
    # Reports
    "snoozed_once": [snoozed(times=2)],
    "snooze_has_reason": [snoozed(reason="")],
    "snooze_ends_in_the_future": [snoozed(ends_at=MONDAY)],
    "snooze_ended_by_somebody": [snoozed(ended_at=MONDAY)],
    "subscribed_once": [twice(subscription)],
    "check_counts_requests": [miscounted_check],
    # Mails
    "mail_joined_into_another": [joined_into_nothing, joined_and_sent_alone],
    "mail_to_one_person": [lambda org: mail_where(volunteer=org.joan)(org)],
    "mail_sent_has_instant": [mail_where(state="sent"), mail_where(sent_at=MONDAY)],
    "mail_sending_has_claim": [mail_where(state="sending"), mail_where(claimed_at=MONDAY)],
    # People and units
    "one_national_chapter": [
        lambda org: Chapter.objects.filter(pk=org.phoenix.pk).update(is_national=True)
    ],
    "chapter_code_four_digits": [
        lambda org: Chapter.objects.filter(pk=org.phoenix.pk).update(code="85"),
        lambda org: Chapter.objects.filter(pk=org.phoenix.pk).update(code="85O1"),
    ],
    "zip_prefix_is_digits": [
        lambda org: org.phoenix.zip_prefixes.update(prefix="85a"),
        lambda org: org.phoenix.zip_prefixes.update(prefix=""),
    ],
    "volunteer_email_unique": [same_address_in_capitals],
    "volunteer_mail_trouble_has_instant": [
        lambda org: Volunteer.objects.filter(pk=org.joan.pk).update(mail_trouble_at=MONDAY)
    ],
    "volunteer_has_chapter": [
        lambda org: Volunteer.objects.filter(pk=org.joan.pk).update(chapter=None)
    ],
    "position_at_exactly_one_unit": [
        position(role="rcic"),
        position(role="rcic", at={"region": "east", "chapter": "new_york"}),
    ],
    "position_manager_and_chair_at_chapter": [
        position(role="chapter_manager", at={"district": "hudson"}),
        position(role="membership_chair", at={"region": "east"}),
    ],
    "position_ends_after_start": [
        position(role="rcic", at={"chapter": "newark"}, ends_on=LONG_AGO - timedelta(days=1))
    ],
    "position_once_at_a_time": [same_position_twice],
    "pause_ends_after_start": [pause_of(-1)],
    "pause_resumed_while_it_lasted": [pause_of(3, -1), pause_of(3, 4)],
}
CASES = [
    pytest.param(name, spoil, id=f"{name}-{number}")
    for name, spoils in REFUSED.items()
    for number, spoil in enumerate(spoils)
]


@pytest.mark.parametrize(("constraint", "spoil"), CASES)
def test_the_database_refuses_a_row_that_makes_no_sense(
    org: Organisation, constraint: str, spoil: Spoil
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        spoil(org)


def test_every_constraint_of_the_models_is_tried() -> None:
    named = {
        constraint.name
        for label in ("intake", "mentors")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert set(REFUSED) == named


# --- Keys ---------------------------------------------------------------------------------------


def test_a_form_has_one_request(org: Organisation) -> None:
    key = uuid4()
    submit(org, key=key)
    other = submit(org)
    with pytest.raises(IntegrityError), transaction.atomic():
        MentoringRequest.objects.filter(pk=other.mre_id).update(submission_key=key)


@pytest.mark.parametrize(
    ("model", "situation"), [(OutboxMail, "new"), (Session, "session_planned")]
)
def test_a_mail_and_a_calendar_entry_have_a_key_of_their_own(
    org: Organisation, model: type[models.Model], situation: str
) -> None:
    story = request_in(situation, org)
    with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
        copied(model)(story)


def test_people_who_did_something_cannot_be_deleted(org: Organisation) -> None:
    request_in("counseled", org)
    for person in (org.joan, org.admin):
        with pytest.raises(models.ProtectedError):
            person.delete()
    volunteer(org.new_york).delete()


# --- The timeline -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intake_requestevent SET kind = 'note'",
        "UPDATE intake_requestevent SET data = '{}' WHERE kind = 'submitted'",
        "DELETE FROM intake_requestevent",
        "DELETE FROM intake_requestevent WHERE kind = 'assigned'",
    ],
)
def test_the_timeline_is_neither_changed_nor_deleted(org: Organisation, statement: str) -> None:
    story = request_in("assigned", org)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert story.kinds == ["submitted", "assigned"]


def test_the_timeline_is_not_changed_by_the_program_either(org: Organisation) -> None:
    written = request_in("assigned", org).mre.events.latest("pk")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        written.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RequestEvent.objects.filter(pk=written.pk)._raw_delete("default")
    with suppress(models.ProtectedError), transaction.atomic():
        MentoringRequest.objects.all().delete()
    assert RequestEvent.objects.count() == 2


# --- The states ---------------------------------------------------------------------------------


def test_a_status_is_not_set_past_the_transitions(org: Organisation) -> None:
    story = request_in("assigned", org)
    mre, assignment = story.mre, story.assignment
    with pytest.raises(AttributeError):
        mre.status = "complete"
    with pytest.raises(AttributeError):
        assignment.outcome = "accepted_in_time"
