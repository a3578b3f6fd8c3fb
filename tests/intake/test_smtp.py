"""A real mail server on the other side: it takes, refuses, delays, drops the line, is away."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from icalendar import Calendar
from pytest_django import Settings

from intake import sending
from intake.actions import addresses
from intake.enums import MailState
from intake.models import OutboxMail
from mentors.enums import MailTrouble
from mentors.errors import AlreadyDone
from tests.factories import MONDAY, Organisation, a_person, request_in, submit
from tests.sockets import free_port

MINUTE = timedelta(minutes=1)


class PostOffice:
    """What the server takes, and how it behaves: an answer for an address, or for a mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.of_recipient: dict[str, str] = {}
        self.of_sender = ""
        self.of_data = ""
        self.drops = 0
        self.takes = 0.0
        self.most_in_one = 1000
        self.conversations: list[Session] = []

    async def handle_EHLO(  # noqa: N802
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        name: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = name
        self.conversations.append(session)
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if self.of_sender:
            return self.of_sender
        begun = getattr(session, "begun", 0)
        if begun >= self.most_in_one:
            return "421 Enough for one conversation"
        session.begun = begun + 1  # type: ignore[attr-defined]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if answer := self.of_recipient.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.takes:
            time.sleep(self.takes)  # noqa: ASYNC251 - the whole server is slow
        if self.drops:
            self.drops -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 OK"
        if self.of_data:
            return self.of_data
        assert isinstance(envelope.content, bytes)
        self.envelopes.append(envelope)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def of_kind(self, kind: str) -> EmailMessage:
        """The one mail of this kind, as it arrived."""
        row = OutboxMail.objects.get(kind=kind)
        [mail] = [mail for mail in self.mails if f"<outbox-{row.pk}@" in mail["Message-ID"]]
        return mail


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    use_server(settings, controller.port)
    controller.start()
    yield office
    controller.stop()


def use_server(settings: Settings, port: int) -> None:
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Handoff <handoff@example.org>"
    settings.SITE_URL = "https://handoff.example.org"


def deliver(at: datetime = MONDAY) -> int:
    return sending.deliver(clock=lambda: at)


def mail_to_the_client() -> OutboxMail:
    return OutboxMail.objects.get(kind="client_received")


# --- It arrives ---------------------------------------------------------------------------------


def test_mails_that_go_out_together_are_sent_in_one_conversation(
    org: Organisation, office: PostOffice
) -> None:
    submit(org)
    assert deliver() == len(office.mails) == 4
    assert len(office.conversations) == 1


def test_a_server_that_ends_the_conversation_after_some_mails_gets_the_others_in_another(
    org: Organisation, office: PostOffice
) -> None:
    office.most_in_one = 3
    submit(org)
    submit(org)
    assert deliver() == len(office.mails) == 8
    assert len(office.conversations) == 3
    assert len({mail["Message-ID"] for mail in office.mails}) == 8


def test_what_was_claimed_and_not_tried_waits_as_if_it_had_never_been_claimed(
    org: Organisation, office: PostOffice
) -> None:
    office.drops = 1
    submit(org)
    assert deliver() == 0
    waiting = OutboxMail.objects.filter(state=MailState.QUEUED, claimed_at__isnull=True)
    assert sorted(mail.attempts for mail in waiting) == [0, 0, 0, 1]


def test_a_mail_arrives_with_both_parts_and_the_headers_of_a_machine(
    org: Organisation, office: PostOffice
) -> None:
    story = submit(org)
    assert deliver() == len(office.mails) == 4
    mail = office.of_kind("client_received")
    assert mail["From"] == "Handoff <handoff@example.org>"
    assert mail["To"] == story.mre.client.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<outbox-{mail_to_the_client().pk}@handoff.example.org>"
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_an_answer_to_the_first_note_goes_to_the_mentor(
    org: Organisation, office: PostOffice
) -> None:
    request_in("accepted", org)
    deliver(MONDAY + timedelta(days=1))
    assert office.of_kind("client_accepted")["Reply-To"] == org.joan.email


@pytest.mark.parametrize(
    "note",
    [
        "Olá Maria 👩🏽‍🌾, “até já”!",
        ".\n.a line that begins with a dot\n..\nthe end",
        "From here on\nRCPT TO:<evil@example.com>\nDATA",
        "x" * 4000,
    ],
    ids=["other alphabets", "dots", "commands", "one long line"],
)
def test_the_note_of_the_mentor_arrives_as_he_wrote_it(
    org: Organisation, office: PostOffice, note: str
) -> None:
    story = request_in("assigned", org).accept(note)
    deliver(MONDAY + timedelta(days=1))
    text = office.of_kind("client_accepted").get_body(("plain",))
    assert text is not None
    assert note in text.get_content().replace("\r\n", "\n")
    to_the_client = [e for e in office.envelopes if e.rcpt_tos == [story.mre.client.email]]
    assert len(to_the_client) == 2


# --- It is refused ------------------------------------------------------------------------------


def test_an_address_that_is_refused_is_known_at_once_and_holds_up_nobody(
    org: Organisation, office: PostOffice
) -> None:
    story = submit(org)
    office.of_recipient[story.mre.client.email] = "550 5.1.1 No such user here"
    assert deliver() == 6, "three that there is a request, and three that its client has no address"
    failed = mail_to_the_client()
    assert failed.state == MailState.HELD
    assert "No such user here" in failed.last_error
    assert failed.bounced_at == MONDAY
    assert story.mre.client.mail_trouble == MailTrouble.BOUNCED
    assert story.mails[-3:] == ["rcic_address_failed"] * 3


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 Relaying denied",
        "554 5.7.1 Your host is on a black list",
        "552 5.2.2 The mailbox is full",
        "554 Transaction failed",
    ],
)
def test_a_refusal_that_says_nothing_of_the_address_fails_visibly_and_gives_up_nobody(
    org: Organisation, office: PostOffice, answer: str
) -> None:
    story = submit(org)
    office.of_recipient[story.mre.client.email] = answer
    assert deliver() == 3
    assert mail_to_the_client().state == MailState.FAILED
    assert story.mre.client.mail_trouble == ""
    assert "address_failed" not in story.kinds


def test_what_was_refused_goes_out_once_an_administrator_says_that_the_address_works(
    org: Organisation, office: PostOffice
) -> None:
    story = submit(org)
    address = story.mre.client.email
    office.of_recipient[address] = "550 5.1.1 No such user here"
    deliver()
    del office.of_recipient[address]
    assert deliver(MONDAY + MINUTE) == 0
    with pytest.raises(AlreadyDone, match="held back"):
        sending.send_again(mail_id=mail_to_the_client().pk, by=org.admin, now=MONDAY + MINUTE)
    addresses.works_again(owner=story.mre.client, by=org.admin, now=MONDAY + MINUTE)
    assert deliver(MONDAY + MINUTE) == 1
    sent = mail_to_the_client()
    assert (sent.state, sent.last_error, sent.attempts) == (MailState.SENT, "", 1)
    assert office.of_kind("client_received")["To"] == address


def test_an_address_that_is_delayed_is_tried_again_later(
    org: Organisation, office: PostOffice
) -> None:
    story = submit(org)
    address = story.mre.client.email
    office.of_recipient[address] = "451 4.7.1 Greylisted, come back later"
    assert deliver() == 3
    waiting = mail_to_the_client()
    assert (waiting.state, waiting.send_at) == (MailState.QUEUED, MONDAY + MINUTE)
    assert "Greylisted" in waiting.last_error
    del office.of_recipient[address]
    assert deliver(MONDAY + MINUTE - timedelta(seconds=1)) == 0
    assert deliver(MONDAY + MINUTE) == 1
    assert mail_to_the_client().last_error == ""


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("554 5.7.1 We do not like this mail", MailState.FAILED),
        ("452 4.3.1 The disk is full", MailState.QUEUED),
    ],
)
def test_a_mail_that_is_refused_after_its_text_fails_or_waits_by_the_answer(
    org: Organisation, office: PostOffice, answer: str, state: MailState
) -> None:
    submit(org)
    office.of_data = answer
    assert deliver() == 0
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {state}
    assert OutboxMail.objects.filter(last_error__contains=answer[4:]).count() == 4


def test_a_server_that_refuses_our_own_address_is_no_fault_of_the_mails(
    org: Organisation, office: PostOffice
) -> None:
    submit(org)
    office.of_sender = "550 5.7.1 Who are you?"
    assert deliver() == 0
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.QUEUED}
    office.of_sender = ""
    assert deliver(MONDAY + timedelta(minutes=5)) == 4


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_sign_in_that_is_refused_is_no_fault_of_the_mails(
    org: Organisation, settings: Settings
) -> None:
    controller = Controller(
        PostOffice(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
        auth_required=True,
    )
    use_server(settings, controller.port)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "handoff", "wrong"
    controller.start()
    submit(org)
    try:
        assert deliver() == 0
    finally:
        controller.stop()
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.QUEUED}


# --- It breaks ----------------------------------------------------------------------------------


def test_a_line_that_is_dropped_in_the_middle_of_a_mail_loses_nothing(
    org: Organisation, office: PostOffice
) -> None:
    submit(org)
    office.drops = 1
    assert deliver() == 0
    assert sorted(OutboxMail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]
    assert deliver(MONDAY + MINUTE) == 4
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.SENT}
    assert len(office.mails) == 4


def test_a_server_that_answers_too_slowly_counts_as_away(
    org: Organisation, office: PostOffice, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    submit(org)
    office.takes = 1.0
    began = time.monotonic()
    assert deliver() == 0
    assert time.monotonic() - began < 3
    office.takes = 0.0
    settings.EMAIL_TIMEOUT = 5
    time.sleep(0.8)
    assert deliver(MONDAY + MINUTE) == 4


def test_a_server_that_is_away_loses_nothing(org: Organisation, settings: Settings) -> None:
    use_server(settings, free_port())
    submit(org)
    assert deliver() == 0
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    try:
        assert deliver(MONDAY + MINUTE) == 4
    finally:
        controller.stop()
    assert len(office.mails) == 4


@pytest.mark.parametrize("greeting", ["554 No service for you", "421 Too busy", "nonsense"])
def test_a_server_that_greets_badly_is_tried_again(
    org: Organisation, settings: Settings, greeting: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_greet, args=[listening, greeting], daemon=True)
        thread.start()
        use_server(settings, listening.getsockname()[1])
        submit(org)
        assert deliver() == 0
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.QUEUED}


def _greet(listening: socket.socket, words: str) -> None:
    line, _ = listening.accept()
    line.sendall(f"{words}\r\n".encode())
    line.close()


# --- Nothing can be slipped in ------------------------------------------------------------------

HOSTILE = (
    "Maria\r\nBcc: evil@example.com",
    "Maria\nX-Evil: yes",
    "Maria\r\n\r\nAnother body",
    "Maria\x0bBcc: evil@example.com",
    "Maria\x85Bcc: evil@example.com\u2028X-Evil: yes",
    "=?utf-8?q?Maria=0D=0ABcc=3A_evil=40example=2Ecom?=",
    "Mar\u202eia <evil@example.com>, ",
    "💣" * 60,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_cannot_add_a_header_or_a_recipient(
    org: Organisation, office: PostOffice, name: str
) -> None:
    story = submit(org, person=a_person(first_name=name[:60], last_name=name[:60]))
    story.assign()
    deliver()
    subject = office.of_kind("mentor_assigned")["Subject"]
    assert "needs a mentor: please answer by" in subject
    assert len(subject.splitlines()) == 1
    story.accept().schedule()
    deliver()
    assert len(office.mails) == OutboxMail.objects.count() == 8
    known = set(OutboxMail.objects.values_list("to_email", flat=True))
    for mail, envelope in zip(office.mails, office.envelopes, strict=True):
        assert len(envelope.rcpt_tos) == 1
        assert set(envelope.rcpt_tos) <= known
        assert mail["Bcc"] is None
        assert mail["X-Evil"] is None
        assert len(mail.get_all("Subject", [])) == 1
        assert len(mail.get_all("To", [])) == 1
        invites = any(part.get_content_type() == "text/calendar" for part in mail.walk())
        assert mail.get_content_type() == f"multipart/{'mixed' if invites else 'alternative'}"


def test_an_address_with_a_line_break_fails_alone(org: Organisation, office: PostOffice) -> None:
    submit(org)
    bad = mail_to_the_client()
    OutboxMail.objects.filter(pk=bad.pk).update(
        to_email="maria@example.com\r\nBcc: evil@example.com"
    )
    assert deliver() == 3
    assert mail_to_the_client().state == MailState.FAILED
    assert all("evil@example.com" not in envelope.rcpt_tos for envelope in office.envelopes)


# --- The calendar -------------------------------------------------------------------------------


def calendar_part(mail: EmailMessage) -> Any:
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return part


def event_of(part: Any) -> Any:
    [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    return event


def test_an_invitation_is_a_calendar_part_that_a_mail_program_understands(
    org: Organisation, office: PostOffice
) -> None:
    story = submit(org, person=a_person(first_name="Søren", last_name="Ångström; Ltd, \\co"))
    story.assign().accept().schedule(days=2)
    deliver()
    part = calendar_part(office.of_kind("client_session_invited"))
    assert part.get_param("method") == "REQUEST"
    assert part.get_param("charset") == "utf-8"
    file = part.get_payload(decode=True)
    lines = file.replace(b"\r\n", b"\n").split(b"\n")
    assert max(len(line) for line in lines) <= 75
    calendar = Calendar.from_ical(file)
    assert calendar["METHOD"] == "REQUEST"
    event = event_of(part)
    assert event.decoded("DTSTART") == datetime(2026, 3, 18, 14, 0, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 3, 18, 15, 0, tzinfo=UTC)
    assert event["DTSTART"].params["TZID"] == "America/New_York"
    _mentor, client = event["ATTENDEE"]
    assert client == f"mailto:{story.mre.client.email}"
    assert client.params["CN"] == "Søren Ångström; Ltd, \\co"
    assert event["ORGANIZER"] == f"mailto:{org.joan.email}"
    assert event["UID"].endswith("@handoff.example.org")
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["America/New_York"]


def test_an_invitation_over_the_dst_night_keeps_the_hour_on_the_wall(
    org: Organisation, office: PostOffice
) -> None:
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    story = submit(org, at=friday).assign().accept()
    story.schedule(hours=72 - 1)  # Monday 10:00 on the wall, an hour less to wait
    deliver(friday)
    event = event_of(calendar_part(office.of_kind("mentor_session_invited")))
    assert event["DTSTART"].dt.strftime("%a %H:%M") == "Mon 10:00"


def test_a_cancellation_says_so(org: Organisation, office: PostOffice) -> None:
    story = request_in("session_planned", org).transfer()
    deliver(story.now)
    part = calendar_part(office.of_kind("client_session_cancelled"))
    assert part.get_param("method") == "CANCEL"
    assert event_of(part)["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("kind", ["client_received", "client_accepted"])
def test_other_mails_have_no_calendar(org: Organisation, office: PostOffice, kind: str) -> None:
    request_in("accepted", org)
    deliver(MONDAY + timedelta(days=1))
    kinds = [part.get_content_type() for part in office.of_kind(kind).walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
