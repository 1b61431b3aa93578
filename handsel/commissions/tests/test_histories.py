"""Random histories of a few orders: everything that shops, browsers and people may do, in any
order. After each step the ledger owes what the commissions say; in the end each is proven."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from handsel.clicks.models import Watermark
from handsel.commissions import booking
from handsel.commissions.models import Commission, Revision
from handsel.commissions.proof import proof_file
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
from handsel.engine.proof import check
from handsel.engine.terms import Basis, Fixed, Hold, Percent, Terms, When
from handsel.errors import DomainError
from handsel.ledger.check import check_all
from handsel.ledger.models import Entry, Posting
from handsel.links.joining import add_partner
from handsel.programs.services import create_program

Status = Commission.Status

# Two programs of one brand: all that counts, and little of it.
GENEROUS = Terms(
    currency="EUR",
    basis=Basis(with_tax=True, with_shipping=True, before_discounts=True),
    pay=(
        Percent(rate_ppm=33_333),
        Percent(rate_ppm=77_777, when=When(skus=("hat",))),
        Fixed(amount_minor=500, currency="EUR", when=When(customer="new")),
        Fixed(amount_minor=150, currency="EUR", when=When(skus=("gift",))),
    ),
    hold=Hold(days=0),
)
SPARING = Terms(
    currency="EUR", pay=(Percent(rate_ppm=95_000),), hold=Hold(days=0, starts="delivery")
)

TRUST = {"api": "store", "webhook": "store", "postback": "postback", "pixel": "browser"}
references = st.sampled_from(["L-1", "L-1", "L-2"])
places = st.integers(0, 1)
sources = st.sampled_from(["api", "webhook", "postback", "pixel"])
hours = st.integers(-30, 30).map(lambda n: timedelta(hours=n))
minor = st.sampled_from([0, 1, 5, 99, 5_000, 9_999]) | st.integers(0, 20_000)
customers = st.sampled_from([{}, {"id": "kari"}, {"email": "kari@mail.example"}])


@st.composite
def lines(draw):
    """One to three articles; the first ids are common, so that refunds by line find them."""
    found = []
    for place in range(draw(st.integers(1, 3))):
        gross = draw(minor)
        discount = draw(st.sampled_from([0, gross]) | st.integers(0, gross))
        tax = draw(st.integers(0, gross - discount))
        sku = draw(st.sampled_from(["hat", "gift", "scarf"]))
        found.append(
            {"line_id": str(place), "sku": sku, "gross_minor": gross}
            | {"discount_minor": discount, "tax_minor": tax}
        )
    return found


class World:
    """Acme's two programs, Ben and Cleo in both; made once, outside of the histories."""

    def __init__(self, acme, ada):
        self.ada = ada
        self.shops: list[Shop] = []
        self.clicks: list[list[str]] = [[], []]
        self.codes: list[list[str]] = [[], []]
        for number, terms in enumerate([GENEROUS, SPARING]):
            name = f"Acme {number}"
            program = create_program(
                acme, name=name, site_url="https://acme.example", terms=terms, actor=ada
            )
            self.shops.append(Shop(program))
            for who in ("ben", "cleo"):
                partnership = add_partner(
                    program,
                    name=who,
                    slug=f"{who}-{number}",
                    code=f"{who}{number}",
                    actor=ada,
                    valid_from=LONG_AGO,
                )
                link = partnership.links.get()
                self.codes[number].append(partnership.codes.get().code)
                days = (40, 9, 2)
                self.clicks[number] += [click_on(link, NOON - timedelta(days=d)) for d in days]
        one, other = self.clicks
        one.append(other[-1])  # a click of the other program's link


class Histories(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        self.events = 0
        # Each history is rolled back; marked as Django marks its own, so that sealing goes on.
        self.atomic = transaction.atomic()
        setattr(self.atomic, "_from_testcase", True)  # noqa: B010
        self.atomic.__enter__()

    def teardown(self):
        try:
            self.clicks_arrive()
            self.evaluate()
            self.nothing_is_due_for_ever()
            self.another_look_changes_nothing()
            self.every_commission_is_proven()
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def tell(self, place, kind, reference, source, body, *, wait, **said):
        """What is refused must have changed nothing: the invariants look."""
        self.events += 1
        fact = self.world.shops[place].fact(
            kind, reference, body, event_id=f"e{self.events}", source=source,
            trust=TRUST[source], **said,
        )  # fmt: skip
        with suppress(DomainError):
            record_fact(fact)
        if not wait:
            self.evaluate()

    # --- what is told ---

    @initialize(articles=lines(), shipping=minor, data=st.data())
    def two_orders(self, articles, shipping, data):
        """One in each program, by the same name, as the shop reports them."""
        for place, clicks in enumerate(self.world.clicks):
            body = {"currency": "EUR", "lines": articles, "shipping_minor": shipping}
            body["click_ids"] = [data.draw(st.sampled_from(clicks))]
            self.tell(place, "order", "L-1", "api", body, at=NOON, wait=False)

    @rule(
        place=places, reference=references, source=sources, articles=lines(), shipping=minor,
        data=st.data(), later=hours, customer=customers, wait=st.booleans(),
        is_new=st.sampled_from([None, None, True, False]),
    )  # fmt: skip
    def order(
        self, place, reference, source, articles, shipping, data, later, customer, wait, is_new
    ):
        known = self.world.clicks[place], [*self.world.codes[place], "SALE"]
        clicks, codes = (
            data.draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) for names in known
        )
        body = {
            "currency": "EUR",
            "lines": articles,
            "shipping_minor": shipping,
            "click_ids": clicks,
            "codes": codes,
            "customer_is_new": is_new,
            "customer": customer,
        }
        at = NOON + data.draw(hours)
        said = {"at": at, "updated_at": at + later, "wait": wait}
        self.tell(place, "order", reference, source, body, **said)

    @rule(
        place=places, reference=references, source=sources, amount=minor, later=hours,
        by_line=st.booleans(), shipping=st.sampled_from([0, 0, 5]), name=st.sampled_from("ab"),
        wait=st.booleans(),
    )  # fmt: skip
    def refund(self, place, reference, source, amount, later, by_line, shipping, name, wait):
        body = {"refund": name, "amount_minor": amount + shipping, "shipping_minor": shipping}
        if by_line:
            body["lines"] = [{"line_id": "0", "amount_minor": amount}]
        self.tell(place, "refund", reference, source, body, at=NOON + later, wait=wait)

    @rule(place=places, reference=references, source=sources, later=hours, wait=st.booleans())
    def refund_all_goods(self, place, reference, source, later, wait):
        order = Conversion.objects.filter(
            program=self.world.shops[place].program, order_reference=reference
        ).first()
        if order is not None:
            left = order.amount_minor - order.refunded_minor
            named = {"refund": f"rest-{self.events}", "amount_minor": left}
            self.tell(place, "refund", reference, source, named, at=NOON + later, wait=wait)

    @rule(place=places, reference=references, source=sources, later=hours, wait=st.booleans())
    def cancel(self, place, reference, source, later, wait):
        self.tell(place, "cancel", reference, source, {}, at=NOON + later, wait=wait)

    @rule(place=places, reference=references, source=sources, later=hours, wait=st.booleans())
    def deliver(self, place, reference, source, later, wait):
        self.tell(place, "delivery", reference, source, {}, at=NOON + later, wait=wait)

    # --- what the clock does ---

    @rule()
    def evaluate(self):
        """As if a minute had passed."""
        waiting = Conversion.objects.filter(due_at__isnull=False)
        waiting.update(due_at=now() - timedelta(minutes=2))
        evaluate_due()

    @rule()
    def hold_ends(self):
        approve_held()

    @rule()
    def clicks_lag(self):
        said = {"passed_at": NOON - timedelta(days=9), "seen_at": now()}
        Watermark.objects.update_or_create(host="one", defaults=said)

    @rule()
    def clicks_arrive(self):
        Watermark.objects.all().delete()

    # --- what people decide ---

    def decide(self, data, verb, **said):
        rows = list(Commission.objects.order_by("pk"))
        if rows:
            with suppress(DomainError):
                verb(data.draw(st.sampled_from(rows)).pk, actor=self.world.ada, **said)

    @rule(data=st.data())
    def approve(self, data):
        self.decide(data, approve_commission)

    @rule(data=st.data())
    def decline(self, data):
        self.decide(data, decline_commission, reason="Own order.")

    @rule(data=st.data())
    def withhold(self, data):
        self.decide(data, withhold_commission, reason="So many.")

    @rule(data=st.data())
    def release(self, data):
        self.decide(data, release_commission)

    # --- what always holds ---

    @invariant()
    def the_ledger_owes_what_the_commissions_say(self):
        owed: Counter[tuple[str, str]] = Counter()
        postings = Posting.objects.values_list("entry__subject_id", "account__name", "amount_minor")
        for subject, account, amount_minor in postings:
            owed[subject, account] -= amount_minor
        expected: Counter[tuple[str, str]] = Counter()
        for row in Commission.objects.all():
            if row.status in {Status.PENDING, Status.APPROVED}:
                kind = "pending" if row.is_pending else "payable"
                expected[row.pk, f"{kind}:{row.partnership_id}"] += row.amount_minor
                expected[row.pk, f"commission_expense:{row.program_id}"] -= row.amount_minor
        assert {k: v for k, v in owed.items() if v} == {k: v for k, v in expected.items() if v}

    @invariant()
    def a_commission_is_what_its_revisions_add_up_to(self):
        last: dict[str, int] = {}
        for row in Revision.objects.order_by("number"):
            assert row.number == 1 or row.commission_id in last
            last[row.commission_id] = row.amount_minor
        assert last == dict(Commission.objects.values_list("pk", "amount_minor"))

    @invariant()
    def what_is_reversed_came_to_nothing(self):
        assert not Commission.objects.filter(status=Status.REVERSED).exclude(amount_minor=0)

    @invariant()
    def an_order_earns_one_partner_at_most(self):
        earning = Commission.objects.filter(status__in=[Status.PENDING, Status.APPROVED])
        counts = Counter(earning.exclude(amount_minor=0).values_list("conversion", flat=True))
        assert set(counts.values()) <= {1}

    # --- what holds in the end ---

    def nothing_is_due_for_ever(self):
        assert not Conversion.objects.filter(due_at__isnull=False).exists()
        assert not Conversion.objects.filter(status=Conversion.Status.PROVISIONAL).exists()
        judged = Commission.objects.exclude(status=Status.DECLINED)
        assert not judged.exclude(conversion__reason="order_missing").filter(provisional=True)

    def another_look_changes_nothing(self):
        before = Revision.objects.count(), Entry.objects.count()
        known = Conversion.objects.exclude(reason="order_missing")
        known.update(due_at=now() - timedelta(minutes=2))
        evaluate_due()

        assert (Revision.objects.count(), Entry.objects.count()) == before

    def every_commission_is_proven(self):
        if not Entry.objects.exists():
            return
        for row in Commission.objects.all():
            report = check(proof_file(row))
            assert [c for c in report.checks if not c.ok] == []
            is_owed = row.status in {Status.PENDING, Status.APPROVED}
            assert report.proof is not None
            assert report.proof.subject.amount_minor == (row.amount_minor if is_owed else 0)
        assert check_all().ok


def play(acme, ada, *, histories, steps, phases=tuple(Phase)):
    Histories.world = World(acme, ada)
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            phases=phases,
            derandomize=phases == [Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_the_ledger_owes_what_is_proven(acme, ada):
    play(acme, ada, histories=12, steps=30)


@pytest.mark.long
def test_whatever_happens_for_long_the_ledger_owes_what_is_proven(acme, ada):
    play(acme, ada, histories=250, steps=40)


@pytest.mark.parametrize(
    ("broken", "instead"),
    [
        ("booking._owed", booking._pending),
        ("services.approve.post_entries", lambda entries: []),
        ("services.conclude.awaits_clicks", lambda conversion, passed_at: True),
    ],
)
def test_control_what_is_broken_is_noticed(acme, ada, broken, instead, monkeypatch):
    monkeypatch.setattr(f"handsel.commissions.{broken}", instead)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        play(acme, ada, histories=60, steps=30, phases=[Phase.generate])
