"""The Assign card: who to choose from, and the form that gives a request to one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from intake.actions import assigning
from intake.calendar import BusinessCalendar
from intake.enums import Status, WordsFor
from intake.forms.assign import AssignForm, SearchForm
from intake.inforce import policy
from intake.models import Assignment, MentoringRequest
from intake.pages.note_templates import Wording, at_hand, filled_in, first_words
from intake.pages.picking import Picking, Search, pick
from intake.permissions import check_can_assign, check_can_reassign, check_can_replace
from mentors.models import Volunteer
from mentors.web import SignedInRequest


@dataclass(frozen=True)
class Step:
    """One of the three ways to give a request to a mentor."""

    key: str
    title: str
    button: str
    check: Callable[[Volunteer, MentoringRequest, datetime], None]
    action: Callable[..., Assignment]


ASSIGN = Step("assign", "Assign", "Assign to", check_can_assign, assigning.assign)
REPLACE = Step("replace", "Give to another mentor", "Give to", check_can_replace, assigning.replace)
REASSIGN = Step(
    "reassign", "Transfer and assign", "Give to", check_can_reassign, assigning.reassign
)
BY_KEY = {step.key: step for step in (ASSIGN, REPLACE, REASSIGN)}
BY_STATUS = {Status.ASSIGNED: REPLACE, Status.ACCEPTED: REASSIGN}


def step_for(mre: MentoringRequest) -> Step:
    """The way that fits where the request stands."""
    return BY_STATUS.get(Status(mre.status), ASSIGN)


@dataclass(frozen=True)
class Card:
    """The Assign card: the mentors to choose from, and the form that gives it to one of them."""

    step: Step
    picking: Picking
    form: AssignForm
    search: Search
    told: str
    """Who else learns of it, in a sentence."""
    words: list[Wording]
    """Note templates, filled in for this request."""

    @property
    def chosen_by_now(self) -> int | None:
        """Whose button is pressed: what was sent counts more than what is suggested."""
        sent = str(self.form["mentor"].value() or "")
        return int(sent) if sent.isdecimal() else self.picking.preselected


def assign_card(
    request: SignedInRequest,
    mre: MentoringRequest,
    days: BusinessCalendar,
    *,
    assigned_before: bool,
    sent: AssignForm | None = None,
) -> Card:
    """The card for a request as it is searched in the address, with the form as it was sent."""
    search = looked_at(request, sent)
    picking = pick(mre, search, now=request.now, calendar=days, policy=policy())
    insists = picking.chosen is not None and picking.chosen.needs_note
    words = filled_in(at_hand(request.user, request.now, WordsFor.MENTOR), mre, request.user)
    form = sent or AssignForm(
        needs_note=assigned_before or insists,
        initial={
            "step": step_for(mre).key,
            "seen": mre.current_id,
            "note": first_words(words, request.GET.get("words")),
        },
    )
    return Card(step_for(mre), picking, form, search, _told(mre), words)


def _told(mre: MentoringRequest) -> str:
    if mre.current is None:
        return ""
    mentor = mre.current.mentor
    if mre.status == Status.ACCEPTED:
        return f"{mentor} reads this note too; the client is told that another mentor is asked."
    return f"{mentor} is told that it went to somebody else."


def looked_at(request: SignedInRequest, sent: AssignForm | None = None) -> Search:
    """How the shortlist is searched in the address. What makes no sense is passed over."""
    asked = SearchForm(request.GET)
    asked.is_valid()  # what is not valid is not in cleaned_data, and so not asked for
    said = asked.cleaned_data
    picked = str(sent["mentor"].value() or "") if sent else ""
    return Search(
        tier=said.get("tier", ""),
        words=said.get("q", ""),
        language=said.get("language", ""),
        page=said.get("p") or 1,
        chosen=int(picked) if picked.isdecimal() else said.get("mentor"),
    )
