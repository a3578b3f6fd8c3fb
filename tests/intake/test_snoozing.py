"""A request is put aside until a day: by whom, for what, and what brings it back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from intake.actions import snoozing
from intake.enums import Stage
from intake.models import Snooze
from intake.permissions import snoozed
from intake.stages import stage_of, stage_since
from mentors.errors import AlreadyDone, Invalid, NotAllowed
from reports.waiting import NAMES
from tests.factories import MONDAY, Organisation, Story, request_in, submit
from tests.intake.conftest import SetClock

pytestmark = pytest.mark.usefixtures("at")

NEXT_MONDAY = date(2026, 3, 23)
WAITS = {
    Stage.NOT_ASSIGNED: "declined",
    Stage.NOT_ACCEPTED: "assigned",
    Stage.NOT_CONTACTED: "accepted",
    Stage.NOT_COUNSELED: "contacted",
}


def put_aside(story: Story, **more: Any) -> Snooze:
    mre = story.mre
    wanted: dict[str, Any] = {
        "by": story.org.rcic,
        "now": story.now,
        "until": NEXT_MONDAY,
        "reason": "She is on holiday.",
        "stage": stage_of(mre),
        "seen": mre.current_id,
    }
    return snoozing.snooze(mre_id=mre.pk, **wanted | more)


@pytest.mark.parametrize(("stage", "situation"), WAITS.items())
def test_at_each_stage_that_waits(org: Organisation, stage: Stage, situation: str) -> None:
    story = request_in(situation, org)
    made = put_aside(story)
    assert (made.stage, made.assignment, made.by) == (stage, story.mre.current, org.rcic)
    assert made.ends_at == datetime(2026, 3, 23, 4, tzinfo=UTC)  # midnight in New York
    assert stage_since(story.mre) <= made.at
    assert snoozed(story.mre, story.now) == made
    assert snoozed(story.mre, made.ends_at) is None
    assert story.kinds[-1] == "snoozed"


@pytest.mark.parametrize("role", ["leader", "manager", "chair", "joan", "rcic_elsewhere"])
def test_coordinators_only(org: Organisation, role: str) -> None:
    story = request_in("assigned", org)
    with pytest.raises(NotAllowed, match="Only a coordinator"):
        put_aside(story, by=getattr(org, role))


def test_who_is_mentored_waits_for_nothing(org: Organisation) -> None:
    with pytest.raises(NotAllowed, match="being mentored"):
        put_aside(request_in("counseled", org), stage=Stage.NOT_COUNSELED)


def test_what_is_closed_is_over(org: Organisation) -> None:
    with pytest.raises(AlreadyDone, match="was closed"):
        put_aside(request_in("withdrawn", org), stage=Stage.NOT_ACCEPTED)


@pytest.mark.parametrize(
    ("wrong", "field", "why"),
    [
        ({"until": date(2026, 3, 16)}, "until", "still to come"),
        ({"until": date(2026, 6, 15)}, "until", "90 days at most"),
        ({"reason": "  "}, "reason", "Say why"),
    ],
)
def test_a_day_that_comes_soon_enough_and_a_reason(
    org: Organisation, wrong: dict[str, Any], field: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        put_aside(submit(org), **wrong)
    assert refused.value.field == field


def test_the_day_is_that_of_the_chapter(org: Organisation) -> None:
    story = submit(org, at=datetime(2026, 3, 17, 5, tzinfo=UTC), chapter=org.honolulu)
    tuesday = date(2026, 3, 17)  # still Monday evening in Honolulu
    made = put_aside(story, by=org.admin, until=tuesday)
    assert made.ends_at == datetime(2026, 3, 17, 10, tzinfo=UTC)


# --- What brings it back --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "step"),
    [
        ("assigned", lambda story: story.accept()),
        ("assigned", lambda story: story.replace()),
        ("assigned", lambda story: story.decline()),
        ("accepted", lambda story: story.schedule()),
        ("accepted", lambda story: story.reassign()),
        ("contacted", lambda story: story.transfer()),
        ("declined", lambda story: story.assign().wait(hours=1).decline()),
        ("declined", lambda story: story.move()),
        ("accepted", lambda story: story.withdraw().reopen(to_mentor=True)),
    ],
)
def test_another_stage_mentor_or_chapter(org: Organisation, situation: str, step: Any) -> None:
    story = request_in(situation, org)
    put_aside(story)
    step(story.wait(hours=1))
    assert snoozed(story.mre, story.now) is None


def test_somebody_takes_it_up(org: Organisation) -> None:
    story = request_in("assigned", org)
    put_aside(story)
    snoozing.take_up(mre_id=story.mre_id, by=org.rcic_district, now=story.now)
    assert snoozed(story.mre, story.now) is None
    assert Snooze.objects.get().ended_by == org.rcic_district
    assert story.kinds[-1] == "snooze_ended"


def test_an_attempt_brings_nothing_back(org: Organisation) -> None:
    story = request_in("accepted", org)
    made = put_aside(story)
    story.wait(hours=1).attempt()
    assert snoozed(story.mre, story.now) == made


def test_anew_once_it_has_run_out(org: Organisation) -> None:
    story = submit(org)
    put_aside(story)
    again = put_aside(story.wait(days=8), until=date(2026, 3, 30))
    assert snoozed(story.mre, story.now) == again


# --- Too late -------------------------------------------------------------------------------------


def test_who_comes_second_learns_who_was_first_and_why(org: Organisation) -> None:
    story = submit(org)
    put_aside(story)
    with pytest.raises(AlreadyDone, match="Rosa Rcic has snoozed this until Mon 23 Mar: She is on"):
        put_aside(story, by=org.rcic_district)


def test_what_has_gone_on_meanwhile_is_not_put_aside(org: Organisation) -> None:
    story = request_in("assigned", org)
    seen = story.mre.current_id
    story.accept()
    with pytest.raises(AlreadyDone, match="Joan Whitfield accepted this request"):
        put_aside(story, stage=Stage.NOT_ACCEPTED, seen=seen)
    story.reassign()
    with pytest.raises(AlreadyDone, match="another mentor meanwhile"):
        put_aside(story, stage=Stage.NOT_ACCEPTED, seen=seen)


def test_what_is_not_put_aside_cannot_be_taken_up(org: Organisation) -> None:
    with pytest.raises(AlreadyDone, match="not snoozed any more"):
        snoozing.take_up(mre_id=submit(org).mre_id, by=org.rcic, now=MONDAY)


# --- On the page of a list ------------------------------------------------------------------------


def test_a_row_is_put_aside_and_taken_up_where_it_stands(
    client: Client, org: Organisation, at: SetClock
) -> None:
    story = submit(org)
    other = submit(org, at=story.now + timedelta(minutes=1))
    at(other.now)
    client.force_login(org.rcic)
    page = reverse(f"reports:{NAMES[Stage.NOT_ASSIGNED]}")

    def rows() -> dict[int, Any]:
        table = client.get(page).context["table"]
        return {row.record.mre.pk: row.record for row in table.paginated_rows}

    ask = reverse("intake:snooze", args=[story.mre_id], query={"back": page})
    form = client.get(ask).context["form"]
    assert form["until"].value() == NEXT_MONDAY
    hidden = {field.name: field.value() or "" for field in form.hidden_fields()}
    response = client.post(
        ask, hidden | {"until": "2026-03-20", "reason": "Back soon"}, follow=True
    )
    assert response.redirect_chain == [(page, 302)]
    assertContains(response, "is snoozed until Fri 20 Mar")
    assertContains(response, "Back soon")
    assert list(rows()) == [other.mre_id, story.mre_id]
    assert list(rows()[story.mre_id].snooze.until.timetuple()[:3]) == [2026, 3, 20]

    back = reverse("intake:take_up", args=[story.mre_id], query={"back": page})
    assertContains(client.post(back, follow=True), "is back among the others")
    assert list(rows()) == [story.mre_id, other.mre_id]


def test_the_form_keeps_what_was_typed(client: Client, org: Organisation) -> None:
    story = submit(org)
    client.force_login(org.rcic)
    ask = reverse("intake:snooze", args=[story.mre_id])
    sent = {"until": "2026-03-01", "reason": "Back soon", "stage": "not_assigned"}
    response = client.post(ask, sent)
    assertContains(response, "Choose a day that is still to come.")
    assertContains(response, "Back soon")
    assert client.post(ask, {"until": "x", "stage": "nonsense"}).status_code == 200


def test_why_is_read_by_coordinators_only(client: Client, org: Organisation, at: SetClock) -> None:
    story = request_in("assigned", org)
    put_aside(story)
    at(story.now)
    page = reverse(f"reports:{NAMES[Stage.NOT_ACCEPTED]}")
    request = reverse("intake:request", args=[story.mre_id])
    client.force_login(org.rcic)
    assertContains(client.get(page), "She is on holiday")
    assertContains(client.get(request), "She is on holiday")
    client.force_login(org.leader)
    assertContains(client.get(page), "Snoozed until")
    assertNotContains(client.get(page), "She is on holiday")
    assertNotContains(client.get(request), "She is on holiday")
    client.force_login(org.joan)
    assertNotContains(client.get(request), "nooze")


@pytest.mark.parametrize("page", ["snooze", "take_up"])
def test_for_others_the_pages_do_not_exist_or_say_why(
    client: Client, org: Organisation, page: str
) -> None:
    address = reverse(f"intake:{page}", args=[submit(org).mre_id])
    client.force_login(org.rcic_elsewhere)
    assert client.get(address).status_code == 404
    client.force_login(org.leader)
    assert client.get(address).status_code == 403
