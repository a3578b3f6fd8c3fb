"""Who may compare, correct and merge clients, and why not. `check_can_…` raises the sentence."""

from datetime import datetime

from intake.enums import Status, WithdrawReason
from intake.models import Client, ClientMerge, DuplicateFlag, MentoringRequest
from intake.permissions import check_can_withdraw, check_coordinates, coordinates
from intake.querysets import RequestQuerySet
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Chapter, Volunteer
from mentors.roles import duties
from mentors.words import instant_in_words

# --- Two requests ---------------------------------------------------------------------------------


def check_can_compare(user: Volunteer, mre: MentoringRequest, now: datetime) -> None:
    """Compare a request with another one: who coordinates the one from which he looks."""
    check_coordinates(user, mre, now)


def check_can_withdraw_for(
    user: Volunteer, mre: MentoringRequest, stays: MentoringRequest, now: datetime
) -> None:
    """Withdraw `mre` as a duplicate of `stays`: an RCIC of both; what is accepted stays.

    Nor is anything withdrawn for a request of which nothing came: nobody would serve the client.
    """
    check_can_withdraw(user, mre, now)
    if not coordinates(user, stays, now):
        raise NotAllowed(f"{stays} belongs to {stays.chapter}: ask the coordinator there.")
    if mre.status == Status.ACCEPTED and stays.status != Status.ACCEPTED:
        assert mre.current is not None  # held by request_current_while_with_mentor
        raise NotAllowed(f"{mre.current.mentor} has accepted {mre}, so that one stays.")
    if stays.is_closed and stays.status != Status.COMPLETE:
        how = stays.get_status_display()
        raise NotAllowed(f"{stays} is closed ({how}): this client would be left without a request.")


def check_can_settle(
    user: Volunteer, flag: DuplicateFlag | None, now: datetime, *, different_people: bool
) -> None:
    """Say that two flagged requests are no duplicates: who coordinates one of them."""
    if flag is None:
        raise NotAllowed("These two are not flagged as possible duplicates.")
    both = (flag.request, flag.other)
    if not any(coordinates(user, mre, now) for mre in both):
        raise NotAllowed("Only a coordinator (RCIC) of one of the two can say so.")
    if flag.dismissed_at is not None:
        when = instant_in_words(flag.dismissed_at, user.zone)
        raise AlreadyDone(f"{flag.dismissed_by} said on {when} that these are no duplicates.")
    for mre, stays in (both, both[::-1]):
        if mre.duplicate_of_id == stays.pk and mre.withdraw_reason == WithdrawReason.DUPLICATE:
            raise AlreadyDone(f"{mre} was withdrawn as a duplicate of {stays}.")
    if different_people and flag.request.client_id == flag.other.client_id:
        raise NotAllowed("Both requests belong to one client record.")


# --- Clients --------------------------------------------------------------------------------------


def coordinates_client(user: Volunteer, client: Client, now: datetime) -> bool:
    """Whether `user` coordinates a request of the client, open or closed; or is administrator."""
    if duties(user, now).is_admin:
        return True
    return MentoringRequest.objects.coordinated_by(user, now).filter(client=client).exists()


def check_not_merged(client: Client) -> None:
    """Raise AlreadyDone if the client has been merged into another one."""
    if client.merged_into_id is not None:
        raise AlreadyDone(f"{client.number} was merged into C-{client.merged_into_id}.")


def check_can_correct(user: Volunteer, client: Client, now: datetime) -> None:
    """Correct contact data: who coordinates a request of the client."""
    check_not_merged(client)
    if not coordinates_client(user, client, now):
        raise NotAllowed("Only a coordinator (RCIC) of this client can correct the contact data.")


def check_can_merge(user: Volunteer, kept: Client, merged: Client, now: datetime) -> None:
    """Merge two clients: an RCIC of both, unless another chapter has an open request of one."""
    if kept.pk == merged.pk:
        raise NotAllowed("A client cannot be merged with itself.")
    for client in (kept, merged):
        check_not_merged(client)
    if duties(user, now).is_admin:
        return
    for client in (kept, merged):
        _check_in_hand(user, client, now)


def _check_in_hand(user: Volunteer, client: Client, now: datetime) -> None:
    """Raise NotAllowed with the chapter to ask, unless nobody else has to do with the client."""
    told = MentoringRequest.objects.filter(client=client, parked=False)
    if not coordinates_client(user, client, now):
        where = chapters_in_words(told)
        raise NotAllowed(f"{client.number} has no request in your chapters{where}.{ASK}")
    elsewhere = told.open().exclude(chapter__in=duties(user, now).rcic)
    if where := chapters_in_words(elsewhere):
        raise NotAllowed(f"{client.number} has an open request elsewhere{where}.{ASK}")


ASK = " Ask the coordinator there, or an administrator, to merge the two."


def chapters_in_words(mres: RequestQuerySet) -> str:
    """“: SCORE Akron, SCORE Dayton”; empty without requests."""
    found = Chapter.objects.filter(pk__in=mres.values("chapter"))
    names = ", ".join(found.order_by("name").values_list("name", flat=True))
    return f": {names}" if names else ""


def check_can_undo_merge(user: Volunteer, merge: ClientMerge, now: datetime) -> None:
    """Undo a merge: administrators; the latest first, where one was merged on."""
    if not duties(user, now).is_admin:
        raise NotAllowed("Only an administrator can undo a merge.")
    if merge.undone_at is not None:
        when = instant_in_words(merge.undone_at, user.zone)
        raise AlreadyDone(f"{merge.undone_by} undid this merge on {when}.")
    if (further := merge.kept.merged_into_id) is not None:
        raise NotAllowed(
            f"{merge.kept.number} was itself merged into C-{further} later: undo that first."
        )
