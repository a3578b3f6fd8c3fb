"""A request comes in, and what a client may do with it afterwards.

Web form, other sites, typed in by a volunteer, import: all go through `submit`.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from intake import duplicates, links, outbox
from intake.actions.assigning import start_direct
from intake.actions.base import (
    lock_request,
    lock_with_current,
    record,
    save_state,
    take_turn,
    take_turn_at_address,
)
from intake.actions.clients import change, in_words, lock_client
from intake.actions.closing import close_assignment
from intake.actions.inviting import invite_at_new_address
from intake.enums import (
    OPEN,
    EventKind,
    MeetBy,
    NotifyBy,
    QueueReason,
    Source,
    Speech,
    WithdrawReason,
)
from intake.models import Client, MentoringRequest
from intake.permissions import check_can_release, check_status
from intake.shortlist import why_not_direct
from mentors.actions import lock_mentor
from mentors.errors import AlreadyDone, Invalid
from mentors.models import BusinessType, Chapter, MentoringArea, Volunteer


@dataclass(frozen=True, kw_only=True)
class Person:
    """A client as given on a form."""

    first_name: str
    last_name: str
    email: str
    phone: str
    zip: str
    notify_by: str = NotifyBy.EMAIL
    speech: str = Speech.ENGLISH


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a client asks for, as given on a form."""

    question: str
    area: MentoringArea
    existing: bool = False
    business_name: str = ""
    website: str = ""
    business_type: BusinessType | None = None
    year_formed: int | None = None
    employees: int | None = None
    origination_url: str = ""
    meet_by: str = MeetBy.NO_PREFERENCE
    heard_about: str = ""
    language: str = "English"
    requested_mentor: Volunteer | None = None
    consent_contact: bool = True
    consent_news: bool = False


@transaction.atomic
def submit(
    *,
    person: Person,
    ask: Ask,
    source: Source,
    by: Volunteer | None,
    now: datetime,
    key: UUID | None = None,
    chapter: Chapter | None = None,
) -> MentoringRequest:
    """Take a request in: find or add the client, find the chapter, flag duplicates, start it.

    It starts in the queue, or with the mentor asked for if he is assignable, takes direct requests
    and is under his limit. `key` makes sending the same form twice one request: the second call
    returns the first one's. A client whose service is suspended is parked, and not told so.
    Raises Chapter.DoesNotExist if the organisation has no national chapter.
    """
    take_turn(f"submit:{key}" if key else f"submit:{person.email.lower()}")
    if key and (sent := MentoringRequest.objects.filter(submission_key=key).first()):
        return sent
    client = find_or_add_client(person, now)
    mre = MentoringRequest(
        client=client,
        chapter=chapter or Chapter.objects.for_zip(person.zip),
        submitted_at=now,
        source=source,
        submitted_by=by,
        submission_key=key,
        queue_reason=QueueReason.NEW,
        status_since=now,
        waiting_since=now,
        parked=client.service_suspended,
        **vars(ask),
    )
    mre.save()
    duplicates.flag(mre, now)
    mentor = _wished(mre, now)
    record(
        mre,
        EventKind.SUBMITTED,
        now=now,
        by=by,
        by_client=by is None,
        was="",
        direct=mentor is not None,
        chapter=mre.chapter_id,
        parked=mre.parked,
    )
    if mentor is not None:
        start_direct(mre, mentor, now)
    return mre


def _wished(mre: MentoringRequest, now: datetime) -> Volunteer | None:
    """The mentor whom the client asked for, locked, if he can take this request at once."""
    if mre.requested_mentor_id is None or mre.parked:
        return None
    mentor = lock_mentor(mre.requested_mentor_id)
    return None if why_not_direct(mentor, now) else mentor


BROUGHT_UP_TO_DATE = ("phone", "zip", "notify_by", "speech")
"""What the newest request of a known client decides."""


def find_or_add_client(person: Person, now: datetime) -> Client:
    """The client known by this e-mail (or alias) and name, brought up to date; else a new one.

    The name has to agree in one part: a family or a firm may share an address, and a stranger's
    form must not rename anybody. Whoever was merged is found as the client who was kept.
    """
    take_turn_at_address(person.email)
    same_address = Client.objects.at_address(person.email)
    for client in same_address.select_for_update(no_key=True).order_by("pk"):
        if any(_same_name(known, person) for known in chain([client], client.merged.all())):
            _bring_up_to_date(client, person)
            return client
    return Client.objects.create(created_at=now, **vars(person))


def _bring_up_to_date(client: Client, person: Person) -> None:
    new = {name: getattr(person, name) for name in BROUGHT_UP_TO_DATE}
    changed = [name for name, value in new.items() if getattr(client, name) != value]
    for name in changed:
        setattr(client, name, new[name])
    if changed:
        client.save(update_fields=changed)
        client.refresh_from_db(fields=["phone_digits"])  # the database reckons it


def _same_name(client: Client, person: Person) -> bool:
    return (
        client.first_name.casefold() == person.first_name.casefold()
        or client.last_name.casefold() == person.last_name.casefold()
    )


@transaction.atomic
def release(*, mre_id: int, by: Volunteer, now: datetime) -> MentoringRequest:
    """An administrator lets a parked request into the coordinator's queue."""
    mre = lock_request(mre_id, "area")
    check_can_release(by, mre, now)
    mre.release()
    save_state(mre)
    record(mre, EventKind.RELEASED, now=now, by=by)
    return mre


# --- The client's own acts, from the status page --------------------------------------------------


CORRECTED_BY_CLIENT = ("email", "phone", "speech")


@transaction.atomic
def correct_contact(*, mre_id: int, now: datetime, **data: str | None) -> MentoringRequest:
    """The client corrects `CORRECTED_BY_CLIENT`; the mentor is told. None leaves a field alone.

    The old e-mail stays as an alias. Raises Invalid if nothing was changed.
    """
    mre, _current = lock_with_current(mre_id)
    _check_open(mre)
    client = lock_client(mre.client_id)
    changed = {
        name: new
        for name in CORRECTED_BY_CLIENT
        if (new := data.get(name)) not in (None, getattr(client, name))
    }
    if not changed:
        raise Invalid("email", _("Nothing was changed."))
    before = client.email
    change(client, changed)
    mre.client = client
    what = f"{in_words(list(changed))} of the client"
    event = record(mre, EventKind.CONTACT_CORRECTED, now=now, by_client=True, what=what)
    invite_at_new_address(event, before)
    return mre


@transaction.atomic
def add_to_question(*, mre_id: int, text: str, now: datetime) -> MentoringRequest:
    """The client adds to the question. What was there stays as it was."""
    mre, _current = lock_with_current(mre_id)
    _check_open(mre)
    longer = f"{mre.question}\n\n{text}"
    if len(longer) > MAX_QUESTION:
        most = f"{MAX_QUESTION:,}"
        raise Invalid(
            "text", format_lazy(_("The question can have {most} characters in all."), most=most)
        )
    mre.question = longer
    mre.save(update_fields=["question"])
    record(mre, EventKind.QUESTION_EXTENDED, now=now, by_client=True, what="the question")
    return mre


MAX_QUESTION = 20_000


@transaction.atomic
def withdraw_by_client(*, mre_id: int, now: datetime) -> MentoringRequest:
    """“No longer needed”: the client withdraws. Mentor and coordinators are told."""
    mre, assignment = lock_with_current(mre_id)
    _check_open(mre)
    was = mre.status
    if assignment is not None:
        close_assignment(mre, assignment, now)
    mre.withdraw(WithdrawReason.NOT_INTERESTED, now)
    save_state(mre)
    record(
        mre,
        EventKind.CLOSED,
        now=now,
        by_client=True,
        was=was,
        assignment=assignment,
        reason=WithdrawReason.NOT_INTERESTED,
    )
    return mre


def _check_open(mre: MentoringRequest) -> None:
    try:
        check_status(mre, *OPEN)
    except AlreadyDone:
        raise AlreadyDone(_("This request is already closed.")) from None


@transaction.atomic
def send_status_links(*, email: str, now: datetime) -> None:
    """Send the links of the open and recent requests to the address on file, if it is known.

    Says nothing either way: the caller gives the same answer whether the address is known or not.
    """
    known = MentoringRequest.objects.filter(client__in=Client.objects.at_address(email))
    by_client: dict[Client, list[MentoringRequest]] = {}
    for mre in known.select_related("client").order_by("-submitted_at", "-pk")[:10]:
        by_client.setdefault(mre.client, []).append(mre)
    outbox.write((_link_mail(client, mres, now) for client, mres in by_client.items()), now=now)


def _link_mail(client: Client, mres: list[MentoringRequest], now: datetime) -> outbox.Draft:
    found = [{"number": mre.number, "url": links.absolute(links.status_path(mre))} for mre in mres]
    hour = f"{now:%Y-%m-%dT%H}"  # at most one such mail an hour, however often it is asked for
    return outbox.Draft(
        kind="client_status_link",
        key=f"status-link:{client.pk}:{hour}",
        to=client,
        mre=mres[0],
        context={"links": found, "url": found[0]["url"]},
    )
