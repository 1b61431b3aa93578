"""Words of applications: {% load applications %}."""

from urllib.parse import urlsplit

from django import template

from handsel.engine.values import Step
from handsel.recruiting.wording import signal_text, wish_text
from handsel.ui.countries import country_name

register = template.Library()


@register.filter
def country(code: str) -> str:
    return country_name(code)


@register.filter
def short_place(place: str) -> str:
    """An address without what every address has: `layered.example/about`."""
    parts = urlsplit(place)
    if not parts.hostname:
        return place
    return f"{parts.hostname.removeprefix('www.')}{parts.path.rstrip('/')}"


@register.filter
def signal_words(signal: Step) -> str:
    return signal_text(signal)


@register.filter
def wish_words(what: Step) -> str:
    return wish_text(what)
