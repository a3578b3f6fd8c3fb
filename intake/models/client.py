"""Clients, and the further addresses under which they are known."""

from typing import Any

from django.db import models
from django.db.models import F, Func, GeneratedField, Value
from django.db.models.functions import Lower

from intake.enums import NotifyBy


class Client(models.Model):
    """A small-business owner who asks for a mentor."""

    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    email = models.EmailField("e-mail", max_length=254)
    phone = models.CharField(max_length=40)
    zip = models.CharField("zip code", max_length=10)
    notify_by = models.CharField(max_length=5, choices=NotifyBy, default=NotifyBy.EMAIL)
    service_suspended = models.BooleanField(
        default=False, help_text="New requests are parked for administrators. Never shown outside."
    )
    created_at = models.DateTimeField()
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

    class Meta:
        indexes = [
            models.Index(fields=["email_key"], name="client_by_email"),
            models.Index(fields=["phone_digits"], name="client_by_phone"),
            models.Index(fields=["zip", "last_name"], name="client_by_zip_and_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

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

    def __str__(self) -> str:
        return self.email
