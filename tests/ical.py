"""Reads calendar files by the letter of RFC 5545 and 5546, without the library that wrote them.

`read` fails with a sentence for what breaks a rule. `instant` reckons a time with the VTIMEZONE of
the file alone, as a program does that has never heard of the zone.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:,]*)')
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "DESCRIPTION", "LOCATION"}
ONCE |= {"ORGANIZER", "STATUS", "URL"}


@dataclass
class Property:
    """A content line."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value with its escapes resolved."""
        found = re.sub(r"\\([nN,;\\])", lambda m: "\n" if m[1] in "nN" else m[1], self.value)
        assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", self.value), f"not escaped: {self.value!r}"
        return found


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: "list[Component]" = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """The properties of this name."""
        return [prop for prop in self.properties if prop.name == name]

    def one(self, name: str) -> Property:
        """The property that has to be there once."""
        found = self.all(name)
        assert len(found) == 1, f"{self.name} has {len(found)} {name}"
        return found[0]

    def inner(self, name: str) -> "list[Component]":
        """The components of this name."""
        return [component for component in self.components if component.name == name]


def read(text: str) -> Component:
    """The calendar, once it has passed every rule."""
    calendar = _nest(_lines(text))
    assert calendar.name == "VCALENDAR"
    assert calendar.one("VERSION").value == "2.0"
    assert calendar.one("PRODID").value
    method = calendar.one("METHOD").value
    kinds = [component.name for component in calendar.components]
    assert kinds == sorted(kinds, reverse=True), "clocks come before the events that use them"
    for event in calendar.inner("VEVENT"):
        _check_event(event)
        {"REQUEST": _check_request, "CANCEL": _check_cancel, "PUBLISH": _check_publish}[method](
            event
        )
    _check_clocks(calendar)
    return calendar


def event_in(text: str) -> Component:
    """The only event of a calendar file."""
    [event] = read(text).inner("VEVENT")
    return event


# --- Lines ----------------------------------------------------------------------------------------


def _lines(text: str) -> list[str]:
    assert text.endswith("\r\n"), "the last line has no end"
    raw = text.encode().split(b"\r\n")[:-1]
    for line in raw:
        assert not {10, 13}.intersection(line), f"a bare line break: {line!r}"
        assert len(line) <= 75, f"{len(line)} octets: {line!r}"
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line), f"control character: {line!r}"
    unfolded: list[bytes] = []
    for line in raw:
        if line.startswith((b" ", b"\t")):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    return [line.decode() for line in unfolded]


def _nest(lines: list[str]) -> Component:
    open_ones: list[Component] = [Component("")]
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, f"no content line: {line!r}"
        name, params, value = match.groups()
        if name == "BEGIN":
            open_ones.append(Component(value))
        elif name == "END":
            done = open_ones.pop()
            assert done.name == value, f"END:{value} ends {done.name}"
            open_ones[-1].components.append(done)
        else:
            given = {key: found.strip('"') for key, found in PARAMETER.findall(params)}
            open_ones[-1].properties.append(Property(name, given, value))
    [root] = open_ones
    assert [len(root.properties), len(root.components)] == [0, 1]
    return root.components[0]


# --- Events ---------------------------------------------------------------------------------------


def _check_event(event: Component) -> None:
    for name in ONCE:
        assert len(event.all(name)) <= 1, f"{name} more than once"
    for name in ("UID", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER", "SUMMARY"):
        assert event.one(name).value, name
    assert re.fullmatch(r"\d{8}T\d{6}Z", event.one("DTSTAMP").value), "DTSTAMP is in UTC"
    assert event.one("SEQUENCE").value.isdecimal()
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert all(prop.text for prop in event.all(name))
    for person in (*event.all("ORGANIZER"), *event.all("ATTENDEE")):
        assert re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", person.value), person.value
        assert person.params["CN"]
    addresses = [person.value for person in event.all("ATTENDEE")]
    assert len(addresses) == len(set(addresses)), "somebody is invited twice"


def _check_request(event: Component) -> None:
    """RFC 5546, 3.2.2."""
    assert event.one("STATUS").value == "CONFIRMED"
    guests = event.all("ATTENDEE")
    assert guests
    for guest in guests:
        assert guest.params["ROLE"] in {"CHAIR", "REQ-PARTICIPANT", "OPT-PARTICIPANT"}
        answered = guest.params["PARTSTAT"] == "ACCEPTED"
        assert answered or guest.params["PARTSTAT"] == "NEEDS-ACTION"
        assert guest.params["RSVP"] == ("FALSE" if answered else "TRUE")
    for alarm in event.inner("VALARM"):
        for name in ("ACTION", "DESCRIPTION", "TRIGGER"):
            assert alarm.one(name).value


def _check_cancel(event: Component) -> None:
    """RFC 5546, 3.2.5: STATUS only if the whole event is cancelled; never an alarm."""
    assert [prop.value for prop in event.all("STATUS")] in ([], ["CANCELLED"])
    assert event.all("ATTENDEE")
    assert not event.components


def _check_publish(event: Component) -> None:
    """RFC 5546, 3.2.1: nobody is asked to come."""
    assert not event.all("ATTENDEE")
    assert not event.inner("VALARM")


# --- Times ----------------------------------------------------------------------------------------


def _check_clocks(calendar: Component) -> None:
    given = [clock.one("TZID").value for clock in calendar.inner("VTIMEZONE")]
    assert len(given) == len(set(given)), "a clock is given twice"
    used = {
        prop.params["TZID"]
        for event in calendar.inner("VEVENT")
        for prop in event.properties
        if "TZID" in prop.params
    }
    assert used == set(given), f"clocks used {used}, given {given}"
    for clock in calendar.inner("VTIMEZONE"):
        assert clock.components
        for part in clock.components:
            assert part.name in {"STANDARD", "DAYLIGHT"}
            for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
                assert part.one(name).value
            assert "TZID" not in part.one("DTSTART").params
            assert not part.one("DTSTART").value.endswith("Z"), "an onset is local time"


def instant(calendar: Component, name: str, event: Component | None = None) -> datetime:
    """When the event of a calendar begins or ends, by the clocks in the file."""
    prop = (event or calendar.inner("VEVENT")[0]).one(name)
    if prop.value.endswith("Z"):
        return datetime.strptime(prop.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    local = _local(prop.value)
    [clock] = [
        clock
        for clock in calendar.inner("VTIMEZONE")
        if clock.one("TZID").value == prop.params["TZID"]
    ]
    return (local - offset(clock, local)).replace(tzinfo=UTC)


def offset(clock: Component, local: datetime) -> timedelta:
    """The offset of a local time: that of the observance with the latest onset before it."""
    onsets = sorted(
        (onset, _offset(part.one("TZOFFSETFROM").value), _offset(part.one("TZOFFSETTO").value))
        for part in clock.components
        for onset in _onsets(part, until=local.year)
    )
    for (_, _, left), (_, came, _) in pairwise(onsets):
        assert left == came, "the observances do not follow on each other"
    begun = [to for onset, _, to in onsets if onset <= local]
    assert begun, "the clock begins after the event"
    return begun[-1]


def _onsets(part: Component, until: int) -> list[datetime]:
    first = _local(part.one("DTSTART").value)
    rules = part.all("RRULE")
    if not rules:
        return [first]
    rule = dict(pair.split("=") for pair in rules[0].value.split(";"))
    assert rule.keys() == {"FREQ", "BYMONTH", "BYDAY"}
    assert rule["FREQ"] == "YEARLY"
    found = [_nth(first, year, rule) for year in range(first.year, until + 1)]
    assert found[:1] in ([], [first]), "the first onset does not keep its own rule"
    return found


def _nth(first: datetime, year: int, rule: dict[str, str]) -> datetime:
    nth, weekday = int(rule["BYDAY"][:-2]), WEEKDAYS[rule["BYDAY"][-2:]]
    day = first.replace(year=year, month=int(rule["BYMONTH"]), day=1)
    days = [day + timedelta(days=n) for n in range(31)]
    fitting = [d for d in days if d.month == day.month and d.weekday() == weekday]
    return fitting[nth - 1 if nth > 0 else nth]


def _local(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  # local time, by its clock


def _offset(value: str) -> timedelta:
    sign = -1 if value[0] == "-" else 1
    return sign * timedelta(hours=int(value[1:3]), minutes=int(value[3:5]))
