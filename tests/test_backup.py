"""A backup is worth what its restoring is worth: so it is restored, on a server of its own."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config import backup
from intake import sending
from intake.enums import MailState, Status
from intake.models import OutboxMail
from tests.factories import Organisation, organisation, submit
from tests.intake.test_smtp import PostOffice, office

__all__ = ["office"]

LOOK = """
import json
from django.core.management import call_command
from django.test import Client
from mentors.models import Volunteer
from tests.test_backup import contents
there = contents()
call_command("migrate", check_unapplied=True, verbosity=0)
call_command("check_figures", all=True, verbosity=0)
browser = Client()
browser.force_login(Volunteer.objects.get(email="{email}"))
pages = [browser.get(page, headers={{"host": "localhost"}}).status_code for page in {pages}]
print(json.dumps([pages, there]))
"""
WORK = """
import json
from django.utils import timezone
from intake import tasks
from intake.models import MentoringRequest, OutboxMail
tasks.sweep(), tasks.deliver_mail(), tasks.deliver_mail()
left = OutboxMail.objects.filter(state="queued", send_at__lte=timezone.now())
print(json.dumps([MentoringRequest.objects.get(pk={mre}).status, left.count()]))
"""
"""What a worker does when the clock wakes it up."""
PAGES = ["/health/", "/requests/new/", "/requests/{mre}/", "/reports/not-yet-accepted/"]


def contents() -> dict[str, str]:
    """A digest of the rows of each table."""
    with connection.cursor() as cursor:
        found = {}
        for name in sorted(connection.introspection.table_names()):
            rows = f'SELECT t::text AS line FROM "{name}" t ORDER BY 1'
            cursor.execute(f"SELECT md5(string_agg(line, '\n')) FROM ({rows}) rows")
            found[name] = cursor.fetchone()[0]
        return found


class Elsewhere:
    """Another machine: its own data folder, its own PostgreSQL, the same program."""

    def __init__(self, folder: Path, port: int) -> None:
        left_out = {"DATABASE_URL", "REDIS_URL", "REPLICA_DATABASE_URL"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in left_out},
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "HANDOFF_DATA": str(folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        }

    def run(self, *arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def tell(self, code: str) -> Any:
        """What a piece of a program prints last, as JSON."""
        return json.loads(self.run("shell", "-v0", "-c", code).splitlines()[-1])


@pytest.fixture
def elsewhere(tmp_path: Path, office: PostOffice, settings: Settings) -> Elsewhere:
    return Elsewhere(tmp_path / "elsewhere", settings.EMAIL_PORT)


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    return organisation()


@pytest.fixture
def story(org: Organisation, office: PostOffice) -> Any:
    """A month ago somebody asked, and the mentor has not answered since; the mails have gone out.

    A second client asks now: the mails about that wait.
    """
    story = submit(org, at=timezone.now() - timedelta(days=30)).assign(org.joan)
    while sending.deliver(clock=timezone.now):
        pass
    submit(org, at=timezone.now())
    return story


def waiting() -> int:
    return OutboxMail.objects.filter(state=MailState.QUEUED).count()


def test_a_restored_site_goes_on_where_the_backup_was_made(
    story: Any, org: Organisation, office: PostOffice, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """Stopped, backed up, restored on another server: nothing is lost, nobody is mailed twice."""
    assert office.mails
    assert waiting()
    call_command("backup", str(tmp_path), stdout=StringIO())
    [file] = tmp_path.glob("*.dump")

    assert "is restored" in elsewhere.run("restore", str(file), "--send-mail")
    pages = [page.format(mre=story.mre_id) for page in PAGES]
    look = LOOK.format(email=org.rcic.email, pages=pages)
    answers, there = elsewhere.tell(look)
    assert answers == [200] * len(PAGES)
    here = contents()
    assert {name: there[name] for name in here if there[name] != here[name]} == {}

    assert elsewhere.tell(WORK.format(mre=story.mre_id)) == [Status.NEED_ACTION, 0]
    ids = [mail["Message-ID"] for mail in office.mails]
    assert len(ids) == len(set(ids))
    assert {mail["Message-ID"].split("@")[0].split("-")[-1] for mail in office.mails} >= {
        str(pk) for pk in OutboxMail.objects.values_list("pk", flat=True)
    }


def test_what_the_old_site_has_sent_meanwhile_is_not_sent_again(
    story: Any, office: PostOffice, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """The backup of the night, restored after a crash at noon: mails that waited then have gone."""
    number = waiting()
    call_command("backup", str(tmp_path), stdout=StringIO())
    [file] = tmp_path.glob("*.dump")
    while sending.deliver(clock=timezone.now):
        pass
    sent = len(office.mails)

    assert f"{number} mails had been waiting." in elsewhere.run("restore", str(file))
    assert elsewhere.tell("from intake import tasks; print(tasks.deliver_mail())") == 0
    assert len(office.mails) == sent


def test_after_any_recovery_mail_is_kept_back_and_can_be_sent_again(
    org: Organisation, office: PostOffice
) -> None:
    now = timezone.now()
    submit(org, at=now)
    said = StringIO()
    call_command("keep_mail_back", stdout=said)
    kept = OutboxMail.objects.filter(state=MailState.FAILED)
    assert said.getvalue().startswith(f"{kept.count()} mails are kept back")
    assert sending.deliver(clock=timezone.now) == 0
    first = kept.order_by("pk")[0]
    assert "may have been sent" in first.last_error
    sending.send_again(mail_id=first.pk, by=org.admin, now=now)
    assert sending.deliver(clock=timezone.now) == 1
    assert len(office.mails) == 1


# --- The file -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    for day in ("20260101", "20260102", "20260103"):
        (tmp_path / f"handoff-{day}T000000Z.dump").touch()
    (tmp_path / "other.txt").touch()
    call_command("backup", str(tmp_path), keep=2, stdout=StringIO())
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept[0] == "handoff-20260103T000000Z.dump"
    assert len(kept) == 3
    assert oct((tmp_path / kept[1]).stat().st_mode)[-3:] == "600"


@pytest.mark.django_db
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", str(tmp_path / "file"))
    with pytest.raises(CommandError, match="Keep at least 1"):
        call_command("backup", str(tmp_path), keep=0)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", str(tmp_path / "none.dump"))
    with pytest.raises(CommandError, match="a backup is restored into an empty one"):
        call_command("restore", str(tmp_path / "file"))
    monkeypatch.setitem(connection.settings_dict, "NAME", "nowhere")
    with pytest.raises(backup.BackupError, match="nowhere"):
        backup.dump(tmp_path / "x.dump")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
