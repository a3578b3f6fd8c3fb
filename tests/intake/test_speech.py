"""In which language pages and mails speak: clients' in theirs, all others in English."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import reverse

from intake.enums import Speech
from intake.links import Purpose, answer_path, status_path
from intake.models import Client, MentoringRequest, OutboxMail
from tests.factories import Organisation, a_person, submit
from tests.intake.test_public import FORM, filled_in

SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es-MX,es;q=0.9,en;q=0.5"}
LANGUAGE = reverse("language")

pytestmark = pytest.mark.usefixtures("at")


def language_of(response: Any) -> str:
    """What the page says of itself, to programs and to readers; both have to agree."""
    page = BeautifulSoup(response.content, "html.parser").find("html")
    assert page is not None
    assert response["Content-Language"] == page["lang"]
    return str(page["lang"])


def open_pages(org: Organisation) -> list[str]:
    link = status_path(submit(org).mre)
    return [reverse("home"), FORM, reverse("intake:lost_link"), f"{link[:-2]}/", "/no/such/page/"]


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("es", "es"),
        ("es-419,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.5", "es"),
        ("fr,de", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_a_client_reads_what_the_browser_asks_for_first(
    org: Organisation, client: Browser, asked: str, got: str
) -> None:
    for path in open_pages(org):
        response = client.get(path, HTTP_ACCEPT_LANGUAGE=asked)
        assert language_of(response) == got, path
        assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", ")), path


class TestTheChoice:
    def test_holds_against_the_browser_and_is_kept(
        self, org: Organisation, client: Browser
    ) -> None:
        paths = [*open_pages(org), status_path(submit(org).mre)]
        chosen = client.post(LANGUAGE, {"language": "es", "next": FORM})
        assert (chosen.status_code, chosen["Location"]) == (302, FORM)
        assert [language_of(client.get(path)) for path in paths] == ["es"] * len(paths)
        client.post(LANGUAGE, {"language": "en", "next": FORM})
        again = [language_of(client.get(path, **SPANISH)) for path in paths]  # type: ignore[arg-type]
        assert again == ["en"] * len(paths)

    @pytest.mark.parametrize("language", ["fr", "xx", "", "es\r\nSet-Cookie: a=b", "e" * 9999])
    def test_of_a_language_that_we_do_not_have_changes_nothing(
        self, org: Organisation, client: Browser, language: str
    ) -> None:
        client.post(LANGUAGE, {"language": language})
        assert language_of(client.get(FORM, **SPANISH)) == "es"  # type: ignore[arg-type]

    def test_leads_to_no_other_site(self, db: None, client: Browser) -> None:
        chosen = client.post(LANGUAGE, {"language": "es", "next": "https://evil.example/"})
        assert chosen["Location"] == "/"

    def test_is_not_made_by_opening_an_address(self, db: None, client: Browser) -> None:
        assert client.get(LANGUAGE, {"language": "es"}).status_code == 405

    def test_is_offered_where_it_means_something(self, org: Organisation, client: Browser) -> None:
        assert 'lang="es"' in client.get(FORM).content.decode()
        assert LANGUAGE not in client.get(reverse("account_login")).content.decode()


class TestTheClientsOwnLanguage:
    @pytest.fixture
    def link(self, org: Organisation) -> str:
        return status_path(submit(org, person=a_person(speech=Speech.SPANISH)).mre)

    def test_is_that_of_the_pages_of_his_link_whatever_the_browser_asks_for(
        self, client: Browser, link: str
    ) -> None:
        for act in ("", "contact/", "question/", "withdraw/"):
            assert language_of(client.get(link + act, HTTP_ACCEPT_LANGUAGE="en")) == "es"

    @pytest.mark.usefixtures("org")
    def test_is_the_one_in_which_the_form_was_read(self, client: Browser) -> None:
        client.post(FORM, filled_in(), **SPANISH)  # type: ignore[arg-type]
        assert Client.objects.get().speech == Speech.SPANISH

    @pytest.mark.usefixtures("org")
    def test_is_decided_by_the_newest_request(self, client: Browser) -> None:
        for accepted, speech in (("es", Speech.SPANISH), ("en", Speech.ENGLISH)):
            client.post(FORM, filled_in(), HTTP_ACCEPT_LANGUAGE=accepted)
            assert Client.objects.get().speech == speech


class TestThoseWhoWorkHere:
    PAGES = [
        "intake:queue",
        "intake:requests",
        "intake:add_request",
        "intake:outbox",
        "mentors:roster",
        "reports:overview",
        "admin:index",
        "admin:intake_client_changelist",
        "account_set_password",
    ]

    @pytest.mark.parametrize("page", PAGES)
    def test_read_english_whatever_the_browser_asks_for(
        self, org: Organisation, client: Browser, page: str
    ) -> None:
        client.force_login(org.admin)
        client.cookies["language"] = "es"
        response = client.get(reverse(page), **SPANISH)  # type: ignore[arg-type]
        assert response.status_code == 200
        assert language_of(response).startswith("en")

    @pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
    def test_sign_in_in_english(self, db: None, client: Browser, page: str) -> None:
        response = client.post(reverse(page), {}, **SPANISH)  # type: ignore[arg-type]
        assert language_of(response) == "en"
        assert "This field is required." in response.content.decode()

    @pytest.mark.parametrize("purpose", Purpose)
    def test_answer_in_english(self, org: Organisation, client: Browser, purpose: Purpose) -> None:
        path = answer_path(submit(org).assign().assignment, purpose)
        for response in (client.get(path, **SPANISH), client.post(path, {}, **SPANISH)):  # type: ignore[arg-type]
            assert language_of(response) == "en"

    def test_are_told_in_english_what_goes_wrong(self, org: Organisation, client: Browser) -> None:
        client.force_login(org.rcic)
        for path in ("/no/such/page/", "/requests/999999/"):
            response = client.get(path, **SPANISH)  # type: ignore[arg-type]
            assert (response.status_code, language_of(response)) == (404, "en")

    def test_find_english_errors_in_their_forms(self, org: Organisation, client: Browser) -> None:
        client.force_login(org.rcic)
        response = client.post(reverse("intake:add_request"), {}, **SPANISH)  # type: ignore[arg-type]
        assert "This field is required." in response.content.decode()

    def test_type_in_the_language_of_the_clients_mails(
        self, org: Organisation, client: Browser
    ) -> None:
        client.force_login(org.rcic)
        client.post(reverse("intake:add_request"), filled_in(mails_in="es"))
        assert MentoringRequest.objects.get().client.speech == Speech.SPANISH


class TestWhatIsWrittenDown:
    def test_by_a_client_who_reads_spanish_is_english_for_those_who_work_here(
        self, org: Organisation, client: Browser
    ) -> None:
        client.post(FORM, filled_in(), **SPANISH)  # type: ignore[arg-type]
        mre = MentoringRequest.objects.get()
        link = status_path(mre)
        client.post(f"{link}contact/", {"email": "maria.new@example.com", "phone": "2125550199"})
        corrected = mre.events.latest("pk")
        assert corrected.data["what"] == "e-mail and phone of the client"
        to_coordinator = OutboxMail.objects.filter(kind="rcic_new").first()
        assert to_coordinator is not None
        assert "A new request" in to_coordinator.text or "new" in to_coordinator.subject.lower()
