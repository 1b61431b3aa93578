"""A shop whose partners agreed on something: programs by their terms, and what became of orders."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import LONG_AGO, click_on
from handsel.conversions.models import Conversion, Ripple, Touch
from handsel.conversions.services import record_fact
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.terms import AttributionTerms, Hold, Percent, Terms
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.programs.services import create_program


def terms_with(*, pay: Any = None, **attribution: Any) -> Terms:
    """10 % of everything, unless said otherwise."""
    return Terms(
        currency="EUR",
        pay=pay or (Percent(rate_ppm=100_000),),
        hold=Hold(days=14),
        attribution=AttributionTerms(**attribution),
    )


def settle_all() -> int:
    """Evaluate until nothing is due and no ripple is left; how many evaluations it took."""
    taken = 0
    for _ in range(50):
        done = evaluate_due()
        taken += done
        if not done and not Ripple.objects.exists():
            return taken
    raise AssertionError("It does not come to rest.")


@dataclass
class Scene:
    """A program under some terms, with the partners that are asked for."""

    brand: Organization
    actor: Member
    terms: Terms
    partners: dict[str, Partnership] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.program = create_program(
            self.brand, name="Scene", site_url="https://acme.example", terms=self.terms,
            actor=self.actor,
        )  # fmt: skip
        self.shop = Shop(self.program)

    def partner(self, name: str) -> Partnership:
        if name not in self.partners:
            taken = Link.objects.filter(slug__startswith=name.lower()).count()
            slug = f"{name.lower()}-{taken}" if taken else name.lower()
            self.partners[name] = add_partner(
                self.program, name=name, slug=slug, code=f"{name}5", actor=self.actor,
                valid_from=LONG_AGO,
            )  # fmt: skip
        return self.partners[name]

    def click(self, name: str, days: float = 2, order_at: datetime = NOON) -> str:
        return click_on(self.partner(name).links.get(), order_at - timedelta(days=days))

    def tell(self, reference: str, paid_minor: int = 10_000, **said: Any) -> Conversion:
        """An order, with whatever its body is to hold besides."""
        kind = said.pop("conversion_kind", "sale")
        outer = {n: said.pop(n) for n in ("at", "event_id", "updated_at", "source") if n in said}
        line = {"line_id": "1", "sku": said.pop("sku", "hat"), "gross_minor": paid_minor}
        body = {"currency": "EUR", "lines": [line], **said}
        return record_fact(self.shop.fact("order", reference, body, conversion_kind=kind, **outer))

    def earned(self, reference: str) -> dict[str, int]:
        """By partner, what stands."""
        rows = Commission.objects.filter(
            conversion__order_reference=reference,
            conversion__program=self.program,
            status__in=["pending", "approved"],
        ).select_related("partner")
        return {row.partner.name: row.amount_minor for row in rows}

    def verdicts(self, reference: str) -> dict[str, str]:
        rows = Touch.objects.filter(
            conversion__order_reference=reference, conversion__program=self.program
        )
        return {f"{row.kind}": row.verdict for row in rows.order_by("touched_at", "pk")}
