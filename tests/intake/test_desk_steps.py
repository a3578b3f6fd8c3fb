"""Where a request stands on the mentor's desk and what comes next, along its whole life."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.actions import sessions, times
from intake.enums import Channel, ContactResult, SessionMode
from intake.pages import desk
from intake.pages.closed import closed
from intake.pages.desk import Kind, OpenClient, Task
from tests.factories import Organisation, Story, request_in, submit

# The stories begin on Mon 16 Mar 2026, 10:00 in New York.


def task_of(story: Story) -> Task:
    [task] = desk.read(story.org.joan, story.now).tasks
    return task


def client_of(story: Story) -> OpenClient:
    [client] = desk.read(story.org.joan, story.now).clients
    return client


def accepted(org: Organisation) -> Story:
    """Accepted on Mon 16 Mar, 13:00: the first note counts as the first attempt."""
    return request_in("accepted", org)


class TestUnanswered:
    def test_is_to_be_answered_by_the_second_business_day(self, org: Organisation) -> None:
        task = task_of(request_in("assigned", org))
        assert task.kind == Kind.ANSWER
        assert (task.step.words, task.step.mark) == ("answer by Wed 18 Mar", "ok")
        assert task.step.address == f"/requests/{task.mre.pk}/accept/"

    def test_is_due_today_on_the_last_day(self, org: Organisation) -> None:
        task = task_of(request_in("assigned", org).wait(days=2))
        assert (task.step.words, task.step.mark) == ("answer due today", "warn")

    def test_is_late_from_midnight_on_even_before_the_clock_has_come_round(
        self, org: Organisation
    ) -> None:
        story = request_in("assigned", org)
        story.until(story.assignment.respond_by - timedelta(seconds=1))
        assert task_of(story).step.mark == "warn"
        story.wait(seconds=1)
        task = task_of(story)
        assert (task.step.words, task.step.mark) == ("answer was due Wed 18 Mar", "late")

    def test_is_no_open_client(self, org: Organisation) -> None:
        story = request_in("assigned", org)
        assert not desk.read(org.joan, story.now).clients


class TestProposedTimes:
    def test_wait_for_the_client_until_the_next_attempt_is_due(self, org: Organisation) -> None:
        story = accepted(org).wait(days=1)
        times.propose(
            mre_id=story.mre_id,
            by=org.joan,
            now=story.now,
            starts=[story.now + timedelta(days=2)],
            meeting=times.Meeting(mode=SessionMode.VIDEO),
        )
        step = client_of(story).step
        assert step.words == "Maria chooses from your times of Tue 17 Mar"
        assert (step.button, step.mark) == ("Open", "")
        assert task_of(story.wait(days=8)).kind == Kind.ATTEMPT


class TestReachingTheClient:
    def test_after_the_first_note_the_next_attempt_is_due_in_seven_days(
        self, org: Organisation
    ) -> None:
        client = client_of(accepted(org))
        assert client.stands == "Contacted once, on Mon 16 Mar, no answer yet"
        assert (client.step.words, client.step.mark) == ("second attempt by Mon 23 Mar", "ok")
        assert client.step.button == "Log an attempt"

    def test_nothing_waits_until_then(self, org: Organisation) -> None:
        story = accepted(org).wait(days=6)
        assert not desk.read(org.joan, story.now).tasks

    def test_then_it_is_due_and_late_from_the_day_after(self, org: Organisation) -> None:
        story = accepted(org).wait(days=7)
        task = task_of(story)
        assert task.kind == Kind.ATTEMPT
        assert (task.step.words, task.step.mark) == ("second attempt due today", "warn")
        story.wait(days=1)
        assert task_of(story).step.words == "second attempt was due Mon 23 Mar"
        assert task_of(story).step.mark == "late"

    def test_after_the_second_attempt_the_third_is_next(self, org: Organisation) -> None:
        client = client_of(accepted(org).wait(days=2).attempt())
        assert client.stands == "Contacted twice, no answer yet"
        assert client.step.words == "third attempt by Wed 25 Mar"

    def test_after_the_third_it_is_time_to_wait(self, org: Organisation) -> None:
        client = client_of(accepted(org).wait(days=2).attempt().wait(days=2).attempt())
        assert client.stands == "3 attempts since Mon 16 Mar, no answer"
        assert (client.step.words, client.step.mark) == ("wait for an answer until Mon 30 Mar", "")

    def test_two_weeks_after_the_first_it_is_time_to_close(self, org: Organisation) -> None:
        story = accepted(org).wait(days=2).attempt().wait(days=2).attempt().wait(days=10)
        task = task_of(story)
        assert task.kind == Kind.CLOSE_OUT
        assert (task.step.words, task.step.mark) == ("close out since Mon 30 Mar", "warn")
        assert task.step.address == f"/requests/{story.mre_id}/close/no_response/"
        assert client_of(story).step.button == "Close: No Response"
        assert task_of(story.wait(days=1)).step.mark == "late"

    def test_a_fourth_attempt_is_counted(self, org: Organisation) -> None:
        story = accepted(org)
        for _ in range(3):
            story.wait(days=1).attempt()
        assert client_of(story).stands == "4 attempts since Mon 16 Mar, no answer"

    def test_once_reached_a_session_is_next(self, org: Organisation) -> None:
        client = client_of(request_in("contacted", org))
        assert client.stands == "In contact since Tue 17 Mar, no session yet"
        assert client.step.words == "plan a session"
        assert client.step.address == f"/requests/{client.mre.pk}/schedule/"

    def test_a_returned_mail_is_an_attempt_like_any_other(self, org: Organisation) -> None:
        story = accepted(org).wait(days=1).attempt(ContactResult.UNDELIVERABLE, Channel.EMAIL)
        assert client_of(story).stands == "Contacted twice, no answer yet"


class TestSessions:
    def test_a_planned_one_is_the_next_step(self, org: Organisation) -> None:
        client = client_of(accepted(org).schedule(days=2))
        assert client.stands == "First session planned"
        assert (client.step.words, client.step.mark) == ("Session Wed 18 Mar 13:00, video", "")

    def test_the_nearest_of_several_is_named(self, org: Organisation) -> None:
        client = client_of(accepted(org).schedule(days=9).schedule(days=2).schedule(days=5))
        assert client.step.words == "Session Wed 18 Mar 13:00, video"

    def test_once_it_has_begun_it_waits_to_be_recorded(self, org: Organisation) -> None:
        story = accepted(org).schedule(days=2).wait(days=2)
        task = task_of(story)
        assert task.kind == Kind.OUTCOME
        assert (task.step.words, task.step.mark) == ("session record by Thu 19 Mar", "ok")
        assert client_of(story).stands == "Session on Wed 18 Mar not recorded"

    def test_notes_are_due_on_the_first_business_day_after_it(self, org: Organisation) -> None:
        story = accepted(org).until(datetime(2026, 3, 20, 17, tzinfo=UTC)).hold()
        assert client_of(story).stands == "1 session, on Fri 20 Mar"
        assert task_of(story).step.words == "session note by Mon 23 Mar"
        task = task_of(story.until(datetime(2026, 3, 24, 4, tzinfo=UTC)))
        assert task.kind == Kind.NOTES
        assert (task.step.words, task.step.mark) == ("session note was due Mon 23 Mar", "late")

    def test_with_notes_nothing_waits_and_the_end_is_offered(self, org: Organisation) -> None:
        story = request_in("counseled", org)
        assert not desk.read(org.joan, story.now).tasks
        assert client_of(story).step.words == "plan the next session, or close as Complete"

    def test_each_session_without_notes_is_a_task_of_its_own(self, org: Organisation) -> None:
        story = accepted(org).wait(days=1).hold().wait(days=1).hold()
        tasks = desk.read(org.joan, story.now).tasks
        assert [task.kind for task in tasks] == [Kind.NOTES, Kind.NOTES]
        assert tasks[0].due < tasks[1].due
        assert client_of(story).stands == "2 sessions, last on Wed 18 Mar"

    def test_a_missed_one_is_said_and_another_one_suggested(self, org: Organisation) -> None:
        client = client_of(request_in("session_missed", org))
        assert client.stands == "Missed the session on Wed 18 Mar"
        assert client.step.words == "plan a session"

    def test_a_cancelled_one_does_not_count(self, org: Organisation) -> None:
        story = accepted(org).schedule().wait(hours=1)
        sessions.cancel(session_id=story.session.pk, by=org.joan, now=story.now)
        assert client_of(story).step.words == "plan a session"

    def test_notes_stay_due_after_the_request_was_closed_or_given_away(
        self, org: Organisation
    ) -> None:
        request_in("notes_missing", org).complete()
        story = request_in("notes_missing", org).reassign(org.ben)
        mine = desk.read(org.joan, story.now)
        assert [task.kind for task in mine.tasks] == [Kind.NOTES, Kind.NOTES]
        assert not mine.clients
        assert [task.kind for task in desk.read(org.ben, story.now).tasks] == [Kind.ANSWER]


class TestTheWholeDesk:
    def test_who_waits_for_an_answer_comes_first_then_what_is_due_first(
        self, org: Organisation
    ) -> None:
        notes = request_in("notes_missing", org)
        close_out = request_in("tried_three_times", org)
        answer = submit(org, at=close_out.now).assign()
        kinds = [task.kind for task in desk.read(org.joan, answer.now).tasks]
        assert notes.now < answer.now
        assert kinds == [Kind.ANSWER, Kind.NOTES, Kind.CLOSE_OUT]

    def test_only_his_own_requests_lie_on_it(self, org: Organisation) -> None:
        story = request_in("counseled", org)
        for somebody in (org.ben, org.rcic, org.admin, org.leader):
            assert desk.read(somebody, story.now) == desk.Desk(tasks=[], clients=[])

    @pytest.mark.parametrize(
        "situation", ["new", "declined", "timed_out", "transferred", "complete", "withdrawn"]
    )
    def test_what_he_no_longer_holds_is_gone(self, org: Organisation, situation: str) -> None:
        story = request_in(situation, org)
        assert desk.read(org.joan, story.now) == desk.Desk(tasks=[], clients=[])

    def test_is_said_in_one_line(self, org: Organisation) -> None:
        story = request_in("notes_missing", org)
        assert desk.in_short(desk.read(org.ben, story.now)) == "no open clients"
        submit(org).assign()
        assert desk.in_short(desk.read(org.joan, story.now)) == (
            "1 waits for your answer · 1 session note is due · 1 open client"
        )
        submit(org).assign()
        request_in("notes_missing", org)
        assert desk.in_short(desk.read(org.joan, story.now)) == (
            "2 wait for your answer · 2 session notes are due · 2 open clients"
        )

    def test_days_are_those_of_the_mentors_chapter(self, org: Organisation) -> None:
        """Mon 16 Mar 10:00 in New York is Mon 04:00 in Honolulu; its Wednesday ends later."""
        story = submit(org).assign(org.leilani)
        story.until(datetime(2026, 3, 19, 9, 59, tzinfo=UTC))
        [task] = desk.read(org.leilani, story.now).tasks
        assert (task.step.words, task.step.mark) == ("answer due today", "warn")


class TestClosed:
    def test_latest_first_and_only_his_own(self, org: Organisation) -> None:
        first = request_in("complete", org)
        second = request_in("no_response", org)
        request_in("withdrawn_before_answer", org)
        submit(org).assign(org.ben).accept().hold().complete()
        assert list(closed(org.joan)) == [second.mre, first.mre]

    def test_is_found_by_name_or_number(self, org: Organisation) -> None:
        story, other = request_in("complete", org), request_in("complete", org)
        client = story.mre.client
        for words in (
            client.last_name,
            f"{client.first_name} {client.last_name}",
            client.last_name.upper()[:4],
            f"MR-{story.mre_id}",
            f"mr-{story.mre_id}",
            str(story.mre_id),
        ):
            assert story.mre in closed(org.joan, words), words
        assert other.mre not in closed(org.joan, f"MR-{story.mre_id}")
        assert not closed(org.joan, "nobody")
        assert not closed(org.joan, "9" * 200)
