"""Two requests side by side, field by field, so that a person can say whether they are one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intake import duplicates
from intake.client_permissions import check_can_merge, check_can_settle, check_can_withdraw_for
from intake.enums import ACCEPTED
from intake.letters.coordinators import coordinators
from intake.models import Assignment, ClientAlias, DuplicateFlag, MentoringRequest, Session
from intake.permissions import coordinates
from mentors.models import Volunteer
from mentors.permissions import refusal
from mentors.words import day_in_words, instant_in_words

MOST_MENTORS = 40


@dataclass(frozen=True)
class Row:
    """One field of both. `mark` says whether they agree; it is empty where that means nothing."""

    label: str
    values: tuple[str, str]
    mark: str

    @property
    def differs(self) -> bool:
        """Whether a reader should look at it."""
        return self.mark == DIFFERENT


SAME, DIFFERENT, ONE_MISSING = "same", "different", "only one"


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Withdrawal:
    """One of the two acts that leave one request; why it is off, if it is."""

    goes: MentoringRequest
    stays: MentoringRequest
    refused: str


@dataclass(frozen=True)
class Comparison:
    """Two requests for one reader, and what he may do about them."""

    pair: tuple[MentoringRequest, MentoringRequest]
    flag: DuplicateFlag | None
    groups: list[Group]
    """Empty if the other one is outside of the reader’s scope."""
    coordinators: list[Volunteer]
    """Who coordinates the other one, if the reader does not."""
    withdrawals: list[Withdrawal]
    not_a_duplicate: str
    not_the_same_person: str
    not_to_merge: str

    @property
    def same_client(self) -> bool:
        """Whether both belong to one client record."""
        return self.pair[0].client_id == self.pair[1].client_id


def may_look(
    user: Volunteer, other: MentoringRequest, flag: DuplicateFlag | None, now: datetime
) -> bool:
    """Whether a reader who coordinates one request may be told of the other at all.

    It is in his scope, or flagged as a possible duplicate. A parked one is for administrators.
    """
    if coordinates(user, other, now):
        return True
    return flag is not None and not other.parked


def compare(
    mre: MentoringRequest,
    other: MentoringRequest,
    *,
    user: Volunteer,
    now: datetime,
    zone: ZoneInfo,
) -> Comparison:
    """All that the page shows; the number of queries does not depend on how much happened."""
    flag = duplicates.between(mre, other)
    is_seen = coordinates(user, other, now)
    pair = (mre, other)
    return Comparison(
        pair=pair,
        flag=flag,
        groups=list(_groups(pair, zone)) if is_seen else [],
        coordinators=[] if is_seen else coordinators(other.chapter, now),
        withdrawals=[
            Withdrawal(goes, stays, refusal(check_can_withdraw_for, user, goes, stays, now))
            for goes, stays in ((mre, other), (other, mre))
        ],
        not_a_duplicate=_no_to(user, flag, now, different_people=False),
        not_the_same_person=_no_to(user, flag, now, different_people=True),
        not_to_merge=refusal(check_can_merge, user, mre.client, other.client, now),
    )


def _no_to(
    user: Volunteer, flag: DuplicateFlag | None, now: datetime, *, different_people: bool
) -> str:
    def check() -> None:
        check_can_settle(user, flag, now, different_people=different_people)

    return refusal(check)


# --- The fields -----------------------------------------------------------------------------------

Pair = tuple[MentoringRequest, MentoringRequest]


@dataclass(frozen=True)
class _Facts:
    """What is read for both at once: by client, by client, by request."""

    aliases: dict[int, list[str]]
    mentors: dict[int, list[str]]
    sessions: dict[int, list[str]]


def _groups(pair: Pair, zone: ZoneInfo) -> Iterable[Group]:
    facts = _facts(pair, zone)
    yield _group("Who asks", [_row(pair, *field) for field in _person(facts)])
    yield _group("What is asked", [_row(pair, *field) for field in ASKED])
    yield _group(
        "Where it stands",
        [
            _told(pair, "Submitted", lambda mre: instant_in_words(mre.submitted_at, zone)),
            _told(pair, "Now", lambda mre: _now(mre, zone)),
            _told(pair, "Sessions", lambda mre: _list(facts.sessions[mre.pk])),
            _told(pair, "Mentors so far", lambda mre: _list(facts.mentors[mre.client_id])),
        ],
    )


def _group(title: str, rows: list[Row]) -> Group:
    """Without the fields that are empty on both."""
    return Group(title, [row for row in rows if any(row.values)])


def _now(mre: MentoringRequest, zone: ZoneInfo) -> str:
    """“Need Action (declined) since Wed 25 Nov 10:42”; with the mentor who has it."""
    why = f" ({mre.get_queue_reason_display().lower()})" if mre.queue_reason else ""
    mentor = f", {mre.current.mentor}" if mre.current else ""
    since = instant_in_words(mre.status_since, zone)
    return f"{mre.get_status_display()}{why}{mentor}, since {since}"


Value = Callable[[MentoringRequest], str]
Field = tuple[str, Value]


def _person(facts: _Facts) -> tuple[Field, ...]:
    return (
        ("Client", lambda mre: mre.client.number),
        ("First name", lambda mre: mre.client.first_name),
        ("Last name", lambda mre: mre.client.last_name),
        ("E-mail", lambda mre: mre.client.email),
        ("Former e-mail", lambda mre: _list(facts.aliases[mre.client_id])),
        ("Phone", lambda mre: mre.client.phone),
        ("Zip code", lambda mre: mre.client.zip),
    )


ASKED: tuple[Field, ...] = (
    ("Question", lambda mre: mre.question),
    ("Area", lambda mre: str(mre.area)),
    ("Business", lambda mre: mre.business_name),
    ("New or existing", lambda mre: "existing" if mre.existing else "new"),
    ("Type of business", lambda mre: str(mre.business_type or "")),
    ("Website", lambda mre: mre.website),
    ("Language", lambda mre: mre.language),
    ("How to meet", lambda mre: mre.get_meet_by_display()),
    ("Mentor asked for", lambda mre: str(mre.requested_mentor or "")),
    ("Chapter", lambda mre: str(mre.chapter)),
)


def _row(pair: Pair, label: str, value: Value) -> Row:
    values = (value(pair[0]), value(pair[1]))
    return Row(label, values, _mark(*values))


def _told(pair: Pair, label: str, value: Value) -> Row:
    """A row on which nothing follows from a difference."""
    return Row(label, (value(pair[0]), value(pair[1])), "")


def _mark(one: str, other: str) -> str:
    if not one and not other:
        return ""
    if not one or not other:
        return ONE_MISSING
    return SAME if _plain(one) == _plain(other) else DIFFERENT


def _plain(value: str) -> str:
    """Without capitals, spaces and the signs in a phone number."""
    return "".join(sign for sign in value.casefold() if sign.isalnum() or sign in "@.")


def _list(values: list[str]) -> str:
    return "\n".join(values)


def _facts(pair: Pair, zone: ZoneInfo) -> _Facts:
    """Three queries."""
    clients = [mre.client_id for mre in pair]
    facts = _Facts(defaultdict(list), defaultdict(list), defaultdict(list))
    for alias in ClientAlias.objects.filter(client__in=clients).order_by("pk"):
        facts.aliases[alias.client_id].append(alias.email)
    led = Assignment.objects.filter(request__client__in=clients, outcome__in=ACCEPTED)
    for one in led.select_related("mentor", "request").order_by("-assigned_at")[:MOST_MENTORS]:
        words = f"{one.mentor} ({one.request}, {one.assigned_at.astimezone(zone).year})"
        facts.mentors[one.request.client_id].append(words)
    met = Session.objects.filter(request__in=pair).select_related("assignment__mentor")
    for session in met.order_by("starts_at", "pk"):
        facts.sessions[session.request_id].append(_session(session, zone))
    return facts


def _session(session: Session, zone: ZoneInfo) -> str:
    day = session.starts_at.astimezone(zone)
    state = session.get_state_display().lower()
    return f"{day_in_words(day.date())} {day.year}, {session.assignment.mentor}: {state}"
