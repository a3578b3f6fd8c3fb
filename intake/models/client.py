"""Clients, and the further addresses under which they are known."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from django.db.models.functions import Lower, Reverse

from intake.enums import NotifyBy, Speech
from intake.querysets import ClientQuerySet
from mentors.models import Addressed
from mentors.names import name_words

CLIENT_NAME = name_words("first_name", "last_name")


class Client(Addressed):
    """A small-business owner who asks for a mentor."""

    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    email = models.EmailField("e-mail", max_length=254)
    phone = models.CharField(max_length=40)
    zip = models.CharField("zip code", max_length=10)
    notify_by = models.CharField(max_length=5, choices=NotifyBy, default=NotifyBy.EMAIL)
    speech = models.CharField(
        "language of our mails", max_length=2, choices=Speech, default=Speech.ENGLISH
    )
    service_suspended = models.BooleanField(
        default=False, help_text="New requests are parked for administrators. Never shown outside."
    )
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        help_text="The same person, under whom everything is kept since the two were merged.",
    )
    external_id = models.CharField(max_length=60, null=True, blank=True, unique=True)
    email_key: Any = GeneratedField(
        expression=Lower("email"),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )
    phone_digits: Any = GeneratedField(
        expression=Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"),
        output_field=models.CharField(max_length=40),
        db_persist=True,
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints = [
            *Addressed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="client_not_merged_into_itself",
            ),
        ]
        indexes = [
            *Addressed.Meta.indexes,
            # With these classes of operators an index also answers how a text begins.
            models.Index(
                fields=["email_key"],
                include=["id"],
                opclasses=["varchar_pattern_ops"],
                name="client_id_by_email",
            ),
            models.Index(
                fields=["phone_digits"], opclasses=["varchar_pattern_ops"], name="client_by_phone"
            ),
            models.Index(
                OpClass(Reverse("phone_digits"), name="text_pattern_ops"),
                name="client_by_last_digits",
            ),
            GinIndex(CLIENT_NAME, name="client_by_name"),
            models.Index(fields=["zip", "last_name"], name="client_by_zip_and_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def number(self) -> str:
        """How people call the record: C-123."""
        return f"C-{self.pk}"

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class ClientAlias(models.Model):
    """A further e-mail address of a client, so that a later form finds the same person."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="aliases")
    email = models.EmailField("e-mail", max_length=254)

    class Meta:
        verbose_name_plural = "client aliases"
        constraints = [
            models.UniqueConstraint(Lower("email"), "client", name="alias_once_per_client")
        ]
        indexes = [
            models.Index(OpClass(Lower("email"), name="text_pattern_ops"), name="alias_by_email")
        ]

    def __str__(self) -> str:
        return self.email


class ClientMerge(models.Model):
    """Two clients found to be one person: what was moved and changed, so that it can be undone."""

    kept = models.ForeignKey(Client, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Client, models.PROTECT, related_name="merges_away")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    record = models.JSONField(
        default=dict, help_text="Ids of what moved, and the fields as they were before."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two_clients"),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merged_away_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} into {self.kept}"
