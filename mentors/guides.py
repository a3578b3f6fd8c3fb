"""The guides of docs/, shown in the application: which concerns whom, and where it opens."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mentors.roles import Duties


@dataclass(frozen=True)
class Guide:
    """One guide: the name of its file in docs/, its title, and whom it concerns."""

    name: str
    title: str
    concerns: Callable[[Duties], object]

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("guide", args=[self.name])


GUIDES = (
    Guide("mentor", "The mentor’s guide", lambda mine: mine.is_mentor),
    Guide("coordinator", "The coordinator’s guide", lambda mine: mine.rcic or mine.is_admin),
    Guide("manager", "The chapter manager’s guide", lambda mine: mine.manages),
    Guide("chair", "The membership chair’s guide", lambda mine: mine.chairs),
    Guide("leader", "The leader’s guide", lambda mine: mine.leads),
    Guide("administrator", "The administrator’s guide", lambda mine: mine.is_admin),
)
"""In the order in which a reader with several duties is offered them."""

BY_NAME = {guide.name: guide for guide in GUIDES}

PLACES: dict[str, Sequence[str]] = {
    # The mentor
    "intake:desk": ("mentor#my-client-requests",),
    "intake:closed": ("mentor#my-client-requests",),
    "intake:answer": ("mentor#accept-or-decline",),
    "intake:accept": ("mentor#accept-or-decline",),
    "intake:decline": ("mentor#accept-or-decline",),
    "intake:attempt": ("mentor#reach-the-client",),
    "intake:mail_client": ("mentor#reach-the-client",),
    "intake:times": ("mentor#plan-a-session",),
    "intake:times_withdraw": ("mentor#plan-a-session",),
    "intake:my_sessions": ("mentor#plan-a-session",),
    "intake:my_calendar": ("mentor#plan-a-session",),
    "intake:companions": ("mentor#work-with-others",),
    "intake:team": ("mentor#work-with-others",),
    "intake:log_time": ("mentor#work-with-others",),
    "intake:leave_team": ("mentor#work-with-others",),
    "intake:leave_session": ("mentor#work-with-others",),
    "intake:note_templates": (
        "mentor#accept-or-decline",
        "coordinator#who-is-suggested-and-who-is-not",
    ),
    "intake:note_template": (
        "mentor#accept-or-decline",
        "coordinator#who-is-suggested-and-who-is-not",
    ),
    "intake:session_schedule": ("mentor#plan-a-session",),
    "intake:session_move": ("mentor#plan-a-session",),
    "intake:session_cancel": ("mentor#plan-a-session",),
    "intake:session_record": ("mentor#after-a-session",),
    "intake:session_held": ("mentor#after-a-session",),
    "intake:session_missed": ("mentor#after-a-session",),
    "intake:session_notes": ("mentor#after-a-session",),
    "intake:session_edit": ("mentor#after-a-session",),
    "intake:transfer": ("mentor#give-a-request-back",),
    "intake:close": ("mentor#close",),
    "intake:end": ("mentor#close", "coordinator#one-request"),
    "intake:reopen": ("mentor#close", "coordinator#one-request"),
    "intake:availability": ("mentor#when-you-are-away-or-full",),
    "intake:pause": ("mentor#when-you-are-away-or-full",),
    "intake:expertise": ("mentor#what-you-are-asked-for",),
    "intake:listing": ("mentor#what-you-are-asked-for",),
    "intake:seen": ("mentor#when-you-are-away-or-full",),
    "intake:behind_figure": ("mentor#when-you-are-away-or-full",),
    "intake:mails": ("mentor#how-you-are-told", "coordinator#how-you-are-told"),
    # One request, for whoever opens it
    "intake:request": ("mentor#the-page-of-a-request", "coordinator#one-request"),
    "intake:withdraw": ("coordinator#one-request", "mentor#close"),
    # The coordinator
    "intake:queue": ("coordinator#the-morning",),
    "intake:watch": ("coordinator#the-watch-list",),
    "intake:requests": ("coordinator#one-request", "leader#the-lists"),
    "intake:find": ("coordinator#one-request",),
    "intake:add_request": ("coordinator#one-request",),
    "intake:saved_views": ("coordinator#one-request",),
    "intake:move_request": ("coordinator#one-request",),
    "intake:note": ("mentor#the-page-of-a-request", "coordinator#one-request"),
    "intake:proposal": ("coordinator#several-at-once-and-all-at-once",),
    "intake:bulk_assign": ("coordinator#several-at-once-and-all-at-once",),
    "intake:bulk_move": ("coordinator#several-at-once-and-all-at-once",),
    "intake:bulk_withdraw": ("coordinator#several-at-once-and-all-at-once",),
    "intake:assign": ("coordinator#who-is-suggested-and-who-is-not",),
    "intake:weights": ("coordinator#who-is-suggested-and-who-is-not",),
    "intake:compare": ("coordinator#the-same-person-twice",),
    "intake:client": ("coordinator#the-same-person-twice",),
    "intake:merge": ("coordinator#the-same-person-twice",),
    "intake:nudge": ("coordinator#the-watch-list",),
    # The others
    "mentors:roster": ("manager#the-roster", "chair#your-mentors", "coordinator#the-morning"),
    "mentors:person": ("manager#the-roster", "chair#your-mentors"),
    "mentors:positions": ("manager#positions",),
    "mentors:position_add": ("manager#positions",),
    "mentors:position_end": ("manager#positions",),
    "mentors:add_person": ("manager#the-roster",),
    "intake:standing": ("manager#when-somebody-leaves",),
    "reports:activity": ("chair#my-active-mentors-activity",),
    "reports:activity_behind": ("chair#my-active-mentors-activity",),
    "reports:mentor": ("chair#follow-ups",),
    "reports:mail_mentor": ("chair#follow-ups",),
    "reports:timing": ("leader#how-long-a-client-waits", "coordinator#how-long-a-client-waits"),
    "reports:timing_rows": (
        "leader#how-long-a-client-waits",
        "coordinator#how-long-a-client-waits",
    ),
    # Clients who wait
    **dict.fromkeys(
        (
            "reports:not-yet-assigned",
            "reports:not-yet-accepted",
            "reports:not-yet-contacted",
            "reports:not-yet-counseled",
            "reports:in-mentoring",
            "intake:snooze",
            "intake:take_up",
        ),
        ("coordinator#clients-who-wait", "leader#the-lists"),
    ),
    "reports:overview": ("leader#the-lists",),
    # Conversion, coverage, fairness
    **dict.fromkeys(
        (
            "reports:conversion",
            "reports:conversion_requests",
            "reports:coverage",
            "reports:coverage_area",
            "reports:coverage_requests",
            "reports:coverage_open",
            "reports:fairness",
            "reports:fairness_mentor",
        ),
        ("leader#conversion-coverage-fairness", "coordinator#conversion-coverage-fairness"),
    ),
    # Reports as files and by mail
    "reports:subscribe": ("leader#files-and-mails", "chair#my-active-mentors-activity"),
    "reports:subscription": ("leader#files-and-mails", "chair#my-active-mentors-activity"),
    "reports:subscriptions": ("leader#files-and-mails", "chair#my-active-mentors-activity"),
    "intake:try_clocks": ("administrator#trying-the-clocks",),
    "intake:closed_days": ("administrator#closed-days",),
    "intake:change_closed_days": ("administrator#closed-days",),
    "intake:outbox": ("administrator#mail",),
    "intake:mail": ("administrator#mail",),
    "intake:addresses": ("administrator#mail-that-comes-back",),
    "reports:checks": ("administrator#figures-that-can-be-trusted",),
    "reports:check": ("administrator#figures-that-can-be-trusted",),
}
"""Where the guide opens from a page: for a reader with several duties the first that concerns him.

What is not listed opens the first guide that concerns the reader.
"""


@dataclass(frozen=True)
class Section:
    """What stands below one heading, with the headings below that."""

    anchor: str
    title: str
    html: SafeString


@dataclass(frozen=True)
class Text:
    """A guide, ready to be shown."""

    html: SafeString
    sections: tuple[Section, ...]

    def section(self, anchor: str) -> Section | None:
        """The section of this anchor, if there is one."""
        return next((one for one in self.sections if one.anchor == anchor), None)


def place(page: str, mine: Duties) -> tuple[Guide, str]:
    """The guide and the anchor that help on a page, by the name of its address."""
    for target in PLACES.get(page, ()):
        name, _, anchor = target.partition("#")
        if BY_NAME[name].concerns(mine):
            return BY_NAME[name], anchor
    return next((guide for guide in GUIDES if guide.concerns(mine)), GUIDES[0]), ""


@cache
def read(name: str) -> Text:
    """A guide as HTML. Raises KeyError for a name that no guide has."""
    path = settings.BASE_DIR / "docs" / f"{BY_NAME[name].name}.md"
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = _without_title(markdown.parse(path.read_text(encoding="utf-8")))
    _name_headings(tokens)
    _lead_to_pages(tokens)

    def html(part: Sequence[Token]) -> SafeString:
        return mark_safe(markdown.renderer.render(part, markdown.options, {}))  # noqa: S308 our own text, and raw HTML in it stays text

    parts = (
        Section(str(heading.attrs["id"]), title, html(below))
        for heading, title, below in _parts(tokens)
    )
    return Text(html(tokens), tuple(parts))


def _without_title(tokens: list[Token]) -> list[Token]:
    """The page has the title as its heading already."""
    return tokens[3:] if tokens and tokens[0].tag == "h1" else tokens


def _name_headings(tokens: Sequence[Token]) -> None:
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", slugify(words.content))


def _lead_to_pages(tokens: Sequence[Token]) -> None:
    """A link to another guide leads to its page here; one to another file stays mere words."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                file, _, anchor = str(child.attrs["href"]).partition("#")
                name = re.sub(r"\.md$", "", file)
                if name in BY_NAME:
                    target = BY_NAME[name].address + (f"#{anchor}" if anchor else "")
                    child.attrSet("href", target)
                elif file:
                    child.attrs.pop("href")


def _parts(tokens: Sequence[Token]) -> Iterator[tuple[Token, str, Sequence[Token]]]:
    """Each heading, its words, and what stands below it."""
    for start, token in enumerate(tokens):
        if token.type == "heading_open":
            end = next(
                (
                    later
                    for later in range(start + 3, len(tokens))
                    if tokens[later].type == "heading_open" and tokens[later].tag <= token.tag
                ),
                len(tokens),
            )
            yield token, tokens[start + 1].content, tokens[start + 3 : end]
