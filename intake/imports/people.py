"""Volunteers from a spreadsheet, with what mentors can help with and the positions they hold."""

from typing import Any

from allauth.account.models import EmailAddress
from import_export.fields import Field

from intake.history import cells
from intake.history.people import CLASSIFICATIONS, LONGEST_ID, STATUSES, Lists, named, position_in
from intake.history.reader import Refusal
from intake.imports.roster import Roster
from intake.imports.sheet import Cells, Sheet
from mentors.actions import MOST_AREAS, MOST_BUSINESS_TYPES, MOST_PER_WEEK
from mentors.enums import Classification, VolunteerStatus
from mentors.models import (
    BusinessType,
    Chapter,
    MentoringArea,
    MentorProfile,
    Position,
    Volunteer,
)

LISTED = "With | in between"
MAY_HOLD_POSITIONS = (VolunteerStatus.ACTIVE, VolunteerStatus.PROVISIONAL)
ON_ITS_PAGE = "change it on the page “Status and classification”, where waiting requests go back"


class VolunteerSheet(Sheet):
    """People are known by their id in another system or, without one, by their address.

    The standing of who is there is not changed here: that also hands back requests.
    """

    KEY = "email"
    NEEDED = ("last_name", "email", "status", "classification", "chapter_code")
    SAVED = (
        "external_id", "first_name", "last_name", "email", "phone", "chapter", "languages",
        *Volunteer.TROUBLE_FIELDS,
    )  # fmt: skip
    PROFILE = ("keywords", "weekly_limit", "accepts_direct", "serves_outside")
    HELP = {
        "volunteer_id": "The number in your old system, if there is one. A known id means that "
        "person, who may have a new address; else the address says who it is.",
        "first_name": "",
        "last_name": "",
        "email": "With which the person signs in.",
        "phone": "",
        "status": "Provisional, active, inactive or resigned. For new people only.",
        "classification": "Volunteer, mentor or SME. For new people only.",
        "chapter_code": "The code of the home chapter.",
        "languages": f"{LISTED}; English if empty.",
        "areas": f"{LISTED}, as they are called here; at most {MOST_AREAS}.",
        "business_types": f"{LISTED}, as they are called here; at most {MOST_BUSINESS_TYPES}.",
        "keywords": "Skills in free words.",
        "weekly_limit": f"New requests a week, 0 to {MOST_PER_WEEK}; no limit if empty.",
        "accepts_direct": "1 if clients may ask for this mentor by name.",
        "serves_outside": "1 if this mentor serves clients outside the local area.",
        "positions": f"{LISTED}, each role:code, e.g. rcic:D4|membership_chair:0216. Roles are "
        "rcic, chapter_manager, membership_chair and leader. New ones begin today; those that are "
        "held already stay.",
    }

    volunteer_id = Field("external_id", "volunteer_id")
    first_name = Field("first_name", "first_name")
    last_name = Field("last_name", "last_name")
    email = Field("email", "email")
    phone = Field("phone", "phone")
    status = Field("status", "status")
    classification = Field("classification", "classification")
    chapter_code = Field("chapter", "chapter_code")
    languages = Field("languages", "languages")
    areas = Field("profile__area_ids", "areas")
    business_types = Field("profile__type_ids", "business_types")
    keywords = Field("profile__keywords", "keywords")
    weekly_limit = Field("profile__weekly_limit", "weekly_limit")
    accepts_direct = Field("profile__accepts_direct", "accepts_direct")
    serves_outside = Field("profile__serves_outside", "serves_outside")
    positions = Field("held", "positions")

    class Meta(Sheet.Meta):
        model = Volunteer

    # Who is there

    def prepare(self, rows: list[Cells]) -> None:
        """The people whom the rows mean, and what their cells may name. Some ten queries."""
        self.lists = Lists.load()
        self.area_names = dict(MentoringArea.objects.values_list("pk", "name"))
        self.type_names = dict(BusinessType.objects.values_list("pk", "name"))
        self.roster = Roster(rows)
        self.new_profiles: list[Any] = []
        self.new_positions: list[Position] = []

    def find(self, row: Cells) -> Volunteer | None:
        """By id or address."""
        return self.roster.find(row)

    def begin(self, instance: Any, *, new: bool) -> None:
        """With profile, areas and positions, none of them yet if the person is new."""
        self.address_was = instance.email.lower()
        if new:
            instance.set_unusable_password()
            instance.date_joined = self.now
        if not hasattr(instance, "profile"):
            MentorProfile(volunteer=instance)
        instance.profile.area_ids = sorted(self.roster.area_ids[instance.pk])
        instance.profile.type_ids = sorted(self.roster.type_ids[instance.pk])
        instance.held = list(self.roster.held[instance.pk])

    # What is written

    def do_instance_save(self, instance: Any, is_create: bool) -> None:  # noqa: FBT001
        """Who resigned may not sign in; what is known against an old address ends with it."""
        if is_create:
            instance.is_active = instance.status != VolunteerStatus.RESIGNED
        elif instance.email != self.address_was:
            instance.trust_address()
            EmailAddress.objects.filter(user=instance).delete()
        super().do_instance_save(instance, is_create)

    def keep(self, instance: Any) -> None:
        """The profile of whoever is a mentor or has one, and the positions that are new."""
        self.roster.add(instance)
        profile = instance.profile
        profile.volunteer = instance
        if not profile._state.adding:
            self._change(profile)
        elif instance.classification == Classification.MENTOR or _says(profile):
            self.new_profiles.append(profile)
        for position in instance.held:
            if position.pk is None:
                position.volunteer = instance
                self.new_positions.append(position)

    def _change(self, profile: Any) -> None:
        profile.save(update_fields=self.PROFILE)
        if profile.area_ids != sorted(self.roster.area_ids[profile.pk]):
            profile.areas.set(profile.area_ids)
        if profile.type_ids != sorted(self.roster.type_ids[profile.pk]):
            profile.business_types.set(profile.type_ids)

    def finish(self) -> None:
        """Profiles and positions that are new. Four statements, however many there are."""
        MentorProfile.objects.bulk_create(self.new_profiles)
        Position.objects.bulk_create(self.new_positions)
        areas, types = MentorProfile.areas.through, MentorProfile.business_types.through
        areas.objects.bulk_create(
            areas(mentorprofile_id=profile.pk, mentoringarea_id=pk)
            for profile in self.new_profiles
            for pk in profile.area_ids
        )
        types.objects.bulk_create(
            types(mentorprofile_id=profile.pk, businesstype_id=pk)
            for profile in self.new_profiles
            for pk in profile.type_ids
        )

    # What stands in the cells

    def read_volunteer_id(self, text: str) -> str | None:
        """An id, or none; who has one keeps it."""
        return cells.words(text, "volunteer_id", LONGEST_ID) or self.current.external_id

    def read_first_name(self, text: str) -> str:
        """Any words."""
        return cells.words(text, "first_name", 60)

    def read_last_name(self, text: str) -> str:
        """Any words."""
        return cells.words(text, "last_name", 60, needed=True)

    def read_email(self, text: str) -> str:
        """An address that is nobody else's."""
        address = cells.email(text, "email").lower()
        holder = self.roster.by_email.get(address)
        if holder is not None and holder is not self.current:
            raise Refusal(f"email “{address}” is the address of another volunteer.")
        return address

    def read_phone(self, text: str) -> str:
        """Any words."""
        return cells.words(text, "phone", 40)

    def read_status(self, text: str) -> str:
        """A status; nobody's is changed here."""
        status = cells.code(text, "status", STATUSES)
        return self._unchanged("status", status, VolunteerStatus(self.current.status).label)

    def read_classification(self, text: str) -> str:
        """A classification; nobody's is changed here."""
        given = cells.code(text, "classification", CLASSIFICATIONS)
        return self._unchanged(
            "classification", given, Classification(self.current.classification).label
        )

    def _unchanged(self, column: str, given: str, here: str) -> str:
        if self.current.pk is not None and given != getattr(self.current, column):
            raise Refusal(f"{column}: {self.current} is “{here}” here; {ON_ITS_PAGE}.")
        return given

    def read_chapter_code(self, text: str) -> Chapter | None:
        """A chapter. Only an administrator may have none."""
        if not text and self.current.pk is not None and self.current.is_staff:
            return None
        if text not in self.lists.chapters:
            raise Refusal(f"Chapter “{text}” is not known.")
        return self.lists.chapters[text]

    def show_chapter_code(self, chapter: Chapter) -> str:
        """Its code."""
        return chapter.code

    def read_languages(self, text: str) -> list[str]:
        """What the person speaks."""
        listed = [cells.words(one, "languages", 40) for one in cells.listed(text)]
        return listed or (self.current.languages and ["English"])

    show_languages = staticmethod("|".join)

    def read_areas(self, text: str) -> list[int]:
        """Some of the list, not too many."""
        return _at_most(MOST_AREAS, "areas", named(text, "areas", self.lists.areas))

    def show_areas(self, ids: list[int]) -> str:
        """Their names."""
        return "|".join(self.area_names[pk] for pk in ids)

    def read_business_types(self, text: str) -> list[int]:
        """Some of the list, not too many."""
        known = self.lists.business_types
        return _at_most(MOST_BUSINESS_TYPES, "business_types", named(text, "business_types", known))

    def show_business_types(self, ids: list[int]) -> str:
        """Their names."""
        return "|".join(self.type_names[pk] for pk in ids)

    def read_keywords(self, text: str) -> str:
        """Any words."""
        return cells.words(text, "keywords", 500)

    def read_weekly_limit(self, text: str) -> int | None:
        """As on the mentor's own page."""
        limit = cells.number(text, "weekly_limit")
        if limit is not None and limit > MOST_PER_WEEK:
            raise Refusal(f"weekly_limit: between 0 and {MOST_PER_WEEK} requests, or nothing.")
        return limit

    def read_accepts_direct(self, text: str) -> bool:
        """1 or 0."""
        return cells.flag(text, "accepts_direct")

    def show_accepts_direct(self, value: bool) -> str:  # noqa: FBT001
        """1 or 0."""
        return str(int(value))

    def read_serves_outside(self, text: str) -> bool:
        """1 or 0."""
        return cells.flag(text, "serves_outside")

    show_serves_outside = show_accepts_direct

    def read_positions(self, text: str) -> list[Position]:
        """Those that are held, and then the new ones."""
        held = {_role_and_unit(position): position for position in self.current.held}
        for entry in cells.listed(text):
            position = position_in(entry, self.current, self.lists, self.now)
            if held.setdefault(_role_and_unit(position), position) is position:
                self._check_may_hold(entry)
        return list(held.values())

    def _check_may_hold(self, entry: str) -> None:
        if (status := self.current.status) not in MAY_HOLD_POSITIONS:
            label = VolunteerStatus(status).label.lower()
            raise Refusal(f"positions: “{entry}” cannot be held by who is {label}.")

    def show_positions(self, held: list[Position]) -> str:
        """Role and code of each."""
        return "|".join(_role_and_unit(position) for position in held)


def _says(profile: Any) -> bool:
    """Whether anything stands in a profile."""
    limited = profile.weekly_limit is not None
    given = (profile.area_ids, profile.type_ids, profile.keywords)
    return limited or profile.accepts_direct or profile.serves_outside or any(given)


def _role_and_unit(position: Position) -> str:
    return f"{position.role}:{position.unit.code}"


def _at_most(number: int, column: str, chosen: list[int]) -> list[int]:
    if len(chosen) > number:
        raise Refusal(f"{column}: choose at most {number}.")
    return sorted(chosen)
