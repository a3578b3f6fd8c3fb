"""The words of other languages: gathered from the code, kept in `locale/`, made ready for Django.

All of it with Babel, which comes with the packages: a fresh machine has no gettext. Where it has,
`manage.py makemessages` works on the same files.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

log = logging.getLogger(__name__)


def catalogues() -> Iterator[Path]:
    """The catalogues of the project, one for each language that is not English."""
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))


def read(po: Path) -> Catalog:
    """A catalogue as it is kept."""
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name, domain="django", abort_invalid=True)


def compile_catalogues() -> None:
    """Write for Django what has changed since it was written last. Many processes may do so."""
    for po in catalogues():
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
            _compile(po, mo)


def _compile(po: Path, mo: Path) -> None:
    """In one step, so that nobody reads half a file."""
    words = read(po)
    try:
        with NamedTemporaryFile(dir=mo.parent, suffix=".part", delete=False) as part:
            write_mo(part, words)
        made = Path(part.name)
        made.chmod(0o644)
        made.replace(mo)
    except OSError as fault:
        # English pages are better than none: the site starts all the same, and says why.
        log.error("%s cannot be made ready, so its words are missing or old: %s", po, fault)
