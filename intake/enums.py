"""The vocabulary of requests, with the named groups of values that rules speak of.

What clients see of it is marked for translation.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a request stands. The last five are closed."""

    NEED_ACTION = "need_action", "Need Action"
    ASSIGNED = "assigned", "Assigned"
    ACCEPTED = "accepted", "Accepted"
    COMPLETE = "complete", "Complete"
    WITHDRAWN = "withdrawn", "Withdrawn"
    NO_SHOW = "no_show", "No Show"
    NO_RESPONSE = "no_response", "No Response from Client"
    INCORRECT_CONTACT = "incorrect_contact", "Incorrect Contact Information"

    @property
    def is_closed(self) -> bool:
        """True for the five statuses in which nobody has anything left to do."""
        return self in CLOSED


OPEN = (Status.NEED_ACTION, Status.ASSIGNED, Status.ACCEPTED)
CLOSED = tuple(status for status in Status if status not in OPEN)


class Stage(TextChoices):
    """How far an open request has come. Each is at exactly one."""

    NOT_ASSIGNED = "not_assigned", "Not yet assigned"
    NOT_ACCEPTED = "not_accepted", "Not yet accepted"
    NOT_CONTACTED = "not_contacted", "Not yet contacted"
    NOT_COUNSELED = "not_counseled", "Not yet counseled"
    IN_MENTORING = "in_mentoring", "In mentoring"

    @property
    def status(self) -> str:
        """The status that means the same; empty for the stages of an accepted request."""
        same = {Stage.NOT_ASSIGNED: Status.NEED_ACTION, Stage.NOT_ACCEPTED: Status.ASSIGNED}
        return same.get(self, "")


WAITING = tuple(stage for stage in Stage if stage != Stage.IN_MENTORING)
"""The stages of which there is a list: somebody has a next step to take."""


class QueueReason(TextChoices):
    """Why a request is in the coordinator's queue."""

    NEW = "new", "New"
    DECLINED = "declined", "Declined"
    TIMED_OUT = "timed_out", "Timed out"
    TRANSFERRED = "transferred", "Transferred"
    MENTOR_UNAVAILABLE = "mentor_unavailable", "Mentor unavailable"
    REOPENED = "reopened", "Reopened"
    MOVED_HERE = "moved_here", "Moved here"


class Source(TextChoices):
    """How a request came in."""

    WEB = "web", "Web form"
    API = "api", "Another site"
    COORDINATOR = "coordinator", "Typed in by a coordinator"
    MENTOR = "mentor", "Typed in by a mentor"
    IMPORT = "import", "Imported"


class MeetBy(TextChoices):
    NO_PREFERENCE = "no_preference", _("No Preference")
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("Email")
    IN_PERSON = "in_person", _("In Person")


class HeardAbout(TextChoices):
    ONLINE_SEARCH = "online_search", _("Online search")
    TV = "tv", _("TV")
    NEWSPAPER = "newspaper", _("Newspaper")
    RADIO = "radio", _("Radio")
    SOCIAL_MEDIA = "social_media", _("Social media")
    SBA = "sba", _("SBA")
    FRIEND = "friend", _("Friend or relative")
    SCORE = "score", _("SCORE client or volunteer")
    WORKSHOP = "workshop", _("Workshop/event")
    OTHER = "other", _("Other")


class NotifyBy(TextChoices):
    EMAIL = "email", _("E-mail")
    TEXT = "text", _("Text message")


class Outcome(TextChoices):
    """What became of one choice of a mentor; every assignment is in exactly one."""

    PENDING = "pending", "Waiting for an answer"
    OVERDUE = "overdue", "Overdue"
    ACCEPTED_IN_TIME = "accepted_in_time", "Accepted in time"
    ACCEPTED_LATE = "accepted_late", "Accepted late"
    DECLINED = "declined", "Declined"
    TIMED_OUT = "timed_out", "Timed out"
    REPLACED = "replaced", "Replaced"
    HANDED_BACK = "handed_back", "Handed back"
    WITHDRAWN = "withdrawn", "Withdrawn before an answer"


UNANSWERED = (Outcome.PENDING, Outcome.OVERDUE)
ACCEPTED = (Outcome.ACCEPTED_IN_TIME, Outcome.ACCEPTED_LATE)
ANSWERED = (*ACCEPTED, Outcome.DECLINED)


class DeclineReason(TextChoices):
    NOT_MY_EXPERTISE = "not_my_expertise", "Not my expertise"
    NO_CAPACITY = "no_capacity", "No capacity now"
    AWAY = "away", "Away or unavailable"
    CONFLICT = "conflict", "Conflict of interest"
    LOCATION = "location", "Location or time zone"
    SOMETHING_ELSE = "something_else", "Client asked for something else"
    OTHER = "other", "Other"


class WithdrawReason(TextChoices):
    OUT_OF_SCOPE = "out_of_scope", "Out of scope"
    DUPLICATE = "duplicate", "Duplicate"
    NOT_INTERESTED = "not_interested", "Client no longer interested"
    OTHER = "other", "Other"


class Channel(TextChoices):
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    TEXT = "text", "Text message"
    IN_PERSON = "in_person", "In person"


class ContactResult(TextChoices):
    REACHED = "reached", "Reached the client"
    LEFT_MESSAGE = "left_message", "Left a message"
    AWAITING_ANSWER = "awaiting_answer", "Awaiting answer"
    NO_ANSWER = "no_answer", "No answer"
    UNDELIVERABLE = "undeliverable", "Undeliverable"
    WRONG_NUMBER = "wrong_number", "Wrong number"


BAD_ADDRESS = (ContactResult.UNDELIVERABLE, ContactResult.WRONG_NUMBER)


class SessionMode(TextChoices):
    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")


class SessionState(TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    MISSED = "missed", "Missed by the client"
    CANCELLED = "cancelled", "Cancelled"


WITH_COMPANY = (SessionState.SCHEDULED, SessionState.HELD)
"""Sessions in which a co-mentor is to take part, or took part."""


class NoteLevel(TextChoices):
    """Who reads a note on a request."""

    CLIENT = "client", "Client (sent by e-mail)"
    MENTOR = "mentor", "Mentor and coordinator"
    COORDINATOR = "coordinator", "Coordinator only"


class WordsFor(TextChoices):
    """What words that somebody keeps are for."""

    MENTOR = "mentor", "Notes to a mentor"
    FIRST_NOTE = "first_note", "First notes to a client"
    CLIENT = "client", "Mails to a client"
    SESSION = "session", "Session notes"


class TeamRole(TextChoices):
    """What somebody does on a request who helps its mentor."""

    CO_MENTOR = "co_mentor", "Co-mentor"
    EXPERT = "expert", "Subject matter expert"


class Leaving(TextChoices):
    """How somebody comes off a team, or out of a session."""

    HIMSELF = "himself", "Left"
    TAKEN_OFF = "taken_off", "Was taken off"
    ENDED = "ended", "The lead’s time was over"


class Speech(TextChoices):
    """The languages in which clients are written to."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class MailState(TextChoices):
    """Where a mail of the outbox stands."""

    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    KEPT = "kept", "Kept here (no mail server set up)"
    FAILED = "failed", "Could not be sent"
    DROPPED = "dropped", "No longer needed"
    JOINED = "joined", "Sent together with others"
    HELD = "held", "Held back (mail to the address comes back)"


class EventKind(TextChoices):
    """What can stand on the timeline of a request."""

    SUBMITTED = "submitted", "Submitted"
    ASSIGNED = "assigned", "Assigned"
    REPLACED = "replaced", "Given to another mentor"
    REMINDED = "reminded", "Reminder sent"
    OVERDUE = "overdue", "Overdue"
    REQUEUED = "requeued", "Returned to the queue"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    HANDED_BACK = "handed_back", "Handed back"
    TRANSFERRED = "transferred", "Transferred to the queue"
    MOVED = "moved", "Moved to another chapter"
    CONTACT = "contact", "Contact attempt"
    ATTEMPTS_DUE = "attempts_due", "Next contact attempt due"
    CLOSE_OUT_DUE = "close_out_due", "Close-out due"
    SESSION_SCHEDULED = "session_scheduled", "Session scheduled"
    SESSION_MOVED = "session_moved", "Session moved"
    SESSION_CANCELLED = "session_cancelled", "Session cancelled"
    SESSION_HELD = "session_held", "Session held"
    SESSION_MISSED = "session_missed", "Client missed the session"
    SESSION_EDITED = "session_edited", "Session edited"
    NOTES_ENTERED = "notes_entered", "Session notes entered"
    NOTES_DUE = "notes_due", "Session notes due"
    NOTE = "note", "Note added"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Reopened"
    CONTACT_CORRECTED = "contact_corrected", "Client corrected contact details"
    QUESTION_EXTENDED = "question_extended", "Client added to the question"
    RELEASED = "released", "Released to the queue"
    RECOMPUTED = "recomputed", "Due dates recomputed"
    NUDGED = "nudged", "Nudged"
    NOT_DUPLICATE = "not_duplicate", "Not a duplicate"
    CLIENT_MERGED = "client_merged", "Client merged"
    MERGE_UNDONE = "merge_undone", "Merge of the client undone"
    TIMES_PROPOSED = "times_proposed", "Times proposed"
    TIMES_DROPPED = "times_dropped", "Proposed times withdrawn"
    TIME_ASKED = "time_asked", "Client asks for another time"
    TEAM_JOINED = "team_joined", "Joined the team"
    TEAM_LEFT = "team_left", "Left the team"
    TIME_LOGGED = "time_logged", "Co-mentor’s time logged"
    ADDRESS_FAILED = "address_failed", "Mail came back"
    CONTACT_TAKEN_BACK = "contact_taken_back", "Contact attempt taken back"
    SNOOZED = "snoozed", "Snoozed"
    SNOOZE_ENDED = "snooze_ended", "No longer snoozed"


class MailHow(TextChoices):
    """How a person wants to be told of one kind of event."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "In the daily digest"
    OFF = "off", "Not at all"


class ListPage(TextChoices):
    """The lists of which views can be saved."""

    QUEUE = "queue", "Need action"
    WATCH = "watch", "Watch list"
    REQUESTS = "requests", "All requests"


class Cadence(TextChoices):
    """How often somebody wants to be sent a report."""

    DAILY = "daily", "Every business day"
    WEEKLY = "weekly", "Every Monday"
    MONTHLY = "monthly", "On the first business day of the month"
