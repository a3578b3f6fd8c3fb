"""How the roster and the positions are listed."""

from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from mentors.addresses import address
from mentors.columns import Drawn, link
from mentors.enums import Classification, Role, VolunteerStatus
from mentors.models import Position, Volunteer
from mentors.roles import Duties
from mentors.templatetags.moments import day, long_day

SHORT = {Role.RCIC: "RCIC", Role.LEADER: "Leader"}
BY_NAME = ("last_name", "first_name", "pk")
TONES = {VolunteerStatus.ACTIVE: "green", VolunteerStatus.PROVISIONAL: "azure"}


def standing_badge(volunteer: Volunteer) -> str:
    """The status of a volunteer as a word in a badge."""
    status = VolunteerStatus(volunteer.status)
    tone = TONES.get(status, "secondary")
    return format_html('<span class="badge bg-{}-lt">{}</span>', tone, status.label)


class RosterTable(tables.Table):
    """People with what they do and whether they can be given clients today."""

    caption = "People on the roster, by name"

    name = Drawn(order_by=BY_NAME, attrs={"td": {"class": "stack-wide"}})
    chapter = Drawn(order_by=("chapter__name", *BY_NAME))
    status = Drawn(order_by=("status", *BY_NAME))
    classification = Drawn(order_by=("classification", *BY_NAME))
    positions = Drawn("Positions", orderable=False)
    pause = Drawn(orderable=False)
    contact = Drawn("E-mail", orderable=False, attrs={"td": {"class": "text-break"}})

    class Meta:
        empty_text = "Nobody on the roster matches this"
        order_by = "name"

    def __init__(self, *args: Any, one_chapter: bool, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        if one_chapter:
            self.columns.hide("chapter")

    def draw_name(self, record: Volunteer) -> str:
        """It opens the record of the person."""
        return link(address("mentors:person", record.pk), record.get_full_name())

    def draw_chapter(self, record: Volunteer) -> str:
        """Its name; administrators may have none."""
        return str(record.chapter or self.default)

    def draw_status(self, record: Volunteer) -> str:
        """A badge, so that the few who are not active stand out."""
        return standing_badge(record)

    def draw_classification(self, record: Volunteer) -> str:
        """In words."""
        return Classification(record.classification).label

    def draw_positions(self, record: Any) -> str:
        """“RCIC, Lakes District”, one after the other; the own chapter goes without saying."""
        return "; ".join(
            short(held) if held.chapter_id == record.chapter_id else f"{short(held)}, {held.unit}"
            for held in record.held
            if record.is_active and held.in_force(self._today(record))
        )

    def draw_pause(self, record: Any) -> str:
        """Until when; of several pauses the one that lasts longest."""
        pauses = [pause for pause in record.pausing if pause.in_force(self._today(record))]
        if not pauses:
            return ""
        last = max(pause.ends_on for pause in pauses)
        return format_html('<span class="badge bg-yellow-lt">Paused until {}</span>', day(last))

    def _today(self, record: Volunteer) -> date:
        return self.now.astimezone(record.zone).date()

    def draw_contact(self, record: Volunteer) -> str:
        """E-mail to click on, and the phone."""
        mail = format_html('<a href="mailto:{0}">{0}</a>', record.email)
        return format_html("{}<div>{}</div>", mail, record.phone) if record.phone else mail


class PositionTable(tables.Table):
    """Who holds which role at which chapter."""

    caption = "Positions, by chapter and role"

    unit = tables.Column(order_by=("chapter__name", "role", "pk"))
    role = tables.Column(order_by=("role", "chapter__name", "pk"))
    person = tables.Column(
        accessor="volunteer",
        order_by=("volunteer__last_name", "volunteer__first_name", "pk"),
        attrs={"td": {"class": "stack-wide"}},
    )
    starts_on = tables.Column("From", order_by=("starts_on", "pk"))
    ends_on = tables.Column("To", order_by=("ends_on", "pk"), empty_values=())
    act = tables.Column("Action", accessor="pk", orderable=False)

    class Meta:
        sequence = ("person", "role", "unit", "starts_on", "ends_on", "act")
        empty_text = "Nobody holds a position here"
        order_by = "unit"

    def __init__(self, *args: Any, mine: Duties, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = mine
        if not (mine.is_admin or mine.manages):
            self.columns.hide("act")

    def render_person(self, record: Position) -> str:
        """A link, if the reader may open that person."""
        person = record.volunteer
        if not (self.mine.is_admin or person.chapter_id in self.mine.people_of):
            return str(person)
        address = reverse("mentors:person", args=[person.pk])
        return format_html('<a href="{}">{}</a>', address, person)

    def render_starts_on(self, record: Position) -> str:
        """A date with its year: positions last for years."""
        return long_day(record.starts_on)

    def render_ends_on(self, record: Position) -> str:
        """The last day, if one is planned."""
        return long_day(record.ends_on) or "no end planned"

    def render_act(self, record: Position) -> str:
        """The way to end it, for who keeps the roster of that chapter."""
        if record.chapter is None or not (
            self.mine.is_admin or record.chapter_id in self.mine.manages
        ):
            return ""
        address = reverse("mentors:position_end", args=[record.pk])
        return format_html(
            '<a class="btn btn-sm" href="{}">End…<span class="visually-hidden"> {}, {}</span></a>',
            address,
            record.volunteer,
            record.get_role_display(),
        )


def short(position: Position) -> str:
    """The role in the words of the corridor."""
    return SHORT.get(Role(position.role)) or position.get_role_display()
