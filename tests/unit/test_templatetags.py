"""The small tags that every page is built from."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.forms.renderers import TemplatesSetting
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from django.utils.html import strip_tags

from intake.enums import Outcome, QueueReason, Status
from intake.templatetags import requests
from mentors.renderers import FormRenderer
from mentors.templatetags import moments, ui
from mentors.words import last_date

CLEVELAND = SimpleNamespace(zone=ZoneInfo("America/New_York"))
AT = datetime(2026, 11, 13, 15, 12, tzinfo=UTC)
DEADLINE = datetime(2026, 11, 26, 0, 0, tzinfo=CLEVELAND.zone)
"""Wed 25 Nov is the last day on which it is kept."""


def render(source: str, **context: Any) -> str:
    return Template("{% load ui moments requests %}" + source).render(Context(context))


class TestMoments:
    @pytest.mark.parametrize(
        ("place", "words"),
        [
            (CLEVELAND, "Fri 13 Nov 10:12"),
            ("Pacific/Honolulu", "Fri 13 Nov 05:12"),
            (ZoneInfo("Asia/Tokyo"), "Sat 14 Nov 00:12"),
        ],
    )
    def test_clock_is_that_of_the_place(self, place: Any, words: str) -> None:
        assert strip_tags(moments.clock(AT, place)) == words

    def test_clock_is_the_readers_when_no_place_is_named(self) -> None:
        with timezone.override("America/Denver"):
            assert strip_tags(moments.clock(AT)) == "Fri 13 Nov 08:12"

    def test_clock_tells_machines_and_titles_the_whole_truth(self) -> None:
        html = moments.clock(AT, CLEVELAND)
        assert 'datetime="2026-11-13T10:12-05:00"' in html
        assert 'title="Friday 13 November 2026, 10:12 EST"' in html

    def test_day_of_an_instant_is_the_local_one(self) -> None:
        late = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
        assert strip_tags(moments.day(late, CLEVELAND)) == "Wed 25 Nov"
        assert strip_tags(moments.day(late, "UTC")) == "Thu 26 Nov"

    def test_day_of_a_date_needs_no_zone(self) -> None:
        assert strip_tags(moments.day(date(2026, 11, 25))) == "Wed 25 Nov"
        assert strip_tags(moments.long_day(date(2025, 1, 2))) == "Thu 2 Jan 2025"

    def test_a_deadline_is_named_by_its_last_day(self) -> None:
        assert strip_tags(moments.last_day(DEADLINE, CLEVELAND)) == "Wed 25 Nov"

    def test_last_day_on_the_day_the_clocks_change(self) -> None:
        after_the_long_sunday = datetime(2026, 11, 2, 0, 0, tzinfo=CLEVELAND.zone)
        assert last_date(after_the_long_sunday, moments.zone_of(CLEVELAND)) == date(2026, 11, 1)

    @pytest.mark.parametrize("shown", [moments.clock, moments.day, moments.last_day, moments.bd])
    def test_nothing_for_nothing(self, shown: Any) -> None:
        assert shown(None) == ""

    @pytest.mark.parametrize(
        ("days", "words", "title"),
        [
            (6.24, "6.2 bd", "6.2 business days"),
            (1.0, "1.0 bd", "1.0 business day"),
            (0, "0.0 bd", "0.0 business days"),
        ],
    )
    def test_business_days(self, days: float, words: str, title: str) -> None:
        assert moments.bd(days) == f'<span class="clock" title="{title}">{words}</span>'


class TestAge:
    @pytest.mark.parametrize(
        ("days", "level"),
        [(0, "ok"), (0.99, "ok"), (1, "warn"), (1.99, "warn"), (2, "late"), (6.2, "late")],
    )
    def test_level(self, days: float, level: str) -> None:
        assert f'data-level="{level}"' in requests.age(days)

    def test_limits_can_be_others(self) -> None:
        assert 'data-level="ok"' in requests.age(2, warn=3, late=5)

    def test_nothing_for_nothing(self) -> None:
        assert requests.age(None) == ""

    @pytest.mark.parametrize(
        ("before", "level", "words"),
        [
            (timedelta(hours=30), "ok", "answer by Wed 25 Nov"),
            (timedelta(hours=24), "warn", "answer by today, Wed 25 Nov"),
            (timedelta(microseconds=1), "warn", "answer by today, Wed 25 Nov"),
            (timedelta(0), "late", "answer was due Wed 25 Nov"),
        ],
    )
    def test_deadline(self, before: timedelta, level: str, words: str) -> None:
        html = requests.deadline(DEADLINE, DEADLINE - before, verb="answer", chapter=CLEVELAND)
        assert f'data-level="{level}"' in html
        assert strip_tags(html) == words

    def test_words_are_escaped(self) -> None:
        assert "&lt;b&gt;" in requests.level("<b>", "ok")


class TestBadges:
    @pytest.mark.parametrize(
        ("badge", "vocabulary"),
        [
            (requests.status_badge, Status),
            (requests.reason_badge, QueueReason),
            (requests.outcome_badge, Outcome),
        ],
    )
    def test_every_value_is_a_word(self, badge: Any, vocabulary: Any) -> None:
        for value in vocabulary:
            assert strip_tags(badge(value.value)) == value.label
        assert badge("") == ""


class TestBoxes:
    def test_card(self) -> None:
        html = render(
            '{% card title level=3 tone="danger" %}<p>words</p>{% endcard %}', title="A & B"
        )
        assert '<h3 class="card-title">A &amp; B</h3>' in html
        assert "<p>words</p>" in html
        assert "bg-danger" in html
        assert "card-body" in html

    def test_flush_card_has_no_body(self) -> None:
        assert "card-body" not in render("{% card flush=True %}x{% endcard %}")

    def test_values_inside_a_box_are_escaped_once(self) -> None:
        html = render('{% fact "Area" %}{{ area }}{% endfact %}', area="<b>Food & Drink")
        assert "&lt;b&gt;Food &amp; Drink" in html

    def test_missing_fact_is_a_dash(self) -> None:
        assert "–" in render('{% fact "Website" %}{{ website }}{% endfact %}', website="")

    def test_nothing_offers_a_way_on(self) -> None:
        html = render('{% nothing "Nothing waits" url="/watch/" label="Watch" %}x{% endnothing %}')
        assert '<a class="btn btn-primary" href="/watch/">Watch</a>' in html

    def test_nothing_inside_a_loop_is_not_the_loops_empty_clause(self) -> None:
        assert "Nobody" in render(
            '{% for x in rows %}{% empty %}{% nothing "Nobody" %}{% endnothing %}{% endfor %}',
            rows=[],
        )

    def test_moment(self) -> None:
        html = render('{% moment "Accepted" at=at tone="success" %}by Joan{% endmoment %}', at=AT)
        assert "<strong>Accepted</strong>" in html
        assert "Fri 13 Nov" in html
        assert "by Joan" in html

    def test_fold(self) -> None:
        html = render('{% fold "Why" opened=True %}because{% endfold %}')
        assert "<details" in html
        assert " open" in html

    def test_confirm_is_a_form_with_a_way_back(self) -> None:
        source = '{% confirm "Sure?" button="Do it" back="/back/" danger=True %}{% endconfirm %}'
        html = render(source, csrf_token="token")
        assert 'name="csrfmiddlewaretoken" value="token"' in html
        assert 'method="post"' in html
        assert 'href="/back/"' in html
        assert "btn-danger" in html


class TestButtons:
    def test_offered(self) -> None:
        assert 'href="/x/?a=1&amp;b=2"' in render('{% act "Withdraw…" url %}', url="/x/?a=1&b=2")

    @pytest.mark.parametrize(
        "tag", ['{% act "Complete…" "/x/" refused=why %}', '{% submit "Complete…" refused=why %}']
    )
    def test_refused_says_why_beside_it(self, tag: str) -> None:
        html = render(tag, why="No session was held yet.")
        assert 'aria-disabled="true" aria-describedby="why-not-complete"' in html
        assert 'id="why-not-complete">No session was held yet.<' in html
        assert "/x/" not in html
        assert 'type="submit"' not in html

    def test_submit(self) -> None:
        html = render('{% submit "Accept" name="answer" value="accept" primary=True %}')
        assert 'type="submit" name="answer" value="accept"' in html
        assert "btn-primary" in html


class TestPeople:
    @pytest.mark.parametrize(
        ("name", "letters"),
        [
            ("Joan Whitfield", "JW"),
            ("Ana", "A"),
            ("Maria del Carmen Ortiz", "MO"),
            ("", ""),
            (None, ""),
            ("édith piaf", "ÉP"),
        ],
    )
    def test_initials(self, name: str | None, letters: str) -> None:
        assert ui.initials(name) == letters

    def test_avatar_is_decoration(self) -> None:
        assert render("{% avatar name %}", name="Joan Whitfield").strip() == (
            '<span class="avatar" aria-hidden="true">JW</span>'
        )


class TestPager:
    def render(self, number: int, address: str = "/?sort=-age&area=3&page=9") -> str:
        page = Paginator(range(64), 10).get_page(number)
        return render("{% pager page %}", page=page, request=RequestFactory().get(address))

    def test_links_keep_filters_and_order(self) -> None:
        assert 'href="?sort=-age&amp;area=3&amp;page=3"' in self.render(2)

    def test_current_page_is_marked(self) -> None:
        html = self.render(2)
        assert 'aria-current="page" href="?sort=-age&amp;area=3&amp;page=2"' in html
        assert "11–20 of 64" in html

    def test_ends_have_one_direction(self) -> None:
        assert 'rel="prev"' not in self.render(1)
        assert 'rel="next"' not in self.render(7)

    def test_one_page_needs_no_links(self) -> None:
        page = Paginator(range(3), 10).get_page(1)
        html = render("{% pager page %}", page=page, request=RequestFactory().get("/"))
        assert "1–3 of 3" in html
        assert "pagination" not in html


class TestLookup:
    def test_value_or_nothing(self) -> None:
        assert ui.lookup({"intake:queue": 3}, "intake:queue") == 3
        assert ui.lookup({}, "intake:queue") == ""
        assert ui.lookup(None, "intake:queue") == ""


class Sample(forms.Form):
    name = forms.CharField(help_text="As in your papers.")
    question = forms.CharField(widget=forms.Textarea(attrs={"class": "tall"}))
    area = forms.ChoiceField(choices=[("1", "Pricing")])
    meet = forms.ChoiceField(choices=[("video", "Video")], widget=forms.RadioSelect)
    consent = forms.BooleanField(label="I agree", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class TestForms:
    def test_widgets_have_the_kits_classes(self) -> None:
        html = str(Sample())
        assert 'class="form-control tall"' in html
        assert '<select name="area" class="form-select"' in html
        assert html.count('class="form-check-input"') == 2
        assert '<input type="hidden" name="token" id="id_token">' in html

    def test_required_is_marked_and_optional_is_not(self) -> None:
        html = str(Sample())
        assert '<label class="form-label required" for="id_name">' in html
        assert '<label class="form-check-label" for="id_consent">' in html

    @pytest.mark.parametrize("name", list(Sample.base_fields))
    def test_without_a_template_they_read_as_with_one(self, name: str) -> None:
        typed = {"name": "<b>", "meet": "video"}
        at_once, by_template = FormRenderer(), TemplatesSetting()
        drawn, plain = (Sample(typed, renderer=each)[name] for each in (at_once, by_template))
        assert str(drawn) == str(plain)
        assert drawn.as_field_group() == plain.as_field_group()

    def test_error_stands_beside_the_field_and_is_tied_to_it(self) -> None:
        html = str(Sample({"name": ""})["name"].as_field_group())
        assert 'aria-invalid="true"' in html
        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'id="id_name_error"><li>This field is required.</li>' in html
        assert 'id="id_name_helptext"' in html

    def test_summary_links_to_the_fields(self) -> None:
        html = str(Sample({"name": ""}))
        assert 'id="form-errors" role="alert" tabindex="-1" autofocus' in html
        assert 'href="#id_name"' in html
        assert 'href="#id_meet_0"' in html

    def test_no_summary_without_errors(self) -> None:
        assert "form-errors" not in str(Sample())

    def test_what_was_typed_is_kept_and_escaped(self) -> None:
        html = str(Sample({"name": '"><script>', "question": "</textarea><script>"}))
        assert "<script>" not in html
        assert "&quot;&gt;&lt;script&gt;" in html

    @pytest.mark.parametrize("widget", [forms.Select, forms.RadioSelect])
    def test_names_of_groups_and_options_are_escaped(self, widget: type[forms.Widget]) -> None:
        options = [("A & B", [("<1>", "One & only"), ("2", "Two")])]
        html = str(forms.ChoiceField(choices=options, widget=widget).widget.render("x", "2"))
        assert "A &amp; B" in html
        assert 'value="&lt;1&gt;"' in html
        assert "One &amp; only" in html

    def test_the_chosen_option_and_only_that_is_selected(self) -> None:
        html = str(Sample({"area": "1"})["area"])
        assert '<option value="1" selected>Pricing</option>' in html
        assert "selected" not in str(Sample()["area"])

    def test_an_attribute_that_is_true_stands_alone_and_one_that_is_false_not_at_all(self) -> None:
        html = forms.TextInput({"autofocus": True, "hidden": False}).render("x", 0)
        assert html == '<input type="text" name="x" value="0" class="form-control" autofocus>'
