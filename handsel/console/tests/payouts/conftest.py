from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from handsel.cast import SignIn, member_of
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission
from handsel.commissions.tests.conftest import click_on
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.conversions.tests.shop import Shop
from handsel.links.models import Link
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Batch, Payout
from handsel.payouts.payers import change_payer
from handsel.payouts.services import clear_payout, propose_batch, set_payee
from handsel.programs.models import Program


@pytest.fixture
def program(program: Program) -> Program:
    """Pays tomorrow, or on the first, whatever is approved by then."""
    tomorrow = localdate(now()) + timedelta(days=1)
    program.payout_day = tomorrow.day if tomorrow.day <= 28 else 1
    program.payout_net_days = 0
    program.save(update_fields=["payout_day", "payout_net_days"])
    return program


@pytest.fixture
def owed(
    shop: Shop, bens_link: Link, ada: Member, ben: Member, bens: Partnership, cleos: Partnership
) -> None:
    """Ben is owed 21.00 of two orders and has an account; Cleo is owed 10.50 and has none."""
    click = click_on(bens_link, YESTERDAY - timedelta(days=2))
    order(shop, "L-1", click_ids=[click])
    order(shop, "L-2", click_ids=[click])
    order(shop, "L-9", codes=["CLEO5"])
    for commission in Commission.objects.all():
        approve_commission(commission.pk, actor=ada)
    set_payee(bens.partner, holder_name="Ben Berg", iban="NO9386011117947", actor=ben)


@pytest.fixture
def payer(program: Program, ada: Member) -> None:
    change_payer(program, name="Acme GmbH", iban="DE89370400440532013000", actor=ada)


@pytest.fixture
def batch(owed: None, program: Program, ada: Member) -> Batch:
    return propose_batch(program, actor=ada)


@pytest.fixture
def bens_payout(batch: Batch, bens: Partnership, ada: Member) -> Payout:
    """It needs nobody's look any more."""
    payout = Payout.objects.get(batch=batch, partnership=bens)
    return clear_payout(payout.pk, actor=ada) if payout.needs_look else payout


@pytest.fixture
def cleos_payout(batch: Batch, cleos: Partnership) -> Payout:
    return Payout.objects.get(batch=batch, partnership=cleos)


@pytest.fixture
def as_vera(acme: Organization, signed_in: SignIn) -> Client:
    """A viewer of Acme's."""
    return signed_in(Client(), member_of(acme, "Vera", role="viewer"))


@pytest.fixture
def as_mia(acme: Organization, signed_in: SignIn) -> Client:
    """A manager of Acme's: she proposes and does not approve."""
    return signed_in(Client(), member_of(acme, "Mia", role="manager"))
