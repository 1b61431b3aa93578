"""What the editor of terms shows beside the form: words, rates, an example, what changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.conversions.known import known_names
from handsel.drafts.form import Judged, Shown, judged, show
from handsel.drafts.models import Draft
from handsel.engine.terms import Clause, Difference, Terms, differences, sentences
from handsel.engine.terms.differences import effect_of
from handsel.engine.terms.example import Example, PeriodExample, example, period_example
from handsel.partnerships.queries import latest_version
from handsel.partnerships.queries import terms_of as agreed
from handsel.partnerships.wording import clause_text
from handsel.programs.queries import terms_of
from handsel.ui.wording.terms.rates import RateLine, rate_table

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Look:
    """Terms as everybody will read them. `base` is what is in force for whom they are for."""

    terms: Terms
    base: Terms | None
    language: str

    @property
    def clauses(self) -> list[tuple[int, str]]:
        """In the language that was chosen, whatever the page's own is."""
        with override(self.language):
            return [(c.number, clause_text(c, self.terms.currency)) for c in self._sentences]

    @property
    def _sentences(self) -> list[Clause]:
        return sentences(self.terms)

    @property
    def rates(self) -> list[RateLine]:
        return rate_table(self.terms)

    @property
    def changes(self) -> Sequence[Difference]:
        return differences(self.base, self.terms) if self.base else []

    @property
    def effect(self) -> str:
        return effect_of(self.changes) if self.changes else ""

    @property
    def example(self) -> Example:
        return example(self.terms)

    @property
    def period(self) -> PeriodExample | None:
        return period_example(self.terms)


@dataclass(frozen=True)
class Editor:
    """The page of one draft. `look` is None while the draft is no terms. `has_strange_names`: it
    names articles, links or codes that the program does not have."""

    draft: Draft
    sections: Sequence[Shown]
    judged: Judged
    has_strange_names: bool
    look: Look | None
    language: str

    @property
    def title(self) -> str:
        if self.draft.partnership:
            partner = self.draft.partnership.partner.name
            return _("Terms for %(name)s") % {"name": partner}
        if self.draft.group:
            return _("Terms of %(name)s") % {"name": self.draft.group.name}
        return _("Terms of a new group")

    @property
    def back(self) -> tuple[str, str]:
        """Where it was begun, and its name."""
        if self.draft.partnership:
            url = reverse("console:partner-agreement", args=[self.draft.partnership_id])
            return self.draft.partnership.partner.name, url
        if self.draft.group:
            url = reverse("console:group-terms", args=[self.draft.group_id])
            return self.draft.group.name, url
        return _("Groups"), reverse("console:terms")


def editor_of(
    draft: Draft,
    *,
    unread: dict[str, Sequence[str]] | None = None,
    language: str = "",
    focus: str = "",
    opened: frozenset[str] = frozenset(),
    strict: bool = True,
    names_are_new: bool = True,
) -> Editor:
    """`strict`: mistakes are said beside their fields, also those nobody had time to mend yet.
    Without `names_are_new`, names that the program does not have are mistakes."""
    currency = draft.program.currency
    found = judged(draft.written, unread or {}, currency=currency, at=now())
    has_strange_names = False
    if found.is_fit and found.terms is not None and not names_are_new:
        known = known_names(draft.program, found.terms)
        found = judged(draft.written, {}, currency=currency, known=known, at=now())
        has_strange_names = not found.is_fit
    chosen = language if language in LANGUAGES else (get_language() or "en")
    sections = show(
        draft.written,
        currency=currency,
        errors=found.errors if strict else {},
        warnings=found.warnings,
        focus=focus,
        opened=opened,
    )
    look = Look(found.terms, base_of(draft), chosen) if found.terms else None
    return Editor(draft, sections, found, has_strange_names, look, chosen)


def base_of(draft: Draft) -> Terms | None:
    """What is in force for whom the draft is written."""
    if draft.partnership is not None:
        return agreed(latest_version(draft.partnership))
    return terms_of(draft.group) if draft.group is not None else None
