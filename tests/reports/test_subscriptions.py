"""Reports by mail: when they are sent, what they say, and when they stop."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from intake.enums import Cadence
from intake.models import Export, OutboxMail, ReportSubscription
from mentors.enums import Role
from mentors.errors import NotAllowed
from mentors.models import Position, Volunteer
from mentors.spreadsheets import Format
from reports import subscribing
from reports.catalogue import BY_NAME
from tests.factories import MONDAY, Organisation, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

ACTIVITY = BY_NAME["mentors-activity"]


def subscribe(
    by: Volunteer, cadence: Cadence = Cadence.DAILY, query: str = "", now: datetime = MONDAY
) -> ReportSubscription:
    return subscribing.subscribe(
        by=by, now=now, report=ACTIVITY, query=query, kind=Format.XLSX, cadence=cadence
    )


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind="report_ready").order_by("pk"))


def sent_on(first: date, days: int) -> list[date]:
    """On which days a mail is written, if the clock asks every hour."""
    begins = datetime.combine(first, datetime.min.time(), UTC)
    hours = (begins + timedelta(hours=hour) for hour in range(24 * days))
    return [now.date() for now in hours if subscribing.send_due(now)]


# --- When -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        # From Monday 16 March on; Friday 3 April 2026 is no closed day
        (Cadence.DAILY, [17, 18, 19, 20, 23, 24, 25, 26, 27, 30, 31]),
        (Cadence.WEEKLY, [23, 30]),
        (Cadence.MONTHLY, []),
    ],
)
def test_it_is_sent_in_its_rhythm_and_first_the_next_time(
    org: Organisation, cadence: Cadence, days: list[int]
) -> None:
    subscribe(org.chair, cadence)
    assert sent_on(MONDAY.date(), 16) == [date(2026, 3, day) for day in days]


def test_monthly_is_the_first_business_day(org: Organisation) -> None:
    subscribe(org.chair, Cadence.MONTHLY)
    assert sent_on(date(2026, 4, 29), 12) == [date(2026, 4, 29), date(2026, 5, 1)]


def test_a_closed_monday_is_made_up_for_on_tuesday(org: Organisation) -> None:
    subscribe(org.chair, Cadence.WEEKLY, now=datetime(2026, 5, 20, 14, tzinfo=UTC))
    assert sent_on(date(2026, 5, 23), 7) == [date(2026, 5, 26)]  # Memorial Day is the 25th


def test_it_comes_at_eight_on_the_clock_of_the_readers_chapter(org: Organisation) -> None:
    subscribe(org.chair)
    morning = datetime(2026, 3, 17, 12, tzinfo=UTC)  # 08:00 in New York
    assert subscribing.send_due(morning - timedelta(minutes=1)) == 0
    assert subscribing.send_due(morning) == 1
    assert subscribing.send_due(morning) == 0
    assert len(mails()) == 1


# --- What -----------------------------------------------------------------------------------------


def test_the_mail_has_a_link_and_no_client(client: Client, org: Organisation, at: SetClock) -> None:
    story = request_in("overdue", org)
    subscribing.subscribe(
        by=org.rcic,
        now=MONDAY,
        report=BY_NAME["not-yet-accepted"],
        query="",
        kind=Format.CSV,
        cadence=Cadence.DAILY,
    )
    morning = datetime(2026, 3, 19, 13, tzinfo=UTC)
    at(morning)
    assert subscribing.send_due(morning) == 1
    (mail,) = mails()
    assert mail.to_email == org.rcic.email
    assert "Thu 19 Mar" in mail.subject
    about = story.mre
    for secret in (about.client.last_name, about.client.first_name, about.number, about.question):
        assert secret not in mail.subject + mail.text + mail.html
    address = next(line for line in mail.text.splitlines() if "/subscriptions/" in line)
    path = "/" + address.split("/", 3)[3]
    assert client.get(path)["Location"].startswith("/accounts/login/")
    client.force_login(org.rcic)
    page = client.get(path)
    assertContains(page, "As of when it was mailed")
    for file in (page.context["files"]["now"], page.context["files"]["then"]):
        assert story.mre.client.last_name in b"".join(client.get(file)).decode()
    assert "at=2026-03-19T09" in page.context["files"]["then"]
    assert Export.objects.count() == 2


def test_it_stops_when_its_reader_may_no_longer_see_it(client: Client, org: Organisation) -> None:
    subscribe(org.chair)
    tuesday = datetime(2026, 3, 17, 14, tzinfo=UTC)
    held = Position.objects.get(volunteer=org.chair, role=Role.MEMBERSHIP_CHAIR)
    held.ends_on = MONDAY.date()
    held.save()
    assert subscribing.send_due(tuesday) == 0
    assert mails() == []
    held.ends_on = None
    held.save()
    assert subscribing.send_due(tuesday + timedelta(days=1)) == 1


def test_it_stops_when_its_unit_is_out_of_reach(org: Organisation) -> None:
    kept = subscribe(org.chair, query=f"unit=chapter:{org.new_york.code}")
    Position.objects.filter(volunteer=org.chair).update(chapter=org.chicago)
    tuesday = datetime(2026, 3, 17, 14, tzinfo=UTC)
    assert subscribing.send_due(tuesday) == 0
    assert subscribing.order_of(kept, tuesday).refusal == subscribing.OUT_OF_REACH


def test_nothing_is_sent_to_who_may_not_sign_in_any_more(org: Organisation) -> None:
    subscribe(org.chair)
    Volunteer.objects.filter(pk=org.chair.pk).update(is_active=False)
    assert subscribing.send_due(datetime(2026, 3, 17, 14, tzinfo=UTC)) == 0


def test_one_that_fails_keeps_nobody_else_waiting(
    org: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    broken = subscribe(org.chair)
    subscribe(org.rcic)
    ReportSubscription.objects.filter(pk=broken.pk).update(cadence="fort")
    assert subscribing.send_due(datetime(2026, 3, 17, 14, tzinfo=UTC)) == 1
    assert f"subscription {broken.pk} was not sent" in caplog.text


def test_a_report_that_is_gone_is_not_sent(org: Organisation) -> None:
    kept = subscribe(org.chair)
    ReportSubscription.objects.filter(pk=kept.pk).update(report="of old")
    assert subscribing.send_due(datetime(2026, 3, 17, 14, tzinfo=UTC)) == 0


# --- The pages ------------------------------------------------------------------------------------


def post(client: Client, **more: Any) -> Any:
    asked = "/reports/mentors-activity/subscribe/?span=quarter&at=2026-03-01T10:00"
    return client.post(asked, {"cadence": "weekly", "kind": "xlsx", **more})


def test_somebody_asks_for_a_report_and_ends_it(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    page = client.get("/reports/mentors-activity/subscribe/?span=quarter")
    assertContains(page, "This quarter")
    assertRedirects(post(client), "/reports/subscriptions/")
    kept = ReportSubscription.objects.get()
    assert (kept.subscriber, kept.query, kept.cadence) == (org.chair, "span=quarter", "weekly")
    listed = client.get("/reports/subscriptions/")
    assertContains(listed, "This quarter")
    assertContains(listed, "Every Monday")
    client.post(f"/reports/subscriptions/{kept.pk}/end/")
    assertContains(client.get("/reports/subscriptions/"), "No report is mailed to you")


def test_the_same_report_is_kept_once_in_the_rhythm_asked_for_last(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.chair)
    post(client)
    post(client, cadence="daily")
    assert ReportSubscription.objects.get().cadence == "daily"


def test_a_rhythm_that_there_is_not(client: Client, org: Organisation) -> None:
    client.force_login(org.chair)
    assertContains(post(client, cadence="hourly"), "Select a valid choice")
    assert not ReportSubscription.objects.exists()


def test_others_neither_see_nor_end_it(client: Client, org: Organisation) -> None:
    kept = subscribe(org.chair)
    client.force_login(org.admin)
    assert client.get(f"/reports/subscriptions/{kept.pk}/").status_code == 404
    assert client.post(f"/reports/subscriptions/{kept.pk}/end/").status_code == 404
    assertNotContains(client.get("/reports/subscriptions/"), "Active Mentors")


def test_what_is_not_for_a_reader_cannot_be_subscribed_to(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.chair)
    response = client.get("/reports/not-yet-assigned/subscribe/")
    assertContains(response, "Reports are for leaders", status_code=403)
    with pytest.raises(NotAllowed, match="Reports are for leaders"):
        subscribing.subscribe(
            by=org.chair,
            now=MONDAY,
            report=BY_NAME["not-yet-assigned"],
            query="",
            kind=Format.CSV,
            cadence=Cadence.DAILY,
        )


def test_the_page_says_why_nothing_is_sent(client: Client, org: Organisation) -> None:
    kept = subscribe(org.chair)
    Position.objects.filter(volunteer=org.chair).delete()
    client.force_login(org.chair)
    for page in ("/reports/subscriptions/", f"/reports/subscriptions/{kept.pk}/"):
        assertContains(client.get(page), "for Membership Chairs")


def test_a_question_that_cannot_be_asked_leads_to_the_page(
    client: Client, org: Organisation
) -> None:
    client.force_login(org.chair)
    response = client.get("/reports/mentors-activity/subscribe/?first=never")
    assertRedirects(response, "/reports/activity/?first=never")


def test_the_list_costs_the_same_for_one_and_for_ten(
    client: Client, org: Organisation, django_assert_max_num_queries: Any
) -> None:
    submit(org)
    for day in range(1, 11):
        subscribe(org.chair, query=f"first=2026-03-{day:02}")
    client.force_login(org.chair)
    with django_assert_max_num_queries(40):
        client.get("/reports/subscriptions/")
