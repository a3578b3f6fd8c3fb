"""The clients: who asks, and what."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from intake.actions.submission import Ask, Person
from intake.demo.people import Place
from intake.demo.script import chance, plain, read, seeded
from intake.enums import HeardAbout, MeetBy, NotifyBy, Speech
from mentors.models import BusinessType, MentoringArea

ORIGINS = (
    "https://www.example.org/",
    "https://www.example.org/find-mentor",
    "https://www.example.org/resource/business-plan-template",
    "https://library.example.com/small-business",
    "",
)
MAIL = ("example.com", "example.net", "mail.example.com")
EARLIEST_SERIES = 100  # 555-0100 and on are kept for fiction


@dataclass(frozen=True)
class Applicant:
    """A client with a question, before it is sent."""

    person: Person
    ask: Ask


class Clients:
    """Makes applicants of whom no two are alike, the same ones every time."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._rng = seeded("clients")
        self._areas = {area.name: area for area in MentoringArea.objects.all()}
        self._types = {kind.name: kind for kind in BusinessType.objects.all()}
        self._names = self._pool()
        self._questions = self._deck()
        self._numbers: Counter[str] = Counter()

    def _pool(self) -> Iterator[tuple[str, str]]:
        """Pairs of first and last name, each once."""
        firsts, lasts = (
            list(read("cast")["names"][f"client_{part}"]) for part in ("first", "last")
        )
        self._rng.shuffle(firsts)
        self._rng.shuffle(lasts)
        for turn in range(len(firsts)):
            for n, last in enumerate(lasts):
                yield firsts[(n + turn) % len(firsts)], last

    def _deck(self) -> Iterator[dict[str, Any]]:
        """The questions, all of them before any comes again; those of scenes not at first."""
        questions = list(read("questions")["question"])
        self._rng.shuffle(questions)
        yield from (question for question in questions if "scene" not in question)
        while True:
            self._rng.shuffle(questions)
            yield from questions

    def arrive(
        self, place: Place, question: dict[str, Any] | None = None, name: str = ""
    ) -> Applicant:
        """The next client at a place, with the next question or a given one, and a given name."""
        first, last = name.split(maxsplit=1) if name else next(self._names)
        asked = question or next(self._questions)
        speech = Speech.SPANISH if asked.get("language") == "Spanish" else Speech.ENGLISH
        return Applicant(self._person(place, first, last, speech), self._ask(place, asked, last))

    def _person(self, place: Place, first: str, last: str, speech: Speech) -> Person:
        rng = self._rng
        area = rng.choice(place.phones)
        number = EARLIEST_SERIES + self._numbers[area]
        self._numbers[area] += 1
        code = rng.choice(place.zips)
        return Person(
            first_name=first,
            last_name=last,
            email=f"{plain(f'{first} {last}')}@{rng.choice(MAIL)}",
            phone=f"({area}) 555-{number:04}",
            zip=code + "".join(rng.choices("123456789", k=5 - len(code))),
            notify_by=rng.choices((NotifyBy.EMAIL, NotifyBy.TEXT), (4, 1))[0],
            speech=speech,
        )

    def _ask(self, place: Place, asked: dict[str, Any], last: str) -> Ask:
        rng = self._rng
        existing = asked.get("existing", False)
        years, people = rng.randint(3, 18), rng.randint(4, 24)
        blanks = {"city": place.city, "last": last, "years": str(years), "people": str(people)}
        firm = asked.get("firm", "").format(**blanks)
        return Ask(
            question=asked["text"].format(**blanks),
            area=self._areas[asked["area"]],
            existing=existing,
            business_name=firm,
            website=_website(firm) if chance(rng, 0.5) else "",
            business_type=self._types[asked["type"]],
            year_formed=self._year - years if existing else None,
            employees=people if existing else None,
            origination_url=rng.choice(ORIGINS),
            meet_by=_way_to_meet(rng),
            heard_about=rng.choice(["", *HeardAbout.values]),
            language=asked.get("language", "English"),
            consent_news=chance(rng, 0.4),
        )


def _website(firm: str) -> str:
    return f"https://{plain(firm).replace('.', '')}.example.com" if firm else ""


def _way_to_meet(rng: Random) -> MeetBy:
    return rng.choices(list(MeetBy), (5, 4, 3, 1, 3))[0]
