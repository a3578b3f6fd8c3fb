"""The daily digest: one mail in the morning instead of ten during the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from intake import outbox, telling
from intake.calendar import day_start, local_date
from intake.enums import MailHow, Status
from intake.inforce import mail_moment
from intake.letters.base import choices_url
from intake.links import absolute, stop_path
from intake.models import DigestLine, MailChoice, MentoringRequest, OutboxMail
from intake.outbox import Draft
from mentors.actions import lock_mentor
from mentors.errors import Invalid
from mentors.models import Volunteer
from mentors.words import day_in_words, last_day_in_words


@transaction.atomic
def choose_mails(
    *, by: Volunteer, now: datetime, wanted: Mapping[str, MailHow]
) -> list[MailChoice]:
    """Keep how somebody wants to be told of each matter; it holds for what happens from now on.

    What waits for the next digest still comes with it. Raises Invalid for a matter of which he is
    not told, and for doing without what he has to be told.
    """
    own = {matter.key: matter for who in telling.audiences(by, now) for matter in who.matters}
    for key, how in wanted.items():
        if key not in own:
            raise Invalid(key, "You are not told of this.")
        if how == MailHow.OFF and not own[key].may_be_off:
            raise Invalid(key, "This is yours to do, so you are told once a day at least.")
    return _keep_choices(by, wanted)


def _keep_choices(reader: Volunteer, wanted: Mapping[str, MailHow]) -> list[MailChoice]:
    return MailChoice.objects.bulk_create(
        [MailChoice(volunteer=reader, kind=key, how=how) for key, how in wanted.items()],
        update_conflicts=True,
        unique_fields=["volunteer", "kind"],
        update_fields=["how"],
    )


@transaction.atomic
def stop_mails(*, reader: Volunteer, matter: str) -> list[str]:
    """End the mails about a matter, as its reader's mail program asks; what is ended, in words.

    For the digest (`telling.DIGEST`): all that comes with it. What he has to do stays as it is.
    """
    keys = [matter]
    if matter == telling.DIGEST:
        daily = MailChoice.objects.filter(volunteer=reader, how=MailHow.DAILY)
        keys = list(daily.values_list("kind", flat=True))
    ended = [one for one in telling.MATTERS if one.key in keys and one.may_be_off]
    _keep_choices(reader, {one.key: MailHow.OFF for one in ended})
    return [one.label for one in ended]


@transaction.atomic
def send_daily_digest(*, volunteer_id: int, now: datetime) -> bool:
    """Write the digest of one person and of today, if it is time for it; whether it was written.

    From 08:00 on the clock of his chapter on a business day, with what waited at that hour; so
    what comes on a weekend is in Monday's. Whoever holds the person's row is alone in this, and
    the lines are marked with the mail they are in, so that none is lost or told twice.
    """
    person = lock_mentor(volunteer_id)
    key = f"daily:{person.pk}:{local_date(now, person.zone):%Y-%m-%d}"
    opened = _opened_today(now, person.zone)
    if opened is None or OutboxMail.objects.filter(dedupe_key=key).exists():
        return False
    waiting = _waiting(person, opened)
    readable = [line for line in waiting if telling.may_read(line, person, now)]
    if readable:
        context = _contents(readable, now, person.zone)
        stop = absolute(stop_path(person, telling.DIGEST))
        draft = Draft(kind="daily_digest", key=key, to=person, context=context, stop_url=stop)
        outbox.write([draft], now=now)
    _mark(waiting, now)
    _mark(readable, now, OutboxMail.objects.filter(dedupe_key=key).first())
    return bool(readable)


def _opened_today(now: datetime, zone: ZoneInfo) -> datetime | None:
    """When mail began to go out today on this clock; None if it does not go out now."""
    if mail_moment(now, zone) != now:
        return None
    return mail_moment(day_start(local_date(now, zone), zone), zone)


def _waiting(person: Volunteer, before: datetime) -> list[DigestLine]:
    lines = DigestLine.objects.filter(volunteer=person, mailed_at__isnull=True, at__lt=before)
    about = lines.select_related(
        "event__assignment", "request__chapter", "request__current__mentor__chapter"
    )
    return list(about.order_by("at", "pk"))


def _mark(lines: Iterable[DigestLine], now: datetime, mail: OutboxMail | None = None) -> None:
    """They have been dealt with. Without a mail: its reader had lost sight of them."""
    ids = [line.pk for line in lines]
    DigestLine.objects.filter(pk__in=ids).update(mailed_at=now, mail=mail)


# --- What it says ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One line: what happened, how the request stands now, and its page; as far as they help."""

    words: str
    stands: str
    url: str


@dataclass(frozen=True)
class Group:
    """The lines of one matter."""

    title: str
    items: list[Item]


SETTLED = "Settled meanwhile, for your information"


def _contents(lines: list[DigestLine], now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """By matter, in the order in which they are offered; what has moved on since comes last.

    Of the client there is nothing but the number of the request.
    """
    settled = [line for line in lines if _has_moved_on(line)]
    still = [line for line in lines if line not in settled]
    groups = [
        Group(matter.label, [_item(line) for line in still if line.kind in matter.mails])
        for who in telling.AUDIENCES
        for matter in who.matters
    ]
    groups.append(Group(SETTLED, [_item(line) for line in settled]))
    pages = [page for who, page in PAGES if any(telling.audience_of(line) is who for line in lines)]
    return {
        "day": day_in_words(local_date(now, zone)),
        "groups": [group for group in groups if group.items],
        "open": len(still),
        "settled": len(settled),
        "pages": [{"label": label, "url": absolute(reverse(name))} for name, label in pages],
        "choices_url": choices_url(),
    }


PAGES = (
    (telling.COORDINATORS, ("intake:queue", "Open the queue")),
    (telling.MENTORS, ("intake:desk", "Open my requests")),
)
"""Where the work is about which a line tells."""

OUT_OF_REACH = ("rcic_moved_away", "mentor_requeued", "mentor_withdrawn")
"""The page of the request may not be for the reader any more."""


def _has_moved_on(line: DigestLine) -> bool:
    """Whether the request stands elsewhere than when this happened; a mentor is told all of his."""
    coordinates = telling.audience_of(line) is telling.COORDINATORS
    return coordinates and line.request.status_since > line.event.at


def _item(line: DigestLine) -> Item:
    if line.kind in OUT_OF_REACH:
        return Item(line.words, "", "")
    page = absolute(reverse("intake:request", args=[line.request_id]))
    coordinates = telling.audience_of(line) is telling.COORDINATORS
    return Item(line.words, _stands(line.request) if coordinates else "", page)


def _stands(mre: MentoringRequest) -> str:
    """Where a request stands, in a few words."""
    mentor = mre.current.mentor if mre.current else None
    if mre.status == Status.NEED_ACTION:
        return f"in the queue ({mre.get_queue_reason_display().lower()})"
    if mre.status == Status.ACCEPTED:
        return f"{mentor} leads it"
    if mre.current is None or mentor is None or mre.status != Status.ASSIGNED:
        return f"closed: {mre.get_status_display()}"
    by = last_day_in_words(mre.current.respond_by, mentor.zone)
    return f"with {mentor}, answer asked for by {by}"


def waiting_people(now: datetime) -> list[int]:
    """For whom something waits: the ids of the people, in order."""
    waiting = DigestLine.objects.filter(mailed_at__isnull=True, at__lt=now)
    return list(waiting.values_list("volunteer", flat=True).distinct().order_by("volunteer"))
