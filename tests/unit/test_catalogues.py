"""Translations are gathered and compiled without gettext, and by themselves."""

import os
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from pytest_django import Settings

from config.catalogues import compile_catalogues
from config.gathering import gathered

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Thank you"
msgstr "{}"
"""


@pytest.fixture
def po(settings: Settings, tmp_path: Path) -> Path:
    """A small catalogue, not compiled yet."""
    path = tmp_path / "es/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO.format("Gracias"))
    settings.LOCALE_PATHS = [tmp_path]
    return path


def compiled(po: Path) -> str:
    with po.with_suffix(".mo").open("rb") as file:
        return str(read_mo(file)["Thank you"].string)


class TestCompiling:
    def test_is_done_when_it_was_not(self, po: Path) -> None:
        compile_catalogues()
        assert compiled(po) == "Gracias"
        assert [path.name for path in po.parent.iterdir() if path != po] == ["django.mo"]

    def test_is_done_again_after_a_change_only(self, po: Path) -> None:
        compile_catalogues()
        mo = po.with_suffix(".mo")
        before = mo.stat()
        compile_catalogues()
        assert mo.stat().st_ino == before.st_ino
        po.write_text(PO.format("Muchas gracias"))
        os.utime(po, ns=(before.st_mtime_ns + 1, before.st_mtime_ns + 1))
        compile_catalogues()
        assert compiled(po) == "Muchas gracias"

    def test_says_what_hinders_it_and_lets_the_site_start(
        self, po: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        po.with_suffix(".mo").mkdir()  # in the way, also for those who may write everywhere
        os.utime(po.with_suffix(".mo"), ns=(0, 0))
        compile_catalogues()
        assert "cannot be made ready" in caplog.text


def test_everything_that_is_marked_is_gathered(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "intake").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "intake/a.py").write_text(
        "from django.utils.translation import gettext_lazy as _\n"
        'A = _("One " "sentence")\nB = ngettext("%(n)s day", "%(n)s days", 2)\n'
        'C = pgettext("a month", "May")\nD = "not marked"\n'
    )
    (tmp_path / "templates/a.html").write_text(
        """
          {% translate "In a tag" as label %}<p title="{% translate 'In an attribute' %}">
        {% card _("For a tag of ours") note=_("and another") %}
     {% blocktranslate trimmed with name=a.b count n=2 %}
          {{ name }} has {{ n }} day{% plural %}{{ name }} has {{ n }} days{% endblocktranslate %}
        """
    )
    found = {message.id for message in gathered() if message.id}
    assert found == {
        "One sentence",
        ("%(n)s day", "%(n)s days"),
        "May",
        "In a tag",
        "In an attribute",
        "For a tag of ours",
        "and another",
        ("%(name)s has %(n)s day", "%(name)s has %(n)s days"),
    }
