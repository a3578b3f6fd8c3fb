"""Who may be the same person: flagged with the reason, never dropped."""

from datetime import timedelta
from typing import Any

import pytest

from intake import duplicates
from intake.actions import comparing, merging, submission
from intake.enums import WithdrawReason
from intake.models import Client, ClientAlias, OutboxMail
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
        (
            OTHER | {"email": SAME["email"], "phone": SAME["phone"]},
            "same e-mail; same phone",
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
        "two things at once",
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


# --- What is remembered -------------------------------------------------------------------------


def settled(org: Organisation, **later: Any) -> tuple[Story, Story]:
    """Two requests of different people who share a phone, of whom that has been said."""
    first = submit(org, person=a_person(**SAME))
    second = submit(org, person=a_person(**OTHER | {"phone": SAME["phone"]} | later))
    comparing.settle(
        mre_id=second.mre_id, other_id=first.mre_id, by=org.rcic, now=MONDAY, different_people=True
    )
    return first, second


def test_different_people_are_not_flagged_again_for_what_they_share(org: Organisation) -> None:
    settled(org)
    assert flags(submit(org, person=a_person(**SAME)))[0][1] == "same client"
    third = submit(org, person=a_person(**OTHER | {"phone": SAME["phone"]}))
    assert [reason for _, reason in flags(third)] == ["same client"]


def test_a_new_reason_is_a_new_question(org: Organisation) -> None:
    first, second = settled(org)
    ClientAlias.objects.create(client=second.mre.client, email=SAME["email"])
    third = submit(org, person=a_person(**OTHER | {"phone": SAME["phone"]}))
    assert (first.mre_id, "same e-mail, as a former address") in flags(third)


def test_the_same_person_may_ask_again_and_is_flagged_again(org: Organisation) -> None:
    first, second = (submit(org, person=a_person(**SAME)) for _ in range(2))
    comparing.settle(
        mre_id=first.mre_id,
        other_id=second.mre_id,
        by=org.rcic,
        now=MONDAY,
        different_people=False,
    )
    assert not duplicates.unsettled().exists()
    third = submit(org, person=a_person(**SAME))
    assert {other for other, _ in flags(third)} == {first.mre_id, second.mre_id}


# --- Whoever was merged -------------------------------------------------------------------------


def merged(org: Organisation) -> tuple[Story, Story]:
    """Pablo is kept; Maria was the same person. Only her phone and name are not his now."""
    kept, away = submit(org, person=a_person(**OTHER)), submit(org, person=a_person(**SAME))
    ids = kept.mre.client_id, away.mre.client_id
    merging.merge(kept_id=ids[0], merged_id=ids[1], chosen={}, by=org.admin, now=MONDAY)
    return kept, away


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"email": SAME["email"]}, "same e-mail, as a former address"),
        ({"phone": SAME["phone"]}, "same phone"),
        (
            {"first_name": "Maria", "last_name": "Garcia", "zip": "10001"},
            "same name and zip code",
        ),
    ],
    ids=["by address", "by phone", "by name"],
)
def test_who_was_merged_is_found_as_the_one_who_was_kept(
    org: Organisation, given: dict[str, Any], reason: str
) -> None:
    kept, away = merged(org)
    stranger = {"last_name": "Nobody", "first_name": "Ann", "zip": "99999"}
    story = submit(org, person=a_person(**stranger | given))
    assert set(flags(story)) == {(kept.mre_id, reason), (away.mre_id, reason)}
    assert story.mre.client not in (kept.mre.client, away.mre.client)


def test_a_form_with_the_name_and_address_from_before_finds_the_one_who_was_kept(
    org: Organisation,
) -> None:
    kept, _ = merged(org)
    story = submit(org, person=a_person(**SAME))
    assert story.mre.client == kept.mre.client
    assert str(story.mre.client) == "Pablo Ruiz"


def test_a_lost_link_goes_to_the_one_who_was_kept(org: Organisation) -> None:
    kept, away = merged(org)
    submission.send_status_links(email=SAME["email"], now=MONDAY)
    [mail] = OutboxMail.objects.filter(kind="client_status_link")
    assert (mail.client, mail.to_email) == (kept.mre.client, OTHER["email"])
    assert kept.mre.number in mail.text
    assert away.mre.number in mail.text
