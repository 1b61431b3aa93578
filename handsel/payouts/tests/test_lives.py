"""Random lives of a few orders and of the payouts they end in: whatever shops, people and banks
may do, in any order. After each step ledger, commissions and payouts tell the same."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.db.models import Sum
from django.utils.timezone import localdate
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import (
    approve_commission,
    approve_held,
    decline_commission,
    evaluate_due,
    release_commission,
    withhold_commission,
)
from handsel.commissions.tests.conftest import LONG_AGO, click_on
from handsel.conversions.models import Conversion
from handsel.conversions.services import record_fact
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.payouts import Sides
from handsel.engine.terms import Hold, PayoutTerms, Percent, Terms
from handsel.errors import DomainError
from handsel.ledger.models import Posting
from handsel.links.joining import add_partner
from handsel.payouts import services
from handsel.payouts.models import STANDING, Batch, Payout, PayoutLine
from handsel.payouts.queries import batch_sums
from handsel.payouts.tests.conftest import CLEOS_IBAN, IBAN, OTHER_IBAN
from handsel.programs.services import create_program

Status = Commission.Status
REASON = "The bank says so."
TERMS = Terms(
    currency="EUR",
    pay=(Percent(rate_ppm=100_000),),
    hold=Hold(days=0),
    payout=PayoutTerms(threshold_minor=150),
)

references = st.sampled_from(["L-1", "L-2", "L-3"])
partners = st.integers(0, 1)
amounts = st.sampled_from([1_000, 3_000, 10_000])
turns = st.sampled_from(["refund", "first refund", "", "fail", "come back"])


class World:
    """Acme's program, with Ben and Cleo; made once, outside of the lives."""

    def __init__(self, acme, ada):
        self.ada = ada
        self.program = create_program(
            acme, name="Acme", site_url="https://acme.example", terms=TERMS, actor=ada
        )
        self.shop = Shop(self.program)
        self.partners, self.clicks = [], []
        for name in ("ben", "cleo"):
            partnership = add_partner(
                self.program, name=name, slug=name, actor=ada, valid_from=LONG_AGO
            )
            self.clicks.append(click_on(partnership.links.get()))
            self.partners.append(partnership.partner)
            services.set_payee(partnership.partner, holder_name=name, iban=IBAN, actor=None)


class Lives(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        self.events = 0
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self):
        try:
            self.all_that_is_owed_can_be_paid()
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # --- what happens to orders ---

    def tell(self, fact):
        with suppress(DomainError):
            record_fact(fact)
        Conversion.objects.filter(due_at__isnull=False).update(due_at=now())
        evaluate_due()

    def said(self):
        """An event of its own, later than all before."""
        self.events += 1
        return {"event_id": f"e{self.events}", "at": NOON + timedelta(hours=self.events)}

    @initialize(then=turns)
    def first_month(self, then):
        self.order("L-1", 0, 10_000)
        self.month(then)

    @rule(reference=references, partner=partners, amount=amounts)
    def order(self, reference, partner, amount):
        """A new one, or news of one: it may be worth more now, and another partner's."""
        said = self.said()
        self.tell(
            self.world.shop.order_fact(
                reference, amount, click_ids=[self.world.clicks[partner]],
                event_id=said["event_id"], updated_at=said["at"],
            )
        )  # fmt: skip

    @rule(reference=references, amount=amounts)
    def refund(self, reference, amount):
        self.tell(self.world.shop.refund_fact(reference, amount // 3, **self.said()))

    @rule(reference=references)
    def cancel(self, reference):
        self.tell(self.world.shop.cancel_fact(reference, **self.said()))

    @rule(
        data=st.data(),
        verb=st.sampled_from([withhold_commission, release_commission, decline_commission]),
    )
    def decide_on_commission(self, data, verb):
        said = {} if verb is release_commission else {"reason": REASON}
        self.do(verb, self.some(data, Commission.objects.all()), **said)

    # --- what happens to payouts ---

    def some(self, data, rows):
        found = list(rows.order_by("pk"))
        return data.draw(st.sampled_from(found)) if found else None

    def do(self, verb, row, **said):
        """What is refused must have changed nothing: the invariants look."""
        if row is not None:
            with suppress(DomainError):
                verb(row.pk, actor=self.world.ada, **said)

    @rule()
    def propose(self):
        approve_held()
        with suppress(DomainError):
            day = localdate(now()) + timedelta(days=20)
            services.propose_batch(self.world.program, pays_on=day, actor=self.world.ada)

    @rule(data=st.data(), verb=st.sampled_from(["drop", "delay", "restore", "clear"]))
    def decide_on_payout(self, data, verb):
        said = {"reason": REASON} if verb in {"drop", "delay"} else {}
        payout = self.some(data, Payout.objects.all())
        self.do(getattr(services, f"{verb}_payout"), payout, **said)

    @rule(data=st.data())
    def discard(self, data):
        batches = Batch.objects.filter(approved_at=None, discarded_at=None)
        self.do(services.discard_batch, self.some(data, batches), reason=REASON)

    @rule(data=st.data(), whole=st.booleans(), clear=st.booleans())
    def approve_payouts(self, data, whole, clear):
        batch = self.some(data, Batch.objects.filter(completed_at=None))
        if batch and clear:
            for payout in batch.payouts.all():
                self.do(services.clear_payout, payout)
        payouts = None if whole else [row.pk for row in batch.payouts.all()[:1]] if batch else []
        self.do(services.approve_batch, batch, payouts=payouts)

    @rule(data=st.data())
    def send(self, data):
        self.do(services.export_batch, self.some(data, Batch.objects.all()), rail="csv")

    @rule(data=st.data(), verb=st.sampled_from(["paid", "failed", "failed", "returned"]))
    def bank_says(self, data, verb):
        said = {} if verb == "paid" else {"reason": REASON}
        payouts = Payout.objects.exclude(status="proposed")
        self.do(getattr(services, f"mark_{verb}"), self.some(data, payouts), **said)

    @rule(then=turns)
    def month(self, then):
        """A whole batch at once, so that lives have many of them."""
        self.propose()
        for batch in Batch.objects.filter(discarded_at=None, completed_at=None):
            for payout in batch.payouts.all():
                self.do(services.clear_payout, payout)
            if then == "first refund":
                self.refund("L-1", 3_000)
            self.do(services.approve_batch, batch)
            if then == "refund":
                self.refund("L-1", 3_000)
            if then in {"fail", "refund"}:
                for payout in batch.payouts.all():
                    self.do(services.mark_failed, payout, reason=REASON)
            self.do(services.export_batch, batch, rail="csv")
            self.do(services.mark_batch_paid, batch)
            if then == "come back":
                for payout in batch.payouts.all():
                    self.do(services.mark_returned, payout, reason=REASON)

    @rule(data=st.data(), iban=st.sampled_from([IBAN, OTHER_IBAN, CLEOS_IBAN]))
    def change_account(self, data, iban):
        partner = data.draw(st.sampled_from(self.world.partners))
        services.set_payee(partner, holder_name="Ben Berg", iban=iban, actor=None)

    # --- what always holds ---

    @invariant()
    def the_ledger_owes_what_the_commissions_say(self):
        found: Counter[str] = Counter()
        for account, amount_minor in Posting.objects.values_list("account__name", "amount_minor"):
            found[account] += amount_minor
        assert {k: v for k, v in found.items() if v} == {k: v for k, v in expected().items() if v}

    @invariant()
    def commissions_say_what_payouts_carry_of_them(self):
        standing = PayoutLine.objects.filter(payout__status__in=STANDING)
        sums = dict(standing.order_by().values_list("commission").annotate(Sum("amount_minor")))
        said = Commission.objects.exclude(paid_out_minor=0).values_list("pk", "paid_out_minor")
        assert dict(said) == {pk: int(total) for pk, total in sums.items() if total}

    @invariant()
    def a_payout_is_what_its_lines_add_up_to(self):
        sums = PayoutLine.objects.order_by().values_list("payout").annotate(Sum("amount_minor"))
        assert dict(Payout.objects.exclude(amount_minor=0).values_list("pk", "amount_minor")) == {
            pk: int(total) for pk, total in sums if total
        }

    @invariant()
    def the_sums_of_a_batch_add_up_and_agree(self):
        for batch in Batch.objects.filter(discarded_at=None).order_by("-number")[:1]:
            sums = batch_sums(batch)
            assert sums.agrees
            assert sums.to_pay_minor == (
                sums.approved_minor + sums.before_minor + sums.sent_back_minor + sums.kept_minor
                + sums.owed_back_minor + sums.withheld_minor + sums.left_out_minor
            )  # fmt: skip

    # --- what holds in the end ---

    def all_that_is_owed_can_be_paid(self):
        """Nobody is left with something that could be paid, or something that was paid twice."""
        for row in Commission.objects.all():
            self.do(release_commission, row)
            self.do(approve_commission, row)
        for batch in Batch.objects.all():  # one of which all is left out would wait for ever
            if not any(payout.is_waiting for payout in batch.payouts.all()):
                self.do(services.discard_batch, batch, reason=REASON)
        for _ in range(3):  # what comes to more than was looked at takes a second yes
            self.month("")
        for partnership, owed_minor in owed_by_partnership().items():
            assert owed_minor < TERMS.payout.threshold_minor, partnership


def expected():
    """The balances of all accounts, debits positive, from commissions and payouts alone."""
    balances: Counter[str] = Counter()
    for row in Commission.objects.all():
        owed, counts = row.owed_minor, row.status in {Status.PENDING, Status.APPROVED}
        balances[f"payable:{row.partnership_id}"] -= max(owed, 0)
        balances[f"receivable:{row.partnership_id}"] += max(-owed, 0)
        balances[f"pending:{row.partnership_id}"] -= row.amount_minor if row.is_pending else 0
        balances[f"commission_expense:{row.program_id}"] += row.amount_minor if counts else 0
    for one in Payout.objects.all():
        on_its_way = one.status in {"queued", "sent"}
        balances[f"in_transit:{one.partnership_id}"] -= one.amount_minor if on_its_way else 0
        balances[f"cash:{one.brand_id}"] -= one.amount_minor if one.status == "paid" else 0
    return balances


def owed_by_partnership():
    owed: Counter[str] = Counter()
    for row in Commission.objects.all():
        owed[row.partnership_id] += row.owed_minor
    return owed


def play(acme, ada, *, lives, steps, phases=tuple(Phase)):
    Lives.world = World(acme, ada)
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            phases=phases,
            derandomize=phases == [Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_nothing_is_paid_twice_or_lost(acme, ada):
    play(acme, ada, lives=8, steps=15)


@pytest.mark.long
def test_whatever_happens_for_long_nothing_is_paid_twice_or_lost(acme, ada):
    play(acme, ada, lives=300, steps=50)


@pytest.mark.parametrize(
    ("broken", "instead"),
    [
        ("payouts.booking.sides", lambda owed_minor: Sides(owed_minor, 0)),
        ("commissions.booking.sides", lambda owed_minor: Sides(owed_minor, 0)),
        ("payouts.services.pay.carry_lines", lambda payouts, sign: None),
        ("payouts.services.approve.approved_lines", lambda proposed, positions: proposed),
    ],
)
def test_control_what_is_broken_is_noticed(acme, ada, broken, instead, monkeypatch):
    monkeypatch.setattr(f"handsel.{broken}", instead)

    with pytest.raises((AssertionError, Error, pytest.fail.Exception)):
        play(acme, ada, lives=12, steps=8, phases=[Phase.generate])
