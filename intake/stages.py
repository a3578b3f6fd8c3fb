"""How far one open request has come; for many at once the database works it out."""

from datetime import datetime

from intake.enums import Stage, Status
from intake.models import MentoringRequest


def stage_of(mre: MentoringRequest) -> Stage | None:
    """The stage of a request with its `current`; None if it is closed."""
    if mre.status == Status.NEED_ACTION:
        return Stage.NOT_ASSIGNED
    if mre.status == Status.ASSIGNED:
        return Stage.NOT_ACCEPTED
    if mre.is_closed:
        return None
    assert mre.current is not None  # held by request_current_while_with_mentor
    if mre.current.counseled_at:
        return Stage.IN_MENTORING
    return Stage.NOT_COUNSELED if mre.current.contacted_at else Stage.NOT_CONTACTED


def stage_since(mre: MentoringRequest) -> datetime:
    """When an open request came to its stage."""
    held = mre.current
    began = {
        Stage.NOT_CONTACTED: held.answered_at if held else None,
        Stage.NOT_COUNSELED: held.contacted_at if held else None,
        Stage.IN_MENTORING: held.counseled_at if held else None,
    }
    stage = stage_of(mre)
    return (began.get(stage) if stage else None) or mre.status_since
