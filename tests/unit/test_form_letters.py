"""Form letters say word for word what their templates say, whatever is put in."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from intake.form_letters import FORM_LETTERS, draw, form_of
from tests.unit.test_mail_templates import MORE

PARTS = ("subject.txt", "body.txt", "body.html")


def odd(name: str) -> str:
    """A text that no filter, and no second escaping, would leave as it is."""
    return f"{name}: <b>&amp; O'Neil\n“100 %(s)s” {{{{ mre }}}} {{0}} \\1 \ue000url&\ue001"


def context(kind: str, words: Any = odd) -> dict[str, Any]:
    given = ("greeting", "url", "site_url", "choices_url", *MORE[kind])
    mre = SimpleNamespace(
        number=words("number"),
        client=SimpleNamespace(first_name=words("first name")),
        chapter=SimpleNamespace(name=words("chapter")),
        area=words("area"),
    )
    return {name: words(name) for name in given} | {"mre": mre}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", sorted(FORM_LETTERS))
def test_a_form_that_is_filled_in_says_what_the_template_says(
    kind: str, part: str, language: str
) -> None:
    with translation.override(language):
        for words in (odd, str.upper):  # the second time from the same form
            given = context(kind, words)
            assert draw(kind, part, given) == render_to_string(f"emails/{kind}/{part}", given)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", sorted(FORM_LETTERS))
def test_so_it_does_with_anything_that_may_be_missing(kind: str, part: str) -> None:
    for missing in ("greeting", "choices_url", *MORE[kind]):
        given = context(kind) | {missing: ""}
        assert draw(kind, part, given) == render_to_string(f"emails/{kind}/{part}", given)


def test_each_language_has_its_own_form() -> None:
    drawn = {}
    for language in ("en", "es"):
        with translation.override(language):
            drawn[language] = draw("client_delay", "body.txt", context("client_delay"))
    assert drawn["en"] != drawn["es"]


def test_a_form_is_drawn_once() -> None:
    form_of.cache_clear()
    for words in (odd, str.upper, str.title):
        draw("rcic_new", "subject.txt", context("rcic_new", words))
    assert form_of.cache_info().misses == 1
