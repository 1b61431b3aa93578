"""Where a link leads, for whom: as both sides read it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from handsel.clock import now
from handsel.links.directions import Rule, read_rules, read_schedule, read_split
from handsel.links.forms.fields import DEVICES
from handsel.links.models import Link
from handsel.ui.countries import country_choices
from handsel.ui.figures import rate_text
from handsel.ui.languages import language_choices


@dataclass(frozen=True, slots=True)
class Lead:
    """`who` is empty where it is everybody."""

    who: str
    url: str


def leads_of(link: Link) -> list[Lead]:
    """In the order in which `tracking.routing` asks; the first that fits a visitor decides. That
    of a page asked for by `to=` is left out: the visitor brings it along."""
    begun = [entry for entry in read_schedule(link.schedule) if entry.at <= now()]
    if begun and begun[-1].url:
        return [Lead("", begun[-1].url)]
    rules = [Lead(_whom(rule), rule.url) for rule in read_rules(link.rules)]
    others = list(_of_others(link, has_rules=bool(rules)))
    return [*rules, *others]


def _of_others(link: Link, *, has_rules: bool) -> Iterator[Lead]:
    split = read_split(link.split)
    if split is None:
        yield Lead(pgettext("visitors", "All others") if has_rules else "", link.url)
    elif split.winner is not None:
        [url] = [one.url for one in split.variants if one.name == split.winner]
        yield Lead(pgettext("visitors", "All others") if has_rules else "", url)
    else:
        total = sum(one.weight for one in split.variants)
        for one in split.variants:
            said = {"share": rate_text(one.weight * 1_000_000 // total)}
            of_all = _("%(share)s of visitors") % said
            yield Lead(_("%(share)s of all others") % said if has_rules else of_all, one.url)


def _whom(rule: Rule) -> str:
    """`Sweden, Finland · Phone · Swedish`"""
    named = (
        (rule.countries, dict(country_choices())),
        (rule.devices, dict(DEVICES)),
        (rule.languages, dict(language_choices())),
    )
    lists = (", ".join(str(names.get(code, code)) for code in codes) for codes, names in named)
    return " · ".join(filter(None, lists))
