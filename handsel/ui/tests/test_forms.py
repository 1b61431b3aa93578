"""Forms, as `{{ form }}` renders them with our renderer."""

import pytest
from django.forms import Select, SelectMultiple
from django.test.html import parse_html
from django.utils import translation

from handsel.ui.forms import LongSelect, LongSelectMultiple, Renderer
from handsel.ui.tests.sheet import FORM_DATA, EveryField


@pytest.fixture
def html():
    with translation.override("en"):
        return " ".join(str(EveryField(FORM_DATA, renderer=Renderer())).split())


def test_a_wrong_value_is_tied_to_its_control(html):
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_rate_error"' in html
    assert 'id="id_rate_error"' in html


def test_a_hint_is_tied_to_its_control(html):
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext">As readers know them.' in html


@pytest.mark.parametrize(
    ("name", "css"), [("name", "input"), ("currency", "select"), ("note", "textarea")]
)
def test_a_control_has_the_class_of_the_design(name, css):
    assert f'class="{css}"' in str(EveryField(renderer=Renderer())[name])


def test_radios_and_checkboxes_stand_in_a_fieldset_with_their_labels(html):
    assert html.count("<fieldset") == 2
    assert '<legend class="label">Kind' in html
    assert '<label class="check" for="id_kind_0">' in html


def test_a_unit_stands_beside_its_control(html):
    assert '<span class="affix"><input type="text"' in html
    assert "<span>%</span></span>" in html


def test_only_fields_that_may_stay_empty_say_so(html):
    assert 'Note <span class="faint small">optional' in html
    assert "Partner name </label>" in html


def test_a_hidden_field_has_no_label(html):
    assert html.count('name="secret"') == 1
    assert "Secret" not in html


def test_an_error_of_the_whole_form_stands_first():
    form = EveryField(FORM_DATA, renderer=Renderer())
    form.add_error(None, "These terms <b> are full.")

    html = str(form)
    assert html.index("These terms &lt;b&gt; are full.") < html.index("Partner name")


@pytest.mark.parametrize(
    ("ours", "django", "value"),
    [
        (LongSelect, Select, "b"),
        (LongSelect, Select, None),
        (LongSelectMultiple, SelectMultiple, ["", "b"]),
    ],
)
def test_a_long_select_is_the_one_django_renders(ours, django, value):
    choices = [("", "Choose"), ("a", "<i>A</i>"), ("b", "B & co")]
    attrs = {"id": "letter", "class": "select", "required": True}

    said = ours(choices=choices).render("letter", value, attrs)
    same = django(choices=choices).render("letter", value, attrs, Renderer())
    assert parse_html(said) == parse_html(same)
