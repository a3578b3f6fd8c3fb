"""An e-mail address that may turn out not to work."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from mentors.enums import MailTrouble


class Addressed(models.Model):
    """Somebody to whom mail is sent; what is known against the address ends when it changes."""

    email: Any
    """Each kind of person has a field of its own for it."""

    mail_trouble = models.CharField(
        "trouble with mail", max_length=10, choices=MailTrouble, blank=True
    )
    mail_trouble_at = models.DateTimeField(null=True, blank=True)

    TROUBLE_FIELDS: ClassVar = ("mail_trouble", "mail_trouble_at")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(mail_trouble="", mail_trouble_at__isnull=True)
                | (~Q(mail_trouble="") & Q(mail_trouble_at__isnull=False)),
                name="%(class)s_mail_trouble_has_instant",
            )
        ]
        indexes = [
            models.Index(
                fields=["mail_trouble_at"],
                condition=~Q(mail_trouble=""),
                name="%(class)s_mail_trouble",
            )
        ]

    def change_email(self, email: str) -> None:
        """Another address, against which nothing is known. Save it with `TROUBLE_FIELDS`."""
        if self.email.lower() != email.lower():
            self.trust_address()
        self.email = email

    def trust_address(self) -> None:
        """Mail may go there again. Save it with `TROUBLE_FIELDS`."""
        self.mail_trouble, self.mail_trouble_at = "", None
