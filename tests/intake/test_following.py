"""Membership Chairs follow up on mentors: what is kept, what is mailed, and who may."""

from datetime import date, timedelta
from typing import Any

import pytest

from intake.actions.following import log_follow_up, mail_mentor
from intake.models import OutboxMail
from mentors.enums import FollowUpHow, MailTrouble
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import FollowUp, Volunteer
from tests.factories import MONDAY, Organisation
from tests.refusals import invalid

TODAY = date(2026, 3, 16)


def follow_up(org: Organisation, **changes: Any) -> FollowUp:
    said: dict[str, Any] = {
        "mentor_id": org.joan.pk,
        "by": org.chair,
        "now": MONDAY,
        "on": TODAY,
        "how": FollowUpHow.PHONE,
        "text": " She is well, and back in April.\n",
    }
    return log_follow_up(**said | changes)


def write(org: Organisation, **changes: Any) -> FollowUp:
    said: dict[str, Any] = {
        "mentor_id": org.joan.pk,
        "by": org.chair,
        "now": MONDAY,
        "subject": "How are you?",
        "text": "Two requests went back.\nIs all well?",
    }
    return mail_mentor(**said | changes)


def test_a_follow_up_is_kept_as_it_was_said(org: Organisation) -> None:
    kept = FollowUp.objects.get(pk=follow_up(org).pk)
    assert (kept.mentor, kept.by, kept.logged_at) == (org.joan, org.chair, MONDAY)
    assert (kept.on, kept.how, kept.text) == (TODAY, "phone", "She is well, and back in April.")
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"on": TODAY + timedelta(days=1)}, "on"), ({"text": " \n"}, "text")],
)
def test_what_will_not_do_is_refused(
    org: Organisation, changes: dict[str, Any], field: str
) -> None:
    with invalid(field):
        follow_up(org, **changes)


def test_today_is_that_of_the_mentors_chapter(org: Organisation) -> None:
    """At 02:00 UTC on Tuesday it is Monday in New York."""
    night = MONDAY + timedelta(hours=12)
    with invalid("on"):
        follow_up(org, now=night, on=TODAY + timedelta(days=1))
    assert follow_up(org, now=night).on == TODAY


def test_the_same_is_not_kept_twice(org: Organisation) -> None:
    follow_up(org)
    with pytest.raises(AlreadyDone, match="it stands below"):
        follow_up(org, now=MONDAY + timedelta(seconds=1))
    follow_up(org, text="Once more in the evening.")
    assert FollowUp.objects.count() == 2


ALLOWED = {"chair", "admin"}


@pytest.mark.parametrize(
    "role", ["chair", "admin", "rcic", "leader", "manager", "joan", "rcic_elsewhere"]
)
def test_only_the_chair_of_the_chapter_and_administrators_follow_up(
    org: Organisation, role: str
) -> None:
    by: Volunteer = getattr(org, role)
    if role in ALLOWED:
        follow_up(org, by=by)
        write(org, by=by)
        return
    for act in (follow_up, write):
        with pytest.raises(NotAllowed, match="Only the Membership Chair of SCORE New York"):
            act(org, by=by)


def test_a_chair_does_not_follow_up_elsewhere(org: Organisation) -> None:
    with pytest.raises(NotAllowed, match="Only the Membership Chair of SCORE Phoenix"):
        follow_up(org, mentor_id=org.dan.pk)


def test_a_mail_is_sent_once_and_kept_as_a_follow_up(org: Organisation) -> None:
    kept = write(org)
    assert (kept.on, kept.how) == (TODAY, "email")
    assert kept.text == "How are you?\n\nTwo requests went back.\nIs all well?"
    mail = OutboxMail.objects.get()
    assert (mail.volunteer, mail.to_email, mail.reply_to) == (
        org.joan,
        org.joan.email,
        org.chair.email,
    )
    assert mail.subject == "How are you?"
    assert "Two requests went back.\nIs all well?" in mail.text
    with pytest.raises(AlreadyDone):
        write(org)
    assert OutboxMail.objects.count() == 1


def test_a_mail_says_something(org: Organisation) -> None:
    with invalid("subject"):
        write(org, subject=" ")
    with invalid("text"):
        write(org, text=" ")
    assert not FollowUp.objects.exists()


def test_a_subject_stays_on_one_line(org: Organisation) -> None:
    write(org, subject="How are you?\r\nBcc: all@example.org")
    assert OutboxMail.objects.get().subject == "How are you? Bcc: all@example.org"


def test_nothing_is_written_to_an_address_that_fails(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.joan.pk).update(
        mail_trouble=MailTrouble.BOUNCED, mail_trouble_at=MONDAY
    )
    with pytest.raises(NotAllowed, match="Mail to Joan Whitfield does not arrive"):
        write(org)
    follow_up(org)
