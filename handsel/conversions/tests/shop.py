"""Acme's shop, as tests let it speak: it makes the facts that its webhooks would bring."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from handsel.conversions.models import Conversion
from handsel.conversions.services import NewFact, record_fact
from handsel.programs.models import Program

NOON = datetime(2026, 9, 12, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    program: Program

    def fact(self, kind: str, reference: str, body: dict[str, Any], **said: Any) -> NewFact:
        event_id = said.pop("event_id", f"{kind}:{reference}")
        return NewFact(
            program=self.program,
            order_reference=reference,
            kind=kind,
            source=said.pop("source", "api"),
            event_id=event_id,
            trust=said.pop("trust", "store"),
            body=body,
            occurred_at=said.pop("at", NOON),
            received_at=said.pop("received_at", NOON),
            **said,
        )

    def order_fact(self, reference: str = "L-1", paid_minor: int = 10_000, **said: Any) -> NewFact:
        """One line of `paid_minor`, tax-free, unless `lines` says otherwise."""
        line = {"line_id": "1", "sku": "beanie", "name": "Lambswool beanie"}
        names = "lines", "codes", "click_ids", "customer", "currency", "shipping_minor"
        body = {name: said.pop(name) for name in (*names, "customer_is_new") if name in said}
        defaults = {
            "currency": self.program.currency,
            "lines": [{**line, "gross_minor": paid_minor}],
        }
        return self.fact("order", reference, {**defaults, **body}, **said)

    def refund_fact(
        self, reference: str = "L-1", amount_minor: int = 5_000, **said: Any
    ) -> NewFact:
        body: dict[str, Any] = {"amount_minor": amount_minor}
        body |= {name: said.pop(name) for name in ("lines", "customer") if name in said}
        return self.fact("refund", reference, body, **said)

    def cancel_fact(self, reference: str = "L-1", **said: Any) -> NewFact:
        return self.fact("cancel", reference, {}, **said)

    def order(self, reference: str = "L-1", paid_minor: int = 10_000, **said: Any) -> Conversion:
        return record_fact(self.order_fact(reference, paid_minor, **said))

    def refund(self, reference: str = "L-1", amount_minor: int = 5_000, **said: Any) -> Conversion:
        return record_fact(self.refund_fact(reference, amount_minor, **said))

    def cancel(self, reference: str = "L-1", **said: Any) -> Conversion:
        return record_fact(self.cancel_fact(reference, **said))
