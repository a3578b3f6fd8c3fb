from intake.models.assignment import Assignment
from intake.models.client import Client, ClientAlias
from intake.models.closed_day import ClosedDay
from intake.models.contact import ContactAttempt, Note
from intake.models.event import RequestEvent
from intake.models.outbox import OutboxMail
from intake.models.request import DuplicateFlag, MentoringRequest
from intake.models.session import CoMentor, Session

__all__ = [
    "Assignment",
    "Client",
    "ClientAlias",
    "ClosedDay",
    "CoMentor",
    "ContactAttempt",
    "DuplicateFlag",
    "MentoringRequest",
    "Note",
    "OutboxMail",
    "RequestEvent",
    "Session",
]
