"""How a coordinator of the demo chooses: by area and trade, near before far, the idle first."""

from intake.demo.acts import Case
from intake.demo.people import Mentor

SAYS_WHY = 0.5
"""How often a coordinator adds a note that nobody requires."""


def assign(case: Case) -> None:
    """Give the request to a mentor who suits it, with a note where one is required."""
    mentor = choose(case)
    if case.tried:
        note = case.says("note_why_now")
    elif mentor not in case.place.mentors:
        note = case.says("note_from_far")
    else:
        note = case.says("note_to_mentor") if case.chance(SAYS_WHY) else ""
    case.assign(mentor, note)


def choose(case: Case) -> Mentor:
    """A free mentor who offers what is asked; if there is none, any free one of the region."""
    free = [
        [mentor for mentor in mentors if _is_free(case, mentor)]
        for mentors in case.cast.around(case.place)
    ]
    for mentors in free:
        weights = [_weight(case, mentor) for mentor in mentors]
        if any(weights):
            return case.rng.choices(mentors, weights)[0]
    return case.rng.choice(free[-1])


def _is_free(case: Case, mentor: Mentor) -> bool:
    # A scene needs a mentor who is still there at its end.
    unsuitable = case.is_scene and mentor.about_to_pause
    return mentor not in case.tried and not unsuitable and mentor.is_free(case.world.now)


def _weight(case: Case, mentor: Mentor) -> float:
    ask = case.applicant.ask
    fit = 6 * (ask.area.name in mentor.areas) + 2 * (str(ask.business_type) in mentor.types)
    speaks = 4 if ask.language in mentor.person.languages[1:] else 1
    return fit * speaks / (1 + mentor.clients)
