"""Badges cover what the tables can hold."""

from django.apps import apps
from django.utils import translation

from handsel.ui.sprite import ICONS
from handsel.ui.states import STATES, state_choices, state_of

TONES = {"", "ok", "warn", "bad", "info", "brand", "partner"}


def test_every_state_of_every_table_has_words():
    choices = {
        str(value)
        for model in apps.get_models()
        if model.__module__.startswith("handsel.")
        for field in model._meta.fields
        if field.name == "status" and field.choices
        for value, _label in field.flatchoices
    }

    assert choices - set(STATES) == set()


def test_every_state_has_an_icon_of_the_sprite_and_a_tone_of_the_design():
    for state in STATES.values():
        assert state.icon in ICONS
        assert state.tone in TONES


def test_no_state_says_on_hold():
    with translation.override("en"):
        assert not [state for state in STATES.values() if "hold" in str(state.word).lower()]


def test_a_state_without_words_shows_itself():
    assert state_of("half_done").word == "half done"


def test_a_choice_says_what_the_badge_says():
    assert state_choices("pending", "processed") == [
        ("pending", state_of("pending").word),
        ("processed", state_of("processed").word),
    ]
