"""Mail scanners open every link of every mail, more than once: that must not change anything.

Nor must a browser of somebody signed in that opens beforehand what he may want next. One long story
writes every kind of mail there is; what is in the database is compared afterwards.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.urls import resolve, reverse

from intake import joining, sweep
from intake.actions import (
    addresses,
    contacting,
    digest,
    following,
    nudging,
    sessions,
    several,
    submission,
    team,
    times,
)
from intake.enums import Cadence, MailHow, NoteLevel, SessionMode
from intake.letters.reminders import PATIENCE
from intake.models import MentoringRequest, OutboxMail
from intake.selfcheck import night
from mentors.enums import MailTrouble
from mentors.spreadsheets import Format
from reports import subscribing
from reports.catalogue import BY_NAME
from reports.digest import send_all as send_chair_digests
from tests.factories import MONDAY, Organisation, Story, an_ask, request_in, set_profile, submit
from tests.intake.conftest import SetClock

KINDS = sorted(
    path.parent.name for path in Path(settings.BASE_DIR).glob("templates/emails/*/subject.txt")
)
PASSED_OVER = {
    "django_session": "who looks while signed in may have his session written anew",
}
"""Tables that looking may change, and why."""

LINK = re.compile(r"""https?://[^\s"'<>]+""")


def play(org: Organisation) -> Story:
    """Something happens that every kind of mail tells of; the story that takes longest."""
    _while_it_is_given(org)
    _while_it_is_answered(org)
    _while_it_is_mentored(org)
    _between_the_two(org)
    _on_the_way_back(org)
    story = submit(org).assign(org.grace)
    _what_clocks_write(org, story)
    _what_is_asked_for(story)
    return story


def _while_it_is_given(org: Organisation) -> None:
    set_profile(org.nora, accepts_direct=True)
    submit(org, ask=an_ask(requested_mentor=org.nora))
    pair = [submit(org), submit(org)]
    orders = [several.Order(story.mre_id, org.ben.pk) for story in pair]
    several.assign_all(orders=orders, by=org.rcic, now=MONDAY)
    submit(org).assign().wait(hours=1).replace()
    request_in("moved_here", org)


def _while_it_is_answered(org: Organisation) -> None:
    nudging.nudge(
        mre_id=submit(org).assign(org.carla).mre_id, by=org.admin, now=MONDAY, note="Please look."
    )
    following.mail_mentor(
        mentor_id=org.joan.pk, by=org.chair, now=MONDAY, subject="Holidays", text="When?"
    )
    for end in ("declined", "mentor_unavailable", "withdrawn_before_answer", "withdrawn"):
        request_in(end, org)
    story = submit(org).assign(org.dan)
    submission.correct_contact(mre_id=story.mre_id, now=MONDAY, email="new@example.com", phone=None)
    client = submit(org).assign(org.dan)
    submission.withdraw_by_client(mre_id=client.mre_id, now=MONDAY)


def _while_it_is_mentored(org: Organisation) -> None:
    story = request_in("session_planned", org)
    sessions.move(
        session_id=story.session.pk,
        by=story.mentor,
        now=story.now,
        starts_at=story.now + timedelta(days=4),
        mode=SessionMode.PHONE,
    )
    times.ask_for_another(
        mre_id=story.mre_id, session_id=story.session.pk, text="Rather later.", now=story.now
    )
    submission.correct_contact(
        mre_id=story.mre_id, now=story.now, email="moved@example.com", phone=None
    )
    sessions.cancel(session_id=story.session.pk, by=story.mentor, now=story.now)
    words: dict[str, Any] = {"mre_id": story.mre_id, "by": story.mentor, "now": story.now}
    contacting.mail_client(**words, subject="Prices", text="Which ones?")
    contacting.add_note(**(words | {"by": org.rcic}), level=NoteLevel.CLIENT, text="We look.")
    for helper, ends_it in ((org.sam, org.sam), (org.ben, story.mentor)):
        member = team.add_member(**words, volunteer_id=helper.pk, line="Tax, please.")
        team.end_membership(member_id=member.pk, by=ends_it, now=story.now)
    offer: dict[str, Any] = {
        "starts": [story.now + timedelta(days=2)],
        "meeting": times.Meeting(mode=SessionMode.PHONE),
    }
    offered = times.propose(**words, **offer)
    times.decline(mre_id=story.mre_id, proposal_id=offered.pk, text="At night.", now=story.now)


def _between_the_two(org: Organisation) -> None:
    request_in("counseled", org).wait(hours=1).reassign()
    request_in("transferred", org)
    request_in("reopened", org)
    request_in("reopened_to_mentor", org)


def _on_the_way_back(org: Organisation) -> None:
    for situation in ("accepted", "assigned"):
        story = request_in(situation, org)
        mail = OutboxMail.objects.filter(kind__startswith="client_", request=story.mre_id).latest(
            "pk"
        )
        addresses.came_back(
            mail_id=mail.pk, trouble=MailTrouble.BOUNCED, at=story.now, now=story.now
        )


def _what_clocks_write(org: Organisation, story: Story) -> None:
    """Weeks go by: nobody answers, writes notes or reaches anybody; and the digests go out."""
    digest.choose_mails(by=org.rcic, now=MONDAY, wanted={"rcic_new": MailHow.DAILY})
    subscribing.subscribe(
        by=org.admin,
        now=MONDAY,
        report=BY_NAME["not-yet-assigned"],
        query="",
        kind=Format.CSV,
        cadence=Cadence.MONTHLY,
    )
    request_in("notes_missing", org)
    request_in("tried_three_times", org)
    for days in range(1, 22):
        now = MONDAY + timedelta(days=days)
        sweep.sweep(now)
        sweep.send_daily_digests(now)
        send_chair_digests(now)
        subscribing.send_due(now)
        joining.join_all(now + PATIENCE)
    story.until(MONDAY + timedelta(days=22))
    MentoringRequest.objects.filter(pk=story.mre_id).update(status_since=story.now)
    night.run_due(clock=lambda: story.now)


def _what_is_asked_for(story: Story) -> None:
    Browser().post(reverse("intake:lost_link"), {"email": story.mre.client.email})
    Browser().post(reverse("account_reset_password"), {"email": story.org.joan.email})


def fingerprint() -> dict[str, str]:
    """A digest of all rows, for every table of the database."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
            )
            found[table] = cursor.fetchone()[0]
    return {table: rows for table, rows in found.items() if table not in PASSED_OVER}


def links() -> list[str]:
    """Paths from the mails: each link of each kind of mail, once for every way things stand now."""
    found: dict[tuple[str, ...], str] = {}
    for mail in OutboxMail.objects.select_related("request", "assignment").order_by("pk"):
        stands = mail.request.status if mail.request else ""
        outcome = mail.assignment.outcome if mail.assignment else ""
        for path in paths(mail):
            found[mail.kind, stands, outcome, *sort_of(path)] = path
    return sorted(set(found.values()))


def paths(mail: OutboxMail) -> set[str]:
    """The paths in the text, the HTML and the headers of a mail that lead to us."""
    here = settings.SITE_URL.rstrip("/")
    return {
        link.rstrip(".,)").replace("&amp;", "&").removeprefix(here) or "/"
        for link in LINK.findall(f"{mail.text} {mail.html} {mail.stop_url}")
        if link.startswith(here)
    }


def sort_of(path: str) -> tuple[str, str]:
    """Alike for links that differ only in their numbers: where it leads, and what it wants."""
    return resolve(urlsplit(path).path).route, re.split(r"\d", path, maxsplit=1)[0]


def test_every_kind_of_link_of_every_kind_of_mail_opened_twice_changes_nothing(
    org: Organisation, at: SetClock
) -> None:
    story = play(org)
    at(story.now)
    written = set(OutboxMail.objects.values_list("kind", flat=True))
    assert sorted(set(KINDS) - written) == []
    found = links()
    for sort in ("/answer/accept-", "/answer/decline-", "/answer/pause-", "/status/", "/requests/"):
        assert [path for path in found if path.startswith(sort)], sort
    for reader in (None, org.joan, org.admin):
        browser = Browser()
        if reader:
            browser.force_login(reader)
        before = fingerprint()
        for path in found:
            for look in ("get",) if reader else ("get", "get", "head", "options"):
                assert getattr(browser, look)(path).status_code < 500, path
        assert fingerprint() == before, reader
