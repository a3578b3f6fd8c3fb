"""What is drawn without templates: the rows of tables and the header."""

from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse, set_script_prefix

from mentors.addresses import address, page_address
from mentors.columns import Drawn
from mentors.context import Entry

ENTRIES = (Entry("intake:queue", "Need action"), Entry("intake:watch", "Watch <list>"))


class Shelf(tables.Table):
    title = Drawn("Title", attrs={"td": {"class": "wide"}})
    year = tables.Column("Year")

    def draw_title(self, record: Any) -> str:
        return f"“{record['title']}”"

    def draw_row(self, record: Any, parity: str) -> str:
        return f"data-year={record['year']}-{parity}"


def drawn(table: tables.Table) -> str:
    context = Context({"table": table})
    return Template("{% load ui %}{% table_rows table %}").render(context)


def header(page: str, counts: dict[str, int] | None = None) -> str:
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(view_name=page)  # type: ignore[assignment]
    context = Context({"request": request, "entries": ENTRIES, "nav_counts": counts})
    return Template("{% load header %}{% nav entries %}").render(context)


class TestRows:
    def test_drawn_and_other_columns_stand_side_by_side(self) -> None:
        html = drawn(Shelf([{"title": "Emma", "year": 1815}]))
        assert '<td data-label="Title" class="wide">“Emma”</td>' in html
        assert '<td data-label="Year" >1815</td>' in html

    def test_what_a_drawing_says_is_escaped(self) -> None:
        html = drawn(Shelf([{"title": "<b>", "year": "<i>"}]))
        assert "“&lt;b&gt;”</td>" in html
        assert "&lt;i&gt;</td>" in html
        assert "<tr data-year=&lt;i&gt;-even>" in html

    def test_a_row_says_what_the_table_lets_it_say(self) -> None:
        html = drawn(Shelf([{"title": "", "year": 1815}, {"title": "", "year": 1816}]))
        assert "<tr data-year=1815-even>" in html
        assert "<tr data-year=1816-odd>" in html

    def test_a_drawn_cell_reads_the_same_in_the_way_of_all_columns(self) -> None:
        [row] = Shelf([{"title": "Emma", "year": 1815}]).rows
        assert row.get_cell("title") == "“Emma”"


class TestNav:
    def test_the_page_one_is_on_is_marked_and_no_other(self) -> None:
        html = header("intake:watch")
        assert html.count('aria-current="page"') == 1
        assert f'aria-current="page" href="{reverse("intake:watch")}">Watch &lt;list&gt;' in html

    def test_what_waits_is_counted_and_nothing_is_not(self) -> None:
        html = header("", {"intake:queue": 12, "intake:watch": 0})
        assert 'Need action <span class="badge ms-2">12</span></a>' in html
        assert html.count("badge") == 1


class TestAddresses:
    def test_they_are_those_of_the_site(self) -> None:
        assert address("intake:request", 17) == reverse("intake:request", args=[17])
        assert address("intake:preview", 918273645) == reverse("intake:preview", args=[918273645])
        assert page_address("intake:queue") == reverse("intake:queue")
        behind = "reports:conversion_requests"
        assert page_address(behind, "closed") == reverse(behind, args=["closed"])
        assert page_address(behind, "assigned") == reverse(behind, args=["assigned"])

    def test_templates_write_them_as_url_does(self) -> None:
        many = "{% load addresses %}{% address 'intake:request' 17 %} {% address 'intake:queue' %}"
        plain = "{% url 'intake:request' 17 %} {% url 'intake:queue' %}"
        assert Template(many).render(Context()) == Template(plain).render(Context())

    def test_a_site_below_a_prefix_has_its_own(self) -> None:
        plain = address("intake:request", 17)
        set_script_prefix("/handoff/")
        try:
            assert address("intake:request", 17) == f"/handoff{plain}"
        finally:
            set_script_prefix("/")
        assert address("intake:request", 17) == plain

    def test_a_page_that_is_not_there_is_a_mistake(self) -> None:
        with pytest.raises(NoReverseMatch):
            address("intake:nowhere", 1)
