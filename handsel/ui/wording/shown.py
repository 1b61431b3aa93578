"""Parameters of a code as a reader sees them: units become formats."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import cast

from babel.lists import format_list
from django.utils.functional import Promise

from handsel.ui.figures import money_text, rate_text
from handsel.ui.locales import reader_locale
from handsel.ui.moments import day_text_full, moment_text

Shown = dict[str, object]
Params = Mapping[str, object]
# A gettext template, or a function where the words depend on the parameters.
Wording = Promise | Callable[[Params], str]


def list_text(items: object) -> str:
    """`A, B and C`, as the active language lists things."""
    return format_list(
        [str(item) for item in cast(Iterable[object], items)], locale=reader_locale()
    )


def _moment(value: object) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment_text(at)


def _day(value: object) -> str:
    return day_text_full(value if isinstance(value, date) else date.fromisoformat(str(value)))


FORMATS: dict[str, Callable[[object], str]] = {
    "_ppm": lambda value: rate_text(int(str(value))),
    "_at": _moment,
    "_on": _day,
}


def shown(params: Mapping[str, object]) -> Shown:
    """The parameters, and beside each one that has a unit its reading under the bare name."""
    result: Shown = dict(params)
    currency = str(params.get("currency") or "")
    for name, value in params.items():
        if value is None:
            result[name] = ""
        elif isinstance(value, (tuple, list)):
            result[name] = list_text(value)
        elif name.endswith("_minor") and currency:
            result[name.removesuffix("_minor")] = money_text(int(str(value)), currency)
        else:
            for suffix, read in FORMATS.items():
                if name.endswith(suffix):
                    result[name.removesuffix(suffix)] = read(value)
    return result
