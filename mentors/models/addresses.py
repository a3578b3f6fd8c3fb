"""An e-mail address that may turn out not to work."""

from django.db import models
from django.db.models import Q

from mentors.enums import MailTrouble


class Addressed(models.Model):
    """Somebody to whom mail is sent; what is known against the address ends when it changes."""

    mail_trouble = models.CharField(
        "trouble with mail", max_length=10, choices=MailTrouble, blank=True
    )
    mail_trouble_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(mail_trouble="", mail_trouble_at__isnull=True)
                | (~Q(mail_trouble="") & Q(mail_trouble_at__isnull=False)),
                name="%(class)s_mail_trouble_has_instant",
            )
        ]
