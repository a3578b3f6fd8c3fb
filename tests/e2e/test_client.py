"""The client's own way, on a phone, in Spanish: from the start page to a withdrawn request.

Every page on the way is looked at with axe and read for English words; once without scripts.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from intake.actions import answering, assigning, times
from intake.enums import SessionMode, Speech, Status
from intake.links import status_path
from intake.models import MentoringRequest, OutboxMail
from tests.e2e.conftest import Look, seen
from tests.factories import Organisation
from tests.spanish import in_english, words_of_page

OpenWindow = Callable[..., Page]
QUESTION = "¿A qué precio vendo mi pan?"
NOTE = "Hola, Maribel: ¿cuándo podemos hablar?"
TYPED = ("Maribel", "Ortiz", QUESTION, NOTE, "English", "Joan Whitfield")


@pytest.fixture
def looks_spanish(looks_fine: Look) -> Look:
    """Fine for everybody by day and by night, and no English on it."""

    def look(page: Page) -> None:
        expect(page.locator("html")).to_have_attribute("lang", "es")
        reads_spanish(page)
        for dark in (False, True):
            looks_fine(seen(page, width=390, dark=dark))

    return look


def reads_spanish(page: Page) -> None:
    """What can be looked at without scripts: axe is one."""
    assert in_english(words_of_page(page.content()), *TYPED) == [], page.url


def fill_in_the_form(page: Page) -> None:
    page.get_by_label("Nombre", exact=True).fill("Maribel")
    page.get_by_label("Apellido").fill("Ortiz")
    page.get_by_label("Correo electrónico", exact=True).fill("maribel@ortizbakery.example")
    page.get_by_label("Teléfono").fill("212-736-5000")
    page.get_by_label("Código postal").fill("10001")
    page.get_by_label("¿De qué se trata?").select_option(label="Precios")
    page.get_by_label("Su pregunta").fill(QUESTION)
    page.get_by_label("Sí, ya funciona").check()
    page.get_by_label("Un mentor voluntario puede escribirme").check()


def accept(org: Organisation, mre: MentoringRequest) -> None:
    """A coordinator chooses Joan, and she takes it."""
    now = timezone.now()
    assignment = assigning.assign(
        mre_id=mre.pk, mentor_id=org.joan.pk, by=org.admin, now=now, note=""
    )
    later = now + timedelta(seconds=1)
    answering.accept(assignment_id=assignment.pk, by=org.joan, now=later, note=NOTE)


def propose(org: Organisation, mre: MentoringRequest) -> None:
    """Joan offers two times."""
    now = timezone.now() + timedelta(seconds=2)
    times.propose(
        mre_id=mre.pk,
        by=org.joan,
        now=now,
        starts=[now + timedelta(days=days) for days in (2, 3)],
        meeting=times.Meeting(mode=SessionMode.VIDEO),
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_start_page_to_withdrawn(  # noqa: PLR0915 - a long way, told in one go
    org: Organisation, open_window: OpenWindow, looks_spanish: Look, scripts: bool
) -> None:
    look = looks_spanish if scripts else reads_spanish
    page = open_window(width=390, scripts=scripts)

    page.goto("/")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un mentor para su negocio")
    look(page)
    page.get_by_role("link", name="Pedir un mentor").click()
    look(page)
    page.get_by_role("button", name="Enviar mi solicitud").click()
    expect(page.get_by_role("alert").first).to_contain_text("Este campo es obligatorio")
    look(page)
    fill_in_the_form(page)
    page.get_by_role("button", name="Enviar mi solicitud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gracias, Maribel")
    look(page)
    mre = MentoringRequest.objects.get()
    assert mre.client.speech == Speech.SPANISH
    page.get_by_role("link", name="Ver cómo va mi solicitud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Estamos eligiendo un mentor para usted"
    )
    look(page)

    accept(org, mre)
    welcome = OutboxMail.objects.get(kind="client_accepted")
    assert welcome.subject == f"Su mentor aceptó la solicitud {mre.number}"
    # Another phone, which asks for English: the link opens the client's own language.
    page = open_window(width=390, scripts=scripts)
    page.goto(urlsplit(next(w for w in welcome.text.split() if "/status/" in w)).path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Joan Whitfield es su mentor")
    look(page)

    propose(org, mre)
    page.reload()
    expect(page.get_by_text("elija uno de ellos aquí abajo")).to_be_visible()
    look(page)
    page.locator("#times").get_by_role("button").first.click()
    expect(page.get_by_text("La reunión está programada")).to_be_visible()
    look(page)
    assert mre.sessions.count() == 1

    page.get_by_role("link", name="Corregir estos datos").click()
    look(page)
    page.get_by_label("Teléfono").fill("12")
    page.get_by_role("button", name="Guardar").click()
    look(page)
    page.get_by_label("Teléfono").fill("212-736-5001")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Gracias, lo hemos corregido.")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Añadir algo a mi pregunta").click()
    look(page)
    page.get_by_label("¿Qué quiere añadir?").fill("¿Y los permisos?")
    page.get_by_role("button", name="Añadir").click()
    expect(page.get_by_text("¿Y los permisos?")).to_be_visible()

    page.get_by_role("link", name="Retirar mi solicitud").click()
    look(page)
    page.get_by_role("button", name="Retirar mi solicitud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Su solicitud fue retirada")
    look(page)
    mre.refresh_from_db()
    assert mre.status == Status.WITHDRAWN
    assert page.url.endswith(status_path(mre))

    page.get_by_role("link", name="Pedir un mentor de nuevo").click()
    expect(page.get_by_label("Nombre", exact=True)).to_have_value("Maribel")
    look(page)
