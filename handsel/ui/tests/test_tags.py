"""The tags as templates use them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation


def render(source: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load ui %}" + source).render(Context(context))


@dataclass
class Commission:
    amount_minor: int = 1442
    currency: str = "EUR"


def test_money_takes_an_object_or_minor_units():
    spelled = '<span class="money">€14<span class="cents">.42</span></span>'

    assert render("{{ c|money }}", c=Commission()) == spelled
    assert render('{{ n|money:"EUR" }}', n=1442) == spelled
    assert render("{{ n|money }}", n=None) == ""
    assert render("{{ c|money_plain }}", c=Commission()) == "€14.42"


def test_a_badge_is_icon_word_and_tone():
    html = render('{% badge "approved" %}')

    assert html.startswith('<span class="badge" data-tone="ok"><svg class="icon"')
    assert "#i-check" in html
    assert html.endswith("Approved</span>")


def test_a_badge_shows_a_state_without_words_as_it_is():
    assert "unheard of</span>" in render('{% badge "unheard_of" %}')


def test_what_people_typed_is_escaped():
    typed = '<b>"Ada"'

    for source in ("{% avatar n %}", '{% badge "approved" n %}', '{% sees "other" n %}'):
        html = render(source, n=typed)
        assert "<b>" not in html
    assert '<b>"' not in render("{{ n|shortid }}", n=f"com_{typed}")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Lofthus Wool", "LW"), ("Kupong24", "KU"), ("Ull & Bark", "UB"), ("Ø", "Ø"), ("", "?")],
)
def test_an_avatar_holds_initials(name, initials):
    assert f">{initials}</span>" in render("{% avatar n %}", n=name)


def test_an_unknown_icon_is_an_error_in_the_template():
    with pytest.raises(ValueError, match="unicorn"):
        render('{% icon "unicorn" %}')


def test_a_short_id_keeps_its_kind_and_its_last_letters():
    html = render("{{ i|shortid }}", i="com_01m7w3n2p5exyv9yzdeftyh8k6")

    assert 'title="com_01m7w3n2p5exyv9yzdeftyh8k6"' in html
    assert ">com_…tyh8k6</span>" in html


@pytest.mark.parametrize(
    ("part", "whole", "width"),
    [(559, 1000, "55.9"), (3, 8, "37.5"), (9, 8, "100.0"), (-1, 8, "0.0"), (1, 0, "0.0")],
)
def test_a_bar_is_drawn_alike_in_every_language(part, whole, width):
    for language in ("en", "sv"):
        with translation.override(language):
            html = Template("{% load ui %}{% bar part whole %}").render(
                Context({"part": part, "whole": whole})
            )
        assert f'width="{width}%"' in html


def test_a_spark_runs_from_edge_to_edge_and_needs_two_values():
    assert 'd="M0.0 26.0L50.0 14.0L100.0 2.0"' in render("{% spark v %}", v=[1, 2, 3])
    assert 'd="M0.0 26.0L100.0 26.0"' in render("{% spark v %}", v=[4, 4])
    assert render("{% spark v %}", v=[1]) == ""


def test_who_sees_it_is_said_in_words():
    assert "Both see this" in render('{% sees "both" %}')
    assert "#i-lock" in render('{% sees "you" %}')
    assert "Slow Trails sees this same page" in render('{% sees "other" "Slow Trails" %}')


def test_a_language_is_called_as_its_readers_call_it():
    page = Template(
        "{% load ui %}{% reading_languages as all %}{% for _, name in all %}{{ name }};{% endfor %}"
    )
    with translation.override("pl"):
        assert page.render(Context()) == "English;Svenska;Norsk bokmål;Polski;"


def test_a_paper_names_days_with_their_year():
    evening = datetime(2026, 10, 2, 23, 30, tzinfo=UTC)

    assert render("{{ d|day }}", d=date(2026, 10, 2)) == "2 Oct 2026"
    assert render("{{ d|day }}", d=evening) == "2 Oct 2026"
    assert render("{{ d|day }}", d=None) == ""


def test_an_amount_stands_alone_where_a_heading_names_the_currency():
    assert render('{{ n|amount:"EUR" }}', n=197_259) == "1,972.59"
    assert render('{{ n|amount:"EUR" }}', n=None) == ""
