"""The navigation: which pages somebody gets offered, by his duties."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest

from mentors import guides
from mentors.addresses import page_address
from mentors.roles import Duties, duties


@dataclass(frozen=True)
class Entry:
    """One link: the name of its address, and its words."""

    page: str
    label: str

    @property
    def address(self) -> str:
        """Where it leads."""
        return page_address(self.page)


MY_REQUESTS = Entry("intake:desk", "My requests")
MY_SESSIONS = Entry("intake:my_sessions", "My sessions")
AVAILABILITY = Entry("intake:availability", "Availability")
QUEUE = Entry("intake:queue", "Need action")
WATCH = Entry("intake:watch", "Watch list")
REQUESTS = Entry("intake:requests", "All requests")
MENTORS = Entry("mentors:roster", "Mentors")
ROSTER = Entry("mentors:roster", "Roster")
ACTIVITY = Entry("reports:activity", "Mentors’ activity")
REPORTS = Entry("reports:overview", "Reports")
CLOCKS = Entry("intake:try_clocks", "Clocks")
OUTBOX = Entry("intake:outbox", "Outbox")
ADMIN = Entry("admin:index", "Admin")
HOW_TOLD = Entry("intake:mails", "How I am told")
WEIGHTS = Entry("intake:weights", "What gives points")
BY_MAIL = Entry("reports:subscriptions", "Reports by mail")
CHECKS = Entry("reports:checks", "Self-check")
WORDINGS = Entry("intake:note_templates", "My wordings")


@dataclass(frozen=True)
class Navigation:
    """What the header offers one person."""

    entries: tuple[Entry, ...]
    roles: str
    account: tuple[Entry, ...] = ()
    """What the account menu offers besides."""
    help: str = ""
    """Where the guide opens for this page: an address, perhaps with a section behind #."""

    @property
    def searches(self) -> bool:
        """Whether the search field makes sense: there are requests or people to be found."""
        return bool({REQUESTS, MY_REQUESTS, MENTORS, ROSTER}.intersection(self.entries))


def navigation(request: HttpRequest) -> dict[str, Callable[[], Navigation]]:
    """Context processor: `navigation`, worked out only on pages that show it."""
    return {"navigation": partial(_navigation, request)}


def _navigation(request: HttpRequest) -> Navigation:
    mine = duties(request.user, request.now)  # type: ignore[arg-type,attr-defined]
    writes = mine.is_admin or mine.rcic or mine.is_mentor
    offered = (
        (writes, WORDINGS),
        (mine.rcic or mine.is_mentor, HOW_TOLD),
        (mine.is_admin or mine.rcic, WEIGHTS),
        (mine.is_admin or mine.chairs or mine.sees_requests_of, BY_MAIL),
        (mine.is_admin, CHECKS),
    )
    account = tuple(entry for wanted, entry in offered if wanted)
    return Navigation(
        tuple(entries_for(mine)), roles_in_words(mine), account, help=_help(request, mine)
    )


def _help(request: HttpRequest, mine: Duties) -> str:
    page = request.resolver_match.view_name if request.resolver_match else ""
    guide, anchor = guides.place(page, mine)
    return f"{guide.address}#{anchor}" if anchor else guide.address


def entries_for(mine: Duties) -> Iterator[Entry]:
    """The entries for these duties, in the order of the day's work, each page once."""
    seen: set[str] = set()
    for offered, entry in _offers(mine):
        if offered and entry.page not in seen:
            seen.add(entry.page)
            yield entry


def _offers(mine: Duties) -> list[tuple[Any, Entry]]:
    every = mine.is_admin
    return [
        (mine.is_mentor or mine.is_expert, MY_REQUESTS),
        (mine.is_mentor or mine.is_expert, MY_SESSIONS),
        (every or mine.rcic, QUEUE),
        (every or mine.rcic, WATCH),
        (every or mine.sees_requests_of, REQUESTS),
        (mine.is_mentor, AVAILABILITY),
        (every or mine.rcic, MENTORS),
        (mine.manages, ROSTER),
        (every or mine.sees_requests_of, REPORTS),
        (mine.chairs and not mine.sees_requests_of, ACTIVITY),
        (every, CLOCKS),
        (every, OUTBOX),
        (every, ADMIN),
    ]


def roles_in_words(mine: Duties) -> str:
    """“RCIC · Mentor”: the hats somebody wears today, for the account menu."""
    hats = [
        (mine.is_admin, "Administrator"),
        (mine.rcic, "RCIC"),
        (mine.manages, "Chapter Manager"),
        (mine.chairs, "Membership Chair"),
        (mine.leads, "Leader"),
        (mine.is_mentor, "Mentor"),
        (mine.is_expert, "Subject Matter Expert"),
    ]
    return " · ".join(name for worn, name in hats if worn) or "Volunteer"
