"""What mail services report, as they send it: by HTTP, in their own formats, signed their way."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import datetime, timedelta
from http import HTTPStatus
from types import ModuleType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.core.checks import run_checks
from django.test import Client as Browser
from django.urls import include, path
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

import config.urls
from config.webhooks import tracking_pages
from intake import mail_news, sending
from intake.actions import addresses
from intake.enums import MailState
from intake.models import OutboxMail
from mentors.enums import MailTrouble
from tests.factories import MONDAY, Organisation, Story, request_in, submit
from tests.intake.conftest import SetClock

SECRET = "hooks:a-long-random-password"
BASIC = f"Basic {b64encode(SECRET.encode()).decode()}"
KEY = "key-of-mailgun"
POSTMARK, MAILGUN = "/anymail/postmark/tracking/", "/anymail/mailgun/tracking/"
NOON = MONDAY + timedelta(hours=2)


def hear(settings: Settings, service: str) -> None:
    """The site as it is with this mail service configured; mails are taken and numbered."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    settings.MAIL_NEWS_FROM = service
    site = ModuleType("site_with_hooks")
    site.urlpatterns = [  # type: ignore[attr-defined]
        path("anymail/", include(tracking_pages())),
        *config.urls.urlpatterns,
    ]
    site.handler400 = config.urls.handler400  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = site


@pytest.fixture
def postmark(settings: Settings, at: SetClock) -> None:
    hear(settings, "postmark")
    at(NOON)


@pytest.fixture
def mailgun(settings: Settings, at: SetClock) -> None:
    hear(settings, "mailgun")
    at(NOON)


@pytest.fixture
def offered(org: Organisation) -> Story:
    """Joan has been asked, and the mails have gone out."""
    story = request_in("assigned", org)
    sending.deliver(clock=lambda: story.now)
    return story


@pytest.fixture
def offer(offered: Story) -> OutboxMail:
    return offered.mre.mails.get(kind="mentor_assigned")


def bounce(mail: OutboxMail, **other: Any) -> dict[str, Any]:
    """A bounce as Postmark reports it."""
    return {
        "RecordType": "Bounce",
        "MessageStream": "outbound",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": mail.provider_id,
        "Metadata": {},
        "ServerID": 23,
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox "
        "not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": mail.to_email,
        "From": "handoff@example.org",
        "BouncedAt": (MONDAY + timedelta(hours=1, minutes=5)).isoformat(),
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": mail.subject,
        "Content": "",
    } | other


COMPLAINT = {
    "RecordType": "SpamComplaint",
    "Type": "SpamComplaint",
    "TypeCode": 512,
    "Name": "Spam complaint",
    "Description": "The subscriber explicitly marked this message as spam.",
    "Details": "Test spam complaint details",
}
SOFT = {
    "Type": "SoftBounce",
    "TypeCode": 4096,
    "Name": "Soft bounce",
    "Description": "Unable to temporarily deliver message (i.e. mailbox full, account disabled, "
    "exceeds quota, out of disk space).",
    "Details": "smtp;552 5.2.2 The mailbox is full",
}
FULL = {"Details": "smtp;552 5.2.2 The mailbox is full"}
TRANSIENT = {"Type": "Transient", "TypeCode": 2, "Name": "Message delayed"}
BLOCKED = {"Type": "Blocked", "TypeCode": 100006, "Name": "ISP block"}
DELIVERY = {"RecordType": "Delivery", "Recipient": "x@example.org", "DeliveredAt": "2026-03-16"}


def failed(mail: OutboxMail, at: datetime = MONDAY, **other: Any) -> dict[str, Any]:
    """A permanent failure as Mailgun reports it."""
    stamp, token = str(int(at.timestamp())), "0123456789abcdef"
    data = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": at.timestamp() + 3700.5,
        "log-level": "error",
        "recipient": mail.to_email,
        "recipient-domain": "example.org",
        "flags": {"is-routed": False, "is-authenticated": True, "is-test-mode": False},
        "delivery-status": {
            "attempt-no": 1,
            "code": 550,
            "message": "5.1.1 The email account that you tried to reach does not exist.",
            "description": "",
            "session-seconds": 0.12,
        },
        "message": {
            "headers": {
                "message-id": sending.message(mail).extra_headers["Message-ID"].strip("<>"),
                "to": mail.to_email,
                "from": "Handoff <handoff@example.org>",
                "subject": mail.subject,
            },
            "attachments": [],
            "size": 4711,
        },
        "tags": [],
        "user-variables": {},
    } | other
    signed = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signed},
        "event-data": data,
    }


def post(client: Browser, page: str, news: Any, authorization: str = BASIC) -> int:
    body = news if isinstance(news, str) else json.dumps(news)
    response = client.post(
        page, body, content_type="application/json", headers={"authorization": authorization}
    )
    return response.status_code


def trouble(story: Story) -> str:
    return story.mentor.mail_trouble


# --- Postmark -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("postmark")
def test_a_bounce_marks_the_mail_and_the_address_and_tells_the_coordinators(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    assert offer.provider_id
    assert post(client, POSTMARK, bounce(offer)) == 200
    offer.refresh_from_db()
    assert offer.bounced_at == MONDAY + timedelta(hours=1, minutes=5)
    assert offer.state == MailState.HELD
    assert "does not exist" in offer.last_error
    assert trouble(offered) == MailTrouble.BOUNCED
    assert offered.mails.count("rcic_address_failed") == 3


@pytest.mark.usefixtures("postmark")
def test_the_same_report_again_changes_nothing(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    for _ in range(3):
        assert post(client, POSTMARK, bounce(offer)) == 200
    assert offered.kinds.count("address_failed") == 1


@pytest.mark.usefixtures("postmark")
def test_a_complaint_is_one(client: Browser, offered: Story, offer: OutboxMail) -> None:
    assert post(client, POSTMARK, bounce(offer, **COMPLAINT)) == 200
    assert trouble(offered) == MailTrouble.COMPLAINED
    offer.refresh_from_db()
    assert offer.state == MailState.SENT


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("other", [SOFT, FULL, BLOCKED], ids=["soft", "full", "blocked"])
def test_what_may_be_over_tomorrow_gives_up_no_address(
    client: Browser, offered: Story, offer: OutboxMail, other: dict[str, Any]
) -> None:
    assert post(client, POSTMARK, bounce(offer, **other)) == 200
    offer.refresh_from_db()
    assert offer.bounced_at is not None
    assert trouble(offered) == ""


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("other", [TRANSIENT, DELIVERY], ids=["deferred", "delivered"])
def test_what_did_or_will_arrive_is_no_news(
    client: Browser, offered: Story, offer: OutboxMail, other: dict[str, Any]
) -> None:
    assert post(client, POSTMARK, bounce(offer, **other)) == 200
    offer.refresh_from_db()
    assert offer.bounced_at is None
    assert trouble(offered) == ""


@pytest.mark.usefixtures("postmark")
def test_an_address_that_was_corrected_meanwhile_is_not_given_up(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    mentor = offered.mentor
    mentor.change_email("joan.new@example.org")
    mentor.save()
    assert post(client, POSTMARK, bounce(offer)) == 200
    assert trouble(offered) == ""


@pytest.mark.usefixtures("postmark")
def test_an_old_report_comes_again_after_the_address_works(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    post(client, POSTMARK, bounce(offer))
    addresses.works_again(owner=offered.mentor, by=offered.org.admin, now=NOON)
    sending.deliver(clock=lambda: NOON)
    assert post(client, POSTMARK, bounce(offer)) == 200
    assert trouble(offered) == ""


@pytest.mark.usefixtures("postmark")
def test_mail_that_went_out_by_smtp_is_found_by_whom_it_went_to(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    OutboxMail.objects.update(provider_id="")
    assert post(client, POSTMARK, bounce(offer, MessageID="of-another-world")) == 200
    offer.refresh_from_db()
    assert offer.bounced_at is not None
    assert trouble(offered) == MailTrouble.BOUNCED


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize(
    "other",
    [
        {"MessageID": "of-another-site", "Email": "nobody@example.net"},
        {"Email": "somebody.else@example.net"},
        {"MessageID": None, "Email": None},
    ],
)
def test_what_is_about_no_mail_of_ours_is_taken_and_ignored(
    client: Browser, offered: Story, offer: OutboxMail, other: dict[str, Any]
) -> None:
    assert post(client, POSTMARK, bounce(offer, **other)) == 200
    assert not OutboxMail.objects.filter(bounced_at__isnull=False).exists()


# --- Mailgun --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("mailgun")
def test_mailgun_calls_a_mail_by_our_own_number(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    assert post(client, MAILGUN, failed(offer)) == 200
    offer.refresh_from_db()
    assert offer.bounced_at is not None
    assert trouble(offered) == MailTrouble.BOUNCED


@pytest.mark.usefixtures("mailgun")
def test_a_temporary_failure_at_mailgun_is_no_news(
    client: Browser, offered: Story, offer: OutboxMail
) -> None:
    for_now: dict[str, Any] = {"severity": "temporary", "reason": "generic"}
    assert post(client, MAILGUN, failed(offer, **for_now)) == 200
    assert trouble(offered) == ""


@pytest.mark.usefixtures("mailgun")
def test_a_complaint_at_mailgun_is_one(client: Browser, offered: Story, offer: OutboxMail) -> None:
    assert post(client, MAILGUN, failed(offer, event="complained")) == 200
    assert trouble(offered) == MailTrouble.COMPLAINED


@pytest.mark.usefixtures("mailgun")
def test_a_wrong_signature_is_refused(client: Browser, offered: Story, offer: OutboxMail) -> None:
    news = failed(offer)
    news["signature"]["signature"] = "0" * 64
    assert post(client, MAILGUN, news) == HTTPStatus.BAD_REQUEST
    assert trouble(offered) == ""


@pytest.mark.usefixtures("mailgun")
def test_the_number_of_another_site_is_not_ours(offer: OutboxMail) -> None:
    found = mail_news._by_our_number(f"<outbox-{offer.pk}@other.example.org>")
    assert found is None


# --- Whoever else ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("authorization", ["", "Basic bm9ib2R5Om5vdGhpbmc=", "Bearer x", "Basic %"])
def test_without_the_secret_nothing_happens(
    client: Browser, offered: Story, offer: OutboxMail, authorization: str
) -> None:
    assert post(client, POSTMARK, bounce(offer), authorization) == HTTPStatus.BAD_REQUEST
    assert trouble(offered) == ""


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "1", '"x"', "[1]", '{"RecordType": "Bounce", "BouncedAt": 1}', "\x00"],
)
def test_what_cannot_be_read_is_refused(client: Browser, body: str, offer: OutboxMail) -> None:
    assert 400 <= post(client, POSTMARK, body) < 500
    assert not OutboxMail.objects.filter(bounced_at__isnull=False).exists()


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"signature": {}}', '{"signature": 1}'])
def test_what_mailgun_never_sent_is_refused(client: Browser, body: str, offer: OutboxMail) -> None:
    assert 400 <= post(client, MAILGUN, body) < 500


@pytest.mark.usefixtures("postmark")
def test_only_the_service_in_use_has_a_page_and_only_to_post(
    client: Browser, offer: OutboxMail
) -> None:
    assert post(client, MAILGUN, failed(offer)) == HTTPStatus.NOT_FOUND
    assert post(client, "/anymail/postmark/inbound/", bounce(offer)) == HTTPStatus.NOT_FOUND
    assert client.get(POSTMARK).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.parametrize(
    ("service", "secret"), [("", SECRET), ("postmark", ""), ("of-no-such-name", SECRET)]
)
def test_without_a_service_or_a_secret_there_is_no_page(
    settings: Settings, service: str, secret: str
) -> None:
    settings.MAIL_NEWS_FROM, settings.ANYMAIL = service, {"WEBHOOK_SECRET": secret}
    assert tracking_pages() == []


@pytest.mark.usefixtures("postmark")
def test_the_checks_have_nothing_against_it() -> None:
    assert [found for found in run_checks() if str(found.id).startswith("urls")] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("postmark")
def test_over_a_real_connection(live_server: LiveServer, offered: Story, offer: OutboxMail) -> None:
    def send(authorization: str) -> int:
        request = Request(  # noqa: S310 - our own server
            f"{live_server.url}{POSTMARK}",
            json.dumps(bounce(offer)).encode(),
            {"Content-Type": "application/json", "Authorization": authorization},
        )
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except HTTPError as refused:
            return refused.code

    assert send("Basic eDp5") == HTTPStatus.BAD_REQUEST
    assert trouble(offered) == ""
    assert send(BASIC) == HTTPStatus.OK
    assert trouble(offered) == MailTrouble.BOUNCED


def test_a_client_is_found_by_his_address_too(org: Organisation) -> None:
    story = submit(org)
    OutboxMail.objects.update(attempts=1)
    mail = story.mre.mails.get(kind="client_received")
    assert mail_news._newest_to(mail.to_email.upper(), MONDAY) == mail
    assert mail_news._newest_to(mail.to_email, MONDAY - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("code", "said", "about"),
    [
        (550, "5.1.1 No such user", True),
        (550, "5.4.1 Recipient address rejected: Access denied", True),
        (550, "5.2.1 The mailbox is disabled", True),
        (552, "5.2.2 The mailbox is full", False),
        (550, "5.7.1 Relaying denied", False),
        (554, "5.3.4 Too big for us", False),
        (550, "No such user", True),
        (554, "Transaction failed", False),
    ],
)
def test_what_a_refusal_says_of_the_address(code: int, said: str, about: bool) -> None:
    assert mail_news.is_about_address(code, said) == about
