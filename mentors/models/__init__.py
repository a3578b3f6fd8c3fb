from mentors.models.addresses import Addressed
from mentors.models.availability import Pause
from mentors.models.following import FollowUp
from mentors.models.picklists import BusinessType, MentoringArea
from mentors.models.sharing import Shared
from mentors.models.units import Chapter, District, Region, ZipPrefix
from mentors.models.volunteers import MentorProfile, Position, Volunteer

__all__ = [
    "Addressed",
    "BusinessType",
    "Chapter",
    "District",
    "FollowUp",
    "MentorProfile",
    "MentoringArea",
    "Pause",
    "Position",
    "Region",
    "Shared",
    "Volunteer",
    "ZipPrefix",
]
