"""Two clients who are one person: what moves, who may, and how it is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from intake.actions import merging, submission
from intake.actions.clients import CONTACT_DATA
from intake.enums import EventKind
from intake.models import Client, ClientAlias, ClientMerge, MentoringRequest
from mentors.errors import AlreadyDone, NotAllowed
from mentors.models import Volunteer
from tests.factories import Organisation, a_person, request_in, submit
from tests.refusals import invalid
from tests.soundness import assert_sound

KEPT: dict[str, Any] = {
    "first_name": "Pablo",
    "last_name": "Ruiz",
    "email": "pablo@example.com",
    "phone": "(212) 555-0199",
    "zip": "10001",
}
AWAY: dict[str, Any] = {
    "first_name": "P.",
    "last_name": "Ruiz-Soto",
    "email": "soto@example.com",
    "phone": "(212) 555-0123",
    "zip": "10044",
}


class Two:
    """Pablo, who is kept, with a new request; and who he also was, with a counseled one."""

    def __init__(self, org: Organisation) -> None:
        self.org = org
        self.here = submit(org, person=a_person(**KEPT))
        self.there = request_in("counseled", org, person=a_person(**AWAY))
        self.kept, self.away = self.here.mre.client, self.there.mre.client
        self.now = self.there.now + timedelta(hours=1)

    def merge(self, by: Volunteer | None = None, **chosen: str) -> ClientMerge:
        return merging.merge(
            kept_id=self.kept.pk,
            merged_id=self.away.pk,
            chosen=chosen,
            by=by or self.org.rcic,
            now=self.now,
        )

    def undo(self, merge: ClientMerge, by: Volunteer | None = None) -> merging.Undoing:
        self.now += timedelta(days=1)
        return merging.undo(merge_id=merge.pk, by=by or self.org.admin, now=self.now)

    def data(self) -> list[dict[str, Any]]:
        """Both rows and their aliases, as the database has them now."""
        fields = (*CONTACT_DATA, "service_suspended", "merged_into")
        rows = Client.objects.filter(pk__in=[self.kept.pk, self.away.pk]).order_by("pk")
        return [row | {"aliases": addresses(row.pop("pk"))} for row in rows.values("pk", *fields)]

    def alias(self, client: Client, email: str) -> ClientAlias:
        return ClientAlias.objects.create(client=client, email=email)


def addresses(client_id: int) -> list[str]:
    aliases = ClientAlias.objects.filter(client=client_id)
    return sorted(aliases.values_list("email", flat=True))


@pytest.fixture
def two(org: Organisation) -> Two:
    return Two(org)


class TestWhatMoves:
    def test_requests_move_with_all_that_hangs_on_them(self, two: Two) -> None:
        two.merge()
        assert list(two.kept.requests.order_by("pk")) == [two.here.mre, two.there.mre]
        assert not two.away.requests.exists()
        assert two.there.session.request.client == two.kept
        assert_sound(two.there.mre_id)
        assert_sound(two.here.mre_id)

    def test_mails_stay_where_they_were_sent(self, two: Two) -> None:
        before = set(two.there.mre.mails.values_list("pk", "client", "to_email"))
        two.merge()
        assert set(two.there.mre.mails.values_list("pk", "client", "to_email")) == before

    def test_nobody_is_written_to(self, two: Two) -> None:
        before = (two.here.mails, two.there.mails)
        two.merge()
        assert (two.here.mails, two.there.mails) == before

    def test_it_stands_on_every_request_moved_and_on_the_open_ones_of_who_stays(
        self, two: Two
    ) -> None:
        closed = submit(two.org, person=a_person(**KEPT), at=two.now).withdraw()
        two.merge()
        told = MentoringRequest.objects.filter(events__kind=EventKind.CLIENT_MERGED)
        assert set(told) == {two.here.mre, two.there.mre}
        assert closed.mre.client == two.kept

    def test_nothing_but_the_chosen_values_changes_on_who_stays(self, two: Two) -> None:
        two.merge(phone=AWAY["phone"], last_name=AWAY["last_name"])
        kept, away = two.data()
        assert kept == KEPT | {
            "phone": AWAY["phone"],
            "last_name": AWAY["last_name"],
            "notify_by": "email",
            "speech": "en",
            "service_suspended": False,
            "merged_into": None,
            "aliases": [AWAY["email"]],
        }
        assert away == AWAY | {
            "notify_by": "email",
            "speech": "en",
            "service_suspended": False,
            "merged_into": two.kept.pk,
            "aliases": [],
        }

    def test_the_address_that_is_not_chosen_goes_on_finding_the_person(self, two: Two) -> None:
        two.merge(email=AWAY["email"])
        assert Client.objects.get(pk=two.kept.pk).email == AWAY["email"]
        assert addresses(two.kept.pk) == [KEPT["email"]]

    def test_former_addresses_come_along_each_once(self, two: Two) -> None:
        for client, email in (
            (two.kept, "old@example.com"),
            (two.away, "OLD@example.com"),
            (two.away, "older@example.com"),
            (two.away, "Pablo@Example.com"),
            (two.kept, "soto@example.com"),
        ):
            two.alias(client, email)
        two.merge()
        assert addresses(two.kept.pk) == [
            "old@example.com",
            "older@example.com",
            "soto@example.com",
        ]

    @pytest.mark.parametrize("suspended", ["kept", "away"])
    def test_suspended_service_stays_suspended(self, two: Two, suspended: str) -> None:
        client = getattr(two, suspended)
        Client.objects.filter(pk=client.pk).update(service_suspended=True)
        two.merge()
        assert Client.objects.get(pk=two.kept.pk).service_suspended
        assert submit(two.org, person=a_person(**AWAY), at=two.now).mre.parked

    def test_who_was_merged_before_is_found_at_the_end_of_the_chain(self, two: Two) -> None:
        merge = two.merge()
        third = submit(two.org, at=two.now).mre.client
        merging.merge(
            kept_id=third.pk, merged_id=two.kept.pk, chosen={}, by=two.org.rcic, now=two.now
        )
        assert {row["merged_into"] for row in two.data()} == {third.pk}
        with pytest.raises(NotAllowed, match=f"merged into C-{third.pk} later: undo that first"):
            two.undo(merge)
        merging.undo(merge_id=ClientMerge.objects.latest("pk").pk, by=two.org.admin, now=two.now)
        assert [row["merged_into"] for row in two.data()] == [None, two.kept.pk]
        two.undo(merge)
        assert [row["merged_into"] for row in two.data()] == [None, None]


class TestRefused:
    def test_a_value_that_is_no_longer_of_one_of_the_two(self, two: Two) -> None:
        submission.correct_contact(
            mre_id=two.there.mre_id, email="new@example.com", phone=AWAY["phone"], now=two.now
        )
        with invalid("email", "changed meanwhile"):
            two.merge(email=AWAY["email"])
        assert not ClientMerge.objects.exists()

    def test_twice(self, two: Two) -> None:
        two.merge()
        with pytest.raises(AlreadyDone, match=f"was merged into C-{two.kept.pk}"):
            two.merge()

    def test_with_itself(self, two: Two) -> None:
        two.away = two.kept
        with pytest.raises(NotAllowed, match="with itself"):
            two.merge()

    @pytest.mark.parametrize(
        ("who", "words"),
        [
            ("rcic_elsewhere", "no request in your chapters: SCORE New York"),
            ("rcic_former", "no request in your chapters"),
            ("leader", "no request in your chapters"),
            ("chair", "no request in your chapters"),
            ("manager", "no request in your chapters"),
            ("joan", "no request in your chapters"),
        ],
    )
    def test_who_does_not_coordinate_both(self, two: Two, who: str, words: str) -> None:
        with pytest.raises(NotAllowed, match=words):
            two.merge(by=getattr(two.org, who))

    def test_who_coordinates_one_of_the_two(self, two: Two) -> None:
        far = submit(two.org, person=a_person(zip="85001"))
        two.away = far.mre.client
        with pytest.raises(NotAllowed, match=f"{two.away.number} has no request in your chapters"):
            two.merge(by=two.org.rcic)

    def test_an_open_request_elsewhere_is_not_taken_along(self, two: Two) -> None:
        far = submit(two.org, person=a_person(**AWAY), at=two.now).move(two.org.phoenix)
        words = f"{two.away.number} has an open request elsewhere: SCORE Phoenix. Ask"
        with pytest.raises(NotAllowed, match=words):
            two.merge()
        far.withdraw()
        two.merge()
        assert far.mre.client == two.kept

    @pytest.mark.parametrize("who", ["rcic", "rcic_district", "rcic_region", "admin"])
    def test_who_may(self, two: Two, who: str) -> None:
        two.merge(by=getattr(two.org, who))

    def test_a_parked_request_elsewhere_is_not_told_to_a_coordinator(self, two: Two) -> None:
        Client.objects.filter(pk=two.away.pk).update(service_suspended=True)
        parked = submit(two.org, person=a_person(**AWAY), at=two.now).move(two.org.phoenix)
        two.merge(by=two.org.rcic)
        assert parked.mre.parked
        assert parked.mre.client == two.kept


class TestUndo:
    def test_all_is_as_before(self, two: Two) -> None:
        two.alias(two.kept, "old@example.com")
        two.alias(two.away, "OLD@example.com")
        two.alias(two.away, "older@example.com")
        two.alias(two.kept, AWAY["email"])
        Client.objects.filter(pk=two.away.pk).update(service_suspended=True)
        before = two.data()
        chosen = {name: AWAY[name] for name in AWAY}
        merge = two.merge(**chosen)
        assert two.data() != before
        assert two.undo(merge).stays == []
        assert two.data() == before
        assert two.there.mre.client == two.away
        assert two.here.mre.client == two.kept
        assert two.there.kinds[-1] == "merge_undone"
        assert_sound(two.there.mre_id)

    @pytest.mark.parametrize("who", ["rcic", "rcic_region", "leader", "joan"])
    def test_administrators_only(self, two: Two, who: str) -> None:
        merge = two.merge()
        with pytest.raises(NotAllowed, match="Only an administrator"):
            two.undo(merge, by=getattr(two.org, who))

    def test_once(self, two: Two) -> None:
        merge = two.merge()
        two.undo(merge)
        with pytest.raises(AlreadyDone, match="Ada Admin undid this merge on"):
            two.undo(merge)

    def test_what_was_changed_since_stays_and_is_named(self, two: Two) -> None:
        two.alias(two.away, "older@example.com")
        merge = two.merge(email=AWAY["email"], phone=AWAY["phone"], zip=AWAY["zip"])
        ClientAlias.objects.filter(email="older@example.com").delete()
        later = two.now + timedelta(hours=1)
        newer = submit(two.org, person=a_person(**KEPT | {"zip": "10055"}), at=later)
        assert two.undo(merge).stays == [
            f"The phone of {two.kept.number} was changed since and stays as it is.",
            f"The zip code of {two.kept.number} was changed since and stays as it is.",
            f"Requests that came in since stay with {two.kept.number}: 1.",
            "Former addresses taken away since do not come back: 1.",
        ]
        kept, away = two.data()
        assert (kept["email"], kept["phone"], kept["zip"]) == (
            KEPT["email"],
            KEPT["phone"],
            "10055",
        )
        assert away["email"] == AWAY["email"]
        assert newer.mre.client == two.kept

    def test_they_can_be_merged_again(self, two: Two) -> None:
        two.undo(two.merge())
        two.merge()
        assert two.there.mre.client == two.kept
