"""The bar that stays in sight on the page of a request: what its mentor does next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from intake.inforce import calendar, policy
from intake.models import MentoringRequest, Session, TimeProposal
from intake.pages.desk import Rules, Step, open_client
from mentors.models import Volunteer

HERE = "Open"
"""The button of a step for which there is nothing to do but to look at the request."""


@dataclass(frozen=True)
class Button:
    """Its name in two parts: on a phone only the first is shown, and read out is the whole."""

    short: str
    rest: str
    address: str
    primary: bool = False

    @property
    def name(self) -> str:
        """“Log contact”."""
        return f"{self.short}{self.rest}"


@dataclass(frozen=True)
class Bar:
    """What comes next, in words; and the buttons for it, the most likely one first."""

    step: Step
    buttons: Sequence[Button]


def bar(
    mre: MentoringRequest,
    sessions: Sequence[Session],
    times: TimeProposal | None,
    mentor: Volunteer,
    now: datetime,
) -> Bar:
    """For the mentor who leads an accepted request; `sessions` are his own, first to last.

    `times` are those from which the client can choose.
    """
    offered = {mre.pk: times.created_at} if times else {}
    rules = Rules(now, mentor.zone, policy(), calendar(), offered)
    step = open_client(mre, list(sessions), rules).step
    return Bar(step, list(_buttons(mre, step)))


def _buttons(mre: MentoringRequest, step: Step) -> Iterator[Button]:
    """The three things that can always be done; the step before them if it is none of these."""
    log, plan = reverse("intake:attempt", args=[mre.pk]), _plan(mre)
    if step.button != HERE and step.address not in (log, plan):
        yield Button(step.button, "", step.address, primary=True)
    yield Button("Log", " contact", "#contact", primary=step.address == log)
    yield Button("Plan", " a session", plan, primary=step.address == plan)
    yield Button("Record", " a session", reverse("intake:session_record", args=[mre.pk]))


def _plan(mre: MentoringRequest) -> str:
    return reverse("intake:session_schedule", args=[mre.pk])
