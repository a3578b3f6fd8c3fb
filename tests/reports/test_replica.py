"""Reports read from a replica: a real streaming standby of the server of the tests."""

import io
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Func, TextField, Value
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from intake.models import Export, MentoringRequest, OutboxMail
from mentors.models import Region
from reports import replica, routing
from reports import urls as report_urls
from reports.digest import send_all
from tests.factories import MONDAY, Organisation, request_in, submit
from tests.machines import until
from tests.reports.test_digest import NEXT_MONDAY
from tests.standby import Standby

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])

ON_MAIN_ONLY = {
    "checks",
    "check",
    "subscriptions",
    "subscription",
    "unsubscribe",
    "subscribe",
    "mail_mentor",
}
"""Pages that tell of what is kept for their reader, and change it."""
LIST = "/reports/not-yet-assigned/"
LONG = 20.0  # seconds; the machine may be busy with other tests
READ_THERE = "Read from the copy of the database for reports"


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Standby]:
    """The replica of the settings, as long as the tests of this file last."""
    if "EMBEDDED" not in connection.settings_dict:
        pytest.skip("A standby is made of the embedded PostgreSQL; DATABASE_URL leads elsewhere.")
    standby = Standby()
    standby.start()
    connections.settings["replica"] = connection.settings_dict | {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(standby.folder),
        "TEST": connection.settings_dict["TEST"] | {"MIRROR": "default"},
    }
    yield standby
    del connections["replica"], connections.settings["replica"]
    standby.remove()


@pytest.fixture
def standby(
    server: Standby, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Standby]:
    """Running, and with all that there is."""
    monkeypatch.setattr("reports.replica.PATIENCE", LONG)
    if server.process is None:
        server.start()
    server.go_on()
    replica._rest.until = 0.0
    _until_it_has_all()
    yield server
    connections["replica"].close()


def _until_it_has_all() -> None:
    until(lambda: replica.seconds_behind() == 0.0, "the replica has replayed everything")


def _hold(standby: Standby) -> None:
    """It stays where it is; nobody has to wait for it in vain."""
    standby.pause()
    replica.PATIENCE = 0.05  # the fixture puts it back


def _let_go(standby: Standby) -> None:
    replica.PATIENCE = LONG
    standby.go_on()


@pytest.fixture
def page(client: Client, org: Organisation, standby: Standby) -> "Page":
    client.force_login(org.admin)
    return Page(client)


class Page:
    """The list of those who wait to be assigned, as an administrator sees it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def look(self) -> tuple[int, str]:
        """How many are on it, and what it says of where they were read."""
        response = self.client.get(LIST)
        assert response.status_code == 200
        [said] = re.findall(r"Read from the [^<]*", response.content.decode())
        return response.context["count"], said


def test_a_report_is_read_from_the_replica(page: Page, org: Organisation) -> None:
    submit(org)
    with CaptureQueriesContext(connections["replica"]) as queries:
        assert page.look() == (1, replica.UP_TO_DATE)
    assert len(queries) > 5


def test_what_a_replica_does_not_know_yet_is_said(
    page: Page, org: Organisation, standby: Standby
) -> None:
    submit(org)
    assert page.look()[0] == 1
    _hold(standby)
    submit(org)
    number, said = page.look()
    assert number == 1
    assert re.search(r"which is \d+ seconds? behind: what was done since is not in here yet", said)
    _let_go(standby)
    assert page.look() == (2, replica.UP_TO_DATE)


def test_one_too_far_behind_is_not_read(
    page: Page, org: Organisation, standby: Standby, settings: Settings
) -> None:
    settings.REPLICA_MOST_BEHIND = 0
    _hold(standby)
    submit(org)
    number, said = page.look()
    assert number == 1
    assert re.fullmatch(r"Read from the main database: the copy .* is \d+ seconds? behind\.", said)


def test_who_has_done_something_sees_it_at_once(
    page: Page, org: Organisation, standby: Standby
) -> None:
    story = submit(org)
    assert page.look()[0] == 1
    _hold(standby)
    address = reverse("intake:withdraw", args=[story.mre_id])
    assert (
        page.client.post(address, {"reason": "out_of_scope", "note": "Asked twice"}).status_code
        == 302
    )
    assert MentoringRequest.objects.get().status == "withdrawn"
    assert page.look() == (0, replica.JUST_WRITTEN)
    kept = page.client.cookies["has_written"]
    assert kept["max-age"] == settings.REPLICA_MOST_BEHIND + 5
    assert kept["httponly"]

    del page.client.cookies["has_written"]  # as a browser does when its time is over
    assert page.look()[0] == 1, "others read the replica"


# --- A replica that goes away ---------------------------------------------------------------------


def test_one_that_does_not_answer_is_left_alone_for_a_while(
    page: Page, org: Organisation, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(org)
    standby.stop()
    assert page.look() == (1, replica.NOT_THERE)
    standby.start()
    assert page.look() == (1, replica.NOT_THERE), "it was lost a moment ago"
    monkeypatch.setattr("reports.replica._rest.until", 0.0)
    _until_it_has_all()
    assert page.look() == (1, replica.UP_TO_DATE)


def test_one_that_is_lost_in_the_middle_of_a_report_spoils_nothing(
    page: Page, org: Organisation, standby: Standby
) -> None:
    submit(org)
    _until_it_has_all()
    told = []

    def work() -> int:
        told.append(routing.told())
        MentoringRequest.objects.count()
        standby.stop()
        return MentoringRequest.objects.count()

    assert routing.read(work) == 1
    assert told == [replica.UP_TO_DATE, replica.NOT_THERE]


def test_a_query_that_the_replica_gives_up_to_go_on_is_answered_by_the_main_database(
    org: Organisation, standby: Standby
) -> None:
    _until_it_has_all()
    told = []

    def work() -> int:
        told.append(routing.told())
        slowly = Region.objects.annotate(
            slept=Func(Value(1.5), function="pg_sleep", output_field=TextField())
        )
        return len(slowly)

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE mentors_region IN ACCESS EXCLUSIVE MODE")
        connection.close()

    later = threading.Timer(0.5, change)
    later.start()
    assert routing.read(work) == Region.objects.count()
    later.join()
    assert told == [replica.UP_TO_DATE, replica.NOT_THERE]


def test_an_error_of_the_main_database_is_not_hidden(org: Organisation, standby: Standby) -> None:
    standby.stop()
    calls = []

    def work() -> None:
        calls.append(routing.told())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(replica.LOST):
        routing.read(work)
    assert calls == [replica.NOT_THERE]
    connection.close()


def test_a_database_that_follows_nobody_is_not_read(page: Page, org: Organisation) -> None:
    given = connections["replica"].settings_dict
    followed, given["HOST"] = given["HOST"], connection.settings_dict["HOST"]
    connections["replica"].close()
    submit(org)
    assert page.look() == (1, replica.NO_REPLICA)
    given["HOST"] = followed


# --- What else is read from it, and what is not ---------------------------------------------------


def test_a_file_is_read_to_its_end_from_where_it_began_and_accounted_for(
    page: Page, org: Organisation, standby: Standby
) -> None:
    submit(org)
    _until_it_has_all()
    _hold(standby)
    submit(org)
    for kind in ("csv", "xlsx"):
        response = page.client.get(f"{LIST}file/", {"format": kind})
        content = b"".join(response)
        assert response.status_code == 200
        assert kind == "xlsx" or content.count(b"\r\n") == 2
    assert list(Export.objects.order_by("pk").values_list("kind", "rows")) == [
        ("csv", 1),
        ("xlsx", 1),
    ]


def _pieces(standby: Standby, lost_at: int) -> Iterator[str]:
    """A file of five pieces; the replica is lost in the middle."""
    for number in range(5):
        if number == lost_at:
            standby.stop()
        MentoringRequest.objects.count()
        yield f"{number},"


def test_a_file_whose_replica_is_lost_before_its_first_row_comes_from_the_main_database(
    rf: RequestFactory, org: Organisation, standby: Standby
) -> None:
    lost_at = iter([2, -1])
    view = routing.from_replica(
        lambda request: StreamingHttpResponse(_pieces(standby, next(lost_at)))
    )
    response = view(_asked(rf, org))
    assert b"".join(response) == b"0,1,2,3,4,"


def test_a_file_that_cannot_be_whole_says_so_and_breaks_off(
    rf: RequestFactory, org: Organisation, standby: Standby
) -> None:
    view = routing.from_replica(lambda request: StreamingHttpResponse(_pieces(standby, 4)))
    sent: list[bytes] = []
    with pytest.raises(replica.LOST):
        sent.extend(view(_asked(rf, org)))
    assert b"".join(sent) == b"0,1,2,3," + routing.NOT_WHOLE.encode()


def _asked(rf: RequestFactory, org: Organisation) -> Any:
    request: Any = rf.get(LIST)
    request.user, request.now = org.admin, MONDAY
    return request


def test_what_was_read_there_is_written_to_the_main_database(
    org: Organisation, standby: Standby
) -> None:
    _until_it_has_all()
    with routing.reading(replica.Source(replica.ALIAS, "")):
        region = Region.objects.earliest("pk")
        assert region._state.db == "replica"
        region.name = "Elsewhere"
        region.save()
        assert Region.objects.select_for_update().db == DEFAULT_DB_ALIAS
    assert Region.objects.get(pk=region.pk).name == "Elsewhere"


def test_who_may_read_is_asked_of_the_main_database_and_the_rest_of_the_replica(
    page: Page, org: Organisation
) -> None:
    submit(org)
    for address in _pages_without_arguments():
        with CaptureQueriesContext(connection) as queries:
            assert page.client.get(address).status_code == 200
        elsewhere = [sql for sql in _tables(queries) if sql not in OF_THE_READER]
        assert elsewhere == [], address


OF_THE_READER = {"django_session", "mentors_volunteer", "mentors_position", "(the place)"}


def _tables(queries: CaptureQueriesContext) -> Iterator[str]:
    for query in queries.captured_queries:
        found = re.search(r'FROM "(\w+)"', query["sql"])
        yield found[1] if found else "(the place)"


def _pages_without_arguments() -> Iterator[str]:
    for pattern in report_urls.urlpatterns:
        named = pattern.name not in ON_MAIN_ONLY
        if named and not pattern.pattern.converters:
            yield reverse(f"reports:{pattern.name}")


def test_the_digest_of_the_chairs_reads_its_figures_there(
    org: Organisation, standby: Standby
) -> None:
    request_in("declined", org)
    with CaptureQueriesContext(connections["replica"]) as queries:
        send_all(NEXT_MONDAY)
    assert OutboxMail.objects.filter(kind="chair_digest").count() == 1
    assert len(queries) > 3


def test_the_command_reads_there_and_says_so(org: Organisation, standby: Standby) -> None:
    submit(org)
    _until_it_has_all()
    _hold(standby)
    submit(org)
    out, said = io.StringIO(), io.StringIO()
    call_command("report", "not-yet-assigned", format="csv", stdout=out, stderr=said)
    assert len(out.getvalue().strip().splitlines()) == 2
    assert "behind" in said.getvalue()


def test_the_variable_of_the_environment_leads_there(
    org: Organisation, standby: Standby, process_environment: dict[str, str]
) -> None:
    submit(org)
    _until_it_has_all()
    server = connections["replica"].settings_dict
    address = f"postgresql://{server['USER']}@/{server['NAME']}?host={server['HOST']}"
    told = subprocess.run(
        [sys.executable, "manage.py", "report", "not-yet-assigned", "--format", "csv"],
        env=process_environment
        | {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "REPLICA_DATABASE_URL": address},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(told.stdout.splitlines()) == 2
    assert READ_THERE in told.stderr  # up to date, or behind what others have written meanwhile
