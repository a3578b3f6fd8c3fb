"""Scenes about working together: a team, company in a session, and a client who is passed on."""

from intake.actions import company, team
from intake.demo.acts import Case
from intake.demo.people import Mentor
from intake.demo.scenes import accepted_by
from intake.demo.stage import Stage
from intake.demo.world import Story
from mentors.models import Volunteer

WANTED = "Could you look at her tax questions? She has all the papers; an hour should do."
THANKS = "Thank you for joining us. Please log your own time."


def set_up(stage: Stage) -> None:
    """Put these scenes on the agenda."""
    hana, joan, hale = (stage.star(name) for name in ("Hana Kim", "Joan Whitfield", "James Hale"))
    helpers = [joan.person, stage.home.experts[0]]
    stage.begin(11, has_a_team(stage, hana, helpers, stage.case("Cleveland", "Wanda Petrov")))
    stage.begin(14, is_passed_on(stage, hana, hale, stage.case("Cleveland", "Oscar Lindgren")))


def has_a_team(stage: Stage, mentor: Mentor, helpers: list[Volunteer], case: Case) -> Story:
    """Two are on the team and were in a session, one has logged the time; they join the next."""
    yield from accepted_by(mentor, case)
    yield case.in_days(2)
    for helper in helpers:
        team.add_member(
            mre_id=case.pk,
            volunteer_id=helper.pk,
            by=mentor.person,
            now=stage.world.now,
            line=WANTED,
        )
    yield stage.ago(4)
    case.record_session()
    _join(stage, mentor, helpers, case, THANKS)
    yield stage.ago(2.5)
    expert = helpers[-1]
    company.log_time(
        session_id=case.meeting.pk,
        volunteer_id=expert.pk,
        by=expert,
        now=stage.world.now,
        took=company.OwnTime(minutes=60, preparation=45),
    )
    yield stage.ago(1.2)
    case.plan_session(4)
    _join(stage, mentor, helpers, case, "")


def _join(stage: Stage, mentor: Mentor, helpers: list[Volunteer], case: Case, line: str) -> None:
    there = set(case.meeting.co_mentorships.values_list("volunteer", flat=True))
    for helper in helpers:
        if helper.pk not in there:
            company.add_companion(
                session_id=case.meeting.pk,
                volunteer_id=helper.pk,
                by=mentor.person,
                now=stage.world.now,
                line=line,
            )


def is_passed_on(stage: Stage, mentor: Mentor, successor: Mentor, case: Case) -> Story:
    """One session, and then the mentor proposes a colleague who fits better."""
    yield from accepted_by(mentor, case)
    yield case.in_days(4)
    case.record_session()
    yield stage.ago(0.6)
    case.transfer(propose=successor)
