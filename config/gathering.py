"""Every sentence that is marked for translation, gathered from code and templates."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

CALLS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
"""The functions that mark a sentence, and which of their arguments it is."""
APPS = ("mentors", "intake", "reports", "config")


def gathered() -> Catalog:
    """All marked sentences, each with the files in which it stands.

    Without the lines: they would change the catalogue with every change of the code.
    """
    catalog = Catalog(domain="django", fuzzy=False)
    for path in _sources():
        where = str(path.relative_to(settings.BASE_DIR))
        for _, message, comments, context in extract(
            "python", BytesIO(_as_python(path)), CALLS, ["Translators:"]
        ):
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[Path]:
    for app in APPS:
        yield from sorted(settings.BASE_DIR.joinpath(app).rglob("*.py"))
    for ending in ("html", "txt"):
        yield from sorted(settings.BASE_DIR.joinpath("templates").rglob(f"*.{ending}"))


def _as_python(path: Path) -> bytes:
    """A source as Python; Django itself turns templates into calls, as it does for xgettext."""
    text = path.read_text()
    if path.suffix == ".py":
        return text.encode()
    calls = templatize(text, origin=str(path))
    # A template is not indented as Python wants it.
    return "\n".join(line.strip() for line in calls.splitlines()).encode()
