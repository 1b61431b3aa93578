"""A payout of every kind of commission: its statement, its proofs, and refunds that come late."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.receipt import receipt
from handsel.commissions.services import approve_held, evaluate_due
from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.settling.brought import set_brought_by
from handsel.commissions.settling.due import settle_due
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.proof import check
from handsel.engine.terms import FirstSale, Hold, Override, Percent, Terms, Tiers, TierStep
from handsel.ledger.check import check_all
from handsel.ledger.keys import signing_key
from handsel.ledger.queries import balance_minor
from handsel.organizations.models import Member
from handsel.papers.models import Statement
from handsel.papers.proof import statement_proof
from handsel.papers.queries import content_of
from handsel.papers.services import issue_due
from handsel.papers.shown import paper
from handsel.papers.tables import statement_csv
from handsel.papers.tests.conftest import PROPOSED, Pays, Travel
from handsel.partnerships.models import Partnership
from handsel.ui.wording.commissions import name_of

AFTER_THE_MONTH = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
MONTH = timedelta(days=31)


@pytest.fixture
def terms() -> Terms:
    """10 %, 12 % of the month from 500.00 on; 5.00 for the first sale; 10 % of whom one brought."""
    tiers = Tiers(
        period="month", mode="retroactive", steps=(TierStep(start=50_000, rate_ppm=120_000),)
    )
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000, tiers=tiers),),
        hold=Hold(days=14),
        bonuses=(FirstSale(amount_minor=500, currency="EUR"),),
        overrides=(Override(level=1, rate_ppm=100_000),),
    )


def work() -> None:
    """What the worker does until nothing is left."""
    while evaluate_due() + settle_due() + approve_held():
        pass


@pytest.fixture
def every_kind(
    shop: Shop,
    bens: Partnership,
    cleos: Partnership,
    bens_account: None,
    travel: Travel,
    ada: Member,
) -> None:
    """Orders of 600.00, their tier, a bonus, a share of Cleo's 100.00, and 3.00 by hand."""
    travel(AFTER_THE_MONTH)
    set_brought_by(cleos, bens, reason="She told us.", actor=ada, since=NOON - timedelta(days=30))
    shop.order("L-1", 40_000, codes=["BEN10"])
    shop.order("L-2", 20_000, codes=["BEN10"])
    shop.order("L-3", 10_000, codes=["CLEO5"])
    work()
    adjust(bens, amount_minor=300, reason="The summer fair.", actor=ada)
    work()


def problems(file: bytes) -> list[tuple[str, dict[str, object]]]:
    report = check(file, signing_key().public_key().public_bytes_raw())
    return [(one.code, dict(one.params)) for one in report.checks if not one.ok]


def bens_kinds(bens: Partnership) -> dict[str, int]:
    rows = Commission.objects.filter(partnership=bens, status="approved")
    return {f"{row.kind} {name_of(row)}": row.amount_minor for row in rows.order_by("pk")}


def test_every_kind_is_approved_and_paid_on_one_statement(
    every_kind: None, bens: Partnership, pays: Pays
) -> None:
    assert bens_kinds(bens) == {
        "order L-1": 4_000,
        "order L-2": 2_000,
        "period September 2026: tiers, caps and bonuses": 1_200,
        "bonus Bonus for the first sale": 500,
        "override Brought: Cleo's Coupons": 100,
        "manual Adjustment": 300,
    }

    payout = pays(AFTER_THE_MONTH + MONTH).payouts.get(partnership=bens)
    issue_due()
    statement = Statement.objects.get(payout=payout)

    assert payout.amount_minor == 8_100
    content = content_of(statement)
    assert sum(line.amount_minor for line in content.lines) == 8_100
    assert problems(statement_proof(statement)) == []
    assert {shown.name for shown in paper(statement).lines} == {
        name.split(" ", 1)[1] for name in bens_kinds(bens)
    }
    rows = list(csv.DictReader(io.StringIO(statement_csv(statement).content.decode("utf-8-sig"))))
    assert sorted(row["kind"] for row in rows) == sorted(
        ["order", "order", "period", "bonus", "override", "manual"]
    )


def test_every_kind_has_a_receipt_and_a_proof_that_holds(
    every_kind: None, bens: Partnership, ada: Member
) -> None:
    for row in Commission.objects.select_related("partnership__partner", "program", "agreement"):
        assert problems(proof_file(row)) == [], row.kind
        shown = receipt(row, ada)
        assert shown.verification.is_same, row.kind
        assert (shown.ordered is None) is (row.kind != "order")
        assert sum(line.amount_minor for line in shown.lines) == row.amount_minor


def test_what_is_sent_back_after_the_payout_is_owed_back_with_its_tier_and_bonus(
    every_kind: None, shop: Shop, bens: Partnership, pays: Pays
) -> None:
    pays(AFTER_THE_MONTH + MONTH)
    for reference in ("L-1", "L-2"):
        shop.cancel(reference)
    work()

    owed_back = 6_000 + 1_200 + 500
    assert balance_minor(f"receivable:{bens.pk}") == owed_back
    assert balance_minor(f"bonus_expense:{bens.program_id}") == 500  # Cleo has sold something, too
    assert balance_minor(f"commission_expense:{bens.program_id}") == 100 + 300 + 1_000
    assert check_all().ok


def test_a_month_is_not_approved_while_an_order_of_it_waits(
    shop: Shop, bens: Partnership, travel: Travel
) -> None:
    travel(AFTER_THE_MONTH)
    shop.order("L-1", 60_000, codes=["BEN10"])
    work()
    held = Commission.objects.get(kind="order")
    Commission.objects.filter(pk=held.pk).update(withheld_at=held.recorded_at)
    Commission.objects.filter(kind="period").update(status="pending", approved_at=None)

    assert approve_held() == 0
    Commission.objects.filter(pk=held.pk).update(withheld_at=None)
    assert approve_held() == 1


def test_a_month_waits_for_its_end_and_the_days_for_returns(
    shop: Shop, bens: Partnership, travel: Travel
) -> None:
    travel(PROPOSED)
    shop.order("L-1", 60_000, codes=["BEN10"])
    work()

    assert Commission.objects.get(kind="order").status == "approved"
    assert Commission.objects.get(kind="period").status == "pending"
