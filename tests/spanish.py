"""How the tests see that nothing is left in English on what a client reads.

In the *marked* language every sentence that is marked for translation stands in brackets: what
stands outside of them was forgotten, unless it is a name, a date, or what the client has typed.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import django.conf
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from icalendar import Calendar

from config.gathering import gathered
from intake.models import OutboxMail

OPEN, CLOSE = "⟦", "⟧"
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
WORD = re.compile(r"[^\W\d_]{2,}")

DATES = re.compile(
    r"(lunes|martes|miércoles|jueves|viernes|sábado|domingo) \d+ de [a-z]+( de \d{4})?"
    r"(, \d+:\d\d [ap]\.m\.( [A-Z]+)?)?"
)
NAMES = (
    # The product and its parts
    "Handoff",
    "SCORE New York",
    "SCORE Newark",
    "SCORE National",
    # People
    "Maria",
    "Garcia",
    "Joan Whitfield",
    "Joan",
    "Ben Okafor",
    "Ben",
    # What the client has typed, or somebody has written to him
    "How do I find customers?",
    "Hello Maria, when can we talk?",
    "A word about your prices",
)
"""What is the same in every language."""

ENGLISH = re.compile(
    r"\b(the|and|your|you|with|for|from|this|that|is|are|we|not|to|of|request|mail|please|will|"
    r"have|been|by|on|at|it|was|what|how|who|when|next|more|them|their|our|us|an|or|if|be|can)\b",
    re.IGNORECASE,
)


def write_marked_catalogue(folder: Path) -> None:
    """A catalogue of “Spanish” in which every sentence stands in brackets, Django's own too."""
    django_po = Path(django.conf.__file__).parent / "locale/es/LC_MESSAGES/django.po"
    with django_po.open("rb") as file:
        known = read_po(file, locale="es")
    marked = Catalog(locale="es", domain="django", fuzzy=False)
    for source in (known, gathered()):
        for message in source:
            if message.id:
                brackets = _in_brackets(message.id)
                marked.add(message.id, brackets, context=message.context)
    target = folder / "es/LC_MESSAGES/django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, marked)


def _in_brackets(sentence: str | Sequence[str]) -> str | tuple[str, ...]:
    if isinstance(sentence, str):
        return f"{OPEN}{sentence}{CLOSE}"
    return tuple(f"{OPEN}{form}{CLOSE}" for form in sentence)


def not_marked(text: str, *names: str) -> list[str]:
    """The words of a text of the marked language that do not stand in brackets."""
    while (shorter := MARKED.sub(" ", text)) != text:
        text = shorter
    return WORD.findall(_without_names(text, names))


def in_english(text: str, *names: str) -> list[str]:
    """The words of a Spanish text that only English has."""
    return [found[0] for found in ENGLISH.finditer(_without_names(text, names))]


def _without_names(text: str, names: tuple[str, ...]) -> str:
    for name in sorted((*names, *NAMES), key=len, reverse=True):
        text = text.replace(name, " ")
    text = re.sub(r"\S+@\S+|https?://\S+|\b(MR|C)-\d+", " ", text)
    return DATES.sub(" ", text)


def words_of_page(html: str) -> str:
    """All that a page says: what is seen, and what is read aloud in its place.

    Without what says of itself that it is in another language, like the name of one.
    """
    page = BeautifulSoup(html, "html.parser")
    for other in page.select("body [lang]:not([lang=es]), script, style"):
        other.decompose()
    read_aloud = [
        str(tag[name])
        for tag in page.find_all(True)
        for name in ("title", "alt", "aria-label", "placeholder")
        if tag.has_attr(name)
    ]
    return " \n ".join([page.get_text(" "), *read_aloud])


def parts_of_mail(mail: OutboxMail) -> Iterator[str]:
    """All that a mail says: subject, text, HTML, and the words of its calendar file."""
    yield mail.subject
    yield mail.text
    yield words_of_page(mail.html)
    if mail.calendar:
        for event in Calendar.from_ical(mail.calendar).walk("VEVENT"):
            yield str(event["SUMMARY"])
            yield str(event["DESCRIPTION"])
            yield from (str(alarm["DESCRIPTION"]) for alarm in event.walk("VALARM"))
