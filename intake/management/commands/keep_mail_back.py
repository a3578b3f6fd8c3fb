"""`manage.py keep_mail_back`: after a recovery that was not `restore`."""

from typing import Any

from django.core.management import BaseCommand

from intake.actions.restoring import keep_mail_back


class Command(BaseCommand):
    """For a database that was brought back to an earlier instant."""

    help = "Keeps every mail that waits from going out by itself: it may have been sent already."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{keep_mail_back()} mails are kept back; they stand in the Outbox.")
