"""Who may be the same person: requests that could be duplicates are flagged, never dropped."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from intake.enums import OPEN
from intake.inforce import policy
from intake.models import Client, ClientAlias, DuplicateFlag, MentoringRequest


def flag(mre: MentoringRequest, now: datetime) -> list[DuplicateFlag]:
    """Flag the requests that may be of the same person, with the reason.

    Same client or e-mail (aliases too), phone, or name and zip; open, or submitted in the last 30
    days. Phones of fewer than seven digits are too short to tell people apart.
    """
    client = Client.objects.get(pk=mre.client_id)  # with the columns that the database reckons
    return DuplicateFlag.objects.bulk_create(
        DuplicateFlag(request=mre, other=other, reason=_reason(client, other.client), found_at=now)
        for other in _candidates(mre, client, now)
    )


def unsettled() -> QuerySet[DuplicateFlag]:
    """The flags on which somebody still has to decide: not dismissed, neither withdrawn for it."""
    return DuplicateFlag.objects.filter(dismissed_at__isnull=True).exclude(
        Q(request__duplicate_of=F("other")) | Q(other__duplicate_of=F("request"))
    )


def _candidates(mre: MentoringRequest, client: Client, now: datetime) -> list[MentoringRequest]:
    others = MentoringRequest.objects.filter(
        Q(status__in=OPEN) | Q(submitted_at__gte=now - timedelta(days=policy().duplicate_days)),
        client__in=_same_person(client).values("pk"),
        pk__lt=mre.pk,
    )
    return list(others.select_related("client").order_by("-pk")[:MOST])


MOST = 20
"""Flags on one request: beyond that somebody is testing the form."""


def _same_person(client: Client) -> QuerySet[Client]:
    addresses = [client.email_key, *client.aliases.values_list(Lower("email"), flat=True)]
    known_as = ClientAlias.objects.alias(key=Lower("email")).filter(key__in=addresses)
    same = (
        Q(pk=client.pk)
        | Q(email_key__in=addresses)
        | Q(pk__in=known_as.values("client"))
        | Q(
            zip=client.zip, first_name__iexact=client.first_name, last_name__iexact=client.last_name
        )
    )
    if len(client.phone_digits) >= TELLING_DIGITS:
        same |= Q(phone_digits=client.phone_digits)
    return Client.objects.filter(same)


TELLING_DIGITS = 7


def _reason(client: Client, other: Client) -> str:
    if other.pk == client.pk:
        return "same client"
    if other.email_key == client.email_key:
        return "same e-mail"
    if other.phone_digits == client.phone_digits and len(client.phone_digits) >= TELLING_DIGITS:
        return "same phone"
    if other.zip == client.zip and str(other).casefold() == str(client).casefold():
        return "same name and zip code"
    return "same e-mail, as a former address"
