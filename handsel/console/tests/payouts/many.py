"""A program whose third batch has a bit of everything in it."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.timezone import localdate

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.console.tests.conftest import LONG_AGO, YESTERDAY
from handsel.conversions.tests.shop import Shop
from handsel.links.joining import add_partner
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import pause_partnership
from handsel.payouts.models import Batch, Payout
from handsel.payouts.services import (
    approve_batch,
    clear_payout,
    delay_payout,
    mark_batch_paid,
    propose_batch,
    set_payee,
)
from handsel.programs.models import Program

ACCOUNTS = {
    "Kupong24": "NO9386011117947",
    "Wander & Wool": "DE89370400440532013000",
    "Fellside Diary": "FR1420041010050500013M02606",
    "Slow Trails": "SE4550000000058398257466",
    "Knit & Kin": "PL61109010140000071219812874",
    "Moss & Mitten": "NL91ABNA0417164300",
    "Hytteliv Weekly": "FI2112345600000785",
    "The Quiet Cabin": "DK5000400440116243",
    "North Pantry": "IE29AIBK93115212345678",
}
NAMES = tuple(ACCOUNTS)


def partners(program: Program, actor: Member) -> dict[str, Partnership]:
    joined = {}
    for place, (name, iban) in enumerate(ACCOUNTS.items()):
        slug = f"partner-{place}"
        partnership = add_partner(
            program, name=name, slug=slug, code=f"PART{place}", actor=actor, valid_from=LONG_AGO
        )
        set_payee(partnership.partner, holder_name=f"{name} Ltd", iban=iban, actor=None)
        joined[name] = partnership
    return joined


def earn(shop: Shop, amounts: Mapping[str, int], run: int, actor: Member) -> None:
    """An order by each one's code, approved."""
    for place, name in enumerate(NAMES):
        if amounts.get(name):
            reference, code = f"R{run}-{place}", f"PART{place}"
            shop.order(reference, amounts[name], codes=[code], at=YESTERDAY, received_at=YESTERDAY)
    evaluate_due()
    for commission in Commission.objects.filter(status=Commission.Status.PENDING):
        approve_commission(commission.pk, actor=actor)


def run(program: Program, actor: Member, days: int) -> Batch:
    """A batch that was paid."""
    day = localdate(now()) + timedelta(days=days)
    batch = propose_batch(program, pays_on=day, actor=actor)
    for payout in batch.payouts.all():
        if payout.needs_look:
            clear_payout(payout.pk, actor=actor)
    approve_batch(batch.pk, actor=actor)
    mark_batch_paid(batch.pk, actor=actor)
    return batch


def third_batch(program: Program, shop: Shop, actor: Member) -> Batch:
    """One gets much more than usual, one has a new account, one much sent back, one is paused, one
    waits, and one is new and has no account."""
    joined = partners(program, actor)
    usual = {name: 40_000 + 9_900 * place for place, name in enumerate(NAMES)}
    for times in (1, 2):
        earn(shop, usual, times, actor)
        run(program, actor, times)
    shop.refund("R1-4", 30_000, at=YESTERDAY, received_at=YESTERDAY)
    earn(shop, usual | {"Kupong24": 1_214_800}, 3, actor)
    wander = joined["Wander & Wool"].partner
    set_payee(wander, holder_name="Wander Ltd", iban="NO8330001234567", actor=None)
    pause_partnership(joined["Fellside Diary"].pk, actor=actor)
    add_partner(program, name="Hilltop", slug="hill", code="HILL", actor=actor, valid_from=LONG_AGO)
    shop.order("H-1", 25_000, codes=["HILL"], at=YESTERDAY, received_at=YESTERDAY)
    earn(shop, {}, 4, actor)
    batch = propose_batch(program, pays_on=localdate(now()) + timedelta(days=3), actor=actor)
    waits = Payout.objects.get(batch=batch, partner__name="Moss & Mitten")
    delay_payout(waits.pk, reason="You asked us to wait for your new account.", actor=actor)
    return batch
