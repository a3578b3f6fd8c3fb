"""Who may be the same person: requests that could be duplicates are flagged, never dropped."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from intake.enums import OPEN
from intake.inforce import policy
from intake.models import Client, DuplicateFlag, MentoringRequest

SAME_CLIENT = "same client"
EMAIL = "same e-mail"
FORMER_EMAIL = "same e-mail, as a former address"
PHONE = "same phone"
NAME = "same name and zip code"
REASONS = (EMAIL, FORMER_EMAIL, PHONE, NAME)
"""In the order in which they are told."""
BETWEEN = "; "

TELLING_DIGITS = 7
MOST = 20
"""Flags on one request: beyond that somebody is testing the form."""
MOST_ALIKE = 200
"""Clients looked at: a number or an address that more of them have in common tells nothing."""

Flagged = tuple[DuplicateFlag, MentoringRequest]
"""A flag, and the other one of the two requests that it is about."""
Alike = dict[int, list[str]]
"""Reasons by client."""


def flag(mre: MentoringRequest, now: datetime) -> list[DuplicateFlag]:
    """Flag the requests that may be of the same person, with the reasons.

    Same client or e-mail (aliases too), phone, or name and zip; open, or submitted in the last 30
    days. Of a client who was said to be somebody else only for a reason that is new since then.
    """
    reasons = alike(mre.client) | {mre.client_id: [SAME_CLIENT]}
    return DuplicateFlag.objects.bulk_create(
        DuplicateFlag(
            request=mre, other_id=other, reason=BETWEEN.join(reasons[client]), found_at=now
        )
        for other, client in _candidates(mre, reasons, now)
    )


def unsettled() -> QuerySet[DuplicateFlag]:
    """The flags on which somebody still has to decide: not dismissed, neither withdrawn for it."""
    return DuplicateFlag.objects.filter(dismissed_at__isnull=True).exclude(
        Q(request__duplicate_of=F("other")) | Q(other__duplicate_of=F("request"))
    )


def unsettled_of(mre: MentoringRequest) -> list[Flagged]:
    """The same of one request, the latest first. One query; another one if there are flags.

    Without the joins of `unsettled`: nearly always there is nothing to be joined.
    """
    about = DuplicateFlag.objects.filter(Q(request=mre) | Q(other=mre), dismissed_at__isnull=True)
    other_of = {
        flag: flag.other_id if flag.request_id == mre.pk else flag.request_id
        for flag in about.order_by("-pk")
    }
    others = MentoringRequest.objects.select_related("client", "chapter").in_bulk(other_of.values())
    flagged = [(flag, others[pk]) for flag, pk in other_of.items()]
    return [
        (flag, other)
        for flag, other in flagged
        if mre.duplicate_of_id != other.pk and other.duplicate_of_id != mre.pk
    ]


def between(one: MentoringRequest, other: MentoringRequest) -> DuplicateFlag | None:
    """The flag on two requests, settled or not."""
    later, earlier = sorted([one, other], key=lambda mre: -mre.pk)
    flags = DuplicateFlag.objects.select_related("dismissed_by__chapter")
    return flags.filter(request=later, other=earlier).first()


def between_clients(one: int, others: Collection[int]) -> QuerySet[DuplicateFlag]:
    """The flags on a request of a client and one of some others."""
    return DuplicateFlag.objects.filter(
        Q(request__client=one, other__client__in=others)
        | Q(other__client=one, request__client__in=others)
    )


def alike(client: Client) -> Alike:
    """The other clients who may be the same person, with the reasons. One query, or two.

    A client is also known by the phones and names of those who were merged with him. Reasons that
    a coordinator has looked at and found to be chance are left out.
    """
    found: dict[int, set[str]] = defaultdict(set)
    for pk, reason in _shared(client):
        found[pk].add(reason)
    found.pop(client.pk, None)
    if found:
        for pk, reasons in _found_to_be_chance(client, found):
            found[pk] -= reasons
    return {pk: [reason for reason in REASONS if reason in why] for pk, why in found.items() if why}


def _candidates(
    mre: MentoringRequest, reasons: Alike, now: datetime
) -> "QuerySet[MentoringRequest, tuple[int, int]]":
    """The requests to be flagged, the newest first: the number of each, and that of its client."""
    others = MentoringRequest.objects.filter(
        Q(status__in=OPEN) | Q(submitted_at__gte=now - timedelta(days=policy().duplicate_days)),
        client__in=list(reasons),
        pk__lt=mre.pk,
    )
    return others.order_by("-pk").values_list("pk", "client")[:MOST]


SHARED = """
WITH known AS MATERIALIZED (
    SELECT zip, first_name, last_name, phone_digits FROM intake_client
    WHERE id = %(client)s OR merged_into_id = %(client)s
), former AS MATERIALIZED (
    SELECT lower(email) AS email FROM intake_clientalias WHERE client_id = %(client)s
)
SELECT id, %(same_email)s FROM intake_client
WHERE merged_into_id IS NULL AND email_key = %(email)s
UNION
SELECT id, %(former_email)s FROM intake_client
WHERE merged_into_id IS NULL AND email_key = ANY(ARRAY(SELECT email FROM former))
UNION
SELECT coalesce(c.merged_into_id, c.id), %(former_email)s
FROM intake_clientalias a JOIN intake_client c ON c.id = a.client_id
WHERE lower(a.email) = ANY(ARRAY(SELECT %(email)s UNION SELECT email FROM former))
UNION
SELECT coalesce(merged_into_id, id), %(phone)s FROM intake_client
WHERE phone_digits = ANY(
    ARRAY(SELECT phone_digits FROM known WHERE length(phone_digits) >= %(telling)s)
)
UNION
SELECT coalesce(c.merged_into_id, c.id), %(name)s
FROM intake_client c JOIN known ON c.zip = known.zip
AND upper(c.first_name) = upper(known.first_name) AND upper(c.last_name) = upper(known.last_name)
LIMIT %(most)s
"""
"""One query of parts that each have an index: joined by OR they would read all clients. Written by
hand, because to put it together took a quarter of the time of a submission. A phone number of fewer
than seven digits is too short to tell people apart."""


def _shared(client: Client) -> list[tuple[int, str]]:
    """Pairs of a client and something that he shares with this one.

    Who is found by a phone, a name or a former address stands as the client under whom he is kept.
    """
    values = {
        "client": client.pk,
        "same_email": EMAIL,
        "former_email": FORMER_EMAIL,
        "phone": PHONE,
        "name": NAME,
        "email": client.email_key,
        "telling": TELLING_DIGITS,
        "most": MOST_ALIKE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SHARED, values)
        return list(cursor.fetchall())


def _found_to_be_chance(
    client: Client, others: Collection[int]
) -> Iterator[tuple[int, frozenset[str]]]:
    """The other clients of whom somebody said that they are not this one, and the reasons then."""
    said = between_clients(client.pk, list(others)).filter(different_people=True)
    for one, other, reason in said.values_list("request__client", "other__client", "reason"):
        yield one if other == client.pk else other, frozenset(reason.split(BETWEEN))
