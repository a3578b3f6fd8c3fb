"""The vocabulary of people and units."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a position lets its holder do at the unit and below it."""

    RCIC = "rcic", "Regional Client Intake Coordinator"
    CHAPTER_MANAGER = "chapter_manager", "Chapter Manager"
    MEMBERSHIP_CHAIR = "membership_chair", "Membership Chair"
    LEADER = "leader", "Leader"

    @property
    def chapter_only(self) -> bool:
        """True if the role exists at chapters only."""
        return self in (Role.CHAPTER_MANAGER, Role.MEMBERSHIP_CHAIR)


class VolunteerStatus(TextChoices):
    PROVISIONAL = "provisional", "Provisional"
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    RESIGNED = "resigned", "Resigned"


class Classification(TextChoices):
    VOLUNTEER = "volunteer", "Volunteer"
    MENTOR = "mentor", "Mentor"
    SME = "sme", "Subject Matter Expert"


class MailTrouble(TextChoices):
    """Why mail to an address is given up until the address is corrected."""

    BOUNCED = "bounced", "Mail to this address comes back"
    COMPLAINED = "complained", "The reader has marked our mail as unwanted"


class Tier(TextChoices):
    """How far from the client's chapter a mentor was found."""

    CHAPTER = "chapter", "Chapter"
    DISTRICT = "district", "District"
    REGION = "region", "Region"
    OUTSIDE = "outside", "Outside the region"


class FollowUpHow(TextChoices):
    """How somebody of the chapter got in touch with a mentor."""

    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    IN_PERSON = "in_person", "In person"
    VIDEO = "video", "Video"
    OTHER = "other", "Other"
