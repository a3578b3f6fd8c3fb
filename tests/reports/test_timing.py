"""The three timing metrics: what is measured, what is left out, who waits, and in which group."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, median

import pytest
from pytest_django import DjangoAssertNumQueries

from intake.enums import Status
from intake.inforce import calendar
from intake.models import MentoringRequest
from mentors.models import Chapter
from mentors.roles import duties
from reports.measuring import Metric
from reports.periods import ALWAYS, Period
from reports.question import By, Question
from reports.scope import EVERYWHERE, Reach, requests_reach
from reports.stretches import still_waiting
from reports.timing import BYS, Figure, figures, figures_by, means, of_group
from tests.factories import (
    MONDAY,
    SITUATIONS,
    Organisation,
    a_person,
    an_ask,
    organisation,
    request_in,
    set_profile,
    submit,
)
from tests.reports.conftest import Everything

pytestmark = pytest.mark.django_db

ASSIGNED, ACCEPTED, NOTES = Metric
LATER = MONDAY + timedelta(days=60)


def asked(at: datetime = LATER, now: datetime = LATER, **more: object) -> Question:
    given: dict[str, object] = {"reach": EVERYWHERE, "now": now, "at": at} | more
    return Question(**given)  # type: ignore[arg-type]


def figure(metric: Metric, question: Question, group: str = "") -> Figure:
    [found] = [
        found
        for found in figures(question)
        if found.metric == metric and group in ("", found.group)
    ]
    return found


def counted(metric: Metric, question: Question) -> dict[str, tuple[int, int]]:
    """Each group with what was measured and what waits, if there is any."""
    return {
        found.group: (found.measured, found.waiting)
        for found in figures(question)
        if found.metric == metric and found.measured + found.waiting
    }


# --- From when to when ----------------------------------------------------------------------------


def test_from_submission_to_the_first_assignment(org: Organisation) -> None:
    submit(org).wait(days=1).assign().decline().wait(days=1).assign(org.ben)
    found = figure(ASSIGNED, asked())
    assert (found.measured, found.mean_days, found.median_days) == (1, 1, 1)


def test_from_each_accepted_assignment_to_its_acceptance(org: Organisation) -> None:
    story = submit(org).wait(days=1).assign().wait(hours=6).accept()
    story.wait(days=1).reassign(org.ben).wait(hours=18).accept()
    submit(org).assign().wait(hours=1).decline()
    found = figure(ACCEPTED, asked())
    assert (found.measured, found.mean_days, found.median_days) == (2, 0.5, 0.5)


def test_from_submission_to_the_first_notes_of_any_session(org: Organisation) -> None:
    story = submit(org).assign().accept().wait(hours=47).hold()
    story.hold(notes="Written at once.").enter_notes("Written late.")
    found = figure(NOTES, asked())
    assert (found.measured, found.mean_days) == (1, 2 + 1 / 24)


def test_notes_under_a_later_mentor_count_if_they_are_the_first(org: Organisation) -> None:
    story = submit(org).assign().accept().transfer().wait(days=2).assign(org.ben).accept()
    story.wait(hours=23).hold(notes="We spoke.")
    assert figure(NOTES, asked(by=By.MENTOR), f"#{org.ben.pk}").measured == 1


def test_means_and_medians_in_calendar_and_business_days(org: Organisation) -> None:
    for days in (1, 2, 9):  # to Tuesday, Wednesday, and over a weekend to Wednesday
        submit(org).wait(days=days).assign()
    found = figure(ASSIGNED, asked())
    assert (found.mean_days, found.median_days) == (4, 2)
    assert found.mean_business_days == pytest.approx((1 + 2 + 7) / 3)
    assert found.median_business_days == 2


def test_business_days_are_those_of_the_chapter_of_the_request(org: Organisation) -> None:
    """Fri 20 Mar 22:00 in New York to Mon 01:00 there; in Honolulu Friday is not over by then."""
    friday_night = datetime(2026, 3, 21, 2, 0, tzinfo=UTC)
    for chapter in (org.new_york, org.honolulu):
        submit(org, at=friday_night, chapter=chapter).wait(days=2, hours=3).assign(org.dan)
    found = asked(by=By.CHAPTER)
    assert figure(ASSIGNED, found, "0010").mean_business_days == pytest.approx(3 / 24)
    assert figure(ASSIGNED, found, "0968").mean_business_days == pytest.approx(8 / 24)


def test_without_any_there_is_no_mean(org: Organisation) -> None:
    found = figure(ASSIGNED, asked())
    assert (found.measured, found.waiting, found.mean_days) == (0, 0, None)
    assert (found.median_days, found.mean_business_days, found.median_business_days) == (
        None, None, None,
    )  # fmt: skip


# --- What is left out -----------------------------------------------------------------------------


def test_a_direct_request_has_no_first_assignment(org: Organisation) -> None:
    set_profile(org.joan, accepts_direct=True)
    story = submit(org, ask=an_ask(requested_mentor=org.joan))
    assert story.mre.status == Status.ASSIGNED
    story.wait(hours=2).decline().wait(days=1).assign(org.ben).wait(hours=6).accept()
    assert figure(ASSIGNED, asked()).measured == 0
    assert figure(ACCEPTED, asked()).mean_days == 0.25


def test_a_wish_that_could_not_be_fulfilled_is_no_direct_request(org: Organisation) -> None:
    set_profile(org.joan, accepts_direct=False)
    submit(org, ask=an_ask(requested_mentor=org.joan)).wait(hours=3).assign()
    assert figure(ASSIGNED, asked()).measured == 1


def test_parked_requests_are_for_administrators(org: Organisation) -> None:
    submit(org, suspended=True)
    seen = {role: requests_reach(duties(getattr(org, role), LATER)) for role in ("admin", "rcic")}
    assert figure(ASSIGNED, asked(reach=seen["admin"])).waiting == 1
    assert figure(ASSIGNED, asked(reach=seen["rcic"])).waiting == 0


def test_only_the_chapters_that_are_asked_for(org: Organisation) -> None:
    submit(org).wait(hours=1).assign()
    submit(org, chapter=org.phoenix).wait(hours=1).assign(org.dan)
    submit(org, chapter=org.phoenix)
    found = figure(ASSIGNED, asked(reach=Reach("Phoenix", frozenset([org.phoenix.pk]))))
    assert (found.measured, found.waiting) == (1, 1)


# --- Days and instants ----------------------------------------------------------------------------


def test_it_counts_on_the_day_on_which_it_ended_where_the_request_is(org: Organisation) -> None:
    """1 April 08:00 UTC is still 31 March in Honolulu, and no more in New York."""
    start, end = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=UTC)
    for chapter in (org.new_york, org.honolulu):
        submit(org, at=start, chapter=chapter).until(end).assign(org.dan)
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    april = Period(date(2026, 4, 1), date(2026, 4, 1))
    by_chapter = asked(by=By.CHAPTER)
    assert counted(ASSIGNED, by_chapter.during(march)) == {"0968": (1, 0)}
    assert counted(ASSIGNED, by_chapter.during(april)) == {"0010": (1, 0)}
    assert counted(ASSIGNED, asked(by=By.MONTH)) == {"2026-03": (1, 0), "2026-04": (1, 0)}


def test_nothing_counts_that_came_after_the_clock_of_the_report(org: Organisation) -> None:
    story = submit(org).wait(days=1).assign().wait(days=1).accept()
    assigned_at = MONDAY + timedelta(days=1)
    before = assigned_at - timedelta(microseconds=1)
    assert counted(ASSIGNED, asked(at=before)) == {"all": (0, 1)}
    assert counted(ASSIGNED, asked(at=assigned_at)) == {"all": (1, 0)}
    assert counted(ACCEPTED, asked(at=assigned_at)) == {"all": (0, 1)}
    assert counted(ACCEPTED, asked(at=story.now)) == {"all": (1, 0)}


def test_all_months_of_a_period_are_there_and_what_waits_is_tied_to_none(
    org: Organisation,
) -> None:
    submit(org).wait(hours=1).assign()
    submit(org)
    quarter = Period(date(2026, 2, 3), date(2026, 4, 20))
    assert counted(ASSIGNED, asked(by=By.MONTH, period=quarter)) == {
        "2026-02": (0, 1),
        "2026-03": (1, 1),
        "2026-04": (0, 1),
    }


# --- Who waits ------------------------------------------------------------------------------------

WAITS = {
    ASSIGNED: {"new", "moved_here"},
    ACCEPTED: {"assigned", "overdue", "replaced"},
    NOTES: {
        "accepted", "accepted_late", "contacted", "session_planned", "session_missed",
        "notes_missing", "tried_three_times", "unreachable",
    },
}  # fmt: skip


def test_what_a_request_waits_for(everything: Everything) -> None:
    situations = {story.mre_id: name for name, story in everything.stories.items()}
    for question in (asked(LATER, LATER), asked(LATER, LATER + timedelta(days=1))):
        found = {
            metric: {situations[row.mre.pk] for row in still_waiting(question, metric).all()}
            for metric in Metric
        }
        assert found == WAITS
        numbers = {one.metric: one.waiting for one in figures(question)}
        assert numbers == {metric: len(waiting) for metric, waiting in WAITS.items()}


def test_who_waits_for_a_mentor_is_counted_with_him(org: Organisation) -> None:
    request_in("assigned", org)
    request_in("replaced", org)
    request_in("new", org)
    found = asked(by=By.MENTOR)
    joan, ben = f"#{org.joan.pk}", f"#{org.ben.pk}"
    assert counted(ACCEPTED, found)[joan] == counted(ACCEPTED, found)[ben] == (0, 1)
    assert counted(ASSIGNED, found)[joan] == (1, 0)
    assert {group: still for group, (_, still) in counted(ASSIGNED, found).items() if still} == {}


# --- As of ----------------------------------------------------------------------------------------


def test_a_request_counts_where_it_was_at_the_clock_of_the_report(org: Organisation) -> None:
    story = submit(org).wait(hours=1).assign().wait(hours=1).decline()
    then = story.now
    story.wait(hours=1).move(org.phoenix).wait(hours=1).move(org.honolulu)
    by_chapter = asked(by=By.CHAPTER)
    assert counted(ASSIGNED, by_chapter) == {"0968": (1, 0)}
    assert counted(ASSIGNED, replace(by_chapter, at=then)) == {"0010": (1, 0)}
    between = replace(by_chapter, at=then + timedelta(hours=1, minutes=1))
    assert counted(ASSIGNED, between) == {"0850": (1, 0)}
    new_york = replace(by_chapter, at=then, reach=Reach("New York", frozenset([org.new_york.pk])))
    assert counted(ASSIGNED, new_york) == {"0010": (1, 0)}


# --- Everything against a second opinion ----------------------------------------------------------

Stretch = tuple[Metric, MentoringRequest, datetime, datetime, int]


def stretches() -> Iterator[Stretch]:
    """Metric, request, from, to, mentor: one by one, without the help of the database."""
    for mre in MentoringRequest.objects.select_related("chapter__district"):
        chosen = list(mre.assignments.order_by("assigned_at", "pk"))
        if chosen:
            first = chosen[0]
            if first.assigned_by_id or first.assigned_at != mre.submitted_at:
                yield ASSIGNED, mre, mre.submitted_at, first.assigned_at, first.mentor_id
        for one in chosen:
            if one.outcome.startswith("accepted") and one.answered_at:
                yield ACCEPTED, mre, one.assigned_at, one.answered_at, one.mentor_id
        noted = mre.sessions.exclude(notes_entered_at=None).select_related("assignment")
        for session in noted.order_by("notes_entered_at")[:1]:
            assert session.notes_entered_at is not None
            mentor = session.assignment.mentor_id
            yield NOTES, mre, mre.submitted_at, session.notes_entered_at, mentor


def group_of(by: By, chapter: Chapter, mentor: int, end: datetime) -> str:
    return {
        By.ALL: "all",
        By.MONTH: f"{end.astimezone(chapter.zone):%Y-%m}",
        By.CHAPTER: chapter.code,
        By.DISTRICT: chapter.district.code,
        By.REGION: chapter.district.region.code,
        By.MENTOR: f"#{mentor}",
    }[by]


Measured = tuple[float | None, ...]


def second_opinion(
    by: By, question: Question, known: list[Stretch]
) -> dict[tuple[str, Metric], Measured]:
    days_off, found = calendar(), defaultdict(list)
    for metric, mre, start, end, mentor in known:
        day = end.astimezone(mre.chapter.zone).date()
        first, last = question.period.first, question.period.last
        if end <= question.at and (not first or first <= day) and (not last or day <= last):
            spent = (end - start) / timedelta(days=1)
            business = days_off.business_days(start, end, mre.chapter.zone)
            found[group_of(by, mre.chapter, mentor, end), metric].append((spent, business))
    return {key: measured_of(of) for key, of in found.items()}


def measured_of(of: list[tuple[float, float]]) -> Measured:
    spent, business = zip(*of, strict=True)
    return len(of), fmean(spent), median(spent), fmean(business), median(business)


def told(found: list[Figure]) -> dict[tuple[str, Metric], object]:
    return {
        (one.group, one.metric): pytest.approx(
            (
                one.measured,
                one.mean_days,
                one.median_days,
                one.mean_business_days,
                one.median_business_days,
            )
        )
        for one in found
        if one.measured
    }


@pytest.fixture(scope="class")
def latest(kept: None) -> datetime:
    """Every situation, in chapters of four zones, at odd times of six weeks; when all is over."""
    org = organisation()
    homes = [org.new_york, org.phoenix, org.honolulu, org.chicago]
    latest = MONDAY
    for number, situation in enumerate(SITUATIONS):
        begun = MONDAY - timedelta(days=number * 1.7, minutes=number * 131)
        story = request_in(situation, org, at=begun, chapter=homes[number % 4], person=a_person())
        latest = max(latest, story.now)
    return latest


def sums(found: list[Figure]) -> dict[Metric, tuple[int, int]]:
    return {
        metric: (
            sum(one.measured for one in found if one.metric == metric),
            sum(one.waiting for one in found if one.metric == metric),
        )
        for metric in Metric
    }


class TestOfEverySituation:
    def test_every_figure_is_that_of_a_second_opinion(self, latest: datetime) -> None:
        before, long_before = latest - timedelta(days=20), latest - timedelta(days=33)
        known = list(stretches())
        for at, period in (
            (latest, ALWAYS),
            (latest, Period(date(2026, 3, 3), date(2026, 3, 20))),
            (before, Period(None, date(2026, 3, 9))),
            (before, Period(date(2026, 3, 10), None)),
            (long_before, ALWAYS),
        ):
            question = asked(at, latest, period=period)
            for by, found in figures_by(question, *BYS).items():
                assert told(found) == second_opinion(by, question, known), (by, at, period)
                assert all(one.waiting >= 0 for one in found)

    def test_groups_add_up_and_each_stands_alone(self, latest: datetime) -> None:
        question = asked(latest, latest)
        found = figures_by(question, *BYS)
        totals = sums(found[By.ALL])
        assert all(measured and waiting for measured, waiting in totals.values())
        for by in (By.REGION, By.DISTRICT, By.CHAPTER):
            assert sums(found[by]) == totals
        assert means(question) == {one.metric: one.mean_business_days for one in found[By.ALL]}
        later = replace(question, now=latest + timedelta(seconds=1))
        assert figures_by(later, *BYS) == found, "the present, seen from later"
        for by, groups in found.items():
            for key in {one.key for one in groups}:
                alone = figures(of_group(question.grouped(by), key).grouped(By.ALL))
                told_alone = [(one.metric, one.measured, one.waiting) for one in alone]
                assert told_alone == [
                    (one.metric, one.measured, one.waiting) for one in groups if one.key == key
                ]


@pytest.mark.parametrize(
    ("by", "key"), [(By.MONTH, "soon"), (By.CHAPTER, "4711"), (By.MENTOR, "Joan")]
)
def test_a_group_that_is_not_there_is_refused(org: Organisation, by: By, key: str) -> None:
    with pytest.raises(LookupError):
        of_group(asked(by=by), key)


@pytest.mark.parametrize("many", [1, 5])
def test_it_costs_the_same_for_one_and_for_many(
    org: Organisation, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        submit(org).wait(hours=1).assign().wait(hours=1).accept().hold(notes="We spoke.")
    with django_assert_num_queries(9):
        figures_by(asked(), *BYS)
