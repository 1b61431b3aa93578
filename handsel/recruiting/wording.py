"""What an applicant reads of the terms, and what a manager reads of an applicant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.terms import Clause, Fixed, Terms, sentences
from handsel.engine.terms.sentences import Section
from handsel.engine.values import Step
from handsel.partnerships.models import Partnership
from handsel.partnerships.wording import clause_text
from handsel.ui.countries import country_name
from handsel.ui.figures import count_text, money_text
from handsel.ui.wording.shown import list_text, shown
from handsel.ui.wording.terms.short import best_pay

Fact = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """What applicants ask of the terms; `clauses` are those that answer it."""

    asks: str
    answer: str
    more: str
    clauses: Sequence[int]


SIGNALS: Mapping[str, str | Promise] = {
    "email_of_partner": gettext_lazy("%(name)s, a partner already, has this e-mail address."),
    "domain_of_partner": gettext_lazy("%(name)s, a partner already, has its e-mail on %(domain)s."),
    "site_of_partner": gettext_lazy("%(name)s, a partner already, has this website."),
    "declined_before": gettext_lazy("An earlier application was declined on %(declined)s."),
    "reach_missing": gettext_lazy("It does not say how many people they reach."),
}


def signal_text(signal: Step) -> str:
    if signal.code == "same_network":
        number = int(str(signal.params["number"]))
        text = ngettext(
            "%(number)d more application came from the same network within a month.",
            "%(number)d more applications came from the same network within a month.",
            number,
        )
        return text % {"number": number}
    return str(SIGNALS[signal.code] % shown(signal.params))


def wish_text(what: Step) -> str:
    """A criterion of the program page, as the brand set it."""
    match what.code:
        case "kind":
            kinds = [str(Partnership.Kind(kind).label) for kind in _texts(what, "kinds")]
            return _("Kind: %(kinds)s") % {"kinds": list_text(kinds)}
        case "country":
            countries = [country_name(code) for code in _texts(what, "countries")]
            return _("Country: %(countries)s") % {"countries": list_text(countries)}
        case _:
            return _("Reaches at least %(number)s people a month") % {
                "number": count_text(int(str(what.params["n"])))
            }


def deal_facts(terms: Terms, payout_day: int) -> list[Fact]:
    """The terms in a few words: what one earns, how long a click counts, when it is paid."""
    bonuses = [rule for rule in terms.pay if isinstance(rule, Fixed)]
    return [
        (_("You earn"), best_pay(terms)),
        *((_bonus_label(rule), _plus(rule)) for rule in bonuses[:1]),
        (_("A click counts"), days_text(terms.attribution.window_days)),
        (_("Approved after"), days_text(terms.hold.days)),
        (_("Paid each month"), _("on day %(day)d") % {"day": payout_day}),
        (_("Paid from"), _from(terms)),
    ]


def days_text(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def questions(terms: Terms, *, payout_day: int, answer_days: int) -> list[Question]:
    """The terms as answers to what people ask first; each names its clauses."""
    said = _Said(terms)
    return [
        Question(
            _("How much do I earn?"),
            said.text("pay"),
            said.text("basis"),
            said.numbers("pay", "basis"),
        ),
        Question(
            _("How long does a click count?"),
            days_text(terms.attribution.window_days),
            said.text("attribution"),
            said.numbers("attribution"),
        ),
        Question(
            _("When is it mine?"),
            said.text("hold"),
            said.text("refunds"),
            said.numbers("hold", "refunds"),
        ),
        Question(
            _("When am I paid?"),
            _("Each month on day %(day)d.") % {"day": payout_day},
            said.text("payout"),
            said.numbers("payout"),
        ),
        Question(
            _("Can you change this?"),
            _("Only with your signature, and never backwards."),
            _(
                "What you have earned stays under the terms it was earned under. Every version is "
                "kept, with who signed it and when."
            ),
            (),
        ),
        Question(
            _("What if we disagree?"),
            ngettext(
                "Ask on the amount itself. You have an answer within %(days)d working day.",
                "Ask on the amount itself. You have an answer within %(days)d working days.",
                answer_days,
            )
            % {"days": answer_days},
            _("Question and answer stay with the amount, where both of us read them."),
            (),
        ),
    ]


@dataclass(frozen=True)
class _Said:
    """The clauses of terms, to be looked up by what they are about."""

    terms: Terms

    def _of(self, *sections: Section) -> list[Clause]:
        return [clause for clause in sentences(self.terms) if clause.section in sections]

    def text(self, *sections: Section) -> str:
        return " ".join(clause_text(clause, self.terms.currency) for clause in self._of(*sections))

    def numbers(self, *sections: Section) -> list[int]:
        return [clause.number for clause in self._of(*sections)]


def _bonus_label(rule: Fixed) -> str:
    return _("New customer") if rule.when.customer == "new" else _("On top of an order")


def _plus(rule: Fixed) -> str:
    return money_text(rule.amount_minor, rule.currency, sign=True)


def _from(terms: Terms) -> str:
    threshold_minor = terms.payout.threshold_minor
    return money_text(threshold_minor, terms.currency) if threshold_minor else _("any amount")


def _texts(step: Step, name: str) -> Sequence[str]:
    value = step.params[name]
    return value if isinstance(value, tuple) else ()
