"""`manage.py restore`: a backup into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from config.backup import BackupError, restore
from intake.actions.restoring import keep_mail_back


class Command(BaseCommand):
    """Everything or nothing; mail that waited is kept back unless one says otherwise."""

    help = "Fills an empty database from a file that `backup` made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--send-mail",
            action="store_true",
            help="the mails that waited go out: the old site had been stopped before the backup "
            "was made, and has sent none of them",
        )

    def handle(self, *, file: Path, send_mail: bool, **options: Any) -> None:
        try:
            restore(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file.name} is restored.")
        if not send_mail and (kept := keep_mail_back()):
            self.stdout.write(
                f"{kept} mails had been waiting. They are kept back, as the old site may have sent "
                "them; each can be sent from the Outbox page."
            )
        self.stdout.write("Next: manage.py migrate, then manage.py check_figures --all")
