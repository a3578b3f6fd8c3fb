"""Mail by choice: at once, in the daily digest, or not at all; and the digest itself."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as site
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from intake import sending, telling
from intake.actions import addresses, assigning, submission
from intake.actions.digest import SETTLED, choose_mails, send_daily_digest
from intake.enums import MailHow
from intake.links import stop_path
from intake.models import ClosedDay, DigestLine, MailChoice, OutboxMail
from intake.sweep import send_daily_digests, sweep
from mentors.enums import MailTrouble, Role, VolunteerStatus
from mentors.models import Chapter, Position, Volunteer
from tests.factories import (
    MONDAY,
    Organisation,
    Story,
    a_person,
    position,
    request_in,
    submit,
    volunteer,
)
from tests.intake.conftest import SetClock
from tests.refusals import invalid

pytestmark = pytest.mark.django_db

MAILS = reverse("intake:mails")
AT_ONCE, DAILY, OFF = MailHow.AT_ONCE, MailHow.DAILY, MailHow.OFF
KEYS = [matter.key for matter in telling.COORDINATORS.matters]
TUESDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
"""Tue 17 Mar 2026, 08:00 in New York."""


def choose(person: Volunteer, how: MailHow, *keys: str) -> None:
    choose_mails(by=person, now=MONDAY, wanted=dict.fromkeys(keys or KEYS, how))


def mails_to(person: Volunteer) -> list[str]:
    return list(OutboxMail.objects.filter(volunteer=person).values_list("kind", flat=True))


def waiting(person: Volunteer) -> list[str]:
    return list(
        DigestLine.objects.filter(volunteer=person, mailed_at=None)
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def digests(person: Volunteer) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(volunteer=person, kind="daily_digest").order_by("pk"))


def news(org: Organisation) -> dict[str, Story]:
    """Something of every matter; by the mail that tells of it."""
    moved = submit(org).wait(hours=1)
    assigning.move(
        mre_id=moved.mre_id,
        chapter_id=org.phoenix.pk,
        by=org.admin,
        now=moved.now,
        note="He lives there.",
    )
    withdrew = submit(org).wait(hours=1)
    submission.withdraw_by_client(mre_id=withdrew.mre_id, now=withdrew.now)
    failed = submit(org).assign(org.ben)
    addresses.came_back(
        mail_id=failed.mre.mails.get(kind="mentor_assigned").pk,
        trouble=MailTrouble.BOUNCED,
        at=failed.now,
        now=failed.now,
    )
    return {
        "rcic_new": submit(org),
        "rcic_declined": request_in("declined", org),
        "rcic_overdue": request_in("overdue", org),
        "rcic_requeued": request_in("timed_out", org),
        "rcic_transferred": request_in("transferred", org),
        "rcic_handed_back": request_in("mentor_unavailable", org),
        "rcic_moved_away": moved,
        "rcic_reopened": request_in("reopened", org),
        "rcic_client_withdrew": withdrew,
        "rcic_address_failed": failed,
    }


# --- The choice ---------------------------------------------------------------------------------


def test_who_has_not_chosen_is_told_of_everything_at_once(org: Organisation) -> None:
    told = set(news(org))
    assert told <= set(mails_to(org.rcic))
    assert waiting(org.rcic) == []


def test_in_the_digest_everything_waits_and_off_is_off(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    choose(org.rcic_district, OFF)
    told = set(news(org))
    assert mails_to(org.rcic) == mails_to(org.rcic_district) == []
    assert set(waiting(org.rcic)) == told
    assert not DigestLine.objects.filter(volunteer=org.rcic_district).exists()
    assert told <= set(mails_to(org.rcic_region)), "the choice of one says nothing for others"


@pytest.mark.parametrize(
    ("matter", "mails"),
    [(matter.key, set(matter.mails)) for matter in telling.COORDINATORS.matters],
)
def test_each_matter_is_chosen_by_itself(org: Organisation, matter: str, mails: set[str]) -> None:
    choose(org.rcic, DAILY, matter)
    told = set(news(org))
    assert set(waiting(org.rcic)) == mails & told
    assert set(mails_to(org.rcic)) == told - mails


def test_a_change_holds_from_then_on_and_what_waits_still_comes(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    submit(org)
    choose(org.rcic, AT_ONCE)
    submit(org)
    assert mails_to(org.rcic) == waiting(org.rcic) == ["rcic_new"]
    assert send_daily_digest(volunteer_id=org.rcic.pk, now=TUESDAY)


def test_mails_to_others_are_nobodys_choice(org: Organisation) -> None:
    """What Joan hears as a mentor does not depend on what she chose as a coordinator."""
    position(org.joan, Role.RCIC, org.new_york)
    choose(org.joan, OFF)
    request_in("timed_out", org)
    assert {"mentor_assigned", "mentor_overdue", "mentor_requeued"} <= set(mails_to(org.joan))
    assert "rcic_requeued" not in mails_to(org.joan)


def test_an_act_that_is_undone_leaves_no_line(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    with pytest.raises(ZeroDivisionError):
        _submit_and_fail(org)
    assert waiting(org.rcic) == []


def _submit_and_fail(org: Organisation) -> None:
    with transaction.atomic():
        submit(org)
        raise ZeroDivisionError


def test_the_choices_of_many_coordinators_are_one_question_to_the_database(
    org: Organisation,
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            submit(org)
        return len(queries)

    few = cost()
    for _ in range(20):
        person = volunteer(org.new_york)
        position(person, Role.RCIC, org.new_york)
        choose(person, AT_ONCE)
    assert cost() == few


def test_every_mail_to_coordinators_stands_in_one_matter() -> None:
    folders = {path.name for path in (site.BASE_DIR / "templates" / "emails").iterdir()}
    listed = [mail for matter in telling.COORDINATORS.matters for mail in matter.mails]
    assert sorted(listed) == sorted(
        name for name in folders if name.startswith("rcic_") and name != "daily_digest"
    )


# --- When the digest comes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        ("2026-03-16 23:59", False),
        ("2026-03-17 11:59", False),
        ("2026-03-17 12:00", True),
        ("2026-03-17 23:59", True),
        ("2026-03-18 00:00", False),
    ],
    ids=["the same evening", "07:59", "08:00", "19:59", "20:00"],
)
def test_it_comes_at_eight_on_the_clock_of_the_chapter(
    org: Organisation, at: str, comes: bool
) -> None:
    choose(org.rcic, DAILY)
    submit(org)
    assert send_daily_digests(datetime.fromisoformat(at).replace(tzinfo=UTC)) == comes
    assert len(digests(org.rcic)) == comes


def test_each_reader_has_the_morning_of_his_own_chapter(org: Organisation) -> None:
    Chapter.objects.filter(pk=org.chicago.pk).update(time_zone="Pacific/Honolulu")
    choose(org.rcic, DAILY)
    choose(org.rcic_region, DAILY)
    submit(org)
    assert send_daily_digests(TUESDAY) == 1
    assert digests(org.rcic_region) == []
    assert send_daily_digests(TUESDAY + timedelta(hours=6)) == 1
    assert len(digests(org.rcic_region)) == 1


def test_what_comes_on_a_weekend_or_a_closed_day_is_in_the_next_one(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    ClosedDay.objects.create(date=date(2026, 3, 23), name="Founders’ Day")
    for days in (5, 6, 7):  # Saturday, Sunday, the closed Monday
        submit(org, at=MONDAY + timedelta(days=days))
    for days in (4, 5, 6):
        assert not send_daily_digests(TUESDAY + timedelta(days=days))
    assert send_daily_digests(TUESDAY + timedelta(days=7))
    [mail] = digests(org.rcic)
    assert mail.text.count("new request in SCORE New York") == 3


def test_what_comes_after_eight_waits_for_the_next_morning(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    submit(org, at=TUESDAY)
    for quarter in range(8):
        assert not send_daily_digests(TUESDAY + timedelta(minutes=15 * quarter))
    assert send_daily_digests(TUESDAY + timedelta(days=1))


def test_it_is_one_a_day_however_often_the_clock_comes_by(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    submit(org)
    for quarter in range(40):
        send_daily_digests(TUESDAY + timedelta(minutes=15 * quarter))
    submit(org, at=TUESDAY)
    send_daily_digests(TUESDAY + timedelta(days=1))
    assert len(digests(org.rcic)) == 2
    assert waiting(org.rcic) == []


def test_a_line_that_comes_to_light_late_waits_for_the_next(org: Organisation) -> None:
    """An act that began before eight and was written after the digest."""
    choose(org.rcic, DAILY)
    submit(org)
    send_daily_digests(TUESDAY)
    submit(org)
    assert not send_daily_digests(TUESDAY + timedelta(minutes=15))
    assert waiting(org.rcic) == ["rcic_new"]
    assert send_daily_digests(TUESDAY + timedelta(days=1))
    assert [line.mail for line in DigestLine.objects.order_by("pk")] == digests(org.rcic)


def test_nothing_to_tell_is_no_mail(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    assert send_daily_digests(TUESDAY) == 0
    assert digests(org.rcic) == []


def test_one_that_cannot_be_written_does_not_hold_up_the_others(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    choose(org.rcic_district, DAILY)
    submit(org)
    DigestLine.objects.filter(volunteer=org.rcic).update(kind="of_former_times")
    assert send_daily_digests(TUESDAY) == 1
    assert len(digests(org.rcic_district)) == 1
    assert waiting(org.rcic) == ["of_former_times"]


# --- What it says -------------------------------------------------------------------------------


def test_it_groups_by_matter_and_says_how_each_request_stands(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    told = news(org)
    send_daily_digests(datetime(2026, 3, 31, 12, 0, tzinfo=UTC))
    [mail] = digests(org.rcic)
    groups = re.findall(r"(?m)^([A-Z].*):$", mail.text)
    waits = [m.label for m in telling.COORDINATORS.matters]
    assert [title for title in groups if title in waits] == waits
    for line in (
        f"- {told['rcic_new'].mre.number}: new request in SCORE New York\nNow: in the queue (new)",
        (
            f"- {told['rcic_declined'].mre.number}: Joan Whitfield has declined\n"
            "Now: in the queue (declined)"
        ),
        (
            f"- {told['rcic_overdue'].mre.number}: no answer from Joan Whitfield yet\n"
            "Now: with Joan Whitfield, answer asked for by Wed 18 Mar"
        ),
        f"- {told['rcic_client_withdrew'].mre.number}",
    ):
        assert line in mail.text
    assert f"/requests/{told['rcic_new'].mre_id}/" in mail.html
    assert mail.subject == "Your daily digest, Tue 31 Mar: 11 to look at, 8 settled"


def test_what_was_settled_meanwhile_comes_last(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    settled, still = submit(org).wait(hours=1).assign(), submit(org)
    send_daily_digests(TUESDAY)
    [mail] = digests(org.rcic)
    assert mail.subject == "Your daily digest, Tue 17 Mar: 1 to look at, 1 settled"
    first, last = mail.text.split(f"{SETTLED}:")
    assert still.mre.number in first
    assert settled.mre.number not in first
    assert "Now: with Joan Whitfield, answer asked for by Wed 18 Mar" in last


def test_it_says_nothing_of_the_client(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    submit(org, person=a_person(first_name="Persephone", last_name="Secretlast"))
    send_daily_digests(TUESDAY)
    [mail] = digests(org.rcic)
    for secret in ("Persephone", "Secretlast", "example.com", "212", "customers"):
        assert secret not in mail.subject + mail.text + mail.html


def test_it_leads_to_the_page_where_one_chooses(org: Organisation) -> None:
    choose(org.rcic, DAILY)
    submit(org)
    send_daily_digests(TUESDAY)
    at_once = OutboxMail.objects.get(volunteer=org.rcic_region, kind="rcic_new")
    for mail in (*digests(org.rcic), at_once):
        assert MAILS in mail.text
        assert MAILS in mail.html
    assert MAILS not in OutboxMail.objects.get(kind="client_received").text


# --- Who no longer may --------------------------------------------------------------------------


def _lose_the_position(org: Organisation) -> None:
    Position.objects.filter(volunteer=org.rcic).update(ends_on=date(2026, 3, 16))


def _become_a_leader(org: Organisation) -> None:
    Position.objects.filter(volunteer=org.rcic).update(role=Role.LEADER)


def _go_elsewhere(org: Organisation) -> None:
    Position.objects.filter(volunteer=org.rcic).update(chapter=org.honolulu)


def _leave(org: Organisation) -> None:
    Volunteer.objects.filter(pk=org.rcic.pk).update(
        status=VolunteerStatus.RESIGNED, is_active=False
    )


@pytest.mark.parametrize("change", [_lose_the_position, _become_a_leader, _go_elsewhere, _leave])
def test_who_is_no_longer_the_coordinator_hears_nothing_more(
    org: Organisation, change: Callable[[Organisation], None]
) -> None:
    choose(org.rcic, DAILY)
    news(org)
    change(org)
    # On the 31st all of it has happened.
    assert send_daily_digests(datetime(2026, 3, 31, 12, 0, tzinfo=UTC)) == 0
    assert digests(org.rcic) == []
    assert waiting(org.rcic) == [], "it must not come back with the position"


def test_only_what_is_still_in_his_scope_is_told(org: Organisation) -> None:
    position(org.rcic, Role.RCIC, org.newark, ends_on=date(2026, 3, 16))
    choose(org.rcic, DAILY)
    here = submit(org)
    there = submit(org, person=a_person(zip="07101"))
    away = submit(org)
    assigning.move(
        mre_id=away.mre_id, chapter_id=org.phoenix.pk, by=org.admin, now=MONDAY, note="He moved."
    )
    assert len(waiting(org.rcic)) == 4
    send_daily_digests(TUESDAY)
    [mail] = digests(org.rcic)
    assert here.mre.number in mail.text
    assert there.mre.number not in mail.text
    assert "SCORE Newark" not in mail.text
    assert f"{away.mre.number}: new" not in mail.text, "it is new to others now"
    assert away.mre.number in mail.text, "but that it left is for who had it"
    assert f"/requests/{away.mre_id}/" not in mail.text, "and its page is closed to him"


# --- The page -----------------------------------------------------------------------------------


def look(browser: Browser, person: Volunteer) -> BeautifulSoup:
    browser.force_login(person)
    response = browser.get(MAILS)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def checked(page: BeautifulSoup) -> dict[str, str]:
    return {str(box["name"]): str(box["value"]) for box in page.select("input[checked]")}


class TestPage:
    def test_three_answers_for_every_matter(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        page = look(client, org.rcic)
        assert checked(page) == dict.fromkeys(KEYS, "at_once")
        assert len(page.select("input[type=radio]")) == 3 * len(KEYS)
        legends = [legend.get_text(strip=True) for legend in page.select("legend")]
        assert legends == [matter.label for matter in telling.COORDINATORS.matters]

    def test_what_is_chosen_stays(self, org: Organisation, client: Browser, at: SetClock) -> None:
        wanted = dict.fromkeys(KEYS, "at_once") | {"rcic_new": "daily", "rcic_moved": "off"}
        look(client, org.rcic)
        assert client.post(MAILS, wanted).status_code == 302
        assert checked(look(client, org.rcic)) == wanted
        assert MailChoice.objects.filter(volunteer=org.rcic).count() == len(KEYS)
        assert not MailChoice.objects.exclude(volunteer=org.rcic).exists()

    def test_all_in_the_digest_with_one_button(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        look(client, org.rcic)
        client.post(MAILS, dict.fromkeys(KEYS, "off") | {"all": "daily"})
        assert checked(look(client, org.rcic)) == dict.fromkeys(KEYS, "daily")

    def test_what_is_not_answered_stays_as_it_is(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        choose(org.rcic, OFF)
        look(client, org.rcic)
        client.post(MAILS, {"rcic_new": "daily"})
        assert checked(look(client, org.rcic)) == dict.fromkeys(KEYS, "off") | {"rcic_new": "daily"}

    @pytest.mark.parametrize("sent", [{"rcic_new": "weekly"}, {"all": "<b>"}])
    def test_nonsense_is_refused_in_a_sentence(
        self, org: Organisation, client: Browser, at: SetClock, sent: dict[str, str]
    ) -> None:
        client.force_login(org.rcic)
        response = client.post(MAILS, sent)
        assert response.status_code == 200
        assert 'id="form-errors"' in response.content.decode()
        assert not MailChoice.objects.exists()

    @pytest.mark.parametrize("who", ["sam", "leader", "chair", "manager", "rcic_former", "admin"])
    def test_it_is_for_whom_it_concerns(
        self, org: Organisation, client: Browser, at: SetClock, who: str
    ) -> None:
        client.force_login(getattr(org, who))
        for response in (client.get(MAILS), client.post(MAILS, {"all": "off"})):
            assert response.status_code == 403
            assert "nothing to choose" in response.content.decode()
        home = client.get("/", follow=True).content.decode()
        assert MAILS not in home
        assert not MailChoice.objects.exists()

    def test_the_account_menu_leads_there(
        self, org: Organisation, client: Browser, at: SetClock
    ) -> None:
        page = look(client, org.rcic)
        assert page.select(f"header a[href='{MAILS}']")[0].get_text() == "How I am told"


def test_nobody_chooses_about_what_is_not_told_to_him(org: Organisation) -> None:
    with invalid("rcic_new"):
        choose(org.joan, OFF, "rcic_new")


# --- Mentors --------------------------------------------------------------------------------------

DUTIES = ("mentor_notes_due", "mentor_attempts_due", "mentor_close_out")
MAY_BE_OFF = ("mentor_client_update", "mentor_requeued", "mentor_withdrawn")
WEDNESDAY = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)
"""08:00 in New York, when all the stories below have come so far."""


def test_what_asks_a_mentor_for_an_answer_is_nobodys_choice() -> None:
    for mail in (
        *("mentor_assigned", "mentor_assigned_several", "mentor_direct", "mentor_reminder"),
        *("mentor_overdue", "mentor_nudged", "mentor_replaced", "mentor_taken_over"),
        *("mentor_session_invited", "mentor_session_changed", "mentor_address_failed"),
    ):
        assert mail not in telling.MATTER_OF
    assert {matter.key for matter in telling.MENTORS.matters} == {*DUTIES, *MAY_BE_OFF}


@pytest.mark.parametrize("duty", DUTIES)
def test_what_is_his_to_do_can_come_once_a_day_but_not_never(org: Organisation, duty: str) -> None:
    with invalid(duty):
        choose(org.joan, OFF, duty)
    choose(org.joan, DAILY, duty)


def correct(story: Story) -> None:
    submission.correct_contact(
        mre_id=story.mre_id, email=story.mre.client.email, phone="212-555-0199", now=story.now
    )


def test_a_mentor_has_his_matters_in_one_digest_with_the_way_to_his_desk(
    org: Organisation,
) -> None:
    choose(org.joan, DAILY, *DUTIES, *MAY_BE_OFF)
    noted, corrected = request_in("notes_missing", org), request_in("accepted", org)
    correct(corrected)
    taken = request_in("timed_out", org)
    sweep(noted.session.notes_due_at or noted.now)
    assert set(waiting(org.joan)) == {"mentor_notes_due", "mentor_client_update", "mentor_requeued"}
    send_daily_digests(WEDNESDAY)
    [mail] = digests(org.joan)
    assert "http://127.0.0.1:8000/desk/" in mail.text
    assert "/queue/" not in mail.text
    assert f"/requests/{noted.mre_id}/" in mail.text
    assert f"/requests/{taken.mre_id}/" not in mail.text, "it is closed to her"
    assert taken.mre.number in mail.text
    assert "Now:" not in mail.text


def test_what_she_has_done_meanwhile_is_not_in_it(org: Organisation) -> None:
    choose(org.joan, DAILY, *DUTIES, *MAY_BE_OFF)
    noted, corrected = request_in("notes_missing", org), request_in("accepted", org)
    correct(corrected)
    sweep(noted.session.notes_due_at or noted.now)
    noted.enter_notes()
    corrected.transfer()
    assert send_daily_digests(WEDNESDAY) == 0
    assert waiting(org.joan) == []


def test_who_is_both_gets_one_mail_for_both(org: Organisation) -> None:
    position(org.joan, Role.RCIC, org.new_york)
    choose(org.joan, DAILY, "rcic_new", "mentor_client_update")
    correct(request_in("accepted", org))
    submit(org)
    send_daily_digests(WEDNESDAY)
    [mail] = digests(org.joan)
    assert "A new request is in the queue:" in mail.text
    assert "A client’s contact data are corrected, or the question is added to:" in mail.text
    assert mail.text.count("/queue/") == mail.text.count("/desk/") == 1


def test_off_is_off_and_at_once_says_where_to_choose(org: Organisation) -> None:
    story = request_in("accepted", org)
    correct(story)
    [mail] = [mail for mail in story.mre.mails.all() if mail.kind == "mentor_client_update"]
    assert MAILS in mail.text
    assert MAILS in mail.html
    choose(org.joan, OFF, "mentor_client_update")
    submission.add_to_question(mre_id=story.mre_id, text="And more.", now=story.now)
    assert mails_to(org.joan).count("mentor_client_update") == 1
    offers = OutboxMail.objects.filter(kind="mentor_assigned")
    assert [offer.stop_url for offer in offers] == [""]


def test_a_mentor_has_a_page_with_two_or_three_answers(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    page = look(client, org.joan)
    answers = {
        key: [str(box["value"]) for box in page.select(f"input[name={key}]")]
        for key in (*DUTIES, *MAY_BE_OFF)
    }
    assert answers == {
        **{key: ["at_once", "daily"] for key in DUTIES},
        **{key: ["at_once", "daily", "off"] for key in MAY_BE_OFF},
    }
    assert not page.select("input[name=rcic_new]")
    assert "At once always: a request that is offered to you" in page.get_text()
    client.post(MAILS, {"all": "daily"})
    assert set(telling.chosen(org.joan).values()) == {DAILY}


# --- Ending with one click ------------------------------------------------------------------------


def stop_address(org: Organisation, matter: str = "mentor_client_update") -> str:
    return stop_path(org.joan, matter)


def test_to_open_the_link_changes_nothing_and_one_click_ends_it(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    page = stop_address(org)
    for _ in range(2):
        response = client.get(page)
        assert response.status_code == 200
        assert client.head(page).status_code == 200
        assert not MailChoice.objects.exists()
    strict = Browser(enforce_csrf_checks=True)
    for _ in range(2):  # a mail program sends neither cookie nor token
        done = strict.post(page, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert telling.chosen(org.joan) == {"mentor_client_update": OFF}


def test_ending_the_digest_ends_what_may_be_off(
    org: Organisation, client: Browser, at: SetClock
) -> None:
    choose(org.joan, DAILY, "mentor_notes_due", "mentor_requeued")
    response = client.post(stop_address(org, telling.DIGEST))
    assert "goes back to the coordinators" in response.content.decode()
    assert telling.chosen(org.joan) == {"mentor_notes_due": DAILY, "mentor_requeued": OFF}


def test_a_duty_is_not_ended_by_a_link(org: Organisation, client: Browser, at: SetClock) -> None:
    response = client.post(stop_address(org, "mentor_notes_due"))
    assert "yours to do" in response.content.decode()
    assert telling.chosen(org.joan) == {}


@pytest.mark.parametrize("damage", ["", "x", "1-mentor_requeued", "1-mentor_requeued.AAAA"])
def test_a_link_that_was_changed_does_nothing(
    org: Organisation, client: Browser, at: SetClock, damage: str
) -> None:
    page = f"/mails/stop/{damage or stop_address(org).split('/')[-2][:-1]}/"
    assert client.get(page).status_code == client.post(page).status_code == 404
    assert not MailChoice.objects.exists()


def test_mails_that_may_be_off_say_so_to_mail_programs(
    org: Organisation, settings: Settings
) -> None:
    settings.SITE_URL = "https://handoff.example.org"
    story = request_in("accepted", org)
    correct(story)
    update = OutboxMail.objects.get(kind="mentor_client_update")
    headers = sending.message(update).extra_headers
    assert headers["List-Unsubscribe"] == f"<https://handoff.example.org{stop_address(org)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    offer = OutboxMail.objects.get(kind="mentor_assigned")
    assert "List-Unsubscribe" not in sending.message(offer).extra_headers
