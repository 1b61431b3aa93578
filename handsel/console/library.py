"""The library of terms as cards: for whom, in words, the rates, and what is usual elsewhere."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from handsel.drafts.models import Draft
from handsel.engine.terms import Clause, Terms, read, sentences
from handsel.engine.terms.library import ranges, templates
from handsel.ui.wording.terms.library import TEMPLATES, range_words
from handsel.ui.wording.terms.rates import RateLine, rate_table
from handsel.ui.wording.terms.short import pay_in_short

MARKET = ("attribution.window_days", "hold.days")


class Shelf(NamedTuple):
    """One card. `source` is what starts a draft from it; `market` what others do, with a source."""

    source: str
    title: str
    description: str
    terms: Terms
    market: list[str]
    margin_ppm: int | None = None
    pk: str = ""

    @property
    def pay(self) -> str:
        return pay_in_short(self.terms)

    @property
    def rates(self) -> list[RateLine]:
        return rate_table(self.terms)

    @property
    def clauses(self) -> list[Clause]:
        return sentences(self.terms)


def shelves(currency: str) -> list[Shelf]:
    """Handsel's own templates, in a currency."""
    return [
        Shelf(
            source=f"template:{template.name}",
            title=str(TEMPLATES[template.name].title),
            description=str(TEMPLATES[template.name].description),
            terms=template.terms,
            market=list(_market()),
            margin_ppm=template.margin_ppm,
        )
        for template in templates(currency)
    ]


def own_templates(drafts: "QuerySet[Draft]") -> list[Shelf]:
    """Those that the brand kept, the latest first."""
    return [
        Shelf(
            source=f"own:{draft.pk}",
            title=draft.name,
            description="",
            terms=read(json.dumps(draft.written)),
            market=[],
            pk=draft.pk,
        )
        for draft in drafts.exclude(template_at=None).order_by("-template_at")
    ]


def _market() -> Iterator[str]:
    for field in MARKET:
        for found in ranges(field):
            yield range_words(found.source, found.least, found.most)
