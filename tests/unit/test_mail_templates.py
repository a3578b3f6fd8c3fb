"""Every mail: two parts that say the same, a link in both, nothing unresolved or unescaped."""

import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.backends.django import DjangoTemplates

TEMPLATES = Path(__file__).parents[2] / "templates"
FOLDERS = sorted(path.name for path in (TEMPLATES / "emails").iterdir() if path.is_dir())

HOSTILE_NAME = "Zoë <b>O'Neil</b> & Co"
HOSTILE_NOTE = 'Hello <script>alert(1)</script>\nsecond line & "quoted" text'
UNRESOLVED = "UNRESOLVED(%s)"
URL = "http://site.example/requests/12/?a=1&b=2"
SITE = "http://site.example"

SECRETS = {
    "last_name": "Secretlast",
    "email": "secret@example.org",
    "phone": "216-555-0143",
}
CLIENT = SimpleNamespace(first_name=HOSTILE_NAME, **SECRETS)
REQUEST = SimpleNamespace(
    number="MR-12",
    client=CLIENT,
    area="Sales & Marketing",
    chapter=SimpleNamespace(name="SCORE Cleveland"),
    existing=True,
    business_type="Food & Beverage",
    question="secret question",
    business_name="Secret Bakery",
)
ANSWER = {
    "respond_by": "Wed 25 Nov",
    "requeue_after": "Tue 1 Dec",
    "accept_url": f"{URL}&accept",
    "decline_url": f"{URL}&decline",
    "pause_url": f"{URL}&pause",
    "url": f"{URL}&accept",
}
SESSION = {
    "mentor_name": HOSTILE_NAME,
    "when": "Tue 24 Nov 2026, 14:00 EST",
    "mode": "Video",
    "place": "https://meet.example.org/a?b=1&c=2",
    "place_url": "https://meet.example.org/a?b=1&c=2",
    "minutes": 60,
    "chosen": False,
    "led_by": "",
}
MENTOR_NAME = {"mentor_name": HOSTILE_NAME}
NOTE = {"note": HOSTILE_NOTE}
REASON = {"reason": HOSTILE_NOTE}

MORE: dict[str, dict[str, Any]] = {
    "account": {"subject": "A new password", "body_text": f"Choose it here:\n\n{URL}"},
    "chair_digest": {
        "chapter_name": "SCORE Cleveland",
        "week": "16 to 22 Nov",
        "days": 30,
        "until": "Sun 22 Nov",
        "timeouts": [{"mentor": HOSTILE_NAME, "count": 2, "received": 5, "new": 1}],
        "declines": [],
        "paused": [{"mentor": "Ruth", "since": "Mon 5 Oct", "until": "Mon 7 Dec", "days": 47}],
    },
    "client_accepted": MENTOR_NAME | NOTE,
    "client_closed": {"why": "Your mentoring is complete.", "how_to_return": f"{SITE}/request/"},
    "client_delay": {},
    "client_new_mentor": {},
    "client_message": MENTOR_NAME | NOTE | {"subject": "Your prices"},
    "client_note": MENTOR_NAME | NOTE,
    "client_received": {"asked_for": ""},
    "client_session_cancelled": SESSION,
    "client_session_changed": SESSION,
    "client_times": SESSION | NOTE | {"times": ["Tue 24 Nov", "Wed 25 Nov"]},
    "client_session_elsewhere": {"when": "Tue 24 Nov 2026, 14:00 EST", "url": SITE},
    "client_session_invited": SESSION,
    "client_status_link": {
        "links": [{"number": "MR-12", "url": URL}, {"number": "MR-13", "url": f"{URL}&other"}]
    },
    "daily_digest": {
        "day": "Wed 25 Nov",
        "open": 2,
        "settled": 1,
        "groups": [
            {
                "title": "A mentor declines",
                "items": [
                    {"words": f"MR-12: {HOSTILE_NAME}", "stands": "in the queue", "url": URL},
                    {"words": "MR-13 has moved", "stands": "", "url": ""},
                    {"words": "MR-15: notes are due", "stands": "", "url": URL},
                ],
            },
            {
                "title": "Settled meanwhile",
                "items": [{"words": "MR-14: new", "stands": "closed: Complete", "url": URL}],
            },
        ],
        "pages": [{"label": "Open the queue", "url": URL}, {"label": "Mine", "url": SITE}],
        "choices_url": f"{SITE}/mails/",
    },
    "figures_differ": {
        "requests": 12_345,
        "differing": 2,
        "differences": [
            "MR-12, the request: status: Accepted by the timeline, Assigned in the table"
        ],
    },
    "mentor_address_failed": {"complained": False},
    "mentor_assigned": ANSWER
    | NOTE
    | {"by_name": HOSTILE_NAME, "why": ["Sales & Marketing", "<i>"]},
    "mentor_assigned_several": ANSWER
    | NOTE
    | {
        "url": f"{SITE}/desk/",
        "by_name": HOSTILE_NAME,
        "requests": [
            {
                "mre": REQUEST,
                "why": ["Sales & Marketing", "<i>"],
                "note": note,
                "accept_url": f"{URL}&accept",
                "decline_url": f"{URL}&decline",
            }
            for note in ("", HOSTILE_NOTE)
        ],
    },
    "mentor_attempts_due": {"attempts": 1, "needed": 3},
    "mentor_client_update": {"what_changed": "the phone number"},
    "mentor_close_out": {"attempts": 3, "first_attempt": "Fri 6 Nov 09:00"},
    "mentor_direct": ANSWER,
    "mentor_joined": {
        "lead_name": HOSTILE_NAME,
        "line": HOSTILE_NOTE,
        "role": "co-mentor",
        "session_when": "",
        "held": False,
    },
    "mentor_left_team": {
        "lead_name": HOSTILE_NAME,
        "ended": False,
        "himself": False,
        "session_when": "",
    },
    "mentor_team": {
        "member_name": HOSTILE_NAME,
        "change": "joined",
        "by_name": HOSTILE_NAME,
        "session_when": "",
    },
    "mentor_followed_up": NOTE
    | {"by_name": HOSTILE_NAME, "chapter_name": "SCORE Cleveland", "subject": "How are you?"},
    "mentor_nudged": ANSWER | NOTE | {"by_name": HOSTILE_NAME},
    "mentor_notes_due": {"session_when": "Fri 20 Nov 14:00"},
    "mentor_overdue": ANSWER,
    "mentor_reminder": ANSWER,
    "mentor_reminders": {
        "url": f"{SITE}/desk/",
        "answers": 2,
        "choices_url": f"{SITE}/mails/",
        "matters": [
            {"words": f"emails/{kind}/words.txt", "mre": REQUEST, "url": URL, **more}
            for kind, more in (
                ("mentor_overdue", ANSWER),
                ("mentor_reminder", ANSWER),
                ("mentor_notes_due", {"session_when": "Fri 20 Nov 14:00"}),
                ("mentor_close_out", {"attempts": 3, "first_attempt": "Fri 6 Nov 09:00"}),
                ("mentor_attempts_due", {"attempts": 1, "needed": 3}),
                ("mentor_requeued", {"url": ""}),
            )
        ],
    },
    "mentor_replaced": {},
    "mentor_requeued": {},
    "mentor_time_asked": {"text": HOSTILE_NOTE, "when": "Tue 24 Nov 2026, 14:00 EST"},
    "mentor_times_declined": {"text": HOSTILE_NOTE, "times": ["Tue 24 Nov", "Wed 25 Nov"]},
    "mentor_session_cancelled": SESSION,
    "mentor_session_changed": SESSION,
    "mentor_session_invited": SESSION,
    "mentor_taken_over": REASON,
    "mentor_withdrawn": {"why": HOSTILE_NOTE},
    "rcic_address_failed": MENTOR_NAME | {"complained": True},
    "rcic_client_withdrew": {},
    "rcic_declined": MENTOR_NAME | {"reason": "No capacity now", "text": HOSTILE_NOTE},
    "rcic_handed_back": MENTOR_NAME,
    "rcic_moved_away": {"to_chapter": "SCORE Akron"} | NOTE,
    "rcic_moved_here": {"from_chapter": "SCORE Akron"} | NOTE,
    "rcic_new": {},
    "rcic_overdue": MENTOR_NAME | {"respond_by": "Wed 25 Nov"},
    "rcic_reopened": REASON,
    "rcic_requeued": MENTOR_NAME,
    "report_ready": {
        "title": "Clients not yet assigned",
        "about": "SCORE Cleveland & Akron",
        "day": "Wed 25 Nov",
        "cadence": "every Monday",
    },
    "rcic_transferred": MENTOR_NAME | REASON | {"by_name": HOSTILE_NAME, "proposed": HOSTILE_NAME},
}
WITHOUT_REQUEST = {
    "account",
    "chair_digest",
    "client_status_link",
    "daily_digest",
    "mentor_assigned_several",
    "mentor_followed_up",
    "mentor_reminders",
}
OF_NO_USE_ANY_MORE = {
    "mentor_replaced",
    "mentor_requeued",
    "mentor_withdrawn",
    "mentor_taken_over",
    "mentor_left_team",
}
"""The request is out of the reader's reach: these lead to his own list."""

ENGINE = DjangoTemplates(
    {
        "NAME": "mails",
        "DIRS": [TEMPLATES],
        "APP_DIRS": False,
        "OPTIONS": {"string_if_invalid": UNRESOLVED},
    }
)


def render(kind: str, part: str, **changes: Any) -> str:
    mre = None if kind in WITHOUT_REQUEST else REQUEST
    context = {"greeting": HOSTILE_NAME, "mre": mre, "url": URL, "site_url": SITE}
    template = ENGINE.get_template(f"emails/{kind}/{part}")
    return template.render(context | MORE[kind] | changes)


def words(html: str) -> str:
    """The words of an HTML mail without its head, its tags and its links."""
    body = html[html.index("<body") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_folder_is_tried_here() -> None:
    assert sorted(MORE) == FOLDERS


@pytest.mark.parametrize("kind", MORE)
class TestEachKind:
    def test_subject_is_one_line_without_entities(self, kind: str) -> None:
        subject = render(kind, "subject.txt").rstrip("\n")
        assert subject
        assert "\n" not in subject
        assert "&amp;" not in subject
        assert "&#x27;" not in subject

    @pytest.mark.parametrize("part", ["subject.txt", "body.txt", "body.html"])
    def test_nothing_is_left_unresolved(self, kind: str, part: str) -> None:
        assert "UNRESOLVED" not in render(kind, part)
        assert "{{" not in render(kind, part)
        assert "{%" not in render(kind, part)

    def test_the_link_stands_in_both_parts(self, kind: str) -> None:
        link = SITE if kind in OF_NO_USE_ANY_MORE else MORE[kind].get("url", URL)
        assert link in render(kind, "body.txt")
        assert f'href="{link.replace("&", "&amp;")}"' in render(kind, "body.html")

    def test_text_is_plain(self, kind: str) -> None:
        text = render(kind, "body.txt")
        assert "&amp;" not in text
        assert "&lt;" not in text
        assert "&#x27;" not in text
        assert f"Hello {HOSTILE_NAME}," in text
        assert "\n\n\n" not in text

    def test_html_is_escaped_once(self, kind: str) -> None:
        html = render(kind, "body.html")
        assert "<script" not in html
        assert "<b>O" not in html
        assert "<i>" not in html
        assert "&amp;lt;" not in html
        assert "&amp;amp;" not in html
        assert "Zoë &lt;b&gt;O&#x27;Neil&lt;/b&gt; &amp; Co" in html

    def test_both_parts_say_the_same(self, kind: str) -> None:
        said = words(render(kind, "body.html"))
        for line in render(kind, "body.txt").splitlines():
            sentence = " ".join(line.removeprefix("- ").removesuffix(":").split())
            if sentence and not sentence.startswith(("http", "-")):
                assert_said(sentence, said)

    def test_the_client_stays_private(self, kind: str) -> None:
        for part in ("subject.txt", "body.txt", "body.html"):
            mail = render(kind, part)
            for secret in (*SECRETS.values(), "secret question", "Secret Bakery"):
                assert secret not in mail


def assert_said(sentence: str, said: str) -> None:
    """Blanks beside tags do not matter."""
    assert sentence.replace(" ", "") in said.replace(" ", "")


@pytest.mark.parametrize("kind", ["client_accepted", "client_note", "rcic_moved_here"])
def test_notes_keep_their_lines(kind: str) -> None:
    assert HOSTILE_NOTE in render(kind, "body.txt")
    assert "&lt;/script&gt;<br>second line" in render(kind, "body.html")


@pytest.mark.parametrize("part", ["body.txt", "body.html"])
def test_mail_to_the_mentor_without_note_and_reasons_has_no_holes(part: str) -> None:
    mail = render("mentor_assigned", part, note="", why=[])
    assert "Why you" not in mail
    assert "blockquote" not in mail
    assert "\n\n\n" not in mail or part == "body.html"


def test_a_list_without_rows_says_so() -> None:
    assert "Requests declined\n- None.\n" in render("chair_digest", "body.txt")


def test_account_mail_makes_its_address_a_link() -> None:
    assert f'href="{URL.replace("&", "&amp;")}"' in render("account", "body.html")
