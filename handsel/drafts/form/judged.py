"""What is written, judged: terms, or what is wrong with it and where."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handsel.drafts.form import codecs
from handsel.engine.terms import Known, Problem, Terms, problems
from handsel.errors import DomainError
from handsel.ui.wording import error_words
from handsel.ui.wording.terms import problem_words

# What the model itself refuses, by its own words.
MODEL: Mapping[str, Promise] = {
    "a cap per order has no period, every other cap has one": gettext_lazy(
        "Of each order: without a period. Of partners or the program: within one."
    ),
    "a floor per order has no period, one per partner has one": gettext_lazy(
        "Of each order: without a period. Of partners: within one."
    ),
    "an exclusion without a condition would exclude everything": gettext_lazy(
        "Say what earns nothing; without a condition nothing at all would be paid."
    ),
    "most is less than least": gettext_lazy("This ends before it begins."),
    "until is not after since": gettext_lazy("This ends before it begins."),
    "a rank is named twice in precedence": gettext_lazy("One of these stands here twice."),
    "not the name of a time zone, as Europe/Stockholm": gettext_lazy(
        "There is no such time zone. Write it as in Europe/Stockholm."
    ),
}
LIMITS: Mapping[str, Promise] = {
    "greater_than_equal": gettext_lazy("Write %(limit)s or more."),
    "less_than_equal": gettext_lazy("Write %(limit)s or less."),
}
KINDS: Mapping[str, Promise] = {
    "too_long": gettext_lazy("These are too many."),
    "too_short": gettext_lazy("Add at least one."),
    "string_pattern_mismatch": gettext_lazy("Write two letters for each country, as in SE, NO."),
}
FILL_IN = gettext_lazy("Fill this in.")
DEEP = "conditions are nested more than"


@dataclass(frozen=True)
class Judged:
    """`terms` is None while something keeps them from being any. Both kinds of mistakes are by the
    dotted path of the member; `refused` and `warned` are said beside no member, or all together."""

    terms: Terms | None
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    warnings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: Sequence[str] = ()
    warned: Sequence[str] = ()

    @property
    def is_fit(self) -> bool:
        """Whether it can be used: it has the shape of terms, and nothing in it is refused."""
        return self.terms is not None and not self.errors


def judged(
    written: Mapping[str, Any],
    unread: Mapping[str, Sequence[str]],
    *,
    currency: str,
    known: Known | None = None,
    at: datetime | None = None,
) -> Judged:
    """Judge data in the shape of terms; `unread` is what could not be read of it, by path."""
    data = {**written, "currency": currency}
    try:
        terms = Terms.model_validate_json(json.dumps(data))
    except ValidationError as error:
        return Judged(None, _merged(unread, _shape(error, data, currency)))
    except DomainError as error:
        words = error_words(error)
        said = f"{words.message} {words.remedy}".strip()
        return Judged(None, _merged(unread, [(error.field, said)]), refused=[said])
    if unread:
        return Judged(None, unread)
    return _sense(terms, problems(terms, known=known, at=at))


def _sense(terms: Terms, found: Sequence[Problem]) -> Judged:
    said = [(problem, _said(problem, terms.currency)) for problem in found]
    refused = [(one.field, text) for one, text in said if one.severity == "refused"]
    warned = [(one.field, text) for one, text in said if one.severity == "warned"]
    return Judged(
        terms,
        _merged({}, refused),
        _merged({}, warned),
        [text for _field, text in refused],
        [text for _field, text in warned],
    )


def _said(problem: Problem, currency: str) -> str:
    message, remedy = problem_words(problem, currency)
    return f"{message} {remedy}".strip()


def _merged(
    first: Mapping[str, Sequence[str]], more: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]
) -> dict[str, list[str]]:
    """Where something could not be read, what the model says of it is no news."""
    merged = {path: list(said) for path, said in first.items()}
    for path, text in more:
        known = any(path == one or path.startswith(f"{one}.") for one in first)
        if not known and text not in merged.get(path, ()):
            merged.setdefault(path, []).append(text)
    return merged


def _shape(
    error: ValidationError, data: Mapping[str, Any], currency: str
) -> Iterator[tuple[str, str]]:
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"], data)
        yield path, _words(detail, path, currency)


def _path(loc: Sequence[int | str], data: Any) -> str:
    """The dotted path of a member, without the marks that pydantic sets where kinds part."""
    parts: list[str] = []
    for place, part in enumerate(loc):
        if isinstance(data, list) and isinstance(part, int):
            data = data[part] if part < len(data) else None
        elif isinstance(data, dict) and isinstance(part, str):
            last = place == len(loc) - 1
            if part not in data and (part == data.get("kind") or not last):
                continue
            data = data.get(part)
        else:
            break
        parts.append(str(part))
    return ".".join(parts)


def _words(detail: ErrorDetails, path: str, currency: str) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        text = str(context["error"])
        return _("Conditions are nested too deep.") if DEEP in text else str(MODEL.get(text, text))
    if kind in LIMITS:
        limit = int(context["ge" if kind == "greater_than_equal" else "le"])
        return str(LIMITS[kind] % {"limit": _written(limit, path, currency)})
    if kind == "string_too_long":
        return _too_long(int(context["max_length"]))
    typed = detail["input"]
    if kind.endswith("_type") and isinstance(typed, str) and typed.strip():
        return _("“%(text)s” could not be read. Write it again.") % {"text": typed[:40]}
    return str(KINDS.get(kind, FILL_IN))


def _too_long(most: int) -> str:
    return ngettext(
        "Write %(most)d character at most.", "Write %(most)d characters at most.", most
    ) % {"most": most}


def _written(limit: int, path: str, currency: str) -> str:
    """A limit in the unit of its member."""
    name = path.rpartition(".")[2]
    if name.endswith("_ppm"):
        return f"{codecs.write_rate(limit)} %"
    if name.endswith("_minor"):
        return f"{codecs.write_amount(limit, currency)} {currency}"
    return codecs.write_whole(limit)
