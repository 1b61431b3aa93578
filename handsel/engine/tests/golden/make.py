"""Writes golden receipts that are not there yet, and never touches those that are.

    python -m handsel.engine.tests.golden.make

A receipt is `{"inputs": …, "partnership": …, "evaluation": …}`, that of a settlement
`{"inputs": …, "settlement": …}`. What stands in these files was
once paid to someone: if evaluation gives anything else, the evaluation is wrong.
"""

from collections.abc import Mapping
from pathlib import Path

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import Touch
from handsel.engine.commission import Evaluation, Inputs, judge
from handsel.engine.orders import Fact, OrderLine, RefundLine
from handsel.engine.proof import file_bytes
from handsel.engine.terms import AttributionTerms, Basis, Fixed, Hold, Percent, Terms, When
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    DAY,
    HAT,
    NEW,
    ORDERED,
    SHIRT,
    SOCKS,
    agreement,
    cancellation,
    click,
    code,
    known_customer,
    percent,
    refund,
    sale,
)
from handsel.engine.tests.golden.second import second_inputs
from handsel.engine.tests.golden.settlements import a_month, settlement_receipts
from handsel.engine.tests.sealed import SALE, refunded_sale
from handsel.engine.tests.sealed_statement import a_statement
from handsel.engine.values import Value

FOLDER = Path(__file__).parent
RECEIPTS = FOLDER / "receipts"
PROOF = FOLDER / "proof.json"
STATEMENT = FOLDER / "statement.json"
SETTLEMENTS = FOLDER / "settled"
MONTH = FOLDER / "proof-month.json"


class Receipt(Value):
    inputs: Inputs
    partnership: str
    evaluation: Evaluation


EVERYTHING = Terms(
    currency="EUR",
    attribution=AttributionTerms(window_days=45, better_at_once=True),
    basis=Basis(with_tax=True, with_shipping=True, before_discounts=True),
    pay=(
        Percent(rate_ppm=95_000),
        Percent(rate_ppm=120_000, when=NEW),
        Percent(rate_ppm=33_333, when=When(categories=("socks",))),
        Percent(rate_ppm=200_000, when=When(skus=("SHIRT",), customer="returning")),
        Fixed(amount_minor=250, currency="EUR", when=When(skus=("HAT",))),
    ),
    hold=Hold(days=14, starts="delivery"),
)
KNITS = OrderLine(line_id="knits", gross_minor=15890, discount_minor=1589, tax_minor=2283)
BASKET = (SHIRT, SOCKS, HAT, KNITS)
VERSIONS = agreement(until=10, terms=percent(100_000)), agreement(number=2, since=10)
BETTER = VERSIONS[0], agreement(number=2, since=10, terms=EVERYTHING)
RIVALS = agreement(), agreement(CLEO, terms=percent(250_000))


def receipt(
    facts: tuple[Fact, ...],
    touches: tuple[Touch, ...] = (click(6),),
    agreements: tuple[AgreementVersion, ...] = (agreement(),),
) -> Receipt:
    inputs = Inputs(facts=facts, touches=touches, agreements=agreements)
    return Receipt(inputs=inputs, partnership=BEN, evaluation=judge(inputs, BEN))


def receipts() -> dict[str, Receipt]:
    line_back = refund(2490, lines=(RefundLine(line_id="socks", amount_minor=2490),))
    delivered = sale(*BASKET, shipping_minor=490, delivered_at=ORDERED + 3 * DAY)
    pixel = sale(99_900, event_id="pixel", trust="browser", click_ids=("c1",))
    return {
        "click": receipt((SALE,)),
        "click-refunded": receipt((SALE, refund(7151))),
        "click-refunded-by-line": receipt((sale(*BASKET), line_back)),
        "click-refunded-whole": receipt((SALE, refund(14301))),
        "click-cancelled": receipt((SALE, cancellation())),
        "click-returning-customer": receipt((SALE, known_customer(False))),
        "click-old-version": receipt((SALE,), (click(11),), VERSIONS),
        "better-at-once": receipt((delivered,), (click(11),), BETTER),
        "every-rule": receipt((delivered,), (click(5),), BETTER),
        "every-rule-new-customer": receipt((delivered, known_customer(True)), (click(5),), BETTER),
        "every-rule-undelivered": receipt((sale(*BASKET),), (click(5),), BETTER),
        "code-before-click": receipt((SALE,), (code(), click(1, CLEO)), RIVALS),
        "code-with-click": receipt((SALE,), (code(), click(11)), VERSIONS),
        "runner-up": receipt((SALE,), (click(6), click(1, CLEO)), RIVALS),
        "outside-window": receipt((SALE,), (click(31),)),
        "forged": receipt((SALE,), (click(6, forged=True),)),
        "browser-only": receipt((pixel,)),
        "store-overrules-browser": receipt((pixel, sale(33_333))),
        "half-cents": receipt(
            (sale(1, 49, 50, 50),), (click(1),), (agreement(terms=percent(10_000)),)
        ),
    }


def second_receipts() -> dict[str, Receipt]:
    return {
        name: Receipt(inputs=inputs, partnership=BEN, evaluation=judge(inputs, BEN))
        for name, inputs in second_inputs().items()
    }


def main() -> None:
    _write(RECEIPTS, receipts() | second_receipts())
    _write(SETTLEMENTS, settlement_receipts())
    if not PROOF.exists():
        PROOF.write_bytes(file_bytes(refunded_sale()))
    if not STATEMENT.exists():
        STATEMENT.write_bytes(file_bytes(a_statement()))
    if not MONTH.exists():
        MONTH.write_bytes(file_bytes(a_month()))


def _write(folder: Path, made: Mapping[str, Value]) -> None:
    for name, one in made.items():
        path = folder / f"{name}.json"
        if not path.exists():
            path.write_text(one.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
