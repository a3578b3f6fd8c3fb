"""Scenes about who is who: two records of one person, and two people with one phone."""

from dataclasses import replace as with_changes

from intake.actions import comparing, merging
from intake.demo.acts import Case
from intake.demo.scenes import accepted
from intake.demo.stage import Stage
from intake.demo.world import Story
from intake.models import MentoringRequest


def set_up(stage: Stage) -> None:
    """Put these scenes on the agenda. Two requests on which nobody has decided are in another."""
    dubois, whitaker = (stage.case("Cleveland", f"Renee {name}") for name in ("Dubois", "Whitaker"))
    stage.begin(38, asks_under_her_new_name(stage, dubois, _reached_like(whitaker, dubois)))
    father, son = (stage.case("Akron", f"{name} Petrakis") for name in ("George", "Nick"))
    stage.begin(3, shares_a_phone(father, _reached_like(son, father)))


def _reached_like(case: Case, other: Case) -> Case:
    """With the phone and the zip code of another client."""
    same = other.applicant.person
    person = with_changes(case.applicant.person, phone=same.phone, zip=same.zip)
    case.applicant = with_changes(case.applicant, person=person)
    return case


def asks_under_her_new_name(stage: Stage, case: Case, again: Case) -> Story:
    """Complete; then she asks under another name and address, and the two are merged."""
    yield from accepted(case)
    yield case.in_days(4)
    case.record_session()
    yield case.in_days(3)
    case.complete()
    yield stage.ago(1.4)
    again.submit()
    yield again.in_hours(2)
    kept, merged = _client_of(case), _client_of(again)
    merging.merge(
        kept_id=kept,
        merged_id=merged,
        chosen={"last_name": again.applicant.person.last_name},
        by=case.coordinator(),
        now=stage.world.now,
    )


def shares_a_phone(case: Case, other: Case) -> Story:
    """Father and son: flagged, and then said not to be the same person."""
    case.submit()
    yield case.in_hours(3)
    other.submit()
    yield case.in_hours(2)
    comparing.settle(
        mre_id=other.pk,
        other_id=case.pk,
        by=case.coordinator(),
        now=case.world.now,
        different_people=True,
    )


def _client_of(case: Case) -> int:
    return MentoringRequest.objects.values_list("client_id", flat=True).get(pk=case.pk)
