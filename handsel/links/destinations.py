"""What a link may be told: destinations inside its program, parameters that can be filled."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from handsel.errors import InvalidInput
from handsel.links.directions import LinkChange, Rule
from handsel.programs.services import leads_to
from handsel.tracking.destinations import own_page
from handsel.tracking.links.link import CLICK_PARAM
from handsel.tracking.routing import PLACEHOLDER
from handsel.ui.countries import country_choices

BRACED = re.compile(r"\{[^{}]*\}")


class DestinationNotAllowed(InvalidInput):
    """A link may only lead to the program's own domains."""


def refuse_unusable(change: LinkChange, domains: list[str]) -> None:
    """Raises InvalidInput for the first thing that cannot be, with its field (`rules.0.url`)."""
    for field, url in _destinations(change):
        refuse_foreign(url, domains, field=field)
    for n, rule in enumerate(change.rules):
        _refuse_rule(rule, f"rules.{n}")
    _refuse_twice(change)
    refuse_parameters(change.utm)
    for name, sub in change.subs.items():
        if not sub.isprintable():
            raise InvalidInput(
                _("A sub-id is one line of plain text."),
                field=f"subs.{name}",
                remedy=_("Leave out what cannot be printed."),
            )


def refuse_foreign(url: str, domains: list[str], *, field: str) -> None:
    """A browser must find there what we do: two parsers have to agree about the host."""
    if not leads_to(url, domains) or own_page(url, domains) is None:
        raise DestinationNotAllowed(
            _("“%(url)s” is not a page of this program.") % {"url": url},
            field=field,
            remedy=_("Use an address on %(domains)s.") % {"domains": ", ".join(domains)},
        )


def refuse_parameters(utm: Mapping[str, str]) -> None:
    """Parameters of addresses whose placeholders nobody could fill, or that are ours."""
    for name, template in utm.items():
        if name == CLICK_PARAM:
            raise InvalidInput(
                _("%(name)s carries the click, and cannot say anything else.") % {"name": name},
                field=f"utm.{name}",
                remedy=_("Choose another name."),
            )
        unknown = next((m[0] for m in BRACED.finditer(template) if not PLACEHOLDER.match(m[0])), "")
        if unknown or not template.isprintable():
            raise InvalidInput(
                _("“%(placeholder)s” cannot be filled in.") % {"placeholder": unknown or template},
                field=f"utm.{name}",
                remedy=_("Use {partner}, {program}, {slug} or {sub1} to {sub5}."),
            )


def _destinations(change: LinkChange) -> Iterator[tuple[str, str]]:
    """Field and address; those that may be empty, where they are, are left out."""
    if "url" in change.named:
        yield "url", change.url
    if change.fallback_url:
        yield "fallback_url", change.fallback_url
    for n, entry in enumerate(change.schedule):
        if entry.url:
            yield f"schedule.{n}.url", entry.url
    for n, rule in enumerate(change.rules):
        yield f"rules.{n}.url", rule.url
    for n, variant in enumerate(change.split.variants if change.split else ()):
        yield f"split.variants.{n}.url", variant.url


def _refuse_rule(rule: Rule, field: str) -> None:
    if not (rule.countries or rule.devices or rule.languages):
        raise InvalidInput(
            _("This rule says nothing about whom it is for."),
            field=field,
            remedy=_("Name a country, a kind of device or a language, or change the destination."),
        )
    known = {code for code, _name in country_choices()}
    if unknown := next((code for code in rule.countries if code not in known), ""):
        raise InvalidInput(
            _("There is no country %(code)s.") % {"code": unknown},
            field=f"{field}.countries",
            remedy=_("Use codes of two letters (ISO 3166-1), as in NO or SE."),
        )


def _refuse_twice(change: LinkChange) -> None:
    moments = [entry.at for entry in change.schedule]
    if len(moments) != len(set(moments)):
        raise InvalidInput(
            _("Two entries of the schedule begin at the same moment."),
            field="schedule",
            remedy=_("Leave one of them out."),
        )
