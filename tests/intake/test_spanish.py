"""What clients read is Spanish from end to end: pages, mails, dates, names of picklists, errors."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from config.catalogues import catalogues, read
from config.gathering import gathered
from config.management.commands.catalogue import lacking
from intake.actions import contacting, sessions, submission, times
from intake.enums import NoteLevel, SessionMode, Speech
from intake.form_letters import form_of
from intake.links import status_path
from intake.models import OutboxMail
from tests.factories import (
    SITUATIONS,
    Organisation,
    Story,
    a_person,
    an_ask,
    request_in,
    set_profile,
    submit,
)
from tests.intake.conftest import SetClock
from tests.intake.test_public import FORM, filled_in
from tests.spanish import (
    in_english,
    not_marked,
    parts_of_mail,
    words_of_page,
    write_marked_catalogue,
)

pytestmark = pytest.mark.usefixtures("at")

LANGUAGES = ("English", "Español")
"""Each is called as its speakers call it, for those who have landed in the wrong one."""

Find = Callable[..., list[str]]
MAILS = settings.BASE_DIR / "templates/emails"
LOST = reverse("intake:lost_link")


@pytest.fixture(autouse=True)
def of_one_catalogue() -> Iterator[None]:
    """Nobody else changes the catalogue while a process runs: no form may outlive it."""
    form_of.cache_clear()
    yield
    form_of.cache_clear()


@pytest.fixture(params=["marked", "Spanish"])
def left_over(
    request: pytest.FixtureRequest, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Find:
    """Finds what is not Spanish: what stands outside the brackets, then what reads like English."""
    if request.param == "Spanish":
        return in_english
    settings.LOCALE_PATHS = [_marked(tmp_path_factory)]
    return not_marked


def _marked(folders: pytest.TempPathFactory) -> Path:
    folder = folders.getbasetemp() / "marked"
    if not folder.exists():
        write_marked_catalogue(folder)
    return folder


@pytest.fixture
def browser(client: Browser) -> Browser:
    """Of somebody who reads Spanish."""
    client.cookies["language"] = "es"
    return client


def maria(**fields: Any) -> submission.Person:
    return a_person(speech=Speech.SPANISH, **fields)


def say(response: Any, status: int = 200) -> str:
    """The words of a page, which came as it should."""
    assert response.status_code == status
    assert response["Content-Language"] == "es"
    return words_of_page(response.content.decode())


# --- The catalogue --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    [po] = catalogues()
    return read(po)


@pytest.fixture(scope="module")
def marked() -> Catalog:
    return gathered()


class TestTheCatalogue:
    def test_has_everything_that_is_marked(self, spanish: Catalog, marked: Catalog) -> None:
        assert list(lacking(spanish, marked)) == []

    def test_has_nothing_that_is_gone(self, spanish: Catalog, marked: Catalog) -> None:
        now = {(message.id, message.context) for message in marked}
        kept = {(message.id, message.context) for message in spanish}
        assert kept - now == set()

    def test_puts_in_the_same_places_what_is_put_in(self, spanish: Catalog) -> None:
        wrong = [message.id for message in spanish if message.id and not _same_places(message)]
        assert wrong == []

    def test_lacks_is_noticed(self, tmp_path: Path, settings: Settings) -> None:
        """The check can fail."""
        po = tmp_path / "es/LC_MESSAGES/django.po"
        po.parent.mkdir(parents=True)
        po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
        settings.LOCALE_PATHS = [tmp_path]
        with pytest.raises(CommandError, match="Ask for a mentor"):
            call_command("catalogue", check=True)


def _same_places(message: Message) -> bool:
    """Whether every form of a translation has the placeholders and tags of the sentence."""
    return [_places(form) for form in _forms(message.id)] == [
        _places(form) for form in _forms(message.string)
    ]


def _forms(sentence: str | Sequence[str] | None) -> list[str]:
    return [sentence] if isinstance(sentence, str) else list(sentence or ())


def _places(text: str) -> list[str]:
    return sorted(set(re.findall(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>|%[sd]", text)))


# --- Pages of a request ---------------------------------------------------------------------------


def test_the_status_page_and_the_mails_in_every_situation(
    org: Organisation, browser: Browser, at: SetClock, left_over: Find
) -> None:
    told = {}
    for situation in SITUATIONS:
        story = request_in(situation, org, person=maria())
        at(story.now)
        page = say(browser.get(status_path(story.mre)))
        told[situation, "page"] = left_over(page, *LANGUAGES)
        for mail in OutboxMail.objects.filter(client=story.mre.client):
            told[situation, mail.kind] = [
                w for part in parts_of_mail(mail) for w in left_over(part)
            ]
    assert {where: words for where, words in told.items() if words} == {}


def test_the_pages_of_the_clients_acts(
    org: Organisation, browser: Browser, at: SetClock, left_over: Find
) -> None:
    story = request_in("accepted", org, person=maria())
    at(story.now)
    link = status_path(story.mre)
    wrong = {"email": "x", "phone": "x" * 99, "speech": "fr", "text": "\0"}
    same = {"email": story.mre.client.email, "phone": "212 555 0142"}
    pages = [
        *(browser.get(link + act) for act in ("contact/", "question/", "withdraw/")),
        *(browser.post(link + act, wrong) for act in ("contact/", "question/")),
        *(browser.post(link + act, {}) for act in ("contact/", "question/")),
        *(browser.post(f"{link}contact/", same, follow=True) for _ in range(2)),
        browser.post(f"{link}question/", {"text": "How do I find customers?"}, follow=True),
        *(browser.post(f"{link}withdraw/", follow=True) for _ in range(2)),
        browser.get(f"{link}again/"),
    ]
    assert [left_over(say(page), *LANGUAGES, "fr") for page in pages] == [[]] * len(pages)


def propose_times(story: Story) -> int:
    """Joan offers two times; one of them."""
    proposal = times.propose(
        mre_id=story.mre_id,
        by=story.mentor,
        now=story.now,
        starts=[story.now + timedelta(days=days) for days in (2, 3)],
        meeting=times.Meeting(mode=SessionMode.PHONE),
    )
    return proposal.times.earliest("starts_at").pk


def test_times_to_pick_and_meetings(
    org: Organisation, browser: Browser, at: SetClock, left_over: Find
) -> None:
    story = request_in("accepted", org, person=maria())
    at(story.now)
    link = status_path(story.mre)
    chosen = {"time": propose_times(story)}
    none_suits = f"{link}times/{story.mre.time_proposals.get().pk}/none/"
    pages = [
        browser.get(link),
        browser.post(f"{link}times/", {"time": "0"}, follow=True),
        browser.get(none_suits),
        browser.post(none_suits, {"text": ""}),
        browser.post(f"{link}times/", chosen, follow=True),
        browser.post(f"{link}times/", chosen, follow=True),
    ]
    another = f"{link}meetings/{story.mre.sessions.get().pk}/another/"
    pages += [
        browser.get(another),
        browser.post(another, {"text": "x" * 9999}),
        browser.post(another, {"text": "How do I find customers?"}, follow=True),
    ]
    at(story.now + timedelta(days=9))
    pages.append(browser.post(another, {"text": "How do I find customers?"}, follow=True))
    told = [left_over(say(page), *LANGUAGES, "x" * 9999) for page in pages]
    assert told == [[]] * len(pages)


def test_an_address_that_fails_and_a_duplicate(
    org: Organisation, browser: Browser, at: SetClock, left_over: Find
) -> None:
    person = maria()
    first, second = submit(org, person=person), submit(org, person=person)
    type(first.mre.client).objects.update(mail_trouble="bounced", mail_trouble_at=first.now)
    assert left_over(say(browser.get(status_path(first.mre))), *LANGUAGES) == []
    second.withdraw("duplicate", duplicate_of_id=first.mre_id)  # type: ignore[arg-type]
    assert left_over(say(browser.get(status_path(second.mre)))) == []


def test_a_mentor_asked_for_by_name(org: Organisation, browser: Browser, left_over: Find) -> None:
    set_profile(org.joan, accepts_direct=True, in_directory=True)
    assert left_over(say(browser.get(FORM, {"mentor": org.joan.pk}))) == []
    story = submit(org, person=maria(), ask=an_ask(requested_mentor=org.joan))
    assert left_over(say(browser.get(status_path(story.mre))), *LANGUAGES) == []
    set_profile(org.joan, accepts_direct=False)
    assert left_over(say(browser.get(FORM, {"mentor": org.joan.pk}))) == []
    story = submit(org, person=maria(), ask=an_ask(requested_mentor=org.joan))
    assert left_over(say(browser.get(status_path(story.mre))), *LANGUAGES) == []
    for mail in OutboxMail.objects.filter(client__isnull=False):
        for part in parts_of_mail(mail):
            assert left_over(part) == [], mail.kind


# --- Open pages -----------------------------------------------------------------------------------


def test_the_open_pages(org: Organisation, browser: Browser, left_over: Find) -> None:
    for path in ("/", FORM, LOST, f"{LOST}?sent"):
        assert left_over(say(browser.get(path))) == [], path
    assert left_over(say(browser.post(LOST, {"email": "x"}))) == []
    thanks = browser.post(FORM, filled_in(), follow=True)
    assert left_over(say(thanks)) == []
    trapped = browser.post(FORM, filled_in(reference="x"), follow=True)
    assert left_over(say(trapped)) == []


WRONG = {
    "first_name": "x" * 99,
    "last_name": "a\nb",
    "email": "x",
    "phone": "1",
    "zip": "1",
    "notify_by": "pigeon",
    "area": "0",
    "question": "x" * 5001,
    "stage": "x",
    "meet_by": "x",
    "language": "x",
    "business_name": "a\x07",
    "website": "x y",
    "business_type": "0",
    "year_formed": "12",
    "employees": "-1",
    "heard_about": "x",
    "consent_contact": "",
}


@pytest.mark.parametrize(
    "wrong",
    [dict.fromkeys(WRONG, ""), WRONG, WRONG | {"employees": "9" * 9, "year_formed": "x"}],
    ids=["nothing", "everything", "numbers"],
)
def test_every_error_of_the_form(
    org: Organisation, browser: Browser, left_over: Find, wrong: dict[str, str]
) -> None:
    words = say(browser.post(FORM, filled_in(**wrong)))
    assert left_over(words, *(typed for typed in wrong.values() if len(typed) > 1)) == []


def test_a_zip_code_without_a_chapter(org: Organisation, browser: Browser, left_over: Find) -> None:
    type(org.national).objects.update(is_national=False)
    assert left_over(say(browser.post(FORM, filled_in(zip="99501")))) == []


def test_what_is_held_back(
    org: Organisation, browser: Browser, left_over: Find, settings: Settings
) -> None:
    settings.PUBLIC_RATES = dict.fromkeys(settings.PUBLIC_RATES, ("0/h", "0/h"))
    settings.PAGE_RATES = {"directory": "0/h"}
    held = [
        browser.post(FORM, filled_in()),
        browser.post(LOST, {"email": "maria@example.com"}),
        browser.get(reverse("intake:directory")),
    ]
    assert [left_over(say(page, 429)) for page in held] == [[], [], []]


def test_the_directory(org: Organisation, browser: Browser, left_over: Find) -> None:
    for mentor in (org.joan, org.ben):
        set_profile(mentor, accepts_direct=True, in_directory=True, public_words="")
    directory = reverse("intake:directory")
    units = ("Hudson", "East")
    for query in (
        {},
        {"place": "10001"},
        {"place": "99501"},
        {"place": "Atlantis"},
        {"area": "0", "type": "0", "language": "x"},
        {"q": "nobody like this"},
    ):
        words = say(browser.get(directory, query))
        assert left_over(words, *units, *query.values()) == [], query
    entry = reverse("intake:directory_entry", args=[org.joan.pk])
    assert left_over(say(browser.get(entry))) == []
    set_profile(org.joan, accepts_direct=False)
    assert left_over(say(browser.get(entry))) == []


class TestWhatGoesWrong:
    def test_an_address_that_leads_nowhere(
        self, db: None, browser: Browser, left_over: Find
    ) -> None:
        for path in ("/no/such/page/", "/status/1.forged/", "/request/thanks/1.forged/"):
            assert left_over(say(browser.get(path), 404)) == []

    def test_a_form_that_was_open_for_too_long(self, db: None, left_over: Find) -> None:
        strict = Browser(enforce_csrf_checks=True, headers={"accept-language": "es"})
        assert left_over(say(strict.post(FORM, {}), 403)) == []

    def test_more_than_a_form_can_hold(
        self, db: None, browser: Browser, left_over: Find, settings: Settings
    ) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        typ = "application/x-www-form-urlencoded"
        assert left_over(say(browser.post(FORM, "a=" + "b" * 20, content_type=typ), 413)) == []

    def test_the_page_of_a_request_that_cannot_be_read(self, left_over: Find) -> None:
        with translation.override("es"):
            assert left_over(words_of_page(render_to_string("400.html", {}))) == []

    def test_a_fault_of_ours(
        self, db: None, left_over: Find, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "PUBLIC_RATES", {})  # a mistake in the settings
        fallen = Browser(raise_request_exception=False, headers={"accept-language": "es"})
        assert left_over(say(fallen.post(LOST, {"email": "maria@example.com"}), 500)) == []


# --- Mails ----------------------------------------------------------------------------------------


def stories_of_mails(org: Organisation) -> Iterator[Story]:
    """Between them they send every kind of mail that a client may get."""
    for situation in ("timed_out", "transferred", "no_show", "withdrawn"):
        yield request_in(situation, org, person=maria())
    story = request_in("session_planned", org, person=maria())
    story.wait(minutes=1)
    sessions.move(
        session_id=story.session_id,
        by=org.joan,
        now=story.now,
        starts_at=story.session.starts_at + (story.session.starts_at - story.now),
        mode=SessionMode.PHONE,
    )
    submission.correct_contact(mre_id=story.mre_id, email="maria.new@example.com", now=story.now)
    sessions.cancel(session_id=story.session_id, by=org.joan, now=story.now)
    words: dict[str, Any] = {"mre_id": story.mre_id, "by": org.joan, "now": story.now}
    contacting.mail_client(
        **words, subject="A word about your prices", text="A word about your prices"
    )
    contacting.add_note(**words, level=NoteLevel.CLIENT, text="A word about your prices")
    submission.send_status_links(email="maria.new@example.com", now=story.now)
    yield story
    story = request_in("accepted", org, person=maria())
    propose_times(story)
    yield story.wait(hours=1).reassign()


def test_every_kind_of_mail(org: Organisation, left_over: Find) -> None:
    numbers = [story.mre_id for story in stories_of_mails(org)]
    mails = OutboxMail.objects.filter(request__in=numbers, kind__startswith="client_")
    assert {mail.kind for mail in mails} == {folder.name for folder in MAILS.glob("client_*")}
    for mail in mails:
        for part in parts_of_mail(mail):
            assert left_over(part) == [], f"{mail.kind}: {part}"


def test_mails_to_everybody_else_are_english(
    org: Organisation, browser: Browser, at: SetClock
) -> None:
    """Also those that follow from what a client does on a page in Spanish."""
    story = request_in("accepted", org, person=maria())
    at(story.now)
    browser.post(f"{status_path(story.mre)}withdraw/")
    mail = OutboxMail.objects.get(request=story.mre, kind="mentor_withdrawn")
    assert "Hello Joan," in mail.text
    assert '<html lang="en">' in mail.html
