"""Help opens the right guide at the right place, and every guide holds what is pointed to."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from mentors.guides import BY_NAME, GUIDES, PLACES, place, read
from mentors.roles import Duties
from tests.factories import Organisation

HERE = frozenset({1})
BY_SCRIPT = {"HX-Request": "true"}
TARGETS = sorted({target for targets in PLACES.values() for target in targets})


def page_names() -> set[str]:
    """Every page that has a name, as `PLACES` writes it."""
    found = set()
    for prefix, (_, resolver) in get_resolver().namespace_dict.items():
        found |= {f"{prefix}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_page_points_to_is_there(target: str) -> None:
    name, _, anchor = target.partition("#")
    section = read(name).section(anchor)
    assert section is not None
    assert len(BeautifulSoup(section.html, "html.parser").get_text()) > 100


def test_only_pages_that_exist_point_to_help() -> None:
    assert set(PLACES) <= page_names()


@pytest.mark.parametrize("name", BY_NAME)
def test_links_of_a_guide_lead_somewhere(name: str) -> None:
    html = BeautifulSoup(read(name).html, "html.parser")
    anchors = {section.anchor for section in read(name).sections}
    for link in html.find_all("a", href=True):
        path, _, anchor = str(link["href"]).partition("#")
        if path:
            other = re.fullmatch(r"/help/([a-z]+)/", path)
            assert other, link
            assert not anchor or read(other[1]).section(anchor)
        else:
            assert anchor in anchors


@pytest.mark.parametrize("name", BY_NAME)
def test_headings_of_a_guide_differ(name: str) -> None:
    anchors = [section.anchor for section in read(name).sections]
    assert len(anchors) == len(set(anchors))
    assert (settings.BASE_DIR / "docs" / f"{name}.md").read_text().startswith("# ")


def test_who_has_several_duties_is_helped_with_the_one_at_hand() -> None:
    both = Duties(is_mentor=True, rcic=HERE)
    assert place("intake:desk", both)[0].name == "mentor"
    assert place("intake:queue", both)[0].name == "coordinator"
    assert place("intake:request", Duties(rcic=HERE)) == (BY_NAME["coordinator"], "one-request")


def test_a_page_without_a_place_opens_the_readers_guide() -> None:
    assert place("intake:unknown", Duties(chairs=HERE)) == (BY_NAME["chair"], "")
    assert place("", Duties()) == (GUIDES[0], "")


def test_a_section_is_its_text_and_nothing_after_it() -> None:
    section = read("mentor").section("accept-or-decline")
    assert section is not None
    words = BeautifulSoup(section.html, "html.parser").get_text()
    assert "Accept and send" in words
    assert "What waits for you comes first" not in words


@pytest.mark.django_db
def test_every_page_has_its_help(client: Browser, org: Organisation) -> None:
    client.force_login(org.joan)
    html = BeautifulSoup(client.get(reverse("intake:desk")).content, "html.parser")
    link = html.select_one("a[data-help]")
    assert link is not None
    assert link["href"] == "/help/mentor/#my-client-requests"


def test_guides_are_open_to_everybody_and_whole(client: Browser) -> None:
    for guide in GUIDES:
        answer = client.get(guide.address)
        assert answer.status_code == 200
        assert f'<h1 class="page-title">{guide.title}</h1>' in answer.content.decode()


def test_a_section_alone(client: Browser) -> None:
    answer = client.get("/help/mentor/", {"section": "plan-a-session"}, headers=BY_SCRIPT)
    assert "Propose times" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/help/nobody/", "/help/mentor/?section=nothing"])
def test_what_is_not_there(client: Browser, address: str) -> None:
    assert client.get(address, headers=BY_SCRIPT).status_code == 404
