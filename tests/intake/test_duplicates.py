"""Who may be the same person: flagged with the reason, never dropped."""

from datetime import timedelta
from typing import Any

import pytest

from intake import duplicates
from intake.enums import WithdrawReason
from intake.models import Client, ClientAlias
from tests.factories import MONDAY, Organisation, Story, a_person, request_in, submit

MOMENT = timedelta(microseconds=1)
SAME: dict[str, Any] = {
    "first_name": "Maria",
    "last_name": "Garcia",
    "email": "maria@example.com",
    "phone": "(212) 555-0123",
    "zip": "10001",
}
OTHER: dict[str, Any] = {
    "first_name": "Pablo",
    "last_name": "Ruiz",
    "email": "pablo@example.com",
    "phone": "312-555-0199",
    "zip": "60601",
}


def flags(story: Story) -> list[tuple[int, str]]:
    """What this request may be, and why."""
    return list(story.mre.flags.order_by("pk").values_list("other", "reason"))


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (SAME, "same client"),
        (OTHER | {"email": "MARIA@example.com"}, "same e-mail"),
        (OTHER | {"phone": "+1 212.555.0123".replace("+1 ", "")}, "same phone"),
        (
            OTHER | {"first_name": "maria", "last_name": "GARCIA", "zip": "10001"},
            "same name and zip code",
        ),
        (OTHER, None),
        (OTHER | {"first_name": "Maria", "last_name": "Garcia"}, None),
        (OTHER | {"last_name": "Garcia", "zip": "10001"}, None),
    ],
    ids=[
        "the same form",
        "the address of somebody else",
        "the same number, written otherwise",
        "name and zip code",
        "nothing in common",
        "the name alone",
        "the family and the zip code",
    ],
)
def test_what_is_the_same_is_flagged_with_the_reason(
    org: Organisation, later: dict[str, Any], reason: str | None
) -> None:
    first = submit(org, person=a_person(**SAME))
    story = submit(org, person=a_person(**later))
    assert flags(story) == ([(first.mre_id, reason)] if reason else [])
    assert flags(first) == []


def test_a_flag_drops_nothing(org: Organisation) -> None:
    first, second = (submit(org, person=a_person(**SAME)) for _ in range(2))
    assert first.mre.status == second.mre.status == "need_action"
    assert second.mails == ["client_received", "rcic_new", "rcic_new", "rcic_new"]


def test_a_former_address_is_the_same_person(org: Organisation) -> None:
    first = submit(org, person=a_person(**SAME))
    ClientAlias.objects.create(client=first.mre.client, email="OLD@example.com")
    story = submit(org, person=a_person(**OTHER | {"email": "old@example.com"}))
    assert flags(story) == [(first.mre_id, "same e-mail, as a former address")]


def test_the_address_of_an_earlier_client_as_ones_own_former_address_is_flagged(
    org: Organisation,
) -> None:
    first = submit(org, person=a_person(**SAME))
    second = submit(org, person=a_person(**OTHER))
    ClientAlias.objects.create(client=second.mre.client, email="Maria@Example.com")
    third = submit(org, person=a_person(**OTHER))
    assert (first.mre_id, "same e-mail, as a former address") in flags(third)


@pytest.mark.parametrize(("phone", "flagged"), [("555012", False), ("5550123", True), ("", False)])
def test_a_number_of_fewer_than_seven_digits_tells_nobody_apart(
    org: Organisation, phone: str, flagged: bool
) -> None:
    submit(org, person=a_person(**SAME | {"phone": phone}))
    assert bool(flags(submit(org, person=a_person(**OTHER | {"phone": phone})))) == flagged


def test_an_open_request_is_found_however_old_it_is(org: Organisation) -> None:
    first = submit(org, person=a_person(**SAME), at=MONDAY - timedelta(days=400))
    assert flags(submit(org, person=a_person(**SAME))) == [(first.mre_id, "same client")]


@pytest.mark.parametrize(
    ("before", "found"), [(timedelta(days=30), True), (timedelta(days=30) + MOMENT, False)]
)
def test_a_closed_request_is_found_for_thirty_days_from_its_submission(
    org: Organisation, before: timedelta, found: bool
) -> None:
    submit(org, person=a_person(**SAME), at=MONDAY - before).withdraw()
    assert bool(flags(submit(org, person=a_person(**SAME)))) == found


def test_a_parked_request_is_flagged_too(org: Organisation) -> None:
    first = submit(org, person=a_person(**SAME), suspended=True)
    assert flags(submit(org, person=a_person(**OTHER | {"phone": SAME["phone"]}))) == [
        (first.mre_id, "same phone")
    ]


def test_somebody_who_tests_the_form_is_not_flagged_for_ever(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "MOST", 3)
    stories = [submit(org, person=a_person(**SAME)) for _ in range(6)]
    assert [len(flags(story)) for story in stories] == [0, 1, 2, 3, 3, 3]
    newest_first = [other for other, _ in flags(stories[-1])]
    assert newest_first == [story.mre_id for story in stories[4:1:-1]]


def test_a_flag_stays_after_one_was_withdrawn_as_the_duplicate(org: Organisation) -> None:
    first, second = (submit(org, person=a_person(**SAME)) for _ in range(2))
    second.withdraw(WithdrawReason.DUPLICATE, duplicate_of_id=first.mre_id)
    assert flags(second) == [(first.mre_id, "same client")]
    assert Client.objects.count() == 1


def test_a_request_is_no_duplicate_of_another_clients(org: Organisation) -> None:
    request_in("accepted", org)
    assert flags(request_in("new", org)) == []
