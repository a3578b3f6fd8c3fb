from intake.models.assignment import Assignment
from intake.models.check import FigureCheck
from intake.models.client import Client, ClientAlias, ClientMerge
from intake.models.closed_day import ClosedDay
from intake.models.contact import ContactAttempt, Note
from intake.models.event import RequestEvent
from intake.models.export import Export
from intake.models.feed import CalendarFeed
from intake.models.mail_choice import DigestLine, MailChoice
from intake.models.outbox import OutboxMail
from intake.models.request import DuplicateFlag, MentoringRequest
from intake.models.saved import DefaultView, NoteTemplate, SavedView
from intake.models.session import CoMentor, Session
from intake.models.snooze import Snooze
from intake.models.subscription import ReportSubscription
from intake.models.team import TeamMember
from intake.models.times import ProposedTime, TimeProposal
from intake.models.unfinished import Unfinished

__all__ = [
    "Assignment",
    "CalendarFeed",
    "Client",
    "ClientAlias",
    "ClientMerge",
    "ClosedDay",
    "CoMentor",
    "ContactAttempt",
    "DefaultView",
    "DigestLine",
    "DuplicateFlag",
    "Export",
    "FigureCheck",
    "MailChoice",
    "MentoringRequest",
    "Note",
    "NoteTemplate",
    "OutboxMail",
    "ProposedTime",
    "ReportSubscription",
    "RequestEvent",
    "SavedView",
    "Session",
    "Snooze",
    "TeamMember",
    "TimeProposal",
    "Unfinished",
]
