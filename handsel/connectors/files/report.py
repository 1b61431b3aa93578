"""What came of a file, added up as it goes: plain values that are kept as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from handsel.connectors.files.applying import Outcome
from handsel.connectors.files.events import Event, Fault, Found, LeftOut, Repeat

CHANGES_SHOWN = 50
REPEATS_SHOWN = 20
NOBODY = ""


@dataclass(slots=True)
class Report:
    """`rows` of the file; what became of them; sums by currency of what is new or changed, and by
    partner of the sales that name one of their codes or links ("" for none)."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    replaced: int = 0
    repeated: int = 0
    left_out: int = 0
    refused: int = 0
    total: int = 0
    sums: dict[str, dict[str, int]] = field(default_factory=dict)
    partners: dict[str, dict[str, int]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    repeats: list[list[int]] = field(default_factory=list)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    def add(
        self,
        batch: Sequence[Found],
        outcomes: Sequence[Outcome],
        partner_of: Mapping[int, str],
    ) -> None:
        """`partner_of` is the partnership each event's row names."""
        for found in batch:
            self.rows += found.rows if isinstance(found, Event) else 1
            self.left_out += isinstance(found, LeftOut)
            self.refused += isinstance(found, Fault)
            if isinstance(found, Repeat):
                self.repeated += 1
                if len(self.repeats) < REPEATS_SHOWN:
                    self.repeats.append([found.row, found.of])
        for outcome in outcomes:
            self._count(outcome, partner_of.get(outcome.event.row, NOBODY))

    def _count(self, outcome: Outcome, partner: str) -> None:
        setattr(self, outcome.what, getattr(self, outcome.what) + 1)
        event = outcome.event
        if outcome.what not in {"new", "changed"}:
            return
        amount_minor = _amount_minor(event.body)
        sums = self.sums.setdefault(
            event.body.get("currency", ""), {"orders": 0, "sold_minor": 0, "back_minor": 0}
        )
        if event.kind == "refund":
            sums["back_minor"] += amount_minor
        elif event.kind in {"order", "lead", "sign_up"}:
            sums["orders"] += 1
            sums["sold_minor"] += amount_minor
            own = self.partners.setdefault(partner, {"orders": 0, "sold_minor": 0})
            own["orders"] += 1
            own["sold_minor"] += amount_minor
        if outcome.before_minor is not None and len(self.changes) < CHANGES_SHOWN:
            self.changes.append(
                {
                    "row": event.row,
                    "reference": event.reference[:80],
                    "before_minor": outcome.before_minor,
                    "after_minor": outcome.after_minor,
                }
            )


def _amount_minor(body: Mapping[str, Any]) -> int:
    lines = body.get("lines")
    if lines:
        goods = sum(line["amount_minor"] for line in lines)
        return int(goods + body.get("shipping_minor", 0))
    return int(body.get("amount_minor", 0))
